"""More speakers against more utterances, worked out by hand."""

import numpy as np
import pytest
from made_up_predictions import predicted

from speechcodes.experiment import bootstrap, speakers
from speechcodes.experiment.metrics import METRICS

#: Sixteen utterances of four speakers, all of class 0 or 1.
TRUTH = np.tile([0, 1], 8)
OWNER = np.repeat(range(4), 4)


def right(*counts):
    """Predictions of which so many of each speaker's four utterances are right."""
    place = np.tile(np.arange(4), 4)
    return np.array([np.where(place < n, TRUTH, 1 - TRUTH) for n in counts])


def point(percentage, of_all, of_halves, **columns):
    """`Both` of some draws and halves, given as counts of right ones."""
    one = predicted(
        TRUTH,
        right(*of_all),
        OWNER,
        percentage=percentage,
        n_training_utterances=2 * percentage,
        n_training_voices=7,
        halves=right(*of_halves).reshape(1, -1, len(TRUTH)).astype(int),
        **columns,
    )
    resampling = bootstrap.Resampling(500, 1)
    return speakers.both(one, bootstrap.estimate(one, resampling), resampling)


def accuracy(table):
    return table[table["metric"] == "accuracy"].set_index("percentage")


def test_differences_are_those_of_means():
    # Accuracies of all: 2/4, 3/4; of halves: (1 + 2) / 2 / 4, (2 + 2) / 2 / 4.
    curve = {50: point(50, [3, 3], [2, 2]), 25: point(25, [2, 2], [1, 2])}
    found = accuracy(speakers.table(curve))
    assert found.index.tolist() == [25, 50]
    assert found["difference"].tolist() == pytest.approx([0.125, 0.25])
    assert found.loc[50, "same_speakers"] == pytest.approx(0.125)
    assert found.loc[50, "new_speakers"] == pytest.approx(0.375)
    assert np.isnan(found.loc[25, "same_speakers"])
    assert found["utterances"].tolist() == [50, 100]
    assert found["speakers"].tolist() == [7, 7]
    assert found["speakers_of_half"].tolist() == [3, 3]


def test_what_every_test_speaker_and_draw_agrees_on_is_certain():
    row = accuracy(speakers.table({50: point(50, [3, 3], [2, 2])})).loc[50]
    ends = row[["difference_low", "difference_high"]].astype(float)
    assert ends.tolist() == pytest.approx([0.25, 0.25], abs=1e-6)


def test_intervals_are_those_of_the_bootstrap_of_test_speakers():
    rng = np.random.default_rng(0)
    n, owner = 240, np.repeat(range(12), 20)
    truth = rng.integers(0, 3, n)
    is_right = rng.random((2, n)) < [[0.8], [0.6]]
    guesses = np.where(is_right, truth, (truth + 1) % 3)
    one = predicted(truth, guesses[:1], owner, percentage=50, halves=guesses[None, 1:])
    resampling = bootstrap.Resampling(4000, 1)
    both = speakers.both(one, bootstrap.estimate(one, resampling), resampling)
    row = accuracy(speakers.table({50: both})).loc[50]
    of_speaker = (is_right[0].astype(float) - is_right[1]).reshape(12, 20).mean(axis=1)
    # Student's t of twelve means, to within what 4000 resamples tell.
    reach = 2.201 * of_speaker.std(ddof=1) / np.sqrt(12)
    assert row["difference"] == pytest.approx(of_speaker.mean())
    width = row["difference_high"] - row["difference_low"]
    assert width == pytest.approx(2 * reach, rel=0.06)


def test_nothing_is_compared_without_halves_or_with_unequal_numbers():
    assert point(60, [3], [2, 2]) is None
    assert point(50, [3], []) is None
    empty = speakers.table({})
    assert empty.empty and list(empty) == speakers.COLUMNS


def test_halves_of_all_repeats_count():
    one = predicted(
        TRUTH,
        right(3),
        OWNER,
        percentage=50,
        halves=np.stack([right(2, 2), right(1, 1)]),
    )
    resampling = bootstrap.Resampling(500, 1)
    both = speakers.both(one, bootstrap.estimate(one, resampling), resampling)
    place = METRICS.index("accuracy")
    assert both.half.values[place] == pytest.approx(1.5 / 4)
    assert both.all.values[place] == pytest.approx(3 / 4)
