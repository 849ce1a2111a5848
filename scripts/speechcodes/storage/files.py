"""Write files so that nobody ever sees one half written."""

import csv
import errno
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from speechcodes.errors import InputError, NotWritten

#: What a user can do where a file system takes no more, by the number of its error.
REMEDIES = {
    errno.ENOSPC: "make room (df -h and df -i show what is short)",
    errno.EDQUOT: "remove what you no longer need there, or ask for a larger quota",
    errno.EROFS: "have the file system mounted for writing",
    errno.EACCES: "make the folder and the file ones that you may write to",
    errno.EPERM: "make the folder and the file ones that you may write to",
}

#: What is being written, beside its place: {path to write to: path}.
_IN_PROGRESS = {}


@contextmanager
def replacing(path: str | Path, wait: bool = True) -> Iterator[Path]:
    """Give a path beside `path` to write to, renamed to it once all went well.

    What was there before stays until then. The suffix is kept, since some
    libraries choose a format by it. Raises NotWritten if the file system takes no more,
    or takes nothing.

    Unless told otherwise, it waits until the file is on disk: some file systems say
    only then that they are full, and a file that is renamed before could be empty after
    a loss of power. For large files that takes longer than all else; they hold a
    checksum, which tells of what was lost.
    """
    path = Path(path)
    beside = path.with_name(f".{os.getpid()}.partial.{path.name}")
    _IN_PROGRESS[str(beside)] = path
    try:
        yield beside
        if wait:
            with open(beside, "rb") as file:
                os.fsync(file.fileno())
        os.replace(beside, path)
    except Exception as error:
        if refusal := refused(error):
            raise refusal from error
        raise
    finally:
        discard(beside)


def refused(error: BaseException) -> NotWritten | None:
    """Tell in a sentence of a file system that takes no more, or takes nothing.

    None for any other error.
    """
    while error:
        if isinstance(error, InputError):
            # Told already.
            return error if isinstance(error, NotWritten) else None
        number, name = _number_and_name(error)
        # Reading may be forbidden, too, which is another matter.
        forbidden = number in (errno.EACCES, errno.EPERM) and name not in _IN_PROGRESS
        if number in REMEDIES and not forbidden:
            # Without a name it is what was begun last.
            begun_last = ["a file", *_IN_PROGRESS.values()][-1]
            path = _IN_PROGRESS.get(name, name) or begun_last
            return NotWritten(
                f"{path} cannot be written: {os.strerror(number).lower()}; "
                f"{REMEDIES[number]}, and run the same command again"
            )
        # HDF5 cannot close what it could not write: another error hides that one.
        error = error.__cause__ or error.__context__
    return None


def discard(*paths: Path) -> None:
    """Remove what is at some paths that `replacing` gave, or at all it gave."""
    for path in paths or list(map(Path, _IN_PROGRESS)):
        del _IN_PROGRESS[str(path)]
        # To remove what is not there fails, too, on what is mounted for reading only.
        if path.exists():
            path.unlink()


def _number_and_name(error):
    """Number and file of an error of the system; None where it tells none."""
    if isinstance(error, OSError) and error.filename:
        return error.errno, str(error.filename)
    # HDF5 has them in its text.
    number = re.search(r"\berrno = (\d+), error message", str(error))
    if not number:
        return getattr(error, "errno", None), None
    name = re.search(r"name = '([^']*)'", str(error))
    return int(number[1]), name[1] if name else None


def write_text(path: str | Path, text: str) -> None:
    """Write text as UTF-8."""
    with replacing(path) as beside:
        beside.write_text(text, encoding="utf-8")


def write_table(path: str | Path, table, **settings) -> None:
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
    """Return a CSV with numbers as numbers, but names as text: a class may be 1.

    A number that is not given is NaN: an end of an interval, or what is refused.
    """
    import pandas as pd

    names = ["segment", "stage", "reason", "label", "predicted"]
    names += ["baseline", "feature_set", "classifier", "speaker"]
    names += ["column", "group", "lacking"]
    missing = ["low", "high", "simultaneous_low", "simultaneous_high"]
    missing += ["behind_low", "behind_high"]
    ways = ["gain", "gain_new_speakers", "same_speakers", "new_speakers"]
    for name in ["score", "difference", *ways]:
        missing += [name, f"{name}_low", f"{name}_high"]
    return pd.read_csv(
        path,
        dtype=dict.fromkeys(names, str),
        keep_default_na=False,
        na_values=dict.fromkeys(missing, [""]),
    )


def read_variants(paths):
    """Return `read_scores` of several segment variants as one table.

    The column segment is the name of the folder that a path is in.
    """
    import pandas as pd

    return pd.concat(
        [read_scores(path).assign(segment=Path(path).parent.name) for path in paths],
        ignore_index=True,
    )
