"""Chance is what the same predictions score against shuffled classes."""

import numpy as np
import pytest
from made_up_predictions import predicted
from sklearn.metrics import f1_score

from speechcodes.experiment.chance import Shuffles, above, chance
from speechcodes.experiment.metrics import METRICS

CLASSES = [0, 1, 2]


def levels_of(truth, guesses, shuffles, **columns):
    """Return each metric's level of chance; all utterances are of one speaker."""
    case = predicted(truth, guesses, ["anna"] * len(truth), **columns)
    return dict(zip(METRICS, chance(case, shuffles).level.tolist(), strict=True))


@pytest.mark.parametrize("always", CLASSES)
def test_who_always_says_one_class_has_one_score_by_chance(always):
    sizes = np.array([3, 5, 2])
    case = np.repeat(CLASSES, sizes), np.full((2, 10), always)
    share = sizes[always] / 10
    # Precision is the share of the class, recall is 1; the other two F1 are 0.
    f1 = 2 * share / (1 + share)
    expected = {
        "weighted_f1": share * f1,
        "macro_f1": f1 / 3,
        "uar": 1 / 3,
        "accuracy": share,
        "f1_weighted_by_predictions": f1,
    }
    levels = levels_of(*case, Shuffles(50, seed=0))
    assert list(levels) == METRICS
    for metric, level in expected.items():
        assert levels[metric] == pytest.approx([level] * 3, abs=1e-6), metric


@pytest.mark.parametrize("n", [2, 3, 7])
def test_the_level_is_that_of_a_permutation_test(n):
    rng = np.random.default_rng(n)
    truth = rng.choice(n, 60, p=np.arange(1, n + 1) / np.arange(1, n + 1).sum())
    guesses = rng.choice(n, (2, 60))
    shuffles = Shuffles(4000, seed=1)
    levels = levels_of(truth, guesses, shuffles, classes="abcdefg"[:n])
    shuffled = [rng.permutation(truth) for _ in range(300)]
    means = [
        np.mean([f1_score(one, guess, average="macro") for guess in guesses])
        for one in shuffled
    ]
    expected = [np.mean(means), *np.percentile(means, [2.5, 97.5])]
    assert levels["macro_f1"] == pytest.approx(expected, abs=0.03)
    assert levels["uar"][0] == pytest.approx(1 / n, abs=0.005)


def test_all_segments_of_an_utterance_keep_one_class():
    utterance = np.array([4, 4, 0, 2, 2, 2, 1])
    truth = np.array([0, 1, 2, 1])[np.array([0, 0, 1, 2, 2, 2, 3])]
    anna = np.array(["speaker anna"] * 7, object)
    classes = Shuffles(100, seed=0).of(truth, utterance, anna)
    assert classes.shape == (100, 7)
    for one in set(utterance):
        of_utterance = classes[:, utterance == one]
        assert (of_utterance == of_utterance[:, :1]).all()
    # Utterances are shuffled, not segments: one is of class 0, one of 2, two of 1.
    per_utterance = np.sort(classes[:, [2, 6, 3, 0]], axis=1)
    assert (per_utterance == [0, 1, 1, 2]).all()
    assert len(np.unique(classes, axis=0)) == 12, "4! / 2! arrangements"


def test_feature_sets_are_held_against_the_same_shuffled_classes():
    truth = np.random.default_rng(0).choice(3, 30)
    guesses = np.random.default_rng(1).choice(3, (3, 30))
    shuffles = Shuffles(20, seed=5)
    first = levels_of(truth, guesses, shuffles)
    levels_of(truth[::-1], guesses, shuffles)
    assert levels_of(truth, guesses, shuffles) == first
    assert levels_of(truth, guesses, Shuffles(20, seed=5)) == first
    assert levels_of(truth, guesses, Shuffles(20, seed=6)) != first


def test_each_speakers_utterances_are_shuffled_among_themselves():
    """Of nobody known, among themselves: to know who speaks is no knowledge."""
    truth = np.array([0, 0, 1, 1, 2, 0, 1, 2])
    names = ["speaker a"] * 3 + ["session 1"] * 2 + ["utterance x", "utterance y"]
    names = np.array([*names, "utterance z"], object)
    classes = Shuffles(300, seed=0).of(truth, np.arange(8), names)
    for own, arrangements in [(range(3), 3), (range(3, 5), 2), (range(5, 8), 6)]:
        shuffled = classes[:, list(own)]
        assert (np.sort(shuffled, axis=1) == np.sort(truth[list(own)])).all()
        assert len(np.unique(shuffled, axis=0)) == arrangements
    # Who has one class alone is told by voice: nothing is above chance.
    case = predicted(np.repeat([0, 1, 2], 4), [np.repeat([0, 1, 2], 4)], "aaaabbbbcccc")
    found = chance(case, Shuffles(50, seed=0))
    assert (above(np.ones(5), found.shuffled) == 1).all()


def test_p_is_the_share_of_shuffles_whose_largest_score_is_as_high():
    rng = np.random.default_rng(0)
    shuffled = rng.normal(size=(999, 4)) * [1, 2, 3, 0] + [0, 1, 2, 0.5]
    found = np.array([1.5, 9, 2, 0.7])
    heights = (found[:3] - shuffled[:, :3].mean(axis=0)) / shuffled[:, :3].std(axis=0)
    z = (shuffled - shuffled.mean(axis=0))[:, :3] / shuffled.std(axis=0)[:3]
    expected = [((z.max(axis=1) >= height).sum() + 1) / 1000 for height in heights]
    assert above(found, shuffled).tolist() == pytest.approx([*expected, 1])


def test_scores_without_knowledge_are_rarely_above_chance():
    rng, runs, named = np.random.default_rng(0), 200, 0
    for seed in range(runs):
        truth, shuffles = rng.choice(3, 60), Shuffles(200, seed)
        cases = [
            predicted(truth, rng.choice(3, (3, 60)), np.arange(60) % 6)
            for _ in range(4)
        ]
        levels = [chance(case, shuffles).shuffled[:, 2] for case in cases]
        recall = [
            np.mean([(case.predicted[:, truth == k] == k).mean() for k in CLASSES])
            for case in cases
        ]
        named += (above(np.array(recall), np.transpose(levels)) < 0.05).any()
    # Four standard errors of 200 runs around 5 %.
    assert named / runs < 0.112


def test_predictions_without_knowledge_score_within_the_level_as_often_as_told():
    rng = np.random.default_rng(0)
    inside = []
    for number in range(400):
        truth = rng.choice(3, 150, p=[0.5, 0.3, 0.2])
        guesses = rng.choice(3, (1, 150), p=[0.3, 0.6, 0.1]).repeat(3, axis=0)
        # Draws are alike but not the same.
        other = rng.random(guesses.shape) < 0.3
        guesses[other] = rng.choice(3, other.sum())
        levels = levels_of(truth, guesses, Shuffles(200, seed=number))
        recalls = [(guesses[:, truth == k] == k).mean() for k in CLASSES]
        scores = {"uar": np.mean(recalls), "accuracy": (guesses == truth).mean()}
        inside.append([levels[m][1] <= s <= levels[m][2] for m, s in scores.items()])
    shares = np.mean(inside, axis=0)
    # Four standard errors of 400 cases around 95 %.
    assert (np.abs(shares - 0.95) < 0.044).all(), shares
