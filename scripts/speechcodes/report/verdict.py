"""The first screen: which features to take, how good they are, and what to do next."""

import shlex
from typing import NamedTuple

import numpy as np
import pandas as pd

from speechcodes import names
from speechcodes.experiment.bootstrap import FEWEST
from speechcodes.experiment.comparison import PRIMARY
from speechcodes.experiment.conclusions import SURE
from speechcodes.names import is_learned, is_per_speaker, listed
from speechcodes.report import next_labels
from speechcodes.report.answers import about_primary
from speechcodes.report.more_labels import of_whom, would_help
from speechcodes.report.results import Results, Statistics
from speechcodes.report.words import capitalised, count, interval, with_classifier

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

    The one that the configuration names as primary; else that of the highest score.
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
        Line("How good is that?", _how_good(found, ranked)),
        Line("Is anything else as good?", _as_good(ranked)),
        Line("Learned features or references?", _learned_or_not(found, ranked)),
        Line("Would more labels help?", _more_labels(found, ranked)),
        Line("Which to label next?", _next(found, results.metric)),
        Line("How sure is that?", _how_sure(results, found, ranked)),
    ]
    return Verdict(
        segment, _headline(found, ranked), [line for line in lines if line.answer]
    )


def commands(results: Results) -> dict[str, str]:
    """Return what to do next, and the command for it."""
    folder = str(results.folder)
    config = shlex.quote(f"{folder}/config.yaml")
    found = {}
    if results.config.get("segments"):
        found["Train a predictor on all labels, and label new speech"] = (
            f"snakemake --cores all predictor --configfile {config}\n"
            f"python scripts/label.py {shlex.quote(f'{folder}/predictor')} FOLDER"
        )
        if results.labelled is None and (results.utterances["label"] == "").any():
            found["Label what has no label in this corpus"] = (
                f"snakemake --cores all labelled --configfile {config}"
            )
    found["Run again after a change of labels, audio or settings"] = (
        f"snakemake --cores all --configfile {config}"
    )
    return found


def _headline(found, ranked):
    best = ranked.iloc[0]
    tested = _main(found)["n_resampled"].max()
    if np.isnan(best["low"]):
        return (
            f"Your data cannot tell: with {count(tested, 'test speaker')}, fewer than "
            f"{FEWEST}, no score has an interval."
        )
    if found.chance_of(best)["p"] >= SURE:
        return "No features tell your classes apart better than chance."
    return f"Take {with_classifier(best)}."


def _how_good(found, ranked):
    """The score of the best with most labels and with few, and chance."""
    best = ranked.iloc[0]
    curve, level = found.same("intervals", best), found.chance_of(best)
    fewest, last = curve.iloc[0], curve.iloc[-1]
    score = f"{best['score']:.2f}{interval(best['low'], best['high'])}"
    told = (
        f"{capitalised(names.metric(best['metric']))} {score} on speakers never heard, "
        f"with all {last['n_training_utterances']} labels that a fold trains on"
    )
    if len(curve) > 1:
        told += f"; {fewest['score']:.2f} with {fewest['n_training_utterances']}"
    told += f". Chance is {level['score']:.2f}."
    if is_per_speaker(best["feature_set"]):
        told += (
            " It takes some ten utterances of each new speaker, without labels, to "
            "normalise over."
        )
    return told


def _as_good(ranked):
    n = len(ranked)
    if n == 1:
        return ""
    others = ranked[1:][ranked["as_good"][1:].astype(bool)]
    lower = n - 1 - len(others)
    rest = "other pair scores" if lower == 1 else f"other {lower} pairs score"
    if others.empty:
        return f"No: the {rest} lower, of {n} pairs of features and classifier."
    if not lower and n - 1 > MOST_NAMED:
        return f"As far as these data tell, all {n} pairs of features and classifier."
    first = others.head(MOST_NAMED)
    named = [with_classifier(row) for _, row in first.iterrows()]
    if len(others) > MOST_NAMED:
        named.append(f"and {len(others) - MOST_NAMED} more")
    told = f"As far as these data tell: {'; '.join(named)}."
    return f"{told} The {rest} lower." if lower else told


def _learned_or_not(found, ranked):
    """The best learned set against the best that learns nothing."""
    primary = found.conclusions[found.conclusions["comparison"] == PRIMARY]
    if len(primary):
        told = about_primary(next(primary.itertuples()))
        return f"{told} This comparison was fixed before the run."
    learned = ranked["feature_set"].map(is_learned)
    if learned.nunique() < 2:
        return ""
    other = ranked[learned != learned[0]].iloc[0]
    kinds = "learned features", "references"
    kind, of_other = kinds if learned[0] else kinds[::-1]
    lower = (
        f"{other['behind']:.2f}{interval(other['behind_low'], other['behind_high'])}"
    )
    told = f"the best {of_other}, {with_classifier(other)}, score {lower} lower."
    if other["as_good"]:
        return f"Neither for certain: {told}"
    return f"{capitalised(kind)}: {told}"


def _more_labels(found, ranked):
    best = ranked.iloc[0]
    return f"{would_help(found, best)} {of_whom(found, best)}".strip()


def _next(found, metric):
    if found.next_to_label is None:
        return ""
    helps, _, what_to_do = next_labels.sentences(found.next_to_label, metric)
    return f"{helps} {what_to_do}"


def _how_sure(results, found, ranked):
    """What intervals allow for, and that the best was picked."""
    main = _main(found)
    told = [f"{listed(main['resampled'].unique())}"]
    if main["halvings"].min():
        told.append(count(main["training_voices"].min(), "training speaker"))
    if main["draws"].max() > 1:
        told.append(f"{main['draws'].max()} draws of labels")
    picked = ""
    if len(ranked) > 1:
        picked = (
            f" The best of {len(ranked)} was picked by its score: expect a little less."
        )
    return f"95 % intervals allow for others than these {listed(told)}.{picked}"


def _main(found: Statistics) -> pd.DataFrame:
    return found.intervals[found.intervals["main"]]
