"""Magnitude spectrograms of segments, those of pyAudioAnalysis."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from speechcodes import audio
from speechcodes.errors import RejectedAudio

#: Range of the decibel scale: this far below full scale becomes 0, full scale 1.
DECIBELS = 80.0
#: Segments computed at once, so that an hour of speech needs no more memory than one.
BLOCK = 64


def shape(segment_samples, sampling_rate, window, step):
    """Return (frames, bins) of a spectrogram.

    >>> shape(30_000, 8_000, 0.05, 0.05), shape(20_000, 8_000, 0.05, 0.05)
    ((74, 200), (49, 200))
    """
    window, step = round(window * sampling_rate), round(step * sampling_rate)
    return max(0, (segment_samples - 2 * window) // step + 1), window // 2


def spectrogram(segments, sampling_rate, window, step, scale="linear"):
    """Return the magnitude spectrograms of some segments.

    Those of `pyAudioAnalysis.ShortTermFeatures.spectrogram` (0.3.14), all frames at
    once: a segment is scaled to [-1, 1], and the first window is skipped. The rows that
    the library allocates but never fills (one where window and step are equal) are left
    out.

    Parameters
    ----------
    segments : np.ndarray, shape (..., samples)
    sampling_rate : int
        In Hz.
    window, step : float
        In seconds.
    scale : {"linear", "log"}
        "log" turns magnitudes into decibels below full scale and maps
        [-80 dB, 0 dB] to [0, 1].

    Returns
    -------
    spectrograms : np.ndarray, shape (..., frames, bins), float32
    """
    frames, bins = shape(segments.shape[-1], sampling_rate, window, step)
    window, step = round(window * sampling_rate), round(step * sampling_rate)
    scaled = segments - segments.mean(axis=-1, keepdims=True, dtype=float)
    scaled /= np.abs(scaled).max(axis=-1, keepdims=True) + 1e-10
    windows = sliding_window_view(scaled, window, axis=-1)[..., window::step, :]
    magnitudes = np.abs(np.fft.rfft(windows[..., :frames, :]))
    magnitudes /= bins
    if scale == "log":
        magnitudes = to_decibels(magnitudes)
    return magnitudes[..., :bins].astype(np.float32)


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
    blocks = [segments[i : i + BLOCK] for i in range(0, len(segments), BLOCK)]
    return np.concatenate([spectrogram(b, sampling_rate, **settings) for b in blocks])


def to_decibels(magnitudes):
    """Map magnitudes of [-80 dB, 0 dB] to [0, 1], clipped.

    >>> to_decibels(np.array([0.0, 1e-4, 0.01, 1.0]))
    array([0. , 0. , 0.5, 1. ])
    """
    floor = 10 ** (-DECIBELS / 20)
    decibels = 20 * np.log10(np.maximum(magnitudes, floor))
    return np.clip(1 + decibels / DECIBELS, 0, 1)
