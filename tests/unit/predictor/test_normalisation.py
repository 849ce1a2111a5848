"""New speech is normalised per speaker, or as of a typical one if there is little."""

import numpy as np
from sklearn.preprocessing import StandardScaler

from speechcodes.experiment.feature_sets import Block, FeatureSet
from speechcodes.predictor.normalisation import enough, normalise, typical


def of(features, scaled=False):
    n, width = features.shape
    blocks = (Block(width, scaled),)
    return FeatureSet(features, np.arange(n), np.full(n, -1), blocks)


def voices(*counts):
    return np.array(
        [f"speaker {i}" for i, n in enumerate(counts) for _ in range(n)], dtype=object
    )


def test_of_a_speaker_with_ten_utterances_only_the_own_count():
    rng = np.random.default_rng(0)
    features = rng.normal(size=(25, 3)) * 5 + 3
    found, own = normalise(of(features), voices(10, 15), np.ones((2, 3)))
    assert own.all()
    for rows in (slice(0, 10), slice(10, 25)):
        expected = StandardScaler().fit_transform(features[rows])
        np.testing.assert_allclose(found.features[rows], expected)
    assert found.blocks == (Block(3, True),)


def test_speakers_of_few_utterances_or_unknown_ones_are_taken_for_typical():
    rng = np.random.default_rng(0)
    features = rng.normal(size=(24, 2))
    who = voices(10, 9)
    who = np.append(who, ["utterance x"] * 5)
    standard = np.array([[1.0, 2.0], [2.0, 4.0]])
    found, own = normalise(of(features), who, standard)
    assert own.tolist() == [True] * 10 + [False] * 14
    np.testing.assert_allclose(found.features[10:], (features[10:] - [1, 2]) / [2, 4])


def test_what_has_one_scale_is_only_centred():
    features = np.arange(6.0).reshape(3, 2)
    found, own = normalise(of(features, True), voices(3), np.array([[1, 1], [5, 5]]))
    assert not own.any()
    np.testing.assert_allclose(found.features, features - 1)


def test_a_typical_speaker_has_the_mean_of_means_and_of_variances():
    features = np.array([[0.0, 7], [2, 7], [10, 7], [16, 7]])
    found = typical(of(features), voices(2, 2))
    # Means 1 and 13, variances 1 and 9; the second column does not vary.
    np.testing.assert_allclose(found, [[7, 7], [np.sqrt(5), 1]])


def test_ten_utterances_of_a_known_speaker_are_enough():
    voices = np.array(["speaker a"] * 10 + ["speaker b"] * 9 + ["utterance c"] * 10)
    assert enough(voices).tolist() == [True] * 10 + [False] * 19
