# ruff: noqa: D103 - names of tests say what they test
"""Autoencoders built, trained and used, on spectrograms small enough to be quick."""

import logging
import zipfile
import zlib
from pathlib import Path

import keras
import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from speechcodes import progress
from speechcodes.autoencoders import encoding, grid, models, training
from speechcodes.errors import InputError
from speechcodes.storage import hdf5
from speechcodes.storage.sequences import Rows

ROOT = Path(__file__).parents[3]
ALL = yaml.safe_load((ROOT / "config/architectures.yaml").read_text())
#: Those of the study, with a code of each segment.
ARCHITECTURES = {name: layers for name, layers in ALL.items() if "study" in name}
SMALL = {
    "convolutions": [
        {"filters": 4, "kernel": 2, "stride": 2},
        {"filters": 8, "kernel": 3, "stride": 2},
    ],
    "dense": None,
    "activation": "relu",
    "code_activation": "relu",
    "dropout": 0.2,
}
SHAPE = (9, 14)
CONFIGURATION = grid.Configuration(
    "small", 4, 0.003, 16, "binary_crossentropy", "adam", "relu", "relu"
)


def build(architecture, shape=(74, 200), latent=64, **settings):
    """Build an autoencoder with the architecture's own activations."""
    code = architecture["code_activation"]
    return models.build(architecture, shape, latent, code, "relu", **settings)


def spectrograms(rows, seed=0):
    """Magnitudes of one loud bin each on a quiet floor, a different one per row."""
    generator = np.random.default_rng(seed)
    values = 0.01 * generator.random((rows, *SHAPE))
    values[np.arange(rows), :, generator.integers(0, SHAPE[1], rows)] += 0.3
    return values.astype(np.float32)


def trained(seed=1, model=None, configuration=CONFIGURATION, **settings):
    """Train a small autoencoder for a few epochs; return it and its history."""
    model = model or build(SMALL, SHAPE, 4)
    settings = {"epochs": 3, "patience": 3, "min_delta": 0, **settings}
    history = training.train(
        model,
        spectrograms(64),
        spectrograms(32, 1),
        configuration,
        seed=seed,
        **settings,
    )
    return model, history


@pytest.mark.parametrize(
    ("name", "latent", "parameters"),
    [
        ("study1", 128, 49_818),
        ("study2", 64, 49_966),
        ("study3", 64, 438_896),
        ("study4", 64, 814_776),
    ],
)
def test_encoders_have_the_parameters_that_the_study_reported(name, latent, parameters):
    model = build(ARCHITECTURES[name], latent=latent)
    assert models.parameters(models.encoder(model)) == parameters


@pytest.mark.parametrize("name", ARCHITECTURES)
@pytest.mark.parametrize("shape", [(74, 200), (53, 83)])
def test_parameters_are_counted_without_building_a_model(name, shape):
    expected = build(ARCHITECTURES[name], shape, latent=48).count_params()
    assert grid.parameters(ARCHITECTURES[name], shape, 48) == expected


@pytest.mark.parametrize("name", ARCHITECTURES)
@pytest.mark.parametrize("shape", [(74, 200), (49, 200), (37, 101), (53, 83)])
def test_any_shape_is_restored(name, shape):
    model = build(ARCHITECTURES[name], shape)
    assert model.input_shape == model.output_shape == (None, *shape)
    assert model(np.zeros((2, *shape), np.float32)).shape == (2, *shape)


def test_strides_longer_than_kernels_are_mirrored():
    convolutions = [{"filters": 2, "kernel": 2, "stride": 3}] * 2
    model = build({**SMALL, "convolutions": convolutions}, (22, 31), 4)
    assert model(np.zeros((1, 22, 31), np.float32)).shape == (1, 22, 31)


def test_dropout_stands_between_convolutions_only():
    names = [layer.name for layer in build(ARCHITECTURES["study1"]).layers]
    kinds = [name.split("_")[0] for name in names]
    encoder = ["channel", *["convolution", "dropout"] * 2, "convolution", "flat"]
    decoder = ["maps", *["transposed", "dropout"] * 2, "transposed", "reconstruction"]
    assert kinds == ["spectrogram", *encoder, "code", "flat", *decoder]


