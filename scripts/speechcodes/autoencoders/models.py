"""Keras models of autoencoders of any family: their encoders, files and summaries."""

from pathlib import Path

import keras

from speechcodes.autoencoders import families
from speechcodes.storage import checksums, sealed


def encoder(model: keras.Model) -> keras.Model:
    """Return the part of an autoencoder up to its code; an encoder is its own.

    It shares the weights, and goes from (batch, frames, bins) to (batch, latent), or to
    (batch, frames, latent) where frames have codes.
    """
    code, family = model.get_layer("code").output, families.of_model(model)
    return keras.Model(model.input, code, name=f"{family.NAME}_encoder")


def untrained(model: keras.Model, seed: int) -> keras.Model:
    """Return the same network with weights drawn anew, as before training.

    The seed is that of Python, NumPy and Keras. Means and standard deviations of
    bins, which are no weights, stay.
    """
    keras.utils.set_random_seed(seed)
    return keras.models.clone_model(model)


def save(model: keras.Model, path: str | Path) -> None:
    """Write a model in Keras' format, with a checksum of the file in it.

    The format is a ZIP archive, whose comment at the end holds the checksum: those of
    its parts, which Keras does not look at, leave out how they are put together.
    """
    model.save(path)
    sealed.seal(path)


def load(path: str | Path) -> keras.Model:
    """Read a model that `save` wrote; no code from the file is run (Keras' safe mode).

    Raises DamagedFile if the checksum of the file does not hold.
    """
    checksums.check(path, at_end=True)
    return keras.saving.load_model(path)


def summary(model: keras.Model) -> str:
    """Describe an autoencoder layer by layer.

    A title per half with its parameters, and per layer its name, what it does, its
    output shape without the batch, and its parameters.
    """
    names = [layer.name for layer in model.layers]
    code = names.index("code") + 1
    halves = {"encoder": model.layers[:code], "decoder": model.layers[code:]}
    lines = []
    for name, half in halves.items():
        total = sum(layer.count_params() for layer in half)
        lines.append(f"{name}: {total:,} parameters")
        for layer in half:
            words = (
                f"{layer.name:<18} {_does(layer):<42} {layer.output.shape[1:]!s:<16}"
            )
            lines.append(f"  {words} {layer.count_params():>10,}")
        lines.append("")
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
