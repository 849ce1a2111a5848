"""The division of a corpus, on invented tables and by hand-worked cases."""

import re
from collections import Counter, defaultdict
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from speechcodes.corpus import splits
from speechcodes.errors import InputError
from speechcodes.records import LABELS, SPLITS, Utterance

# Slow only where the machine is busy.
slow = [HealthCheck.too_slow]
quickly = settings(max_examples=25, deadline=None, suppress_health_check=slow)
SIZES = {"training": 2, "unlabelled": "all", "test": 1}
DEV = {"training": ["Dev"], "unlabelled": ["Train"], "test": ["Test", "Extra"]}


def asked(**changes):
    """What the configuration says of splits, defaults filled in."""
    return {
        "method": "balanced",
        "sizes": SIZES,
        "max_speaker_share": 1.0,
        "partitions": None,
        "seed": 1,
    } | changes


def speak(name, speaker, session, label, partition=""):
    return Utterance(name, f"{name}.wav", speaker, session, label, partition=partition)


def corpus(*rows):
    """Utterances u000, u001, ... of (speaker, session, label) or with a partition."""
    return [speak(f"u{i:03d}", *row) for i, row in enumerate(rows)]


def everyone(speakers, per_class=1, session_of=lambda speaker: speaker):
    """So many utterances per class of every speaker."""
    return corpus(
        *(
            (speaker, session_of(speaker), label)
            for speaker in speakers
            for label in LABELS
            for _ in range(per_class)
        )
    )


def split_of(utterances, wanted):
    return {u.utterance: u.split for u in splits.assign(utterances, wanted)}


def counts(utterances):
    return Counter((u.split, u.label) for u in utterances if u.split)


def in_several_splits(utterances, kind):
    """Speakers or sessions found in more than one split."""
    seen = defaultdict(set)
    for u in utterances:
        if u.split and getattr(u, kind):
            seen[getattr(u, kind)].add(u.split)
    return {name for name, where in seen.items() if len(where) > 1}


def size_of(wanted, split, label):
    size = wanted["sizes"][split]
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
                rows.append((speaker, f"P{number}", random.choice(LABELS), place))
    return corpus(*rows)


