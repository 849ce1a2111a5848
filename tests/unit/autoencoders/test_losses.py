"""Losses are Keras' own, values and gradients; so is the squared error."""

import keras
import numpy as np
import pytest

from speechcodes.autoencoders import losses


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("name", ["binary_crossentropy", "mse"])
def test_loss_and_gradient_are_those_of_keras(name, weighted):
    import tensorflow as tf

    rng = np.random.default_rng(0)
    target, output = rng.random((2, 6, 9, 14), np.float32)
    # As ReLU and sigmoid give them: at the margins and beyond.
    output[0, 0] = [0, 1, 1e-9, 1 - 1e-9, 1e-7, 2, -1, *output[0, 0, 7:]]
    weights = (rng.random((6, 9)) < 0.7).astype(np.float32) if weighted else None
    kinds = {
        "binary_crossentropy": keras.losses.BinaryCrossentropy,
        "mse": keras.losses.MeanSquaredError,
    }
    found = []
    for loss in (losses.of(name), kinds[name](reduction="mean_with_sample_weight")):
        values = tf.constant(output)
        with tf.GradientTape() as tape:
            tape.watch(values)
            value = loss(target, values, weights)
        found.append((value, tape.gradient(value, values)))
    (value, gradient), (expected, expected_gradient) = found
    np.testing.assert_allclose(value, expected, rtol=1e-6)
    np.testing.assert_allclose(gradient, expected_gradient, rtol=1e-5, atol=1e-9)


def test_the_squared_error_is_that_of_keras():
    rng = np.random.default_rng(0)
    found, expected = losses.squared_error(), keras.metrics.MeanSquaredError("mse")
    for rows in (6, 4):
        target, output = rng.random((2, rows, 9, 14), np.float32)
        weights = (rng.random((rows, 9)) < 0.7).astype(np.float32)
        for metric in (found, expected):
            metric.update_state(target, output, weights)
    assert float(found.result()) == pytest.approx(float(expected.result()), rel=1e-6)
    assert found.name == expected.name
