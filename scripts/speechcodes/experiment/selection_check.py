"""What is known of autoencoders without labels, held against what their codes score.

An analysis of how well a criterion chooses, once it has chosen.
"""

import numpy as np
import pandas as pd
from scipy import stats

from speechcodes.autoencoders.selection import compared_by
from speechcodes.names import CRITERIA

#: Of fewer autoencoders, no correlation is claimed.
FEWEST = 3


def table(
    metrics: list[dict],
    trials: list[pd.DataFrame],
    chosen: str,
    metric: str = "macro_f1",
) -> pd.DataFrame:
    """Return criteria and mean scores of one fold, a row per autoencoder.

    Parameters
    ----------
    metrics : list of dict
        What is known of each autoencoder; see `selection.select`.
    trials : list of pd.DataFrame
        Scores of its code, in the same order; see `trial.scores`.
    chosen : str
        Name of the autoencoder chosen.
    metric : str
        Anything but `macro_f1` and `uar`, which trials have, becomes macro_f1.

    Returns
    -------
    pd.DataFrame
        Columns name, chosen, each criterion, metric, each classifier (mean score over
        percentages and draws) and score (the mean of these).
    """
    metric = metric if metric in ("macro_f1", "uar") else "macro_f1"
    measures = [compared_by(metrics, by) for by in CRITERIA]
    known = pd.DataFrame(metrics)[["name", *measures]]
    known = known.astype(dict.fromkeys(measures, float))
    means = [t.groupby("classifier", sort=False)[metric].mean() for t in trials]
    scores = pd.DataFrame([dict(mean) for mean in means])
    known.insert(1, "chosen", known["name"] == chosen)
    known["metric"] = metric
    return known.join(scores).assign(score=scores.mean(axis=1))


def directions(criteria: pd.DataFrame) -> dict[str, bool]:
    """Return {column: whether more is better} of the criteria in a table of `table`."""
    return {
        column: criterion.more_is_better
        for by, criterion in CRITERIA.items()
        for column in (by, by.replace("_loss", "_mse"))
        if column in criteria
    }


def best(criteria: pd.DataFrame) -> pd.Series:
    """Return the row of the autoencoder whose code scores highest, the first of all."""
    return criteria.loc[criteria["score"].idxmax()]


def rank_correlation(one: pd.Series, other: pd.Series) -> tuple[float, int]:
    """Return Spearman's correlation of two columns, and how many pairs have no NaN.

    Ties have their mean rank. The correlation is NaN where fewer than `FEWEST` pairs
    are left, or one column is the same throughout.
    """
    pairs = pd.DataFrame({"one": one, "other": other}).dropna()
    if len(pairs) < FEWEST or (pairs.nunique() == 1).any():
        return np.nan, len(pairs)
    return float(stats.spearmanr(pairs["one"], pairs["other"]).statistic), len(pairs)


def correlations(criteria: pd.DataFrame) -> dict[str, tuple[float, int]]:
    """Return {criterion: (rank correlation with the score, number of autoencoders)}."""
    return {
        column: rank_correlation(criteria[column], criteria["score"])
        for column in directions(criteria)
    }
