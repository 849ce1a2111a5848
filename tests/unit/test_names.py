"""Registries hold what the package has, and say what it is called."""

import doctest

import numpy as np

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
        "mid-term features (per speaker)",
        "mid-term features + codes (per speaker)",
    ]
    assert names.parts("midterm+code@speaker") == ["midterm", "code"]
    assert names.parts("own+x-1.0") == ["own", "x-1.0"]
    assert names.parts("f0+code@speaker@self_training") == ["f0", "code"]
    assert names.is_per_speaker("code@speaker@self_training")
    assert not names.is_per_speaker("code@self_training")


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
