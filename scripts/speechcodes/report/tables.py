"""Tables as pages show them: numbers rounded for the eye, and whole for sorting."""

import math
import re
from typing import NamedTuple

import pandas as pd

from speechcodes import names

#: Columns of names, which may look like numbers.
NAMES = {"segment", "utterance", "speaker", "session", "detail", "label"}
_WORDS = {
    "classifier": names.classifier,
    "feature_set": names.feature_set,
    "baseline": names.feature_set,
    "metric": lambda name: names.METRICS.get(name, name),
}
_LEADING_NUMBER = re.compile(r"([-+]?\d[\d.]*) \(")


class Cell(NamedTuple):
    """What a cell shows, and the value that it is sorted by."""

    text: str
    value: str


class Column(NamedTuple):
    """Header of a column, and whether it holds numbers."""

    title: str
    is_number: bool


class Table(NamedTuple):
    """A table to show.

    Attributes
    ----------
    title : str
    caption : str
    columns : list of Column
    rows : list of list of Cell
    n_rows : int
        Of the whole table, of which `rows` may be the first.
    source : str
        The file that has all of it.
    """

    title: str
    caption: str
    columns: list
    rows: list
    n_rows: int
    source: str


def make(
    frame: pd.DataFrame, title: str, caption: str, source, most: int | None = None
) -> Table:
    """Return a data frame as a `Table`.

    Parameters
    ----------
    frame : pd.DataFrame
        Numbers may be text, as `files.read_table` gives them.
    title, caption : str
    source : str or Path
    most : int, optional
        Rows to show.
    """
    columns = [Column(_title(name), _is_number(frame[name])) for name in frame]
    rows = [
        [_cell(*one) for one in zip(row, columns, frame, strict=True)]
        for row in frame.head(most or len(frame)).itertuples(index=False)
    ]
    return Table(title, caption, columns, rows, len(frame), str(source))


def display(number: str | float) -> str:
    """Write a number with four digits that count, a whole number with all.

    >>> display("0.497619"), display("438896"), display("-0.0138"), display("1234.56")
    ('0.4976', '438896', '-0.0138', '1235')
    """
    value = float(number)
    if value.is_integer() or 1000 <= abs(value) < math.inf:
        return f"{value:.0f}"
    return f"{value:.4g}"


def _title(name):
    return str(name).replace("_", " ")


def _is_number(column):
    """Tell whether all that is not empty is a number, and there is one."""
    if column.name in NAMES:
        return False
    filled = column[column.notna() & (column.astype(str) != "")]
    if filled.dtype == bool:
        return False
    return len(filled) > 0 and pd.to_numeric(filled, errors="coerce").notna().all()


def _cell(value, column, name):
    if pd.isna(value) or value == "":
        return Cell("", "")
    if column.is_number:
        return Cell(display(value), str(value))
    text = _WORDS[name](str(value)) if name in _WORDS else str(value)
    leading = _LEADING_NUMBER.match(text)
    return Cell(text, leading[1] if leading else text)
