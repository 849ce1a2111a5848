"""Utterances of a corpus and what was left out, by one reader per kind of corpus.

The readers run while the workflow is parsed. But for that of feature tables, they need
the standard library only; they look at names and tables, never into audio.
"""

import logging
import os
from collections import Counter
from collections.abc import Mapping

from speechcodes.corpus.readers import (
    crema_d,
    demo,
    emodb,
    feature_tables,
    msp_podcast,
    ravdess,
    table,
)
from speechcodes.errors import InputError
from speechcodes.records import Rejected, Utterance

READERS = {
    "crema_d": crema_d.read,
    "demo": demo.read,
    "emodb": emodb.read,
    "feature_tables": feature_tables.read,
    "msp_podcast": msp_podcast.read,
    "ravdess": ravdess.read,
    "table": table.read,
}

#: Characters that stand for wildcards and variables in Snakemake's paths.
UNSUPPORTED = set("{}<>")

logger = logging.getLogger(__name__)


def read(corpus: Mapping) -> tuple[list[Utterance], list[Rejected]]:
    """Read a corpus with the reader that the config names.

    Parameters
    ----------
    corpus : mapping
        The validated section of the config: `name`, `reader`, `path`, and, as the
        reader needs, `emotions` (from an emotion to a class) and `valence`
        (`negative_at_most`, `positive_at_least`).

    Returns
    -------
    utterances : list of Utterance
        Sorted by id, which is unique.
    rejected : list of Rejected
        Every row and audio file left out, sorted by id; the reasons are
        ``missing_file`` (a row without its file),
        ``unreadable`` (a file that may not be read),
        ``no_label_row`` (a file without its row),
        ``unrecognised_name`` (a name the corpus does not use),
        ``not_speech`` (song or video),
        ``duplicate_utterance`` (an id once more, with other content),
        ``malformed_row`` (too many or too few cells),
        ``missing_label`` (neither label nor valence),
        ``unknown_label`` (no label or code of an emotion that is known),
        ``unmapped_emotion`` (an emotion that the config gives no class),
        ``unsupported_name`` (a path with one of {}<>), and
        ``invalid_valence`` (no number from 1 to 7).

    Raises
    ------
    InputError
        If the reader is unknown, a file, a folder or a column is missing, or no
        utterance is left.
    """
    name = corpus["reader"]
    if name not in READERS:
        raise InputError(
            f"corpus.reader {name!r} is none of the readers: {', '.join(READERS)}"
        )
    if "path" in corpus:
        corpus = {**corpus, "path": os.path.expanduser(corpus["path"])}
    utterances, rejected = _without_unsupported_names(*READERS[name](corpus))
    if not utterances:
        raise InputError(_nothing_left(corpus, rejected))
    logger.info(
        "%s: %d utterances, %d of them of unknown speakers; %d files or rows rejected",
        corpus["name"],
        len(utterances),
        sum(not utterance.speaker for utterance in utterances),
        len(rejected),
    )
    return utterances, rejected


def _without_unsupported_names(utterances, rejected):
    """Move utterances whose path Snakemake would take for a pattern to the rejects."""
    bad = [u for u in utterances if not UNSUPPORTED.isdisjoint(u.path)]
    if not bad:
        return utterances, rejected
    names = [
        Rejected(
            u.utterance, u.path, "unsupported_name", f"one of {{}}<> in {u.path!r}"
        )
        for u in bad
    ]
    kept = [u for u in utterances if UNSUPPORTED.isdisjoint(u.path)]
    return kept, sorted(rejected + names)


def _nothing_left(corpus, rejected):
    """Tell that all was rejected, the commonest reason first and by an example."""
    counts = Counter(reject.reason for reject in rejected).most_common()
    reason = counts[0][0]
    example = next(reject.detail for reject in rejected if reject.reason == reason)
    return (
        f"{corpus['path']} has no utterance that the reader {corpus['reader']!r} can"
        f" use: {', '.join(f'{reason} {count}' for reason, count in counts)};"
        f" for example, {example}"
    )
