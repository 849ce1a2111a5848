# ruff: noqa: D103 - names of tests say what they test
"""How well segments are reconstructed, and which of them are shown."""

import numpy as np
import pandas as pd
import pytest
from autoencoding import BINS, FRAME, SEGMENT, SHAPE, build, segments, sequences, stored

from speechcodes.autoencoders import frame_model, reconstruction, segment_model


class Halving:
    """Stand for an autoencoder that gives half of what it is given."""

    name = "segment_autoencoder"

    def __call__(self, spectrograms, training):
        assert not training
        return spectrograms / 2


def test_errors_are_mean_squares_of_each_segment(monkeypatch):
    monkeypatch.setattr(segment_model, "ROWS", 2)
    spectrograms = np.zeros((5, 2, 4), np.float32)
    spectrograms[:, 0, 0] = [0, 2, 4, 6, 8]
    errors = reconstruction.errors(Halving(), spectrograms)
    # Half of it is missing, in one of eight places.
    assert errors.tolist() == [0, 1 / 8, 4 / 8, 9 / 8, 16 / 8]
    assert reconstruction.errors(Halving(), spectrograms[:0]).shape == (0,)


def test_errors_of_sequences_are_on_their_own_scale():
    model, frames = build(FRAME, (None, BINS), 3), sequences([4, 6])
    expected = [
        ((frame_model.reconstruct(model, s[None])[0] - s) ** 2).mean() for s in frames
    ]
    found = reconstruction.errors(model, frames)
    np.testing.assert_allclose(found, expected, rtol=1e-5)


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


@pytest.mark.parametrize("architecture", [SEGMENT, FRAME])
def test_examples_of_each_class_are_reconstructed(tmp_path, monkeypatch, architecture):
    frame = architecture is FRAME
    model = build(architecture, (None, BINS) if frame else SHAPE, 4)
    values = sequences([4, 6, 3, 9, 5]) if frame else segments(5)
    paths = [
        stored(tmp_path / "a.h5", values[:2], ["a", "b"]),
        stored(tmp_path / "b.h5", values[2:], ["c", "d", "e"]),
    ]
    roles = {"utterance": ["e", "c", "b", "a"], "label": ["sad", "joy", "sad", "sad"]}
    monkeypatch.setattr(reconstruction, "SHOWN", 5)
    table, originals, restored = reconstruction.examples_of_classes(
        model, paths, pd.DataFrame(roles), ["joy", "calm", "sad"]
    )
    assert table["label"].tolist() == ["joy", "sad", "sad", "sad"]
    assert table["example"].tolist() == ["best", "best", "median", "worst"]
    assert table["segments"].tolist() == [1, 3, 3, 3]
    assert table["utterance"].iloc[0] == "c"
    assert set(table["utterance"]) == set("abce"), "d has no role"
    of_sad = table["error"].iloc[1:].tolist()
    assert of_sad == sorted(of_sad)
    for row, original, again in zip(
        table.itertuples(), originals, restored, strict=True
    ):
        value = values["abcde".index(row.utterance)]
        np.testing.assert_array_equal(original, value[:5])
        assert again.shape == original.shape
        error = reconstruction.errors(model, [value] if frame else value[None])
        assert row.error == pytest.approx(error[0], rel=1e-5)
