"""Speech without labels, from folders and tables beside the labelled corpus."""

import functools
import os
from collections.abc import Iterable

from speechcodes.corpus.readers.audio_files import audio_files, without_ending
from speechcodes.corpus.readers.rows import read_rows
from speechcodes.corpus.readers.table import with_files
from speechcodes.errors import InputError
from speechcodes.records import Rejected, Utterance


def read(
    places: Iterable[str], root: str, known: Iterable[Utterance | Rejected]
) -> tuple[list[Utterance], list[Rejected]]:
    """Read speech without labels.

    Parameters
    ----------
    places
        Folders, whose audio files are taken at any depth, and CSV files with the column
        `path` (from the table's folder on, or absolute) and, if wanted, `speaker` and
        `session`.
    root
        The corpus' root, below which ids begin. Elsewhere they begin with the name of
        the folder, or of the table's.
    known
        What the corpus has already, whose files are not added again.

    Raises
    ------
    InputError
        If a folder or table cannot be read or has nothing, or two files have one id.
    """
    real = functools.cache(os.path.realpath)

    def file_of(path):
        folder, name = os.path.split(path)
        return os.path.join(real(folder), name)

    known = list(known)
    files = {file_of(record.path) for record in known if record.path}
    paths = {u.utterance: u.path for u in known if isinstance(u, Utterance)}
    utterances, rejected = [], []
    for place in map(os.path.expanduser, places):
        folder, records = _read_place(place)
        for record in records:
            file = record.path and file_of(record.path)
            if file in files:
                continue
            name = file and _id(record.path, folder, real(folder), real(root))
            record = record._replace(utterance=name)
            if isinstance(record, Rejected):
                rejected.append(record)
                continue
            files.add(file)
            other = paths.setdefault(name, record.path)
            if other != record.path:
                raise InputError(
                    f"{other!r} and {record.path!r} have the same id {name!r}, the path"
                    " without ending; rename or remove one of them"
                )
            utterances.append(record)
    return utterances, rejected


def _read_place(place):
    """Return the folder of some speech, and a record without id of each file."""
    if os.path.isdir(place):
        paths, rejected = audio_files(place, "corpus.unlabelled")
        found = [Utterance("", path, "", "", "") for path in paths]
        return os.path.normpath(place), found + rejected
    if os.path.exists(place):
        return os.path.dirname(place) or os.curdir, _from_table(place)
    raise InputError(
        f"corpus.unlabelled: there is no {place!r}; it should be a folder with audio"
        " files, or a CSV file with the column path"
    )


def _from_table(table):
    """Return a record of each row of a table."""
    folder = os.path.dirname(table)

    def parse(cells, where):
        if not cells["path"]:
            return Rejected("", "", "missing_file", f"{where}: the path is empty")
        path = os.path.normpath(os.path.join(folder, cells["path"]))
        speaker, session = cells.get("speaker", ""), cells.get("session", "")
        return Utterance("", path, speaker, session, "")

    records = [record for _, record in with_files(read_rows(table, ("path",), parse))]
    for place, record in enumerate(records):
        if isinstance(record, Rejected):
            records[place] = record._replace(detail=f"{table}, {record.detail}")
    return records


def _id(path, folder, real_folder, root):
    """Return the id of a file: below the root, else below the folder, else in full."""
    prefix = "" if folder == os.curdir else os.path.join(folder, "")
    if os.path.isabs(path) or path.startswith(prefix):
        full = os.path.join(real_folder, path.removeprefix(prefix))
    else:
        full = os.path.abspath(path)
    full = os.path.normpath(full)
    name = os.path.basename(os.path.abspath(folder))
    for parent, place in ((root, ""), (real_folder, name)):
        if full.startswith(os.path.join(parent, "")):
            below = full.removeprefix(os.path.join(parent, ""))
            return without_ending(os.path.join(place, below))
    return without_ending(full.lstrip("/"))
