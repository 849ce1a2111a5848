"""Convolutions over time and frequency in fewer passes, for training on CPUs."""

import math

import keras

from speechcodes.autoencoders.dropout import Dropout

#: Most channels at which TensorFlow's transposed convolution is the slower one.
FEW = 2
KINDS = keras.layers.Conv1D, keras.layers.Conv2D, keras.layers.Conv2DTranspose


def gains(layer: keras.layers.Layer, followed: keras.layers.Dropout | None) -> bool:
    """Tell whether a layer, with the dropout after it, is faster as a `Convolution`."""
    if not isinstance(layer, KINDS):
        return False
    if followed:
        return layer.activation is keras.activations.relu
    return _is_thin(layer)


class Convolution(keras.layers.Layer):
    """A convolution of Keras, computed in fewer passes.

    With dropout after it, ReLU and dropout are one pass. Where maps of few channels
    grow larger, as in the last layer of a decoder, see `grown`.

    Parameters
    ----------
    layer : keras.layers.Conv1D, Conv2D or Conv2DTranspose
        What it computes, but for dropout, and whose weights it shares.
    dropout : keras.layers.Dropout, optional
        With it, the activation must be ReLU.
    """

    def __init__(self, layer, dropout=None):
        super().__init__(name=layer.name)
        self.layer = layer
        self.dropout = dropout and Dropout.from_config(dropout.get_config())

    def call(self, inputs, training=False):
        """Convolve, add the bias, and keep some of the values if there is dropout."""
        layer, drops = self.layer, training and self.dropout
        # Scaled are the few weights, not the many values.
        scale = 1 / (1 - self.dropout.rate) if drops else 1
        values = self._convolved(inputs, layer.kernel * scale)
        bias = layer.bias * scale
        if drops and isinstance(layer, keras.layers.Conv2DTranspose):
            return self.dropout.activate(values, bias)
        # Other convolutions add the bias themselves.
        values = _biased(values, bias)
        return self.dropout.activate(values) if drops else layer.activation(values)

    def _convolved(self, inputs, kernel):
        layer = self.layer
        if _is_thin(layer):
            return _thin(layer)(inputs, kernel)
        if not isinstance(layer, keras.layers.Conv2DTranspose):
            return layer.convolution_op(inputs, kernel)
        return keras.ops.conv_transpose(
            inputs,
            kernel,
            layer.strides,
            layer.padding,
            layer.output_padding,
            layer.data_format,
            layer.dilation_rate,
        )


def grown(values, kernel, strides: tuple[int, int], shape: tuple[int, int]):
    """Convolve transposed, by a convolution that takes no strides (Shi et al., 2016).

    It computes all pixels of the output that share an input as channels, and sets them
    side by side. TensorFlow's, which adds a product for each input to the output, takes
    up to three times as long if the output has one channel or two.

    Parameters
    ----------
    values : tf.Tensor, shape (batch, frames, bins, channels)
    kernel : tf.Tensor, shape (frames, bins, channels of the output, channels)
    strides : tuple of int
        Frames and bins of the output for one of the input.
    shape : tuple of int
        Frames and bins of the output; zero where the kernel does not reach.

    Returns
    -------
    tf.Tensor, shape (batch, *shape, channels of the output)
    """
    import tensorflow as tf

    size, (channels, width) = kernel.shape[:2], kernel.shape[2:]
    taps = [math.ceil(n / stride) for n, stride in zip(size, strides, strict=True)]
    reach = [n * stride for n, stride in zip(taps, strides, strict=True)]
    filled = [[0, whole - n] for n, whole in zip(size, reach, strict=True)]
    kernel = tf.pad(kernel, [*filled, [0, 0], [0, 0]])
    apart = tf.reshape(
        kernel, [taps[0], strides[0], taps[1], strides[1], channels, width]
    )
    # Transposed, the taps of a kernel stand in the other order.
    together = tf.transpose(apart[::-1, :, ::-1], [0, 2, 5, 1, 3, 4])
    pixels = math.prod(strides) * channels
    together = tf.reshape(together, [*taps, width, pixels])
    around = [[0, 0], *([n - 1, n - 1] for n in taps), [0, 0]]
    found = tf.nn.conv2d(values, together, 1, around)
    frames, bins = found.shape[1:3]
    found = tf.reshape(found, [-1, frames, bins, *strides, channels])
    found = tf.transpose(found, [0, 1, 3, 2, 4, 5])
    made = frames * strides[0], bins * strides[1]
    found = tf.reshape(found, [-1, *made, channels])[:, : shape[0], : shape[1]]
    lacking = [[0, max(0, n - m)] for n, m in zip(shape, made, strict=True)]
    return tf.pad(found, [[0, 0], *lacking, [0, 0]])


def _biased(values, bias):
    """Add a bias to each channel."""
    import tensorflow as tf

    # For one channel, the gradient of bias_add takes eight times as long.
    return values + bias if bias.shape[0] == 1 else tf.nn.bias_add(values, bias)


def _is_thin(layer):
    """Tell whether `grown` can stand in for a layer or its gradient, and is faster."""
    return (
        isinstance(layer, keras.layers.Conv2D | keras.layers.Conv2DTranspose)
        and (layer.padding, layer.data_format) == ("valid", "channels_last")
        and set(layer.dilation_rate) == {1}
        and None not in (*layer.input.shape[1:], *layer.output.shape[1:])
        and layer.kernel.shape[2] <= FEW
    )


def _thin(layer):
    """Return a function that convolves as a layer does, one of the two by `grown`.

    Of a convolution and its transpose, either is the gradient of the other.
    """
    import tensorflow as tf

    strides = tuple(layer.strides)
    is_transposed = isinstance(layer, keras.layers.Conv2DTranspose)
    # Frames and bins of the side with few channels.
    large = (layer.output if is_transposed else layer.input).shape[1:3]

    def small(values, kernel):
        return tf.nn.conv2d(values, kernel, strides, "VALID")

    def of_kernel(many, few, kernel):
        return tf.raw_ops.Conv2DBackpropFilter(
            input=many,
            filter_sizes=kernel.shape,
            out_backprop=few,
            strides=[1, *strides, 1],
            padding="VALID",
        )

    @tf.custom_gradient
    def shrink(values, kernel):
        def gradient(change):
            of_values = grown(change, kernel, strides, large)
            return of_values, of_kernel(values, change, kernel)

        return small(values, kernel), gradient

    @tf.custom_gradient
    def grow(values, kernel):
        def gradient(change):
            return small(change, kernel), of_kernel(change, values, kernel)

        return grown(values, kernel, strides, large), gradient

    return grow if is_transposed else shrink
