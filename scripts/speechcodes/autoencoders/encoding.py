"""Codes: what a trained encoder makes of spectrograms."""

from collections.abc import Sequence

import keras
import numpy as np

from speechcodes.autoencoders import families, models
from speechcodes.progress import Progress


def encode(
    model: keras.Model, spectrograms, pooling: list[str | float] | None = None
) -> np.ndarray:
    """Compute the codes of spectrograms.

    Parameters
    ----------
    model : keras.Model
        An autoencoder, or its encoder.
    spectrograms
        As `Family` describes them; there may be none.
    pooling : list of str or float, optional
        See `pooling.pool`; for an encoder that gives a code for each frame.

    Returns
    -------
    np.ndarray of float32, shape (n, dimensions)
        One code per segment, in order.

    Raises
    ------
    InputError
        If the model was built for another shape of spectrograms.
    """
    family, encoder = families.of_model(model), models.encoder(model)
    size = encoder.output_shape[-1] * len(pooling or [1])
    codes = np.empty((len(spectrograms), size), np.float32)
    progress, done = Progress(len(codes), "segments"), 0
    for batch in family.batches(spectrograms):
        codes[done : done + len(batch)] = family.encode(encoder, batch, pooling)
        done += len(batch)
        progress.report(done)
    return codes


def of_files(
    model: keras.Model, paths: Sequence[str], pooling: list[str | float] | None = None
) -> np.ndarray:
    """Compute the codes of the spectrograms in some files, in order; see `encode`."""
    spectrograms = families.of_model(model).read(paths) if paths else []
    return encode(model, spectrograms, pooling)
