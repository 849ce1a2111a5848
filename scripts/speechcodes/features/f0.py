"""Functionals of the pitch: how high, how lively, and how much is voiced.

The pitch is Praat's: `parselmouth.Sound.to_pitch_ac`, Boersma (1993), "Accurate
short-term analysis of the fundamental frequency and the harmonics-to-noise ratio of a
sampled sound", IFA Proceedings 17.
"""

import numpy as np

from speechcodes.errors import RejectedAudio

LIBRARIES = ["numpy", "soundfile", "soxr", "praat-parselmouth"]
#: Pitches that are looked for, in Hz, and the seconds between two frames.
LOWEST, HIGHEST, STEP = 65.0, 600.0, 0.01
DESCRIPTION = (
    f"functionals of the pitch, in semitones above {LOWEST:g} Hz, over voiced frames, "
    "and of voicing over all; 0 where nothing is voiced"
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

    Raises RejectedAudio if the signal is shorter than a frame, three of the longest
    periods.
    """
    semitones, strength = track(signal, sampling_rate)
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


def track(signal: np.ndarray, sampling_rate: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the pitch of each frame and its strength, both of shape (frames,).

    The pitch is in semitones above `LOWEST`, and NaN where nothing is voiced. For
    errors see `features`.
    """
    import parselmouth

    sound = parselmouth.Sound(signal.astype(float), sampling_rate)
    try:
        pitch = sound.to_pitch_ac(
            time_step=STEP, pitch_floor=LOWEST, pitch_ceiling=HIGHEST
        )
    except parselmouth.PraatError:
        raise RejectedAudio("too_short", f"{len(signal)} samples, for pitch") from None
    frequency, strength = (pitch.selected_array[k] for k in ("frequency", "strength"))
    voiced = frequency > 0
    semitones = np.full(len(frequency), np.nan)
    semitones[voiced] = 12 * np.log2(frequency[voiced] / LOWEST)
    return semitones, strength


def _mean(values):
    return values.mean() if len(values) else 0.0
