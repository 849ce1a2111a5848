"""Folds over speakers: who is where, how evenly, and what is told where none can be."""

from collections import Counter, defaultdict
from itertools import combinations

import pytest
from corpora import (
    corpus,
    everyone,
    in_several_parts,
    quickly,
    speak,
    where_it_can_be,
)
from corpora import in_folds as asked
from hypothesis import given
from hypothesis import strategies as st

from speechcodes.corpus import splits
from speechcodes.corpus.splits import folds as method
from speechcodes.corpus.splits.roles import count, of_role
from speechcodes.errors import InputError
from speechcodes.records import VALENCE


def fold(table, classes=VALENCE, **changes):
    """The utterances with their parts, and the folds."""
    return splits.assign(table, asked(**changes), classes)


def names_of(table, roles, role):
    return of_role(table, roles, role)["utterance"]


def sizes_tested(table, folds):
    """How many utterances of each class each fold tests."""
    found = count(table, folds, VALENCE)
    return [tuple(one.per_class.values()) for one in found if one.role == "test"]


# --- what must hold on any corpus -----------------------------------------------


@st.composite
def tables(draw):
    """Corpora of which some speech has no label, no speaker or no session."""
    random = draw(st.randoms(use_true_random=False))
    rows = []
    for number in range(draw(st.integers(12, 30))):
        # Every third speaker meets the next one in a session.
        session = f"P{number - (number % 3 == 1)}"
        for _ in range(random.randint(1, 5)):
            rows.append(
                (
                    random.choice([f"S{number}"] * 4 + [""]),
                    random.choice([session] * 4 + [""]),
                    random.choice([*VALENCE, ""]),
                )
            )
    return corpus(*rows)


requests = st.builds(
    asked,
    folds=st.integers(2, 4),
    repeats=st.integers(1, 3),
    parts_per_fold=st.integers(1, 3),
    training=st.just("all") | st.integers(1, 2),
    unlabelled=st.sampled_from(["all_but_test", "rest"]),
    seed=st.integers(0, 5),
)


@quickly
@given(tables(), requests, st.randoms(use_true_random=False))
def test_no_speaker_and_no_session_is_in_two_parts(table, wanted, random):
    found, folds = where_it_can_be(table, wanted)
    # In any order.
    again, same = splits.assign(random.sample(table, len(table)), wanted, VALENCE)
    assert (sorted(again), same) == (found, folds)
    assert in_several_parts(found, "speaker") == set()
    assert in_several_parts(found, "session") == set()
    assert [u._replace(part="") for u in found] == table
    for group in method.link(found).values():
        (part,) = {u.part for u in group}
        assert (part == "unlabelled") == (not any(u.label for u in group))
    for one in count(found, folds, VALENCE):
        assert one.role == "unlabelled" or all(one.per_class.values())


@quickly
@given(tables(), requests)
def test_every_label_is_tested_once_per_repeat_and_all_speech_is_used(table, wanted):
    found, folds = where_it_can_be(table, wanted)
    assert len(folds) == wanted["folds"] * wanted["repeats"]
    labelled = sorted(u.utterance for u in table if u.label)
    for first in range(0, len(folds), wanted["folds"]):
        repeat = folds[first : first + wanted["folds"]]
        tested = [name for roles in repeat for name in names_of(found, roles, "test")]
        assert sorted(tested) == labelled
    assert all(u.part for u in found)


@quickly
@given(tables(), requests)
def test_who_is_tested_neither_trains_nor_is_unlabelled(table, wanted):
    found, folds = where_it_can_be(table, wanted)
    everybody = {u.part for u in found}
    for roles in folds:
        training, unlabelled, test = map(set, roles)
        assert test.isdisjoint(training | unlabelled)
        assert training | unlabelled | test <= everybody
        if wanted["training"] == "all":
            assert training == everybody - test - {"unlabelled"}
        else:
            assert len(training) == wanted["training"]
        if wanted["unlabelled"] == "rest":
            assert unlabelled == everybody - test - training
        else:
            assert unlabelled == everybody - test


# --- how even -------------------------------------------------------------------


