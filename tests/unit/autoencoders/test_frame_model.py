"""Autoencoders with a code of each frame: lengths, standardisation, and codes."""

import keras
import numpy as np
import pytest
from autoencoding import ARCHITECTURES, BINS, FRAME, build, learn, sequences

from speechcodes.autoencoders import frame_model, models
from speechcodes.autoencoders.pieces import Pieces

STATISTICS = np.arange(BINS), np.arange(1, BINS + 1)


def small(**changes):
    return build({**FRAME, **changes}, (None, BINS), 3, statistics=STATISTICS)


def test_parameters_are_counted_without_building_a_model():
    model = build(ARCHITECTURES["denoising"], (None, 40))
    expected = frame_model.parameters(ARCHITECTURES["denoising"], (None, 40), 64)
    trainable = sum(int(np.prod(w.shape)) for w in model.trainable_weights)
    assert trainable == expected


def test_a_code_depends_on_the_frames_of_its_context_alone():
    encoder = models.encoder(small())
    rows = np.random.default_rng(0).random((1, 21, BINS)).astype(np.float32)
    changed = rows.copy()
    changed[0, 10] += 1
    differs = np.abs(encoder(changed) - encoder(rows))[0].max(axis=1) > 0
    # Two kernels of three frames.
    assert frame_model.context_frames(FRAME) == 5
    assert np.flatnonzero(differs).tolist() == [8, 9, 10, 11, 12]


def test_what_goes_in_is_standardised():
    model = small()
    for found, expected in zip(
        frame_model.standardisation(model), STATISTICS, strict=True
    ):
        np.testing.assert_allclose(found, expected)
    layer = keras.Model(model.input, model.get_layer("standardised").output)
    values = np.random.default_rng(0).random((1, 4, BINS)).astype(np.float32)
    expected = (values - STATISTICS[0]) / STATISTICS[1]
    np.testing.assert_allclose(layer(values), expected, rtol=1e-5, atol=1e-6)
    outputs = np.asarray(model(values)) * STATISTICS[1] + STATISTICS[0]
    assert outputs.shape == values.shape
    restored = frame_model.reconstruct(model, values)
    np.testing.assert_allclose(restored, outputs, rtol=1e-5)


def test_the_validation_loss_is_that_of_the_standardised_frames_alone():
    # One batch; of the pieces most frames only fill up.
    frames, short = sequences([40] * 10), sequences([3, 2, 8, 5], 2)
    model, history, metrics = learn(FRAME, frames, short, epochs=1)
    mean, deviation = np.concatenate(frames).mean(0), np.concatenate(frames).std(0)
    outputs = np.asarray(model(Pieces(short, 8)[:]))
    squares = [
        (outputs[i, : len(s)] - (s - mean) / deviation) ** 2
        for i, s in enumerate(short)
    ]
    expected = np.concatenate(squares).mean()
    assert history["validation_loss"][0] == pytest.approx(expected, rel=1e-4)
    assert history["validation_mse"][0] == pytest.approx(expected, rel=1e-4)
    of_mean = np.mean((np.concatenate(short) - mean) ** 2 / deviation**2)
    assert metrics["mean_spectrogram_loss"] == pytest.approx(of_mean, rel=1e-5)
