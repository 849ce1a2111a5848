"""Scores from stored predictions."""

import numpy as np
import pandas as pd

METRICS = ["weighted_f1", "macro_f1", "uar", "accuracy"]


def confusion(truth, predicted, n_classes=3):
    """Count pairs of true and predicted class.

    Parameters
    ----------
    truth : np.ndarray, shape (n,), int
    predicted : np.ndarray, shape (..., n), int
        Any number of predictions of the same utterances.

    Returns
    -------
    counts : np.ndarray, shape (..., n_classes, n_classes)
        Rows are true classes, columns predicted ones.
    """
    pairs = truth.astype(int) * n_classes + predicted
    one_hot = pairs[..., None] == np.arange(n_classes**2)
    return one_hot.sum(axis=-2).reshape(*pairs.shape[:-1], n_classes, n_classes)


def scores(counts):
    """Return the scores of confusion matrices.

    Weighted and macro F1, UAR (unweighted average recall, the mean recall over
    the classes that occur) and accuracy, as `sklearn.metrics` defines them; an
    F1 without any true or predicted case is 0.

    Parameters
    ----------
    counts : np.ndarray, shape (..., k, k)
        Rows are true classes.

    Returns
    -------
    scores : dict
        Each of `METRICS` to an array of shape (...).
    """
    hits = np.diagonal(counts, axis1=-2, axis2=-1)
    true, predicted = counts.sum(axis=-1), counts.sum(axis=-2)
    total = counts.sum(axis=(-2, -1))
    recall = hits / np.maximum(true, 1)
    f1 = 2 * hits / np.maximum(true + predicted, 1)
    return {
        "weighted_f1": (f1 * true).sum(axis=-1) / total,
        "macro_f1": f1.mean(axis=-1),
        "uar": recall.sum(axis=-1) / np.maximum((true > 0).sum(axis=-1), 1),
        "accuracy": hits.sum(axis=-1) / total,
    }


def score_rows(truth, predicted, **columns):
    """Return a table with one row per draw: number, scores and fixed columns.

    Parameters
    ----------
    truth : np.ndarray, shape (n,), int
    predicted : np.ndarray, shape (draws, n), int
    """
    values = scores(confusion(truth, predicted))
    return pd.DataFrame({**columns, "draw": np.arange(len(predicted)), **values})


def chance(truth):
    """Return the scores to expect from guessing with the test split's class shares.

    Guessing class k with its share p_k gives precision and recall p_k, so that
    its F1 is p_k too, in the mean over many utterances. As in `scores`, UAR is the
    mean over the classes that occur.

    >>> round(float(chance(np.array([0, 1, 1, 2]))["weighted_f1"]), 3)
    0.375
    """
    shares = np.bincount(truth, minlength=3) / len(truth)
    squares, uar = (shares**2).sum(), shares[shares > 0].mean()
    return dict(zip(METRICS, (squares, shares.mean(), uar, squares), strict=True))


def spread(table, by):
    """Return mean and standard deviation over draws, and how many there are."""
    metrics = {f"{m}_{how}": (m, how) for m in METRICS for how in ("mean", "std")}
    return table.groupby(by, sort=False).agg(draws=("draw", "size"), **metrics)
