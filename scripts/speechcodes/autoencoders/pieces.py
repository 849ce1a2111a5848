"""Sequences of frames as pieces of one length, for training in batches."""

import math
from collections.abc import Sequence

import numpy as np


class Pieces:
    """Pieces that together hold all frames of some sequences.

    Those of one sequence lie at equal distances from its start to its end, and overlap
    by what their number has too much. Shorter sequences are filled up with zeros, which
    the weights tell apart.

    Sequences are of shape (frames, bins), in a list or in files. `length` is that of a
    piece, and `shape` of all: pieces, frames and bins.
    """

    def __init__(self, sequences: Sequence[np.ndarray], length: int):
        self.sequences, self.length = sequences, length
        lengths = getattr(sequences, "frames", None)
        self._lengths = [len(s) for s in sequences] if lengths is None else lengths
        where = [
            (number, first)
            for number, frames in enumerate(self._lengths)
            for first in starts(int(frames), length)
        ]
        self._where = np.array(where, dtype=int).reshape(-1, 2)
        bins = sequences[0].shape[1] if len(sequences) else 0
        self.shape = (len(self._where), length, bins)

    def __len__(self) -> int:
        """Count the pieces."""
        return len(self._where)

    def __getitem__(self, rows: slice | np.ndarray) -> np.ndarray:
        """Return some pieces, by a slice or by numbers, shape (k, frames, bins)."""
        where = self._where[rows]
        values = np.zeros((len(where), *self.shape[1:]), np.float32)
        for value, (number, first) in zip(values, where, strict=True):
            last = min(first + self.length, self._lengths[number])
            value[: last - first] = self._part(number, first, last)
        return values

    def weights(self, rows: slice | np.ndarray) -> np.ndarray:
        """Return 1 for each frame of some pieces, 0 for what fills up, (k, frames)."""
        number, first = self._where[rows].T
        left = np.asarray(self._lengths)[number] - first
        return (np.arange(self.length) < left[:, None]).astype(np.float32)

    def _part(self, number, first, last):
        """Return frames of one sequence, reading no others where that is possible."""
        if hasattr(self.sequences, "part"):
            return self.sequences.part(number, first, last)
        return self.sequences[number][first:last]


def starts(frames: int, length: int) -> list[int]:
    """Return where the pieces of a sequence begin.

    >>> starts(5, 8), starts(8, 8), starts(9, 8), starts(20, 8)
    ([0], [0], [0, 1], [0, 6, 12])
    """
    n = max(1, math.ceil(frames / length))
    return [round(i * (frames - length) / (n - 1)) for i in range(n)] if n > 1 else [0]
