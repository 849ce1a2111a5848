"""Utterances of a corpus and what was left out, by one reader per kind of corpus.

The readers run while the workflow is parsed. But for that of feature tables, they need
the standard library only; they look at names and tables, never into audio.
"""

import logging
import os
from collections import Counter
from collections.abc import Callable, Mapping
from typing import NamedTuple

from speechcodes.corpus.readers import (
    crema_d,
    demo,
    emodb,
    feature_tables,
    msp_podcast,
    ravdess,
    table,
    unlabelled,
)
from speechcodes.errors import InputError
from speechcodes.records import Rejected, Utterance


class Reader(NamedTuple):
    """A kind of corpus.

    Attributes
    ----------
    read : callable
        Takes the section `corpus` of the configuration, and returns utterances and
        rejects, each sorted by id.
    title : str
        What it is called in a sentence.
    needs_path : bool
        Whether `corpus.path` must be given; else it must not.
    takes_labels, takes_rating : bool
        Whether words, numeric ratings or both may give the classes.
    root_of : callable or None
        Takes the section and returns the folder that ids begin below; None for a
        corpus without audio.
    """

    read: Callable[[Mapping], tuple[list[Utterance], list[Rejected]]]
    title: str
    needs_path: bool = True
    takes_labels: bool = True
    takes_rating: bool = False
    root_of: Callable[[Mapping], str] | None = lambda corpus: corpus["path"]


READERS = {
    "crema_d": Reader(crema_d.read, "CREMA-D"),
    "demo": Reader(
        demo.read,
        "the demo corpus",
        needs_path=False,
        takes_labels=False,
        takes_rating=True,
        root_of=demo.root_of,
    ),
    "emodb": Reader(emodb.read, "EmoDB"),
    "feature_tables": Reader(
        feature_tables.read, "tables of features", takes_labels=False, root_of=None
    ),
    "msp_podcast": Reader(
        msp_podcast.read,
        "MSP-Podcast",
        takes_rating=True,
        root_of=msp_podcast.root_of,
    ),
    "ravdess": Reader(ravdess.read, "RAVDESS"),
    "table": Reader(
        table.read, "a table of one's own", takes_rating=True, root_of=table.root_of
    ),
}

#: Characters that stand for wildcards and variables in Snakemake's paths.
UNSUPPORTED = set("{}<>")

logger = logging.getLogger(__name__)


def read(corpus: Mapping) -> tuple[list[Utterance], list[Rejected]]:
    """Read a corpus with the reader that the config names.

    Parameters
    ----------
    corpus : mapping
        The validated section of the config: `name`, `reader`, `path`, `classes`, and,
        as the reader takes them, `labels` (from a word to a class) and `rating`
        (`column`, `scale`, `bounds`); `unlabelled`, folders and tables of speech
        without labels.

    Returns
    -------
    utterances : list of Utterance
        Sorted by id, which is unique: the path below the corpus' root, without ending.
    rejected : list of Rejected
        Every row and audio file left out, sorted by id; the reasons are
        ``missing_file`` (a row without its file),
        ``unreadable`` (a file that may not be read, or must be converted first),
        ``unrecognised_name`` (a name the corpus does not use),
        ``not_speech`` (song or video),
        ``duplicate_utterance`` (an id once more, with other content),
        ``malformed_row`` (too many or too few cells),
        ``unknown_label`` (a word or code that is not known),
        ``unmapped_label`` (a known one that the config gives no class),
        ``unsupported_name`` (a path with one of {}<>), and
        ``invalid_rating`` (no number).

    Raises
    ------
    InputError
        If the reader is unknown, a file, a folder or a column is missing, or no
        utterance with a label is left.
    """
    name = corpus["reader"]
    if name not in READERS:
        raise InputError(
            f"corpus.reader {name!r} is none of the readers: {', '.join(READERS)}"
        )
    if "path" in corpus:
        corpus = {**corpus, "path": os.path.expanduser(corpus["path"])}
    utterances, rejected = READERS[name].read(corpus)
    if corpus.get("unlabelled"):
        utterances, rejected = _with_unlabelled(corpus, utterances, rejected)
    utterances, rejected = _without_unsupported_names(utterances, rejected)
    if not any(utterance.label for utterance in utterances):
        raise InputError(_nothing_left(corpus, utterances, rejected))
    logger.info(
        "%s: %d utterances, %d of them without a label and %d of unknown speakers;"
        " %d files or rows rejected",
        corpus["name"],
        len(utterances),
        sum(not utterance.label for utterance in utterances),
        sum(not utterance.speaker for utterance in utterances),
        len(rejected),
    )
    return utterances, rejected


def _with_unlabelled(corpus, utterances, rejected):
    """Add the speech without labels that lies beside the corpus."""
    root_of = READERS[corpus["reader"]].root_of
    if root_of is None:
        raise InputError(
            f"corpus.unlabelled: a corpus of the reader {corpus['reader']!r} has no"
            " audio, so that speech cannot be added; leave it out"
        )
    more, odd = unlabelled.read(
        corpus["unlabelled"], root_of(corpus), utterances + rejected
    )
    return sorted(utterances + more), sorted(rejected + odd)


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


def _nothing_left(corpus, utterances, rejected):
    """Tell that nothing has a label, the commonest reject first and by an example."""
    said = f"{corpus['path']} has no utterance with a label that the reader"
    said += f" {corpus['reader']!r} can use"
    if utterances:
        said += f": {len(utterances)} have none, for example {utterances[0].path!r}"
    if not rejected:
        return said
    counts = Counter(reject.reason for reject in rejected).most_common()
    reason = counts[0][0]
    example = next(reject.detail for reject in rejected if reject.reason == reason)
    reasons = ", ".join(f"{reason} {count}" for reason, count in counts)
    return f"{said}{';' if utterances else ':'} {reasons}; for example, {example}"
