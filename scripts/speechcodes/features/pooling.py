"""Statistics over time."""

import numpy as np


def pool(frames, statistics):
    """Return statistics over time, one after the other.

    Parameters
    ----------
    frames : np.ndarray, shape (frames, dimensions)
    statistics : list of str or float
        ``mean``, ``standard_deviation``, and numbers for percentiles.

    Returns
    -------
    np.ndarray, shape (statistics times dimensions,), float64

    Examples
    --------
    >>> pool(np.array([[0.0, 2.0], [4.0, 2.0]]), ["mean", "standard_deviation", 75])
    array([2., 2., 2., 0., 3., 2.])
    """
    frames = np.asarray(frames, float)
    named = {"mean": np.mean, "standard_deviation": np.std}
    rows = [
        named[one](frames, axis=0)
        if one in named
        else np.percentile(frames, one, axis=0)
        for one in statistics
    ]
    return np.concatenate(rows)