sizes = st.one_of(
    st.integers(1, 3), st.fixed_dictionaries({k: st.integers(1, 3) for k in LABELS})
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


def divided(table, wanted):
    """The divided corpus, or no example at all where it is too small."""
    try:
        return splits.assign(table, wanted)
    except InputError:
        assume(False)


@quickly
@given(tables(), requests)
def test_balanced_keeps_speakers_and_sessions_in_one_split(table, wanted):
    result = divided(table, wanted)
    assert in_several_splits(result, "speaker") == set()
    assert in_several_splits(result, "session") == set()


@quickly
@given(tables(), requests)
def test_balanced_has_exactly_the_sizes_asked_for(table, wanted):
    found = counts(divided(table, wanted))
    for split in SPLITS:
        for label in LABELS:
            size = size_of(wanted, split, label)
            if size == "all":
                assert found[split, label] >= 1
            else:
                assert found[split, label] == size


@quickly
@given(tables(), requests)
def test_balanced_changes_nothing_but_the_split(table, wanted):
    result = divided(table, wanted)
    assert [u._replace(split="") for u in result] == table


@quickly
@given(tables(), requests)
def test_no_speaker_gives_more_than_the_share(table, wanted):
    spoken = Counter(
        (u.split, u.label, u.speaker or f"unknown in {u.session}")
        for u in divided(table, wanted)
        if u.split
    )
    for (split, label, _), count in spoken.items():
        size = size_of(wanted, split, label)
        if size != "all":
            assert count <= cap_of(size, wanted["max_speaker_share"])


@quickly
@given(tables(), requests, st.randoms(use_true_random=False))
def test_balanced_does_not_depend_on_the_order_of_the_utterances(table, wanted, random):
    result = {u.utterance: u.split for u in divided(table, wanted)}
    shuffled = random.sample(table, len(table))
    assert split_of(shuffled, wanted) == result


@quickly
@given(tables(), requests)
def test_all_takes_every_utterance_that_nothing_forbids(table, wanted):
    wanted["sizes"]["unlabelled"] = "all"
    wanted["max_speaker_share"] = 1.0
    result = divided(table, wanted)
    labelled = [u for u in result if u.split in ("training", "test")]
    speakers = {u.speaker for u in labelled} - {""}
    sessions = {u.session for u in labelled}
    free = {
        u.utterance
        for u in result
        if u.speaker not in speakers and u.session not in sessions
    }
    assert free == {u.utterance for u in result if u.split == "unlabelled"}


@quickly
@given(tables(partitions=["Dev", "Train", "Test", "Extra"]), requests)
def test_balanced_draws_from_the_partitions_of_each_split_only(table, wanted):
    result = divided(table, wanted | {"partitions": DEV})
    assert all(u.partition in DEV[u.split] for u in result if u.split)
    assert in_several_splits(result, "speaker") == set()


def described(words):
    """Sizes as an error tells them: 'training 1, unlabelled all, test 2/3/4'."""
    found = {}
    for split, size in re.findall(r"(\w+) ([\d/]+|all)(?:, |$)", words):
        numbers = [int(n) for n in size.split("/")] if size != "all" else ["all"]
        found[split] = (
            numbers[0] if len(numbers) == 1 else dict(zip(LABELS, numbers, strict=True))
        )
    assert list(found) == list(SPLITS)
    return found


@quickly
@given(tables(), requests, st.integers(3, 30))
def test_sizes_said_to_fit_do_fit(table, wanted, times):
    for split, size in wanted["sizes"].items():
        if isinstance(size, dict):
            wanted["sizes"][split] = {k: n * times for k, n in size.items()}
        elif size != "all":
            wanted["sizes"][split] = size * times
    try:
        splits.assign(table, wanted)
        error = ""
    except InputError as caught:
        error = str(caught)
    _, found, fitting = error.partition("these would fit: ")
    assume(found)
    smaller = wanted | {"sizes": described(fitting)}
    result = counts(splits.assign(table, smaller))
    for split in SPLITS:
        for label in LABELS:
            size = size_of(smaller, split, label)
            assert size == "all" or result[split, label] == size


# --- balanced: single cases ---------------------------------------------------


def test_a_seed_gives_the_same_division_and_another_seed_another():
    table = everyone([f"S{i:02d}" for i in range(24)], per_class=3)
    by_seed = [
        split_of(table, asked(sizes=dict.fromkeys(SPLITS, 6), seed=seed))
        for seed in (1, 1, 2, 3)
    ]
    assert by_seed[0] == by_seed[1]
    assert by_seed[0] != by_seed[2] != by_seed[3] != by_seed[0]


def test_sizes_of_each_class_are_told_apart():
    size = {"negative": 5, "neutral": 1, "positive": 3}
    table = everyone([f"S{i}" for i in range(12)])
    wanted = asked(sizes={"training": size, "unlabelled": "all", "test": 2})
    found = counts(splits.assign(table, wanted))
    assert {label: found["training", label] for label in LABELS} == size
    assert [found["test", label] for label in LABELS] == [2, 2, 2]


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
    assert counts(splits.assign(table, wanted)) == Counter(
        {(s, k): n for s in ("training", "test") for k, n in size.items()}
        | {("unlabelled", k): 2 * n for k, n in size.items()}
    )


def test_one_speaker_gives_at_least_one_utterance_however_small_the_share():
    table = everyone(["A", "B", "C"])
    wanted = asked(sizes=dict.fromkeys(SPLITS, 1), max_speaker_share=0.01)
    assert sum(counts(splits.assign(table, wanted)).values()) == 9


def test_a_talkative_speaker_is_cut_to_the_share_of_a_split_that_takes_all():
    table = everyone(["talkative"], 50) + everyone([f"S{i}" for i in range(50)])
    table = [u._replace(utterance=f"u{i}") for i, u in enumerate(table)]
    wanted = asked(sizes=SIZES | {"training": 1}, max_speaker_share=0.1)
    for seed in range(5):
        result = splits.assign(table, wanted | {"seed": seed})
        spoken = Counter((u.split, u.label) for u in result if u.speaker == "talkative")
        # At most 100 are left of each class.
        assert all(n <= 10 for (split, _), n in spoken.items() if split)


def test_unknown_speakers_are_told_apart_by_session():
    table = corpus(*(("", f"P{i}", label) for i in range(9) for label in LABELS))
    wanted = asked(sizes=dict.fromkeys(SPLITS, 3), max_speaker_share=0.34)
    result = splits.assign(table, wanted)
    assert sum(counts(result).values()) == 27
    assert in_several_splits(result, "session") == set()


def test_speakers_linked_by_one_chain_of_sessions_can_be_divided():
    # Session i is of speakers i and i + 1: no speaker is without a neighbour.
    n = 60
    table = corpus(
        *(
            (f"S{(i + k) % n}", f"P{i}", label)
            for i in range(n)
            for k in (0, 1)
            for label in LABELS
        )
    )
    wanted = asked(sizes=dict.fromkeys(SPLITS, 20), max_speaker_share=0.2)
    result = splits.assign(table, wanted)
    assert set(counts(result).values()) == {20}
    assert in_several_splits(result, "speaker") == set()
    assert in_several_splits(result, "session") == set()


def test_a_host_who_is_in_every_session_does_not_make_the_corpus_indivisible():
    table = corpus(
        *(
            (speaker, f"P{i}", label)
            for i in range(30)
            for speaker in ("host", f"guest{i}")
            for label in LABELS
        )
    )
    wanted = asked(sizes=dict.fromkeys(SPLITS, 5), max_speaker_share=0.4)
    result = splits.assign(table, wanted)
    assert set(counts(result).values()) == {5}
    assert in_several_splits(result, "speaker") == set()


def test_the_sessions_of_a_speaker_stay_together():
    # Two speakers fill a split; with more of them in it, sessions would be lost.
    table = corpus(
        *(
            (f"S{i}", f"P{i}{k}", label)
            for i in range(6)
            for k in range(5)
            for label in LABELS
        )
    )
    wanted = asked(sizes=dict.fromkeys(SPLITS, 10), max_speaker_share=0.5)
    assert set(counts(splits.assign(table, wanted)).values()) == {10}


def test_an_unlucky_order_of_speakers_is_not_the_last_word():
    # Only C and D together make up a split: whoever takes C with A loses one.
    table = everyone("AB") + corpus(*zip("CDD", "CDD", LABELS, strict=True))
    table = [u._replace(utterance=f"u{i}") for i, u in enumerate(table)]
    for seed in range(10):
        wanted = asked(sizes=dict.fromkeys(SPLITS, 1), seed=seed)
        assert sum(counts(splits.assign(table, wanted)).values()) == 9


def test_two_speakers_are_left_unlabelled_where_that_can_be():
    # Whoever takes C or D for a split of one utterance per class needs both.
    table = everyone("AB") + corpus(*zip("CDD", "CDD", LABELS, strict=True))
    table = [u._replace(utterance=f"u{i}") for i, u in enumerate(table)]
    wanted = asked(sizes={"training": 1, "unlabelled": "all", "test": 1})
    divided = splits.assign(table, wanted)
    assert {u.speaker for u in divided if u.split == "unlabelled"} == {"C", "D"}
    splits.check_voices(divided)


def test_one_unlabelled_speaker_is_an_error_where_an_autoencoder_is_trained():
    table = [u._replace(split="unlabelled") for u in everyone("A", per_class=3)]
    with pytest.raises(InputError, match=r"1 speaker \(A\).*needs 2 or more"):
        splits.check_voices(table)
    unknown = [u._replace(speaker="", session=str(i)) for i, u in enumerate(table)]
    splits.check_voices(unknown)


def test_features_per_speaker_need_speakers_or_sessions():
    known = [speak("a", "anna", "a", "neutral"), speak("b", "", "talk", "neutral")]
    known = [u._replace(split="test") for u in known]
    # Of the unlabelled nothing is asked.
    free = speak("c", "", "c", "neutral")._replace(split="unlabelled")
    splits.check_speakers([*known, free], "code@speaker")
    with pytest.raises(InputError, match="code@speaker: 1 utterances, such as c, have"):
        splits.check_speakers([*known, free._replace(split="training")], "code@speaker")


def test_too_small_a_corpus_is_told_with_its_counts_and_sizes_that_fit():
    table = everyone([f"S{i}" for i in range(6)], per_class=2)
    table += [speak("extra", "S0", "S0", "neutral")]
    wanted = asked(sizes={"training": 10, "unlabelled": 10, "test": 10})
    with pytest.raises(InputError) as caught:
        splits.assign(table, wanted)
    message = str(caught.value)
    assert "training 10, unlabelled 10, test 10" in message
    assert "12 negative utterances of 6 speakers" in message
    assert "13 neutral utterances of 6 speakers" in message
    assert "these would fit: training 4, unlabelled 4, test 4" in message


def test_a_corpus_without_a_class_is_told_so():
    table = [u for u in everyone("ABCDEF") if u.label != "neutral"]
    with pytest.raises(InputError, match="0 neutral utterances of 0 speakers.*no sm"):
        splits.assign(table, asked())


def test_too_few_speakers_fail_however_many_utterances():
    with pytest.raises(InputError, match="100 positive utterances of 2 speakers"):
        splits.assign(everyone("AB", per_class=50), asked())


def test_a_share_that_too_few_speakers_can_fill_fails():
    table = everyone("ABCDEF", per_class=10)
    wanted = asked(sizes=dict.fromkeys(SPLITS, 10))
    assert splits.assign(table, wanted | {"max_speaker_share": 0.5})
    with pytest.raises(InputError, match="max_speaker_share 0.4"):
        splits.assign(table, wanted | {"max_speaker_share": 0.4})


# --- study --------------------------------------------------------------------

STUDY = """
    training    a1  P1  negative
    training    a2  P1  negative
                a3  P1  negative
    test        a4  P2  negative
    unlabelled  a5  P3  negative
    training    b1  P4  neutral
    training    b2  P5  neutral
                b3  P1  neutral
    test        b4  P3  neutral
    unlabelled  b5  P6  neutral
    training    c1  P7  positive
    training    c2  P1  positive
                c3  P5  positive
                c4  P7  positive
    test        c5  P8  positive
                c6  P2  positive
    unlabelled  c7  P9  positive
"""


def study(text):
    """Utterances, and the split that each must be put into."""
    rows = [line.split() for line in text.strip().splitlines()]
    expected = {r[-3]: r[0] if len(r) == 4 else "" for r in rows}
    return [speak(r[-3], "", r[-2], r[-1]) for r in rows], expected


def test_study_takes_sorted_names_and_passes_over_sessions_used_before():
    table, expected = study(STUDY)
    # P3 is in test by b4, so a5 cannot be unlabelled: another name takes its place.
    expected["a5"] = ""
    table.append(speak("a6", "", "P9", "negative"))
    expected["a6"] = "unlabelled"
    wanted = asked(
        method="study", sizes={"training": 2, "unlabelled": "all", "test": 1}
    )
    assert split_of(table, wanted) == expected
    assert split_of(table[::-1], wanted) == expected


def test_study_does_not_keep_speakers_apart():
    table = [u._replace(speaker="A") for u in everyone("ABC")]
    wanted = asked(method="study", sizes=dict.fromkeys(SPLITS, 1))
    assert set(split_of(table, wanted).values()) == set(SPLITS)


def test_study_says_how_many_are_left():
    table, _ = study(STUDY)
    wanted = asked(method="study", sizes={"training": 2, "unlabelled": 1, "test": 3})
    # All but a1, a2 and a3, which stand in or share P1.
    with pytest.raises(InputError, match="sizes.test asks for 3 negative.*only 2 "):
        splits.assign(table, wanted)


def test_study_draws_from_the_partitions_of_each_split():
    rows = [
        (f"{p}{i}{k[:3]}", "", f"{p}{i}", k, p)
        for p in ("Train", "Dev", "Test")
        for i in range(3)
        for k in LABELS
    ]
    wanted = asked(
        method="study", partitions=DEV, sizes=dict.fromkeys(SPLITS, 2) | {"test": 1}
    )
    result = splits.assign([speak(*row) for row in rows], wanted)
    assert [u.utterance for u in result if u.label == "neutral" and u.split] == [
        "Train0neu",
        "Train1neu",
        "Dev0neu",
        "Dev1neu",
        "Test0neu",
    ]
    assert all(u.partition in DEV[u.split] for u in result if u.split)


# --- given --------------------------------------------------------------------


def test_given_takes_partitions_named_as_the_splits():
    table = corpus(
        ("A", "P1", "negative", "training"),
        ("B", "P2", "neutral", "unlabelled"),
        ("C", "P3", "positive", "test"),
        ("D", "P4", "positive", "Test"),
        ("E", "P5", "positive", ""),
    )
    result = split_of(table, asked(method="given"))
    assert list(result.values()) == ["training", "unlabelled", "test", "", ""]


def test_given_maps_partitions_to_splits():
    table = corpus(
        ("A", "P1", "negative", "Train"),
        ("B", "P2", "negative", "Dev"),
        ("C", "P3", "negative", "Test"),
        ("D", "P4", "negative", "Extra"),
        ("E", "P5", "negative", "Other"),
    )
    result = split_of(table, asked(method="given", partitions=DEV))
    assert list(result.values()) == ["unlabelled", "training", "test", "test", ""]


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        (("Ann", "P1"), ("Ann", "P3"), "speaker Ann: u000 is in training and u002 in"),
        (("Ann", "P1"), ("Bea", "P1"), "session P1: u000 is in training and u002 in"),
        (("", "P1"), ("", "P1"), "session P1: u000 is in training and u002 in test"),
    ],
)
def test_given_splits_that_share_somebody_fail(first, second, told):
    table = corpus(
        (*first, "negative", "training"),
        ("Cid", "P2", "neutral", "unlabelled"),
        (*second, "positive", "test"),
    )
    with pytest.raises(InputError, match=told):
        splits.assign(table, asked(method="given"))


