"""Sounds of known pitch."""

import numpy as np

from speechcodes.features import pitch

RATE = 8000


def voice(frequencies):
    """All harmonics of a frequency for each sample, weaker the higher they are."""
    phase = 2 * np.pi * np.cumsum(frequencies / RATE)
    number = np.arange(1, int(RATE / 2 / frequencies.max()))
    sound = (np.sin(number[:, None] * phase) / number[:, None]).sum(axis=0)
    return (0.5 * sound / np.abs(sound).max()).astype(np.float32)


def semitones(frequency):
    """How far a frequency lies above the lowest that is looked for."""
    return 12 * np.log2(frequency / pitch.LOWEST)
