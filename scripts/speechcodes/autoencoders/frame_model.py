"""Autoencoders with a code of each frame, convolving over time, for any length.

The code of an utterance is what `pooling` of the architecture names, over its frames.
For what each function takes and returns see `families.Family`.
"""

from itertools import pairwise

import numpy as np

from speechcodes.autoencoders.pieces import Pieces
from speechcodes.errors import InputError
from speechcodes.features.pooling import pool
from speechcodes.features.standardisation import standardised

NAME = "frame"
#: Pieces that are looked at together outside training.
ROWS = 256


def suits(shape):
    """Tell whether segments are whole utterances."""
    return shape[0] is None


def check(configuration, architecture, shape):
    """Refuse a loss or an output activation that does not suit standardised frames."""
    if configuration.loss != "mse" or configuration.output_activation != "linear":
        raise InputError(
            f"{configuration.architecture} restores standardised frames, for which the "
            "loss must be mse and the output activation linear"
        )


def context_frames(architecture):
    """Count the frames that the convolutions of the encoder see.

    >>> convolutions = [{"kernel": 5}, {"kernel": 3, "dilation": 4}]
    >>> context_frames({"convolutions": convolutions})
    13
    """
    return 1 + sum(
        (convolution["kernel"] - 1) * convolution.get("dilation", 1)
        for convolution in architecture["convolutions"]
    )


def parameters(architecture, shape, latent):
    """Count weights and biases, there and, mirrored, back."""
    bins = shape[1]
    convolutions = architecture["convolutions"]
    there = [bins, *(convolution["filters"] for convolution in convolutions)]
    kernels = [convolution["kernel"] for convolution in convolutions]
    back = [latent, *reversed(there[1:])]
    total = sum(
        kernel * before * after + after
        for sizes, sides in ((there, kernels), (back, reversed(kernels)))
        for kernel, (before, after) in zip(sides, pairwise(sizes), strict=True)
    )
    return total + (there[-1] + 1) * latent + (back[-1] + 1) * bins


def build(architecture, configuration, shape, statistics, seed):
    """Build an autoencoder over time; its output is the standardised input.

    The input is standardised, bin by bin; convolutions over time keep its length, the
    code is computed frame by frame, and the decoder mirrors the encoder.
    """
    import keras
    from keras import layers

    keras.utils.set_random_seed(seed)
    mean, deviation = (np.asarray(values, np.float32) for values in statistics)
    spectrogram = keras.Input((None, len(mean)), name="spectrogram", dtype="float32")
    x = layers.Normalization(
        mean=mean.tolist(), variance=(deviation**2).tolist(), name="standardised"
    )(spectrogram)
    convolutions = list(enumerate(architecture["convolutions"], start=1))
    for number, convolution in convolutions:
        x = _over_time(x, convolution, architecture, f"convolution_{number}")
    code = configuration.latent, configuration.code_activation
    x = layers.Dense(*code, name="code")(x)
    for number, convolution in reversed(convolutions):
        x = _over_time(x, convolution, architecture, f"mirrored_{number}")
    output = layers.Dense(len(mean), name="reconstruction")(x)
    return keras.Model(spectrogram, output, name=f"{NAME}_autoencoder")


def standardisation(model):
    """Return mean and standard deviation of each bin, which the model holds."""
    from keras.ops import convert_to_numpy

    layer = model.get_layer("standardised")
    stored = layer.mean, layer.variance
    mean, variance = (convert_to_numpy(values).reshape(-1) for values in stored)
    return mean, np.sqrt(variance)


def read(paths, scratch=None):
    """Open the sequences of frames in some files."""
    from speechcodes.storage.sequences import Sequences

    return Sequences(paths, "spectrograms", scratch)


def rows(spectrograms, architecture):
    """Cut sequences into pieces of one length, which together hold all frames."""
    return Pieces(spectrograms, architecture["piece_frames"])


def weights(rows, members):
    """Return 0 for what fills pieces up, and 1 for all else."""
    return rows.weights(members)


def mean_loss(training, validation, loss, standard):
    """Compute the mean square of the standardised frames, whose mean is 0."""
    squares = count = 0.0
    for first in range(0, len(validation), ROWS):
        members = slice(first, first + ROWS)
        counts = validation.weights(members)[..., None]
        target = standardised(validation[members], standard)
        squares += (target.astype(float) ** 2 * counts).sum()
        count += counts.sum() * target.shape[-1]
    return float(squares / count)


def batches(spectrograms):
    """Give one sequence after the other, so that none is padded and none cut."""
    for sequence in spectrograms:
        yield sequence[None]


def encode(encoder, batch, pooling):
    """Pool the codes of a sequence's frames over time."""
    from keras.ops import convert_to_numpy

    frames = convert_to_numpy(encoder(batch, training=False))[0]
    return pool(frames, pooling)[None]


def reconstruct(model, batch):
    """Return the output of the model, with the standardisation taken back."""
    from keras.ops import convert_to_numpy

    mean, deviation = standardisation(model)
    return convert_to_numpy(model(batch, training=False)) * deviation + mean


def _over_time(x, convolution, architecture, name):
    """Convolve over time, keeping the length; dropout after it, if there is any."""
    from keras import layers

    x = layers.Conv1D(
        convolution["filters"],
        convolution["kernel"],
        padding="same",
        dilation_rate=convolution.get("dilation", 1),
        activation=architecture["activation"],
        name=name,
    )(x)
    rate = architecture["dropout"]
    return layers.Dropout(rate, name=f"{name}_dropout")(x) if rate else x
