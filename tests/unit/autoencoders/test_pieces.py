"""Pieces of sequences hold all frames, and tell those apart that only fill up."""

import numpy as np
from autoencoding import BINS, sequences, stored
from hypothesis import given
from hypothesis import strategies as st

from speechcodes.autoencoders.pieces import Pieces, starts
from speechcodes.storage.sequences import Sequences


@given(st.integers(1, 200), st.integers(2, 40))
def test_pieces_cover_every_frame_and_no_more_are_made_than_needed(frames, length):
    found = starts(frames, length)
    covered = {i for first in found for i in range(first, min(first + length, frames))}
    assert covered == set(range(frames))
    assert len(found) == max(1, -(-frames // length))
    assert found[0] == 0 and found[-1] == max(0, frames - length)


def test_what_fills_up_short_sequences_has_no_weight():
    frames = sequences([3, 8, 11])
    pieces = Pieces(frames, 8)
    assert pieces.shape == (4, 8, BINS) and len(pieces) == 4
    weights = pieces.weights(np.arange(4))
    assert weights.sum(axis=1).tolist() == [3, 8, 8, 8]
    values = pieces[np.array([0, 3])]
    np.testing.assert_allclose(values[0, :3], frames[0], rtol=1e-6)
    assert not values[0, 3:].any()
    np.testing.assert_allclose(values[1], frames[2][3:], rtol=1e-6)


def test_pieces_are_the_same_from_files_and_from_memory(tmp_path):
    frames = sequences([3, 20, 9])
    found = Sequences([stored(tmp_path / "a.h5", frames)], "spectrograms")
    there, here = Pieces(found, 8), Pieces(frames, 8)
    assert there.shape == here.shape
    np.testing.assert_array_equal(there[:], here[:])
    np.testing.assert_array_equal(there.weights([1, 0]), here.weights([1, 0]))
