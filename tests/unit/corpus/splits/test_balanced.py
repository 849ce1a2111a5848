"""One division with sizes, on invented tables and by hand-worked cases."""

import re
from collections import Counter

import pytest
from corpora import (
    PARTITIONS,
    corpus,
    counts,
    divided,
    everyone,
    in_several_parts,
    part_of,
    speak,
)
from corpora import balanced as asked
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from speechcodes.corpus import splits
from speechcodes.corpus.splits import checks
from speechcodes.errors import InputError
from speechcodes.records import ROLES, VALENCE

# Slow only where the machine is busy.
slow = [HealthCheck.too_slow]
quickly = settings(max_examples=25, deadline=None, suppress_health_check=slow)
SIZES = {"training": 2, "unlabelled": "all", "test": 1}


def size_of(wanted, part, label):
    size = wanted["sizes"][part]
    return size[label] if isinstance(size, dict) else size


def cap_of(size, share):
    return max(1, int(share * size))


# --- balanced: what must hold on any corpus -----------------------------------


@st.composite
def tables(draw, partitions=("",)):
    """Corpora whose speakers meet in sessions, in chains or not, some unknown."""
    n_speakers = draw(st.integers(6, 20))
    per_session = draw(st.integers(1, 3))
    unknown = draw(st.integers(0, 3))
    chained = draw(st.booleans())
    random = draw(st.randoms(use_true_random=False))
    rows = []
    for number in range(draw(st.integers(10, 25))):
        if chained:
            speakers = {f"S{(number + k) % n_speakers}" for k in range(per_session)}
        else:
            speakers = {f"S{random.randrange(n_speakers)}" for _ in range(per_session)}
        if number < unknown:
            speakers.add("")
        for speaker in sorted(speakers):
            for _ in range(random.randint(1, 4)):
                place = random.choice(partitions)
                rows.append((speaker, f"P{number}", random.choice(VALENCE), place))
    return corpus(*rows)


sizes = st.one_of(
    st.integers(1, 3), st.fixed_dictionaries({k: st.integers(1, 3) for k in VALENCE})
)
requests = st.builds(
    lambda training, test, unlabelled, share, seed: asked(
        sizes={"training": training, "unlabelled": unlabelled, "test": test},
        max_speaker_share=share,
        seed=seed,
    ),
    sizes,
    sizes,
    st.one_of(sizes, st.just("all")),
    st.sampled_from([0.2, 0.34, 0.5, 1.0]),
    st.integers(0, 5),
)


def where_it_can_be(table, wanted):
    """The divided corpus, or no example at all where it is too small."""
    try:
        return divided(table, wanted)
    except InputError:
        assume(False)


@quickly
@given(tables(), requests)
def test_balanced_keeps_speakers_and_sessions_in_one_split(table, wanted):
    result = where_it_can_be(table, wanted)
    assert in_several_parts(result, "speaker") == set()
    assert in_several_parts(result, "session") == set()


@quickly
@given(tables(), requests)
def test_balanced_has_exactly_the_sizes_asked_for(table, wanted):
    found = counts(where_it_can_be(table, wanted))
    for part in ROLES:
        for label in VALENCE:
            size = size_of(wanted, part, label)
            if size == "all":
                assert found[part, label] >= 1
            else:
                assert found[part, label] == size


@quickly
@given(tables(), requests)
def test_balanced_changes_nothing_but_the_split(table, wanted):
    result = where_it_can_be(table, wanted)
    assert [u._replace(part="") for u in result] == table


@quickly
@given(tables(), requests)
def test_no_speaker_gives_more_than_the_share(table, wanted):
    spoken = Counter(
        (u.part, u.label, u.speaker or f"unknown in {u.session}")
        for u in where_it_can_be(table, wanted)
        if u.part
    )
    for (part, label, _), count in spoken.items():
        size = size_of(wanted, part, label)
        if size != "all":
            assert count <= cap_of(size, wanted["max_speaker_share"])


@quickly
@given(tables(), requests, st.randoms(use_true_random=False))
def test_balanced_does_not_depend_on_the_order_of_the_utterances(table, wanted, random):
    result = {u.utterance: u.part for u in where_it_can_be(table, wanted)}
    shuffled = random.sample(table, len(table))
    assert part_of(shuffled, wanted) == result


