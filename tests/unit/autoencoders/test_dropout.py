"""Cheaper dropout: how often, how independently and how reproducibly values drop."""

import keras
import numpy as np
import pytest
import scipy.stats
from autoencoding import SEGMENT, SHAPE, assert_weights, build, segments

from speechcodes.autoencoders import backend, dropout, models

pytestmark = pytest.mark.skipif(not backend.compiles(), reason="for TensorFlow's CPU")


def kept(rate=0.2, shape=(100, 2000), seed=1, steps=1):
    """Tell what one layer keeps in some steps, shape (steps, *shape)."""
    layer = dropout.Dropout(rate, seed=seed)
    ones = np.ones(shape, np.float32)
    return np.array([layer(ones, training=True) for _ in range(steps)]) > 0


@pytest.mark.parametrize("rate", [0.2, 0.5, 0.05, 1 / 3])
def test_each_value_is_kept_with_the_probability_asked_for(rate):
    # Also by its place in the word that decides on it.
    of_place = kept(rate, (dropout.VALUES, 250_000)).reshape(dropout.VALUES, -1)
    for found in (of_place.reshape(1, -1), of_place):
        for row in found:
            test = scipy.stats.binomtest(int(row.sum()), row.size, 1 - rate)
            assert test.pvalue > 1e-4


def test_all_outcomes_of_a_word_are_as_frequent_as_those_of_independent_values():
    outcomes = kept(0.2, (dropout.VALUES, 500_000)).reshape(dropout.VALUES, -1)
    found = np.bincount(2 ** np.arange(dropout.VALUES) @ outcomes, minlength=256)
    number = np.array([bin(i).count("1") for i in range(256)])
    expected = outcomes.shape[1] * 0.8**number * 0.2 ** (8 - number)
    # Those expected fewer than five times count together.
    rare = expected < 5
    found, expected = (
        [*values[~rare], values[rare].sum()] for values in (found, expected)
    )
    assert scipy.stats.chisquare(found, expected).pvalue > 1e-4


def test_steps_and_neighbours_are_independent():
    first, second = kept(shape=(1000, 1000), steps=2)
    for one, other in (
        (first, second), (first[1:], first[:-1]), (first[:, 1:], first[:, :-1])
    ):  # fmt: skip
        r = np.corrcoef(one.ravel(), other.ravel())[0, 1]
        assert abs(r) < 4 / np.sqrt(one.size)


def test_the_same_seed_drops_the_same():
    np.testing.assert_array_equal(kept(seed=3, steps=2), kept(seed=3, steps=2))
    assert (kept(seed=3) != kept(seed=4)).any()


@pytest.mark.parametrize("shape", [(1, 1), (3, 5, 7), (16, 8)])
def test_what_is_kept_is_scaled_and_so_is_its_gradient(shape):
    import tensorflow as tf

    values = tf.constant(np.random.default_rng(0).normal(size=shape), tf.float32)
    layer = dropout.Dropout(0.2, seed=1)
    with tf.GradientTape() as tape:
        tape.watch(values)
        dropped = layer(values, training=True)
        total = tf.reduce_sum(3 * dropped)
    scale = np.where(dropped.numpy() != 0, 1.25, 0)
    np.testing.assert_allclose(dropped, values * scale, rtol=1e-6)
    np.testing.assert_allclose(tape.gradient(total, values), 3 * scale, rtol=1e-6)
    np.testing.assert_array_equal(layer(values), values)


@pytest.mark.parametrize("kind", ["Conv1D", "Conv2D", "Conv2DTranspose"])
@pytest.mark.parametrize("batch", [8, 3])
def test_a_fused_convolution_is_the_layer_itself_and_dropout(kind, batch):
    import tensorflow as tf

    rng = np.random.default_rng(0)
    shape = (9, 4) if kind == "Conv1D" else (9, 7, 4)
    more = {"output_padding": 1} if kind == "Conv2DTranspose" else {}
    inputs = keras.Input(shape)
    layer = getattr(keras.layers, kind)(3, 3, 2, activation="relu", **more)
    layer(inputs), layer.set_weights([rng.normal(size=w.shape) for w in layer.weights])
    fused = dropout.Convolution(layer, keras.layers.Dropout(0.2, seed=1))
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
    np.testing.assert_array_equal(fused(values), plain)


def test_only_relu_before_dropout_is_fused():
    inputs = keras.Input((9, 7, 4))
    x = keras.layers.Conv2D(3, 3, activation="tanh", name="other")(inputs)
    x = keras.layers.Dropout(0.2)(x)
    x = keras.layers.Conv2D(3, 3, activation="relu", name="without")(x)
    model = keras.Model(inputs, x)
    trained = dropout.cheaper(model)
    for name in ("other", "without"):
        assert trained.get_layer(name) is model.get_layer(name)
    assert dropout.Dropout in map(type, trained.layers)


def test_a_model_is_trained_through_another_with_cheaper_dropout(tmp_path):
    model = build(SEGMENT, SHAPE, 4)
    trained = dropout.cheaper(model)
    kinds = {type(layer) for layer in trained.layers}
    assert dropout.Convolution in kinds and keras.layers.Dropout not in kinds
    assert [layer.name for layer in trained.layers] == [
        layer.name for layer in model.layers
    ]
    rows, before = segments(16), model.get_weights()
    trained.compile("adam", "mse")
    trained.fit(rows, rows, verbose=0)
    assert_weights(trained, model)
    assert any((a != b).any() for a, b in zip(before, model.get_weights(), strict=True))
    np.testing.assert_allclose(trained(rows), model(rows), rtol=1e-5, atol=1e-7)
    # Stored is the model itself, which Keras alone can read.
    models.save(model, tmp_path / "model.keras")
    assert_weights(keras.models.load_model(tmp_path / "model.keras"), model)
