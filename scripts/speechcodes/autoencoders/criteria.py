"""Criteria that need no labels: how stable and rich codes are, and how much of whom.

Nothing here looks at classes, so that an autoencoder may be chosen by it.
"""

from collections.abc import Sequence
from types import SimpleNamespace

import keras
import numpy as np

from speechcodes.autoencoders import families, models
from speechcodes.autoencoders.corruption import corrupt
from speechcodes.features.projection import variance_between
from speechcodes.features.standardisation import Statistics, standardised
from speechcodes.progress import Progress

#: The same for all autoencoders: noise of one standard deviation of each bin.
CORRUPTION = SimpleNamespace(noise=1.0, masked_bins=0, masked_frames=0)
SEED = 1


def measure(
    model: keras.Model,
    spectrograms,
    voices: Sequence[str],
    statistics: Statistics,
    *,
    loss: str,
    pooling: list[str | float] | None,
) -> dict[str, float | None]:
    """Return the criteria of an autoencoder that need no labels.

    Parameters
    ----------
    model : keras.Model
    spectrograms : np.ndarray, Rows, Sequences or list of np.ndarray
        Segments of `voices` that it was not trained on; see `Family.batches`.
    voices : array-like of str, shape (n,)
    statistics : tuple of np.ndarray, shape (bins,)
        Mean and standard deviation of each bin, of what was trained on.
    loss : str
        Keras' name of the loss function.
    pooling : list of str or float, or None
        See `Family.encode`.

    Returns
    -------
    dict of str to float
        `restored_loss` and `restored_mse`, those of restoring the segments from noisy
        ones, and what the functions below return. None for what cannot be told.
    """
    clean, noisy, restored = _measured(model, spectrograms, statistics, loss, pooling)
    found = {
        **restored,
        "instability": instability(clean, noisy),
        "speaker_share": speaker_share(clean, voices),
        "effective_dimensions": effective_dimensions(clean),
    }
    # JSON has no NaN.
    return {name: v if np.isfinite(v) else None for name, v in found.items()}


def instability(clean: np.ndarray, noisy: np.ndarray) -> float:
    """Return how far codes move with noise, against how far they lie apart.

    Per dimension the variance over segments of the difference that noise makes, divided
    by that of the clean code; the mean over dimensions. Less is better. Codes are of
    the same segments, shape (n, dimensions); NaN where no dimension varies.
    """
    varying = _varying(clean)
    if not varying.any():
        return np.nan
    clean, noisy = (np.asarray(c, float)[:, varying] for c in (clean, noisy))
    return float(((clean - noisy).var(axis=0) / clean.var(axis=0)).mean())


def speaker_share(codes: np.ndarray, voices: Sequence[str]) -> float:
    """Return the share of standardised codes' variance that lies between speakers.

    Less is better: the code says less about who speaks. See
    `projection.variance_between`.
    """
    return variance_between(_standardised(codes), voices)


def effective_dimensions(codes: np.ndarray) -> float:
    """Return how many dimensions of a code there seem to be.

    The exponential of the entropy of the eigenvalues of its correlation matrix, which
    sum to one (Roy and Vetterli, 2007): as many as it has if all are uncorrelated, 1 if
    all say the same. More is richer; NaN where no dimension varies.
    """
    standard = _standardised(codes)
    if not standard.size:
        return np.nan
    shares = np.linalg.eigvalsh(standard.T @ standard / standard.size).clip(0)
    shares = shares[shares > 0] / shares.sum()
    return float(np.exp(-(shares * np.log(shares)).sum()))


def _varying(codes):
    """Tell which dimensions vary by more than rounding does, shape (dimensions,)."""
    codes = np.asarray(codes, float)
    return codes.var(axis=0) > 1e-12 * np.maximum(codes.mean(axis=0) ** 2, 1e-12)


def _standardised(codes):
    """Return the dimensions that vary, with zero mean and unit variance."""
    codes = np.asarray(codes, float)[:, _varying(codes)]
    return (codes - codes.mean(axis=0)) / codes.std(axis=0)


def _measured(model, spectrograms, statistics, loss, pooling):
    """Return codes of clean and noisy segments, and the losses of restoring these."""
    family, encoder = families.of_model(model), models.encoder(model)
    standard = family.standardisation(model)
    generator = np.random.default_rng(SEED)
    functions = {"restored_loss": loss, "restored_mse": "mse"}
    functions = {name: keras.losses.get(kind) for name, kind in functions.items()}
    clean, noisy, sums, frames = [], [], dict.fromkeys(functions, 0.0), 0
    progress = Progress(len(spectrograms), "segments to validate on")
    for batch in family.batches(spectrograms):
        corrupted = corrupt(batch, statistics, CORRUPTION, generator)
        clean += list(family.encode(encoder, batch, pooling))
        noisy += list(family.encode(encoder, corrupted, pooling))
        restored = model(corrupted, training=False)
        target = standardised(batch, standard)
        for name, function in functions.items():
            values = keras.ops.convert_to_numpy(function(target, restored))
            sums[name] += values.sum(dtype=float)
        frames += batch.shape[0] * batch.shape[1]
        progress.report(len(clean))
    losses = {name: float(value / frames) for name, value in sums.items()}
    return np.array(clean), np.array(noisy), losses
