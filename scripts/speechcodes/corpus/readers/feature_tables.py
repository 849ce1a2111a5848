"""A corpus that starts from feature tables, without audio."""

from collections import Counter
from collections.abc import Mapping

from speechcodes.errors import InputError
from speechcodes.records import LABELS, Rejected, Utterance


def read(corpus: Mapping) -> tuple[list[Utterance], list[Rejected]]:
    """Read the utterances of a file of feature tables.

    See `speechcodes.corpus.feature_tables` for the file. Its splits are the partitions
    of the
    corpus. Sessions are unknown.

    Parameters
    ----------
    corpus : mapping
        `path`, the HDF5 file.

    Returns
    -------
    utterances : list of Utterance
        Sorted by id; `path` is the file.
    rejected : list of Rejected
        Always empty: what does not fit is an error.

    Raises
    ------
    InputError
        If there is no such file, or its content does not fit.
    """
    # Needs more than the standard library, which no other reader does.
    from speechcodes.corpus import feature_tables

    path = corpus["path"]
    utterances = [
        Utterance(name, path, speaker, "", LABELS[label], partition=split)
        for split in ("training", "test")
        for name, speaker, label in zip(
            *feature_tables.utterances_of_corpus(path, split), strict=True
        )
    ]
    name, times = Counter(u.utterance for u in utterances).most_common(1)[0]
    if times > 1:
        raise InputError(
            f"{path}: the utterance {name} is there {times} times; every id must be "
            "there once, in one split"
        )
    return sorted(utterances), []
