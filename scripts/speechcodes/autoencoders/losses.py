"""What autoencoders minimise and report: Keras' own, in fewer passes on CPUs.

Keras computes binary cross-entropy and its gradient in some twenty operations, each of
which reads and writes every pixel. On a CPU that takes as long as all convolutions of
a small autoencoder, so there it is compiled to one pass for each.
"""

from functools import cache
from types import SimpleNamespace

import keras

from speechcodes.autoencoders import backend

CLASSES = {
    "mse": keras.losses.MeanSquaredError,
    "binary_crossentropy": keras.losses.BinaryCrossentropy,
}


def of(name: str) -> keras.losses.Loss:
    """Return the loss of a name; its mean leaves out frames that have no weight."""
    of_cpu = name == "binary_crossentropy" and backend.compiles()
    kind = BinaryCrossentropy if of_cpu else CLASSES[name]
    return kind(reduction="mean_with_sample_weight")


def squared_error() -> keras.metrics.Metric:
    """Return the mean squared error, a metric named ``mse``."""
    if not backend.compiles():
        return keras.metrics.MeanSquaredError(name="mse")
    return keras.metrics.MeanMetricWrapper(_compiled().squared_error, name="mse")


class BinaryCrossentropy(keras.losses.Loss):
    """Keras' loss of this name, from probabilities; TensorFlow alone computes it."""

    def call(self, target, output):
        """Return the mean over the last axis, for (..., frames, bins)."""
        import tensorflow as tf

        passes = _compiled()

        @tf.custom_gradient
        def with_gradient(output):
            loss = passes.loss(target, output)
            return loss, lambda change: passes.slope(change, target, output)

        return with_gradient(output)


@cache
def _compiled():
    """Return cross-entropy, its gradient with respect to the output, squared error."""
    import tensorflow as tf

    margin = keras.config.epsilon()

    def loss(target, output):
        inside = tf.clip_by_value(output, margin, 1 - margin)
        surprise = target * tf.math.log(inside)
        surprise += (1 - target) * tf.math.log(1 - inside)
        return -tf.reduce_mean(surprise, axis=-1)

    def slope(change, target, output):
        inside = (output >= margin) & (output <= 1 - margin)
        slope = tf.where(inside, (output - target) / (output * (1 - output)), 0.0)
        bins = tf.cast(tf.shape(output)[-1], output.dtype)
        return slope * (change / bins)[..., None]

    def squared_error(target, output):
        return tf.reduce_mean(tf.math.squared_difference(target, output), axis=-1)

    functions = loss, slope, squared_error
    return SimpleNamespace(**{f.__name__: backend.compiled(f) for f in functions})
