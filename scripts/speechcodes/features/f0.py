"""Functionals of the pitch: how high, how lively, and how much is voiced."""

import numpy as np

from speechcodes.features import pitch
from speechcodes.features.pitch import STEP

LIBRARIES = pitch.LIBRARIES
DESCRIPTION = (
    f"functionals of the pitch, in semitones above {pitch.LOWEST:g} Hz, over voiced "
    "frames, and of voicing over all; 0 where nothing is voiced"
)
#: Percentiles that are taken of the pitch.
PERCENTILES = (20, 50, 80)
NAMES = ["mean", "deviation", *(f"percentile_{p}" for p in PERCENTILES)]
NAMES += ["absolute_slope", "rising_slope", "falling_slope", "strength"]
NAMES += ["voiced_share", "voiced_stretches_per_second", "voiced_stretch_seconds"]


def names() -> list[str]:
    """Return what the functionals are called."""
    return NAMES


def features(signal: np.ndarray, sampling_rate: int) -> np.ndarray:
    """Return the functionals of an utterance, shape (12,), in the order of `NAMES`.

    Slopes are in semitones per second, between voiced neighbours: their mean size, and
    the mean of those that rise and of those that fall. Strength is the periodicity of
    voiced frames, 1 at most.

    Raises RejectedAudio if the signal is too short; see `pitch.track`.
    """
    semitones, strength, _ = pitch.track(signal, sampling_rate)
    voiced = ~np.isnan(semitones)
    if not voiced.any():
        return np.zeros(len(NAMES))
    slopes = np.diff(semitones) / STEP
    slopes = slopes[~np.isnan(slopes)]
    stretches = np.sum(np.diff(voiced.astype(int), prepend=0) == 1)
    found = semitones[voiced]
    return np.array(
        [
            found.mean(),
            found.std(),
            *np.percentile(found, PERCENTILES),
            _mean(np.abs(slopes)),
            _mean(slopes[slopes > 0]),
            _mean(slopes[slopes < 0]),
            strength[voiced].mean(),
            voiced.mean(),
            stretches / (len(voiced) * STEP),
            voiced.sum() * STEP / stretches,
        ]
    )


def _mean(values):
    return values.mean() if len(values) else 0.0