@pytest.mark.parametrize("folds", [3, 4, 6, 8])
def test_24_equal_speakers_are_dealt_evenly(folds):
    table, roles = fold(everyone([f"S{i:02}" for i in range(24)], 4), folds=folds)
    assert sizes_tested(table, roles) == [(96 // folds,) * 3] * folds
    speakers = defaultdict(set)
    for u in table:
        speakers[u.part].add(u.speaker)
    assert len(speakers) == 3 * folds
    # As many speakers as all others of the fold, or one more.
    sizes = {24 // folds // 3, -(-24 // folds // 3)}
    assert set(map(len, speakers.values())) == sizes


def test_repeats_group_the_same_parts_otherwise_and_as_evenly():
    table = everyone([f"S{i:02}" for i in range(30)], per_class=2)
    divided, folds = fold(table, folds=5, repeats=3)
    assert [u.part for u in divided] == [u.part for u in fold(table, folds=5)[0]]
    assert sizes_tested(divided, folds) == [(12, 12, 12)] * 15
    met = Counter(
        pair for roles in folds for pair in combinations(sorted(roles.test), 2)
    )
    # Fifteen parts have 105 pairs, of which three repeats need 45.
    assert set(met.values()) == {1}


# --- single cases ---------------------------------------------------------------


def test_parts_are_numbered_fold_by_fold():
    # A fold of fewer speakers than parts has one part for each.
    table, folds = fold(everyone("ABCDE"), folds=2)
    assert {u.part for u in table} == {f"p0{i}" for i in range(1, 6)}
    tested = [roles.test for roles in folds]
    assert tested in (
        [("p01", "p02", "p03"), ("p04", "p05")],
        [("p01", "p02"), ("p03", "p04", "p05")],
    )
    assert fold(everyone("ABCDE"), folds=2)[0] == table
    assert fold(everyone("ABCDE"), folds=2, seed=2)[0] != table


def test_the_parts_that_train_come_after_those_tested():
    _, folds = fold(
        everyone([f"S{i}" for i in range(9)]), training=3, unlabelled="rest"
    )
    parts = [tuple(f"p0{i}" for i in range(k, k + 3)) for k in (1, 4, 7)]
    assert [tuple(roles) for roles in folds] == [
        (parts[1], parts[2], parts[0]),
        (parts[2], parts[0], parts[1]),
        (parts[0], parts[1], parts[2]),
    ]
    # Without speech without labels there is no part unlabelled.
    _, folds = fold(everyone("ABCDEF"), unlabelled="rest")
    assert [roles.unlabelled for roles in folds] == [()] * 3


def test_speech_near_a_label_is_in_its_part_and_other_speech_in_none():
    table = everyone("ABCDEF") + [
        speak("x0", "A", "new", ""),
        speak("x1", "", "new", ""),
        speak("x2", "stranger", "new", ""),
        speak("x3", "stranger", "", ""),
        speak("x4", "other", "", ""),
        speak("x5", "", "", ""),
    ]
    divided, folds = fold(table)
    part = {u.utterance: u.part for u in divided}
    # Linked to A by a session, and by who speaks in it.
    assert {part[f"x{i}"] for i in range(4)} == {part["u000"]}
    assert part["x4"] == part["x5"] == "unlabelled"
    assert all("unlabelled" in roles.unlabelled for roles in folds)


def test_links_are_followed_over_speakers_and_sessions():
    table = corpus(
        ("A", "P1", ""), ("B", "P1", ""), ("B", "P2", ""), ("", "P2", ""), ("A", "", "")
    ) + [speak("x", "C", "P3", ""), speak("y", "", "", ""), speak("z", "", "", "")]
    groups = {
        name: {u.utterance for u in members}
        for name, members in method.link(table).items()
    }
    assert groups == {
        "session P2": {"u000", "u001", "u002", "u003", "u004"},
        "speaker C": {"x"},
        "utterance y": {"y"},
        "utterance z": {"z"},
    }


# --- what is told ---------------------------------------------------------------

#: Twelve speakers of two classes, of whom four speak the third, too.
RARE = everyone([f"S{i}" for i in range(12)], classes=VALENCE[:2])
RARE += [speak(f"x{i}", f"S{i}", f"S{i}", "positive") for i in range(4)]
#: A class that nobody speaks, and then one speaker.
LACKING = everyone("ABC", classes=VALENCE[:2])
ALONE = [*LACKING, speak("x", "A", "A", "positive")]
#: Nine speakers who all meet one in their sessions.
HOSTED = everyone("ABCDEFGHI")
HOSTED += [speak(f"x{i}", "host", i, "neutral") for i in "ABCDEFGHI"]
EIGHT = [*everyone("ABCDEFG"), speak("x", "H", "H", "negative")]


@pytest.mark.parametrize(
    ("table", "wanted", "told", "possible"),
    [
        (
            EIGHT,
            {"folds": 9},
            "is 9, .* 8 negative utterances of 8 speakers, 7 neutral utterances of 7 "
            r".* make 8 groups .*\(7 of them with neutral.*: splits.folds: 7 would fit",
            {"folds": 7},
        ),
        # As many folds as a rare class has speakers.
        (RARE, {"folds": 5}, "4 positive .* splits.folds: 4 would fit", {"folds": 4}),
        # Of three parts in a fold, only one has a positive utterance.
        (
            RARE,
            {"folds": 2, "parts_per_fold": 6, "training": 1},
            "no number .*: add speakers, or raise spl",
            {"folds": 4, "training": 3},
        ),
        (ALONE, {}, "1 of them with positive.*no number of folds", None),
        (LACKING, {}, "0 positive utterances of 0 speakers.*add sp", None),
        (HOSTED, {}, "10 speakers.* make 1 groups .*no number", None),
        (everyone("ABC"), {"repeats": 2}, "is 2, .* than 1 ways .* 3 folds of 3", {}),
        # Four parts make two pairs in three ways.
        (
            everyone("ABCD"),
            {"folds": 2, "parts_per_fold": 2, "repeats": 4},
            "splits.repeats is 4, .* ask for 3 repeats",
            {"folds": 2, "parts_per_fold": 2, "repeats": 3},
        ),
        (
            everyone("ABCDEF"),
            {"training": 5},
            "splits.training is 5 .* all but 4: ask for 4",
            {"training": 4},
        ),
    ],
)
def test_folds_that_cannot_be_are_told_with_what_can(table, wanted, told, possible):
    with pytest.raises(InputError, match=told):
        fold(table, **wanted)
    if possible is not None:
        folds = fold(table, **possible)[1]
        assert len(folds) == possible.get("folds", 3) * possible.get("repeats", 1)
