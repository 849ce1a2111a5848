"""How well an autoencoder reconstructs segments, and which ones show it."""

import numpy as np

from speechcodes.autoencoders import models
from speechcodes.storage.sequences import Sequences

#: Frames of a whole utterance that are shown.
SHOWN = 300


def errors(model, spectrograms, batch_size=256):
    """Return the mean squared error of each segment's reconstruction.

    Parameters
    ----------
    model : keras.Model
        An autoencoder.
    spectrograms : np.ndarray, Rows or Sequences
        Shape (n, frames, bins); taken batch by batch, sequences one by one.
    batch_size : int, optional
        Spectrograms reconstructed at a time.

    Returns
    -------
    np.ndarray of float64, shape (n,)
    """
    found = np.empty(len(spectrograms))
    if isinstance(spectrograms, Sequences):
        for number in range(len(found)):
            original = spectrograms[number][None]
            difference = original - models.reconstruct(model, original)
            found[number] = (difference.astype(float) ** 2).mean()
        return found
    for first in range(0, len(found), batch_size):
        rows = slice(first, first + batch_size)
        originals = np.asarray(spectrograms[rows], float)
        difference = originals - models.reconstruct(model, spectrograms[rows])
        found[rows] = (difference**2).mean(axis=(1, 2))
    return found


def pairs(model, spectrograms, rows):
    """Return some spectrograms and their reconstructions, for a look at them.

    Parameters
    ----------
    model : keras.Model
    spectrograms : Rows or Sequences
    rows : list of int

    Returns
    -------
    originals, reconstructed : list of np.ndarray, each of shape (frames, bins)
        Of sequences the first `SHOWN` frames.
    """
    several = isinstance(spectrograms, Sequences)
    originals = [
        spectrograms[row] if several else spectrograms[[row]][0] for row in rows
    ]
    reconstructed = [models.reconstruct(model, each[None])[0] for each in originals]
    if several:
        originals = [each[:SHOWN] for each in originals]
        reconstructed = [each[:SHOWN] for each in reconstructed]
    return originals, reconstructed


def examples(errors):
    """Choose the segments with the smallest, the median and the largest error.

    Of two, the better one is the median too, and of one it is all three: each segment
    is given once, by the first of its names.

    Parameters
    ----------
    errors : np.ndarray, shape (n,)

    Returns
    -------
    dict of str to int
        "best", "median" and "worst" to the number of a segment.

    Examples
    --------
    >>> examples(np.array([0.3, 0.1, 0.2, 0.5]))
    {'best': 1, 'median': 2, 'worst': 3}
    """
    order = np.argsort(errors, kind="stable")
    chosen = {}
    if len(order):
        places = {"best": 0, "median": (len(order) - 1) // 2, "worst": -1}
        for name, place in places.items():
            if order[place] not in chosen.values():
                chosen[name] = int(order[place])
    return chosen
