"""Embeddings of utterances by a network of the user's own, in the format ONNX.

onnxruntime, an optional package, runs models that were exported from anywhere:
wav2vec 2.0, WavLM, emotion2vec.
"""

from functools import cache

import numpy as np
import soxr

from speechcodes.errors import InputError, RejectedAudio
from speechcodes.features.pooling import pool

LIBRARIES = ["numpy", "soxr", "onnxruntime"]
#: The sampling rate, in Hz, that such models hear.
RATE = 16_000
#: Statistics over time of what a model gives.
POOLING = ["mean", "standard_deviation"]
DESCRIPTION = "mean and standard deviation over time of what an ONNX model gives"
WANTED = (
    "should be an ONNX model that takes float signals (1, samples), and perhaps a mask "
    "of samples, and gives (1, frames, dimensions)"
)


def names(model: str, **_) -> list[str]:
    """Return what the columns of the embeddings of a model are called."""
    width = _opened(model)(np.zeros(RATE, np.float32)).shape[-1]
    return [f"{statistic}_{i}" for statistic in POOLING for i in range(width)]


def features(
    signal: np.ndarray, sampling_rate: int, model: str, normalise: bool = False
) -> np.ndarray:
    """Return mean and standard deviation over time of what a model makes of a signal.

    Parameters
    ----------
    signal : np.ndarray, shape (samples,)
    sampling_rate : int
        In Hz.
    model : str
        Path of an ONNX file. Its first input takes signals (1, samples) at 16 kHz, its
        first output is (1, frames, dimensions).
    normalise : bool
        Whether the signal gets zero mean and unit variance first.

    Returns
    -------
    np.ndarray, shape (2 times dimensions,)

    Raises
    ------
    InputError
        If onnxruntime is not installed, or the file holds no such model, or one that
        takes no signals of some length.
    RejectedAudio
        If the signal is shorter than a second, and too short for the model.
    """
    heard = soxr.resample(signal, sampling_rate, RATE).astype(np.float32)
    if normalise:
        heard = (heard - heard.mean()) / (heard.std() + 1e-7)
    embed = _opened(model)
    try:
        frames = embed(heard)
    except Exception as error:  # onnxruntime raises many kinds.
        # The model is known to embed a second.
        if len(heard) >= RATE:
            reason = " ".join(str(error).split())
            raise InputError(
                f"{model} does not embed {len(heard)} samples: {reason}"
            ) from None
        frames = ()
    if not len(frames):
        raise RejectedAudio("too_short", f"{len(signal)} samples, for the ONNX model")
    return pool(frames, POOLING)


@cache
def _opened(model):
    """Open a model, once in a process; return the function from a signal to frames."""
    try:
        import onnxruntime
    except ImportError:
        raise InputError(
            "onnxruntime is not installed: run make .venv/installed "
            "EXTRAS=onnxruntime, or leave onnx out of experiment.feature_sets"
        ) from None
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    # What goes wrong is told in one sentence.
    options.log_severity_level = 4

    def embed(signal):
        first, *others = session.get_inputs()
        given = {first.name: signal[None]}
        given |= {one.name: np.ones((1, len(signal)), np.int64) for one in others}
        (frames,) = session.run(None, given)[0]
        return frames

    try:
        session = onnxruntime.InferenceSession(
            model, options, providers=["CPUExecutionProvider"]
        )
        width = np.ndim(embed(np.zeros(RATE, np.float32)))
    except Exception as error:
        reason = " ".join(str(error).split())
        raise InputError(f"{model} {WANTED}: {reason}") from None
    if width != 2:
        raise InputError(f"{model} {WANTED}: its output has {width + 1} dimensions")
    return embed
