"""The corpus table: every utterance with its part, and what had to be left out."""

import contextlib
import os
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from speechcodes.corpus import splits
from speechcodes.corpus.readers import registry
from speechcodes.corpus.splits.checks import check_classes
from speechcodes.corpus.splits.roles import Roles
from speechcodes.errors import InputError
from speechcodes.records import Rejected, Utterance

#: Seconds by which clocks of machines may differ.
CLOCK = 60
#: Reasons for which a label is lost that nobody meant to leave out.
NOT_UNDERSTOOD = ("unknown_label", "invalid_rating", "malformed_row")
#: Tables of features come divided, and nobody may divide them otherwise.
DIVIDED = {
    "method": "given",
    "partitions": {"training": ["training"], "test": ["test"]},
}


def corpus_table(
    corpus: Mapping, settings: Mapping, groups: Sequence[str] = ()
) -> tuple[list[Utterance], list[Rejected], list[Roles]]:
    """Return every utterance of a corpus with its part, what was left out, and folds.

    Pure: the same files and settings (the sections `corpus` and `splits` of the
    configuration, and `report.groups`) give the same table, so that the workflow may
    compute it while it is parsed and again where it is written.

    Utterances come in the reader's order; `part` is empty where one is not used.

    Raises InputError if the corpus cannot be read or is too small for what is asked
    for.
    """
    if corpus["reader"] == "feature_tables":
        settings = DIVIDED
    utterances, rejected = registry.read(corpus, groups)
    _check_labels(utterances, rejected, corpus.get("max_unknown_share", 1))
    try:
        utterances, folds = splits.assign(utterances, settings, corpus["classes"])
        check_classes(utterances, folds, corpus["classes"])
    except InputError as error:
        if not rejected:
            raise
        # No table of rejects is written yet: they may be what is missing.
        raise InputError(
            f"{error}; {len(rejected)} rows or files were left out before"
            f" ({_reasons(rejected)}), for example: {rejected[0].detail}"
        ) from None
    return utterances, rejected, folds


def _check_dates(paths):
    """Refuse files that are newer than whatever is made of them.

    Snakemake would delete what it made, blaming the clock.
    """
    late, now = [], time.time() + CLOCK
    for path in dict.fromkeys(paths):
        with contextlib.suppress(OSError):
            if os.stat(path).st_mtime > now:
                late.append(path)
    if late:
        when = time.strftime(
            "%Y-%m-%d %H:%M", time.localtime(os.stat(late[0]).st_mtime)
        )
        raise InputError(
            f"Files are dated in the future, such as {late[0]} ({when}): whatever is"
            " made of them would seem to be outdated; correct the clock, or date them"
            " anew with touch"
        )


def _check_labels(utterances, rejected, max_unknown_share):
    """Refuse a corpus of whose labels too many are not understood."""
    lost = [reject for reject in rejected if reject.reason in NOT_UNDERSTOOD]
    labelled = len(lost) + sum(bool(utterance.label) for utterance in utterances)
    if len(lost) > max_unknown_share * labelled:
        raise InputError(
            f"the labels of {len(lost)} of {labelled} rows or files are not understood"
            f" ({_reasons(lost)}), more than corpus.max_unknown_share"
            f" ({max_unknown_share:.0%}) allows; for example, {lost[0].detail}: give"
            " each word a class in corpus.labels, or null to leave it out"
        )


def _reasons(rejected):
    """Count rejects by reason, the commonest first."""
    reasons = Counter(reject.reason for reject in rejected).most_common()
    return ", ".join(f"{n} {reason}" for reason, n in reasons)


def check_files(
    config: Mapping, utterances: Iterable[Utterance], audio: Iterable[str]
) -> None:
    """Refuse files that show before a run that it cannot go well.

    Of the audio, the newest file of each shard will do.

    Raises InputError for audio and feature tables that are dated in the future, and for
    those tables that `feature_tables.check` refuses.
    """
    tables = config["experiment"]["feature_tables"]
    _check_dates([*audio, *tables.values()])
    if tables:
        # Slow to import, and for these alone.
        from speechcodes.corpus import feature_tables

        corpus = config["corpus"]
        # There may be ratings, and no column named for them.
        rating = (corpus.get("rating") or {}).get("column") or "label"
        ids = [u.utterance for u in utterances]
        for path in tables.values():
            feature_tables.check(path, ids, [*corpus["classes"], rating])
