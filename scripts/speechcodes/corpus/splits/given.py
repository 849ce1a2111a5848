"""The corpus' own partitions, taken whole."""

from collections.abc import Mapping, Sequence

from speechcodes.corpus.splits import common
from speechcodes.corpus.splits.roles import ONE_FOLD, Roles
from speechcodes.errors import InputError
from speechcodes.records import ROLES, Utterance


def divide(
    utterances: Sequence[Utterance], settings: Mapping, classes: Sequence[str]
) -> tuple[dict[str, str], list[Roles]]:
    """Put every utterance into the part that its own partition belongs to.

    Partitions are named as the parts where the settings name none. Speech without a
    label is not used where its partition trains or tests.

    Raises InputError if a part has no utterance, or two parts share a speaker or a
    session.
    """
    common.check_partitions(utterances, settings["partitions"])
    partitions = settings["partitions"] or {role: [role] for role in ROLES}
    owner = {name: part for part, names in partitions.items() for name in names}
    part_of = {
        u.utterance: owner[u.partition]
        for u in utterances
        if u.partition in owner and (u.label or owner[u.partition] == "unlabelled")
    }
    _check_apart(utterances, part_of)
    free = [u for u in utterances if u.label or not u.partition]
    part_of |= common.with_unlabelled(free, part_of, partitions)
    filled = set(part_of.values())
    for part in partitions:
        if part not in filled:
            found = sorted({u.partition or "(empty)" for u in utterances})
            raise InputError(
                f"splits.method is given, but no utterance is in {part}: the corpus' "
                f"own partitions are {', '.join(found)}, and {part} is made of "
                f"{', '.join(partitions[part])}"
            )
    return part_of, ONE_FOLD


def _check_apart(utterances, part_of):
    """Raise InputError if a speaker or a session is in two of the given parts."""
    for kind in ("speaker", "session"):
        first = {}
        for u in utterances:
            name, part = getattr(u, kind), part_of.get(u.utterance)
            if not (name and part):
                continue
            other, where = first.setdefault(name, (u.utterance, part))
            if where != part:
                raise InputError(
                    f"the given parts share {kind} {name}: {other} is in {where} and "
                    f"{u.utterance} in {part}; every {kind} must be in one part only"
                )