def test_given_splits_may_share_unknown_speakers_and_what_is_in_no_split():
    table = corpus(
        ("", "P1", "negative", "training"),
        ("", "P2", "neutral", "unlabelled"),
        ("", "P3", "positive", "test"),
        ("", "P3", "positive", "elsewhere"),
    )
    assert sum(map(bool, split_of(table, asked(method="given")).values())) == 3


def test_given_without_a_split_fails_and_names_the_partitions_found():
    table = corpus(
        ("A", "P1", "negative", "Train"),
        ("B", "P2", "negative", "Dev"),
        ("C", "P3", "negative", ""),
    )
    with pytest.raises(InputError) as caught:
        splits.assign(table, asked(method="given", partitions=DEV))
    message = str(caught.value)
    assert "no partition Test or Extra" in message
    assert "it has Dev, Train" in message


# --- the whole table ----------------------------------------------------------


def test_corpus_table_hands_on_what_the_reader_left_out(monkeypatch):
    table, left_out = everyone("ABCDEFGH"), [object()]
    reader = SimpleNamespace(read=lambda section: (table, left_out + [section]))
    monkeypatch.setattr(splits, "registry", reader)
    utterances, rejected = splits.corpus_table({"name": "mine"}, asked())
    assert utterances == splits.assign(table, asked())
    assert rejected == [*left_out, {"name": "mine"}]


