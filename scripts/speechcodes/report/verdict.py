"""The first screen: which features to take, how good they are, and what to do next."""

import shlex
from typing import NamedTuple

import numpy as np
import pandas as pd

from speechcodes import names
from speechcodes.experiment.bootstrap import FEWEST
from speechcodes.experiment.comparison import PRIMARY
from speechcodes.experiment.conclusions import SURE
from speechcodes.names import FEATURE_SETS, is_per_speaker, listed, parts
from speechcodes.predictor import FEW
from speechcodes.report import labelling, next_labels
from speechcodes.report.answers import about_primary
from speechcodes.report.more_labels import of_whom, would_help
from speechcodes.report.results import Results
from speechcodes.report.words import capitalised, interval, with_classifier

#: Others that are as good as the best, named one by one.
MOST_NAMED = 2


class Line(NamedTuple):
    """A question of the first screen, and its answer."""

    question: str
    answer: str


class Verdict(NamedTuple):
    """What the first screen says.

    Attributes
    ----------
    segment : str
        The variant that the answer is about; see `answering`.
    headline : str
        Which features to take, or why that cannot be told.
    lines : list of Line
    """

    segment: str
    headline: str
    lines: list[Line]

    def __str__(self) -> str:
        """Return headline and answers as one text."""
        return " ".join([self.headline, *(line.answer for line in self.lines)])


def answering(results: Results) -> str:
    """Return the segment variant that a report's answer is about.

    That of the primary comparison; where there is none, that of the highest score.
    """
    primary = results.config["statistics"].get("primary") or {}
    if primary.get("segment") in results.statistics:
        return primary["segment"]
    return max(
        results.statistics,
        key=lambda segment: results.statistics[segment].best(results.metric)["score"],
    )


def verdict(results: Results) -> Verdict:
    """Return the `Verdict` of a run."""
    segment = answering(results)
    found = results.statistics[segment]
    ranked = found.ranked(results.metric)
    lines = [
        Line("What is that?", _what(ranked.iloc[0])),
        Line("How good is that?", _how_good(results, segment, ranked)),
        Line("Could anything else be as good?", _as_good(ranked)),
        Line("Do features learned without labels beat the others?", _learned(found)),
        Line("Would more labels help?", _more_labels(found, ranked)),
        Line("Which to label next?", _next(results)),
        Line("And what has no label?", _rest(results)),
        Line("How sure is that?", _how_sure(found, ranked)),
    ]
    several = len(results.statistics) > 1
    where = f" (segment variant `{segment}`)" if several else ""
    headline = _headline(found, ranked, where)
    return Verdict(segment, headline, [line for line in lines if line.answer])


def commands(results: Results) -> dict[str, str]:
    """Return what to do next, and the command for it."""
    folder = str(results.folder)
    config = shlex.quote(f"{folder}/config.yaml")
    snakemake = f"snakemake --cores all --configfile {config}"
    predictor = f"python scripts/label.py {shlex.quote(f'{folder}/predictor')} NEW.csv"
    found = {}
    if results.config.get("predictor", {}).get("in_all"):
        found["Label new speech, a table of paths and speakers"] = predictor
    elif results.config.get("segments"):
        found["Train a predictor on all labels, and label new speech"] = (
            f"snakemake --cores all predictor --configfile {config}\n{predictor}"
        )
        if (results.utterances["label"] == "").any():
            found["Label the rest of the corpus, and list what to label next"] = (
                f"snakemake --cores all labelled next_to_label --configfile {config}"
            )
    return found | {"Run again after a change of labels, audio or settings": snakemake}


def _headline(found, ranked, where):
    best = ranked.iloc[0]
    if np.isnan(best["low"]):
        tested = listed(found.main["resampled"].unique())
        return (
            f"Your data cannot tell: with {tested}, fewer than {FEWEST}, no score has "
            "an interval."
        )
    if found.chance_of(best)["p"] >= SURE:
        return "No features tell your classes apart better than chance."
    n, tied = len(ranked) - 1, int(ranked["as_good"][1:].sum())
    others = f"; {tied} of {n} others may be as good" if tied else ""
    return f"Take {with_classifier(best)}{where}{others}."


def _what(best):
    """What the features are, part by part."""
    known = [
        FEATURE_SETS[part]
        for part in parts(best["feature_set"])
        if part in FEATURE_SETS
    ]
    told = [f"{capitalised(one.title)}: {one.about}." for one in known]
    if is_per_speaker(best["feature_set"]):
        told.append("Per speaker: standardised within each speaker.")
    return " ".join(told)


