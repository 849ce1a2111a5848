"""Pooled spectra, held against numpy."""

import numpy as np
from autoencoding import BINS, sequences, stored

from speechcodes.features import pooled
from speechcodes.storage.sequences import Sequences


def test_pooled_spectra_are_mean_and_deviation_of_each_bin():
    frames = sequences([1, 5, 30])
    expected = [np.concatenate([s.mean(0), s.std(0)]) for s in frames]
    found = pooled.of_sequences(frames)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)


def test_means_that_were_taken_out_count_in_pooled_spectra():
    frames = sequences([5, 30])
    means = np.array([one.mean(axis=0) for one in frames])
    centred = [one - mean for one, mean in zip(frames, means, strict=True)]
    found = pooled.of_sequences(centred, means)
    np.testing.assert_allclose(found, pooled.of_sequences(frames), atol=1e-5)


def test_without_segments_there_are_no_rows(tmp_path):
    path = stored(tmp_path / "a.h5", np.empty((0, 4, BINS), np.float32))
    none = Sequences([path], "spectrograms")
    assert pooled.of_sequences(none).shape == (0, 2 * BINS)
