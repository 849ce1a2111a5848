"""Which feature set and classifier scores highest, and which cannot be told from it.

Multiple comparisons with the best, as Hsu (1984, "Constrained simultaneous confidence
intervals for multiple comparisons with the best", Annals of Statistics 12) asks for
them: differences to the highest score, with intervals that hold for all at once.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from speechcodes import names
from speechcodes.errors import InputError
from speechcodes.experiment import bootstrap
from speechcodes.experiment.metrics import METRICS

_KEYS = ["feature_set", "classifier", "percentage"]
COLUMNS = ["segment", "metric", "rank", *_KEYS, "n_training_utterances"]
COLUMNS += ["score", "low", "high", "behind", "behind_low", "behind_high", "as_good"]
#: What tells apart what can be chosen, and may be asked for.
CHOICE = ["segment", "feature_set", "classifier"]


def ranking(
    intervals: pd.DataFrame, points: Mapping[tuple, bootstrap.Estimate]
) -> pd.DataFrame:
    """Rank all feature sets with all classifiers at the largest percentage.

    Self-trained ones are left out where that is 100, since nothing is left to train on.

    Parameters
    ----------
    intervals : pd.DataFrame
        See `comparison.Statistics`.
    points : mapping of tuple to bootstrap.Estimate
        The estimate of each segment variant, feature set, classifier and percentage,
        with a value per metric.

    Returns
    -------
    pd.DataFrame
        Per segment variant and metric a row for each feature set and classifier, the
        highest score first. `behind` is by how much the first is ahead; its interval
        holds for all rows at once, and is missing with fewer than `bootstrap.FEWEST`
        test speakers. `as_good` says that this interval does not exclude zero.
    """
    main = intervals[intervals["main"]]
    last = main[main["percentage"] == main["percentage"].max()]
    if last["percentage"].max() == 100:
        # With all labels, self-training is plain training.
        last = last[~last["feature_set"].map(names.is_self_trained).astype(bool)]
    tables = [
        _behind(rows.sort_values("score", ascending=False, kind="stable"), points)
        for _, rows in last.groupby(["segment", "metric"], sort=False)
    ]
    return pd.concat(tables, ignore_index=True)[COLUMNS]


def _behind(rows, points):
    """The rows of one variant and metric, the best first, with what they are behind."""
    metric = METRICS.index(rows["metric"].iloc[0])
    best, *others = (
        points[key].only(metric)
        for key in rows[["segment", *_KEYS]].itertuples(index=False, name=None)
    )
    low, high = np.zeros(len(rows)), np.zeros(len(rows))
    if others:
        differences = bootstrap.side_by_side([best - other for other in others])
        low[1:], high[1:], _ = bootstrap.intervals(differences, together=True)
    return rows.assign(
        rank=range(1, len(rows) + 1),
        behind=rows["score"].max() - rows["score"],
        behind_low=low.clip(-1, 1),
        behind_high=high.clip(-1, 1),
        as_good=~(low > 0),
    )


def candidates(intervals: pd.DataFrame, metric: str, wanted: Mapping) -> pd.DataFrame:
    """Return what can be chosen to label utterances, with its scores of utterances.

    These are those at the largest percentage, whatever the experiment ranks by: the
    study ranks by segments. Self-trained sets are left out, since what is chosen is
    trained on all labels, or tells what to add to them.

    Parameters
    ----------
    intervals : pd.DataFrame
        Of `comparison.compare`, of some segment variants.
    metric : str
    wanted : dict
        Keys of `CHOICE` to what is asked for, or None; others are not looked at.

    Raises
    ------
    InputError
        If what is asked for is not in the experiment.
    """
    rows = intervals[
        (intervals["metric"] == metric)
        & (intervals["unit"] == "utterance")
        & (intervals["percentage"] == intervals["percentage"].max())
        & ~intervals["feature_set"].map(names.is_self_trained).astype(bool)
    ]
    for key in CHOICE:
        if (value := wanted.get(key)) is not None:
            if value not in set(rows[key]):
                raise InputError(
                    f"predictor.{key}: there is no {value} in this run, but "
                    f"{', '.join(dict.fromkeys(rows[key]))}"
                )
            rows = rows[rows[key] == value]
    return rows.reset_index(drop=True)


def best(intervals: pd.DataFrame, metric: str, wanted: Mapping) -> pd.Series:
    """Return the row of `candidates` with the highest score; of equals the first."""
    rows = candidates(intervals, metric, wanted)
    return rows.loc[rows["score"].idxmax()]
