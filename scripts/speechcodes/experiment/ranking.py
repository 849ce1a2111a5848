"""Which feature set and classifier scores highest, and which cannot be told from it.

Multiple comparisons with the best, as Hsu (1984, "Constrained simultaneous confidence
intervals for multiple comparisons with the best", Annals of Statistics 12) asks for
them: differences to the highest score, with intervals that hold for all at once.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from speechcodes.experiment import bootstrap
from speechcodes.experiment.metrics import METRICS
from speechcodes.names import is_self_trained

_KEYS = ["feature_set", "classifier", "percentage"]
COLUMNS = ["segment", "metric", "rank", *_KEYS, "n_training_utterances"]
COLUMNS += ["score", "low", "high", "behind", "behind_low", "behind_high", "as_good"]


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
        last = last[~last["feature_set"].map(is_self_trained).astype(bool)]
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
