"""What can be told of codes without labels: how stable and rich they are, and of whom.

Nothing here looks at classes, so that an autoencoder may be chosen by it.
"""

from types import SimpleNamespace

import keras
import numpy as np

from speechcodes import progress
from speechcodes.autoencoders import corruption, models
from speechcodes.features.pooling import pool
from speechcodes.features.projection import variance_between

#: The same for all autoencoders: noise of one standard deviation of each bin.
CORRUPTION = SimpleNamespace(noise=1.0, masked_bins=0, masked_frames=0)
SEED = 1
#: Segments that are looked at together.
ROWS = 256


def measure(model, spectrograms, speakers, statistics, *, loss, pooling=None):
    """Return the criteria of an autoencoder that need no labels.

    Parameters
    ----------
    model : keras.Model
        The autoencoder.
    spectrograms : np.ndarray or shards.Rows, shape (n, frames, bins); or
        shards.Sequences or list of np.ndarray, each of shape (frames, bins)
        Segments of speakers that it was not trained on; sequences for a model with a
        code of each frame.
    speakers : array-like of str, shape (n,)
    statistics : tuple of np.ndarray, shape (bins,)
        Mean and standard deviation of each bin, of what was trained on.
    loss : str
        Keras' name of the loss function.
    pooling : list of str or float, optional
        See `pooling.pool`; for a model with a code of each frame.

    Returns
    -------
    dict of str to float
        `restored_loss` and `restored_mse`, those of restoring the segments from noisy
        ones; see `instability`, `speaker_share` and `effective_dimensions` for the
        others. None for what cannot be told.
    """
    clean, noisy, restored = _looked_at(model, spectrograms, statistics, loss, pooling)
    found = {
        **restored,
        "instability": instability(clean, noisy),
        "speaker_share": speaker_share(clean, speakers),
        "effective_dimensions": effective_dimensions(clean),
    }
    # JSON has no NaN.
    return {name: v if np.isfinite(v) else None for name, v in found.items()}


def instability(clean, noisy):
    """Return how far codes move with noise, against how far they lie apart.

    Per dimension the variance over segments of the difference that noise makes, divided
    by that of the clean code; the mean over dimensions. Less is better.

    Parameters
    ----------
    clean, noisy : np.ndarray, shape (n, dimensions)
        Codes of the same segments.

    Returns
    -------
    float
        NaN where no dimension varies.
    """
    varying = _varying(clean)
    if not varying.any():
        return np.nan
    clean, noisy = (np.asarray(c, float)[:, varying] for c in (clean, noisy))
    return float(((clean - noisy).var(axis=0) / clean.var(axis=0)).mean())


def speaker_share(codes, speakers):
    """Return the share of standardised codes' variance that lies between speakers.

    Less is better: the code says less about who speaks.

    Parameters
    ----------
    codes : np.ndarray, shape (n, dimensions)
    speakers : array-like of str, shape (n,)

    Returns
    -------
    float
        See `projection.variance_between`.
    """
    return variance_between(_standardised(codes), speakers)


def effective_dimensions(codes):
    """Return how many dimensions of a code there seem to be.

    The exponential of the entropy of the eigenvalues of its correlation matrix, which
    sum to one (Roy and Vetterli, 2007): as many as it has if all are uncorrelated, 1 if
    all say the same. More is richer.

    Parameters
    ----------
    codes : np.ndarray, shape (n, dimensions)

    Returns
    -------
    float
        NaN where no dimension varies.
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
    """Dimensions that vary, with zero mean and unit variance."""
    codes = np.asarray(codes, float)[:, _varying(codes)]
    return (codes - codes.mean(axis=0)) / codes.std(axis=0)


def _looked_at(model, spectrograms, statistics, loss, pooling):
    """Codes of clean and of noisy segments, and how well clean ones are restored."""
    both = keras.Model(model.input, [model.get_layer("code").output, model.output])
    standard = models.standardisation(model)
    generator = np.random.default_rng(SEED)
    functions = {"restored_loss": loss, "restored_mse": "mse"}
    functions = {name: keras.losses.get(kind) for name, kind in functions.items()}
    clean, noisy, sums, frames = [], [], dict.fromkeys(functions, 0.0), 0
    # Sequences differ in length.
    size = 1 if pooling else ROWS
    starts = range(0, len(spectrograms), size)
    for first in progress.each(starts, "steps of validation"):
        block = spectrograms[first] if pooling else spectrograms[first : first + size]
        block = block[None] if pooling else block
        corrupted = corruption.corrupt(block, statistics, CORRUPTION, generator)
        code, restored = both(corrupted, training=False)
        noisy.append(_rows(code, pooling))
        clean.append(_rows(both(block, training=False)[0], pooling))
        target = corruption.standardised(block, standard)
        for name, function in functions.items():
            sums[name] += np.asarray(function(target, restored)).sum(dtype=float)
        frames += block.shape[0] * block.shape[1]
    restored = {name: float(value / frames) for name, value in sums.items()}
    return np.concatenate(clean), np.concatenate(noisy), restored


def _rows(codes, pooling):
    """Codes of some segments; those of the frames of one pooled, shape (n, numbers)."""
    codes = np.asarray(codes)
    return pool(codes[0], pooling)[None] if pooling else codes
