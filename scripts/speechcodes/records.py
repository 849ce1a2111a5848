"""The records every stage speaks of: utterances, rejects, and their fixed words."""

import os
from typing import NamedTuple

LABELS = ("negative", "neutral", "positive")
SPLITS = ("training", "unlabelled", "test")
#: Length of a segment that is a whole utterance, whatever its length.
WHOLE = "whole"

#: Reasons that make an utterance useless for every kind of feature. Their share
#: is held against `audio.max_unusable_share`; any other reason is a consequence
#: of what the user asked for (a minimum length, a map of emotions).
UNUSABLE_AUDIO = ("missing_file", "unreadable", "empty", "silent", "not_finite")


class Utterance(NamedTuple):
    """One audio file with one valence class.

    `speaker` is empty where unknown; `session` never is. `valence` is None where
    the corpus gives classes only. `partition` is the corpus' own division, and
    `split` ours, empty for an utterance that no split needed.
    """

    utterance: str
    path: str
    speaker: str
    session: str
    label: str
    valence: float | None = None
    partition: str = ""
    split: str = ""


class Rejected(NamedTuple):
    """One utterance, row or file left out, with a stable reason and the detail."""

    utterance: str
    path: str
    reason: str
    detail: str


def utterance_id(path: str) -> str:
    """Return the id of an audio file: its name without folder and extension."""
    name = path.rpartition(os.sep)[2]
    return name.rpartition(".")[0] or name
