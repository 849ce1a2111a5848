"""Speech is unlike what was trained on if that of few other speakers is as far."""

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from speechcodes.experiment.feature_sets import Block
from speechcodes.predictor import novelty


def test_the_distance_is_the_mean_one_to_the_nearest_in_standard_units():
    rng = np.random.default_rng(0)
    training, new = rng.normal(size=(40, 3)) * [1, 10, 100], rng.normal(size=(7, 3))
    deviation = training.std(axis=0)
    expected = np.sort(cdist(new / deviation, training / deviation), axis=1)
    found = novelty.fit(training, (Block(3),)).of(new)
    np.testing.assert_allclose(found, expected[:, : novelty.NEIGHBOURS].mean(axis=1))
    assert len(novelty.fit(training, (Block(3),)).of(new[:0])) == 0


def test_new_speakers_of_the_same_kind_are_flagged_as_often_as_they_should_be():
    # Each speaker's features lie around a place of the speaker's own.
    rng = np.random.default_rng(0)
    speakers = np.repeat(np.arange(60), 20)
    places = 2 * rng.normal(size=(60, 4))
    features = places[speakers] + rng.normal(size=(1200, 4))
    old = speakers < 30
    reference = novelty.held_out(features[old], (Block(4),), speakers[old] % 5)
    distance = novelty.fit(features[old], (Block(4),))
    of_new = novelty.shares(distance.of(features[~old]), reference)
    assert (of_new < novelty.UNLIKE).mean() == pytest.approx(novelty.UNLIKE, abs=0.04)
    # Measured without holding speakers out, far more would be.
    naive = novelty.held_out(features[old], (Block(4),), np.arange(600) % 5)
    assert (novelty.shares(distance.of(features[~old]), naive) < 0.05).mean() > 0.1
    far = novelty.shares(distance.of(features[~old] + 20), reference)
    assert (far < novelty.UNLIKE).all()
