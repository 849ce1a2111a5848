"""Statistics over time."""

import numpy as np


def pool(frames: np.ndarray, statistics: list[str | float]) -> np.ndarray:
    """Return statistics over time of frames (frames, dimensions), one after the other.

    They are ``mean``, ``standard_deviation``, and numbers for percentiles. The result
    is of shape (statistics times dimensions,), float64.

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
