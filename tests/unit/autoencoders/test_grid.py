# ruff: noqa: D103 - names of tests say what they test
"""Grids, shapes, and the choice of an autoencoder: nothing here needs TensorFlow."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from speechcodes.autoencoders import grid, selection
from speechcodes.errors import InputError

ROOT = Path(__file__).parents[3]
ALL = yaml.safe_load((ROOT / "config/architectures.yaml").read_text())
#: Those of the study, with a code of each segment.
ARCHITECTURES = {name: layers for name, layers in ALL.items() if "study" in name}
SCHEMA = ROOT / "config/schemas/architectures.schema.yaml"
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


def metric(name, validation_loss, encoder_parameters, **others):
    """One autoencoder's metrics."""
    return {
        "name": name,
        "loss": "mse",
        "validation_loss": validation_loss,
        "validation_mse": validation_loss,
        "mean_spectrogram_loss": 1.0,
        "encoder_parameters": encoder_parameters,
        **others,
    }


def test_the_architectures_fit_their_schema():
    schema = yaml.safe_load(SCHEMA.read_text())
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    validator.validate(ALL)
    broken = {"study1": {**ARCHITECTURES["study1"], "padding": "same"}}
    assert not validator.is_valid(broken)


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


def test_shapes_worked_by_hand():
    # 74 // 2 = 37, 37 // 2 = 18, 18 // 3 = 6, 6 // 3 = 2; 200, 100, 50, 16, 5.
    assert grid.output_shapes(ARCHITECTURES["study3"], (74, 200)) == [
        (37, 100),
        (18, 50),
        (6, 16),
        (2, 5),
    ]
    # Lost on the way down: a row of 37; two columns of 50; a column of 16.
    assert grid.output_paddings(ARCHITECTURES["study3"], (74, 200)) == [
        (0, 0),
        (1, 0),
        (0, 2),
        (0, 1),
    ]


@given(st.integers(1, 120), st.integers(1, 250), st.sampled_from(list(ARCHITECTURES)))
def test_paddings_restore_every_shape(frames, bins, name):
    architecture = ARCHITECTURES[name]
    try:
        shapes = grid.output_shapes(architecture, (frames, bins))
    except InputError:
        return
    paddings = grid.output_paddings(architecture, (frames, bins))
    for before, after, padding, convolution in zip(
        [(frames, bins), *shapes[:-1]],
        shapes,
        paddings,
        architecture["convolutions"],
        strict=True,
    ):
        kernel, stride = convolution["kernel"], convolution["stride"]
        restored = [
            (n - 1) * stride + kernel + p for n, p in zip(after, padding, strict=True)
        ]
        assert tuple(restored) == before
        assert all(0 <= p < stride for p in padding)


def test_spectrograms_too_small_are_refused():
    (configuration,) = grid.expand([GRID], ARCHITECTURES).values()
    grid.check(configuration, ARCHITECTURES, (36, 200))
    with pytest.raises(InputError, match=r"study3_.*convolution 4 .* 3 over \(2, 16\)"):
        grid.check(configuration, ARCHITECTURES, (35, 200))


def test_a_code_longer_than_what_it_compresses_is_refused():
    # study3 leaves (49, 200) as 1 x 5 maps of 128: 640 values.
    grids = [{**GRID, "latent": [640, 641]}]
    fits, too_long = grid.expand(grids, ARCHITECTURES).values()
    grid.check(fits, ARCHITECTURES, (49, 200))
    with pytest.raises(InputError, match="latent is 641.*at most 640"):
        grid.check(too_long, ARCHITECTURES, (49, 200))


def test_the_grid_needs_neither_tensorflow_nor_numpy():
    code = (
        "import sys; from speechcodes.autoencoders import grid, selection; "
        "print({'tensorflow', 'keras', 'numpy'} & set(sys.modules))"
    )
    path = {"PYTHONPATH": str(ROOT / "scripts")}
    command = [sys.executable, "-c", code]
    loaded = subprocess.run(command, env=path, capture_output=True, text=True)
    assert loaded.stdout.strip() == "set()", loaded.stderr


def test_the_smallest_encoder_within_tolerance_is_chosen():
    metrics = [
        metric("best", 0.0300, 900),
        metric("small", 0.0302, 400),
        metric("smaller", 0.0304, 100),
    ]
    assert selection.select(metrics, 0)["name"] == "best"
    assert selection.select(metrics, 0.01)["name"] == "small"
    assert selection.select(metrics, 0.02)["name"] == "smaller"


