"""Autoencoders with one code of each segment, convolving over time and frequency.

All segments have one length. For what each function takes and returns see
`families.Family`.
"""

import math
from itertools import pairwise

import numpy as np

from speechcodes.errors import InputError

NAME = "segment"
#: Segments that a model takes together outside training.
ROWS = 256


def suits(shape):
    """Tell whether segments have one length."""
    return shape[0] is not None


def check(configuration, architecture, shape):
    """Refuse whole utterances, and those too small for the architecture or the code."""
    if not suits(shape):
        raise InputError(
            f"{configuration.architecture} takes segments of one length, but these are "
            "whole utterances; use an architecture with family: frame"
        )
    frames, bins = output_shapes(architecture, shape)[-1]
    flattened = frames * bins * architecture["convolutions"][-1]["filters"]
    if configuration.latent > flattened:
        raise InputError(
            f"latent is {configuration.latent}, but spectrograms of {tuple(shape)} "
            f"leave {flattened} values after the last convolution; use at most "
            f"{flattened}"
        )


def context_frames(architecture):
    """Return 0: a code is computed from all frames of its segment."""
    return 0


def output_shapes(architecture: dict, shape: tuple[int, int]) -> list[tuple[int, int]]:
    """Compute (frames, bins) of the feature maps after each convolution.

    Raises InputError if a kernel is larger than what it is moved over, or one pixel
    that is moved by several: TensorFlow's gradient for that writes past its memory.
    """
    shapes = []
    current = tuple(shape)
    for number, convolution in enumerate(architecture["convolutions"], start=1):
        kernel, stride = convolution["kernel"], convolution["stride"]
        if kernel == 1 < stride:
            raise InputError(
                f"convolution {number} has a kernel of 1 and a stride of {stride}; use "
                "a kernel of at least 2, or a stride of 1"
            )
        if min(current) < kernel:
            raise InputError(
                f"spectrograms of {tuple(shape)} (frames, bins) are too small: "
                f"convolution {number} moves a kernel of {kernel} over {current}; "
                "use longer segments or an architecture with fewer convolutions"
            )
        current = tuple((size - kernel) // stride + 1 for size in current)
        shapes.append(current)
    return shapes


def output_paddings(
    architecture: dict, shape: tuple[int, int]
) -> list[tuple[int, int]]:
    """Compute what each transposed convolution must add to restore its shape.

    A strided convolution drops the rows and columns that fill no further stride;
    the transposed one gets them back as output padding, smaller than the stride.
    """
    sizes = [tuple(shape), *output_shapes(architecture, shape)[:-1]]
    return [
        tuple((size - convolution["kernel"]) % convolution["stride"] for size in before)
        for before, convolution in zip(sizes, architecture["convolutions"], strict=True)
    ]


def parameters(architecture, shape, latent):
    """Count weights and biases, there and, mirrored, back."""
    frames, bins = output_shapes(architecture, shape)[-1]
    convolutions = architecture["convolutions"]
    filters = [1, *(convolution["filters"] for convolution in convolutions)]
    total = 0
    for convolution, pair in zip(convolutions, pairwise(filters), strict=True):
        total += 2 * convolution["kernel"] ** 2 * pair[0] * pair[1] + sum(pair)
    flat = frames * bins * filters[-1]
    sizes = [size for size in (flat, architecture["dense"], latent) if size]
    for wide, narrow in pairwise(sizes):
        total += 2 * wide * narrow + wide + narrow
    return total


def build(architecture, configuration, shape, statistics, seed):
    """Build an autoencoder whose decoder mirrors its encoder.

    Convolutions go without padding; each transposed convolution takes the output
    padding that restores the shape before its convolution, so that any shape an
    encoder accepts comes out again. Dropout stands between two convolutions and,
    mirrored, between two transposed convolutions: never next to the code, which is
    the feature, nor after the last layer, which is the reconstruction.

    Biases start at zero, that of a last layer with ReLU too. The usual remedy for
    units dead at the start, a small positive bias, does harm here: magnitudes are
    mostly near zero, so that all pixels are pulled down together and die at once.
    """
    import keras
    from keras import layers

    activation, dropout = architecture["activation"], architecture["dropout"]
    convolutions, dense = architecture["convolutions"], architecture["dense"]
    maps = (*output_shapes(architecture, shape)[-1], convolutions[-1]["filters"])
    keras.utils.set_random_seed(seed)
    spectrogram = keras.Input(tuple(shape), name="spectrogram", dtype="float32")
    x = layers.Reshape((*shape, 1), name="channel")(spectrogram)
    for number, convolution in enumerate(convolutions, start=1):
        if number > 1:
            x = layers.Dropout(dropout, name=f"dropout_{number}")(x)
        x = layers.Conv2D(
            convolution["filters"],
            convolution["kernel"],
            convolution["stride"],
            activation=activation,
            name=f"convolution_{number}",
        )(x)
    x = layers.Flatten(name="flat")(x)
    if dense:
        x = layers.Dense(dense, activation, name="dense")(x)
    code = configuration.latent, configuration.code_activation
    x = layers.Dense(*code, name="code")(x)
    if dense:
        x = layers.Dense(dense, activation, name="dense_mirrored")(x)
    x = layers.Dense(math.prod(maps), activation, name="flat_mirrored")(x)
    x = layers.Reshape(maps, name="maps")(x)
    paddings = output_paddings(architecture, shape)
    for number in range(len(convolutions), 0, -1):
        last = number == 1
        x = layers.Conv2DTranspose(
            1 if last else convolutions[number - 2]["filters"],
            convolutions[number - 1]["kernel"],
            convolutions[number - 1]["stride"],
            output_padding=paddings[number - 1],
            activation=configuration.output_activation if last else activation,
            name=f"transposed_{number}",
        )(x)
        if not last:
            x = layers.Dropout(dropout, name=f"dropout_{number}_mirrored")(x)
    output = layers.Reshape(tuple(shape), name="reconstruction")(x)
    return keras.Model(spectrogram, output, name=f"{NAME}_autoencoder")


def standardisation(model):
    """Return None: spectrograms are restored on their own scale."""
    return None


def read(paths, scratch=None):
    """Open the segments in some files."""
    from speechcodes.storage.sequences import Rows

    return Rows(paths, "spectrograms", scratch)


def rows(spectrograms, architecture):
    """Return the segments themselves."""
    return spectrograms


def weights(rows, members):
    """Return None: all frames count alike."""
    return None


def mean_loss(training, validation, loss, standard):
    """Compute the loss of saying the training rows' mean of every validation row."""
    import keras

    total = sum(batch.sum(axis=0, dtype=float) for batch in batches(training))
    mean = (total / len(training)).astype(np.float32)
    function = keras.losses.get(loss)
    losses = [
        keras.ops.convert_to_numpy(
            function(batch, np.broadcast_to(mean, batch.shape))
        ).mean(axis=1)
        for batch in batches(validation)
    ]
    return float(np.concatenate(losses).mean())


def batches(spectrograms):
    """Give `ROWS` segments at once."""
    for first in range(0, len(spectrograms), ROWS):
        yield spectrograms[first : first + ROWS]


def encode(encoder, batch, pooling):
    """Compute one code of each segment."""
    from keras.ops import convert_to_numpy

    expected, found = encoder.input_shape[1:], batch.shape[1:]
    if found != expected:
        raise InputError(
            f"the autoencoder takes spectrograms of {expected} (frames, bins), not "
            f"{found}; train it on segments of the same length"
        )
    return convert_to_numpy(encoder(batch, training=False))


def reconstruct(model, batch):
    """Return the output of the model."""
    from keras.ops import convert_to_numpy

    return convert_to_numpy(model(batch, training=False))
