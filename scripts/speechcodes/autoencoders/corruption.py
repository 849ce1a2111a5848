"""What an autoencoder has to restore: noise, and parts that are masked."""

import numpy as np


def bin_statistics(blocks):
    """Return mean and standard deviation of each bin.

    Parameters
    ----------
    blocks : iterable of np.ndarray, shape (..., bins)

    Returns
    -------
    mean, deviation : np.ndarray, shape (bins,), float64
        The deviation of a bin that is the same throughout is 1.
    """
    n, sums, squares = 0, 0.0, 0.0
    for block in blocks:
        rows = np.asarray(block, float).reshape(-1, block.shape[-1])
        n += len(rows)
        sums = sums + rows.sum(axis=0)
        squares = squares + (rows**2).sum(axis=0)
    mean = sums / n
    variance = np.maximum(squares / n - mean**2, 0)
    # What rounding leaves of a constant is none.
    constant = variance <= 1e-12 * np.maximum(mean**2, 1e-12)
    return mean, np.where(constant, 1.0, np.sqrt(variance))


def standardised(rows, statistics):
    """Return rows as a model with codes of frames restores them, or as they are.

    Parameters
    ----------
    rows : np.ndarray, shape (..., bins)
    statistics : tuple of np.ndarray, shape (bins,), or None
        See `bin_statistics`; None for a model that does not standardise.
    """
    if statistics is None:
        return rows
    mean, deviation = (np.asarray(values, np.float32) for values in statistics)
    return (rows - mean) / deviation


def corrupt(spectrograms, statistics, configuration, generator):
    """Return spectrograms with noise, and with a stretch of bins and frames masked.

    Masks are those of SpecAugment (Park et al., 2019), without its warping: in each
    spectrogram one of bins and one of frames, of a width drawn evenly from none to the
    most; what they cover becomes the bin's mean. Noise is added before (denoising
    autoencoders: Vincent et al., 2010).

    Parameters
    ----------
    spectrograms : np.ndarray, shape (n, frames, bins), float32
    statistics : tuple of np.ndarray, shape (bins,)
        See `bin_statistics`.
    configuration : grid.Configuration
        `noise`, `masked_bins` and `masked_frames`.
    generator : np.random.Generator

    Returns
    -------
    np.ndarray, shape (n, frames, bins), float32
        The same array where nothing is asked for.
    """
    mean, deviation = (np.asarray(values, np.float32) for values in statistics)
    corrupted = spectrograms
    if configuration.noise:
        noise = generator.standard_normal(spectrograms.shape, np.float32)
        corrupted = corrupted + configuration.noise * deviation * noise
    n, frames, bins = spectrograms.shape
    masked = _stretches(n, bins, configuration.masked_bins, generator)[:, None, :]
    masked = (
        masked
        | _stretches(n, frames, configuration.masked_frames, generator)[:, :, None]
    )
    return np.where(masked, mean, corrupted) if masked.any() else corrupted


def corrupts(configuration):
    """Tell whether a configuration asks for any corruption."""
    return bool(
        configuration.noise or configuration.masked_bins or configuration.masked_frames
    )


def _stretches(n, size, most, generator):
    """Mark one stretch in each of n rows, shape (n, size), bool."""
    widths = generator.integers(0, min(most, size), n, endpoint=True)
    firsts = generator.integers(0, size - widths, endpoint=True)
    places = np.arange(size)
    return (places >= firsts[:, None]) & (places < (firsts + widths)[:, None])
