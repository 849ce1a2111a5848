"""One division with sizes, on invented tables and by hand-worked cases."""

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
    quickly,
    speak,
    where_it_can_be,
)
from corpora import balanced as asked
from hypothesis import given
from hypothesis import strategies as st

from speechcodes.corpus import splits
from speechcodes.corpus.splits import checks
from speechcodes.errors import InputError
from speechcodes.records import ROLES, VALENCE

SIZES = {"training": 2, "unlabelled": "all", "test": 1}


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


sizes = st.integers(1, 3) | st.fixed_dictionaries(
    dict.fromkeys(VALENCE, st.integers(1, 3))
)
requests = st.builds(
    asked,
    sizes=st.fixed_dictionaries(
        {"training": sizes, "unlabelled": sizes | st.just("all"), "test": sizes}
    ),
    max_speaker_share=st.sampled_from([0.2, 0.34, 0.5, 1.0]),
    seed=st.integers(0, 5),
)


@quickly
@given(tables(), requests, st.randoms(use_true_random=False))
def test_sizes_are_as_asked_for_of_whole_speakers_and_sessions(table, wanted, random):
    result, _ = where_it_can_be(table, wanted)
    # In any order.
    assert sorted(divided(random.sample(table, len(table)), wanted)) == result
    assert [u._replace(part="") for u in result] == table
    assert in_several_parts(result, "speaker") == set()
    assert in_several_parts(result, "session") == set()
    found = counts(result)
    spoken = Counter(
        (u.part, u.label, u.speaker or f"unknown in {u.session}") for u in result
    )
    for part, sizes in wanted["sizes"].items():
        for label in VALENCE:
            size = sizes[label] if isinstance(sizes, dict) else sizes
            if size == "all":
                assert found[part, label] >= 1
                continue
            assert found[part, label] == size
            most = max(1, int(wanted["max_speaker_share"] * size))
            assert max(n for k, n in spoken.items() if k[:2] == (part, label)) <= most


@quickly
@given(tables(), requests)
def test_all_takes_every_utterance_that_nothing_forbids(table, wanted):
    wanted["sizes"]["unlabelled"] = "all"
    wanted["max_speaker_share"] = 1.0
    result, _ = where_it_can_be(table, wanted)
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
    result, _ = where_it_can_be(table, wanted | {"partitions": PARTITIONS})
    assert all(u.partition in PARTITIONS[u.part] for u in result if u.part)
    assert in_several_parts(result, "speaker") == set()


# --- balanced: single cases ---------------------------------------------------


def test_a_seed_gives_the_same_division_and_another_seed_another():
    table = everyone([f"S{i:02d}" for i in range(24)], per_class=3)
    by_seed = [
        part_of(table, asked(sizes=dict.fromkeys(ROLES, 6), seed=seed))
        for seed in (1, 1, 2, 3)
    ]
    assert by_seed[0] == by_seed[1]
    assert by_seed[0] != by_seed[2] != by_seed[3] != by_seed[0]


def test_a_talkative_speaker_is_cut_to_the_share_of_a_part_that_takes_all():
    table = everyone(["talkative"], 50) + everyone([f"S{i}" for i in range(50)])
    table = [u._replace(utterance=f"u{i}") for i, u in enumerate(table)]
    wanted = asked(sizes=SIZES | {"training": 1}, max_speaker_share=0.1)
    for seed in range(5):
        result = divided(table, wanted | {"seed": seed})
        spoken = Counter((u.part, u.label) for u in result if u.speaker == "talkative")
        # At most 100 are left of each class.
        assert all(n <= 10 for (part, _), n in spoken.items() if part)


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
    assert set(counts(divided(table, wanted)).values()) == {5}


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
    # Two speakers are left unlabelled where that can be.
    found, folds = splits.assign(table, asked(sizes=SIZES | {"training": 1}), VALENCE)
    assert {u.speaker for u in found if u.part == "unlabelled"} == {"C", "D"}
    checks.check_voices(found, folds)


def test_speech_without_a_label_keeps_to_its_partition_where_it_has_one():
    rows = [(p + k, p + k, k, p) for p in ("Dev", "Train", "Test") for k in VALENCE]
    rows += [(f"x{p}", "", "", p) for p in ("Dev", "Train", "Other", "")]
    wanted = asked(sizes=dict.fromkeys(ROLES, 1), partitions=PARTITIONS)
    found = list(part_of(corpus(*rows), wanted).values())
    assert found[-4:] == ["", "unlabelled", "", "unlabelled"]


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
    fitting = dict.fromkeys(ROLES, 4)
    assert set(counts(divided(table, asked(sizes=fitting))).values()) == {4}
    table = [u for u in table if u.label != "neutral"]
    with pytest.raises(InputError, match="0 neutral utterances of 0 speakers.*no sm"):
        divided(table, wanted)


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
