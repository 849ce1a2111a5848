"""Pooled spectra: mean and standard deviation over time of each bin."""

from collections.abc import Sequence

import numpy as np

from speechcodes.features.pooling import pool
from speechcodes.progress import each

#: Statistics over time of what spectrograms hold.
POOLING = ["mean", "standard_deviation"]


def of_sequences(
    sequences: Sequence[np.ndarray], taken_out: np.ndarray | float = 0
) -> np.ndarray:
    """Return mean and standard deviation over time of each bin of spectrograms.

    Parameters
    ----------
    sequences : sequences.Sequences, or list of np.ndarray, each of shape (frames, bins)
    taken_out : np.ndarray, shape (n, bins), optional
        Means that were taken out of the spectrograms, and count here all the same.

    Returns
    -------
    np.ndarray of float32, shape (n, 2 bins)
    """
    rows = [
        pool(sequences[i], POOLING) for i in each(range(len(sequences)), "segments")
    ]
    width = len(POOLING) * getattr(sequences, "bins", 0)
    found = np.array(rows, np.float32).reshape(len(rows), -1 if rows else width)
    found[:, : found.shape[1] // 2] += taken_out
    return found