def test_sizes_per_class():
    assert splits.sizes_per_class(3) == {"negative": 3, "neutral": 3, "positive": 3}
    own = {"positive": 1, "negative": 2, "neutral": 3}
    assert splits.sizes_per_class(own) == own
    assert set(splits.sizes_per_class("all").values()) == {float("inf")}


# --- what a change of the corpus moves ------------------------------------------


def test_one_speaker_more_moves_nobody_or_takes_one_place():
    rows = [
        (f"{k[:3]}{s:02}{i}", f"S{s:02}", f"P{s:02}", k)
        for s in range(40)
        for k in LABELS
        for i in range(4)
    ]
    wanted = asked(
        sizes={"training": 16, "unlabelled": 80, "test": 16}, max_speaker_share=0.25
    )
    was = {
        u.utterance: u.split
        for u in splits.assign([speak(*row) for row in rows], wanted)
    }
    for name in ("S98", "S99"):
        joined = [*rows, *((f"{name}{k}", name, f"P{name}", k) for k in LABELS)]
        after = splits.assign([speak(*row) for row in joined], wanted)
        moved = [u for u in after if was.get(u.utterance, u.split) != u.split]
        # At most some of the last taken of each split make room.
        assert len(moved) <= 0.1 * len(rows)


# --- folds --------------------------------------------------------------------


