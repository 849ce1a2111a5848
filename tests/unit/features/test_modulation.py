"""Modulation spectra of spectrograms whose bins swing at known rates."""

import numpy as np
import pytest
from autoencoding import BINS, stored

from speechcodes.errors import InputError
from speechcodes.features import modulation
from speechcodes.storage.sequences import Sequences

STEP = 0.01


def swinging(*rates, seconds=3.0):
    """A spectrogram whose bins are sine waves of so many Hz."""
    times = np.arange(round(seconds / STEP)) * STEP
    return np.sin(2 * np.pi * np.outer(times, rates))


def by_octave(frames):
    """Its modulation spectrum, (octaves, bins)."""
    (row,) = modulation.of_sequences([frames], STEP)
    return row.reshape(len(modulation.octaves(STEP)), -1)


@pytest.mark.parametrize("seconds", [1.0, 3.0, 10.0])
def test_a_bin_has_most_power_in_the_octave_that_it_swings_in(seconds):
    found = by_octave(swinging(1.5, 3, 6, 12, 24, seconds=seconds))
    assert list(found.argmax(axis=0)) == [0, 1, 2, 3, 4]


def test_power_is_that_of_parseval():
    # A whole number of periods: all power, n/4 in either half of the spectrum, lies at
    # 6 Hz, one of the twelve frequencies that 3 s have from 4 to 8 Hz.
    found = by_octave(swinging(6.0))
    np.testing.assert_allclose(np.exp(found[2]), 300 / 4 / 12, rtol=1e-5)


def test_level_changes_nothing_and_twice_the_swing_is_four_times_the_power():
    frames = swinging(3, 12)
    plain = by_octave(frames)
    np.testing.assert_allclose(by_octave(frames + 40), plain, atol=1e-3)
    loud = by_octave(2 * frames)
    np.testing.assert_allclose((loud - plain)[[1, 3], [0, 1]], np.log(4), atol=1e-4)


def test_octaves_end_below_half_the_rate_of_frames():
    assert modulation.octaves(0.01)[-1] == (16.0, 32.0)
    assert modulation.octaves(0.025)[-1] == (8.0, 16.0)
    with pytest.raises(InputError, match="frames 1 s apart show no modulation"):
        modulation.octaves(1.0)


def test_silence_has_a_spectrum_and_so_has_a_single_frame():
    for frames in (np.zeros((50, 2)), np.ones((1, 2))):
        np.testing.assert_allclose(by_octave(frames), np.log(modulation.FLOOR))


def test_without_segments_there_are_no_rows(tmp_path):
    path = stored(tmp_path / "a.h5", np.empty((0, 4, BINS), np.float32))
    none = Sequences([path], "spectrograms")
    assert modulation.of_sequences(none, STEP).shape == (0, 5 * BINS)
