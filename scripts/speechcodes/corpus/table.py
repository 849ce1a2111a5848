"""The corpus table: every utterance with its part, and what had to be left out."""

from collections import Counter
from collections.abc import Iterable, Mapping

from speechcodes.corpus import splits
from speechcodes.corpus.readers import registry
from speechcodes.corpus.splits.checks import check_classes
from speechcodes.corpus.splits.roles import Roles
from speechcodes.errors import InputError
from speechcodes.records import Rejected, Utterance

#: Tables of features come divided, and nobody may divide them otherwise.
DIVIDED = {
    "method": "given",
    "partitions": {"training": ["training"], "test": ["test"]},
}


def corpus_table(
    corpus: Mapping, settings: Mapping
) -> tuple[list[Utterance], list[Rejected], list[Roles]]:
    """Return every utterance of a corpus with its part, what was left out, and folds.

    Pure: the same files and settings (the sections `corpus` and `splits` of the
    configuration) give the same table, so that the workflow may compute it while it is
    parsed and again where it is written.

    Utterances come in the reader's order; `part` is empty where one is not used.

    Raises InputError if the corpus cannot be read or is too small for what is asked
    for.
    """
    if corpus["reader"] == "feature_tables":
        settings = DIVIDED
    utterances, rejected = registry.read(corpus)
    try:
        utterances, folds = splits.assign(utterances, settings, corpus["classes"])
        check_classes(utterances, folds, corpus["classes"])
    except InputError as error:
        if not rejected:
            raise
        # No table of rejects is written yet: they may be what is missing.
        reasons = Counter(r.reason for r in rejected).most_common()
        raise InputError(
            f"{error}; {len(rejected)} rows or files were left out before ("
            + ", ".join(f"{n} {reason}" for reason, n in reasons)
            + f"), for example: {rejected[0].detail}"
        ) from None
    return utterances, rejected, folds


def check_feature_tables(config: Mapping, utterances: Iterable[Utterance]) -> None:
    """Refuse tables of `experiment.feature_tables` that cannot be right.

    Raises InputError; see `feature_tables.check`.
    """
    if tables := config["experiment"]["feature_tables"]:
        # Slow to import, and for these alone.
        from speechcodes.corpus import feature_tables

        corpus = config["corpus"]
        rating = (corpus.get("rating") or {}).get("column", "label")
        ids = [u.utterance for u in utterances]
        for path in tables.values():
            feature_tables.check(path, ids, [*corpus["classes"], rating])
