"""Which shard an utterance goes to, on any set of ids."""

import re
from hashlib import blake2b

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from speechcodes.storage.sharding import shard_names

ids = st.sets(st.text(st.characters(codec="utf-8"), min_size=1, max_size=12))
limits = st.integers(1, 8)
quickly = settings(max_examples=50, deadline=None)


def compare(before, after):
    """Shards that went, and those that are new or changed."""
    gone = {name: before[name] for name in before if before[name] != after.get(name)}
    new = {name: after[name] for name in after if after[name] != before.get(name)}
    return gone, new


def check_one_more(before, after, one):
    """Only the shard that `one` is put into differs, or is divided into several."""
    gone, new = compare(before, after)
    inside = sorted(u for shard in gone.values() for u in shard)
    assert len(gone) <= 1
    assert sorted(u for shard in new.values() for u in shard) == sorted([*inside, one])
    for name in gone:
        assert all(other.startswith(name) for other in new)
    if not gone:
        assert list(new.values()) == [[one]]


@quickly
@given(ids, limits)
def test_every_utterance_is_in_exactly_one_shard(utterances, most):
    inside = [u for shard in shard_names(utterances, most).values() for u in shard]
    assert sorted(inside) == sorted(utterances)


@quickly
@given(ids, limits)
def test_no_shard_is_empty_or_above_the_limit(utterances, most):
    shards = shard_names(utterances, most)
    assert all(1 <= len(shard) <= most for shard in shards.values())


@quickly
@given(ids, limits, st.text(min_size=1))
def test_one_utterance_more_or_less_touches_one_shard(utterances, most, one):
    assume(one not in utterances)
    before = shard_names(utterances, most)
    check_one_more(before, shard_names(utterances | {one}, most), one)


def test_one_utterance_more_leaves_the_others_of_a_large_corpus_alone():
    utterances = {f"MSP-PODCAST_{i:04d}_{i % 7:04d}" for i in range(1000)}
    before = shard_names(utterances, 50)
    touched = set()
    for i in range(25):
        after = shard_names(utterances | {f"new{i}"}, 50)
        check_one_more(before, after, f"new{i}")
        touched.add(frozenset(compare(before, after)[0]))
    # Not always the same shard.
    assert len(touched) > 10


@quickly
@given(ids, limits, st.randoms(use_true_random=False))
def test_order_does_not_matter(utterances, most, random):
    shuffled = random.sample(sorted(utterances), len(utterances))
    first, second = shard_names(sorted(utterances), most), shard_names(shuffled, most)
    assert list(first.items()) == list(second.items())


@quickly
@given(ids, limits, limits)
def test_one_after_the_other_shards_give_one_order_whatever_they_hold(
    utterances, most, other
):
    orders = [
        [u for shard in shard_names(utterances, n).values() for u in shard]
        for n in (most, other)
    ]
    assert orders[0] == orders[1]


@quickly
@given(ids)
def test_a_limit_of_one_gives_one_shard_per_utterance(utterances):
    shards = shard_names(utterances, 1)
    assert sorted(shards.values()) == sorted([u] for u in utterances)


@quickly
@given(ids, limits)
def test_names_are_the_shortest_prefix_of_the_hashes_of_those_inside(utterances, most):
    shards = shard_names(utterances, most)
    for name, inside in shards.items():
        assert re.fullmatch("b[01]*", name)
        for utterance in inside:
            digest = blake2b(utterance.encode("utf-8"), digest_size=16).digest()
            bits = "".join(f"{byte:08b}" for byte in digest)
            assert bits.startswith(name[1:])
        # One bit less would be too many.
        parent = name[:-1]
        if parent:
            near = [shards[other] for other in shards if other.startswith(parent)]
            assert sum(map(len, near)) > most


def test_few_utterances_are_in_one_shard():
    assert shard_names(["b", "c", "a"], 3) == {"b": ["a", "b", "c"]}


def test_shards_of_a_large_corpus_are_not_nearly_empty():
    shards = shard_names([f"utterance{i}" for i in range(5000)], 100)
    assert 50 <= len(shards) <= 150


def test_no_utterances_give_no_shards():
    assert shard_names([], 10) == {}
