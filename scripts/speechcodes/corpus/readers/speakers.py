"""Names of speakers and sessions: of nobody known, or spelt in several ways."""

import functools
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from operator import attrgetter

from speechcodes.corpus.readers.common import normalised
from speechcodes.errors import InputError
from speechcodes.records import Utterance

#: What corpora and libraries write where a name is not known, as `spelling` gives it.
UNKNOWN = frozenset({"", "unknown", "nan", "<na>", "n/a", "none", "null", "-1", "?"})


def spelling(name: str) -> str:
    """Return what the spellings of one name have in common.

    That is the name without regard to case, Unicode form, outer space, and the decimals
    that a whole number gets in a column with gaps.

    >>> spelling("ANNA ") == spelling("Anna"), spelling("12.0") == spelling("12")
    (True, True)
    """
    return re.sub(r"(?<=\d)\.0+$", "", normalised(name))


@functools.cache
def known(name: str) -> str:
    """Return a name, empty where it stands for nobody known.

    All utterances of a speaker share one text, of which there may be millions.

    >>> known("Anna"), known("Unknown"), known("nan"), known("-1.0")
    ('Anna', '', '', '')
    """
    return "" if spelling(name) in UNKNOWN else name


def with_one_spelling(utterances: Iterable[Utterance], merge: bool) -> list[Utterance]:
    """Return utterances whose speakers and sessions have one name each, or none.

    Where `merge` is set, all spellings of a name become its most frequent one.

    Raises InputError if a name has several spellings and they are not to be merged: a
    speaker under two names would be trained on and tested.
    """
    utterances = list(utterances)
    for field in ("speaker", "session"):
        names = Counter(map(attrgetter(field), utterances))
        spellings = defaultdict(list)
        # The most frequent first; of several, the first by name.
        for name, _ in sorted(names.items(), key=lambda item: (-item[1], item[0])):
            spellings[spelling(name)].append(name)
        several = [
            found for found in spellings.values() if len(found) > 1 and known(found[0])
        ]
        if several and not merge:
            raise InputError(_in_two_spellings(field, several))
        one = {n: known(found[0]) for found in spellings.values() for n in found}
        if any(name != kept for name, kept in one.items()):
            utterances = [
                utterance._replace(**{field: one[getattr(utterance, field)]})
                for utterance in utterances
            ]
    return utterances


def _in_two_spellings(field, several):
    shown = "; ".join(" and ".join(map(repr, found)) for found in several[:10])
    return (
        f"{len(several)} names of {field}s have several spellings: {shown}"
        f"{'; …' if len(several) > 10 else ''}; whoever has two names would be trained"
        " on and tested. Correct them, or set corpus.merge_spellings: true if those"
        f" spelt alike are one {field} each"
    )
