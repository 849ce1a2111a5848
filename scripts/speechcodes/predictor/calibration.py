"""Probabilities of classes that mean what they say, as far as speakers held out tell.

Temperature scaling, Guo et al. (2017), "On calibration of modern neural networks",
ICML; scikit-learn's. One number is fitted, and the class that is predicted stays.
"""

from copy import copy
from itertools import combinations

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.calibration import CalibratedClassifierCV
from sklearn.frozen import FrozenEstimator
from sklearn.pipeline import Pipeline

from speechcodes.experiment.feature_sets import FeatureSet, averaged

#: What is added to a probability before its logarithm is taken.
LEAST = 1e-12
#: Bins of equal width that confidences are counted in.
BINS = 10
#: Of the table that `reliability` returns.
COLUMNS = ["low", "high", "n", "confidence", "accuracy"]


class Evidence(ClassifierMixin, BaseEstimator):
    """A classifier that is given what speaks for each class, on a logarithmic scale."""

    def fit(self, X, y):
        """Note the classes y of rows X (rows, classes)."""
        self.classes_ = np.unique(y)
        return self

    def decision_function(self, X):
        """Return the rows, or half the difference where there are two classes."""
        return (X[:, 1] - X[:, 0]) / 2 if X.shape[1] == 2 else X

    def predict(self, X):
        """Return the class that most speaks for."""
        return self.classes_[X.argmax(axis=1)]


def evidence(
    model: BaseEstimator, test: FeatureSet, predicted: np.ndarray
) -> np.ndarray:
    """Return what speaks for each class, on a logarithmic scale.

    Logarithms of probabilities or, of an SVM, margins: those of all pairs that a class
    is in, added up. (Its decision values count the pairs won, which hides by how much.)
    The class predicted gets the largest value, by exchange where it had not; margins
    and pairs won rarely disagree.

    Parameters
    ----------
    model : BaseEstimator
        Trained.
    test : FeatureSet
    predicted : np.ndarray of int, shape (utterances,)
        Classes that were predicted of them.

    Returns
    -------
    np.ndarray, shape (utterances, classes of the model)
    """
    n = len(predicted)
    is_probability = hasattr(model, "predict_proba")
    rows = (
        model.predict_proba(test.features)
        if is_probability
        else margins(model, test.features)
    )
    found = averaged(FeatureSet(rows, test.utterance, test.labels), n)
    if is_probability:
        found = np.log(found + LEAST)
    places, first = np.arange(n), found.argmax(axis=1)
    own = np.searchsorted(model.classes_, predicted)
    largest = found[places, first]
    found[places, first] = found[places, own]
    found[places, own] = largest
    return found


def margins(model: BaseEstimator, features: np.ndarray) -> np.ndarray:
    """Return the margins of each class of an SVM, shape (rows, classes).

    The sum over all other classes of the distance to the border with each.
    """
    *scaling, svm = model if isinstance(model, Pipeline) else [model]
    for step in scaling:
        features = step.transform(features)
    k = len(svm.classes_)
    # The parameter tells what is returned: what is fitted are borders between pairs.
    pairs = copy(svm).set_params(decision_function_shape="ovo", break_ties=False)
    values = pairs.decision_function(features)
    if k == 2:
        return np.column_stack([-values, values])
    found = np.zeros((len(features), k))
    for (one, other), value in zip(combinations(range(k), 2), values.T, strict=True):
        found[:, one] += value
        found[:, other] -= value
    return found


def fit(evidence: np.ndarray, labels: np.ndarray) -> CalibratedClassifierCV:
    """Fit the temperature to evidence (n, classes) of utterances held out.

    Labels are indices of classes, each of which must occur.
    """
    frozen, every = (
        FrozenEstimator(Evidence().fit(evidence, labels)),
        np.arange(len(labels)),
    )
    # Nothing is trained, so that nothing need be held out a second time. The default
    # asks for five utterances of each class.
    model = CalibratedClassifierCV(frozen, method="temperature", cv=[(every, every)])
    return model.fit(evidence, labels)


def crossed(evidence: np.ndarray, labels: np.ndarray, folds: np.ndarray) -> np.ndarray:
    """Return calibrated probabilities, each by the temperature of the other folds.

    The folds (n,) are those that the evidence was held out in, each without all
    utterances of no class. Shape (n, classes).
    """
    found = np.empty_like(evidence)
    for fold in np.unique(folds):
        held = folds == fold
        found[held] = fit(evidence[~held], labels[~held]).predict_proba(evidence[held])
    return found


def plain(evidence: np.ndarray) -> np.ndarray:
    """Return the probabilities that evidence stands for where no temperature is known.

    >>> plain(np.log([[0.5, 0.25, 0.25]]))
    array([[0.5 , 0.25, 0.25]])
    """
    powers = np.exp(evidence - evidence.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def reliability(probabilities: np.ndarray, labels: np.ndarray) -> pd.DataFrame:
    """Count how often the class predicted is right, by how probable it was called.

    Columns low and high (bounds of the probability), n, confidence (its mean) and
    accuracy; bins without utterances are left out.
    """
    confidence = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == labels
    edges = np.linspace(0, 1, BINS + 1)
    place = np.clip(np.searchsorted(edges, confidence, side="left") - 1, 0, BINS - 1)
    return pd.DataFrame(
        [
            (
                edges[k],
                edges[k + 1],
                rows.sum(),
                confidence[rows].mean(),
                right[rows].mean(),
            )
            for k in range(BINS)
            if (rows := place == k).any()
        ],
        columns=COLUMNS,
    )


def expected_error(table: pd.DataFrame) -> float:
    """Return the expected calibration error: the mean gap of a `reliability` table.

    Naeini et al. (2015), "Obtaining well calibrated probabilities using Bayesian
    binning", AAAI.
    """
    gaps = (table["confidence"] - table["accuracy"]).abs()
    return float(np.average(gaps, weights=table["n"]))
