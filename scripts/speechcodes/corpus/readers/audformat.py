"""Databases in audEERING's audformat: a header `db.yaml`, and tables beside it.

Read from its files, since the package audformat brings pyarrow along, which is larger
than all that this project needs besides TensorFlow.
"""

import os
from collections.abc import Mapping, Sequence

from speechcodes.corpus.readers.common import Labelling, check_groups, collect
from speechcodes.corpus.readers.rows import read_rows
from speechcodes.corpus.readers.table import id_of, label_of, with_files
from speechcodes.errors import InputError
from speechcodes.records import Rejected, Utterance

HEADER = "db.yaml"


def read(
    corpus: Mapping, groups: Sequence[str] = ()
) -> tuple[list[Utterance], list[Rejected]]:
    """Read the files of a database, with their row in the tables that have labels.

    Of tables whose rows are whole files (filewise), those with the column of labels, or
    of ratings, or those that `corpus.audformat.tables` names, give classes; the split
    of such a table becomes the partition. Speakers and sessions may stand in any. Files
    that only other tables have are speech without a label. Tables whose rows are parts
    of files are not read. `groups` are columns of any table of files, or what the
    scheme of the speakers says of each.

    Raises InputError if the header or a table cannot be read, if no table has the
    column, if a rating is off the scale or that of the database is another, or if two
    tables name different speakers of one file.

    References
    ----------
    https://audeering.github.io/audformat, version 1.4.
    """
    root, labelling = corpus["path"], Labelling.of(corpus)
    settings = corpus["audformat"]
    header = _header(root)
    tables = {
        name: table
        for name, table in (header.get("tables") or {}).items()
        if table.get("type") == "filewise"
    }
    column = labelling.column or settings["label"]
    labelled = settings["tables"] or [n for n, t in tables.items() if column in _of(t)]
    _check_tables(root, tables, labelled, column)
    if labelling.column:
        _check_scale(root, header, tables[labelled[0]], labelling)
    rows = {name: list(_rows(root, name, table)) for name, table in tables.items()}
    who = {key: _known(root, rows, settings[key]) for key in ("speaker", "session")}
    of_files = _groups(root, header, tables, rows, settings["speaker"], groups)

    def record(name, where, cells, is_labelled):
        path = os.path.normpath(os.path.join(root, cells["file"]))
        utterance = id_of(cells["file"], os.path.abspath(root))
        label, value, partition = "", None, ""
        if is_labelled:
            cell, table = cells[column], f"{root}, table {name}"
            word, text = ("", cell) if labelling.column else (cell, "")
            place = table, where, column
            label, value, fault = label_of(word, text, labelling, *place)
            if fault:
                detail = f"{name}, {where}: {fault[1]}"
                return Rejected(utterance, path, fault[0], detail)
            partition = tables[name].get("split_id") or ""
        speaker, session = (who[key].get(cells["file"], "") for key in who)
        of_file = tuple((g, found.get(cells["file"], "")) for g, found in of_files)
        known = speaker, session, label, value, partition
        return Utterance(utterance, path, *known, groups=of_file)

    records, told = [], set()
    for name in sorted(rows, key=lambda name: name not in labelled):
        is_labelled = name in labelled
        for where, cells in rows[name]:
            if isinstance(cells, Rejected):
                odd = cells._replace(detail=f"{name}, {cells.detail}")
                records.append((name, odd))
            elif is_labelled or cells["file"] not in told:
                found = record(name, where, cells, is_labelled)
                records.append((f"{name}, {where}", found))
                told.add(cells["file"])
    return collect(with_files(records))


def _header(root):
    # No other reader needs more than the standard library.
    import yaml

    path = os.path.join(root, HEADER)
    try:
        with open(path, encoding="utf-8") as file:
            header = yaml.safe_load(file)
    except OSError as error:
        raise InputError(
            f"{path} cannot be read ({error.strerror}); corpus.path should be the"
            " folder of a database in audformat"
        ) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise InputError(
            f"{path} is not valid YAML: {' '.join(str(error).split())}"
        ) from None
    if not isinstance(header, dict):
        raise InputError(f"{path} is no header of a database in audformat")
    return header


def _of(table):
    """Return the columns of a table of the header."""
    return table.get("columns") or {}


