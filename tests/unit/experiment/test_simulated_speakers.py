"""Intervals and winners of simulated speakers, where the truth is known.

A small version of performance/winners.py, whose table stands in docs/method.md.
"""

import numpy as np
import pytest
import winners

#: Enough to be told, and quick.
SMALL = {"each": 10, "draws": 5, "halvings": 6}


def test_few_training_speakers_name_no_winner_of_equals_and_intervals_cover():
    """Of equally good sets, where far more speakers are tested than learned from."""
    world = winners.World(training=6, test=24, **SMALL)
    without, found = winners.of_runs(world, 16)
    assert found.primary <= 0.13 and found.others <= 0.13
    # 96 scores of 16 runs, 32 areas.
    assert found.of_scores >= 0.93 and found.of_areas >= 0.93
    # For these training speakers alone they are too narrow, which is what is mended.
    assert without.of_scores < 0.92 and without.width < found.width


def test_the_better_set_is_named_where_it_is_clearly_better():
    world = winners.World(training=18, folds=3, lead=3, **SMALL)
    _, found = winners.of_runs(world, 3)
    assert found.right == 1 and found.difference > 0.1


@pytest.mark.parametrize("folds", [0, 3])
def test_the_simulation_tests_every_speaker_as_often_as_it_says(folds):
    repeats = 2 if folds else 1
    world = winners.World(6, 3, folds, repeats, **SMALL)
    made = list(winners.predictions(world, np.random.default_rng(0)))
    assert len(made) == 2 * 2 * 3
    for one in made:
        assert len(set(one.speaker)) == (6 if folds else 3)
        assert one.predicted.shape == (5 * repeats, len(one.truth))
        assert one.halves.shape == (repeats, 12, len(one.truth))
        assert one.n_training_voices == (4 if folds else 6)
