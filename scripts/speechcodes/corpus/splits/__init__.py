"""Divide a corpus into parts of whole speakers and sessions, and give them roles."""

from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter

from speechcodes.corpus.splits import balanced, folds, given, study
from speechcodes.corpus.splits.roles import Roles
from speechcodes.records import Utterance

#: Each takes the utterances, sorted, the settings and the classes, and returns
#: {utterance: part} and the roles of parts in each fold. The part unlabelled gets the
#: speech without a label whose speaker and session are in no other part.
METHODS = {
    "folds": folds.divide,
    "balanced": balanced.divide,
    "study": study.divide,
    "given": given.divide,
}


def assign(
    utterances: Iterable[Utterance], settings: Mapping, classes: Sequence[str]
) -> tuple[list[Utterance], list[Roles]]:
    """Return the utterances with their parts set, and the roles of parts in each fold.

    Utterances stay in their order, which changes no part; `part` is empty for those
    that are not used. The folds of a repeat come one after the other.

    Raises InputError if there are too few utterances or speakers, saying what would
    fit, or if given parts share a speaker or a session.
    """
    utterances = list(utterances)
    in_order = sorted(utterances, key=attrgetter("utterance"))
    divide = METHODS[settings["method"]]
    part_of, folds_of_roles = divide(in_order, settings, classes)
    # The part is the last field; `_replace` takes three times as long.
    return [
        Utterance(*u[:-1], part_of.get(u.utterance, "")) for u in utterances
    ], folds_of_roles
