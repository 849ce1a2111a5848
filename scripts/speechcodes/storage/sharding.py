"""Which shard an utterance belongs to."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from hashlib import blake2b
from operator import attrgetter

from speechcodes.records import NO_LABEL, Utterance

#: Of a hash.
BITS = 128


def shards(
    utterances: Iterable[Utterance], utterances_per_shard: int
) -> dict[tuple[str, str], dict[str, list[Utterance]]]:
    """Group the utterances that are in a part by part, label and shard.

    Returns
    -------
    dict
        (part, label) to {name of the shard: [records.Utterance]}, in order.
    """
    groups = defaultdict(list)
    for utterance in utterances:
        if utterance.part:
            groups[utterance.part, utterance.label or NO_LABEL].append(utterance)
    return {
        key: _sharded(members, attrgetter("utterance"), utterances_per_shard)
        for key, members in sorted(groups.items())
    }


def shard_names(
    utterances: Iterable[str], utterances_per_shard: int
) -> dict[str, list[str]]:
    """Group utterances into shards of at most so many.

    An utterance's place is a string of bits hashed from its id alone. A shard
    takes all that share a prefix, and is divided by the next bit only once it
    holds too many, so that one utterance more or less touches one shard (or
    divides it) and leaves all others as they are. This is extendible hashing
    (Fagin et al., 1979). One shard after the other, utterances stand in the order of
    their hashes, however many a shard holds: what is computed from them all does not
    depend on how they are divided.

    Returns name ("b" and the prefix) to ids, both in the order of the hashes.
    """
    return _sharded(utterances, str, utterances_per_shard)


def _sharded(members, id_of, most):
    """Group anything that has an id."""
    members = list(members)
    hashes = [
        blake2b(id_of(each).encode(), digest_size=16).digest() for each in members
    ]
    order = sorted(range(len(members)), key=hashes.__getitem__)
    return {
        name: [members[place] for place in places]
        for name, places in _divide(order, hashes, "", most)
    }


def _divide(order, hashes, prefix, most):
    """Yield name and places of each shard, where all hashes begin with a prefix."""
    if len(order) > most:
        # The lowest hash that begins with the prefix and a 1.
        middle = int(f"{prefix}1".ljust(BITS, "0"), 2).to_bytes(BITS // 8)
        half = bisect_left(order, middle, key=hashes.__getitem__)
        yield from _divide(order[:half], hashes, prefix + "0", most)
        yield from _divide(order[half:], hashes, prefix + "1", most)
    elif order:
        yield "b" + prefix, order
