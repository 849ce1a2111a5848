"""Any corpus, by a table with one row per audio file."""

import os
import sys
from collections.abc import Mapping, Sequence

from speechcodes.corpus.readers.audio_files import (
    found_files,
    why_unreadable,
    without_ending,
)
from speechcodes.corpus.readers.common import Labelling, collect, groups_of
from speechcodes.corpus.readers.rows import read_rows
from speechcodes.corpus.readers.speakers import known
from speechcodes.errors import InputError
from speechcodes.records import Rejected, Utterance

#: Columns that ratings are looked for in, where the configuration names none.
RATINGS = ("rating", "valence")


def read(
    corpus: Mapping, groups: Sequence[str] = ()
) -> tuple[list[Utterance], list[Rejected]]:
    """Read a user's own table.

    It is a CSV file with the columns `path` (from the table's folder on, or
    absolute), `speaker` or `session` or both, `label` or a rating or both, and, if
    wanted, `split`. A label is a class or a word of `corpus.labels`; where it is
    empty, the rating decides; where that is empty, too, the speech has no label. The
    column of ratings is `rating` or `valence` where none is named; `split` becomes the
    partition. `groups` are columns of the table, too.

    Raises InputError if the table cannot be read, is empty or lacks a column, or a row
    has a rating off the scale, or a class but neither speaker nor session.
    """
    table, labelling = corpus["path"], Labelling.of(corpus)
    root = os.path.abspath(root_of(corpus))
    rated, classes = labelling.column or " or ".join(("label", *RATINGS)), {}

    def parse(cells, where):
        record = _from_row(cells, where, table, root, labelling, classes)
        if isinstance(record, Rejected) or not groups:
            return record
        return record._replace(groups=groups_of(cells, groups))

    rows = read_rows(table, ("path", "speaker or session", rated, *groups), parse)
    return collect(with_files(rows))


def root_of(corpus: Mapping) -> str:
    """Return the folder that ids begin below: the table's."""
    return os.path.dirname(corpus["path"]) or os.curdir


def with_files(records):
    """Return records, and rejects instead of utterances whose file cannot be read."""
    records = list(records)
    paths = [record.path for _, record in records if isinstance(record, Utterance)]
    found = found_files(paths)
    return [(where, _held_to(found, record, where)) for where, record in records]


def _held_to(found, record, where):
    """Reject an utterance whose file does not exist or cannot be read."""
    if isinstance(record, Rejected):
        return record
    path = found.get(record.path)
    if path is None:
        reason, detail = "missing_file", f"there is no file {record.path!r}"
    else:
        reason, detail = "unreadable", why_unreadable(path)
        if not detail:
            name = record.utterance
            if "\\" in record.path and "\\" not in path:
                name = name.replace("\\", "/")
            return record._replace(utterance=name, path=path)
    return Rejected(record.utterance, record.path, reason, f"{where}: {detail}")


def label_of(
    word: str, text: str, labelling: Labelling, *where: str
) -> tuple[str, float | None, tuple[str, str] | None]:
    """Return the class and the rating of a row, or why it has none.

    The word decides; where it is empty, the rating does; where that is empty, too, the
    class is. A fault is the reason and the detail of a reject.

    Raises InputError if the rating is off the scale, naming `where`: table, row and
    column of the rating.
    """
    value = labelling.rating(text, *where) if text else None
    if text and value is None:
        fault = "invalid_rating", f"{where[-1]} {text!r} is not a number"
        return "", None, fault
    if not word:
        return ("" if value is None else labelling.of_rating(value)), value, None
    if label := labelling.of_word(word):
        return label, value, None
    if labelling.knows(word):
        return "", value, ("unmapped_label", f"label {word!r} is null in corpus.labels")
    words = ", ".join([*labelling.classes, *labelling.given])
    fault = "unknown_label", f"label {word!r} is none of {words}, and not empty"
    return "", value, fault


def id_of(path: str, root: str) -> str:
    """Return the id of a file: its path below the root, or its whole path."""
    below = os.path.normpath(path)
    if os.path.isabs(below):
        below = below.removeprefix(root + "/").lstrip("/")
    return without_ending(below)


def _from_row(cells, where, table, root, labelling, classes):
    """Make a record of one row, whether its file exists or not.

    What `label_of` returns is kept in `classes`, since labels and ratings repeat.
    """
    cell = cells["path"]
    if not cell:
        return Rejected("", "", "missing_file", f"{where}: the path is empty")
    path = os.path.normpath(os.path.join(os.path.dirname(table), cell))
    name = id_of(cell, root)
    column = labelling.column or next(filter(cells.__contains__, RATINGS), "")
    word, text = cells.get("label", ""), cells.get(column, "")
    if (word, text) not in classes:
        classes[word, text] = label_of(word, text, labelling, table, where, column)
    label, value, fault = classes[word, text]
    if fault:
        return Rejected(name, path, fault[0], f"{where}: {fault[1]}")
    speaker, session = (known(cells.get(who, "")) for who in ("speaker", "session"))
    if label and not speaker and not session:
        raise InputError(
            f"{table}, {where}: speaker and session are unknown for {cell!r}, which"
            " has a class; at least one should be given, as who is tested must not have"
            " been learned from"
        )
    split = sys.intern(cells.get("split", ""))
    return Utterance(name, path, speaker, session, label, value, split)
