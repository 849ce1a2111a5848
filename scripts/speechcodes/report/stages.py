"""What pages show below the first screen: sentences and tables, and room for figures.

The report and the summary are made of the same groups.
"""

import itertools
from collections.abc import Callable
from typing import NamedTuple

import pandas as pd

from speechcodes import names
from speechcodes.experiment.comparison import EXPLORATORY, PRIMARY, SECONDARY
from speechcodes.figures import registry
from speechcodes.report import (
    answers,
    contents,
    groups,
    labelling,
    more_labels,
    next_labels,
    tables,
)
from speechcodes.report.results import ALL, Results, is_used
from speechcodes.report.verdict import answering
from speechcodes.report.words import interval

#: Percentages to quote, as near as the experiment has them.
QUOTED = (10, 50, 100)
#: Of what is known of each autoencoder, what is shown of the one chosen, and of all.
CHOSEN = ["fold", "name", "encoder_parameters", "training_loss", "validation_loss"]
CHOSEN += ["mean_spectrogram_loss", "restored_loss", "instability", "speaker_share"]
CHOSEN += ["effective_dimensions", "epochs"]
TRAINED = ["fold", "name", "chosen", "latent", *CHOSEN[2:], "seconds"]
#: What is shown of a search, whose file has the losses of its rung.
RUNGS = ["fold", "rung", "autoencoder", "epochs", "validation_loss"]
RUNGS += ["validation_mse", "kept"]
#: The sections, and what they are called. All that is not needed for the answer
#: stands in appendices.
SECTIONS = {
    "scores": "The scores",
    "labels": "Labels for the rest",
    "all_scores": "Appendix: all scores",
    "speech": "Appendix: the speech",
    "variants": "Appendix: other segment variants",
    "autoencoders": "Appendix: the autoencoders",
}
#: Figures of scores that stand in the section itself, those of a classifier if it is
#: that of the answer; all others stand in the appendix.
SHOWN = ["ranking", "learning_curves", "forecast", "next_to_label"]
#: Rows of the ranking that stand in the section.
MOST_RANKED = 10


class Group(NamedTuple):
    """What a section shows of the corpus as a whole, or of one segment variant.

    Attributes
    ----------
    title, segment : str
        Empty for the corpus as a whole.
    shows : callable
        Tells of the name of a figure and its classifier, if any, whether it belongs
        here.
    sentences, tables, folded : list
        Folded tables are long, and shown only to those who ask for them.
    figures : list
        Filled in by the page.
    """

    title: str
    segment: str
    shows: Callable[[str, str], bool]
    sentences: list
    tables: list = []
    folded: list = []
    figures: list = []


def stages(results: Results) -> dict[str, list[Group]]:
    """Return the groups of each section, keyed as `SECTIONS`.

    Sections that a run did not have are empty.
    """
    first = answering(results)
    others = [segment for segment in results.statistics if segment != first]
    return {
        "scores": [_scores(results, first)],
        "labels": [] if results.labelled is None else [_labels(results)],
        "all_scores": [_all_scores(results, first)],
        "speech": [_speech(results)],
        "variants": [_all_scores(results, segment) for segment in others],
        "autoencoders": [_autoencoders(results, s) for s in results.choices],
    }


def ranking_table(results: Results, segment: str) -> pd.DataFrame:
    """Return all feature sets with all classifiers, the highest score first."""
    ranked = results.statistics[segment].ranked(results.metric)
    scores = [
        f"{row.score:.3f}{interval(row.low, row.high, digits=3)}"
        for row in ranked.itertuples()
    ]
    behind = [
        f"{row.behind:.3f}{interval(row.behind_low, row.behind_high, digits=3)}"
        for row in ranked.itertuples()
    ]
    marks = ranked["as_good"].map({True: "no", False: "yes"})
    table = ranked[["rank", "feature_set", "classifier"]].assign(
        score=scores, behind_the_first=behind, significantly_lower=marks
    )
    table.loc[0, ["behind_the_first", "significantly_lower"]] = ""
    return table.rename(columns={"score": names.metric(results.metric)})


#: What comparisons are called in tables.
COMPARISONS = {
    PRIMARY: "fixed before the run",
    SECONDARY: "learned against reference",
    EXPLORATORY: "against the first set",
}


