"""Which feature set and classifier label the rest: the best, or those asked for."""

from collections.abc import Container, Mapping
from typing import NamedTuple

import pandas as pd

from speechcodes import names
from speechcodes.errors import InputError
from speechcodes.experiment import ranking


class Choice(NamedTuple):
    """What to train, and how good it was on speakers who were never heard."""

    segment: str
    feature_set: str
    classifier: str
    metric: str
    percentage: int
    n_training_utterances: int
    #: The score at that percentage, and its interval.
    score: float
    low: float
    high: float
    #: How many were compared to choose it; 1 where all was asked for.
    candidates: int
    #: A set that scored higher, but cannot be used, or nothing.
    better_unusable: str


def choose(
    intervals: pd.DataFrame, metric: str, wanted: Mapping, unusable: Container[str]
) -> Choice:
    """Choose what scored best at the largest percentage.

    Of equals, the first in the order of the configuration: of segment variants, then
    classifiers, then feature sets.

    Parameters
    ----------
    intervals : pd.DataFrame
    metric, wanted
        See `ranking.candidates`.
    unusable : container of str
        Parts of feature sets that new speech does not have.

    Raises
    ------
    InputError
        If no feature set is left that new speech has.
    """
    rows = ranking.candidates(intervals, metric, wanted)
    usable = ~rows["feature_set"].map(lambda name: has_part(name, unusable)).astype(
        bool
    )
    if not usable.any():
        raise InputError(
            "predictor: all feature sets of this run come from tables of yours or are "
            "controls, and new speech has neither: add a set to "
            "experiment.feature_sets that the workflow computes from audio"
        )
    best = rows.loc[rows.loc[usable, "score"].idxmax()]
    above = rows[~usable & (rows["score"] > best["score"])]
    return Choice(
        *(str(best[key]) for key in (*ranking.CHOICE, "metric")),
        *(int(best[key]) for key in ("percentage", "n_training_utterances")),
        *(float(best[key]) for key in ("score", "low", "high")),
        candidates=int(usable.sum()),
        better_unusable=""
        if above.empty
        else str(above.loc[above["score"].idxmax(), "feature_set"]),
    )


def has_part(feature_set: str, parts: Container[str]) -> bool:
    """Tell whether some part of a feature set is among others.

    >>> has_part("midterm+mine@speaker", ["mine"]), has_part("midterm", ["mine"])
    (True, False)
    """
    return any(part in parts for part in names.parts(feature_set))
