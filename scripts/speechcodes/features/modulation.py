"""Modulation spectra: how fast each bin of a spectrogram changes over time.

Atlas and Shamma (2003), "Joint acoustic and modulation frequency", EURASIP Journal on
Applied Signal Processing 7.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from speechcodes.errors import InputError
from speechcodes.progress import each

#: The lowest modulation frequency in Hz, and the number of octaves from there on:
#: slower are phrases, faster are voices.
LOWEST, OCTAVES = 1.0, 5
#: Seconds that shorter segments are filled up to with zeros, so that each octave has
#: frequencies of its own.
SHORTEST = 2.0
#: Power that is added before the logarithm, so that silence has one.
FLOOR = 1e-6


def octaves(step: float) -> list[tuple[float, float]]:
    """Return the lowest and highest frequency of each octave, in Hz.

    Those that frames `step` seconds apart can show, hence below half their rate.
    Raises InputError if there is none.

    >>> octaves(0.1)
    [(1.0, 2.0), (2.0, 4.0)]
    """
    edges = [LOWEST * 2**n for n in range(OCTAVES + 1)]
    found = [pair for pair in pairwise(edges) if pair[1] <= 0.5 / step]
    if not found:
        raise InputError(
            f"spectrogram.step: frames {step:g} s apart show no modulation of "
            f"{LOWEST:g} to {2 * LOWEST:g} Hz; take {0.25 / LOWEST:g} s or less, or "
            "leave the feature set modulation out"
        )
    return found


def of_sequences(sequences: Sequence[np.ndarray], step: float) -> np.ndarray:
    """Return the logarithm of the mean power of each octave and bin of n spectrograms.

    Each spectrogram is of shape (frames, bins), with `step` seconds between frames, and
    loses its mean first. Returns single precision, shape (n, octaves times bins).
    """
    rows = [_spectrum(sequence, step) for sequence in each(sequences, "segments")]
    width = len(octaves(step)) * getattr(sequences, "bins", 0)
    return np.array(rows, np.float32).reshape(len(rows), -1 if rows else width)


def _spectrum(frames, step):
    """The octaves of all bins of one spectrogram, one octave after the other."""
    centred = np.asarray(frames, float) - np.mean(frames, axis=0)
    n = max(len(centred), round(SHORTEST / step))
    power = np.abs(np.fft.rfft(centred, n, axis=0)) ** 2 / len(centred)
    frequency = np.fft.rfftfreq(n, step)
    means = [
        power[(frequency >= low) & (frequency < high)].mean(axis=0)
        for low, high in octaves(step)
    ]
    return np.log(np.concatenate(means) + FLOOR)