def pair_table(conclusions: pd.DataFrame) -> pd.DataFrame:
    """Return who is ahead of whom, a row per pair of feature sets and classifier."""
    return pd.DataFrame(
        {
            "comparison": COMPARISONS[row.comparison],
            "feature_set": row.feature_set,
            "against": names.feature_set(row.baseline),
            "classifier": row.classifier,
            "ahead": answers.who_is_ahead(row),
            "mean_difference": f"{row.difference:+.3f}"
            f"{interval(row.low, row.high, signed=True, digits=3)}",
            "corrected_p": row.p,
        }
        for row in conclusions.itertuples()
    )


def score_table(
    intervals: pd.DataFrame, metric: str = "macro_f1", quoted=QUOTED
) -> pd.DataFrame:
    """Return score and interval, per classifier, feature set and percentage.

    Each percentage quoted is the nearest that there is.
    """
    rows = intervals[intervals["main"] & (intervals["metric"] == metric)]
    there = rows["percentage"].unique()
    columns = list(dict.fromkeys(min(there, key=lambda p: abs(p - q)) for q in quoted))
    rows = rows[rows["percentage"].isin(columns)]
    text = rows.apply("{score:.3f} ({low:.3f} to {high:.3f})".format_map, axis=1)
    text = text.str.replace(" (nan to nan)", "")
    table = rows.assign(text=text).pivot_table(
        "text",
        ["classifier", "feature_set"],
        "percentage",
        aggfunc="first",
        sort=False,
    )
    return table[columns].rename(columns="{} %".format).reset_index()


def class_table(results: Results) -> pd.DataFrame:
    """Count what there is of each class, and what labels are used for.

    A row per class, and one for utterances without a label where there are any:
    utterances, voices, those of them whose speaker is unknown, the labels used for
    training and for testing in any fold, and those used for neither.
    """
    table = results.utterances.assign(
        training=is_used(results, "training"),
        test=is_used(results, "test"),
        unused=~is_used(results, "training", "test"),
        unknown=results.utterances["speaker"] == "",
    )
    rows = []
    for label in (*results.classes, ""):
        of_label = table[table["label"] == label]
        row = {
            "class": label or "no label",
            "utterances": len(of_label),
            "voices": of_label["voice"].nunique(),
            "of_unknown_speaker": of_label["unknown"].sum(),
        }
        if label:
            row |= {
                "labels_for_training": of_label["training"].sum(),
                "labels_for_test": of_label["test"].sum(),
                "labels_not_used": of_label["unused"].sum(),
            }
        if label or len(of_label):
            rows.append(row)
    return pd.DataFrame(rows)


def fold_table(results: Results, per_class: bool = False) -> pd.DataFrame:
    """Count the utterances and voices of each role, a row per fold.

    Or, per class, a row per fold and class, of training and test alone.
    """
    roles = results.roles[results.roles["label"].ne(ALL) == per_class]
    if per_class:
        roles = roles[roles["role"] != "unlabelled"]
    index, counts = ["fold", *["label"][:per_class]], ["utterances", "voices"]
    wide = roles.pivot_table(counts, index, "role", aggfunc="first", sort=False)
    columns = list(itertools.product(roles["role"].unique(), counts))
    table = pd.DataFrame({f"{r}_{c}": wide[c, r] for r, c in columns}).reset_index()
    if not per_class:
        tested = roles[roles["role"] == "test"].set_index("fold")["parts"]
        table["parts_tested"] = table["fold"].map(tested)
    return table.rename(columns={"label": "class"})


def _file(frame, path):
    """A table with the title and the caption that its file has."""
    title, caption = contents.result_of(path).title, contents.caption(path)
    return tables.make(frame, title, caption, path)


def _speech(results):
    folder = results.folder
    shown = [
        tables.make(
            class_table(results),
            "Utterances, voices and labels",
            "A voice is a speaker; where the speaker is unknown, it is the session, or "
            "else the utterance itself. A label counts as used for training or for "
            "test if any fold uses it so.",
            folder / "utterances.csv",
        ),
        tables.make(
            fold_table(results),
            "Folds",
            "Utterances and voices of each fold. Classifiers use the labels of "
            "training and test utterances; nothing looks at labels of unlabelled ones.",
            folder / "fold1" / "roles" / "training.csv",
        ),
    ]
    if results.segments is not None:
        shown.append(_file(results.segments, folder / "segments.csv"))
    sentences = answers.about_folds(results)
    if len(results.rejected):
        shown.append(_file(results.rejected, folder / "rejected_counts.csv"))
    else:
        sentences.append("Nothing was left out.")
    folded = [
        tables.make(
            fold_table(results, per_class=True),
            "Labels used, per fold and class",
            "Utterances and voices of each class.",
            folder / "fold1" / "roles" / "training.csv",
        ),
        _file(results.confounds, folder / "confounds.csv"),
    ]
    return Group("", "", _of_stage("speech"), sentences, shown, folded)


