"""What a run found, in sentences and small tables, and a page of plain text."""

import itertools

import numpy as np
import pandas as pd

from speechcodes.autoencoders import selection
from speechcodes.corpus import duplicates
from speechcodes.experiment import confounds, selection_check
from speechcodes.experiment.conclusions import asked
from speechcodes.names import (
    METRICS,
    PER_SPEAKER,
    criterion,
    feature_set,
    is_per_speaker,
)
from speechcodes.records import LABELS, SPLITS, UNUSABLE_AUDIO

SYNTHETIC = (
    "The speech of this corpus is synthetic: eSpeak NG spoke it, and its classes are "
    "settings of pitch, range, rate and loudness. Its scores show that the workflow "
    "works, and nothing about people."
)

NO_BETTER = (
    "Segments {segment}: the autoencoder chosen reconstructs no better than the mean "
    "spectrogram of the unlabelled speech, so that its code says little. More epochs, "
    "smaller batches, more speech or `features.spectrogram.scale: log` may help."
)

NOT_WORTH_IT = (
    "Segments {segment}: {codes} score no higher than {reference} with {n} of "
    "{classifiers} classifiers, over the whole curve: they are not worth their "
    "training here."
)

#: Features that need no training to speak of, which codes have to beat.
REFERENCES = ("pooled", "pca")

_UNUSABLE = (
    "{n} audio files could not be used ({reasons}) and are left out: mend or remove "
    "what `rejected.csv` names."
)

_MOVED = (
    "Segments {segment} leave out {dropped} of {utterances} {split} utterances as too "
    "short, and {label} ones are {after:.0f} % of those left, {before:.0f} % before: "
    "which utterances are long depends on their class. Shorter segments, or "
    "`short_signals: pad`, keep them."
)

_FEW_OF_SPEAKER = (
    "Segments {segment}: features are normalised per speaker ({sets}), and a training "
    "or test speaker has only {fewest}: the mean of so few takes away, with the voice, "
    "much of what is said."
)

_FOLDS = (
    "Predictions of {folds} folds as one: each tests the speakers of another group, "
    "with classifiers trained on the next group and, for codes, an autoencoder trained "
    "on all others without labels. Intervals are over the test speakers of all folds. "
    "The folds' own reports tell what was left out, and what is unfair in each."
)

NOTHING_TO_COMPARE = "One feature set alone: there is nothing to compare."

HOW_SURE = (
    "A feature set is called ahead only if the whole curve or its largest difference "
    "is certain, in this score and in UAR (p < 0.05, corrected for both and for the "
    "number of classifiers): of pairs of feature sets without any difference, at most "
    "about one in twenty has a winner named. The percentages named are those where an "
    "interval that covers all of a classifier's percentages at once excludes zero."
)

#: Percentages to quote, as near as the experiment has them.
QUOTED = (10, 50, 100)
#: Fewer draws give rough intervals.
FEW_DRAWS = 10
#: A speaker with fewer utterances has a mean that is theirs more than the speaker's.
FEW_OF_SPEAKER = 10
#: Percentage points by which leaving out short utterances may move a class.
LARGE_MOVE = 5


def page(
    corpus,
    metric,
    *,
    intervals,
    chance,
    conclusions,
    confounded,
    utterances,
    rejected,
    segments=None,
    repeated=None,
    choices=None,
    select_by="validation_loss",
    tried=None,
):
    """Return the summary of a run as Markdown.

    Parameters
    ----------
    corpus : dict
        The section of the configuration.
    metric : str
        What to quote.
    intervals, chance, conclusions : dict of str to pd.DataFrame
        Segment variant to its tables of the statistics.
    confounded, utterances, rejected : pd.DataFrame
        `confounds.csv`, `utterances.csv` and `rejected_counts.csv`.
    segments : pd.DataFrame, optional
        `segments.csv`, where there is audio.
    repeated : pd.DataFrame, optional
        `repeats.csv`, where there is audio.
    choices : dict, optional
        Segment variant to the metrics of the autoencoder chosen.
    select_by : str
        The criterion that they were chosen by.
    tried : dict, optional
        Segment variant to its table of criteria and scores, where there were trials;
        see `selection_check.table`.
    """
    choices = choices or {}
    parts = [f"# {corpus['name']}"]
    if corpus["reader"] == "demo":
        parts.append(f"**{SYNTHETIC}**")
    parts += ["## Answer", *_answers(conclusions)]
    found = warnings(
        confounded, choices, intervals, rejected, segments, repeated, metric
    )
    parts += ["## Warnings", _list(found) if found else "None."]
    parts += ["## Utterances", _table(sizes(utterances))]
    if segments is not None:
        parts += ["Segments per variant, and what is too short for any:"]
        parts += [_table(segments)]
    parts += ["## Left out", _table(rejected) if len(rejected) else "Nothing."]
    if choices:
        parts += ["## Autoencoders chosen", describe_choice(select_by)]
        parts += [_table(_chosen(choices))]
        for segment, table in (tried or {}).items():
            parts += [" ".join(selection_check.sentences(table, segment, select_by))]
    for segment, of_segment in intervals.items():
        parts += [f"## {METRICS[metric]}, segments {segment}"]
        parts += [describe(of_segment), _table(score_table(of_segment, metric))]
        parts += [describe_chance(chance[segment], metric)]
    return "\n\n".join(parts) + "\n"


