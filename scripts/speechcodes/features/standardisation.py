"""Mean and standard deviation of the bins of spectrograms, and what they are for."""

from collections.abc import Iterable

import numpy as np

#: Mean and standard deviation of each bin, of shape (bins,).
Statistics = tuple[np.ndarray, np.ndarray]


def bin_statistics(blocks: Iterable[np.ndarray]) -> Statistics:
    """Return mean and standard deviation of each bin of blocks (..., bins).

    The deviation of a bin that is the same throughout is 1.
    """
    n, sums, squares = 0, 0.0, 0.0
    for block in blocks:
        rows = np.asarray(block, float).reshape(-1, block.shape[-1])
        n += len(rows)
        sums = sums + rows.sum(axis=0)
        squares = squares + (rows**2).sum(axis=0)
    mean = sums / n
    variance = np.maximum(squares / n - mean**2, 0)
    # What rounding leaves of a constant is none.
    constant = variance <= 1e-12 * np.maximum(mean**2, 1e-12)
    return mean, np.where(constant, 1.0, np.sqrt(variance))


def standardised(rows: np.ndarray, statistics: Statistics | None) -> np.ndarray:
    """Return rows (..., bins), float32, with zero mean and unit variance in each bin.

    Without statistics they stay as they are.
    """
    if statistics is None:
        return rows
    mean, deviation = (np.asarray(values, np.float32) for values in statistics)
    return (rows - mean) / deviation
