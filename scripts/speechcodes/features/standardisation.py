"""Mean and standard deviation of the bins of spectrograms, and what they are for."""

from collections.abc import Iterable

import numpy as np

#: Mean and standard deviation of each bin, of shape (bins,).
Statistics = tuple[np.ndarray, np.ndarray]


def bin_statistics(blocks: Iterable[np.ndarray]) -> Statistics:
    """Return mean and standard deviation of each bin.

    Parameters
    ----------
    blocks : iterable of np.ndarray, shape (..., bins)
        At least one.

    Returns
    -------
    mean, deviation : np.ndarray, shape (bins,), float64
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
    """Return rows with zero mean and unit variance in each bin, in single precision.

    Parameters
    ----------
    rows : np.ndarray, shape (..., bins), float32
    statistics : tuple of np.ndarray, shape (bins,), or None
        See `bin_statistics`; None leaves the rows as they are.

    Returns
    -------
    np.ndarray, shape (..., bins), float32
    """
    if statistics is None:
        return rows
    mean, deviation = (np.asarray(values, np.float32) for values in statistics)
    return (rows - mean) / deviation
