"""Percentages share jobs that are neither too short nor too long."""

import numpy as np
import pytest

from speechcodes.experiment.batches import LONGEST, batches

#: Those of the published study.
STUDY = range(2, 101, 2)


def in_proportion(at_100):
    """Seconds of a percentage that grow with it."""
    return lambda percentage: at_100 * percentage / 100


def test_what_takes_little_is_a_single_job():
    assert batches([5, 20, 100], lambda _: LONGEST / 3) == {"0-100": [5, 20, 100]}


def test_what_takes_long_is_a_job_of_its_own():
    chosen = [1, 49, 50, 51, 80, 99, 100]
    found = batches(chosen, lambda _: LONGEST + 1)
    assert list(found.values()) == [[one] for one in chosen]
    for name, (percentage,) in found.items():
        first, last = map(int, name.split("-"))
        assert first <= percentage <= last


def test_small_percentages_share_a_job_and_large_ones_do_not():
    seconds = in_proportion(at_100=0.8 * LONGEST)
    assert batches([2, 10, 20, 30, 50, 70, 100], seconds) == {
        "0-49": [2, 10, 20, 30],
        "50-74": [50, 70],
        "75-100": [100],
    }


@pytest.mark.parametrize("at_100", [0.1, 10, 60, 1000])
def test_every_percentage_is_in_one_job_which_is_not_too_long(at_100):
    seconds = in_proportion(at_100)
    found = batches(STUDY, seconds)
    assert sum(found.values(), []) == list(STUDY)
    for members in found.values():
        assert sum(map(seconds, members)) <= LONGEST or len(members) == 1


@pytest.mark.parametrize("seed", range(20))
def test_one_percentage_more_touches_one_job_or_divides_it(seed):
    rng = np.random.default_rng(seed)
    new, *others = rng.permutation(np.arange(1, 101))[: rng.integers(2, 40)].tolist()
    seconds = in_proportion(rng.uniform(1, 200))
    before, after = batches(others, seconds), batches([new, *others], seconds)
    touched = [name for name in before if after.get(name) != before[name]]
    made = [name for name in after if after[name] != before.get(name)]
    assert len(touched) <= 1
    members = {one for name in made for one in after[name]}
    assert members == {one for name in touched for one in before[name]} | {new}