def page_of_folds(corpus, folds, segment, metric, *, intervals, chance, conclusions):
    """Return the summary of all folds of one segment variant together, as Markdown.

    Parameters
    ----------
    corpus : dict
        The section of the configuration.
    folds : int
    segment, metric : str
    intervals, chance, conclusions : pd.DataFrame
        Tables of the statistics.
    """
    found = list(_warnings_of_variant(segment, intervals[intervals["main"]]))
    parts = [f"# {corpus['name']}, all {folds} folds, segments {segment}"]
    if corpus["reader"] == "demo":
        parts.append(f"**{SYNTHETIC}**")
    parts += [_FOLDS.format(folds=folds)]
    parts += ["## Answer", *_answers({segment: conclusions})]
    parts += ["## Warnings", _list(found) if found else "None."]
    parts += [f"## {METRICS[metric]}", describe(intervals)]
    parts += [_table(score_table(intervals, metric)), describe_chance(chance, metric)]
    return "\n\n".join(parts) + "\n"


def score_table(intervals, metric="macro_f1", quoted=QUOTED):
    """Return score and interval, per classifier, feature set and percentage.

    Parameters
    ----------
    intervals : pd.DataFrame
        Of one segment variant.
    metric : str
    quoted : sequence of int
        Percentages, each replaced by the nearest that there is.
    """
    rows = intervals[intervals["main"] & (intervals["metric"] == metric)]
    there = rows["percentage"].unique()
    columns = list(dict.fromkeys(min(there, key=lambda p: abs(p - q)) for q in quoted))
    rows = rows[rows["percentage"].isin(columns)]
    text = rows.apply("{score:.3f} ({low:.3f} to {high:.3f})".format_map, axis=1)
    table = rows.assign(text=text).pivot_table(
        "text",
        ["classifier", "feature_set"],
        "percentage",
        aggfunc="first",
        sort=False,
    )
    return table[columns].rename(columns="{} %".format).reset_index()


def _answers(conclusions):
    """Sentences per variant, and how sure they are."""
    found = {s: list(asked(table)["sentence"]) for s, table in conclusions.items()}
    if not any(found.values()):
        return [NOTHING_TO_COMPARE]
    several = len(found) > 1
    lines = []
    for segment, sentences in found.items():
        lines += [f"Segments {segment}:"] if several else []
        lines.append(_list(sentences))
    return [*lines, HOW_SURE]


def warnings(
    confounded,
    choices,
    intervals,
    rejected,
    segments=None,
    repeated=None,
    metric="macro_f1",
):
    """Say in plain words what limits the answer; parameters are those of `page`.

    Returns
    -------
    list of str
        Sentences: of audio that is there twice, of an unfair corpus, of audio left out,
        of autoencoders that learned nothing, of codes that no reference is behind, and
        of what limits the comparison of each segment variant.
    """
    return [
        *(duplicates.warnings(repeated) if repeated is not None else []),
        *confounds.warnings(confounded),
        *_warnings_of_rejected(rejected),
        *_warnings_of_short(segments),
        *(
            NO_BETTER.format(segment=segment)
            for segment, choice in choices.items()
            if not selection.learned(choice)
        ),
        *(
            warning
            for segment, table in intervals.items()
            for main in [table[table["main"]]]
            for warning in (
                *_warnings_of_codes(segment, main[main["metric"] == metric]),
                *_warnings_of_variant(segment, main),
            )
        ),
    ]


def _warnings_of_rejected(rejected):
    """Audio that no feature could be computed from; every stage counts it anew."""
    unusable = rejected[rejected["reason"].isin(UNUSABLE_AUDIO)]
    counts = unusable.groupby("reason")["count"].max()
    if len(counts):
        reasons = ", ".join(f"{n} {reason}" for reason, n in counts.items())
        yield _UNUSABLE.format(n=counts.sum(), reasons=reasons)


def _warnings_of_short(segments):
    """Classes that change their share, as short utterances are left out."""
    if segments is None:
        return
    watched = segments[segments["split"].isin(["training", "test"])]
    for (segment, split), rows in watched.groupby(["segment", "split"], sort=False):
        most = rows.loc[rows["class_share_change"].abs().idxmax()]
        if abs(most["class_share_change"]) > LARGE_MOVE:
            yield _MOVED.format(
                segment=segment,
                split=split,
                dropped=rows["dropped"].sum(),
                utterances=rows["utterances"].sum(),
                label=most["label"],
                before=most["class_share_before"],
                after=most["class_share_after"],
            )


