"""Dropout from fewer random bits and in fewer passes, for training on CPUs.

Keras draws 32 random bits for each value and passes over all values several times,
which on a CPU takes up to half of a training step. Here a word is drawn for eight, by
a generator of integer operations that the compiler can compute side by side.
"""

from functools import cache
from types import SimpleNamespace

import keras

from speechcodes.autoencoders import backend

#: Values that one random word decides on.
VALUES = 8


class Dropout(keras.layers.Dropout):
    """Keras' layer, with eight values kept or dropped by one random word.

    A word of 32 bits is a place on a line that is parted into what is kept and what is
    dropped of the first value; the part where the place lies is parted again for the
    next one, as an arithmetic decoder does (Witten, Neal and Cleary, 1987). So each of
    the 256 outcomes has its exact probability to 2^-32 (Keras draws to 2^-23).
    """

    def call(self, inputs, training=False):
        """Drop a share of the values, and scale the others to the same expectation."""
        if not training:
            return inputs
        import tensorflow as tf

        outcomes, share = self.outcomes(inputs), 1 - self.rate

        @tf.custom_gradient
        def drop(values):
            dropped = _compiled().drop(values, outcomes, share)
            return dropped, lambda change: _compiled().drop(change, outcomes, share)

        return drop(inputs)

    def activate(self, values, *bias):
        """Add a bias if one is given, and drop values after ReLU, in one pass.

        Values and bias are scaled already.
        """
        import tensorflow as tf

        outcomes = self.outcomes(values)

        @tf.custom_gradient
        def activate(values, *bias):
            output = _compiled().activate(values, outcomes, *bias)

            def gradient(change):
                change = tf.raw_ops.ReluGrad(gradients=change, features=output)
                return change, *(
                    tf.raw_ops.BiasAddGrad(out_backprop=change) for _ in bias
                )

            return output, gradient

        return activate(values, *bias)

    def outcomes(self, values):
        """Draw a byte for `VALUES` rows of a batch, with a bit for each value kept."""
        import tensorflow as tf

        seed = tf.cast(self.seed_generator.next(), tf.int32)
        key = tf.random.stateless_uniform([], seed, None, None, tf.uint64)
        return _compiled().draw(values, key, 1 - self.rate)


@cache
def _compiled():
    """Return what draws outcomes, and the passes over values, each compiled to one.

    Together they would be compiled to one pass that decodes each word eight times.
    """
    import tensorflow as tf

    bits = [1 << number for number in range(VALUES)]

    def words(key, count):
        """Draw words of 32 bits by a key and their places (Squares; Widynski, 2020)."""

        def shifted(values, by=tf.bitwise.right_shift):
            return by(values, tf.constant(32, tf.uint64))

        start = tf.cast(tf.range(count), tf.uint64) * key
        word, after = start, start + key
        for added in (start, after, start):
            word = word * word + added
            word = shifted(word) | shifted(word, tf.bitwise.left_shift)
        return shifted(word * word + after)

    def draw(values, key, share):
        """Draw words, and decode each to a byte with a bit for each value kept."""
        shape = tf.shape(values)
        shape = tf.concat([(shape[:1] + VALUES - 1) // VALUES, shape[1:]], 0)
        place = tf.cast(words(key | 1, tf.reduce_prod(shape)), tf.float64)
        width, outcome = tf.constant(2.0**32, tf.float64), 0
        for bit in bits:
            first = width * share
            kept = place < first
            outcome |= tf.where(kept, tf.constant(bit, tf.uint8), 0)
            place = tf.where(kept, place, place - first)
            width = tf.where(kept, first, width - first)
        return tf.reshape(outcome, shape)

    def kept(values, outcomes):
        """Tell which values are kept."""
        bit = tf.reshape(tf.constant(bits, tf.uint8), [-1] + [1] * outcomes.shape.rank)
        found = tf.bitwise.bitwise_and(outcomes, bit) > 0
        found = tf.reshape(found, tf.concat([[-1], tf.shape(values)[1:]], 0))
        return found[: tf.shape(values)[0]]

    def drop(values, outcomes, share):
        """Set values that are not kept to zero."""
        return tf.where(kept(values, outcomes), values / share, 0.0)

    def activate(values, outcomes, bias=0.0):
        """Set values to zero that are not kept, or below it; NaN stays NaN."""
        values += bias
        return tf.where(kept(values, outcomes) & ~(values < 0), values, 0.0)

    functions = draw, drop, activate
    return SimpleNamespace(**{f.__name__: backend.compiled(f) for f in functions})
