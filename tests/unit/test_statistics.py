"""Scores are scikit-learn's, and guessing scores what a simulation of it scores."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics

from speechcodes import statistics

CLASSES = [0, 1, 2]
# scikit-learn is slow beside what is tested here.
few = settings(max_examples=40, deadline=None)
# It would rather be told about classes that lack.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:sklearn")


@st.composite
def truth_and_predictions(draw):
    """Truth (n,) and predictions (draws, n); classes may lack in either."""
    n = draw(st.integers(1, 30))
    possible = draw(st.lists(st.sampled_from(CLASSES), min_size=1, unique=True))
    guessed = draw(st.lists(st.sampled_from(CLASSES), min_size=1, unique=True))
    truth = draw(st.lists(st.sampled_from(possible), min_size=n, max_size=n))
    row = st.lists(st.sampled_from(guessed), min_size=n, max_size=n)
    predicted = draw(st.lists(row, min_size=1, max_size=3))
    return np.array(truth, np.int8), np.array(predicted, np.int8)


def sklearn_scores(truth, predicted):
    f1 = {"labels": CLASSES, "zero_division": 0}
    return {
        "weighted_f1": metrics.f1_score(truth, predicted, average="weighted", **f1),
        "macro_f1": metrics.f1_score(truth, predicted, average="macro", **f1),
        "uar": metrics.recall_score(
            truth, predicted, labels=np.unique(truth), average="macro", zero_division=0
        ),
        "accuracy": metrics.accuracy_score(truth, predicted),
    }


@few
@given(truth_and_predictions())
def test_confusion_equals_that_of_scikit_learn(data):
    truth, predicted = data
    counts = statistics.confusion(truth, predicted)
    assert counts.shape == (len(predicted), 3, 3)
    for one, row in zip(counts, predicted, strict=True):
        expected = metrics.confusion_matrix(truth, row, labels=CLASSES)
        np.testing.assert_array_equal(one, expected)


def test_rows_of_a_confusion_are_true_classes():
    counts = statistics.confusion(np.array([0, 0, 2]), np.array([1, 0, 1]))
    assert counts.tolist() == [[1, 1, 0], [0, 0, 0], [0, 1, 0]]


@few
@given(truth_and_predictions())
def test_scores_equal_those_of_scikit_learn(data):
    truth, predicted = data
    scores = statistics.scores(statistics.confusion(truth, predicted))
    assert list(scores) == ["weighted_f1", "macro_f1", "uar", "accuracy"]
    for i, row in enumerate(predicted):
        found = {name: values[i] for name, values in scores.items()}
        assert found == pytest.approx(sklearn_scores(truth, row), abs=1e-12)


@few
@given(truth_and_predictions())
def test_uar_is_the_balanced_accuracy(data):
    truth, predicted = data
    scores = statistics.scores(statistics.confusion(truth, predicted[0]))
    expected = metrics.balanced_accuracy_score(truth, predicted[0])
    assert scores["uar"] == pytest.approx(expected, abs=1e-12)


def test_a_hand_worked_case():
    # Recalls 1/2, 1, 0; precisions 1, 1/2, 0; F1 2/3, 2/3, 0.
    counts = np.array([[1, 1, 0], [0, 1, 0], [0, 0, 0]])
    assert statistics.scores(counts) == pytest.approx(
        {"weighted_f1": 2 / 3, "macro_f1": 4 / 9, "uar": 3 / 4, "accuracy": 2 / 3}
    )


def test_score_rows_have_one_row_per_draw_and_the_columns_given():
    truth = np.array([0, 1, 2, 2])
    predicted = np.array([[0, 1, 2, 2], [0, 0, 0, 0]])
    table = statistics.score_rows(truth, predicted, classifier="knn", percentage=5)
    expected = [sklearn_scores(truth, row) for row in predicted]
    expected = pd.DataFrame(expected)
    expected.insert(0, "classifier", "knn")
    expected.insert(1, "percentage", 5)
    expected.insert(2, "draw", [0, 1])
    pd.testing.assert_frame_equal(table, expected)


@pytest.mark.parametrize("sizes", [(1, 1, 1), (8, 3, 4), (90, 5, 5), (3, 1, 0)])
def test_chance_is_what_guessing_with_the_class_shares_scores(sizes):
    truth = np.repeat(CLASSES, sizes)
    many = np.repeat(truth, 200_000 // len(truth))
    guesses = np.random.default_rng(0).choice(truth, len(many))
    simulated = sklearn_scores(many, guesses)
    assert statistics.chance(truth) == pytest.approx(simulated, abs=0.01)


def test_chance_in_a_hand_worked_case():
    # Shares 1/2, 1/4, 1/4.
    assert statistics.chance(np.array([0, 0, 1, 2])) == pytest.approx(
        {"weighted_f1": 3 / 8, "macro_f1": 1 / 3, "uar": 1 / 3, "accuracy": 3 / 8}
    )


def test_spread_is_mean_and_sample_standard_deviation_over_draws():
    table = pd.DataFrame(
        {
            "classifier": ["svm", "svm", "svm", "knn", "knn"],
            "draw": [0, 1, 2, 0, 1],
            "weighted_f1": [0.0, 0.0, 0.0, 0.5, 0.5],
            "macro_f1": [0.1, 0.2, 0.6, 0.4, 0.6],
            "uar": [0.5] * 5,
            "accuracy": [0.25, 0.5, 0.75, 1.0, 0.0],
        }
    )
    spread = statistics.spread(table, ["classifier"])
    assert list(spread.index) == ["svm", "knn"], "in the order of the table"
    assert spread["draws"].to_dict() == {"svm": 3, "knn": 2}
    # Squares of the deviations: 0.04 + 0.01 + 0.09 = 0.14, over 2; 0.02, over 1.
    assert spread["macro_f1_mean"].tolist() == pytest.approx([0.3, 0.5])
    assert spread["macro_f1_std"].tolist() == pytest.approx([0.07**0.5, 0.02**0.5])
    assert spread["accuracy_std"].tolist() == pytest.approx([0.25, 0.5**0.5])
    assert spread["weighted_f1_std"].tolist() == [0, 0]


def test_the_spread_of_one_draw_is_unknown_and_not_zero():
    row = {"classifier": "svm", "draw": 0, **dict.fromkeys(statistics.METRICS, 0.5)}
    spread = statistics.spread(pd.DataFrame([row]), ["classifier"])
    assert spread["macro_f1_mean"].item() == 0.5
    assert np.isnan(spread["macro_f1_std"].item())
