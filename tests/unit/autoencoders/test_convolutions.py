"""Convolutions in fewer passes compute what those of Keras do, and their gradients."""

import keras
import numpy as np
import pytest

from speechcodes.autoencoders import backend, convolutions

pytestmark = pytest.mark.skipif(not backend.compiles(), reason="for TensorFlow's CPU")


def drawn(layer, shape, rng):
    """Build a layer with weights drawn; return it."""
    layer(keras.Input(shape))
    layer.set_weights([rng.normal(size=weight.shape) for weight in layer.weights])
    return layer


def with_gradients(layer, values, weights):
    """Return what a layer computes, and the gradients of a function of that."""
    import tensorflow as tf

    with tf.GradientTape() as tape:
        tape.watch(values)
        found = layer(values)
        total = tf.reduce_sum(found**3)
    return found, *tape.gradient(total, [values, *(w.value for w in weights)])


@pytest.mark.parametrize("kind", ["Conv1D", "Conv2D", "Conv2DTranspose"])
@pytest.mark.parametrize(("batch", "channels"), [(8, 3), (3, 3), (67, 1)])
def test_a_fused_convolution_is_the_layer_itself_and_dropout(kind, batch, channels):
    import tensorflow as tf

    rng = np.random.default_rng(0)
    shape = (9, 4) if kind == "Conv1D" else (9, 7, 4)
    more = {"output_padding": 1} if kind == "Conv2DTranspose" else {}
    kind = getattr(keras.layers, kind)
    layer = drawn(kind(channels, 3, 2, activation="relu", **more), shape, rng)
    fused = convolutions.Convolution(layer, keras.layers.Dropout(0.2, seed=2))
    values = tf.constant(rng.normal(size=(batch, *shape)), tf.float32)
    weights = [values, *(weight.value for weight in layer.weights)]
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(values)
        found, plain = fused(values, training=True), layer(values)
        kept = tf.stop_gradient(tf.where(found > 0, np.float32(1.25), 0))
        total, expected = (tf.reduce_sum(x**3) for x in (found, plain * kept))
    np.testing.assert_allclose(found, plain * kept, rtol=1e-5, atol=1e-6)
    share = np.mean(found.numpy()[plain.numpy() > 0] > 0)
    assert 0.6 < share < 0.95
    for one, other in zip(
        tape.gradient(total, weights), tape.gradient(expected, weights), strict=True
    ):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-3)
    if channels > convolutions.FEW:
        np.testing.assert_array_equal(fused(values), plain)
    else:
        np.testing.assert_allclose(fused(values), plain, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("padding", [0, 1])
@pytest.mark.parametrize(
    ("kernel", "strides"),
    [(1, 1), (2, 1), (2, 2), (2, 3), (3, 2), (4, 2), (5, 2), (4, 4), ((5, 2), (4, 2))],
)
def test_few_channels_grow_and_shrink_as_in_keras(channels, kernel, strides, padding):
    import tensorflow as tf

    rng = np.random.default_rng(1)
    settings = {"kernel_size": kernel, "strides": strides, "activation": "sigmoid"}
    if padding and padding < np.min(strides):
        settings["output_padding"] = padding
    grows = drawn(keras.layers.Conv2DTranspose(channels, **settings), (5, 7, 3), rng)
    settings.pop("output_padding", None)
    shrinks = drawn(keras.layers.Conv2D(3, **settings), (13, 17, channels), rng)
    for layer in (grows, shrinks):
        assert convolutions.gains(layer, None)
        values = tf.constant(rng.normal(size=(3, *layer.input.shape[1:])), tf.float32)
        pair = layer, convolutions.Convolution(layer)
        both = [with_gradients(one, values, layer.weights) for one in pair]
        for expected, found in zip(*both, strict=True):
            np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)


def test_what_keras_computes_fast_or_otherwise_stays():
    rng = np.random.default_rng(2)
    for layer, shape in (
        (keras.layers.Conv2DTranspose(3, 2, 2), (5, 7, 3)),
        (keras.layers.Conv2DTranspose(1, 2, 2, padding="same"), (5, 7, 3)),
        (keras.layers.Conv2DTranspose(1, 2, dilation_rate=2), (5, 7, 3)),
        (keras.layers.Conv2DTranspose(1, 2, 2), (None, 7, 3)),
        (keras.layers.Conv2D(3, 3), (9, 7, 4)),
        (keras.layers.Conv1D(3, 3), (9, 1)),
        (keras.layers.Dense(1), (9, 1)),
    ):
        assert not convolutions.gains(drawn(layer, shape, rng), None)
