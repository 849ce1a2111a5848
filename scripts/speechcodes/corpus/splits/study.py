"""The published study's division: names in order, sessions apart, speakers not."""

from collections.abc import Mapping, Sequence
from math import inf

from speechcodes.corpus.splits import common
from speechcodes.corpus.splits.roles import ONE_FOLD, Roles
from speechcodes.errors import InputError
from speechcodes.records import Utterance


def divide(
    utterances: Sequence[Utterance], settings: Mapping, classes: Sequence[str]
) -> tuple[dict[str, str], list[Roles]]:
    """Take, per class and in order of names: training, then test, then unlabelled.

    As the published study did, but for one thing: an utterance whose session is in a
    part filled earlier is passed over. Speakers are not kept apart.

    Raises InputError if a class has too few utterances, saying how many are left.
    """
    partitions = settings["partitions"]
    common.check_partitions(utterances, partitions)
    part_of, taken_sessions = {}, set()
    for part in ("training", "test", "unlabelled"):
        wanted = common.sizes_per_class(settings["sizes"][part], classes)
        pool = common.candidates(utterances, part, partitions)
        sessions = set()
        for label in classes:
            left = [
                u
                for u in pool
                if u.label == label
                and u.utterance not in part_of
                and u.session not in taken_sessions
            ]
            size = None if wanted[label] == inf else wanted[label]
            if len(left) < (size or 1):
                raise InputError(
                    f"splits.sizes.{part} asks for {size or 'all'} {label} utterances, "
                    f"but only {len(left)} are left whose session is in no part filled "
                    f"before: ask for at most {len(left)}, or use splits.method folds"
                )
            chosen = left[:size]
            part_of.update((u.utterance, part) for u in chosen)
            sessions.update(u.session for u in chosen)
        taken_sessions |= sessions - {""}
    return common.with_unlabelled(utterances, part_of, partitions), ONE_FOLD
