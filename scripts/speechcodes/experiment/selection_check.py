"""What is known of autoencoders without labels, held against what their codes score.

An analysis of how well a criterion chooses, once it has chosen.
"""

from itertools import groupby

import numpy as np
import pandas as pd

from speechcodes import names
from speechcodes.autoencoders.selection import CRITERIA, compared_by

#: Of fewer autoencoders, no correlation is claimed.
FEWEST = 3

_SCORES = (
    "Segments {segment}: of {n} autoencoders, the one chosen by {criterion} scores "
    "{chosen:.3f} {metric}, as a mean over classifiers, percentages and draws; the "
    "best {best:.3f}, the mean of all {mean:.3f}."
)
_WELL = (
    "Here the criterion chose well: by score, its choice is number {rank} of {n}, and "
    "at least as good as their mean."
)
_FAIRLY = (
    "Here the criterion chose no worse than chance would: its choice is at least as "
    "good as the mean of all, but with rank {rank} of {n} not among the best third."
)
_BADLY = (
    "Here the criterion chose badly: its choice, number {rank} of {n} by score, is "
    "below the mean of all, which choosing at random gives."
)
_TOO_FEW = "These are too few to say whether the criterion chooses well."
AFTERWARDS = (
    "Scores were looked at afterwards: the choice is made without labels. A few "
    "autoencoders on one corpus give a hint, no proof."
)


def table(metrics, trials, chosen, metric="macro_f1"):
    """Return criteria and mean scores, a row per autoencoder.

    Parameters
    ----------
    metrics : list of dict
        What is known of each autoencoder; see `selection.select`.
    trials : list of pd.DataFrame
        Scores of its code, in the same order; see `trial.scores`.
    chosen : str
        Name of the autoencoder chosen.
    metric : str
        `macro_f1` or `uar`; anything else is replaced by macro_f1, which trials have.

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


def directions(criteria):
    """Return {column: whether more is better} of the criteria in a table of `table`."""
    return {
        column: better
        for by, better in CRITERIA.items()
        for column in (by, by.replace("_loss", "_mse"))
        if column in criteria
    }


def best(criteria):
    """Return the row of the autoencoder whose code scores highest, the first of all."""
    return criteria.loc[criteria["score"].idxmax()]


def rank_correlation(one, other):
    """Return Spearman's correlation of two columns, ties given their mean rank.

    Parameters
    ----------
    one, other : pd.Series
        Pairs with a NaN are left out.

    Returns
    -------
    correlation : float
        NaN where fewer than `FEWEST` pairs are left, or one column is the same
        throughout.
    n : int
        Pairs.
    """
    pairs = pd.DataFrame({"one": one, "other": other}).dropna()
    ranks = pairs.rank().to_numpy()
    if len(pairs) < FEWEST or (ranks == ranks[:1]).all(axis=0).any():
        return np.nan, len(pairs)
    return float(np.corrcoef(ranks.T)[0, 1]), len(pairs)


def correlations(criteria):
    """Return {criterion: (rank correlation with the score, number of autoencoders)}."""
    return {
        column: rank_correlation(criteria[column], criteria["score"])
        for column in directions(criteria)
    }


def sentences(criteria, segment, by):
    """Say whether the criterion chose a code that scores well.

    Parameters
    ----------
    criteria : pd.DataFrame
        See `table`; at least one row.
    segment : str
        Name of the segment variant.
    by : str
        The criterion that was chosen by.

    Returns
    -------
    list of str
        None for a single autoencoder, of which nothing was chosen.
    """
    n, scores = len(criteria), criteria["score"]
    if n < 2:
        return []
    chosen = criteria.loc[criteria["chosen"], "score"].item()
    mean, rank = scores.mean(), 1 + int((scores > chosen).sum())
    numbers = {"n": n, "rank": rank, "chosen": chosen, "mean": mean}
    numbers |= {"best": scores.max(), "segment": segment}
    told = _SCORES.format(
        **numbers,
        criterion=names.criterion(_column(by, criteria)),
        metric=names.metric(criteria["metric"].iloc[0]),
    )
    if n < FEWEST:
        return [told, _TOO_FEW, AFTERWARDS]
    verdict = _verdict(rank, n, chosen, mean).format(**numbers)
    return [told, _correlated(criteria), verdict, AFTERWARDS]


def _verdict(rank, n, chosen, mean):
    """Which of the verdicts holds."""
    # What rounding makes of equal scores is no difference.
    if chosen < mean - 1e-9:
        return _BADLY
    return _WELL if rank <= max(1, n / 3) else _FAIRLY


def _correlated(criteria):
    """The rank correlation of every criterion with the score, in a sentence."""
    better = directions(criteria)
    told = []
    for higher, group in groupby(
        correlations(criteria).items(), lambda c: better[c[0]]
    ):
        listed = ", ".join(
            f"{names.criterion(name)} "
            + ("unknown" if np.isnan(value) else f"{value:+.2f}")
            for name, (value, _) in group
        )
        wanted = "+1 would be ideal" if higher else "-1 would be ideal"
        told.append(f"{listed} ({wanted})")
    return f"Rank correlation of each criterion with the score: {'; '.join(told)}."


def _column(by, criteria):
    """The column of a criterion, which may be that of its squared error."""
    return by if by in criteria else by.replace("_loss", "_mse")
