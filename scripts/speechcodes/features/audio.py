"""Read utterances as signals at one sampling rate, and cut them into segments."""

import os

import numpy as np
import soundfile
import soxr

from speechcodes.errors import RejectedAudio
from speechcodes.records import WHOLE

#: Sampling rates in Hz that a header may claim; the signal of any other would be noise,
#: and may not fit into memory once it is resampled.
RATES = range(1_000, 1_000_001)


def load(path: str, sampling_rate: int, silent_below_db: float) -> np.ndarray:
    """Return the signal of an audio file, channels averaged, resampled.

    Read with libsndfile, resampled with soxr at its high quality.

    Parameters
    ----------
    path : str
    sampling_rate : int
        Rate of the result in Hz.
    silent_below_db : float
        Peak amplitude, in dB relative to full scale and without the constant
        part, below which a signal counts as silent.

    Returns
    -------
    signal : np.ndarray, shape (samples,), float32
        Full scale is 1. Holds all that a 24-bit file and soxr's high quality (20 bits)
        can tell.

    Raises
    ------
    RejectedAudio
        If the file is missing, unreadable, empty or silent, or if it holds
        samples that are not finite numbers.
    """
    channels, rate = _read(path)
    # What overflows here is found below.
    with np.errstate(over="ignore", invalid="ignore"):
        # The mean over one channel is that channel, and slow.
        mono = channels[:, 0] if channels.shape[1] == 1 else channels.mean(axis=1)
        signal = soxr.resample(mono, rate, sampling_rate)
        # One sample that is not finite makes the sum so.
        finite = np.isfinite(mono.sum() + signal.sum())
    if not finite:
        bad = np.count_nonzero(~np.isfinite(channels))
        what = f"{bad} samples are NaN or infinite" if bad else "samples are too large"
        raise RejectedAudio("not_finite", what)
    if not len(signal):
        raise RejectedAudio("empty", "no samples")
    # Of both: resampling adds clicks at the ends of a constant part, and takes
    # away what lies above the new band.
    peak = min(_peak(mono), _peak(signal))
    if peak < 10 ** (silent_below_db / 20):
        level = f"{20 * np.log10(peak):.0f} dB" if peak else "constant"
        raise RejectedAudio("silent", f"peak {level}, limit {silent_below_db:g} dB")
    return signal


def _peak(signal):
    """Largest distance from the mean."""
    mean = signal.mean(dtype=float)
    return max(signal.max() - mean, mean - signal.min())


def _read(path):
    """Samples (samples, channels) and rate of an audio file."""
    if not os.path.isfile(path):
        raise RejectedAudio("missing_file", "no such file")
    # libsndfile takes the name - for its standard input.
    path = os.path.join(os.curdir, path)
    try:
        samples, rate = soundfile.read(path, always_2d=True, dtype="float32")
    # A TypeError for a name that ends in .raw, which soundfile takes for samples only.
    except (soundfile.SoundFileError, OSError, MemoryError, TypeError) as error:
        message = str(error).removeprefix(f"Error opening {path!r}: ")
        raise RejectedAudio("unreadable", " ".join(message.split())) from error
    if rate not in RATES:
        raise RejectedAudio("unreadable", f"a sampling rate of {rate} Hz")
    return samples, rate


def count_segments(
    samples: int, segment_samples: int | str, short_signals: str | None
) -> int:
    """Return how many segments a signal of so many samples gives.

    >>> count_segments(60_001, 30_000, "drop"), count_segments(10, 30_000, "pad")
    (2, 1)
    >>> count_segments(10, WHOLE, None)
    1
    """
    if segment_samples == WHOLE:
        return 1
    whole = samples // segment_samples
    return 1 if not whole and short_signals == "pad" else int(whole)


def cut(signal: np.ndarray, segment_samples: int, short_signals: str) -> np.ndarray:
    """Cut a signal into segments, shape (n, segment_samples); drop the tail.

    A signal shorter than one segment gives none at all ("drop"), or one filled up with
    zeros ("pad").
    """
    n = count_segments(len(signal), segment_samples, short_signals)
    missing = n * segment_samples - len(signal)
    if missing > 0:
        signal = np.pad(signal, (0, missing))
    return signal[: n * segment_samples].reshape(n, segment_samples)
