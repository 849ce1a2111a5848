"""Folds over speakers: each labelled utterance is tested once per repeat."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from speechcodes.corpus.splits import common
from speechcodes.corpus.splits.dealing import BUDGET, deal
from speechcodes.corpus.splits.roles import Roles
from speechcodes.errors import InputError
from speechcodes.records import Utterance

#: Weight of two parts' being in one fold again, where each class has the weight 1.
WEIGHT_OF_MEETING = 0.005
#: Searches for a repeat that groups parts otherwise than those before.
ATTEMPTS = 10


def divide(
    utterances: Sequence[Utterance], settings: Mapping, classes: Sequence[str]
) -> tuple[dict[str, str], list[Roles]]:
    """Deal voices into folds, and the voices of each fold into parts.

    Voices are linked to groups that share no speaker and no session. Groups with labels
    are dealt into `folds` as evenly by class as they allow, and those of each fold into
    `parts_per_fold` parts; a fold of fewer groups has one part for each. Groups without
    any label go to the part unlabelled. Each of the `repeats` makes folds of the same
    parts, grouped otherwise: evenly by class, and so that few parts meet again. If
    `training` is a number of parts, they are those that come after the fold's own.

    Raises InputError if a class would be missing where a fold trains or tests, saying
    how many folds would do, or if there are too few parts to train on or to repeat
    with.
    """
    groups = link(utterances)
    counts = {
        name: [said[label] for label in classes]
        for name, members in groups.items()
        if any((said := Counter(u.label for u in members))[label] for label in classes)
    }
    dealt = _deal(counts, settings["folds"], settings)
    if _lacks_class(dealt.folds, dealt.counts, settings):
        raise InputError(_what_would_fit(utterances, counts, settings, classes))
    repeats = _repeated(dealt, settings)
    for folds in repeats:
        _check_training(folds, settings)
    # Groups without labels are unlabelled in every fold.
    rest = ("unlabelled",) if len(counts) < len(groups) else ()
    part_of = {
        u.utterance: dealt.part_of.get(name, "unlabelled")
        for name, members in groups.items()
        for u in members
    }
    return part_of, [
        roles._replace(unlabelled=roles.unlabelled + rest)
        for folds in repeats
        for roles in _roles(folds, settings)
    ]


def link(utterances: Sequence[Utterance]) -> dict[str, list[Utterance]]:
    """Group utterances that share speakers or sessions, directly or by way of others.

    The name of a group is the first of its voices.
    """
    parent = {}

    def root(name):
        while parent.setdefault(name, name) != name:
            parent[name] = parent[parent[name]]
            name = parent[name]
        return name

    for u in utterances:
        if u.session:
            parent[root(f"session {u.session}")] = root(u.voice)
    groups = defaultdict(list)
    for u in utterances:
        groups[root(u.voice)].append(u)
    return {min(u.voice for u in members): members for members in groups.values()}


class _Dealt(NamedTuple):
    """Groups in parts, and parts in folds."""

    #: The part of each group.
    part_of: dict[str, str]
    #: Each part's number of utterances per class.
    counts: dict[str, list[int]]
    #: Parts that each fold tests.
    folds: list[list[str]]


def _deal(counts, n, settings):
    """Deal groups into folds, and those of each fold into parts."""
    per_fold, seed = settings["parts_per_fold"], settings["seed"]
    members, sizes = [], []
    for number, fold in enumerate(deal(counts, n, f"{seed}:folds")):
        inside = {name: counts[name] for name in fold}
        size = min(per_fold, len(fold))
        sizes.append(size)
        budget = BUDGET // (4 * n)
        members += deal(inside, size, f"{seed}:{number}", budget) if size else []
    digits = max(2, len(str(len(members))))
    names = [f"p{number:0{digits}}" for number in range(1, len(members) + 1)]
    parts = dict(zip(names, members, strict=True))
    left = iter(names)
    return _Dealt(
        {group: part for part, groups in parts.items() for group in groups},
        {
            part: [sum(column) for column in zip(*map(counts.get, groups), strict=True)]
            for part, groups in parts.items()
        },
        [list(islice(left, size)) for size in sizes],
    )


def _repeated(dealt, settings):
    """Return the folds of each repeat: the first as dealt, others of the same parts.

    A fold of an earlier repeat counts as a class: its parts are dealt evenly, too.
    """
    repeats, n = [dealt.folds], settings["folds"]
    while len(repeats) < settings["repeats"]:
        before = [set(fold) for folds in repeats for fold in folds]
        vectors = {
            part: [*said, *(part in fold for fold in before)]
            for part, said in dealt.counts.items()
        }
        classes = len(next(iter(dealt.counts.values())))
        weights = [1.0] * classes + [WEIGHT_OF_MEETING] * len(before)
        budget = BUDGET // (4 + len(before))
        for attempt in range(ATTEMPTS):
            seed = f"{settings['seed']}:repeat {len(repeats)}:{attempt}"
            folds = list(map(sorted, deal(vectors, n, seed, budget, weights)))
            is_new = all(
                {*map(frozenset, folds)} != {*map(frozenset, r)} for r in repeats
            )
            if is_new and not _lacks_class(folds, dealt.counts, settings):
                repeats.append(folds)
                break
        else:
            raise InputError(
                f"splits.repeats is {settings['repeats']}, but no more than "
                f"{len(repeats)} ways were found to make {n} folds of "
                f"{len(dealt.counts)} parts: ask for {len(repeats)} repeats, for more "
                "parts (splits.parts_per_fold), or for fewer folds"
            )
    return repeats


def _roles(folds, settings):
    """Return the roles of parts in each fold."""
    found = []
    for place, tested in enumerate(folds):
        others = [part for fold in folds[place + 1 :] + folds[:place] for part in fold]
        wanted = settings["training"]
        training = others if wanted == "all" else others[:wanted]
        heard = others
        if settings["unlabelled"] == "rest":
            heard = others[len(training) :]
        found.append(Roles(*(tuple(sorted(p)) for p in (training, heard, tested))))
    return found


def _lacks_class(folds, counts, settings):
    """Tell whether some fold would train or test without some class."""
    return any(
        not parts or not all(map(sum, zip(*map(counts.get, parts), strict=True)))
        for roles in _roles(folds, settings)
        for parts in (roles.training, roles.test)
    )


def _check_training(folds, settings):
    """Raise InputError if there are fewer parts to train on than asked for."""
    most = sum(map(len, folds)) - max(map(len, folds))
    if settings["training"] != "all" and settings["training"] > most:
        raise InputError(
            f"splits.training is {settings['training']} parts, but some fold tests all "
            f"but {most}: ask for {most} at most, or for all"
        )


def _what_would_fit(utterances, counts, settings, classes):
    """Say what a fold would lack, and the largest number of folds that lack nothing."""
    voices = {
        label: sum(row[place] > 0 for row in counts.values())
        for place, label in enumerate(classes)
    }
    most = min(settings["folds"] - 1, *voices.values())
    for n in range(most, 1, -1):
        dealt = _deal(counts, n, settings)
        if not _lacks_class(dealt.folds, dealt.counts, settings):
            fitting = f"splits.folds: {n} would fit"
            break
    else:
        more = "" if settings["training"] == "all" else ", or raise splits.training"
        fitting = f"no number of folds would fit: add speakers{more}"
    rarest = min(voices, key=voices.get)
    return (
        f"splits.folds is {settings['folds']}, and each fold must train and test on "
        f"every class, but the corpus has {common.in_words(utterances, classes)}, who "
        f"make {len(counts)} groups that share no speaker and no session "
        f"({voices[rarest]} of them with {rarest} utterances): {fitting}"
    )