def test_the_study_chose_its_third_architecture():
    metrics = [
        metric("study1", 0.0316, 49_818),
        metric("study2", 0.0315, 49_966),
        metric("study3", 0.0305, 438_896),
        metric("study4", 0.0310, 814_776),
    ]
    assert selection.select(metrics, 0.01)["name"] == "study3"


def test_ties_go_by_loss_then_by_name():
    tied = [metric("b", 0.0300, 100), metric("a", 0.0300, 100), metric("c", 0.03001, 9)]
    assert selection.select(tied, 0)["name"] == "a"
    tied = [metric("a", 0.0301, 100), metric("b", 0.0300, 100)]
    assert selection.select(tied, 0.01)["name"] == "b"


def test_different_loss_functions_are_compared_by_squared_error():
    metrics = [
        metric("a", 0.03, 100, loss="binary_crossentropy", validation_mse=1e-4),
        metric("b", 2e-4, 100, loss="mse", validation_mse=2e-4),
    ]
    assert selection.compared_by(metrics) == "validation_mse"
    assert selection.select(metrics, 0.01)["name"] == "a"
    assert selection.compared_by(metrics[:1]) == "validation_loss"


def test_what_diverged_is_left_out():
    metrics = [metric("a", float("nan"), 1), metric("b", float("inf"), 1)]
    assert selection.select([*metrics, metric("c", 0.03, 9)], 0.01)["name"] == "c"
    with pytest.raises(InputError, match="none of 2 autoencoders"):
        selection.select(metrics, 0.01)


def test_what_is_no_better_than_the_mean_spectrogram_is_chosen_only_if_all_are():
    empty = metric("empty", 0.301, 10, mean_spectrogram_loss=0.3005)
    learned = metric("learned", 0.300, 99, mean_spectrogram_loss=0.3005)
    assert selection.select([empty, learned], 0.01)["name"] == "learned"
    assert selection.select([empty], 0.01)["name"] == "empty"


def judged(name, value, encoder_parameters=10, criterion="instability", **others):
    """Metrics of an autoencoder that differs in one criterion only."""
    others = {criterion: value, "mean_spectrogram_loss": 1.0, **others}
    return {**metric(name, 0.3, encoder_parameters), **others}


@pytest.mark.parametrize("by", selection.CRITERIA)
def test_the_best_by_each_criterion_is_chosen(by):
    metrics = [judged(f"{v:g}", v, criterion=by) for v in (0.2, 0.1, 0.3)]
    best = "0.3" if by == "effective_dimensions" else "0.1"
    assert selection.select(metrics, 0, by)["name"] == best


@pytest.mark.parametrize(
    ("by", "values"),
    [
        ("restored_loss", [1.0, 1.09, 1.11]),
        ("effective_dimensions", [10, 9.1, 8.9]),
        # Corrected for the number of speakers, a share may lie below zero.
        ("speaker_share", [-0.1, -0.091, -0.089]),
    ],
)
def test_of_those_within_the_tolerance_the_smallest_is_chosen(by, values):
    sizes = zip("abc", values, [30, 20, 10], strict=True)
    metrics = [judged(name, v, size, by) for name, v, size in sizes]
    assert selection.select(metrics, 0, by)["name"] == "a"
    assert selection.select(metrics, 0.1, by)["name"] == "b"
    assert selection.select(metrics, 0.2, by)["name"] == "c"


def test_the_best_by_a_criterion_is_not_chosen_if_it_alone_learned_nothing():
    empty = judged("empty", 0.0, mean_spectrogram_loss=0.2)
    metrics = [empty, judged("a", 0.9), judged("b", 0.8)]
    assert selection.select(metrics, 0.01, "instability")["name"] == "b"
    assert selection.select([empty], 0.01, "instability")["name"] == "empty"


def test_what_has_no_value_of_a_criterion_is_left_out():
    unknown = judged("a", None, 1, "speaker_share")
    known = judged("b", 0.5, 9, "speaker_share")
    assert selection.select([unknown, known], 0.01, "speaker_share")["name"] == "b"
    with pytest.raises(InputError, match="finite speaker_share; .*validation_share"):
        selection.select([unknown], 0.01, "speaker_share")


def test_different_loss_functions_are_compared_by_the_squared_error_of_restoring():
    metrics = [
        judged("a", 0.1, restored_loss=1, restored_mse=9),
        judged("b", 0.2, restored_loss=2, restored_mse=8, loss="binary_crossentropy"),
    ]
    assert selection.compared_by(metrics, "restored_loss") == "restored_mse"
    assert selection.compared_by(metrics, "instability") == "instability"
    assert selection.select(metrics, 0.01, "restored_loss")["name"] == "b"
