"""The 136 mid-term features of an utterance, those of pyAudioAnalysis.

The library takes one frame after the other; here a block of frames is computed at once,
to the same numbers. Its peculiarities are kept, since published results rest on them.
"""

from functools import cache

import numpy as np

from speechcodes.errors import InputError, RejectedAudio
from speechcodes.features import audio

_SHORT = ["zcr", "energy", "energy_entropy", "spectral_centroid", "spectral_spread"]
_SHORT += ["spectral_entropy", "spectral_flux", "spectral_rolloff"]
_SHORT += [f"mfcc_{i}" for i in range(1, 14)] + [f"chroma_{i}" for i in range(1, 13)]
_SHORT += ["chroma_std"]
#: Columns of the short-term features.
COLUMN = {name: column for column, name in enumerate(_SHORT)}
MFCC = slice(COLUMN["mfcc_1"], COLUMN["mfcc_13"] + 1)
CHROMA = slice(COLUMN["chroma_1"], COLUMN["chroma_12"] + 1)
_SHORT += [f"delta {name}" for name in _SHORT]

#: The 136 features in order, as pyAudioAnalysis names them.
NAMES = [f"{name}_{statistic}" for statistic in ("mean", "std") for name in _SHORT]
LIBRARIES = ["numpy", "soundfile", "soxr"]
DESCRIPTION = "mid-term features of pyAudioAnalysis, mean over an utterance's windows"

#: Added by the library wherever a sum may be zero.
EPS = np.finfo(float).eps
#: Changes no sum but zero, by which nothing can be divided.
TINY = np.finfo(float).tiny
#: Frames computed at once: what they need fits into a core's cache.
BLOCK = 256
#: Parts of a frame, and of a spectrum, whose entropy is taken.
PARTS = 10
ROLLOFF = 0.9
#: Variance of frequencies, in parts of half the sampling rate, below which it is
#: computed from the distances to the mean.
NARROW = 1e-4


def names(**_) -> list[str]:
    """Return what the features are called, whatever the settings."""
    return NAMES


def features(
    signal: np.ndarray,
    sampling_rate: int,
    window: float,
    step: float,
    short_window: float,
    short_step: float,
) -> np.ndarray:
    """Return the mean over all mid-term windows of an utterance's features.

    `pyAudioAnalysis.MidTermFeatures.mid_feature_extraction` (0.3.14; Giannakopoulos,
    2015, PLoS ONE 10(12), e0144610): mean and standard deviation, per mid-term window,
    of 68 short-term features (34 and their deltas); then the plain mean over the
    mid-term windows, the last, partial one included. Windows and steps are in seconds.

    Returns
    -------
    features : np.ndarray, shape (136,), float64
        In the order of `NAMES`.

    Raises
    ------
    RejectedAudio
        If the signal is shorter than one short-term window.
    InputError
        If the library cannot compute features with such windows: then there is
        nothing to compute in its stead.
    """
    window, step, short_window, short_step = (
        round(seconds * sampling_rate)
        for seconds in (window, step, short_window, short_step)
    )
    if len(signal) < short_window:
        raise RejectedAudio(
            "too_short", f"{len(signal)} samples, one window has {short_window}"
        )
    check_windows(short_window, sampling_rate)
    short_term = _short_term(signal, sampling_rate, short_window, short_step)
    frames = round((window - (short_window - short_step)) / short_step)
    windows = _windows(short_term, frames, round(step / short_step))
    statistics = np.concatenate(list(map(_statistics, windows)))
    return np.add.reduce(statistics) / len(statistics)


@cache
def check_windows(short_window: int, sampling_rate: int) -> None:
    """Raise InputError if features cannot be computed with windows of so many samples.

    Where the library's filters or semitones reach beyond the bins of a spectrum, it
    stops with an error.
    """
    highest, bins = _mel_edges()[-1], short_window // 2
    semitones = _semitones(np.array(sampling_rate / 2))
    if highest > sampling_rate:
        what, why = "MFCCs", f"its filters reach up to {highest:.0f} Hz"
    elif semitones >= bins:
        what = "chroma features"
        why = f"{bins} bins are too few for semitones up to {semitones}"
    else:
        return
    raise InputError(
        f"features.midterm: pyAudioAnalysis cannot compute {what} with short windows "
        f"of {short_window} samples at {sampling_rate} Hz ({why}); 0.05 s at 8000 or "
        "16000 Hz are known to work"
    )


