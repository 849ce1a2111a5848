"""Scores are scikit-learn's, of any number of predictions at once."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up_predictions import sklearn_scores
from sklearn.metrics import confusion_matrix

from speechcodes.experiment import metrics

# scikit-learn is slow beside what is tested here.
few = settings(max_examples=40, deadline=None)
# It would rather be told about classes that lack.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:sklearn")


@st.composite
def truth_and_predictions(draw):
    """Truth (n,), predictions (draws, n) and classes; some may lack in either."""
    n = draw(st.integers(1, 30))
    classes = range(draw(st.sampled_from([2, 3, 4, 7])))
    possible = draw(st.lists(st.sampled_from(classes), min_size=1, unique=True))
    guessed = draw(st.lists(st.sampled_from(classes), min_size=1, unique=True))
    truth = draw(st.lists(st.sampled_from(possible), min_size=n, max_size=n))
    row = st.lists(st.sampled_from(guessed), min_size=n, max_size=n)
    predicted = draw(st.lists(row, min_size=1, max_size=3))
    return np.array(truth, np.int8), np.array(predicted, np.int8), len(classes)


@few
@given(truth_and_predictions())
def test_scores_equal_those_of_scikit_learn(data):
    truth, predicted, n_classes = data
    counts = metrics.confusion(*data)
    scores = metrics.scores(counts)
    assert list(scores) == metrics.METRICS
    for name, found in metrics.scores(counts.astype(np.float32)).items():
        np.testing.assert_allclose(found, scores[name], atol=1e-6)
    for i, row in enumerate(predicted):
        found = {name: values[i] for name, values in scores.items()}
        assert found == pytest.approx(sklearn_scores(truth, row, n_classes), abs=1e-12)


def test_score_rows_have_one_row_per_draw_and_the_columns_given():
    truth = np.array([0, 1, 2, 2])
    predicted = np.array([[0, 1, 2, 2], [0, 0, 0, 0]])
    table = metrics.score_rows(truth, predicted, 3, classifier="knn", percentage=5)
    expected = [sklearn_scores(truth, row) for row in predicted]
    expected = pd.DataFrame(expected)
    expected.insert(0, "classifier", "knn")
    expected.insert(1, "percentage", 5)
    expected.insert(2, "draw", [0, 1])
    pd.testing.assert_frame_equal(table, expected)


@few
@given(truth_and_predictions())
def test_confusion_rows_are_the_mean_over_draws(data):
    truth, predicted, n = data
    labels = "abcdefg"[:n]
    table = metrics.confusion_rows(truth, predicted, labels, unit="segment")
    assert list(table.columns) == ["unit", "label", "predicted", "cases"]
    assert set(table["unit"]) == {"segment"} and len(table) == n**2
    matrices = [confusion_matrix(truth, row, labels=range(n)) for row in predicted]
    expected = np.mean(matrices, axis=0)
    cells = table.set_index(["label", "predicted"])["cases"]
    for i, j in np.ndindex(n, n):
        assert cells[labels[i], labels[j]] == pytest.approx(expected[i, j])