def test_input_too_small_is_refused():
    with pytest.raises(InputError, match=r"\(35, 200\).*too small"):
        build(ARCHITECTURES["study3"], (35, 200))


def test_the_summary_names_layers_and_parameters():
    text = models.summary(build(ARCHITECTURES["study3"]))
    assert "encoder: 438,896 parameters" in text
    assert "Conv2D 64 of 3x3/3 relu" in text
    assert "(2, 5, 128)" in text
    assert "Dense softmax" in text
    assert "decoder: " in text


def test_the_same_seed_builds_the_same_weights():
    first, second, other = (build(SMALL, SHAPE, 4, seed=s) for s in (1, 1, 2))
    assert_weights(first, second)
    with pytest.raises(AssertionError):
        assert_weights(first, other)


@given(
    st.lists(st.sampled_from("abcdefghij"), min_size=2, max_size=60).filter(
        lambda groups: len(set(groups)) > 1
    ),
    st.floats(0.05, 0.95),
    st.integers(0, 2**32 - 1),
)
def test_validation_holds_out_whole_groups_close_to_the_share(groups, share, seed):
    held_out = training.validation_split(groups, share, seed)
    sides = np.asarray(groups)
    assert held_out.dtype == bool
    assert held_out.shape == (len(groups),)
    assert not set(sides[held_out]) & set(sides[~held_out])
    assert 0 < held_out.sum() < len(groups)
    sizes = np.unique(sides, return_counts=True)[1]
    missed = abs(held_out.sum() - share * len(groups))
    forced = sizes.min() in (held_out.sum(), (~held_out).sum())
    assert missed <= sizes.max() / 2 + 1e-9 or forced
    np.testing.assert_array_equal(
        held_out, training.validation_split(groups, share, seed)
    )


def test_groups_held_out_depend_on_the_seed_and_not_on_the_order_of_rows():
    groups = [f"speaker{number // 5}" for number in range(100)]
    first = training.validation_split(groups, 0.3, 1)
    assert first.sum() == 30
    assert (training.validation_split(groups[::-1], 0.3, 1)[::-1] == first).all()
    assert any(
        (training.validation_split(groups, 0.3, seed) != first).any() for seed in (2, 3)
    )


@pytest.mark.parametrize("groups", [[], ["a", "a"]])
def test_fewer_than_two_groups_are_refused(groups):
    with pytest.raises(InputError, match="two or more"):
        training.validation_split(groups, 0.3, 1)


@pytest.fixture(scope="module")
def first():
    """One training that several tests look at."""
    return trained(seed=1, epochs=10, patience=10)


def test_training_lowers_the_loss(first):
    model, history = first
    assert set(history) == {"loss", "validation_loss", "validation_mse", "seconds"}
    assert {len(values) for values in history.values()} == {10}
    assert history["loss"][-1] < 0.8 * history["loss"][0]
    assert history["validation_loss"][-1] < history["validation_loss"][0]
    assert encoding.encode(model, spectrograms(8, 1)).std() > 0


def test_the_study_s_relu_output_is_not_dead(first):
    output = np.asarray(first[0](spectrograms(32, 1)))
    phases = [output[:, i::2, j::2].max() for i in range(2) for j in range(2)]
    assert np.isfinite(output).all()
    assert min(phases) > 0


def test_the_same_seed_trains_the_same_weights(first):
    # Training starts from fresh weights, whatever the model was before.
    model, history = trained(
        seed=1, epochs=10, patience=10, model=build(SMALL, SHAPE, 4, seed=7)
    )
    assert_weights(first[0], model)
    assert history["validation_loss"] == first[1]["validation_loss"]
    other, _ = trained(seed=2, epochs=2, model=model)
    with pytest.raises(AssertionError):
        assert_weights(first[0], other)


