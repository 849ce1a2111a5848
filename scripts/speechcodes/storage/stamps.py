"""Stamps of files, which tell whether they are still those that were read."""

import os
from array import array
from collections.abc import Sequence
from hashlib import blake2b
from typing import NamedTuple

#: Time and size of what is not there.
MISSING = (-(2**63), -1)


class Stamp(NamedTuple):
    """What tells of some files whether one of them changed."""

    #: The one that was written last; empty if there is none.
    newest: str
    #: Of the time and size of each, 16 hexadecimal digits.
    digest: str


def stamp(paths: Sequence[str]) -> Stamp:
    """Return the stamp of some files, of which none is opened.

    One that does not exist is told apart from one that does.
    """
    times, sizes = array("q"), array("q")
    for path in paths:
        try:
            status = os.stat(path)
        except OSError:
            time, size = MISSING
        else:
            time, size = status.st_mtime_ns, status.st_size
        times.append(time)
        sizes.append(size)
    latest = max(times, default=MISSING[0])
    newest = "" if latest == MISSING[0] else paths[times.index(latest)]
    return Stamp(
        newest, blake2b(times.tobytes() + sizes.tobytes(), digest_size=8).hexdigest()
    )
