"""Magnitude spectrograms of segments: those of pyAudioAnalysis, and bands of them."""

from collections.abc import Callable, Iterable, Sequence
from functools import cache

import numpy as np

from speechcodes.errors import InputError, RejectedAudio
from speechcodes.features import audio

#: Segments computed at once, so that an hour of speech needs no more memory than one.
BLOCK = 64
#: Frames of a whole utterance computed at once, for the same reason.
FRAMES = 4096
#: Lowest frequency of mel bands, in Hz.
LOWEST = 50
#: Root mean square of a segment whose level is removed: -20 dB below full scale.
LEVEL = 0.1


def shape(
    segment_samples: int | str,
    sampling_rate: int,
    window: float,
    step: float,
    bands: int | None = None,
    channels: int = 0,
) -> tuple[int | None, int]:
    """Return (frames, bins) of a spectrogram; frames are None for whole utterances.

    Channels beside it count as bins.

    >>> shape(30_000, 8_000, 0.05, 0.05), shape(20_000, 8_000, 0.05, 0.05)
    ((74, 200), (49, 200))
    >>> shape("whole", 8_000, 0.025, 0.01, bands=40)
    (None, 40)
    """
    window, step = round(window * sampling_rate), round(step * sampling_rate)
    bins = (bands or window // 2) + channels
    if segment_samples == audio.WHOLE:
        return None, bins
    return max(0, (segment_samples - 2 * window) // step + 1), bins


def spectrogram(
    segments: np.ndarray,
    sampling_rate: int,
    window: float,
    step: float,
    scale: str = "linear",
    *,
    range_db: float = 80.0,
    bands: int | None = None,
    taper: str | None = None,
    level: str = "peak",
    whole: bool = False,
) -> np.ndarray:
    """Return the magnitude spectrograms of some segments.

    By default those of `pyAudioAnalysis.ShortTermFeatures.spectrogram` (0.3.14), all
    frames at once: a segment is scaled to [-1, 1], and the first window is skipped. The
    rows that the library allocates but never fills (one where window and step are
    equal) are left out.

    Parameters
    ----------
    segments : np.ndarray, shape (..., samples)
    sampling_rate : int
        In Hz.
    window, step : float
        In seconds.
    scale : {"linear", "log"}
        "log" turns magnitudes into decibels below full scale and maps
        [-range_db, 0 dB] to [0, 1].
    range_db : float
        In decibels.
    bands : int, optional
        Mel bands, see `mel_weights`; a band's magnitude is the root of its mean power.
    taper : {"hann"}, optional
        What windows are multiplied by.
    level : {"peak", "rms", "kept"}
        What becomes of a segment's level: its peak becomes full scale, its root mean
        square becomes `LEVEL`, or it is kept. The constant part goes in any case.
    whole : bool
        Whether the first window is taken, too.

    Returns
    -------
    spectrograms : np.ndarray, shape (..., frames, bins), float32
    """
    size, stride = round(window * sampling_rate), round(step * sampling_rate)
    centred = segments.astype(float)
    centred -= np.add.reduce(centred, -1, keepdims=True) / centred.shape[-1]
    full_scale = _full_scale(centred, level)[..., np.newaxis, np.newaxis]
    frames = audio.frames(centred, size, stride, 0 if whole else size)
    weights = mel_weights(bands, size, sampling_rate) if bands else None
    *before, n, _ = frames.shape
    result = np.empty((*before, n, bands or size // 2), np.float32)
    for i in range(0, n, FRAMES):
        rows = ..., slice(i, i + FRAMES), slice(None)
        magnitudes = _magnitudes(frames[rows], full_scale, taper, weights)
        if scale == "log":
            magnitudes = to_decibels(magnitudes, range_db)
        result[rows] = magnitudes
    return result


def _full_scale(centred, level):
    """Return what becomes 1 in segments (..., samples) without a constant part."""
    if level == "rms":
        return np.sqrt(np.vecdot(centred, centred) / centred.shape[-1]) / LEVEL + 1e-10
    if level == "peak":
        return np.maximum(centred.max(axis=-1), -centred.min(axis=-1)) + 1e-10
    return np.ones(centred.shape[:-1])


def of_segments(
    signal: np.ndarray, variant: dict, sampling_rate: int, settings: dict
) -> np.ndarray:
    """Return the spectrograms of a signal's segments.

    Parameters
    ----------
    signal : np.ndarray, shape (samples,)
    variant : dict
        Of the segments: `samples` and `short_signals`.
    sampling_rate : int
        In Hz.
    settings : dict
        `window`, `step` and what else `spectrogram` takes; `centred` is for `fill`.

    Returns
    -------
    spectrograms : np.ndarray, shape (n, frames, bins), float32
        One of all frames where segments are whole utterances.

    Raises
    ------
    RejectedAudio
        If the signal is too short for a segment and short signals are dropped, or
        shorter than a window.
    """
    settings = {key: value for key, value in settings.items() if key != "centred"}
    if variant["samples"] == audio.WHOLE:
        window = round(settings["window"] * sampling_rate)
        if len(signal) < window:
            raise RejectedAudio(
                "too_short", f"{len(signal)} samples, a window has {window}"
            )
        return spectrogram(signal[None], sampling_rate, **settings, whole=True)
    segments = audio.cut(signal, variant["samples"], variant["short_signals"])
    if not len(segments):
        raise RejectedAudio(
            "too_short",
            f"{len(signal)} samples, a segment has {variant['samples']}",
        )
    if len(segments) <= BLOCK:
        return spectrogram(segments, sampling_rate, **settings)
    blocks = [segments[i : i + BLOCK] for i in range(0, len(segments), BLOCK)]
    return np.concatenate([spectrogram(b, sampling_rate, **settings) for b in blocks])


def stored_shape(
    lengths: Sequence[int],
    variant: dict,
    sampling_rate: int,
    settings: dict,
    channels: int = 0,
) -> tuple[int, ...]:
    """Return the shape of the dataset for spectrograms of signals of some lengths.

    The shape is (n, frames, bins) or, where segments are whole utterances, (all frames,
    bins); for what is given, see `of_segments`. Channels beside the spectrogram count
    as bins.
    """
    window, step = settings["window"], settings["step"]
    bands = settings.get("bands")
    frames, bins = shape(
        variant["samples"], sampling_rate, window, step, bands, channels
    )
    if frames is None:
        window, step = round(window * sampling_rate), round(step * sampling_rate)
        return sum(max(0, (n - window) // step + 1) for n in lengths), bins
    segments = variant["samples"], variant["short_signals"]
    return sum(audio.count_segments(n, *segments) for n in lengths), frames, bins


def fill(
    dataset,
    computed: Iterable[tuple[str, np.ndarray]],
    centred: bool = False,
    beside: Callable[[str, int], np.ndarray] | None = None,
) -> dict[str, np.ndarray]:
    """Write spectrograms one after the other, and return what else is to be stored.

    Parameters
    ----------
    dataset : h5py.Dataset
        Of the shape that `stored_shape` gives.
    computed : iterable of (str, np.ndarray of shape (n, frames, bins))
        Utterance and the spectrograms of its segments.
    centred : bool
        Whether each bin's mean over a segment is taken out: on a log scale its level
        and the channel it came through.
    beside : function of (str, int), optional
        Gives an utterance's channels beside the spectrogram, shape (frames, channels),
        by the number of frames. They are not centred.

    Returns
    -------
    dict of str to np.ndarray
        utterance and segment; where utterances are whole, frames: (n,); and, where
        segments are centred, mean: (n, bins), what was taken out.
    """
    whole, bins = dataset.ndim == 2, dataset.shape[-1]
    utterance, segment, frames, means, row = [], [], [], [], 0
    for name, values in computed:
        if centred:
            mean = values.mean(axis=1, keepdims=True)
            values = values - mean
            means += [np.pad(one, (0, bins - len(one))) for one in mean[:, 0]]
        if beside:
            channels = beside(name, values.shape[1])
            values = np.concatenate([values, channels[None]], axis=-1)
        rows = values[0] if whole else values
        dataset[row : row + len(rows)] = rows
        row += len(rows)
        utterance += [name] * len(values)
        segment += range(len(values))
        frames += [values.shape[1]] * len(values)
    columns = {
        "utterance": np.array(utterance, dtype=object),
        "segment": np.array(segment, dtype=int),
    }
    if whole:
        columns["frames"] = np.array(frames, dtype=int)
    if centred:
        columns["mean"] = np.array(means, np.float32).reshape(-1, bins)
    return columns


@cache
def mel_weights(bands: int, window: int, sampling_rate: int) -> np.ndarray:
    """Return what each frequency counts in each mel band.

    Triangles that overlap by half, their corners equally far from one another on the
    mel scale of O'Shaughnessy (1987), 2595 log10(1 + f / 700), from `LOWEST` to half
    the sampling rate: those of `librosa.filters.mel(htk=True, norm=None)`, divided by
    their sum. The window is in samples.

    Returns
    -------
    weights : np.ndarray, shape (frequencies, bands)
        Of the power at the frequencies of `fft_length`; each band's sum is 1.

    Raises
    ------
    InputError
        If some band is so narrow that no frequency falls into it.
    """
    top = sampling_rate / 2
    lowest, highest = 2595 * np.log10(1 + np.array([LOWEST, top]) / 700)
    mels = np.linspace(lowest, highest, bands + 2)
    corners = 700 * (10 ** (mels / 2595) - 1)
    frequencies = np.fft.rfftfreq(fft_length(window), 1 / sampling_rate)
    rising = (frequencies[:, None] - corners[:-2]) / np.diff(corners)[:-1]
    falling = (corners[2:] - frequencies[:, None]) / np.diff(corners)[1:]
    weights = np.clip(np.minimum(rising, falling), 0, None)
    sums = weights.sum(axis=0)
    if top <= LOWEST or not sums.all():
        raise InputError(
            f"{bands} bands are too many for a window of {window} samples at "
            f"{sampling_rate} Hz: some would hold no frequency; take fewer bands, or a "
            "longer window"
        )
    return weights / sums


def fft_length(window: int) -> int:
    """Return the length of the transform for bands, so that each holds frequencies.

    >>> fft_length(200)
    512
    """
    return 2 ** int(np.ceil(np.log2(2 * window)))


def _magnitudes(windows, full_scale, taper, weights):
    """Magnitudes of windows in bins or bands; a tone at full scale has 1 in its bin.

    They are scaled here, and not the windows, as they are fewer.
    """
    size = windows.shape[-1]
    bins = size // 2
    gain = 1.0
    if taper:
        shape_of = np.hanning(size + 1)[:-1]
        windows, gain = windows * shape_of, shape_of.mean()
    scale = 1 / (bins * gain * full_scale)
    if weights is None:
        # In place, and cut off at the end: NumPy is faster where rows lie side by side.
        magnitudes = np.abs(np.fft.rfft(windows))
        magnitudes *= scale
        return magnitudes[..., :bins]
    power = np.abs(np.fft.rfft(windows, fft_length(size))) ** 2
    return np.sqrt(power @ weights) * scale


def to_decibels(magnitudes: np.ndarray, range_db: float = 80.0) -> np.ndarray:
    """Map magnitudes of [-range_db, 0 dB] to [0, 1], clipped.

    >>> to_decibels(np.array([0.0, 1e-4, 0.01, 1.0]))
    array([0. , 0. , 0.5, 1. ])
    """
    floor = 10 ** (-range_db / 20)
    decibels = 20 * np.log10(np.maximum(magnitudes, floor))
    return np.clip(1 + decibels / range_db, 0, 1)
