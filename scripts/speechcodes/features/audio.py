"""Read utterances as signals at one sampling rate, and cut them into segments."""

import contextlib
import logging
import os
import re

import numpy as np
import soundfile
import soxr

from speechcodes.errors import RejectedAudio
from speechcodes.records import WHOLE

#: Sampling rates in Hz that a header may claim; the signal of any other would be noise,
#: and may not fit into memory once it is resampled.
RATES = range(1_000, 1_000_001)
#: A constant part, relative to full scale, that a recording should not have.
LARGE_OFFSET = 0.01
#: Share of what a file's header tells of that may be missing at its end: padding.
PADDING = 0.01
#: Bytes that a header tells of from which on whoever wrote it did not know the length.
UNKNOWN_LENGTH = 2**31 - 2**16
#: What libsndfile says of a header that tells of more than there is.
CLAIMED = re.compile(
    r"(?:data|SSND|Data Size)\s*:\s*(\d+) \(should be (\d+)\)", re.IGNORECASE
)
#: What files are whose first bytes match, though they are named like audio.
DISGUISES = [
    (rb"version https://git-lfs", "a pointer of git-lfs: run git lfs pull"),
    (rb".{4}ftyp", "MP4 or M4A: convert it, for example by ffmpeg"),
    (rb"\x1aE\xdf\xa3", "WebM or Matroska: convert it, for example by ffmpeg"),
    (rb"0&\xb2u", "WMA: convert it, for example by ffmpeg"),
    (rb"#!AMR", "AMR: convert it, for example by ffmpeg"),
    (rb"\xff[\xf0\xf1\xf8\xf9]", "AAC: convert it, for example by ffmpeg"),
    (rb"PK\x03\x04", "a ZIP archive: unpack it"),
    (rb"\x1f\x8b", "packed by gzip: unpack it"),
    (rb"\s*<(!doctype|html|\?xml)", "a web page: download the audio anew"),
]

logger = logging.getLogger(__name__)


def load(
    path: str, sampling_rate: int, silent_below_db: float, truncated: str = "reject"
) -> np.ndarray:
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
    truncated : {"reject", "keep"}
        What to do where the header tells of more than the file has.

    Returns
    -------
    signal : np.ndarray, shape (samples,), float32
        Full scale is 1. Holds all that a 24-bit file and soxr's high quality (20 bits)
        can tell.

    Raises
    ------
    RejectedAudio
        If the file is missing, unreadable, truncated, empty or silent, or if it
        holds samples that are not finite numbers.
    """
    channels, rate, missing = _read(path)
    if missing > PADDING:
        detail = f"{100 * missing:.0f} % of what its header tells of is missing"
        if truncated == "reject":
            raise RejectedAudio("truncated", detail)
        logger.warning("%s: truncated; %s", path, detail)
    # What overflows here is found below.
    with np.errstate(over="ignore", invalid="ignore"):
        # The mean over one channel is that channel, and slow.
        mono = channels[:, 0] if channels.shape[1] == 1 else channels.mean(axis=1)
        signal = soxr.resample(mono, rate, sampling_rate)
        sums = mono.sum(), signal.sum()
        # One sample that is not finite makes the sum so.
        finite = np.isfinite(sum(sums))
    if not finite:
        bad = np.count_nonzero(~np.isfinite(channels))
        what = f"{bad} samples are NaN or infinite" if bad else "samples are too large"
        raise RejectedAudio("not_finite", what)
    if not len(signal):
        raise RejectedAudio("empty", "no samples")
    # Of both: resampling adds clicks at the ends of a constant part, and takes
    # away what lies above the new band.
    offset = sums[0] / len(mono)
    peak = min(_peak(mono, offset), _peak(signal, sums[1] / len(signal)))
    if peak < 10 ** (silent_below_db / 20):
        level = f"{20 * np.log10(peak):.0f} dB" if peak else "constant"
        detail = f"peak {level}, limit {silent_below_db:g} dB"
        loudest = max(_peak(one, one.mean()) for one in channels.T)
        if loudest >= 10 ** (silent_below_db / 20):
            detail += (
                f"; its {channels.shape[1]} channels cancel each other, with peaks of"
                f" up to {20 * np.log10(loudest):.0f} dB: keep one of them"
            )
        raise RejectedAudio("silent", detail)
    if abs(offset) > LARGE_OFFSET:
        logger.warning("%s: a constant offset of %.3f of full scale", path, offset)
    return signal


def _peak(signal, mean):
    """Largest distance from the mean; 0 for a constant, whose mean is rounded."""
    low, high = signal.min(), signal.max()
    return max(high - mean, mean - low) if low < high else 0.0


def _read(path):
    """Samples (samples, channels), rate, and the share that is missing at the end."""
    if not os.path.isfile(path):
        raise RejectedAudio("missing_file", "no such file")
    # libsndfile takes the name - for its standard input.
    path = os.path.join(os.curdir, path)
    try:
        with soundfile.SoundFile(path) as file:
            # The same numbers, sooner than if libsndfile divides them.
            integers = (file.format, file.subtype) == ("WAV", "PCM_16")
            dtype = "int16" if integers else "float32"
            samples = file.read(always_2d=True, dtype=dtype)
            if integers:
                samples = samples.astype(np.float32)
                samples *= np.float32(2**-15)
            rate, missing = file.samplerate, _missing(file, len(samples))
    # A TypeError for a name that ends in .raw, which soundfile takes for samples only.
    except (soundfile.SoundFileError, OSError, MemoryError, TypeError) as error:
        message = str(error).removeprefix(f"Error opening {path!r}: ")
        detail = " ".join(message.split()) or "its data break off or are damaged"
        raise RejectedAudio("unreadable", detail + _disguise(path)) from error
    if rate not in RATES:
        raise RejectedAudio("unreadable", f"a sampling rate of {rate} Hz")
    return samples, rate, missing


def _missing(file, samples):
    """Return the share of what the header tells of that is not in the file."""
    claims = [(file.frames, samples)]
    for claimed, there in CLAIMED.findall(file.extra_info):
        if int(claimed) < UNKNOWN_LENGTH:
            claims.append((int(claimed), int(there)))
    return max(1 - there / claimed if claimed else 0 for claimed, there in claims)


def _disguise(path):
    """Tell what a file really is that cannot be read, as far as its start shows."""
    with contextlib.suppress(OSError), open(path, "rb") as file:
        start = file.read(64)
        for pattern, what in DISGUISES:
            if re.match(pattern, start, re.IGNORECASE | re.DOTALL):
                return f" (it is {what})"
    return ""


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


def frames(signals: np.ndarray, size: int, step: int, first: int = 0) -> np.ndarray:
    """Return the frames of signals (..., samples) as views, shape (..., n, size).

    The first frame starts at the sample `first`. Signals must be contiguous.
    """
    n = max(0, (signals.shape[-1] - first - size) // step + 1)
    *others, stride = signals.strides
    shape, strides = (*signals.shape[:-1], n, size), (*others, step * stride, stride)
    # What as_strided does, at a tenth of its time.
    return np.ndarray(shape, signals.dtype, signals, n and first * stride, strides)
