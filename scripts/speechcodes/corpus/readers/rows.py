"""Tables with a header, read row by row."""

import csv
import re
from collections.abc import Callable, Iterator
from typing import TextIO

from speechcodes.corpus.readers.common import Record
from speechcodes.errors import InputError
from speechcodes.records import Rejected, Utterance


def read_rows(
    path: str,
    required: tuple[str, ...],
    parse: Callable[[dict[str, str], str], Utterance | Rejected],
) -> Iterator[Record]:
    """Yield the name of each row of a table with a header, and its record.

    UTF-8 with or without a byte order mark, any line ends, and columns parted by
    commas, semicolons or tabs, whichever the header has most of, or by what a first
    line such as ``sep=;`` says. Empty rows are skipped; a row with too many or too few
    cells is rejected as `malformed_row`.

    Parameters
    ----------
    path
    required
        Columns the header must have; ``"a or b"`` asks for at least one of two.
    parse
        Makes a record of the cells by column (stripped) and the row's name, such as
        "row 2", by the line that it begins in; the header is row 1.

    Raises
    ------
    InputError
        If the file is missing, not text in UTF-8, empty, without rows, wrongly
        quoted, or lacks a required column or has one twice.
    """
    wanted, first = ", ".join(required), 1
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            delimiter, skipped = dialect(file)
            rows = csv.reader(
                file, delimiter=delimiter, strict=True, skipinitialspace=True
            )
            columns = _checked_header(path, next(rows, []), required)
            empty, first = True, rows.line_num + skipped + 1
            for cells in rows:
                if any(cells):
                    empty = False
                    where = f"row {first}"
                    yield where, _parse_row(columns, cells, where, parse)
                first = rows.line_num + skipped + 1
    except OSError as error:
        raise InputError(
            f"{path} cannot be read ({error.strerror}); it should be a CSV file with"
            f" the columns {wanted}"
        ) from error
    except UnicodeDecodeError as error:
        raise InputError(
            f"{path} is not UTF-8 (byte 0x{error.object[error.start]:02x}); it should"
            " be saved as CSV in UTF-8"
        ) from error
    except csv.Error as error:
        raise InputError(
            f"{path}, row {first} is not valid CSV ({error}); a cell should"
            ' stand in quotes as a whole, and quotes inside it doubled, as in "a ""b"""'
        ) from error
    if empty:
        raise InputError(
            f"{path} has a header and no rows; it should have one row per utterance"
        )


def dialect(file: TextIO) -> tuple[str, int]:
    """Return what parts the columns of a table, and how many lines come before it.

    The file is left where its header begins. Spreadsheets name the delimiter in a line
    before the header, as in ``sep=;``.
    """
    header = file.readline()
    if match := re.fullmatch(r'"?sep=(.)"?', header.strip("\r\n"), re.IGNORECASE):
        return match[1], 1
    file.seek(0)
    return max(",;\t", key=header.count), 0


def _checked_header(path, cells, required):
    """Return the column names, or tell which one is missing or there twice."""
    columns = [cell.strip() for cell in cells]
    wanted = ", ".join(required)
    if not any(columns):
        raise InputError(f"{path} is empty; its first row should name {wanted}")
    missing = [r for r in required if not set(r.split(" or ")) & set(columns)]
    if missing:
        raise InputError(
            f"{path} has no column {', '.join(missing)}: its first row is"
            f" {', '.join(map(repr, columns))} and should name {wanted}"
        )
    twice = sorted({c for c in columns if c and columns.count(c) > 1})
    if twice:
        raise InputError(
            f"{path} has the column {', '.join(twice)} twice; each name should stand"
            " once in its first row"
        )
    return columns


def _parse_row(columns, cells, where, parse):
    """Make a record of a row, unless it has too many or too few cells."""
    if len(cells) != len(columns):
        detail = f"{where}: {len(cells)} cells, not {len(columns)} as in the header"
        return Rejected("", "", "malformed_row", detail)
    return parse(dict(zip(columns, map(str.strip, cells), strict=True)), where)
