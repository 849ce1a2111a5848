"""Stamps of files, which tell whether they are still those that were read."""

import os
from collections.abc import Iterable
from hashlib import blake2b
from typing import NamedTuple


class Stamp(NamedTuple):
    """What tells of some files whether one of them changed."""

    #: The one that was written last; empty if there is none.
    newest: str
    #: Of path, size and time of each, 16 hexadecimal digits.
    digest: str


def stamp(paths: Iterable[str]) -> Stamp:
    """Return the stamp of some files, of which none is opened.

    One that does not exist is told apart from one that does.
    """
    newest, latest, seen = "", -1, []
    for path in paths:
        try:
            status = os.stat(path)
        except OSError:
            seen.append(f"{path}\0")
            continue
        size, time = status.st_size, status.st_mtime_ns
        seen.append(f"{path}\0{size}\0{time}")
        if time > latest:
            newest, latest = path, time
    content = "\0\0".join(seen).encode(errors="surrogateescape")
    return Stamp(newest, blake2b(content, digest_size=8).hexdigest())