@quickly
@given(tables(), requests)
def test_all_takes_every_utterance_that_nothing_forbids(table, wanted):
    wanted["sizes"]["unlabelled"] = "all"
    wanted["max_speaker_share"] = 1.0
    result = where_it_can_be(table, wanted)
    labelled = [u for u in result if u.part in ("training", "test")]
    speakers = {u.speaker for u in labelled} - {""}
    sessions = {u.session for u in labelled}
    free = {
        u.utterance
        for u in result
        if u.speaker not in speakers and u.session not in sessions
    }
    assert free == {u.utterance for u in result if u.part == "unlabelled"}


@quickly
@given(tables(partitions=["Dev", "Train", "Test", "Extra"]), requests)
def test_balanced_draws_from_the_partitions_of_each_part_only(table, wanted):
    result = where_it_can_be(table, wanted | {"partitions": PARTITIONS})
    assert all(u.partition in PARTITIONS[u.part] for u in result if u.part)
    assert in_several_parts(result, "speaker") == set()


def described(words):
    """Sizes as an error tells them: 'training 1, unlabelled all, test 2/3/4'."""
    found = {}
    for part, size in re.findall(r"(\w+) ([\d/]+|all)(?:, |$)", words):
        numbers = [int(n) for n in size.split("/")] if size != "all" else ["all"]
        found[part] = (
            numbers[0]
            if len(numbers) == 1
            else dict(zip(VALENCE, numbers, strict=True))
        )
    assert list(found) == list(ROLES)
    return found


@quickly
@given(tables(), requests, st.integers(3, 30))
def test_sizes_said_to_fit_do_fit(table, wanted, times):
    for part, size in wanted["sizes"].items():
        if isinstance(size, dict):
            wanted["sizes"][part] = {k: n * times for k, n in size.items()}
        elif size != "all":
            wanted["sizes"][part] = size * times
    try:
        divided(table, wanted)
        error = ""
    except InputError as caught:
        error = str(caught)
    _, found, fitting = error.partition("these would fit: ")
    assume(found)
    smaller = wanted | {"sizes": described(fitting)}
    result = counts(divided(table, smaller))
    for part in ROLES:
        for label in VALENCE:
            size = size_of(smaller, part, label)
            assert size == "all" or result[part, label] == size


# --- balanced: single cases ---------------------------------------------------


def test_a_seed_gives_the_same_division_and_another_seed_another():
    table = everyone([f"S{i:02d}" for i in range(24)], per_class=3)
    by_seed = [
        part_of(table, asked(sizes=dict.fromkeys(ROLES, 6), seed=seed))
        for seed in (1, 1, 2, 3)
    ]
    assert by_seed[0] == by_seed[1]
    assert by_seed[0] != by_seed[2] != by_seed[3] != by_seed[0]


def test_sizes_of_each_class_are_told_apart():
    size = {"negative": 5, "neutral": 1, "positive": 3}
    table = everyone([f"S{i}" for i in range(12)])
    wanted = asked(sizes={"training": size, "unlabelled": "all", "test": 2})
    found = counts(divided(table, wanted))
    assert {label: found["training", label] for label in VALENCE} == size
    assert [found["test", label] for label in VALENCE] == [2, 2, 2]


def test_a_corpus_of_24_equal_actors_is_used_whole():
    per_actor = {"negative": 32, "neutral": 12, "positive": 16}
    table = corpus(
        *(
            (f"{actor:02d}", f"{actor:02d}", label)
            for actor in range(1, 25)
            for label, n in per_actor.items()
            for _ in range(n)
        )
    )
    size = {"negative": 192, "neutral": 72, "positive": 96}
    wanted = asked(
        sizes={"training": size, "unlabelled": "all", "test": size},
        max_speaker_share=0.2,
    )
    assert counts(divided(table, wanted)) == Counter(
        {(s, k): n for s in ("training", "test") for k, n in size.items()}
        | {("unlabelled", k): 2 * n for k, n in size.items()}
    )


