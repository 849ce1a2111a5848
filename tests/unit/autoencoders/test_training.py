"""Training, on spectrograms small enough to be quick."""

import json
import logging

import keras
import numpy as np
import pytest
from autoencoding import (
    FRAME,
    SEGMENT,
    SHAPE,
    assert_weights,
    build,
    configuration,
    learn,
    segments,
    sequences,
)

from speechcodes import progress
from speechcodes.autoencoders import encoding, families, losses, training
from speechcodes.errors import InputError

#: What a pass over the rows comes to.
VALUES = {"loss": 0.5, "validation_loss": 0.5, "validation_mse": 0.5, "seconds": 30.0}


def trained(**settings):
    """Train a small autoencoder of segments for a few epochs."""
    return learn(SEGMENT, segments(64), segments(32, 1), **settings)


@pytest.fixture(scope="module")
def first():
    """One training that several tests look at."""
    return trained(epochs=10, patience=10)


def test_training_lowers_the_loss(first):
    model, history, _ = first
    assert set(history) == {"loss", "validation_loss", "validation_mse", "seconds"}
    assert {len(values) for values in history.values()} == {10}
    assert history["loss"][-1] < 0.8 * history["loss"][0]
    assert history["validation_loss"][-1] < history["validation_loss"][0]
    assert encoding.encode(model, segments(8, 1)).std() > 0


def test_the_study_s_relu_output_is_not_dead(first):
    output = np.asarray(first[0](segments(32, 1)))
    phases = [output[:, i::2, j::2].max() for i in range(2) for j in range(2)]
    assert np.isfinite(output).all()
    assert min(phases) > 0


def test_the_same_seed_trains_the_same_weights(first):
    model, history, _ = trained(epochs=10, patience=10)
    assert_weights(first[0], model)
    assert history["validation_loss"] == first[1]["validation_loss"]
    with pytest.raises(AssertionError):
        assert_weights(first[0], trained(seed=2, epochs=2)[0])
    # Each autoencoder has a seed of its own.
    assert len({training.own_seed(s, name) for s in (1, 2) for name in "ab"}) == 4


def test_codes_of_frames_are_learned_and_the_same_again():
    rows, validation = sequences([30] * 20), sequences([30] * 5, 1)
    settings = {"epochs": 15, "patience": 15, "batch_size": 8, "learning_rate": 0.01}
    settings["noise"] = 0.5
    model, history, _ = learn(FRAME, rows, validation, **settings)
    assert history["validation_loss"][-1] < 0.5 * history["validation_loss"][0]
    again, same, _ = learn(FRAME, rows, validation, **settings)
    assert same["validation_loss"] == history["validation_loss"]
    assert_weights(model, again)


def test_training_stops_early_and_keeps_the_best_weights(monkeypatch):
    losses = [0.5, 0.3, 0.299, 0.31, 0.32, 0.1]
    kept = []

    def fit_once(model, *_):
        loss = losses[len(kept)]
        model.set_weights([weight + loss for weight in model.get_weights()])
        kept.append(model.get_weights())
        return VALUES | {"validation_loss": loss}

    monkeypatch.setattr(training, "_fit_once", fit_once)
    model, history, metrics = trained(epochs=6, patience=3, min_delta=0.01)
    # 0.299 is too small an improvement to wait for, and the lowest all the same.
    assert history["validation_loss"] == losses[:5]
    assert (metrics["epoch"], metrics["epochs"]) == (3, 5)
    for weight, expected in zip(model.get_weights(), kept[2], strict=True):
        np.testing.assert_array_equal(weight, expected)


def test_the_errors_reported_are_those_of_the_weights_kept(first):
    model, _, metrics = first
    held_out = segments(32, 1)
    output = np.asarray(model(held_out))
    clipped = np.clip(output, 1e-7, 1 - 1e-7)
    entropy = held_out * np.log(clipped) + (1 - held_out) * np.log(1 - clipped)
    assert metrics["validation_mse"] == pytest.approx(
        ((output - held_out) ** 2).mean(), 1e-4
    )
    assert metrics["validation_loss"] == pytest.approx(-entropy.mean(), 1e-4)


@pytest.mark.parametrize("architecture", [SEGMENT, FRAME])
def test_losses_of_an_epoch_are_those_that_keras_reports(architecture):
    # Batches of 4, 4 and 2 rows; of frames, of 12, 17 and 16.
    frames = architecture == FRAME
    rows = sequences([3] * 7 + [8] * 3) if frames else segments(10)
    model = learn(architecture, rows, rows, epochs=1, batch_size=4)[0]
    model.compile(loss="mse", weighted_metrics=[losses.squared_error()])
    rows = families.of_model(model).rows(rows, architecture)
    batches = training._Batches(model, rows, 4)

    class Same(keras.utils.PyDataset):
        def __len__(self):
            return len(batches)

        def __getitem__(self, index):
            return batches[index]

    found = training._passed(model.test_on_batch, batches)
    expected = model.evaluate(Same(), verbose=0)
    assert found == pytest.approx(expected, rel=1e-5)
    assert not frames or found[0] != pytest.approx(found[1], rel=1e-3)


def test_a_dead_model_is_told_of(monkeypatch, caplog):
    def fit_once(model, *_):
        model.set_weights([0 * weight for weight in model.get_weights()])
        return VALUES

    monkeypatch.setattr(training, "_fit_once", fit_once)
    trained(epochs=1)
    assert "zero throughout; use a learning rate smaller than 0.003" in caplog.text
    assert "no better than the mean spectrogram" in caplog.text


def test_a_loss_that_is_no_number_ends_training():
    broken = segments(32)
    broken[3, 0, 0] = np.nan
    with pytest.raises(InputError, match="loss is nan in epoch 1.*learning rate"):
        learn(SEGMENT, broken, segments(8), epochs=2)


def test_metrics_count_parameters_and_utterances_and_name_the_pooling(first):
    metrics = learn(FRAME, sequences([30] * 6), sequences([30] * 2), epochs=1)[2]
    assert (metrics["training_segments"], metrics["validation_segments"]) == (6, 2)
    assert json.loads(json.dumps(metrics))["pooling"] == ["mean", "standard_deviation"]
    assert metrics["context_frames"] == 5
    assert metrics["noise"] == 1
    metrics = first[2]
    model = build(SEGMENT, SHAPE, 4)
    assert metrics["parameters"] == sum(v.numpy().size for v in model.weights)
    assert metrics["name"] == configuration(SEGMENT).name
    assert metrics["device"].split(":")[0] in ("CPU", "GPU")
    assert metrics["pooling"] is None and metrics["context_frames"] == 0


def test_progress_is_logged_with_the_losses(monkeypatch, caplog):
    monkeypatch.setattr(training, "_fit_once", lambda *_: VALUES)
    monkeypatch.setattr(progress, "SECONDS", 0)
    monkeypatch.setattr(progress, "SHARE", 0)
    caplog.set_level(logging.INFO, training.logger.name)
    trained(epochs=6, patience=6)
    lines = [
        record.getMessage()
        for record in caplog.records
        if record.name == training.logger.name and record.levelname == "INFO"
    ]
    assert len(lines) == 7
    losses = "loss 0.50000, validation loss 0.50000"
    assert lines[4].startswith(f"5 of 6 epochs at most: {losses}, ")
    end = "trained 6 of at most 6 epochs in 3 min; kept epoch 1"
    assert lines[6] == f"{end}: {losses}"
