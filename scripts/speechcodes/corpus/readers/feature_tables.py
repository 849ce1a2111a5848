"""A corpus that starts from feature tables, without audio."""

from collections import Counter
from collections.abc import Mapping, Sequence

from speechcodes.corpus.readers.common import Labelling, check_groups
from speechcodes.errors import InputError
from speechcodes.records import Rejected, Utterance


def read(
    corpus: Mapping, groups: Sequence[str] = ()
) -> tuple[list[Utterance], list[Rejected]]:
    """Read the utterances of a file of feature tables.

    See `speechcodes.corpus.feature_tables` for the file. Its partitions are those of
    the corpus, and its labels are indices of the classes. Sessions are unknown. Nothing
    is rejected: what does not fit is an error.
    """
    # Slow to import, and more than the standard library, which no other reader needs.
    from speechcodes.corpus import feature_tables

    path, classes = corpus["path"], Labelling.of(corpus).classes
    check_groups(groups, (), path)
    utterances = [
        Utterance(name, path, speaker, "", classes[label], partition=partition)
        for partition in ("training", "test")
        for name, speaker, label in zip(
            *feature_tables.utterances_of_corpus(path, partition, classes), strict=True
        )
    ]
    name, times = Counter(u.utterance for u in utterances).most_common(1)[0]
    if times > 1:
        raise InputError(
            f"{path}: the utterance {name} is there {times} times; every id must be "
            "there once, in one partition"
        )
    return sorted(utterances), []
