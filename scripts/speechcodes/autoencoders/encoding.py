"""Codes: what a trained encoder makes of spectrograms."""

import numpy as np

from speechcodes import progress
from speechcodes.autoencoders import models
from speechcodes.errors import InputError
from speechcodes.features.pooling import pool
from speechcodes.storage.sequences import Rows, Sequences


def of_files(model, paths, pooling=None):
    """Compute the codes of the spectrograms in some files.

    Parameters
    ----------
    model : keras.Model
        An autoencoder, or its encoder.
    paths : sequence of str
    pooling : list of str or float, optional
        See `pooling.pool`; for an encoder that gives a code for each frame.

    Returns
    -------
    np.ndarray of float32, shape (n, dimensions)
        One code per segment, in order.
    """
    if pooling:
        return encode_sequences(model, Sequences(paths, "spectrograms"), pooling)
    return encode(model, Rows(paths, "spectrograms"))


def encode(model, spectrograms, batch_size=256):
    """Compute the codes of spectrograms.

    Parameters
    ----------
    model : keras.Model
        An autoencoder, or its encoder.
    spectrograms : numpy.ndarray or Rows, shape (n, frames, bins)
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


def encode_sequences(model, sequences, pooling):
    """Compute the codes of sequences: those of their frames, pooled over time.

    One sequence after the other, so that none is padded and none cut.

    Parameters
    ----------
    model : keras.Model
        An autoencoder with a code of each frame, or its encoder.
    sequences : Sequences, or list of np.ndarray, each of shape (frames, bins)
    pooling : list of str or float
        See `pooling.pool`.

    Returns
    -------
    np.ndarray of float32, shape (n, latent times statistics)
        One code per sequence, in order.
    """
    encoder = models.encoder(model)
    codes = np.empty((len(sequences), encoder.output_shape[-1] * len(pooling)))
    for number in progress.each(range(len(sequences)), "segments"):
        frames = encoder(sequences[number][None], training=False)
        codes[number] = pool(np.asarray(frames)[0], pooling)
    return codes.astype(np.float32)
