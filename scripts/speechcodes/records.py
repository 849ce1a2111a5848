"""The records that every stage speaks of: utterances, rejects, and fixed words."""

from typing import NamedTuple

#: The classes of a corpus whose configuration names none: those of valence.
VALENCE = ("negative", "neutral", "positive")
#: What a fold makes of a part: it trains classifiers, autoencoders, or tests them.
ROLES = ("training", "unlabelled", "test")
#: Folder of utterances without a label, beside those of the classes.
NO_LABEL = "none"
#: Length of a segment that is a whole utterance, whatever its length.
WHOLE = "whole"

#: Reasons that make an utterance useless for every kind of feature. Their share
#: is held against `audio.max_unusable_share`; any other reason is a consequence
#: of what the user asked for (a minimum length, a map of labels).
UNUSABLE_AUDIO = (
    *("missing_file", "unreadable", "truncated", "empty", "silent", "not_finite"),
)


class Utterance(NamedTuple):
    """One audio file; what is not known of it is empty."""

    #: Its id: the path below the corpus' root, without ending.
    utterance: str
    path: str
    speaker: str
    session: str
    #: One of the corpus' classes; empty for speech without a label.
    label: str
    #: The numeric rating, where there is one.
    value: float | None = None
    #: The corpus' own division.
    partition: str = ""
    #: Column and value of each of `report.groups`; none for more unlabelled speech.
    groups: tuple[tuple[str, str], ...] = ()
    #: The set of speakers and sessions that it was dealt to; empty if it is not used.
    part: str = ""

    @property
    def voice(self) -> str:
        """Who must stay together: the speaker, else the session, else it alone.

        >>> Utterance("a/1", "a/1.wav", "", "a", "").voice
        'session a'
        """
        if self.speaker:
            return f"speaker {self.speaker}"
        if self.session:
            return f"session {self.session}"
        return f"utterance {self.utterance}"


def is_known(voice: str) -> bool:
    """Tell whether a voice is of a speaker or a session that somebody named.

    >>> is_known("session a"), is_known("utterance a/1")
    (True, False)
    """
    return not voice.startswith("utterance ")


class Rejected(NamedTuple):
    """One utterance, row or file left out, with a stable reason and the detail."""

    utterance: str
    path: str
    reason: str
    detail: str
