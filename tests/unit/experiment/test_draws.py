"""Draws of training utterances: stratified, nested, or those of the study."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from speechcodes.errors import InputError
from speechcodes.experiment.draws import Protocol, draw, halves, study_draw
from speechcodes.records import VALENCE


@st.composite
def labels_of_all_classes(draw):
    """Labels of 2 to 7 classes, each at least once, in any order."""
    n = draw(st.integers(2, 7))
    more = draw(st.lists(st.integers(0, n - 1), max_size=150))
    return np.array(draw(st.permutations([*range(n), *more])))


percentages = st.integers(1, 100)
seeds = st.integers(0, 1000)
quickly = settings(max_examples=50, deadline=None)


@quickly
@given(labels_of_all_classes(), percentages, seeds)
def test_a_draw_is_stratified_and_has_at_least_one_of_each_class(labels, share, seed):
    chosen = draw(labels, share, seed, 0)
    assert list(chosen) == sorted(set(chosen)), "sorted and without repetition"
    for label in set(labels):
        available, drawn = (labels == label).sum(), (labels[chosen] == label).sum()
        assert 1 <= drawn <= available
        assert drawn == 1 or abs(drawn - available * share / 100) <= 0.5


@quickly
@given(labels_of_all_classes(), percentages, percentages, seeds)
def test_draws_of_one_number_are_nested(labels, one, other, seed):
    small = draw(labels, min(one, other), seed, 3)
    large = draw(labels, max(one, other), seed, 3)
    assert set(small) <= set(large)


@quickly
@given(labels_of_all_classes(), percentages, seeds)
def test_a_balanced_draw_has_as_many_of_each_class_or_all_of_it(labels, share, seed):
    chosen = draw(labels, share, seed, 0, balanced=True)
    of_each = max(1, round(len(labels) / len(set(labels)) * share / 100))
    for label in set(labels):
        available, drawn = (labels == label).sum(), (labels[chosen] == label).sum()
        assert drawn == min(of_each, available)
    if share < 100:
        more = draw(labels, share + 1, seed, 0, balanced=True)
        assert set(chosen) <= set(more)


@quickly
@given(labels_of_all_classes(), seeds)
def test_all_of_the_training_role_is_all_of_it(labels, seed):
    np.testing.assert_array_equal(draw(labels, 100, seed, 7), np.arange(len(labels)))


def test_a_draw_depends_on_seed_and_number_and_on_nothing_else():
    labels = np.arange(90) % 3
    np.random.seed(1)
    first = draw(labels, 20, 1, 0)
    np.random.seed(2)
    np.testing.assert_array_equal(draw(labels, 20, 1, 0), first)
    draws = {tuple(draw(labels, 20, 1, number)) for number in range(20)}
    assert len(draws) == 20
    assert tuple(draw(labels, 20, 2, 0)) != tuple(first)
    # Seed and number are not just added up.
    assert tuple(draw(labels, 20, 2, 0)) != tuple(draw(labels, 20, 1, 1))


def test_every_utterance_is_drawn_equally_often():
    labels = np.repeat([0, 1, 2], [10, 20, 30])
    draws = [draw(labels, 50, 1, number) for number in range(400)]
    shares = np.bincount(np.concatenate(draws), minlength=60) / 400
    # Five standard deviations of a coin thrown 400 times.
    assert np.abs(shares - 0.5).max() < 5 * 0.5 / 20


# --- the study's draw -----------------------------------------------------------


def test_the_study_takes_the_first_of_each_class_in_order():
    labels = np.array([2, 0, 0, 1, 2, 1, 0, 2, 0, 2, 1])
    # 4 negative, 3 neutral and 4 positive: half are 2, 1 and 2.
    assert study_draw(labels, 50, VALENCE).tolist() == [0, 1, 2, 3, 4]
    # int(1.36), int(1.02) and int(1.36) are 1 each, int(3.96) is 3 and int(2.97) 2.
    assert study_draw(labels, 34, VALENCE).tolist() == [0, 1, 3]
    assert study_draw(labels, 99, VALENCE).tolist() == [0, 1, 2, 3, 4, 5, 6, 7]
    assert study_draw(labels, 100, VALENCE).tolist() == list(range(11))


def test_the_studys_share_is_a_float():
    labels = np.repeat([0, 1, 2], [350, 362, 319])
    # In exact arithmetic 70 % of 350 are 245; those of the others are 253.4 and 223.3.
    chosen = study_draw(labels, 70, VALENCE)
    assert np.bincount(labels[chosen]).tolist() == [244, 253, 223]
    expected = [*range(244), *range(350, 350 + 253), *range(712, 712 + 223)]
    assert chosen.tolist() == expected


@pytest.mark.parametrize(
    ("labels", "percentage", "classes", "words"),
    [
        ([0] * 50 + [1] * 49 + [2] * 50, 2, VALENCE, ["2 %", "49 neutral"]),
        ([0] * 9 + [1] * 20 + [2] * 20, 10, VALENCE, ["10 %", "9 negative"]),
        ([0] * 20 + [1] * 9, 10, ("calm", "angry"), ["10 %", "9 angry"]),
    ],
)
def test_a_share_below_one_utterance_is_told_with_its_class(
    labels, percentage, classes, words
):
    with pytest.raises(InputError) as error:
        study_draw(np.array(labels), percentage, classes)
    for word in ["experiment.percentages", "robust", *words]:
        assert word in str(error.value)


# Halves of the voices


@quickly
@given(st.integers(2, 20), seeds, st.integers(0, 9))
def test_halves_have_no_voice_in_common_and_one_more_at_most(n, seed, number):
    voices = np.array([f"speaker {i % n}" for i in range(3 * n)], object)
    one, other = halves(voices, seed, number)
    assert sorted([*one, *other]) == list(range(3 * n))
    heard = [set(voices[half]) for half in (one, other)]
    assert not heard[0] & heard[1]
    assert len(heard[1]) - len(heard[0]) in (0, 1)


def test_halves_depend_on_names_seed_and_number_and_on_nothing_else():
    voices = np.array([f"speaker {i}" for i in range(12)], object)
    first = set(voices[halves(voices, 1, 0)[0]])
    assert set(voices[::-1][halves(voices[::-1], 1, 0)[0]]) == first
    others = [(1, 1), (2, 0), (1, 10), (11, 0)]
    assert all(set(voices[halves(voices, *how)[0]]) != first for how in others)


def test_folds_put_the_voices_they_share_into_the_same_halves():
    voices = np.array([f"speaker {i}" for i in range(24)], object)
    for number in range(20):
        (whole, _), kept = halves(voices, 1, number), voices[6:]
        fold = set(kept[halves(kept, 1, number)[0]])
        moved = fold ^ (set(voices[whole]) & set(kept))
        # The middle moves by as many as are missing on one side, six at most.
        assert len(moved) <= 3


def test_every_voice_is_in_the_first_half_as_often_as_in_the_second():
    voices = np.array([f"speaker {i}" for i in range(8)], object)
    counts = np.zeros(8)
    for number in range(1000):
        counts[halves(voices, 3, number)[0]] += 1
    # Four standard errors of a share of 1000 are 63.
    assert np.abs(counts - 500).max() < 63


def test_of_halves_twice_the_percentage_is_drawn():
    labels = np.arange(90) % 3
    voices = np.array([f"speaker {i % 9}" for i in range(90)], object)
    for percentage, sizes in [(20, (15, 21)), (50, (39, 51)), (80, (39, 51))]:
        drawn = Protocol(seed=5, halvings=4).halved(labels, voices, percentage)
        assert len(drawn) == 8
        for index, chosen in enumerate(drawn):
            half = halves(voices, 5, index // 2)[index % 2]
            assert set(chosen) <= set(half) and sizes[0] <= len(chosen) <= sizes[1]
    sizes = {
        tuple(np.bincount(np.array([0] * 60 + [1] * 30)[chosen]))
        for protocol in [Protocol(draws=2, halvings=2, balanced=True)]
        for chosen in [
            *protocol.chosen(np.array([0] * 60 + [1] * 30), 20, ("a", "b")),
            *protocol.halved(np.array([0] * 60 + [1] * 30), voices, 10),
        ]
    }
    assert all(abs(one - other) == 0 for one, other in sizes)
    found = Protocol(seed=5, halvings=2).halves_of(voices)
    expected = [half for number in (0, 1) for half in halves(voices, 5, number)]
    assert all(map(np.array_equal, found, expected)) and len(found) == 4
    assert Protocol(halvings=0).halved(labels, voices, 50) == []
    unknown = np.array(["utterance x", *voices[1:]], object)
    assert Protocol(halvings=4).halved(labels, unknown, 50) == [], "somebody unknown"
    assert Protocol(halvings=4).halved(labels, voices[:1].repeat(90), 50) == []