ALL = dict.fromkeys(SPLITS, "all")


def all_folds(table, folds, **changes):
    """The divisions of every fold, {utterance: split} each."""
    wanted = asked(**{"sizes": ALL, **changes}, folds=folds)
    return [split_of(table, {**wanted, "fold": k}) for k in range(1, folds + 1)]


folded = st.builds(
    lambda training, test, unlabelled, share, seed: {
        "sizes": {"training": training, "unlabelled": unlabelled, "test": test},
        "max_speaker_share": share,
        "seed": seed,
    },
    *[st.one_of(st.just("all"), st.just(1))] * 3,
    st.sampled_from([0.34, 1.0]),
    st.integers(0, 5),
)


def folds_of(table, folds, changes):
    """The same, or no example at all where the corpus is too small."""
    try:
        return all_folds(table, folds, **changes)
    except InputError:
        assume(False)


@quickly
@given(st.integers(20, 60), st.integers(3, 5), folded, st.integers(0, 9))
def test_folds_keep_speakers_and_sessions_apart_and_use_each_once(
    n, folds, changes, mixed
):
    # Every third speaker meets the next one in a session; some are unknown.
    rows = []
    for i in range(n):
        speaker = "" if i == mixed else f"S{i}"
        rows += [(speaker, f"P{i - (i % 3 == 1)}", label) for label in LABELS]
    table = corpus(*rows)
    divisions = folds_of(table, folds, changes)
    roles = defaultdict(Counter)
    for division in divisions:
        divided = [u._replace(split=division[u.utterance]) for u in table]
        assert in_several_splits(divided, "speaker") == set()
        assert in_several_splits(divided, "session") == set()
        for session in {u.session for u in table}:
            of = {u.split for u in divided if u.session == session} - {""}
            roles[session].update(of)
    every = changes["sizes"]
    for counted in roles.values():
        for split in ("training", "test"):
            assert counted[split] <= 1
            if every[split] == "all":
                assert counted[split] == 1


