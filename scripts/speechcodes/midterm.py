"""The 136 mid-term features of an utterance, as pyAudioAnalysis computes them."""

import warnings

from speechcodes.errors import InputError, RejectedAudio

with warnings.catch_warnings():
    # pydub warns that ffmpeg is missing; files are read with libsndfile instead.
    warnings.simplefilter("ignore", RuntimeWarning)
    from pyAudioAnalysis import MidTermFeatures

_SHORT = ["zcr", "energy", "energy_entropy", "spectral_centroid", "spectral_spread"]
_SHORT += ["spectral_entropy", "spectral_flux", "spectral_rolloff"]
_SHORT += [f"mfcc_{i}" for i in range(1, 14)] + [f"chroma_{i}" for i in range(1, 13)]
_SHORT += ["chroma_std"]
_SHORT += [f"delta {name}" for name in _SHORT]

#: The 136 features in order, as pyAudioAnalysis names them.
NAMES = [f"{name}_{statistic}" for statistic in ("mean", "std") for name in _SHORT]


def features(signal, sampling_rate, window, step, short_window, short_step):
    """Return the mean over all mid-term windows of an utterance's features.

    `pyAudioAnalysis.MidTermFeatures.mid_feature_extraction` (0.3.14): mean and
    standard deviation, per mid-term window, of 68 short-term features (34 and
    their deltas); then the plain mean over the mid-term windows, the last,
    partial one included.

    Parameters
    ----------
    signal : np.ndarray, shape (samples,)
        Full scale is 1.
    sampling_rate : int
        In Hz.
    window, step : float
        Of the mid-term windows, in seconds.
    short_window, short_step : float
        Of the short-term windows, in seconds.

    Returns
    -------
    features : np.ndarray, shape (136,), float64
        In the order of `NAMES`.

    Raises
    ------
    RejectedAudio
        If the signal is shorter than one short-term window.
    InputError
        If the library cannot compute features with such windows.
    """
    sizes = [
        round(seconds * sampling_rate)
        for seconds in (window, step, short_window, short_step)
    ]
    if len(signal) < sizes[2]:
        raise RejectedAudio(
            "too_short", f"{len(signal)} samples, one window has {sizes[2]}"
        )
    # The library expects 16-bit integers.
    try:
        mid_term, _, _ = MidTermFeatures.mid_feature_extraction(
            signal * 2**15, sampling_rate, *sizes
        )
    except (ValueError, IndexError) as error:
        raise InputError(
            f"features.midterm: pyAudioAnalysis cannot compute chroma features with "
            f"windows of {short_window} s at {sampling_rate} Hz ({error}); 0.05 s at "
            "8000 or 16000 Hz are known to work"
        ) from error
    return mid_term.mean(axis=1)
