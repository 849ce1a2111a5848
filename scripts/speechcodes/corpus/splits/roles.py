"""Who trains, who stays unlabelled and who tests: the roles of parts in one fold."""

import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from speechcodes.records import ROLES, Utterance


class Roles(NamedTuple):
    """The roles that one fold gives to parts.

    A part may be in `training` and in `unlabelled` at once: its labels then train
    classifiers, and its audio trains autoencoders, which see no label. In `training`
    and `test` at once it is only in `everything`: what has no label is then tested.
    """

    training: tuple[str, ...]
    unlabelled: tuple[str, ...]
    test: tuple[str, ...]


#: The one fold of a division into parts that are named as their roles.
ONE_FOLD = [Roles(*((role,) for role in ROLES))]


def everything(parts: Iterable[str]) -> Roles:
    """Return the roles by which all labels train, and what has none is to be labelled.

    Predictors are trained so. There is nothing to score in it.

    >>> everything(["unlabelled", "p01"]).test
    ('p01', 'unlabelled')
    """
    parts = tuple(sorted(parts))
    return Roles(parts, parts, parts)


class RoleCount(NamedTuple):
    """How much speech has one role in one fold."""

    #: From 1 on.
    fold: int
    role: str
    utterances: int
    voices: int
    #: Utterances of each class; empty for the role unlabelled.
    per_class: dict[str, int]


class Usage(NamedTuple):
    """How many utterances of a corpus are used by any fold."""

    #: With a label, and those of them that train or test classifiers.
    labelled: int
    labelled_used: int
    #: Without a label, and those of them that train autoencoders.
    unlabelled: int
    unlabelled_used: int
    #: Those of `unlabelled_used` whose speaker is not known.
    unknown_speaker: int


def of_role(
    utterances: Iterable[Utterance], roles: Roles, role: str
) -> dict[str, list[str]]:
    """Return who has a role in a fold, as columns: of millions, rows take much memory.

    Utterances without a label neither train classifiers nor test them, unless the fold
    is that of `everything`. Those in the role unlabelled are told without their labels.

    >>> anna = Utterance("a/1", "a/1.wav", "anna", "", "happy", part="p01")
    >>> fold = Roles(training=("p01",), unlabelled=("p01",), test=("p02",))
    >>> list(of_role([anna], fold, "training"))
    ['utterance', 'part', 'label', 'speaker', 'session', 'voice']
    >>> of_role([anna], fold, "training")["label"]
    ['happy']
    >>> of_role([anna], fold, "unlabelled")["label"]
    ['']
    """
    parts = set(getattr(roles, role))
    members = [u for u in utterances if u.part in parts]
    if role != "unlabelled":
        has_label = wants_labels(roles, role)
        members = [u for u in members if bool(u.label) == has_label]
    return {
        "utterance": [u.utterance for u in members],
        "part": [u.part for u in members],
        "label": ["" if role == "unlabelled" else u.label for u in members],
        "speaker": [u.speaker for u in members],
        "session": [u.session for u in members],
        # One text for all that a speaker says.
        "voice": [sys.intern(u.voice) for u in members],
    }


def wants_labels(roles: Roles, role: str) -> bool:
    """Tell whether whoever has the role training or test has a label, or has none.

    >>> wants_labels(Roles(("p01",), ("p01",), ("p02",)), "test")
    True
    >>> wants_labels(Roles(("p01",), ("p01",), ("p01",)), "test")
    False
    """
    return role == "training" or not set(roles.training).intersection(roles.test)


def count(
    utterances: Iterable[Utterance], folds: Sequence[Roles], classes: Sequence[str]
) -> list[RoleCount]:
    """Count utterances, voices and classes of each role in each fold."""
    spoken, found = defaultdict(list), []
    for u in utterances:
        spoken[u.part].append((u.label, u.voice))
    for number, fold in enumerate(folds, start=1):
        for role, parts in zip(ROLES, fold, strict=True):
            rows, per_class = [row for part in parts for row in spoken[part]], {}
            if role != "unlabelled":
                rows = [(label, voice) for label, voice in rows if label]
                labels = Counter(label for label, _ in rows)
                per_class = {label: labels[label] for label in classes}
            voices = {voice for _, voice in rows}
            found.append(RoleCount(number, role, len(rows), len(voices), per_class))
    return found


def used(utterances: Iterable[Utterance], folds: Sequence[Roles]) -> Usage:
    """Count how many utterances of a corpus have a role in any fold."""
    learned = {part for fold in folds for part in (*fold.training, *fold.test)}
    heard = {part for fold in folds for part in fold.unlabelled}
    utterances = list(utterances)
    labelled = [u for u in utterances if u.label]
    unlabelled = [u for u in utterances if not u.label]
    unlabelled_used = [u for u in unlabelled if u.part in heard]
    return Usage(
        labelled=len(labelled),
        labelled_used=sum(u.part in learned for u in labelled),
        unlabelled=len(unlabelled),
        unlabelled_used=len(unlabelled_used),
        unknown_speaker=sum(not u.speaker for u in unlabelled_used),
    )
