"""Principal components of spectrograms, of frames with their context or of segments."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from sklearn.decomposition import PCA

from speechcodes.errors import InputError
from speechcodes.features.pooling import pool
from speechcodes.features.standardisation import bin_statistics, standardised
from speechcodes.progress import each

#: Most numbers that principal components are computed from at once: frames with those
#: around them, or segments, are drawn so that no more are needed.
MOST_NUMBERS = 50_000_000
#: Frames in a row that are turned into components at once.
FRAMES = 10_000


class Components(NamedTuple):
    """Principal components of spectrograms.

    Attributes
    ----------
    standard : np.ndarray, shape (2, bins)
        Mean and standard deviation of each bin, which are taken out first.
    mean : np.ndarray, shape (dimensions,)
    components : np.ndarray, shape (n, dimensions)
    explained : float
        Share of the variance that the components explain.
    context : int
        Frames that each component looks at; 0 for whole segments.
    """

    standard: np.ndarray
    mean: np.ndarray
    components: np.ndarray
    explained: float
    context: int

    def of(self, spectrogram: np.ndarray) -> np.ndarray:
        """Return the components of one spectrogram (frames, bins).

        Their shape is (frames, n), or (1, n) for whole segments.
        """
        rows = _rows(standardised(spectrogram, self.standard), self.context)
        blocks = [
            (rows[i : i + FRAMES] - self.mean) @ self.components.T
            for i in range(0, len(rows), FRAMES)
        ]
        return np.concatenate(blocks)


def fit(sequences: Sequence[np.ndarray], n: int, context: int, seed: int) -> Components:
    """Compute principal components of spectrograms, scikit-learn's `PCA`.

    Parameters
    ----------
    sequences : sequences.Sequences, or list of np.ndarray, each of shape (frames, bins)
    n : int
        Components; fewer where there are fewer rows or dimensions.
    context : int
        Frames that each looks at, an odd number; beyond the ends they count as the
        mean, as for a convolution. 0 takes segments whole, which must be of one length.
    seed : int
        Of the rows drawn where all would be more than `MOST_NUMBERS`.

    Raises
    ------
    InputError
        If there are no spectrograms.
    """
    if not len(sequences):
        raise InputError("no spectrograms of unlabelled speech to find components of")
    standard = np.array(bin_statistics(sequences))
    rows = _drawn(sequences, standard, context, np.random.default_rng(seed))
    model = PCA(min(n, *rows.shape), random_state=seed).fit(rows)
    explained = float(model.explained_variance_ratio_.sum())
    return Components(standard, model.mean_, model.components_, explained, context)


def of_sequences(
    sequences: Sequence[np.ndarray],
    components: Components,
    pooling: list[str | float] | None,
) -> np.ndarray:
    """Return the components of segments (n, dimensions), in single precision.

    Where frames have components, they are pooled over time; see `pooling.pool`.
    """
    statistics = pooling or ["mean"]
    rows = [pool(components.of(s), statistics) for s in each(sequences, "segments")]
    width = len(statistics) * len(components.components)
    return np.array(rows, np.float32).reshape(len(rows), width)


def _drawn(sequences, standard, context, rng):
    """Return standardised rows to fit, drawn from all sequences alike."""
    first, total = sequences[0], len(sequences)
    if context:
        total = sum(getattr(sequences, "frames", map(len, sequences)))
    width = (context or len(first)) * first.shape[1]
    share = min(1, MOST_NUMBERS / (width * total))
    found = []
    for sequence in sequences:
        rows = _rows(standardised(sequence, standard), context)
        drawn = rng.random(len(rows)) < share if share < 1 else slice(None)
        found.append(np.asarray(rows[drawn], np.float32))
    return np.concatenate(found)


def _rows(values, context):
    """Return each frame with those around it, (frames, context times bins).

    Without context, the whole segment is one row.
    """
    if not context:
        return values.reshape(1, -1)
    padded = np.pad(values, ((context // 2, context // 2), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, context, axis=0)
    return windows.reshape(len(values), -1)