def _how_good(results, segment, ranked):
    """The score of the best with most labels and with few, chance, and classes."""
    best, found = ranked.iloc[0], results.statistics[segment]
    curve, level = found.same("intervals", best), found.chance_of(best)
    fewest, last = curve.iloc[0], curve.iloc[-1]
    of = "all" if last["percentage"] == 100 else f"{last['percentage']} % of the"
    told = (
        f"{capitalised(names.metric(best['metric']))} {best['score']:.2f}"
        f"{interval(best['low'], best['high'])} on speakers never heard, with {of} "
        f"labels that a fold trains on ({last['n_training_utterances']})"
    )
    if len(curve) > 1:
        told += f"; {fewest['score']:.2f} with {fewest['n_training_utterances']}"
    told += f". Chance is {level['score']:.2f}. F1 by class: "
    classes = f1_by_class(results, segment, best)
    told += listed(f"{label} {f1:.2f}" for label, f1 in classes.items()) + "."
    if is_per_speaker(best["feature_set"]):
        told += (
            f" It needs {FEW} or more utterances of each new speaker, without labels; "
            f"the score is of speakers with {last['fewest_of_speaker']} or more."
        )
    return told


def f1_by_class(results: Results, segment: str, best: pd.Series) -> dict[str, float]:
    """Return the F1 score of each class, from the mean confusions of all draws."""
    rows = results.confusions
    for key in ("feature_set", "classifier", "percentage"):
        rows = rows[rows[key] == best[key]]
    rows = rows[rows["segment"] == segment].drop_duplicates(["label", "predicted"])
    right = rows[rows["label"] == rows["predicted"]].set_index("label")["cases"]
    both = (
        rows.groupby("label")["cases"]
        .sum()
        .add(rows.groupby("predicted")["cases"].sum(), fill_value=0)
    )
    return {label: 2 * right[label] / both[label] for label in results.classes}


def _as_good(ranked):
    n = len(ranked) - 1
    if not n:
        return ""
    others = ranked[1:][ranked["as_good"][1:].astype(bool)]
    pairs = "other pairs of features and classifier"
    if others.empty:
        return f"No: all {n} {pairs} score significantly lower."
    if len(others) == n and n > MOST_NAMED:
        return f"Yes: none of the {n} {pairs} scores significantly lower."
    named = [with_classifier(row) for _, row in others.head(MOST_NAMED).iterrows()]
    if len(others) > MOST_NAMED:
        named.append(f"and {len(others) - MOST_NAMED} more")
    return (
        f"Of the {n} {pairs}, {len(others)} "
        f"{'is' if len(others) == 1 else 'are'} not significantly lower: "
        f"{'; '.join(named)}."
    )


def _learned(found):
    """The learned set that the run was made for, against the best reference."""
    primary = found.conclusions[found.conclusions["comparison"] == PRIMARY]
    if primary.empty:
        return ""
    return (
        f"{about_primary(next(primary.itertuples()))} This one comparison is corrected "
        "for its own percentages, the count of others for all pairs."
    )


def _more_labels(found, ranked):
    best = ranked.iloc[0]
    return f"{would_help(found, best)} {of_whom(found, best)}".strip()


def _next(results):
    """Whether to choose what to label, by the variant that scores highest."""
    metric = results.metric
    best = max(results.statistics.values(), key=lambda one: one.best(metric)["score"])
    if best.next_to_label is None:
        return ""
    helps, _, what_to_do = next_labels.sentences(best.next_to_label, metric)
    return f"{helps} {what_to_do}"


def _rest(results):
    if results.labelled is None:
        return ""
    return " ".join(labelling.of_labelled(results.labelled, results.classes))


def _how_sure(found, ranked):
    """What intervals cover, and that the best was picked."""
    main = found.main
    told = [f"test speakers ({listed(main['resampled'].unique())})"]
    if main["halvings"].min():
        trained = main["training_voices"].min()
        told.append(f"training speakers ({trained} in a fold)")
    if main["draws"].max() > 1:
        told.append(f"labelled utterances ({main['draws'].max()} draws)")
    picked = ""
    if len(ranked) > 1:
        picked = (
            f" The best of {len(ranked)} was picked by its score, so expect slightly "
            "less."
        )
    return f"95 % intervals cover the choice of {listed(told)}.{picked}"