def _warnings_of_codes(segment, scores):
    """Features without training that codes do not beat with most classifiers."""
    for reference, suffix in itertools.product(REFERENCES, ("", PER_SPEAKER)):
        code, reference = f"code{suffix}", f"{reference}{suffix}"
        pair = scores[scores["feature_set"].isin([code, reference])]
        if pair["feature_set"].nunique() < 2:
            continue
        curves = pair.pivot_table(
            "score", ["classifier", "feature_set"], "percentage"
        ).dropna(axis="columns")
        areas = _areas(curves).unstack("feature_set")
        n = int((areas[code] <= areas[reference]).sum())
        if 2 * n > len(areas):
            yield NOT_WORTH_IT.format(
                segment=segment,
                codes=feature_set(code),
                reference=feature_set(reference),
                n=n,
                classifiers=len(areas),
            )


def _areas(curves):
    """Area under each row, on a logarithmic axis of percentages, the columns."""
    x = np.log(curves.columns.to_numpy(float))
    # A single point has no area.
    areas = np.trapezoid(curves, x, axis=1) if len(x) > 1 else curves.iloc[:, 0]
    return pd.Series(areas, curves.index)


def _warnings_of_variant(segment, main):
    """What limits the comparison of one segment variant."""
    cases = main.drop_duplicates("feature_set")
    if cases["unit"].nunique() > 1:
        units = " and ".join(
            f"{feature_set(case.feature_set)} on {case.n} test {case.unit}s"
            for case in cases.itertuples()
        )
        yield (
            f"Segments {segment}: feature sets are scored on different units, {units}, "
            "so that their difference is one of units too."
        )
    draws = main["draws"].max()
    if draws < FEW_DRAWS:
        yield (
            f"Segments {segment}: {_draws(draws)} of training "
            "utterances, fewer than 10: intervals do not cover well, and with a single "
            "one not at all, which utterances were drawn (`experiment.draws`)."
        )

    normalised = _per_speaker(main)
    if len(normalised) and normalised["fewest_of_speaker"].min() < FEW_OF_SPEAKER:
        yield _FEW_OF_SPEAKER.format(
            segment=segment,
            sets=", ".join(normalised["feature_set"].unique()),
            fewest=_utterances(normalised["fewest_of_speaker"].min()),
        )


def _per_speaker(main):
    """The rows of feature sets that are normalised per speaker."""
    return main[main["feature_set"].map(is_per_speaker).astype(bool)]


def _draws(n):
    return "1 draw" if n == 1 else f"{n} draws"


def _utterances(n):
    return "1 utterance" if n == 1 else f"{n} utterances"


def sizes(utterances):
    """Count the utterances of each class, and the speakers, per split.

    Parameters
    ----------
    utterances : pd.DataFrame
        `utterances.csv`.
    """
    split = utterances["split"].replace("", "in no split")
    table = pd.crosstab(split, utterances["label"])
    table = table.reindex([s for s in (*SPLITS, "in no split") if s in table.index])
    # Unknown speakers, whose name is empty, are not one speaker.
    speakers = utterances["speaker"].replace("", pd.NA).groupby(split)
    return (
        table.reindex(columns=LABELS, fill_value=0)
        .assign(speakers=speakers.nunique())
        .reset_index()
    )


def describe_choice(select_by):
    """Say what autoencoders were chosen by."""
    return (
        "Of those about as good as the best the smallest encoder is chosen, compared "
        f"by {criterion(select_by)}, without any label."
    )


def _chosen(choices):
    keys = ["name", "encoder_parameters", "training_loss", "validation_loss"]
    keys += ["mean_spectrogram_loss", *list(selection.CRITERIA)[1:], "epochs"]
    rows = [{"segment": s, **{k: c[k] for k in keys}} for s, c in choices.items()]
    return pd.DataFrame(rows).round(5)


def describe(intervals):
    """Say what the scores of one segment variant are a mean of, and their intervals."""
    main = intervals[intervals["main"]]
    draws, used = main["draws"].max(), main["n_training_utterances"].max()
    resampled = " and ".join(main["resampled"].unique())
    resampled += " and the draws" if draws > 1 else ""
    return (
        f"Mean over {_draws(draws)} and 95 % interval, by resampling {resampled}; "
        f"{main['percentage'].max()} % are {used} labelled utterances."
        + _describe_normalised(_per_speaker(main))
    )


def _describe_normalised(normalised):
    """Say which features are normalised per speaker, and over how much; or nothing."""
    if normalised.empty:
        return ""
    return (
        f" Per speaker ({', '.join(normalised['feature_set'].unique())}): features "
        "have zero mean and unit variance over all utterances that a speaker has in a "
        "split, in the test split too, and without looking at labels; the speaker with "
        f"the fewest has {_utterances(normalised['fewest_of_speaker'].min())}."
    )


def describe_chance(chance, metric):
    """Say at which level chance lies in one segment variant."""
    rows = chance[chance["metric"] == metric]
    return (
        "Chance, measured: against shuffled test classes the same predictions score "
        f"{rows['score'].mean():.3f} on average, and within {rows['low'].min():.3f} to "
        f"{rows['high'].max():.3f} (95 % intervals of all classifiers and percentages)."
    )


def _list(sentences):
    return "\n".join(f"- {sentence}" for sentence in sentences)


def _table(table):
    return table.to_markdown(index=False)
