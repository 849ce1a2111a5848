# ruff: noqa: D103 - names of tests say what they test
"""Grids of autoencoders: nothing here needs TensorFlow."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from speechcodes.autoencoders import grid
from speechcodes.errors import InputError

ROOT = Path(__file__).parents[3]
ALL = yaml.safe_load((ROOT / "config/architectures.yaml").read_text())
#: Those of the study.
ARCHITECTURES = {name: layers for name, layers in ALL.items() if "study" in name}
SAFE = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"
GRID = {
    "architecture": "study3",
    "latent": 64,
    "learning_rate": 0.001,
    "batch_size": 128,
    "loss": "binary_crossentropy",
    "optimiser": "adam",
    "output_activation": "relu",
}


def test_names_are_stable():
    (name,) = grid.expand([GRID], ARCHITECTURES)
    assert name == (
        "study3_latent64_lr0.001_batch128_binary_crossentropy_adam_softmax_relu"
    )


def test_a_grid_is_a_cross_product_in_order():
    found = grid.expand(
        [{**GRID, "architecture": ["study1", "study3"], "latent": [64, 128]}],
        ARCHITECTURES,
    )
    assert [(c.architecture, c.latent, c.code_activation) for c in found.values()] == [
        ("study1", 64, "relu"),
        ("study1", 128, "relu"),
        ("study3", 64, "softmax"),
        ("study3", 128, "softmax"),
    ]
    assert all(name == c.name for name, c in found.items())


def test_the_same_configuration_of_two_grids_stands_once():
    spelled_out = {**GRID, "code_activation": [None, "softmax"], "learning_rate": 1e-3}
    assert len(grid.expand([GRID, spelled_out], ARCHITECTURES)) == 1


def test_a_number_that_yaml_reads_as_text_is_a_number():
    text = yaml.safe_load("1e-3")
    assert text == "1e-3"
    expanded = grid.expand([{**GRID, "learning_rate": text}], ARCHITECTURES)
    assert expanded == grid.expand([GRID], ARCHITECTURES)


def test_names_are_unique_and_safe_in_file_names():
    grids = [
        {
            **GRID,
            "architecture": list(ARCHITECTURES),
            "latent": [6, 64],
            "learning_rate": [0.1, 1.0, 1e-7, 0.001, 0.0010000001],
            "batch_size": [1, 16],
            "loss": ["mse", "binary_crossentropy"],
            "code_activation": ["relu", "softmax"],
        }
    ]
    found = grid.expand(grids, ARCHITECTURES)
    assert len(found) == 4 * 2 * 5 * 2 * 2 * 2
    assert all(set(name) <= set(SAFE) for name in found)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"architecture": "study5"}, "study1, study2, study3, study4"),
        ({"learning_rate": "fast"}, "learning_rate is 'fast'"),
        ({"latent": 64.5}, "latent is 64.5"),
        ({"latent": []}, "latent is an empty list"),
        ({"lattent": 64}, "unknown lattent"),
    ],
)
def test_what_a_grid_gets_wrong_is_named(change, message):
    with pytest.raises(InputError, match=message):
        grid.expand([GRID, {**GRID, **change}], ARCHITECTURES)


def test_a_key_too_few_is_named():
    with pytest.raises(InputError, match="grid 1: latent, optimiser missing"):
        short = {key: GRID[key] for key in GRID if key not in ("latent", "optimiser")}
        grid.expand([short], ARCHITECTURES)


def test_what_cannot_work_on_a_variant_is_named_with_it():
    grids = [{**GRID, "segments": "short"}]
    shapes = {"long": (36, 200), "short": (35, 200)}
    with pytest.raises(
        InputError, match=r"segments.short: autoencoder study3_.*convolution 4"
    ):
        grid.of_variants(grids, ARCHITECTURES, shapes)
    grids = [{**GRID, "architecture": "denoising"}]
    with pytest.raises(InputError, match="loss must be mse"):
        grid.of_variants(grids, ALL, {"whole": (None, 40)})


def test_variants_get_the_architectures_that_suit_them():
    base = {"latent": 8, "learning_rate": 0.001, "batch_size": 8, "optimiser": "adam"}
    grids = [{**base, "architecture": ["study1", "denoising"]}]
    shapes = {"20k": (49, 200), "whole": (None, 40)}
    found = grid.of_variants(grids, ALL, shapes)
    (study,), (frames,) = found["20k"].values(), found["whole"].values()
    assert (study.loss, study.output_activation) == ("binary_crossentropy", "relu")
    assert (frames.loss, frames.output_activation) == ("mse", "linear")
    assert frames.noise == 1 and study.noise == 0
    assert frames.name.endswith("_noise1.0") and "noise" not in study.name
    # Named, codes of frames are for segments of one length, too.
    named = [{**base, "architecture": "denoising", "segments": ["20k", "whole"]}]
    assert all(grid.of_variants(named, ALL, shapes).values())
    with pytest.raises(InputError, match="no autoencoder is for .* 20k.* segment$"):
        grid.of_variants([{**base, "architecture": "denoising"}], ALL, shapes)
    wrong = [{**base, "architecture": "study1", "segments": "whole"}]
    with pytest.raises(
        InputError, match="segments.whole.*takes segments of one length"
    ):
        grid.of_variants(wrong, ALL, shapes)
    with pytest.raises(InputError, match="no segment variant 'wohle'"):
        grid.of_variants(
            [{**base, "architecture": "study1", "segments": "wohle"}], ALL, shapes
        )


def test_the_grid_needs_neither_tensorflow_nor_numpy():
    code = (
        "import sys; from speechcodes.autoencoders import families, grid, selection; "
        "print({'tensorflow', 'keras', 'numpy'} & set(sys.modules))"
    )
    path = {"PYTHONPATH": str(ROOT / "scripts")}
    command = [sys.executable, "-c", code]
    loaded = subprocess.run(command, env=path, capture_output=True, text=True)
    assert loaded.stdout.strip() == "set()", loaded.stderr