def _windows(short_term, frames, step):
    """Mid-term windows (n, frames, 68) of equal length.

    Those that are whole come first and together, then each that the end cuts short.
    """
    width = short_term.shape[1]
    whole = audio.frames(short_term.ravel(), frames * width, step * width)
    if len(whole):
        yield whole.reshape(-1, frames, width)
    for start in range(len(whole) * step, len(short_term), step):
        yield short_term[np.newaxis, start:]


def _statistics(windows):
    """Mean and standard deviation, shape (n, 136), of windows (n, frames, 68)."""
    n = windows.shape[1]
    mean = np.add.reduce(windows, axis=1) / n
    distance = windows - mean[:, np.newaxis]
    distance *= distance
    variance = np.add.reduce(distance, axis=1) / n
    return np.concatenate([mean, np.sqrt(variance)], axis=1)


def _short_term(signal, sampling_rate, window, step):
    """Short-term features, shape (frames, 68): 34 and what each adds to the last."""
    samples = signal.astype(float)
    mean = np.add.reduce(samples) / len(samples)
    samples -= mean
    samples /= max(signal.max() - mean, mean - signal.min()) + 1e-10
    frames = audio.frames(samples, window, step)
    result = np.zeros((len(frames), 68))
    values = result[:, :34]
    values[:, COLUMN["zcr"]] = _crossings(samples, window, step) / 2 / (window - 1)
    for first in range(0, len(frames), BLOCK):
        # With the frame before, for the flux.
        rows = slice(max(0, first - 1), first + BLOCK)
        _of_frames(frames[rows], values[rows])
        spectra = np.abs(np.fft.rfft(frames[rows]))
        spectra *= 1 / (window // 2)
        # Zero and not cut off, since NumPy is faster where rows lie side by side.
        spectra[:, window // 2 :] = 0
        _of_spectra(spectra, sampling_rate, window, values[rows])
    np.subtract(values[1:], values[:-1], out=result[1:, 34:])
    return result


def _crossings(samples, window, step):
    """How often each frame's sign changes, twice; to or from zero counts once."""
    signs = (samples > 0).view(np.int8) - (samples < 0).view(np.int8)
    changes = np.abs(signs[1:] - signs[:-1])
    return audio.frames(changes, window - 1, step).sum(axis=1, dtype=np.int32)


def _of_frames(frames, out):
    """Write the energy of frames (n, window) and its entropy into `out` (n, 34)."""
    n, window = frames.shape
    energy = np.vecdot(frames, frames)
    parts = frames[:, : window // PARTS * PARTS].reshape(n, PARTS, -1)
    out[:, COLUMN["energy"]] = energy / window
    out[:, COLUMN["energy_entropy"]] = _entropy(np.vecdot(parts, parts), energy)


def _of_spectra(spectra, sampling_rate, window, out):
    """Write all that spectra (n, bins + 1) tell into `out` (n, 34).

    The last bin is zero. The flux of the first spectrum is left as it is.
    """
    bins = window // 2
    of_magnitudes = _of_magnitudes(window, sampling_rate)
    sums = spectra @ of_magnitudes
    out[:, MFCC] = np.log(sums[:, :40] + EPS) @ _cosines()
    total, first, second = sums[:, 40:].T
    total += TINY
    centroid = first / total
    variance = second / total - centroid * centroid
    # Of a tone, little but rounding would be left of that difference.
    narrow = variance < NARROW
    if narrow.any():
        distance = of_magnitudes[:, 41] - centroid[narrow, np.newaxis]
        squares = np.vecdot(distance * distance, spectra[narrow])
        variance[narrow] = squares / total[narrow]
    out[:, COLUMN["spectral_centroid"]] = centroid
    out[:, COLUMN["spectral_spread"]] = np.sqrt(variance)

    power = spectra * spectra
    energy = power.sum(axis=1)
    # The sum of squared differences between normalised spectra, multiplied out.
    norm = total + bins * EPS
    squares = energy / (norm * norm)
    products = np.vecdot(spectra[1:], spectra[:-1]) / (norm[1:] * norm[:-1])
    out[1:, COLUMN["spectral_flux"]] = squares[1:] + squares[:-1] - 2 * products

    sums = power @ _of_powers(window, sampling_rate)
    out[:, COLUMN["spectral_entropy"]] = _entropy(sums[:, 13:], energy)
    # Of no energy, all are zero whatever they are divided by.
    chroma = sums[:, :13] / (energy + TINY)[:, np.newaxis]
    out[:, CHROMA] = chroma[:, :12]
    distance = chroma[:, :12] - chroma[:, 12:]
    out[:, COLUMN["chroma_std"]] = np.sqrt(np.vecdot(distance, distance) / 12)
    # The first bin up to which 90 % of the energy lie.
    np.cumsum(power, axis=1, out=power)
    reached = power > (ROLLOFF * energy - EPS)[:, np.newaxis]
    out[:, COLUMN["spectral_rolloff"]] = reached.argmax(axis=1) / bins


@cache
def _of_magnitudes(window, sampling_rate):
    """Map (bins + 1, 43) from magnitudes to mel filters and to three moments.

    Those of frequencies, in parts of half the sampling rate, which the library divides
    by at the end: their sum, mean and mean square, once divided by the first.
    """
    bins = window // 2
    frequencies = np.arange(1, bins + 2) / bins
    mel = np.pad(_mel(window, sampling_rate), ((0, 1), (0, 0)))
    return np.column_stack([mel, frequencies**0, frequencies, frequencies**2])


def _parts(length):
    """Map (length, 10) that sums ten equal parts; what is left over is left out."""
    size = length // PARTS
    rest = np.zeros((length - PARTS * size, PARTS))
    return np.concatenate([np.repeat(np.eye(PARTS), size, axis=0), rest])


def _entropy(parts, total):
    """Entropy of how totals (n,) are divided among parts (n, 10)."""
    shares = parts / (total[:, np.newaxis] + EPS)
    return -np.vecdot(shares, np.log2(shares + EPS))


def _mel(window, sampling_rate):
    """Mel filters, shape (bins, 40).

    The library counts frequencies as if the bins reached up to the sampling rate, not
    to half of it, so that all filters stand twice as high as they are meant to.
    """
    edges, bins = _mel_edges(), window // 2
    frequencies = np.arange(bins) / bins * sampling_rate
    filters = np.zeros((bins, len(edges) - 2))
    last = np.floor(edges * bins / sampling_rate).astype(int)
    triangles = zip(edges[:-2], edges[1:-1], edges[2:], strict=True)
    for i, (low, centre, high) in enumerate(triangles):
        height = 2 / (high - low)
        rising = np.arange(last[i] + 1, last[i + 1] + 1)
        falling = np.arange(last[i + 1] + 1, last[i + 2] + 1)
        filters[rising, i] = height / (centre - low) * (frequencies[rising] - low)
        filters[falling, i] = height / (high - centre) * (high - frequencies[falling])
    return filters


def _mel_edges():
    """Frequencies where filters begin, peak and end, shape (40 + 2,)."""
    edges = 133.33 + 200 / 3 * np.arange(13)
    factors = 1.0711703 ** np.arange(1, 27 + 3)
    return np.concatenate([edges, edges[-1] * factors])


@cache
def _cosines():
    """From natural logarithms of 40 filters to the 13 cepstra of decimal ones.

    The first rows of the orthonormal cosine transform (type 2), transposed.
    """
    k, i = np.meshgrid(np.arange(13), np.arange(40))
    cosines = np.sqrt(2 / 40) * np.cos(np.pi * k * (2 * i + 1) / (2 * 40))
    cosines[:, 0] /= np.sqrt(2)
    return cosines / np.log(10)


def _semitones(frequencies):
    """Semitones above 27.5 Hz, as integers."""
    return np.round(12 * np.log2(frequencies / 27.5)).astype(int)


@cache
def _of_powers(window, sampling_rate):
    """Map (bins + 1, 23) from powers to chroma, their mean and the sums of parts.

    Chroma as the library indexes them: bins are numbered by semitone above 27.5 Hz. The
    power at a semitone is that of its last bin alone, and is divided by a count looked
    up under another bin's number; semitones below 27.5 Hz count from the end.
    """
    bins = window // 2
    frequencies = np.arange(1, bins + 1) * sampling_rate / (2 * bins)
    semitones = _semitones(frequencies)
    _, inverse, counts = np.unique(semitones, return_inverse=True, return_counts=True)
    bin_of = np.full(bins, -1)
    bin_of[semitones] = np.arange(bins)
    chroma = np.zeros((bins, 12))
    for place in np.flatnonzero(bin_of >= 0):
        chroma[bin_of[place], place % 12] = 1 / counts[inverse][semitones[place]]
    sums = np.column_stack([chroma, chroma.mean(axis=1), _parts(bins)])
    return np.pad(sums, ((0, 1), (0, 0)))