def test_training_stops_early_and_keeps_the_best_weights(monkeypatch):
    losses = [0.5, 0.3, 0.299, 0.31, 0.32, 0.1]
    model = build(SMALL, SHAPE, 4)
    kept = []

    def fit_once(model, *_):
        loss = losses[len(kept)]
        model.set_weights([weight + loss for weight in model.get_weights()])
        kept.append(model.get_weights())
        values = {"loss": 1.0, "validation_mse": 1.0, "seconds": 0.0}
        return {**values, "validation_loss": loss}

    monkeypatch.setattr(training, "_fit_once", fit_once)
    _, history = trained(model=model, epochs=6, patience=3, min_delta=0.01)
    # 0.299 is too small an improvement to wait for, and the lowest all the same.
    assert history["validation_loss"] == losses[:5]
    assert training.best(history)["epoch"] == 3
    for weight, expected in zip(model.get_weights(), kept[2], strict=True):
        np.testing.assert_array_equal(weight, expected)


def test_the_errors_reported_are_those_of_the_weights_kept(first):
    model, history = first
    held_out = spectrograms(32, 1)
    output = np.asarray(model(held_out))
    clipped = np.clip(output, 1e-7, 1 - 1e-7)
    entropy = held_out * np.log(clipped) + (1 - held_out) * np.log(1 - clipped)
    end = training.best(history)
    assert end["validation_mse"] == pytest.approx(
        ((output - held_out) ** 2).mean(), 1e-4
    )
    assert end["validation_loss"] == pytest.approx(-entropy.mean(), 1e-4)


def test_a_dead_model_is_told_of(monkeypatch, caplog):
    def fit_once(model, *_):
        model.set_weights([0 * weight for weight in model.get_weights()])
        return dict.fromkeys(
            ("loss", "validation_loss", "validation_mse", "seconds"), 1.0
        )

    monkeypatch.setattr(training, "_fit_once", fit_once)
    trained(epochs=1)
    assert "zero throughout; use a learning rate smaller than 0.003" in caplog.text


def test_a_loss_that_is_no_number_ends_training():
    broken = spectrograms(32)
    broken[3, 0, 0] = np.nan
    with pytest.raises(InputError, match="loss is nan in epoch 1.*learning rate"):
        training.train(
            build(SMALL, SHAPE, 4),
            broken,
            spectrograms(8),
            CONFIGURATION,
            epochs=2,
            patience=2,
            min_delta=0,
            seed=1,
        )


def as_rows(values, path):
    """The same spectrograms as rows of a file."""
    what = {"parameters": {}, "libraries": [], "description": ""}
    hdf5.write(str(path), {"spectrograms": values}, **what)
    return Rows([str(path)], "spectrograms")


