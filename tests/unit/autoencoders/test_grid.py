"""Grids of autoencoders: nothing here needs TensorFlow."""

import re

import pytest
from autoencoding import ARCHITECTURES

from speechcodes.autoencoders import grid
from speechcodes.errors import InputError

STUDY = ["study1", "study2", "study3", "study4"]
GRID = {
    "architecture": "study3",
    "latent": 64,
    "learning_rate": 0.001,
    "batch_size": 128,
    "optimiser": "adam",
}
SHAPES = {"20k": (49, 200), "whole": (None, 40)}


def expanded(*grids, variant="20k"):
    """Expand changes of `GRID` for one variant."""
    shapes = {variant: SHAPES[variant]}
    return grid.expand([GRID | one for one in grids], ARCHITECTURES, shapes)[variant]


def test_names_are_stable_and_the_same_configuration_stands_once():
    spelled_out = {"code_activation": [None, "softmax"], "noise": 0}
    (name,) = expanded({}, spelled_out)
    assert name == (
        "study3_latent64_lr0.001_batch128_binary_crossentropy_adam_softmax_relu"
    )
    (name,) = expanded({"learning_rate": 1})
    assert "_lr1.0_" in name


def test_a_grid_is_a_cross_product_in_order():
    found = expanded({"architecture": ["study1", "study3"], "latent": [64, 128]})
    assert [(c.architecture, c.latent, c.code_activation) for c in found.values()] == [
        ("study1", 64, "relu"),
        ("study1", 128, "relu"),
        ("study3", 64, "softmax"),
        ("study3", 128, "softmax"),
    ]
    assert all(name == c.name for name, c in found.items())


def test_names_are_unique_and_safe_in_file_names():
    found = expanded(
        {
            "architecture": STUDY,
            "latent": [6, 64],
            "learning_rate": [0.1, 1.0, 1e-7, 0.001, 0.0010000001],
            "batch_size": [1, 16],
            "loss": ["mse", "binary_crossentropy"],
            "code_activation": ["relu", "softmax"],
        }
    )
    assert len(found) == 4 * 2 * 5 * 2 * 2 * 2
    assert all(re.fullmatch(r"[\w.-]+", name, re.ASCII) for name in found)


def test_variants_get_the_architectures_that_suit_them():
    both = GRID | {"architecture": ["study1", "denoising"], "segments": None}
    found = grid.expand([both], ARCHITECTURES, SHAPES)
    (study,), (frames,) = found["20k"].values(), found["whole"].values()
    assert (study.loss, study.output_activation) == ("binary_crossentropy", "relu")
    assert (frames.loss, frames.output_activation) == ("mse", "linear")
    assert frames.noise == 1 and study.noise == 0
    assert frames.name.endswith("_noise1.0") and "noise" not in study.name
    # Named, codes of frames are for segments of one length, too.
    named = GRID | {"architecture": "denoising", "segments": ["20k", "whole"]}
    assert all(grid.expand([named], ARCHITECTURES, SHAPES).values())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"architecture": "study5"}, "grid 2: no architecture 'study5'.* study1, "),
        ({"segments": "wohle"}, "grid 2: no segment variant 'wohle'; .* 20k, whole"),
        ({"segments": "whole"}, "segments.whole: .*study3_.*takes segments of one"),
        ({"loss": "mse", "latent": 641}, "segments.20k: .*study3_.* at most 640"),
        ({}, "no autoencoder is for .* whole: .* family: frame$"),
    ],
)
def test_what_cannot_work_is_named(change, message):
    with pytest.raises(InputError, match=message):
        grid.expand([GRID, GRID | change], ARCHITECTURES, SHAPES)
