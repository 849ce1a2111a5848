"""Statistics of bins, held against numpy."""

import numpy as np
from autoencoding import sequences

from speechcodes.features.standardisation import bin_statistics, standardised


def test_statistics_of_bins_by_numpy():
    blocks = sequences([30, 7])
    frames = np.concatenate(blocks)
    mean, deviation = bin_statistics(blocks)
    np.testing.assert_allclose(mean, frames.mean(axis=0), rtol=1e-6)
    np.testing.assert_allclose(deviation, frames.std(axis=0), rtol=1e-5)
    batches = (block[None] for block in blocks)
    np.testing.assert_array_equal(bin_statistics(batches), (mean, deviation))


def test_a_bin_that_does_not_vary_is_divided_by_one():
    assert bin_statistics([np.full((4, 2), 0.3)])[1].tolist() == [1, 1]


def test_standardised_rows_have_zero_mean_and_unit_variance():
    (rows,) = sequences([50])
    found = standardised(rows, bin_statistics([rows]))
    assert found.dtype == np.float32
    np.testing.assert_allclose(found.mean(axis=0), 0, atol=1e-5)
    np.testing.assert_allclose(found.std(axis=0), 1, rtol=1e-5)
    assert standardised(rows, None) is rows
