"""Invented corpora, and what tests ask of their division."""

from collections import Counter, defaultdict

from hypothesis import HealthCheck, assume, settings

from speechcodes.corpus import splits
from speechcodes.errors import InputError
from speechcodes.records import VALENCE, Utterance

# Slow only where the machine is busy.
slow = [HealthCheck.too_slow]
quickly = settings(max_examples=25, deadline=None, suppress_health_check=slow)
#: Partitions of each part.
PARTITIONS = {"training": ["Dev"], "unlabelled": ["Train"], "test": ["Test", "Extra"]}


def balanced(**changes):
    """What the configuration says of one division, defaults filled in."""
    return {
        "method": "balanced",
        "sizes": {"training": 2, "unlabelled": "all", "test": 1},
        "max_speaker_share": 1.0,
        "partitions": None,
        "seed": 1,
    } | changes


def in_folds(folds=3, **changes):
    """What it says of folds."""
    return {
        "method": "folds",
        "folds": folds,
        "repeats": 1,
        "parts_per_fold": 3,
        "training": "all",
        "unlabelled": "all_but_test",
        "partitions": None,
        "seed": 1,
    } | changes


def speak(name, speaker, session, label, partition=""):
    return Utterance(name, f"{name}.wav", speaker, session, label, partition=partition)


def corpus(*rows):
    """Utterances u000, u001, ... of (speaker, session, label) or with a partition."""
    return [speak(f"u{i:03d}", *row) for i, row in enumerate(rows)]


def everyone(speakers, per_class=1, classes=VALENCE):
    """So many utterances per class of every speaker, each in one session."""
    return corpus(
        *(
            (speaker, speaker, label)
            for speaker in speakers
            for label in classes
            for _ in range(per_class)
        )
    )


def divided(utterances, wanted, classes=VALENCE):
    """The utterances with their parts."""
    return splits.assign(utterances, wanted, classes)[0]


def where_it_can_be(utterances, wanted):
    """The utterances and the folds, or no example at all of too small a corpus."""
    try:
        return splits.assign(utterances, wanted, VALENCE)
    except InputError:
        assume(False)


def part_of(utterances, wanted):
    return {u.utterance: u.part for u in divided(utterances, wanted)}


def counts(utterances):
    """How many utterances each part has of each class."""
    return Counter((u.part, u.label) for u in utterances if u.part)


def in_several_parts(utterances, kind):
    """Speakers or sessions found in more than one part."""
    seen = defaultdict(set)
    for u in utterances:
        if u.part and getattr(u, kind):
            seen[getattr(u, kind)].add(u.part)
    return {name for name, where in seen.items() if len(where) > 1}
