"""Contours of the pitch, of utterances and as channels beside a spectrogram.

The pitch is Praat's: `parselmouth.Sound.to_pitch_ac`, Boersma (1993), "Accurate
short-term analysis of the fundamental frequency and the harmonics-to-noise ratio of a
sampled sound", IFA Proceedings 17.
"""

import math
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from speechcodes.errors import RejectedAudio
from speechcodes.storage import hdf5
from speechcodes.storage.sequences import Sequences

LIBRARIES = ["numpy", "soundfile", "soxr", "praat-parselmouth"]
#: Pitches that are looked for, in Hz, and the seconds between two frames.
LOWEST, HIGHEST, STEP = 65.0, 600.0, 0.01
#: Longest periods in a frame.
PERIODS = 3
DESCRIPTION = (
    f"contours: (all frames, 2) pitch in semitones above {LOWEST:g} Hz, no number "
    f"where nothing is voiced, and its strength, 1 at most, every {STEP:g} s from 0 "
    "on, one utterance after the other; utterance: (n,) id; "
    "frames: (n,) number of frames of each; median: (n,) that of all voiced frames of "
    "the utterance's speaker, or session, in semitones"
)


class Track(NamedTuple):
    """The pitch of a signal, frame by frame.

    Attributes
    ----------
    semitones : np.ndarray, shape (frames,)
        Above `LOWEST`; NaN where nothing is voiced.
    strength : np.ndarray, shape (frames,)
        The periodicity, 1 at most.
    first : float
        The time of the first frame, in seconds; `STEP` lies between two.
    """

    semitones: np.ndarray
    strength: np.ndarray
    first: float


def track(signal: np.ndarray, sampling_rate: int) -> Track:
    """Return the pitch of a signal (samples,).

    Raises RejectedAudio if the signal is shorter than a frame.
    """
    import parselmouth

    check_length(signal, sampling_rate)
    sound = parselmouth.Sound(signal.astype(float), sampling_rate)
    pitch = sound.to_pitch_ac(time_step=STEP, pitch_floor=LOWEST, pitch_ceiling=HIGHEST)
    frequency, strength = (pitch.selected_array[k] for k in ("frequency", "strength"))
    voiced = frequency > 0
    semitones = np.full(len(frequency), np.nan)
    semitones[voiced] = 12 * np.log2(frequency[voiced] / LOWEST)
    return Track(semitones, strength, pitch.xs()[0])


def shortest(sampling_rate: int) -> int:
    """Return the samples of the shortest signal that can have a pitch.

    >>> shortest(8000)
    370
    """
    return math.floor(PERIODS / LOWEST * sampling_rate) + 1


def check_length(signal: np.ndarray, sampling_rate: int) -> None:
    """Raise RejectedAudio if a signal is shorter than that."""
    if len(signal) < shortest(sampling_rate):
        raise RejectedAudio("too_short", f"{len(signal)} samples, for pitch")


def contour(signal: np.ndarray, sampling_rate: int) -> np.ndarray:
    """Return semitones and strength every `STEP` seconds from 0 on, shape (frames, 2).

    Each is of the nearest frame of the track; for errors see `track`.
    """
    found = track(signal, sampling_rate)
    times = np.arange(int(len(signal) / sampling_rate / STEP) + 1) * STEP
    values = np.column_stack([found.semitones, found.strength])
    return values[_nearest(times - found.first, len(values))].astype(np.float32)


def medians(contours: Sequence[np.ndarray], voices: Sequence[str]) -> np.ndarray:
    """Return for each contour the median pitch of its speaker, in semitones, (n,).

    The median is over all voiced frames of a speaker's contours, and 0 where there are
    none. For `voices` see `records.Utterance.voice`.
    """
    of_voice = defaultdict(list)
    for number, voice in enumerate(voices):
        of_voice[voice].append(number)
    found = np.zeros(len(voices))
    for own in of_voice.values():
        semitones = np.concatenate([contours[i][:, 0] for i in own])
        voiced = semitones[~np.isnan(semitones)]
        found[own] = np.median(voiced) if len(voiced) else 0
    return found


def channels(
    contour: np.ndarray, median: float, frames: int, window: float, step: float
) -> np.ndarray:
    """Return a contour at the middle of a spectrogram's frames, as `channels.PITCH`.

    Semitones are counted from the median of the speaker, so that an interval is as
    large in a high voice as in a low one. Window and step are in seconds. Returns
    single precision, shape (frames, 3).
    """
    middles = np.arange(frames) * step + window / 2
    semitones, strength = contour[_nearest(middles, len(contour))].T
    voiced = ~np.isnan(semitones)
    found = [semitones - median, np.ones(frames), strength]
    return np.column_stack([np.where(voiced, one, 0) for one in found]).astype(
        np.float32
    )


def timing(settings: dict, sampling_rate: int) -> tuple[float, float]:
    """Return window and step of a spectrogram in seconds, of whole samples.

    >>> timing({"window": 0.025, "step": 0.01}, 8000)
    (0.025, 0.01)
    """
    window, step = (
        round(settings[key] * sampling_rate) / sampling_rate
        for key in ("window", "step")
    )
    return window, step


class Stored:
    """Contours and speakers' medians in a file, read when they are asked for.

    The path is that of a file with what `DESCRIPTION` tells.
    """

    def __init__(self, path: str):
        self._contours = Sequences([path], "contours")
        utterance, self._median = hdf5.read([path], "utterance", "median")
        self._number = {name: number for number, name in enumerate(utterance)}

    def __getitem__(self, utterance: str) -> tuple[np.ndarray, float]:
        """Return an utterance's contour (frames, 2), and the median of its speaker."""
        number = self._number[utterance]
        return self._contours[number], self._median[number]


def _nearest(seconds, frames):
    """Return the numbers of the frames that lie nearest to some times."""
    return np.clip(np.rint(seconds / STEP).astype(int), 0, frames - 1)
