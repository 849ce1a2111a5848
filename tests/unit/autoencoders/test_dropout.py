"""Cheaper dropout: how often, how independently and how reproducibly values drop."""

import numpy as np
import pytest
import scipy.stats

from speechcodes.autoencoders import backend, dropout

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


def squares(place, key):
    """Draw a word as the paper's program does (Widynski, 2020), on whole numbers."""
    size = 2**64
    x = y = place * key % size
    z = (y + key) % size
    for added in (y, z, y):
        x = (x * x + added) % size
        x = (x >> 32) | (x << 32) % size
    return (x * x + z) % size >> 32


def test_words_are_those_of_the_published_generator():
    import tensorflow as tf

    key, places = 0x548C9DECBCE65297, 5000
    # At so large a share, a value is dropped where the word is in the last part.
    share = 1 - 2.0**-8
    values = tf.zeros((dropout.VALUES, places))
    found = dropout._compiled().draw(values, tf.constant(key, tf.uint64), share)
    expected = [squares(place, key) < share * 2**32 for place in range(places)]
    np.testing.assert_array_equal(found[0] & 1, expected)
    assert 0 < places - sum(expected) < 50


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
