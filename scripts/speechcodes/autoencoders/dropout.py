"""Dropout from fewer random bits, for training on CPUs.

Keras draws 32 random bits for each value and passes over all values several times,
which on a CPU takes up to half of a training step.
"""

from functools import cache

import keras

from speechcodes.autoencoders import backend

#: Values that one random word decides on.
VALUES = 8


def cheaper(model: keras.Model) -> keras.Model:
    """Return a model to train in place of another, with cheaper dropout on a CPU.

    It shares all other layers with the model given, which is therefore trained with it
    and stays one that Keras alone can read. What is dropped differs from what Keras
    would drop after the same seed. On a GPU or another backend, it is the model itself.
    """
    if not backend.compiles():
        return model
    return keras.models.clone_model(model, clone_function=_replaced)


def _replaced(layer):
    """Return `Dropout` for Keras' layer of this name, and any other layer itself."""
    if not isinstance(layer, keras.layers.Dropout) or not layer.rate:
        return layer
    return Dropout.from_config(layer.get_config())


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

        share = 1 - self.rate
        draw, unpack, drop = _compiled()
        size = tf.size(inputs)
        seed = tf.cast(self.seed_generator.next(), tf.int32)
        words = tf.random.stateless_uniform(
            [(size + VALUES - 1) // VALUES], seed, None, None, tf.uint32
        )
        kept = tf.reshape(unpack(draw(words, share)), [-1])[:size]
        kept = tf.reshape(kept, tf.shape(inputs))

        @tf.custom_gradient
        def with_gradient(values):
            return drop(values, kept, share), lambda change: drop(change, kept, share)

        return with_gradient(inputs)


@cache
def _compiled():
    """Return what decodes words, unpacks what they say, and drops values by it.

    Together they would be compiled to one pass that decodes each word eight times.
    """
    import tensorflow as tf

    bits = [1 << number for number in range(VALUES)]

    def draw(words, share):
        """Decode each word to a byte with a bit for each value that is kept."""
        place, width = tf.cast(words, tf.uint64), tf.constant(2**32, tf.uint64)
        part = tf.constant(min(round(share * 2**32), 2**32 - 1), tf.uint64)
        outcome = tf.zeros_like(words, tf.uint8)
        for bit in bits:
            first = tf.bitwise.right_shift(width * part, tf.constant(32, tf.uint64))
            kept = place < first
            outcome += tf.where(
                kept, tf.constant(bit, tf.uint8), tf.constant(0, tf.uint8)
            )
            place = tf.where(kept, place, place - first)
            width = tf.where(kept, first, width - first)
        return outcome

    def unpack(outcomes):
        """Tell which values are kept, shape (VALUES, words), bool."""
        return (
            tf.bitwise.bitwise_and(outcomes, tf.constant(bits, tf.uint8)[:, None]) > 0
        )

    def drop(values, kept, share):
        """Set values that are not kept to zero."""
        return tf.where(kept, values / share, 0.0)

    return tuple(map(backend.compiled, (draw, unpack, drop)))