def _labels(results):
    told = labelling.of_labelled(results.labelled, results.classes)
    where = (
        "They stand in `labelled.csv`, and count as labels nowhere. The predictor that "
        "made them, with its model card, stands in `predictor/`."
    )
    return Group("", "", _of_stage("scores"), [*told, where])


def _autoencoders(results, segment):
    path = results.folder / "fold1" / "autoencoders" / segment / "choice.yaml"
    sentences = [answers.about_choice(results)]
    shown = [_file(results.choices[segment][CHOSEN], path)]
    folded = []
    if segment in results.rungs:
        rungs = results.rungs[segment]
        sentences.insert(0, answers.about_search(rungs))
        rungs = rungs.assign(kept=_marked(rungs["kept"]))[RUNGS]
        folded.append(_file(rungs, path.with_name("rung1") / "kept.csv"))
    if len(results.autoencoders[segment]):
        trained = _with_marks(results.autoencoders[segment])[TRAINED]
        folded.append(_file(trained, path.with_name("metrics.json")))
    if segment in results.criteria:
        tried = results.criteria[segment]
        by = results.config["autoencoders"]["select_by"]
        sentences += answers.about_criterion(tried, segment, by)
        tried = _with_marks(tried)
        columns = ["fold", *(column for column in tried if column != "fold")]
        folded.append(_file(tried[columns], path.with_name("criteria.csv")))
    shows = _of_stage("autoencoders")
    return _of_variant(segment, shows, sentences, shown, folded)


def _of_variant(segment, *content, **more):
    return Group(answers.variant(segment), segment, *content, **more)


def _with_marks(table):
    """Mark autoencoders as chosen by a word, not a truth value."""
    return table.assign(chosen=_marked(table["chosen"]))


def _marked(truths):
    """Write truth values as a word or nothing."""
    return truths.map({True: "yes", False: ""})


def _of_stage(stage):
    return lambda name, _: registry.FIGURES[name].stage == stage


def _scores(results, segment):
    path = results.folder / "statistics" / segment / "ranking.csv"
    statistics, metric = results.statistics[segment], results.metric
    sentences = [
        answers.about_scores(statistics.intervals, len(results.folds)),
        answers.about_chance(statistics.chance, metric),
        more_labels.held(statistics.back_test, metric),
    ]
    if statistics.groups is not None:
        sentences += groups.sentences(statistics.groups, metric)
    if statistics.next_to_label is not None:
        _, tried, _ = next_labels.sentences(statistics.next_to_label, metric)
        sentences.append(tried)
    title, caption = contents.result_of(path).title, contents.caption(path)
    ranked = ranking_table(results, segment)
    shown = tables.make(ranked, title, caption, path, most=MOST_RANKED)
    shows = _shown_with_answer(results, segment)
    return _of_variant(segment, shows, list(filter(None, sentences)), [shown])


def _shown_with_answer(results, segment):
    classifier = results.statistics[segment].best(results.metric)["classifier"]
    return lambda name, of: name in SHOWN and of in ("", classifier)


def _all_scores(results, segment):
    """All scores of a variant, and all figures of them that do not stand elsewhere."""
    statistics, metric = results.statistics[segment], results.metric
    source = results.folder / "statistics" / segment
    curves = score_table(statistics.intervals, metric)
    title = f"{names.METRICS[metric]} with fewer labels"
    path = source / "intervals.csv"
    folded = [
        _file(ranking_table(results, segment), source / "ranking.csv"),
        tables.make(curves, title, "With 95 % intervals.", path),
    ]
    if len(statistics.conclusions):
        pairs = pair_table(statistics.conclusions)
        how = answers.how_sure(results)
        path = source / "conclusions.csv"
        folded.append(tables.make(pairs, "Who is ahead of whom", how, path))
    is_first = segment == answering(results)
    elsewhere = _shown_with_answer(results, segment) if is_first else lambda *_: False
    return _of_variant(
        segment,
        lambda name, of: (
            registry.FIGURES[name].stage == "scores" and not elsewhere(name, of)
        ),
        [],
        folded=folded,
    )
