"""Keras autoencoders built from an architecture's description."""

import math
import zipfile

import keras
import numpy as np
from keras import layers

from speechcodes.autoencoders import grid
from speechcodes.storage import checksums


def build(architecture, shape, latent, code_activation, output_activation, seed=None):
    """Build an autoencoder whose decoder mirrors its encoder.

    Convolutions go without padding; each transposed convolution takes the output
    padding that restores the shape before its convolution, so that any shape an
    encoder accepts comes out again. Dropout stands between two convolutions and,
    mirrored, between two transposed convolutions: never next to the code, which is
    the feature, nor after the last layer, which is the reconstruction.

    Biases start at zero, that of a last layer with ReLU too. The usual remedy for
    units dead at the start, a small positive bias, does harm here: magnitudes are
    mostly near zero, so that all pixels are pulled down together and die at once.

    Parameters
    ----------
    architecture : dict
        One architecture, as in architectures.yaml.
    shape : tuple of int
        (frames, bins) of a spectrogram.
    latent : int
        Length of the code.
    code_activation, output_activation : str
        Keras names of the activations of the code and of the last layer.
    seed : int, optional
        Seed of the weights; sets the seeds of Python, NumPy and TensorFlow.

    Returns
    -------
    keras.Model
        From (batch, frames, bins) to the same; the layer of the code is ``code``.

    Raises
    ------
    InputError
        If the spectrograms are too small for the architecture.
    """
    if grid.by_frame(architecture):
        raise ValueError("build_by_frame builds those with a code of each frame")
    shapes = grid.output_shapes(architecture, shape)
    if seed is not None:
        keras.utils.set_random_seed(seed)
    spectrogram = keras.Input(tuple(shape), name="spectrogram", dtype="float32")
    code = _encode(spectrogram, architecture, latent, code_activation)
    output = _decode(code, architecture, shape, shapes[-1], output_activation)
    return keras.Model(spectrogram, output, name="autoencoder")


def build_by_frame(architecture, statistics, latent, code_activation, seed=None):
    """Build an autoencoder over time, with a code of each frame and any length.

    The input is standardised, bin by bin; convolutions over time keep its length, the
    code is computed frame by frame, and the decoder mirrors the encoder. Its output is
    the standardised input.

    Parameters
    ----------
    architecture : dict
        One architecture with ``code_of: frame``, as in architectures.yaml.
    statistics : tuple of np.ndarray, shape (bins,)
        Mean and standard deviation of each bin.
    latent : int
        Length of a frame's code.
    code_activation : str
        Keras name of the activation of the code.
    seed : int, optional
        Seed of the weights; sets the seeds of Python, NumPy and TensorFlow.

    Returns
    -------
    keras.Model
        From (batch, frames, bins) to the same; the layer of the code is ``code``.
    """
    if seed is not None:
        keras.utils.set_random_seed(seed)
    mean, deviation = (np.asarray(values, np.float32) for values in statistics)
    spectrogram = keras.Input((None, len(mean)), name="spectrogram", dtype="float32")
    x = layers.Normalization(
        mean=mean.tolist(), variance=(deviation**2).tolist(), name="standardised"
    )(spectrogram)
    convolutions = list(enumerate(architecture["convolutions"], start=1))
    for number, convolution in convolutions:
        x = _over_time(x, convolution, architecture, f"convolution_{number}")
    x = layers.Dense(latent, code_activation, name="code")(x)
    for number, convolution in reversed(convolutions):
        x = _over_time(x, convolution, architecture, f"mirrored_{number}")
    output = layers.Dense(len(mean), name="reconstruction")(x)
    return keras.Model(spectrogram, output, name="autoencoder")


def standardisation(model):
    """Return mean and standard deviation of each bin, None where there are none.

    Parameters
    ----------
    model : keras.Model
        As `build_by_frame` or, for None, `build` makes it.

    Returns
    -------
    tuple of np.ndarray, shape (bins,), or None
    """
    if "standardised" not in [layer.name for layer in getattr(model, "layers", ())]:
        return None
    layer = model.get_layer("standardised")
    mean, variance = (np.asarray(v).reshape(-1) for v in (layer.mean, layer.variance))
    return mean, np.sqrt(variance)


def reconstruct(model, spectrograms):
    """Return what an autoencoder makes of spectrograms, on their own scale.

    Parameters
    ----------
    model : keras.Model
    spectrograms : np.ndarray, shape (n, frames, bins)

    Returns
    -------
    np.ndarray, shape (n, frames, bins), float32
    """
    output = np.asarray(model(spectrograms, training=False))
    statistics = standardisation(model)
    if statistics is None:
        return output
    mean, deviation = statistics
    return output * deviation + mean