def test_one_speaker_gives_at_least_one_utterance_however_small_the_share():
    table = everyone(["A", "B", "C"])
    wanted = asked(sizes=dict.fromkeys(ROLES, 1), max_speaker_share=0.01)
    assert sum(counts(divided(table, wanted)).values()) == 9


def test_a_talkative_speaker_is_cut_to_the_share_of_a_part_that_takes_all():
    table = everyone(["talkative"], 50) + everyone([f"S{i}" for i in range(50)])
    table = [u._replace(utterance=f"u{i}") for i, u in enumerate(table)]
    wanted = asked(sizes=SIZES | {"training": 1}, max_speaker_share=0.1)
    for seed in range(5):
        result = divided(table, wanted | {"seed": seed})
        spoken = Counter((u.part, u.label) for u in result if u.speaker == "talkative")
        # At most 100 are left of each class.
        assert all(n <= 10 for (part, _), n in spoken.items() if part)


def test_unknown_speakers_are_told_apart_by_session():
    table = corpus(*(("", f"P{i}", label) for i in range(9) for label in VALENCE))
    wanted = asked(sizes=dict.fromkeys(ROLES, 3), max_speaker_share=0.34)
    result = divided(table, wanted)
    assert sum(counts(result).values()) == 27
    assert in_several_parts(result, "session") == set()


def test_speakers_linked_by_one_chain_of_sessions_can_be_divided():
    # Session i is of speakers i and i + 1: no speaker is without a neighbour.
    n = 60
    table = corpus(
        *(
            (f"S{(i + k) % n}", f"P{i}", label)
            for i in range(n)
            for k in (0, 1)
            for label in VALENCE
        )
    )
    wanted = asked(sizes=dict.fromkeys(ROLES, 20), max_speaker_share=0.2)
    result = divided(table, wanted)
    assert set(counts(result).values()) == {20}
    assert in_several_parts(result, "speaker") == set()
    assert in_several_parts(result, "session") == set()


def test_a_host_who_is_in_every_session_does_not_make_the_corpus_indivisible():
    table = corpus(
        *(
            (speaker, f"P{i}", label)
            for i in range(30)
            for speaker in ("host", f"guest{i}")
            for label in VALENCE
        )
    )
    wanted = asked(sizes=dict.fromkeys(ROLES, 5), max_speaker_share=0.4)
    result = divided(table, wanted)
    assert set(counts(result).values()) == {5}
    assert in_several_parts(result, "speaker") == set()


def test_the_sessions_of_a_speaker_stay_together():
    # Two speakers fill a part; with more of them in it, sessions would be lost.
    table = corpus(
        *(
            (f"S{i}", f"P{i}{k}", label)
            for i in range(6)
            for k in range(5)
            for label in VALENCE
        )
    )
    wanted = asked(sizes=dict.fromkeys(ROLES, 10), max_speaker_share=0.5)
    assert set(counts(divided(table, wanted)).values()) == {10}


def test_an_unlucky_order_of_speakers_is_not_the_last_word():
    # Only C and D together make up a part: whoever takes C with A loses one.
    table = everyone("AB") + corpus(*zip("CDD", "CDD", VALENCE, strict=True))
    table = [u._replace(utterance=f"u{i}") for i, u in enumerate(table)]
    for seed in range(10):
        wanted = asked(sizes=dict.fromkeys(ROLES, 1), seed=seed)
        assert sum(counts(divided(table, wanted)).values()) == 9


def test_two_speakers_are_left_unlabelled_where_that_can_be():
    # Whoever takes C or D for a part of one utterance per class needs both.
    table = everyone("AB") + corpus(*zip("CDD", "CDD", VALENCE, strict=True))
    table = [u._replace(utterance=f"u{i}") for i, u in enumerate(table)]
    wanted = asked(sizes={"training": 1, "unlabelled": "all", "test": 1})
    found, folds = splits.assign(table, wanted, VALENCE)
    assert {u.speaker for u in found if u.part == "unlabelled"} == {"C", "D"}
    checks.check_voices(found, folds)


