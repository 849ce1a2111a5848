"""Probabilities are as sure as they should be, and predict what the classifier does."""

import numpy as np
import pandas as pd
import pytest
from sklearn.calibration import CalibratedClassifierCV
from sklearn.frozen import FrozenEstimator
from sklearn.metrics import log_loss
from sklearn.model_selection import LeaveOneGroupOut, cross_val_predict
from sklearn.svm import SVC

from speechcodes.experiment import classifiers, learning_curves
from speechcodes.experiment.feature_sets import Block, FeatureSet
from speechcodes.names import CLASSIFIERS
from speechcodes.predictor import calibration


def clouds(n=240, classes=3, seed=0):
    """Overlapping clouds, one for each class: features and classes."""
    rng = np.random.default_rng(seed)
    labels = np.arange(n) // 3 % classes
    centres = 1.2 * rng.normal(size=(classes, 5))
    return centres[labels] + rng.normal(size=(n, 5)), labels


def as_set(features, labels, rows=1):
    """A `FeatureSet` of utterances with some rows each."""
    owner = np.arange(len(labels)) // rows
    return FeatureSet(features, owner, labels, (Block(features.shape[1]),))


def test_too_sure_evidence_is_calibrated_to_the_truth_and_keeps_its_class():
    rng = np.random.default_rng(0)
    logits = rng.normal(size=(4000, 3))
    probability = calibration.plain(logits)
    labels = np.array([rng.choice(3, p=p) for p in probability])
    model = calibration.fit(5 * logits, labels)
    found = model.predict_proba(5 * logits)
    np.testing.assert_allclose(found, probability, atol=0.03)
    assert (found.argmax(axis=1) == logits.argmax(axis=1)).all()
    crossed = calibration.crossed(5 * logits, labels, np.arange(4000) % 5)
    assert log_loss(labels, crossed) == pytest.approx(log_loss(labels, found), abs=0.01)


def test_the_temperature_is_that_of_scikit_learn_where_classes_have_five_labels():
    logits, labels = clouds()
    evidence = 4 * logits[:, :3]
    frozen = FrozenEstimator(calibration.Evidence().fit(evidence, labels))
    model = CalibratedClassifierCV(frozen, method="temperature")
    np.testing.assert_array_equal(
        calibration.fit(evidence, labels).predict_proba(evidence),
        model.fit(evidence, labels).predict_proba(evidence),
    )
    folds = np.arange(240) % 5
    expected = cross_val_predict(
        model, evidence, labels, groups=folds, cv=LeaveOneGroupOut(),
        method="predict_proba",
    )  # fmt: skip
    np.testing.assert_array_equal(
        calibration.crossed(evidence, labels, folds), expected
    )


def test_two_labels_of_each_class_are_enough():
    evidence, labels = np.random.default_rng(0).normal(size=(6, 3)), np.arange(6) // 2
    for found in (
        calibration.fit(evidence, labels).predict_proba(evidence),
        calibration.crossed(evidence, labels, np.arange(6) % 2),
    ):
        np.testing.assert_allclose(found.sum(axis=1), 1)
        assert (found.argmax(axis=1) == evidence.argmax(axis=1)).all()


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("name", CLASSIFIERS)
def test_the_class_predicted_is_the_most_probable(name, rows, classes):
    features, labels = clouds(classes=classes)
    model = classifiers.build(
        name, {"standardise": False}, seed=1, threads=1, rows=len(labels)
    ).fit(features, labels)
    features, labels = clouds(classes=classes, seed=1)
    test = as_set(features, labels, rows)
    n = test.utterance[-1] + 1
    predicted, _ = learning_curves.predicted(model, test, n)
    evidence = calibration.evidence(model, test, predicted)
    truth = test.labels[::rows]
    probabilities = calibration.fit(evidence, truth).predict_proba(evidence)
    own = probabilities[np.arange(n), predicted]
    np.testing.assert_allclose(own, probabilities.max(axis=1))
    np.testing.assert_allclose(probabilities.sum(axis=1), 1)


def test_margins_of_an_svm_are_graded_where_its_decision_values_are_votes():
    features, labels = clouds()
    model = SVC(break_ties=True).fit(features, labels)
    margins = calibration.margins(model, features)
    agreed = model.classes_[margins.argmax(axis=1)] == model.predict(features)
    assert agreed.mean() > 0.95
    # By definition, of the three borders between pairs.
    pairs = SVC(decision_function_shape="ovo").fit(features, labels)
    d01, d02, d12 = pairs.decision_function(features).T
    expected = np.column_stack([d01 + d02, d12 - d01, -d02 - d12])
    np.testing.assert_allclose(margins, expected)


def test_reliability_counts_what_is_right_by_its_probability():
    probabilities = np.array([[0.95, 0.05], [0.92, 0.08], [0.4, 0.6], [0.45, 0.55]])
    table = calibration.reliability(probabilities, np.array([0, 1, 1, 1]))
    pd.testing.assert_frame_equal(
        table,
        pd.DataFrame(
            [(0.5, 0.6, 2, 0.575, 1.0), (0.9, 1.0, 2, 0.935, 0.5)],
            columns=calibration.COLUMNS,
        ),
    )
    assert calibration.expected_error(table) == pytest.approx((0.425 + 0.435) / 2)
