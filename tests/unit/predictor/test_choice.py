"""The predictor is made of what scored best, of all that new speech has."""

import pandas as pd
import pytest

from speechcodes.errors import InputError
from speechcodes.predictor.choice import choose

ROWS = [
    # segment, feature set, classifier, percentage, unit, metric, score
    ("long", "midterm", "svm", 100, "utterance", "macro_f1", 0.6),
    ("long", "code", "svm", 100, "utterance", "macro_f1", 0.7),
    ("long", "mine+code", "svm", 100, "utterance", "macro_f1", 0.9),
    ("long", "code", "knn", 100, "utterance", "macro_f1", 0.7),
    ("short", "midterm", "knn", 100, "utterance", "macro_f1", 0.5),
    # None of these counts.
    ("short", "code", "svm", 50, "utterance", "macro_f1", 0.99),
    ("short", "code", "svm", 100, "segment", "macro_f1", 0.99),
    ("short", "code", "svm", 100, "utterance", "uar", 0.99),
    ("short", "code@self_training", "svm", 100, "utterance", "macro_f1", 0.99),
]


def intervals(rows=ROWS):
    columns = ["segment", "feature_set", "classifier", "percentage", "unit", "metric"]
    table = pd.DataFrame(rows, columns=[*columns, "score"])
    return table.assign(
        low=table["score"] - 0.1, high=table["score"] + 0.1, n_training_utterances=80
    )


def chosen(wanted=None, unusable=("mine",), rows=ROWS):
    return choose(intervals(rows), "macro_f1", wanted or {}, unusable)


def test_the_best_at_the_largest_percentage_is_chosen_and_of_equals_the_first():
    found = chosen()
    assert (found.segment, found.feature_set, found.classifier) == (
        "long",
        "code",
        "svm",
    )
    assert (found.score, found.low, found.high) == pytest.approx((0.7, 0.6, 0.8))
    assert (found.percentage, found.n_training_utterances) == (100, 80)
    assert found.candidates == 4


def test_what_scored_higher_and_cannot_be_used_is_named():
    assert chosen().better_unusable == "mine+code"
    assert chosen(unusable=()).better_unusable == ""
    assert chosen(unusable=()).feature_set == "mine+code"


def test_what_is_asked_for_is_taken_and_the_rest_is_the_best():
    assert chosen({"feature_set": "midterm"}).classifier == "svm"
    found = chosen({"segment": "short", "feature_set": None})
    assert (found.feature_set, found.candidates) == ("midterm", 1)


def test_nothing_is_made_of_tables_alone():
    rows = [row for row in ROWS if "mine" in row[1]]
    with pytest.raises(InputError, match="from tables of yours or are controls"):
        chosen(rows=rows)
