"""Who trains, who stays unlabelled and who tests: the roles of parts in one fold."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from speechcodes.records import ROLES, Utterance

#: Columns of the rows that `of_role` returns.
COLUMNS = ["utterance", "part", "label", "speaker", "session", "voice"]


class Roles(NamedTuple):
    """The roles that one fold gives to parts.

    A part may be in `training` and in `unlabelled` at once: its labels then train
    classifiers, and its audio trains autoencoders, which see no label.

    Attributes
    ----------
    training, unlabelled, test : tuple of str
        Names of parts.
    """

    training: tuple[str, ...]
    unlabelled: tuple[str, ...]
    test: tuple[str, ...]


#: The one fold of a division into parts that are named as their roles.
ONE_FOLD = [Roles(*((role,) for role in ROLES))]


class RoleCount(NamedTuple):
    """How much speech has one role in one fold.

    Attributes
    ----------
    fold : int
        From 1 on.
    role : str
    utterances, voices : int
    per_class : dict of str to int
        Utterances of each class; empty for the role unlabelled.
    """

    fold: int
    role: str
    utterances: int
    voices: int
    per_class: dict[str, int]


class Usage(NamedTuple):
    """How much of a corpus is used by any fold.

    Attributes
    ----------
    labelled, labelled_used : int
        Utterances with a label, and those of them that train or test classifiers.
    unlabelled, unlabelled_used : int
        Utterances without a label, and those of them that train autoencoders.
    unknown_speaker : int
        Those of `unlabelled_used` whose speaker is not known.
    """

    labelled: int
    labelled_used: int
    unlabelled: int
    unlabelled_used: int
    unknown_speaker: int


def of_role(utterances: Iterable[Utterance], roles: Roles, role: str) -> list[tuple]:
    """Return who has a role in a fold, as rows of `COLUMNS`.

    Utterances without a label neither train classifiers nor test them. Those in the
    role unlabelled are told without their labels.

    >>> anna = Utterance("a/1", "a/1.wav", "anna", "", "happy", part="p01")
    >>> fold = Roles(training=("p01",), unlabelled=("p01",), test=("p02",))
    >>> of_role([anna], fold, "training")
    [('a/1', 'p01', 'happy', 'anna', '', 'speaker anna')]
    >>> of_role([anna], fold, "unlabelled")
    [('a/1', 'p01', '', 'anna', '', 'speaker anna')]
    """
    parts = set(getattr(roles, role))
    members = (u for u in utterances if u.part in parts)
    if role == "unlabelled":
        return [
            (u.utterance, u.part, "", u.speaker, u.session, u.voice) for u in members
        ]
    return [
        (u.utterance, u.part, u.label, u.speaker, u.session, u.voice)
        for u in members
        if u.label
    ]


def count(
    utterances: Iterable[Utterance], folds: Sequence[Roles], classes: Sequence[str]
) -> list[RoleCount]:
    """Count utterances, voices and classes of each role in each fold."""
    labels, everyone = defaultdict(Counter), Counter()
    labelled_voices, voices = defaultdict(set), defaultdict(set)
    for u in utterances:
        everyone[u.part] += 1
        voices[u.part].add(u.voice)
        if u.label:
            labels[u.part][u.label] += 1
            labelled_voices[u.part].add(u.voice)
    found = []
    for number, fold in enumerate(folds, start=1):
        for role, parts in zip(ROLES, fold, strict=True):
            if role == "unlabelled":
                total, per_class = sum(everyone[part] for part in parts), {}
                spoken = set().union(*(voices[part] for part in parts))
            else:
                per_class = {c: sum(labels[p][c] for p in parts) for c in classes}
                total = sum(per_class.values())
                spoken = set().union(*(labelled_voices[part] for part in parts))
            found.append(RoleCount(number, role, total, len(spoken), per_class))
    return found


def used(utterances: Iterable[Utterance], folds: Sequence[Roles]) -> Usage:
    """Count how many utterances of a corpus have a role in any fold."""
    learned = {part for fold in folds for part in (*fold.training, *fold.test)}
    heard = {part for fold in folds for part in fold.unlabelled}
    numbers = Counter(
        (bool(u.label), u.part in (learned if u.label else heard), bool(u.speaker))
        for u in utterances
    )
    labelled_used = numbers[True, True, True] + numbers[True, True, False]
    unknown = numbers[False, True, False]
    return Usage(
        labelled=sum(n for key, n in numbers.items() if key[0]),
        labelled_used=labelled_used,
        unlabelled=sum(n for key, n in numbers.items() if not key[0]),
        unlabelled_used=numbers[False, True, True] + unknown,
        unknown_speaker=unknown,
    )
