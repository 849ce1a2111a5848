"""Utterances of a corpus and what was left out, by one reader per kind of corpus.

The readers run while the workflow is parsed. But for those of feature tables and of
audformat, they need the standard library only; they look at names and tables, never
into audio.
"""

import logging
import os
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import NamedTuple

from speechcodes.corpus.readers import (
    audformat,
    crema_d,
    demo,
    emodb,
    feature_tables,
    msp_podcast,
    ravdess,
    speakers,
    table,
    unlabelled,
)
from speechcodes.errors import InputError
from speechcodes.records import Rejected, Utterance


class Reader(NamedTuple):
    """A kind of corpus."""

    #: Takes the section `corpus` of the configuration and the columns of
    #: `report.groups`, and returns utterances and rejects, each sorted by id.
    read: Callable[[Mapping, Sequence[str]], tuple[list[Utterance], list[Rejected]]]
    #: Takes the section and returns the folder that ids begin below.
    root_of: Callable[[Mapping], str] = itemgetter("path")
    #: Whether `corpus.path` must be given; else it must not.
    needs_path: bool = True
    #: Whether words, numeric ratings or both may give the classes.
    takes_labels: bool = True
    takes_rating: bool = False


READERS = {
    "audformat": Reader(audformat.read, takes_rating=True),
    "crema_d": Reader(crema_d.read),
    "demo": Reader(
        demo.read, demo.root_of, needs_path=False, takes_labels=False, takes_rating=True
    ),
    "emodb": Reader(emodb.read),
    "feature_tables": Reader(feature_tables.read, takes_labels=False),
    "msp_podcast": Reader(msp_podcast.read, msp_podcast.root_of, takes_rating=True),
    "ravdess": Reader(ravdess.read),
    "table": Reader(table.read, table.root_of, takes_rating=True),
}

#: Characters that stand for wildcards and variables in Snakemake's paths.
UNSUPPORTED = re.compile("[{}<>]")

logger = logging.getLogger(__name__)


def read(
    corpus: Mapping, groups: Sequence[str] = ()
) -> tuple[list[Utterance], list[Rejected]]:
    """Read a corpus by the valid section `corpus` of the configuration.

    Each utterance comes with its value in each of the columns `groups`.

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
        If a file, a folder or a column is missing, no utterance with a label is left,
        or a speaker or session has several spellings that are not to be merged.
    """
    reader = READERS[corpus["reader"]]
    if "path" in corpus:
        corpus = {**corpus, "path": os.path.expanduser(corpus["path"])}
    utterances, rejected = reader.read(corpus, groups)
    if corpus.get("unlabelled"):
        root, known = reader.root_of(corpus), utterances + rejected
        more, odd = unlabelled.read(corpus["unlabelled"], root, known)
        utterances, rejected = sorted(utterances + more), sorted(rejected + odd)
    utterances, rejected = _without_unsupported_names(utterances, rejected)
    merge = corpus.get("merge_spellings", False)
    utterances = speakers.with_one_spelling(utterances, merge)
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


def _without_unsupported_names(utterances, rejected):
    """Move utterances whose path Snakemake would take for a pattern to the rejects."""
    kept, names = [], []
    for u in utterances:
        if UNSUPPORTED.search(u.path):
            detail = f"one of {{}}<> in {u.path!r}"
            names.append(Rejected(u.utterance, u.path, "unsupported_name", detail))
        else:
            kept.append(u)
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
    commonest, _ = counts[0]
    example = next(reject.detail for reject in rejected if reject.reason == commonest)
    reasons = ", ".join(f"{reason} {count}" for reason, count in counts)
    return f"{said}{';' if utterances else ':'} {reasons}; for example, {example}"
