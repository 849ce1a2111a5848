"""Which shard an utterance goes to, on any set of ids."""

import re
from hashlib import blake2b

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from speechcodes.storage.sharding import shard_names

ids = st.sets(st.text(st.characters(codec="utf-8"), min_size=1, max_size=12))
limits = st.integers(1, 8)
quickly = settings(max_examples=50, deadline=None)


@quickly
@given(ids, limits, limits, st.randoms(use_true_random=False))
def test_every_utterance_is_in_one_shard_in_an_order_of_its_own(
    utterances, most, other, random
):
    shards = shard_names(sorted(utterances), most)
    assert all(1 <= len(shard) <= most for shard in shards.values())
    inside = [u for shard in shards.values() for u in shard]
    assert sorted(inside) == sorted(utterances)
    # Neither the order in which they are given, nor how much a shard holds, decides.
    shuffled = random.sample(sorted(utterances), len(utterances))
    assert list(shards.items()) == list(shard_names(shuffled, most).items())
    assert inside == [u for s in shard_names(shuffled, other).values() for u in s]


@quickly
@given(ids, limits, st.text(min_size=1))
def test_one_utterance_more_or_less_touches_one_shard(utterances, most, one):
    assume(one not in utterances)
    before, after = shard_names(utterances, most), shard_names(utterances | {one}, most)
    gone = [name for name in before if before[name] != after.get(name)]
    new = [name for name in after if after[name] != before.get(name)]
    # Only the shard that it is put into differs, or is divided into several.
    assert len(gone) <= 1 and all(name.startswith(tuple(gone or "b")) for name in new)
    inside = [u for name in gone for u in before[name]]
    found = [u for name in new for u in after[name]]
    assert sorted(found) == sorted([*inside, one])


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


def test_shards_of_a_large_corpus_are_not_nearly_empty():
    shards = shard_names([f"utterance{i}" for i in range(5000)], 100)
    assert 50 <= len(shards) <= 150
    assert shard_names(["b", "c", "a"], 3) == {"b": ["a", "b", "c"]}
