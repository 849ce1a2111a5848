"""Names in sentences and figures."""

import pytest

from speechcodes import names
from speechcodes.experiment import metrics


def test_feature_sets_are_named_in_words():
    some = ["midterm", "code", "wav2vec", "midterm@speaker", "midterm+code@speaker"]
    assert [names.feature_set(name) for name in some] == [
        "mid-term features",
        "codes",
        "wav2vec",
        "mid-term features, per speaker",
        "midterm+code, per speaker",
    ]


def test_parts_are_those_of_the_plain_set():
    assert names.parts("midterm+code@speaker") == ["midterm", "code"]
    assert names.all_parts(["code@speaker", "own+code"]) == {"code", "own"}


@pytest.mark.parametrize(
    ("name", "inside"),
    [
        ("weighted_f1", "weighted F1"),
        ("macro_f1", "macro F1"),
        ("accuracy", "accuracy"),
        # An abbreviation stays one.
        ("uar", "UAR"),
        ("f1_weighted_by_predictions", "F1 weighted by predicted class counts"),
    ],
)
def test_metrics_are_named_as_inside_a_sentence(name, inside):
    assert names.metric(name) == inside


def test_every_metric_has_a_name():
    assert set(names.METRICS) == set(metrics.METRICS)
