"""Checksums inside files, so that damage is found when they are read."""

import os
import zlib
from functools import cache
from pathlib import Path

from speechcodes.errors import DamagedFile

#: What a sealed file holds at its start or its end, where its format leaves room.
TEXT = "CRC-32 of all other bytes: {:08x}\n"
SIZE = len(TEXT.format(0))
#: Bytes that are read at a time.
PIECE = 2**20


def write(path: str | Path, at_end: bool = False) -> None:
    """Put a checksum into a file, in place of its first or last `SIZE` bytes.

    The file's format must take any bytes there. A CRC-32 finds any change of up to four
    bytes that lie together, and misses one of four thousand million others; it takes a
    fraction of the time that reading takes.
    """
    with open(path, "r+b") as file:
        text = TEXT.format(_checksum(file, at_end))
        file.seek(-SIZE if at_end else 0, os.SEEK_END if at_end else os.SEEK_SET)
        file.write(text.encode())


def check(path: str | Path, at_end: bool = False) -> None:
    """Raise DamagedFile if a file is not as it was when its checksum was written.

    A file is read once in a process for each state that it is in.
    """
    status = os.stat(path)
    _check(path, at_end, status.st_mtime_ns, status.st_size)


def held(path: str | Path) -> str:
    """Return the checksum at the start of a file, without a look at the rest."""
    with open(path, "rb") as file:
        return file.read(SIZE).decode().split()[-1]


@cache
def _check(path, at_end, modified, size):
    with open(path, "rb") as file:
        wanted = TEXT.format(_checksum(file, at_end)).encode()
        file.seek(max(0, size - SIZE) if at_end else 0)
        found = file.read(SIZE)
    if found != wanted:
        raise DamagedFile(path, "its checksum does not hold")


def _checksum(file, at_end):
    """CRC-32 of a binary file but for the place of the checksum."""
    left = os.fstat(file.fileno()).st_size - SIZE
    file.seek(0 if at_end else SIZE)
    checksum = 0
    while left > 0 and (piece := file.read(min(PIECE, left))):
        checksum = zlib.crc32(piece, checksum)
        left -= len(piece)
    return checksum
