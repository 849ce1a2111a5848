"""Write files so that nobody ever sees one half written."""

import csv
import os
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replacing(path):
    """Give a path beside `path` to write to, renamed to it once all went well.

    What was there before stays until then. The suffix is kept, since some
    libraries choose a format by it.
    """
    path = Path(path)
    beside = path.with_name(f".{os.getpid()}.partial.{path.name}")
    try:
        yield beside
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def write_text(path, text):
    """Write text as UTF-8."""
    with replacing(path) as beside:
        beside.write_text(text, encoding="utf-8")


def write_table(path, table, **settings):
    """Write a data frame as CSV, without its index unless `settings` ask for it."""
    # Python's csv leaves a carriage return without quotes, and it would end the row.
    text = table.select_dtypes(exclude="number").astype(str)
    returns = any(text[name].str.contains("\r", regex=False).any() for name in text)
    quoting = csv.QUOTE_ALL if returns else csv.QUOTE_MINIMAL
    with replacing(path) as beside:
        table.to_csv(beside, **{"index": False, "quoting": quoting, **settings})


def read_table(path):
    """Return a CSV as a data frame of text, so that an id 007 stays what it is."""
    # Not needed, and slow to import, where only shards are written.
    import pandas as pd

    return pd.read_csv(path, dtype=str, keep_default_na=False)


def read_scores(path):
    """Return a CSV with numbers as numbers, but names of segment variants as text."""
    import pandas as pd

    names = {"segment": str, "stage": str, "reason": str}
    return pd.read_csv(path, dtype=names, keep_default_na=False)
