"""Noise and masks are as wide and as loud as they are asked for."""

import numpy as np
from autoencoding import SEGMENT, configuration

from speechcodes.autoencoders import corruption


def test_noise_is_measured_in_deviations_of_its_bin():
    clean = np.zeros((200, 40, 2), np.float32)
    statistics = np.zeros(2), np.array([1.0, 10.0])
    rng = np.random.default_rng(0)
    settings = configuration(SEGMENT, noise=0.5)
    found = corruption.corrupt(clean, statistics, settings, rng)
    np.testing.assert_allclose(found.std(axis=(0, 1)), [0.5, 5], rtol=0.03)
    assert not clean.any()


def test_masks_are_stretches_of_the_mean_of_at_most_the_width():
    clean = np.ones((500, 20, 10), np.float32)
    settings = configuration(SEGMENT, masked_bins=3, masked_frames=6)
    statistics = np.full(10, 7.0), np.ones(10)
    rng = np.random.default_rng(0)
    found = corruption.corrupt(clean, statistics, settings, rng)
    assert set(np.unique(found)) == {1, 7}
    masked = found == 7
    frames, bins = masked.all(axis=2), masked.all(axis=1)
    for rows, most in ((frames, 6), (bins, 3)):
        widths = rows.sum(axis=1)
        assert set(widths) == set(range(most + 1))
        # One stretch: it begins once.
        begins = np.diff(np.pad(rows.astype(int), ((0, 0), (1, 0)))) == 1
        assert set(begins.sum(axis=1)) == {0, 1}
    np.testing.assert_array_equal(masked, frames[:, :, None] | bins[:, None, :])


def test_without_corruption_nothing_is_changed():
    clean = np.ones((2, 3, 4), np.float32)
    statistics = np.zeros(4), np.ones(4)
    settings = configuration(SEGMENT)
    assert not corruption.corrupts(settings)
    rng = np.random.default_rng(0)
    assert corruption.corrupt(clean, statistics, settings, rng) is clean
