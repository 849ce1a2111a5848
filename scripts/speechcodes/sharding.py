"""Which shard an utterance belongs to."""

from hashlib import blake2b


def shard_names(utterances, utterances_per_shard):
    """Group utterances into shards of at most so many.

    An utterance's place is a string of bits hashed from its id alone. A shard
    takes all that share a prefix, and is divided by the next bit only once it
    holds too many, so that one utterance more or less touches one shard (or
    divides it) and leaves all others as they are. This is extendible hashing
    (Fagin et al., 1979).

    Parameters
    ----------
    utterances : iterable of str
        Ids, no two the same.
    utterances_per_shard : int

    Returns
    -------
    shards : dict
        Name ("b" and the prefix) to the sorted ids.
    """
    hashed = sorted((_bits(utterance), utterance) for utterance in utterances)
    return dict(_divide(hashed, "", utterances_per_shard))


def _bits(utterance):
    digest = blake2b(utterance.encode(), digest_size=16).digest()
    return f"{int.from_bytes(digest):0128b}"


def _divide(hashed, prefix, most):
    if len(hashed) > most:
        for bit in "01":
            inside = [pair for pair in hashed if pair[0][len(prefix)] == bit]
            yield from _divide(inside, prefix + bit, most)
    elif hashed:
        yield "b" + prefix, sorted(utterance for _, utterance in hashed)
