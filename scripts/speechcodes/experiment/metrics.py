"""Scores from confusion matrices."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from speechcodes import names

#: In the order of tables.
METRICS = list(names.METRICS)


def confusion(truth: np.ndarray, predicted: np.ndarray, n_classes: int) -> np.ndarray:
    """Count pairs of true and predicted class.

    Parameters
    ----------
    truth : np.ndarray, shape (n,), int
    predicted : np.ndarray, shape (..., n), int
        Any number of predictions of the same cases.
    n_classes : int

    Returns
    -------
    counts : np.ndarray, shape (..., n_classes, n_classes)
        Rows are true classes, columns predicted ones.
    """
    cells, shape = n_classes**2, predicted.shape[:-1]
    pairs = truth.astype(int) * n_classes + predicted.reshape(-1, len(truth))
    pairs += cells * np.arange(len(pairs))[:, None]
    counts = np.bincount(pairs.ravel(), minlength=cells * len(pairs))
    return counts.reshape(*shape, n_classes, n_classes)


def scores(counts: np.ndarray) -> dict[str, np.ndarray]:
    """Return the scores of confusion matrices.

    Weighted and macro F1, UAR (unweighted average recall, the mean recall over
    the classes that occur) and accuracy, as `sklearn.metrics` defines them; an
    F1 without any true or predicted case is 0. `f1_weighted_by_predictions` weighs
    classes by how often they were predicted, which is what the weighted F1 of
    scikit-learn gives if truth and prediction are swapped.

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
        "f1_weighted_by_predictions": (f1 * predicted).sum(axis=-1) / total,
    }


def score_rows(
    truth: np.ndarray, predicted: np.ndarray, n_classes: int, **columns
) -> pd.DataFrame:
    """Return a table with one row per draw: number, scores and fixed columns.

    Parameters
    ----------
    truth : np.ndarray, shape (n,), int
    predicted : np.ndarray, shape (draws, n), int
    n_classes : int
    """
    values = scores(confusion(truth, predicted, n_classes))
    return pd.DataFrame({**columns, "draw": np.arange(len(predicted)), **values})


def confusion_rows(
    truth: np.ndarray, predicted: np.ndarray, classes: Sequence[str], **columns
) -> pd.DataFrame:
    """Return a table of the confusion matrix, averaged over draws, a row per cell.

    Parameters
    ----------
    truth : np.ndarray, shape (n,), int
    predicted : np.ndarray, shape (draws, n), int
    classes : sequence of str
    """
    mean = confusion(truth, predicted, len(classes)).mean(axis=0)
    cells = [(true, guess) for true in classes for guess in classes]
    table = pd.DataFrame(cells, columns=["label", "predicted"])
    return table.assign(**columns, cases=mean.ravel())[
        [*columns, "label", "predicted", "cases"]
    ]
