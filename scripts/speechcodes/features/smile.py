"""Functionals of utterances by openSMILE, an optional package.

Eyben, Wöllmer and Schuller (2010), "openSMILE: the Munich versatile and fast
open-source audio feature extractor", ACM Multimedia; `opensmile.Smile` of the package
opensmile. It crashes in a process that has loaded TensorFlow (opensmile 2.6.0).
"""

import warnings
from functools import cache

import numpy as np

from speechcodes.errors import InputError, RejectedAudio

LIBRARIES = ["numpy", "opensmile"]


def names(feature_set: str) -> list[str]:
    """Return what the functionals of one of openSMILE's feature sets are called."""
    return _extractor(feature_set).feature_names


def features(feature_set: str, signal: np.ndarray, sampling_rate: int) -> np.ndarray:
    """Return the functionals of an utterance, shape (n,), float32.

    Parameters
    ----------
    feature_set : str
        One of `opensmile.FeatureSet`.
    signal : np.ndarray, shape (samples,)
    sampling_rate : int
        In Hz.

    Raises
    ------
    InputError
        If the package is not installed.
    RejectedAudio
        If the signal is too short for openSMILE.
    """
    with warnings.catch_warnings():
        # Of signals that are too short.
        warnings.simplefilter("ignore")
        found = _extractor(feature_set)(signal, sampling_rate)[0, :, 0]
    if not np.isfinite(found).all():
        raise RejectedAudio("too_short", f"{len(signal)} samples, for openSMILE")
    return found


@cache
def _extractor(feature_set):
    try:
        import opensmile
    except ImportError:
        raise InputError(
            "openSMILE is not installed: run make .venv/installed EXTRAS=opensmile, or "
            "leave its feature sets out of experiment.feature_sets"
        ) from None
    return opensmile.Smile(
        getattr(opensmile.FeatureSet, feature_set),
        opensmile.FeatureLevel.Functionals,
        num_workers=1,
    )