@pytest.mark.parametrize("folds", [3, 4, 6, 8])
def test_24_equal_speakers_are_dealt_evenly(folds):
    table = everyone([f"S{i:02}" for i in range(24)], per_class=4)
    tested = []
    for division in all_folds(table, folds):
        found = Counter(division.values())
        assert found["test"] == found["training"] == len(table) / folds
        assert found["unlabelled"] == len(table) * (folds - 2) / folds
        tested += [u for u, split in division.items() if split == "test"]
    assert sorted(tested) == sorted(u.utterance for u in table)


def test_who_is_tested_in_a_fold_is_trained_on_in_the_one_before():
    table = everyone([f"S{i:02}" for i in range(12)])
    divisions = all_folds(table, 4)
    of = [
        {
            split: {u for u, where in division.items() if where == split}
            for split in ("training", "test")
        }
        for division in divisions
    ]
    for one, following in zip(of, [*of[1:], of[0]], strict=True):
        assert one["training"] == following["test"]


def test_unequal_speakers_are_dealt_as_evenly_as_one_of_them_allows():
    said = {f"S{i:02}": 1 + i % 7 for i in range(60)}
    table = corpus(
        *((s, s, label) for s, n in said.items() for label in LABELS for _ in range(n))
    )
    sizes = [Counter(division.values())["test"] for division in all_folds(table, 5)]
    # At most half of the largest speaker lies on the wrong side of each cut.
    assert max(abs(size - len(table) / 5) for size in sizes) <= 3 * 7


