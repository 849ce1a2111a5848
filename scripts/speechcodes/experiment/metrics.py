"""Scores from confusion matrices."""

from collections.abc import Sequence
from itertools import product

import numpy as np
import pandas as pd

from speechcodes import names

#: In the order of tables.
METRICS = list(names.METRICS)


def confusion(
    truth: np.ndarray, predicted: np.ndarray, n_classes: int, rows: int | None = None
) -> np.ndarray:
    """Count pairs of true and predicted class.

    Parameters
    ----------
    truth : np.ndarray, shape (n,), int
    predicted : np.ndarray, shape (..., n), int
        Any number of predictions of the same cases.
    n_classes : int
    rows : int, optional
        How many the truth tells apart, where these are more than the classes.

    Returns
    -------
    counts : np.ndarray, shape (..., rows, n_classes)
        Rows are true classes, columns predicted ones.
    """
    rows = rows or n_classes
    cells = rows * n_classes
    pairs = truth.astype(int) * n_classes + predicted.reshape(-1, len(truth))
    pairs += cells * np.arange(len(pairs))[:, None]
    counts = np.bincount(pairs.ravel(), minlength=cells * len(pairs))
    return counts.reshape(*predicted.shape[:-1], rows, n_classes)


def scores(counts: np.ndarray) -> dict[str, np.ndarray]:
    """Return each of `METRICS`, shape (...), of counts, shape (..., k, k).

    Weighted and macro F1, UAR (unweighted average recall, the mean recall over
    the classes that occur) and accuracy, as `sklearn.metrics` defines them; an
    F1 without any true or predicted case is 0. `f1_weighted_by_predictions` weighs
    classes by how often they were predicted, which is what the weighted F1 of
    scikit-learn gives if truth and prediction are swapped. Rows are true classes.
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
        "f1_weighted_by_predictions": (f1 * predicted).sum(axis=-1) / total,
    }


def score_rows(
    truth: np.ndarray, predicted: np.ndarray, n_classes: int, **columns
) -> pd.DataFrame:
    """Return a row per draw of predictions, shape (draws, n): columns and scores."""
    values = scores(confusion(truth, predicted, n_classes))
    return pd.DataFrame({**columns, "draw": np.arange(len(predicted)), **values})


def confusion_rows(
    truth: np.ndarray, predicted: np.ndarray, classes: Sequence[str], **columns
) -> pd.DataFrame:
    """Return a row per cell of the confusion matrix, averaged over draws."""
    mean = confusion(truth, predicted, len(classes)).mean(axis=0)
    true, guess = zip(*product(classes, repeat=2), strict=True)
    cells = {"label": true, "predicted": guess, "cases": mean.ravel()}
    return pd.DataFrame({**columns, **cells})
