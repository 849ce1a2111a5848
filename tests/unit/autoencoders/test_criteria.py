"""What is told of codes without labels is what its formulas and other libraries say."""

import json

import numpy as np
import pytest
from autoencoding import FRAME, SEGMENT, SHAPE, build, configuration
from scipy import linalg, stats

from speechcodes.autoencoders import criteria, models, segment_model
from speechcodes.autoencoders.corruption import corrupt
from speechcodes.features.pooling import pool
from speechcodes.names import CRITERIA

ARCHITECTURE = SEGMENT | {"code_activation": "linear", "output_activation": "sigmoid"}
BINS = SHAPE[1]
STATISTICS = np.linspace(0.1, 0.3, BINS), np.linspace(0.5, 2, BINS)
RNG = np.random.default_rng(0)
SPEAKERS = np.repeat(["a", "b", "c"], 100)


def spectrograms(n, frames=SHAPE[0]):
    return RNG.random((n, frames, BINS)).astype(np.float32)


def noisy(blocks):
    """Add noise of one standard deviation of each bin, block by block."""
    generator = np.random.default_rng(criteria.SEED)
    settings = configuration(ARCHITECTURE, noise=1.0)
    return [corrupt(block, STATISTICS, settings, generator) for block in blocks]


def test_instability_by_hand():
    # The first dimension varies by 1 and moves by -1 and 1, the second by 4 and is
    # moved by the same throughout, the third does not vary and does not count.
    clean = np.array([[0, 1, 5], [2, 5, 5.0]])
    moved = np.array([[-1, 2, 7], [3, 6, 1.0]])
    assert criteria.instability(clean, moved) == pytest.approx((1 + 0) / 2)
    assert criteria.instability(clean, clean) == 0


def test_codes_that_are_all_the_same_have_no_value():
    same = np.full((6, 3), 0.1, np.float32)
    assert np.isnan(criteria.instability(same, same))
    assert np.isnan(criteria.effective_dimensions(same))
    assert np.isnan(criteria.speaker_share(same, list("aabbcc")))


def test_the_share_of_speakers_is_the_mean_epsilon_squared_of_its_dimensions():
    codes = RNG.normal(size=(300, 4)) * [1, 10, 100, 1000]
    codes[:, 1] += 30 * (SPEAKERS == "b")
    groups = [codes[s == SPEAKERS] for s in "abc"]
    f = np.array(stats.f_oneway(*groups).statistic)
    # Kelley's epsilon squared from F with 2 and 297 degrees of freedom.
    expected = (2 * (f - 1) / (2 * f + 297)).mean()
    assert criteria.speaker_share(codes, SPEAKERS) == pytest.approx(expected)


def test_dimensions_without_any_correlation_count_all_and_the_same_once():
    # Columns of a Hadamard matrix, of any scale, and one that is constant.
    codes = linalg.hadamard(8)[:, :5] * [1, 1, 10, 100, 0.01]
    assert criteria.effective_dimensions(codes) == pytest.approx(4)
    codes = codes[:, [1, 1, 1]] * [1, -3, 100] + 5
    assert criteria.effective_dimensions(codes) == pytest.approx(1, abs=1e-6)


def test_effective_dimensions_are_those_of_roy_and_vetterli():
    codes = RNG.normal(size=(200, 6)) @ RNG.normal(size=(6, 6))
    # Entropy as SciPy has it, of squared singular values of standardised codes.
    squares = linalg.svdvals(stats.zscore(codes)) ** 2
    expected = np.exp(stats.entropy(squares))
    assert criteria.effective_dimensions(codes) == pytest.approx(expected)


@pytest.mark.parametrize("loss", ["mse", "binary_crossentropy"])
def test_segments_are_encoded_and_restored_from_one_and_the_same_noise(
    loss, monkeypatch
):
    monkeypatch.setattr(segment_model, "ROWS", 4)
    model = build(ARCHITECTURE, SHAPE, 3, seed=3)
    clean = spectrograms(10)
    voices = list("aabbccddee")
    settings = {"loss": loss, "pooling": None}
    found = criteria.measure(model, clean, voices, STATISTICS, **settings)
    moved = np.concatenate(noisy([clean[:4], clean[4:8], clean[8:]]))
    deviation = (moved - clean).std(axis=(0, 1))
    np.testing.assert_allclose(deviation, STATISTICS[1], rtol=0.25)
    restored = np.asarray(model(moved))
    expected = ((restored - clean) ** 2).mean()
    assert found["restored_mse"] == pytest.approx(expected, rel=1e-5)
    if loss != "mse":
        logs = clean * np.log(restored) + (1 - clean) * np.log(1 - restored)
        expected = -logs.mean()
    assert found["restored_loss"] == pytest.approx(expected, rel=1e-4)
    encoder = models.encoder(model)
    codes = [np.asarray(encoder(rows)) for rows in (clean, moved)]
    expected = criteria.instability(*codes)
    assert found["instability"] == pytest.approx(expected, rel=1e-4)
    assert 1 <= found["effective_dimensions"] <= 3
    assert found == criteria.measure(model, clean, voices, STATISTICS, **settings)
    assert set(CRITERIA) - set(found) == {"validation_loss"}


def test_sequences_of_any_length_are_corrupted_and_pooled_each_by_itself():
    model = build(FRAME, (None, BINS), 3, statistics=STATISTICS)
    sequences = [spectrograms(1, frames)[0] for frames in (3, 12, 5, 7)]
    found = criteria.measure(
        model, sequences, list("abab"), STATISTICS, loss="mse", pooling=["mean", 75]
    )
    squares, codes = [], ([], [])
    mean, deviation = STATISTICS
    encoder = models.encoder(model)
    all_moved = noisy([one[None] for one in sequences])
    for one, moved in zip(sequences, all_moved, strict=True):
        target = (one - mean) / deviation
        squares.append((np.asarray(model(moved))[0] - target) ** 2)
        for kind, frames in zip(codes, (one[None], moved), strict=True):
            kind.append(pool(np.asarray(encoder(frames))[0], ["mean", 75]))
    expected = np.concatenate(squares).mean()
    assert found["restored_loss"] == pytest.approx(expected, rel=1e-4)
    assert found["restored_mse"] == pytest.approx(found["restored_loss"])
    clean, moved = map(np.array, codes)
    ratio = (clean - moved).var(axis=0) / clean.var(axis=0)
    assert found["instability"] == pytest.approx(ratio.mean(), rel=1e-3)


def test_what_cannot_be_told_can_be_written_as_json():
    model = build(ARCHITECTURE, SHAPE, 3, seed=3)
    found = criteria.measure(
        model, spectrograms(5), ["a"] * 5, STATISTICS, loss="mse", pooling=None
    )
    assert json.loads(json.dumps(found, allow_nan=False))["speaker_share"] is None
