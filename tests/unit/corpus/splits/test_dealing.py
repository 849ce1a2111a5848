"""How even groups are dealt, held against all ways there are."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from speechcodes.corpus.splits.dealing import deal

quickly = settings(max_examples=50, deadline=None)


def unevenness(dealt, counts):
    """Squared deviations from the mean over bins, in parts of it, of all classes."""
    totals = [sum(column) for column in zip(*counts.values(), strict=True)]
    return sum(
        (sum(counts[name][place] for name in members) * len(dealt) / total - 1) ** 2
        for members in dealt
        for place, total in enumerate(totals)
        if total
    )


def least(counts, bins):
    """The same of the most even of all ways to deal."""
    ways = product(range(bins), repeat=len(counts))
    return min(
        unevenness(
            [
                [name for name, place in zip(counts, way, strict=True) if place == one]
                for one in range(bins)
            ],
            counts,
        )
        for way in ways
        if len(set(way)) == bins
    )


def is_even(dealt, counts):
    """Whether no bin is one utterance of a class from the mean, or 1 %."""
    return all(
        abs(said - total / len(dealt)) < max(1, 0.0101 * total / len(dealt))
        for place, total in enumerate(map(sum, zip(*counts.values(), strict=True)))
        for said in (sum(counts[name][place] for name in b) for b in dealt)
    )


@st.composite
def corpora(draw, least_groups=3, most_groups=8):
    """Counts of a few classes, of a few groups, some of them large."""
    classes = draw(st.integers(1, 3))
    rows = st.lists(st.integers(0, 4) | st.integers(0, 30), min_size=classes)
    rows = rows.map(lambda row: row[:classes]).filter(any)
    many = draw(st.lists(rows, min_size=least_groups, max_size=most_groups))
    return {f"g{i}": row for i, row in enumerate(many)}


@quickly
@given(corpora(), st.integers(2, 3), st.integers(0, 9))
def test_few_groups_are_dealt_nearly_as_evenly_as_can_be(counts, bins, seed):
    dealt = deal(counts, bins, str(seed))
    assert sorted(sum(dealt, [])) == sorted(counts)
    assert all(dealt)
    if not is_even(dealt, counts):
        best = least(counts, bins)
        # The number of groups counts a little, too: a thousandth of a class.
        most = 1.25 * best + 0.001 * bins * len(counts)
        assert unevenness(dealt, counts) <= most


@pytest.mark.parametrize(("groups", "bins"), [(60, 5), (300, 10), (2_000, 4)])
def test_many_groups_are_dealt_evenly(groups, bins):
    counts = {f"g{i}": [i % 5, (i * 7) % 11, i % 3 == 0] for i in range(groups)}
    assert is_even(deal(counts, bins, "1"), counts)


def test_one_large_group_does_not_stop_others_from_being_even():
    counts = {"host": [500, 500]} | {f"g{i}": [1 + i % 4, 2] for i in range(60)}
    dealt = deal(counts, 4, "1")
    assert ["host"] in dealt
    sizes = [sum(counts[name][0] for name in b) for b in dealt if b != ["host"]]
    assert max(sizes) - min(sizes) <= 1


def test_a_rare_class_of_a_large_corpus_is_in_every_bin():
    counts = {f"g{i:04}": [1 + i % 4, 2, i % 400 == 7] for i in range(2_000)}
    dealt = deal(counts, 5, "1")
    assert [sum(counts[name][2] for name in members) for members in dealt] == [1] * 5


def test_what_weighs_little_gives_way():
    counts = {f"g{i}": [i, i < 3] for i in range(1, 7)}
    # Three of six groups hold 21 of the first class together, and can hold 7 each.
    dealt = deal(counts, 3, "1", weights=[1.0, 0.001])
    assert sorted(map(sorted, dealt)) == [["g1", "g6"], ["g2", "g5"], ["g3", "g4"]]


def test_a_deal_depends_on_names_and_seed_only():
    counts = {f"g{i}": [i % 7, i % 4] for i in range(40)}
    again = dict(reversed(counts.items()))
    assert deal(counts, 4, "1") == deal(again, 4, "1") != deal(counts, 4, "2")


def test_one_group_more_moves_few_of_a_large_corpus():
    counts = {f"g{i:03}": [2 + i % 3, 1 + i % 2] for i in range(600)}
    was = {n: place for place, b in enumerate(deal(counts, 5, "1")) for n in b}
    for name in ("x", "y", "z"):
        after = deal({**counts, name: [2, 1]}, 5, "1")
        now = {n: place for place, b in enumerate(after) for n in b}
        assert sum(was[n] != now[n] for n in was) <= 0.1 * len(was)
