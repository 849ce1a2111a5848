"""How well segments are reconstructed, and which of them are shown."""

import numpy as np
import pandas as pd
import pytest
from autoencoding import BINS, FRAME, SEGMENT, SHAPE, build, segments, sequences, stored

from speechcodes.autoencoders import frame_model, reconstruction, segment_model


@pytest.mark.parametrize("family", [segment_model, frame_model])
def test_errors_are_mean_squares_of_each_segment_on_its_own_scale(family, monkeypatch):
    monkeypatch.setattr(segment_model, "ROWS", 2)
    model, rows = build(SEGMENT, SHAPE, 4), segments(5)
    if family is frame_model:
        model, rows = build(FRAME, (None, BINS), 3), sequences([4, 6])
    restored = [family.reconstruct(model, one[None])[0] for one in rows]
    expected = [((a - b) ** 2).mean() for a, b in zip(rows, restored, strict=True)]
    np.testing.assert_allclose(reconstruction.errors(model, rows), expected, rtol=1e-5)
    assert reconstruction.errors(model, rows[:0]).shape == (0,)


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
