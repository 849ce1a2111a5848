"""Codes of many segments, from memory and from files, whatever the family."""

import numpy as np
from autoencoding import BINS, FRAME, SEGMENT, SHAPE, build, segments, sequences, stored

from speechcodes.autoencoders import encoding, models, segment_model


def test_codes_of_segments_are_those_of_their_batches(tmp_path, monkeypatch):
    monkeypatch.setattr(segment_model, "ROWS", 4)
    model, rows = build(SEGMENT, SHAPE, 4), segments(11)
    encoder = models.encoder(model)
    found = encoding.encode(model, rows)
    assert found.shape == (11, 4) and found.dtype == np.float32
    np.testing.assert_allclose(found, encoder(rows), rtol=1e-5, atol=1e-7)
    np.testing.assert_array_equal(found, encoding.encode(encoder, rows))
    paths = [stored(tmp_path / "a.h5", rows[:3]), stored(tmp_path / "b.h5", rows[3:])]
    np.testing.assert_array_equal(found, encoding.of_files(model, paths))


def test_codes_of_sequences_are_those_of_each_by_itself(tmp_path):
    model, frames = build(FRAME, (None, BINS), 3), sequences([1, 6, 17])
    pooling = ["mean", "standard_deviation", 90]
    encoder = models.encoder(model)
    found = encoding.encode(model, frames, pooling)
    assert found.shape == (3, 9) and found.dtype == np.float32
    for one, code in zip(frames, found, strict=True):
        of_frames = np.asarray(encoder(one[None]))[0]
        assert of_frames.shape == (len(one), 3)
        expected = [of_frames.mean(0), of_frames.std(0)]
        expected.append(np.percentile(of_frames, 90, axis=0))
        np.testing.assert_allclose(code, np.hstack(expected), rtol=1e-4, atol=1e-5)
    path = stored(tmp_path / "a.h5", frames)
    np.testing.assert_array_equal(encoding.of_files(model, [path], pooling), found)


def test_no_spectrograms_have_no_codes():
    found = encoding.encode(build(SEGMENT, SHAPE, 4), segments(0))
    assert found.shape == (0, 4) and found.dtype == np.float32
    found = encoding.encode(build(FRAME, (None, BINS), 4), [], ["mean", 50])
    assert found.shape == (0, 8) and found.dtype == np.float32
