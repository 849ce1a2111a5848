"""Sequences of any length are read from several files as they were written."""

import numpy as np
from autoencoding import BINS, sequences, stored

from speechcodes.storage import hdf5
from speechcodes.storage.sequences import Sequences, of_files


def test_sequences_are_read_from_several_files(tmp_path):
    frames = sequences([4, 1, 9, 2, 7])
    paths = [
        stored(tmp_path / "a.h5", frames[:2]),
        stored(tmp_path / "b.h5", frames[2:]),
    ]
    found = Sequences(paths, "spectrograms")
    assert len(found) == 5 and found.bins == BINS
    assert found.frames.tolist() == [4, 1, 9, 2, 7]
    assert found.nbytes == 23 * BINS * 4
    for one, expected in zip(found.loaded(), frames, strict=True):
        np.testing.assert_array_equal(one, expected)
    some = found.take(np.array([False, True, False, True, True]))
    assert some.frames.tolist() == [1, 2, 7]
    np.testing.assert_array_equal(some.part(2, 3, 5), frames[4][3:5])


def test_segments_of_one_length_are_sequences_too(tmp_path):
    values = np.random.default_rng(0).random((3, 4, BINS), np.float32)
    found = Sequences([stored(tmp_path / "a.h5", values)], "spectrograms")
    np.testing.assert_array_equal(found.loaded(), values)


def test_of_no_files_there_are_no_sequences_and_empty_datasets():
    assert of_files([], "spectrograms") == []
    assert [len(found) for found in hdf5.read([], "utterance", "segment")] == [0, 0]
