"""How well segments are reconstructed, and which of them are shown."""

import numpy as np
import pytest

from speechcodes.autoencoders import reconstruction


def halving(spectrograms, training):
    """Stand for an autoencoder that gives half of what it is given."""
    assert not training
    return spectrograms / 2


def test_errors_are_mean_squares_of_each_segment():
    spectrograms = np.zeros((5, 2, 4), np.float32)
    spectrograms[:, 0, 0] = [0, 2, 4, 6, 8]
    errors = reconstruction.errors(halving, spectrograms, batch_size=2)
    # Half of it is missing, in one of eight places.
    assert errors.tolist() == [0, 1 / 8, 4 / 8, 9 / 8, 16 / 8]


@pytest.mark.parametrize(
    ("errors", "expected"),
    [
        ([3, 1, 2, 5, 4], {"best": 1, "median": 0, "worst": 3}),
        ([3, 1, 2, 5], {"best": 1, "median": 2, "worst": 3}),
        ([2, 1], {"best": 1, "worst": 0}),
        ([7], {"best": 0}),
        ([], {}),
        # Of equally good ones, the first.
        ([1, 1, 1], {"best": 0, "median": 1, "worst": 2}),
    ],
)
def test_the_best_the_median_and_the_worst_are_chosen(errors, expected):
    assert reconstruction.examples(np.array(errors)) == expected