def test_spectrograms_read_batch_by_batch_train_the_same_model(tmp_path):
    sides = [spectrograms(70), spectrograms(33, 1)]
    settings = {"epochs": 3, "patience": 3, "min_delta": 0, "seed": 5}
    results = []
    from_disk = [as_rows(side, tmp_path / f"{i}.h5") for i, side in enumerate(sides)]
    for read in (sides, from_disk):
        model = build(SMALL, SHAPE, 4)
        history = training.train(model, *read, CONFIGURATION, **settings)
        metrics = training.measure(model, history, CONFIGURATION, SMALL, *read)
        del metrics["seconds"]
        arrays = [*model.get_weights(), encoding.encode(model, read[1])]
        results.append((metrics, arrays))
    (in_memory, arrays), (streamed, same_arrays) = results
    assert in_memory == streamed
    for one, other in zip(arrays, same_arrays, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("rows", [1, 255, 256, 300])
def test_the_loss_of_the_mean_spectrogram_by_its_formula(rows):
    training_rows, validation = spectrograms(300), spectrograms(rows, 1)
    mean = training_rows.astype(float).mean(axis=0)
    found = training.mean_spectrogram_loss(training_rows, validation, "mse")
    assert found == pytest.approx(((validation - mean) ** 2).mean(), rel=1e-5)
    entropy = validation * np.log(mean) + (1 - validation) * np.log(1 - mean)
    found = training.mean_spectrogram_loss(
        training_rows, validation, "binary_crossentropy"
    )
    assert found == pytest.approx(-entropy.mean(), rel=1e-5)


def test_no_rows_are_refused():
    rows = spectrograms(4)
    settings = {"epochs": 1, "patience": 1, "min_delta": 0, "seed": 1}
    model = build(SMALL, SHAPE, 4)
    with pytest.raises(InputError, match="no spectrograms for the validation"):
        training.train(model, rows, rows[:0], CONFIGURATION, **settings)


def test_progress_is_logged_with_the_losses(monkeypatch, caplog):
    values = dict.fromkeys(("loss", "validation_loss", "validation_mse"), 0.5)
    monkeypatch.setattr(training, "_fit_once", lambda *_: {**values, "seconds": 30.0})
    monkeypatch.setattr(progress, "SECONDS", 0)
    monkeypatch.setattr(progress, "SHARE", 0)
    caplog.set_level(logging.INFO)
    trained(epochs=6, patience=6)
    lines = [r.getMessage() for r in caplog.records if r.name == training.logger.name]
    assert len(lines) == 7
    assert lines[4].startswith(
        "5 of 6 epochs at most: loss 0.50000, validation loss 0.50000, "
    )
    assert lines[6] == (
        "trained 6 of at most 6 epochs in 3 min; kept epoch 1: loss 0.50000, "
        "validation loss 0.50000"
    )


@pytest.mark.parametrize("load", [models.load, keras.models.load_model])
def test_a_saved_model_is_the_same_model(first, tmp_path, load):
    model, _ = first
    models.save(model, tmp_path / "autoencoder.keras")
    loaded = load(tmp_path / "autoencoder.keras")
    rows = spectrograms(5)
    np.testing.assert_array_equal(loaded(rows), model(rows))
    np.testing.assert_array_equal(
        encoding.encode(loaded, rows), encoding.encode(model, rows)
    )


def test_a_model_s_file_is_a_whole_archive_with_its_checksum_at_the_end(
    first, tmp_path
):
    path = tmp_path / "autoencoder.keras"
    models.save(first[0], path)
    content = path.read_bytes()
    text = f"CRC-32 of all other bytes: {zlib.crc32(content[:-36]):08x}\n"
    assert content[-36:] == text.encode()
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        assert archive.comment == text.encode()
        assert "model.weights.h5" in archive.namelist()


def test_a_damaged_model_is_named_with_the_command_to_remove_it(first, tmp_path):
    path = tmp_path / "autoencoder.keras"
    models.save(first[0], path)
    whole = path.read_bytes()
    flipped = [
        whole[:i] + bytes([whole[i] ^ 16]) + whole[i + 1 :]
        for i in (*range(0, len(whole), len(whole) // 50), *range(-200, 0))
    ]
    for content in [*flipped, b"", whole[:-1], whole[: len(whole) // 2], whole + b"\0"]:
        path.write_bytes(content)
        with pytest.raises(
            InputError, match=f"autoencoder.keras is damaged.* rm {path}"
        ):
            models.load(path)


def test_codes_are_the_output_of_the_code_layer():
    model = build(SMALL, SHAPE, 4, seed=3)
    rows = spectrograms(11)
    x = rows[..., np.newaxis]
    for name in ("convolution_1", "convolution_2", "flat", "code"):
        x = model.get_layer(name)(x)
    found = encoding.encode(model, rows, batch_size=4)
    assert found.shape == (11, 4)
    assert found.dtype == np.float32
    assert found.std() > 0
    np.testing.assert_allclose(found, x, rtol=1e-5, atol=1e-7)
    np.testing.assert_array_equal(
        found, encoding.encode(models.encoder(model), rows, batch_size=4)
    )


def test_no_spectrograms_have_no_codes():
    found = encoding.encode(build(SMALL, SHAPE, 4), spectrograms(0))
    assert found.shape == (0, 4)
    assert found.dtype == np.float32


def test_spectrograms_of_another_shape_are_refused():
    with pytest.raises(InputError, match=r"\(9, 14\).*\(8, 14\)"):
        encoding.encode(build(SMALL, SHAPE, 4), spectrograms(3)[:, :-1])


def test_the_device_has_a_name():
    assert training.device().split(":")[0] in ("CPU", "GPU")


def assert_weights(first, second):
    """Hold the weights of two models to be equal."""
    for a, b in zip(first.get_weights(), second.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
