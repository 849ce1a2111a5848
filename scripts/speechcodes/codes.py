"""Codes: what a trained encoder makes of spectrograms."""

import numpy as np

from speechcodes import progress
from speechcodes.autoencoders import models
from speechcodes.errors import InputError


def encode(model, spectrograms, batch_size=256):
    """Compute the codes of spectrograms.

    Parameters
    ----------
    model : keras.Model
        An autoencoder, or its encoder.
    spectrograms : numpy.ndarray or shards.Rows, shape (n, frames, bins)
        Magnitude spectrograms, float32; n may be 0. Taken batch by batch.
    batch_size : int, optional
        Spectrograms computed at a time.

    Returns
    -------
    numpy.ndarray of float32, shape (n, latent)
        One code per spectrogram, in order.

    Raises
    ------
    InputError
        If the model was built for another shape of spectrograms.
    """
    encoder = models.encoder(model)
    expected, found = encoder.input_shape[1:], spectrograms.shape[1:]
    if found != expected:
        raise InputError(
            f"the autoencoder takes spectrograms of {expected} (frames, bins), not "
            f"{found}; train it on segments of the same length"
        )
    codes = np.empty((len(spectrograms), encoder.output_shape[-1]), np.float32)
    batches = range(0, len(spectrograms), batch_size)
    for first in progress.each(batches, f"batches of {batch_size} segments"):
        rows = slice(first, first + batch_size)
        codes[rows] = encoder(spectrograms[rows], training=False)
    return codes