def test_speech_without_a_label_is_unlabelled_unless_its_voice_trains_or_tests():
    free = [
        speak("x0", "S0", "", ""),
        speak("x1", "new", "", ""),
        speak("x2", "", "S1", ""),
        speak("x3", "", "", ""),
    ]
    for seed in range(5):
        wanted = asked(sizes=dict.fromkeys(ROLES, 1), seed=seed)
        found = part_of(everyone(["S0", "S1", "S2"]) + free, wanted)
        # All utterances of a speaker are in one part.
        expected = {
            name: "unlabelled" if found[own] == "unlabelled" else ""
            for name, own in [("x0", "u000"), ("x2", "u003")]
        }
        assert {name: found[name] for name in ("x0", "x2")} == expected
        assert found["x1"] == found["x3"] == "unlabelled"


def test_speech_without_a_label_keeps_to_its_partition_where_it_has_one():
    table = [
        speak(f"{p}{k}", p + k, p + k, k, p)
        for p in ("Dev", "Train", "Test")
        for k in VALENCE
    ]
    table += [speak(f"x{p}", f"x{p}", "", "", p) for p in ("Dev", "Train", "Other", "")]
    wanted = asked(sizes=dict.fromkeys(ROLES, 1), partitions=PARTITIONS)
    found = part_of(table, wanted)
    assert [found[f"x{p}"] for p in ("Dev", "Train", "Other", "")] == [
        "",
        "unlabelled",
        "",
        "unlabelled",
    ]


def test_classes_are_those_of_the_corpus():
    classes = ("angry", "calm", "happy", "sad")
    table = everyone("ABCDEF", per_class=2, classes=classes)
    wanted = asked(sizes={"training": 2, "unlabelled": 2, "test": 4})
    found = counts(divided(table, wanted, classes))
    assert found == {
        (part, label): size
        for part, size in wanted["sizes"].items()
        for label in classes
    }


def test_too_small_a_corpus_is_told_with_its_counts_and_sizes_that_fit():
    table = everyone([f"S{i}" for i in range(6)], per_class=2)
    table += [speak("extra", "S0", "S0", "neutral")]
    wanted = asked(sizes={"training": 10, "unlabelled": 10, "test": 10})
    with pytest.raises(InputError) as caught:
        divided(table, wanted)
    message = str(caught.value)
    assert "training 10, unlabelled 10, test 10" in message
    assert "12 negative utterances of 6 speakers" in message
    assert "13 neutral utterances of 6 speakers" in message
    assert "these would fit: training 4, unlabelled 4, test 4" in message
    assert "splits.method folds would use every label" in message


def test_a_corpus_without_a_class_is_told_so():
    table = [u for u in everyone("ABCDEF") if u.label != "neutral"]
    with pytest.raises(InputError, match="0 neutral utterances of 0 speakers.*no sm"):
        divided(table, asked())


def test_too_few_speakers_fail_however_many_utterances():
    with pytest.raises(InputError, match="100 positive utterances of 2 speakers"):
        divided(everyone("AB", per_class=50), asked())


def test_a_share_that_too_few_speakers_can_fill_fails():
    table = everyone("ABCDEF", per_class=10)
    wanted = asked(sizes=dict.fromkeys(ROLES, 10))
    assert divided(table, wanted | {"max_speaker_share": 0.5})
    with pytest.raises(InputError, match="max_speaker_share 0.4"):
        divided(table, wanted | {"max_speaker_share": 0.4})


# --- what a change of the corpus moves ------------------------------------------


def test_one_speaker_more_moves_nobody_or_takes_one_place():
    rows = [
        (f"{k[:3]}{s:02}{i}", f"S{s:02}", f"P{s:02}", k)
        for s in range(40)
        for k in VALENCE
        for i in range(4)
    ]
    wanted = asked(
        sizes={"training": 16, "unlabelled": 80, "test": 16}, max_speaker_share=0.25
    )
    was = {u.utterance: u.part for u in divided([speak(*row) for row in rows], wanted)}
    for name in ("S98", "S99"):
        joined = [*rows, *((f"{name}{k}", name, f"P{name}", k) for k in VALENCE)]
        after = divided([speak(*row) for row in joined], wanted)
        moved = [u for u in after if was.get(u.utterance, u.part) != u.part]
        # At most some of the last taken of each part make room.
        assert len(moved) <= 0.1 * len(rows)
