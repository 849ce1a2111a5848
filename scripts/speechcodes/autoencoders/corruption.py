"""Corruption that an autoencoder has to undo: noise, and masked bins and frames."""

import numpy as np

from speechcodes.features.standardisation import Statistics


def corrupt(
    spectrograms: np.ndarray,
    statistics: Statistics,
    configuration,
    generator: np.random.Generator,
) -> np.ndarray:
    """Return spectrograms with noise, and with a stretch of bins and frames masked.

    Masks are those of SpecAugment (Park et al., 2019), without its warping: in each
    spectrogram one of bins and one of frames, of a width drawn evenly from none to the
    most; what they cover becomes the bin's mean. Noise is added before (denoising
    autoencoders: Vincent et al., 2010).

    Spectrograms are of shape (n, frames, bins), float32, statistics the mean and
    standard deviation of each bin; `configuration` has `noise`, `masked_bins` and
    `masked_frames`. Where it asks for nothing, the same array is returned.
    """
    mean, deviation = (np.asarray(values, np.float32) for values in statistics)
    corrupted = spectrograms
    if configuration.noise:
        noise = generator.standard_normal(spectrograms.shape, np.float32)
        corrupted = corrupted + configuration.noise * deviation * noise
    n, frames, bins = spectrograms.shape
    in_bins = _stretches(n, bins, configuration.masked_bins, generator)
    in_frames = _stretches(n, frames, configuration.masked_frames, generator)
    masked = in_bins[:, None, :] | in_frames[:, :, None]
    return np.where(masked, mean, corrupted) if masked.any() else corrupted


def corrupts(configuration) -> bool:
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
