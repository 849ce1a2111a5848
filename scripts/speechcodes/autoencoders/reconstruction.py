"""How well an autoencoder reconstructs segments, and which ones show it."""

import numpy as np


def errors(model, spectrograms, batch_size=256):
    """Return the mean squared error of each segment's reconstruction.

    Parameters
    ----------
    model : keras.Model
        An autoencoder.
    spectrograms : numpy.ndarray or shards.Rows, shape (n, frames, bins)
        Taken batch by batch.
    batch_size : int, optional
        Spectrograms reconstructed at a time.

    Returns
    -------
    np.ndarray of float64, shape (n,)
    """
    found = np.empty(len(spectrograms))
    for first in range(0, len(found), batch_size):
        rows = slice(first, first + batch_size)
        originals = np.asarray(spectrograms[rows], float)
        difference = originals - np.asarray(model(spectrograms[rows], training=False))
        found[rows] = (difference**2).mean(axis=(1, 2))
    return found


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
