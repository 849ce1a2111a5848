"""Scores from confusion matrices."""

import numpy as np
import pandas as pd

METRICS = [
    "weighted_f1",
    "macro_f1",
    "uar",
    "accuracy",
    "f1_weighted_by_predictions",
]


def confusion(truth, predicted, n_classes=3):
    """Count pairs of true and predicted class.

    Parameters
    ----------
    truth : np.ndarray, shape (n,), int
    predicted : np.ndarray, shape (..., n), int
        Any number of predictions of the same cases.

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


def score_rows(truth, predicted, **columns):
    """Return a table with one row per draw: number, scores and fixed columns.

    Parameters
    ----------
    truth : np.ndarray, shape (n,), int
    predicted : np.ndarray, shape (draws, n), int
    """
    values = scores(confusion(truth, predicted))
    return pd.DataFrame({**columns, "draw": np.arange(len(predicted)), **values})


def confusion_rows(truth, predicted, labels, **columns):
    """Return a table of the confusion matrix, averaged over draws, a row per cell.

    Parameters
    ----------
    truth : np.ndarray, shape (n,), int
    predicted : np.ndarray, shape (draws, n), int
    labels : sequence of str
        Names of the classes.
    """
    mean = confusion(truth, predicted).mean(axis=0)
    cells = [(true, guess) for true in labels for guess in labels]
    table = pd.DataFrame(cells, columns=["label", "predicted"])
    return table.assign(**columns, cases=mean.ravel())[
        [*columns, "label", "predicted", "cases"]
    ]
