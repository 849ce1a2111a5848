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
    """Return mean and standard deviation over time of each bin of n spectrograms.

    Each is of shape (frames, bins). Means that were `taken_out` of them, (n, bins),
    count all the same. Returns single precision, shape (n, 2 bins).
    """
    rows = [pool(sequence, POOLING) for sequence in each(sequences, "segments")]
    width = len(POOLING) * getattr(sequences, "bins", 0)
    found = np.array(rows, np.float32).reshape(len(rows), -1 if rows else width)
    found[:, : found.shape[1] // 2] += taken_out
    return found
