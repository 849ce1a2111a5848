"""Registries hold what the package has, and say what it is called."""

import doctest

import numpy as np
import pytest

from speechcodes import names
from speechcodes.autoencoders import selection
from speechcodes.experiment import metrics


def test_the_examples_of_the_module_hold():
    found = doctest.testmod(names)
    assert found.attempted >= 9 and not found.failed


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
    assert names.parts("midterm+code+x-1.0") == ["midterm", "code", "x-1.0"]
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


def test_every_metric_is_computed_in_the_order_of_the_registry():
    assert list(metrics.scores(np.eye(2))) == list(names.METRICS)


def test_every_kind_of_features_looks_different():
    looks = names.FEATURE_SETS.values()
    colours = [c for one in looks for c in (one.colour, one.colour_per_speaker)]
    assert len(set(colours)) == len(colours)
    assert len({one.marker for one in looks}) == len(looks)
    assert {one.per for one in looks} <= {"corpus", "segment", "fold"}


def test_every_squared_error_replaces_a_loss_among_the_criteria():
    replaced = {name.replace("_mse", "_loss") for name in names.SQUARED_ERRORS}
    assert replaced < set(names.CRITERIA)
    metrics = [{"loss": "mse"}, {"loss": "binary_crossentropy"}]
    found = {selection.compared_by(metrics, by) for by in names.CRITERIA}
    assert found == (set(names.CRITERIA) - replaced) | set(names.SQUARED_ERRORS)