def encoder(model):
    """Return the part of an autoencoder up to its code.

    Parameters
    ----------
    model : keras.Model
        As `build` makes it; an encoder is its own encoder.

    Returns
    -------
    keras.Model
        From (batch, frames, bins) to (batch, latent), or to (batch, frames, latent)
        where frames have codes, sharing the weights.
    """
    return keras.Model(model.input, model.get_layer("code").output, name="encoder")


def save(model, path):
    """Write a model in Keras' format, with a checksum of the file in it.

    The format is a ZIP archive, whose comment at the end holds the checksum: those of
    its parts, which Keras does not look at, leave out how they are put together.

    Parameters
    ----------
    model : keras.Model
    path : str or Path
    """
    model.save(path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.comment = bytes(checksums.SIZE)
    checksums.write(path, at_end=True)


def load(path):
    """Read a model that `save` wrote; no code from the file is run (Keras' safe mode).

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    keras.Model

    Raises
    ------
    DamagedFile
        If the checksum of the file does not hold.
    """
    checksums.check(path, at_end=True)
    return keras.saving.load_model(path)


def parameters(model):
    """Count the parameters of a model.

    Parameters
    ----------
    model : keras.Model
        An autoencoder or an encoder.

    Returns
    -------
    int
        Number of weights and biases.
    """
    return model.count_params()


def summary(model):
    """Describe an autoencoder layer by layer.

    Parameters
    ----------
    model : keras.Model
        As `build` makes it.

    Returns
    -------
    str
        A title per half with its parameters, and per layer its name, what it does,
        its output shape without the batch, and its parameters.
    """
    names = [layer.name for layer in model.layers]
    code = names.index("code") + 1
    halves = {"encoder": model.layers[:code], "decoder": model.layers[code:]}
    return "\n\n".join(_half(name, half) for name, half in halves.items()) + "\n"


def _encode(spectrogram, architecture, latent, code_activation):
    """Chain the layers from the spectrogram to the code."""
    activation = architecture["activation"]
    x = layers.Reshape((*spectrogram.shape[1:], 1), name="channel")(spectrogram)
    for number, convolution in enumerate(architecture["convolutions"], start=1):
        if number > 1:
            x = layers.Dropout(architecture["dropout"], name=f"dropout_{number}")(x)
        x = layers.Conv2D(
            convolution["filters"],
            convolution["kernel"],
            convolution["stride"],
            activation=activation,
            name=f"convolution_{number}",
        )(x)
    x = layers.Flatten(name="flat")(x)
    if architecture["dense"]:
        x = layers.Dense(architecture["dense"], activation, name="dense")(x)
    return layers.Dense(latent, code_activation, name="code")(x)


def _decode(code, architecture, shape, smallest, output_activation):
    """Chain the layers from the code to the reconstruction, in mirrored order."""
    activation = architecture["activation"]
    convolutions = architecture["convolutions"]
    x = code
    if architecture["dense"]:
        x = layers.Dense(architecture["dense"], activation, name="dense_mirrored")(x)
    maps = (*smallest, convolutions[-1]["filters"])
    x = layers.Dense(math.prod(maps), activation, name="flat_mirrored")(x)
    x = layers.Reshape(maps, name="maps")(x)
    paddings = grid.output_paddings(architecture, shape)
    for number in range(len(convolutions), 0, -1):
        last = number == 1
        x = layers.Conv2DTranspose(
            1 if last else convolutions[number - 2]["filters"],
            convolutions[number - 1]["kernel"],
            convolutions[number - 1]["stride"],
            output_padding=paddings[number - 1],
            activation=output_activation if last else activation,
            name=f"transposed_{number}",
        )(x)
        if not last:
            rate = architecture["dropout"]
            x = layers.Dropout(rate, name=f"dropout_{number}_mirrored")(x)
    return layers.Reshape(tuple(shape), name="reconstruction")(x)


def _over_time(x, convolution, architecture, name):
    """Convolve over time, keeping the length; dropout after it, if there is any."""
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


def _half(name, half):
    """Describe the layers of an encoder or decoder."""
    total = sum(layer.count_params() for layer in half)
    lines = [f"{name}: {total:,} parameters"]
    lines += [
        f"  {layer.name:<18} {_does(layer):<42} {layer.output.shape[1:]!s:<16}"
        f" {layer.count_params():>10,}"
        for layer in half
    ]
    return "\n".join(lines)


def _does(layer):
    """Say in words what a layer does."""
    settings = layer.get_config()
    words = [type(layer).__name__]
    if "kernel_size" in settings:
        kernel = "x".join(map(str, settings["kernel_size"]))
        words.append(f"{settings['filters']} of {kernel}/{settings['strides'][0]}")
    if settings.get("dilation_rate", (1,))[0] > 1:
        words.append(f"dilated {settings['dilation_rate'][0]}")
    if "rate" in settings:
        words.append(f"{settings['rate']}")
    if "activation" in settings:
        words.append(settings["activation"])
    return " ".join(words)
