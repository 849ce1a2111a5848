"""Magnitude spectrograms of segments, as pyAudioAnalysis computes them."""

import contextlib
import io

import numpy as np

from speechcodes import audio
from speechcodes.errors import RejectedAudio

#: Range of the decibel scale: this far below full scale becomes 0, full scale 1.
DECIBELS = 80.0


def shape(segment_samples, sampling_rate, window, step):
    """Return (frames, bins) of a spectrogram.

    >>> shape(30_000, 8_000, 0.05, 0.05), shape(20_000, 8_000, 0.05, 0.05)
    ((74, 200), (49, 200))
    """
    window, step = round(window * sampling_rate), round(step * sampling_rate)
    return max(0, (segment_samples - 2 * window) // step + 1), window // 2


def spectrogram(segment, sampling_rate, window, step, scale="linear"):
    """Return the magnitude spectrogram of one segment.

    `pyAudioAnalysis.ShortTermFeatures.spectrogram` (0.3.14): the segment is
    scaled to [-1, 1], and the first window is skipped. The rows that the library
    allocates but never fills (one where window and step are equal) are left out.

    Parameters
    ----------
    segment : np.ndarray, shape (samples,)
        Full scale is 1.
    sampling_rate : int
        In Hz.
    window, step : float
        In seconds.
    scale : {"linear", "log"}
        "log" turns magnitudes into decibels below full scale and maps
        [-80 dB, 0 dB] to [0, 1].

    Returns
    -------
    spectrogram : np.ndarray, shape (frames, bins), float32
    """
    # Imported here since `shape` is wanted where seconds of import are too much.
    from pyAudioAnalysis import ShortTermFeatures

    frames, _ = shape(len(segment), sampling_rate, window, step)
    # The library expects 16-bit integers, and prints the shape of its result.
    with contextlib.redirect_stdout(io.StringIO()):
        magnitudes, _, _ = ShortTermFeatures.spectrogram(
            segment * 2**15,
            sampling_rate,
            round(window * sampling_rate),
            round(step * sampling_rate),
        )
    magnitudes = magnitudes[:frames]
    if scale == "log":
        magnitudes = to_decibels(magnitudes)
    return magnitudes.astype(np.float32)


def of_segments(signal, variant, sampling_rate, settings):
    """Return the spectrograms of a signal's segments.

    Parameters
    ----------
    signal : np.ndarray, shape (samples,)
    variant : dict
        Of the segments: `samples` and `short_signals`.
    sampling_rate : int
        In Hz.
    settings : dict
        `window`, `step` and `scale`, see `spectrogram`.

    Returns
    -------
    spectrograms : np.ndarray, shape (n, frames, bins), float32

    Raises
    ------
    RejectedAudio
        If the signal is too short for a segment and short signals are dropped.
    """
    segments = audio.cut(signal, variant["samples"], variant["short_signals"])
    if not len(segments):
        raise RejectedAudio(
            "too_short",
            f"{len(signal)} samples, a segment has {variant['samples']}",
        )
    return np.stack([spectrogram(s, sampling_rate, **settings) for s in segments])


def to_decibels(magnitudes):
    """Map magnitudes of [-80 dB, 0 dB] to [0, 1], clipped.

    >>> to_decibels(np.array([0.0, 1e-4, 0.01, 1.0]))
    array([0. , 0. , 0.5, 1. ])
    """
    floor = 10 ** (-DECIBELS / 20)
    decibels = 20 * np.log10(np.maximum(magnitudes, floor))
    return np.clip(1 + decibels / DECIBELS, 0, 1)
