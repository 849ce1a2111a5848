"""Principal components, held against numpy and scikit-learn."""

import numpy as np
import pytest
from autoencoding import stored
from sklearn.decomposition import PCA

from speechcodes.errors import InputError
from speechcodes.features import pca
from speechcodes.storage.sequences import Sequences

BINS = 4


def sequences(lengths):
    rng = np.random.default_rng(0)
    mixing = rng.normal(size=(BINS, BINS))
    return [
        (rng.normal(size=(n, BINS)) @ mixing + 3).astype(np.float32) for n in lengths
    ]


def test_components_of_segments_are_those_of_scikit_learn():
    segments = sequences([6] * 50)
    found = pca.fit(segments, 3, 0, seed=1)
    frames = np.concatenate(segments)
    standardised = [(s - frames.mean(0)) / frames.std(0) for s in segments]
    rows = np.array(standardised).reshape(50, -1)
    model = PCA(3).fit(rows)
    explained = model.explained_variance_ratio_.sum()
    assert found.explained == pytest.approx(explained, rel=1e-4)
    codes = pca.of_sequences(segments, found, None)
    assert codes.shape == (50, 3)
    # Signs are arbitrary.
    np.testing.assert_allclose(np.abs(codes), np.abs(model.transform(rows)), atol=1e-3)


def test_components_of_frames_see_those_around_and_are_pooled():
    frames = sequences([20, 31])
    found = pca.fit(frames, 5, 3, seed=1)
    every = np.concatenate(frames)
    rows, of_each = [], []
    for one in frames:
        padded = np.zeros((len(one) + 2, BINS))
        padded[1:-1] = (one - every.mean(0)) / every.std(0)
        windows = [padded[i : i + 3].T.reshape(-1) for i in range(len(one))]
        rows += windows
        of_each.append(np.array(windows))
    model = PCA(5).fit(np.array(rows))
    codes = pca.of_sequences(frames, found, ["mean", "standard_deviation"])
    for one, row in zip(of_each, codes, strict=True):
        values = model.transform(one)
        np.testing.assert_allclose(np.abs(row[:5]), np.abs(values.mean(0)), atol=1e-3)
        np.testing.assert_allclose(row[5:], values.std(0), rtol=1e-3)


def test_of_much_speech_rows_are_drawn_the_same_every_time(monkeypatch):
    frames = sequences([200] * 10)
    monkeypatch.setattr(pca, "MOST_NUMBERS", 3 * BINS * 500)
    once = pca.fit(frames, 5, 3, seed=1)
    again = pca.fit(frames, 5, 3, seed=1)
    other = pca.fit(frames, 5, 3, seed=2)
    np.testing.assert_array_equal(once.components, again.components)
    assert not np.array_equal(once.components, other.components)


def test_long_sequences_are_turned_block_by_block(monkeypatch):
    frames = sequences([57])
    found = pca.fit(frames, 5, 3, seed=1)
    expected = found.of(frames[0])
    monkeypatch.setattr(pca, "FRAMES", 10)
    np.testing.assert_allclose(found.of(frames[0]), expected, rtol=1e-6)


def test_there_are_no_more_components_than_rows():
    found = pca.fit(sequences([20]), 64, 3, seed=1)
    assert len(found.components) == 12 and found.context == 3


def test_without_segments_there_are_no_rows_and_no_components(tmp_path):
    path = stored(tmp_path / "a.h5", np.empty((0, 7, BINS), np.float32))
    none = Sequences([path], "spectrograms")
    with pytest.raises(InputError, match="no spectrograms"):
        pca.fit(none, 5, 3, seed=1)
    found = pca.fit(sequences([20]), 5, 3, seed=1)
    assert pca.of_sequences(none, found, ["mean"]).shape == (0, 5)