def test_folds_have_the_sizes_asked_for_and_no_speaker_beyond_the_share():
    table = everyone([f"S{i:02}" for i in range(24)], per_class=10)
    sizes = {"training": 20, "unlabelled": "all", "test": 12}
    for division in all_folds(table, 4, sizes=sizes, max_speaker_share=0.25):
        divided = [u._replace(split=division[u.utterance]) for u in table]
        found = counts(divided)
        spoken = Counter((u.split, u.label, u.speaker) for u in divided)
        for label in LABELS:
            assert found["training", label] == 20 and found["test", label] == 12
            assert (
                max(n for key, n in spoken.items() if key[:2] == ("test", label)) <= 3
            )


def test_folds_depend_on_names_and_seed_only():
    table = everyone([f"S{i:02}" for i in range(20)])
    first = all_folds(table, 4)
    assert all_folds(table[::-1], 4) == first
    assert all_folds(table, 4, seed=2) != first


def test_one_speaker_more_moves_few_between_folds():
    table = everyone([f"S{i:02}" for i in range(40)])
    was = all_folds(table, 4)
    for name in ("S98", "S99"):
        more = [speak(f"{name}{k}", name, name, k) for k in LABELS]
        for before, after in zip(was, all_folds([*table, *more], 4), strict=True):
            moved = [u for u in table if before[u.utterance] != after[u.utterance]]
            # One at each of three cuts, and what lies past the last stays.
            assert len({u.speaker for u in moved}) <= 3


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"fold": 1}, "splits.fold: 1, but splits.folds is not set"),
        ({"folds": 4}, "splits.folds: 4, but splits.fold is not set: .* 1 to 4"),
        ({"folds": 4, "fold": 5}, "splits.fold: 5, but must be 1 to 4"),
        ({"folds": 4, "fold": 1, "method": "study"}, "method study divides once"),
        ({"folds": 4, "fold": 1, "partitions": DEV}, "splits.partitions not every"),
    ],
)
def test_folds_that_do_not_go_with_the_rest_fail(changes, told):
    with pytest.raises(InputError, match=told):
        splits.assign(everyone("ABCDEF"), asked(sizes=ALL, **changes))


def test_too_many_folds_are_told_with_a_number_that_fits():
    table = everyone("ABCDEFG")
    with pytest.raises(
        InputError, match=r"is 9 .* 7 parts .* of 3 utterances: .*: (\d)"
    ):
        all_folds(table, 9)
    assert all_folds(table, 6)
    with pytest.raises(InputError, match="splits.folds: 6 would fit"):
        all_folds(table, 9)


def test_sizes_too_large_for_a_fold_are_told_with_those_that_fit():
    table = everyone("ABCDEF", per_class=10)
    sizes = {"training": 40, "unlabelled": "all", "test": 20}
    with pytest.raises(InputError) as error:
        all_folds(table, 3, sizes=sizes)
    fitting = str(error.value).split("these would fit: ")[1]
    assert fitting == "training 20, unlabelled all, test 10"
    assert all_folds(table, 3, sizes=described(fitting))


def test_several_splits_that_take_all_are_told_of_folds():
    with pytest.raises(InputError, match="only with splits.folds and splits.fold"):
        splits.assign(everyone("ABCDEFGH"), asked(sizes=ALL))


def test_a_corpus_that_one_host_links_has_no_folds():
    rows = [("host", f"P{i}", label) for i in range(9) for label in LABELS]
    rows += [(f"S{i}", f"P{i}", label) for i in range(9) for label in LABELS]
    with pytest.raises(InputError, match="1 parts .* the largest of 54 .* folds and f"):
        all_folds(corpus(*rows), 3)


def test_partitions_in_no_corpus_or_in_two_splits_fail():
    table = [
        speak(f"{p}{k}", p + k, p + k, k, p) for p in ("A", "B", "C") for k in LABELS
    ]
    for partitions, words in [
        ({"training": ["Typo"], "unlabelled": ["B"], "test": ["C"]}, "partition Typo"),
        ({"training": ["A", "B"], "unlabelled": ["B"], "test": ["C"]}, "'B' is in"),
    ]:
        with pytest.raises(InputError, match=words):
            splits.assign(table, asked(method="given", partitions=partitions))
