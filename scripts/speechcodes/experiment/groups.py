"""How well each group of test utterances is served, and whether one is served worse.

Each group is held against all other test utterances, which were predicted by the same
models: draws and halves of training speakers are common to both, and test speakers are
resampled independently. Somebody who speaks in both is resampled in each, which errs
on the wide side.
"""

import numpy as np
import pandas as pd

from speechcodes.experiment import bootstrap
from speechcodes.experiment.metrics import METRICS
from speechcodes.experiment.predictions import Predicted

#: By how much a group must be behind to be called worse.
MUCH = 0.05
#: Stands for an utterance of which a column says nothing.
UNKNOWN = "unknown"


def score(
    predicted: Predicted, groups: pd.DataFrame, *, resamples: int, seed: int
) -> pd.DataFrame:
    """Score each group of test utterances, and hold it against all others.

    Parameters
    ----------
    predicted : Predicted
    groups : pd.DataFrame
        The value of each utterance, by its id, in some columns; each of them divides
        the utterances into groups. An empty value is the group `UNKNOWN`.
    resamples : int
        Of test speakers and draws.
    seed : int

    Returns
    -------
    pd.DataFrame
        Per column, group and metric a row. `lacking` are the classes, joined by a
        space, that the group lacks: macro F1 is over those that are there, and there is
        no difference to what has others. The score has a 95 % interval. `difference` is
        the group minus all others; its interval holds for all groups of a column at
        once (Bonferroni). Intervals are missing with fewer than `bootstrap.FEWEST` test
        speakers. `worse` says that the group is behind by more than `MUCH` and that
        the interval excludes zero.
    """
    resampling = bootstrap.Resampling(resamples, seed)
    tables = []
    for column in groups:
        value = groups[column].reindex(predicted.id).fillna("").replace("", UNKNOWN)
        value = value.to_numpy(str)
        values = np.unique(value)
        # Of two, each is held against the other.
        tests = 1 if len(values) == 2 else len(values)
        for one in values:
            rows = _rows(predicted, value == one, resampling, tests)
            tables.append(rows.assign(column=column, group=one))
    first = ["column", "group", "feature_set", "classifier", "percentage"]
    table = pd.concat(tables, ignore_index=True)
    return table[[*first, *table.columns.difference(first, sort=False)]]


def _rows(predicted, of_group, resampling, tests):
    """The rows of one group, a metric each."""
    group, others = (_only(predicted, cases) for cases in (of_group, ~of_group))
    lacking, of_others = _lacking(group), _lacking(others)
    found = _estimate(group, resampling)
    interval = bootstrap.intervals(found)
    difference, low, high = np.full((3, len(METRICS)), np.nan)
    if lacking == of_others:
        apart = found - _estimate(others, resampling)
        difference = apart.values
        low, high, _ = bootstrap.intervals(apart, tests=tests)
    return pd.DataFrame(
        {
            "feature_set": predicted.feature_set,
            "classifier": predicted.classifier,
            "percentage": predicted.percentage,
            "utterances": len(np.unique(group.utterance)),
            "speakers": found.n_test,
            "lacking": " ".join(lacking),
            "metric": METRICS,
            "score": found.values,
            "low": interval.low.clip(0, 1),
            "high": interval.high.clip(0, 1),
            "difference": difference,
            "difference_low": low.clip(-1, 1),
            "difference_high": high.clip(-1, 1),
            "worse": (difference < -MUCH) & (high < 0),
        }
    )


def _only(predicted, cases):
    """The predictions of some cases alone."""
    return predicted._replace(
        truth=predicted.truth[cases],
        utterance=predicted.utterance[cases],
        id=predicted.id[cases],
        speaker=predicted.speaker[cases],
        predicted=predicted.predicted[:, cases],
        halves=predicted.halves[..., cases],
    )


def _lacking(predicted):
    """The classes that no case has; all of them where there is no case."""
    there = set(predicted.truth)
    return [name for i, name in enumerate(predicted.classes) if i not in there]


def _estimate(predicted, resampling):
    """The estimate of all metrics, macro F1 over the classes that are there."""
    k = len(predicted.classes)
    factors = np.ones(len(METRICS))
    # A class that is never true has an F1 of 0.
    factors[METRICS.index("macro_f1")] = k / (k - len(_lacking(predicted)))
    return bootstrap.estimate(predicted, resampling).weighted(np.diag(factors))