def _check_tables(root, tables, labelled, column):
    """Raise InputError if no table of files, or not each one named, has a column."""
    have = [name for name, table in tables.items() if column in _of(table)]
    if wrong := [name for name in labelled if name not in have] or not labelled:
        columns = sorted({name for table in tables.values() for name in _of(table)})
        what = f"table {wrong[0]} of files" if labelled else "table of files"
        raise InputError(
            f"{root}/{HEADER} has no {what} with the column {column!r}; its tables of"
            f" files are {', '.join(tables) or 'none'}, with the columns"
            f" {', '.join(columns) or 'none'}: name others in corpus.audformat"
        )


def _check_scale(root, header, table, labelling):
    """Raise InputError if the database says that its ratings are on another scale."""
    scheme = (header.get("schemes") or {}).get(
        _of(table)[labelling.column].get("scheme_id"), {}
    )
    scale = scheme.get("minimum"), scheme.get("maximum")
    if None not in scale and scale != labelling.scale:
        raise InputError(
            f"{root}/{HEADER}: {labelling.column} goes from {scale[0]} to {scale[1]},"
            f" but corpus.rating.scale from {labelling.scale[0]} to"
            f" {labelling.scale[1]}; set it, and corpus.rating.bounds"
        )


def _rows(root, name, table, index="file"):
    """Yield the name and the cells, by column, of each row of a table."""
    columns = (index, *_of(table))
    path = os.path.join(root, f"db.{name}")
    if os.path.exists(f"{path}.csv"):
        yield from read_rows(f"{path}.csv", columns, lambda cells, where: cells)
    elif os.path.exists(f"{path}.parquet"):
        yield from _rows_of_parquet(f"{path}.parquet")
    else:
        raise InputError(
            f"there is neither {path}.csv nor {path}.parquet; save the database with"
            " storage_format='csv'"
        )


def _rows_of_parquet(path):
    import pandas as pd

    try:
        table = pd.read_parquet(path).reset_index()
    except ImportError:
        raise InputError(
            f"{path} needs the package pyarrow: install it, or save the database with"
            " storage_format='csv'"
        ) from None
    text = table.astype(object).where(table.notna(), "").astype(str)
    for place, cells in enumerate(text.to_dict("records"), start=2):
        yield f"row {place}", cells


def _known(root, rows, column):
    """Return what any table's column says of each file."""
    found = {}
    for name, of_table in rows.items():
        for where, cells in of_table:
            cell = "" if isinstance(cells, Rejected) else cells.get(column, "")
            if cell and found.setdefault(cells["file"], cell) != cell:
                raise InputError(
                    f"{root}, table {name}, {where}: {column} of {cells['file']} is"
                    f" {cell!r}, but {found[cells['file']]!r} in another table"
                )
    return found


def _groups(root, header, tables, rows, speaker, groups):
    """Return each column of groups, and what it says of each file."""
    if not groups:
        return []
    columns = {column for table in tables.values() for column in _of(table)}
    of_speakers = _scheme_of_speakers(root, header, tables, speaker)
    described = {key for cells in of_speakers.values() for key in cells}
    check_groups(groups, sorted(columns | described), f"{root}/{HEADER}")
    spoken = _known(root, rows, speaker)
    found = []
    for column in groups:
        of_file = _known(root, rows, column) if column in columns else {}
        for file, name in spoken.items():
            told = of_speakers.get(name, {}).get(column)
            of_file.setdefault(file, "" if told is None else str(told))
        found.append((column, of_file))
    return found


def _scheme_of_speakers(root, header, tables, speaker):
    """Return what the scheme of the speakers says of each, in the header or a table."""
    schemes = header.get("schemes") or {}
    used = [
        _of(t)[speaker].get("scheme_id") for t in tables.values() if speaker in _of(t)
    ]
    labels = schemes.get(used[0], {}).get("labels") if used else None
    misc = (
        (header.get("misc_tables") or {}).get(labels)
        if isinstance(labels, str)
        else None
    )
    if misc:
        (index,) = misc["levels"]
        rows = _rows(root, labels, misc, index)
        return {
            str(cells[index]): cells for _, cells in rows if isinstance(cells, dict)
        }
    if not isinstance(labels, dict):
        return {}
    return {str(name): of for name, of in labels.items() if isinstance(of, dict)}
