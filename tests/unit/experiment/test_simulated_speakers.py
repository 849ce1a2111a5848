"""Intervals and winners of simulated speakers, where the truth is known.

A small version of performance/winners.py, whose table stands in docs/method.md.
"""

import numpy as np
import pytest
import winners


def test_few_training_speakers_name_no_winner_of_equals_and_intervals_cover():
    """Of equally good sets, where far more speakers are tested than learned from."""
    world = winners.World(training=6, test=24, each=10)
    without, found = winners.of_runs(world, 30)
    assert found.winners <= 0.1
    # 180 scores of 30 runs, 60 areas.
    assert found.of_scores >= 0.93 and found.of_areas >= 0.93
    # For these training speakers alone they are too narrow, which is what is mended.
    assert without.of_scores < 0.92 and without.width < found.width


def test_the_better_set_is_named_where_it_is_clearly_better():
    world = winners.World(training=24, folds=4, each=10, lead=1)
    _, found = winners.of_runs(world, 6)
    assert found.right == 1 and found.difference > 0.1


@pytest.mark.parametrize("folds", [0, 3])
def test_the_simulation_tests_every_speaker_as_often_as_it_says(folds):
    world = winners.World(training=6, test=3, folds=folds, repeats=2 if folds else 1)
    made = list(winners.predictions(world, np.random.default_rng(0)))
    assert len(made) == 2 * 2 * 3
    for one in made:
        assert len(set(one.speaker)) == (6 if folds else 3)
        repeats = 2 if folds else 1
        assert one.predicted.shape == (10 * repeats, len(one.truth))
        assert one.halves.shape == (repeats, 20, len(one.truth))
        assert one.n_training_voices == (4 if folds else 6)
