"""Rows and sequences in several HDF5 files, read from disk when they are asked for."""

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from copy import copy

import numpy as np

from speechcodes.errors import DamagedFile, InputError
from speechcodes.storage.hdf5 import opened


class Rows:
    """Rows of one dataset in several files, read from disk when they are asked for.

    Reads past HDF5, at the place where a dataset that is neither chunked nor compressed
    lies in its file: that is several times faster for rows in random order.

    Parameters
    ----------
    paths : sequence of str
        At least one; all rows have the same shape and type.
    name : str
        Of the dataset.
    scratch : str, optional
        A folder to copy the files to and read them from, for files that are slow to
        reach. The copies have no names there, and are gone with this object or with
        the process, however it ends.
    """

    def __init__(self, paths: Sequence[str], name: str, scratch: str | None = None):
        self._paths, self._files, self._offsets, counts = list(paths), [], [], []
        for path in paths:
            with opened(path) as file:
                dataset = file[name]
                self._row_shape, self.dtype = dataset.shape[1:], dataset.dtype
                self._offsets.append(dataset.id.get_offset())
                counts.append(self._count(file, dataset))
            # Closed with this object, by whoever reads last.
            file = open(path, "rb", buffering=0)  # noqa: SIM115
            self._files.append(_copy(file, scratch) if scratch else file)
        self._starts = np.cumsum([0, *counts])
        self._members = np.arange(self._starts[-1])

    def _count(self, file, dataset):
        """Count the rows of a file."""
        return len(dataset)

    @property
    def shape(self) -> tuple[int, ...]:
        """Rows, and the shape of one."""
        return len(self._members), *self._row_shape

    @property
    def nbytes(self) -> int:
        """What all rows would take in memory."""
        return int(np.prod(self.shape)) * self.dtype.itemsize

    def __len__(self) -> int:
        """Count the rows."""
        return len(self._members)

    def take(self, members: np.ndarray) -> "Rows":
        """Return some of the rows, by their numbers, without reading them."""
        taken = copy(self)
        taken._members = self._members[members]
        return taken

    def __getitem__(self, rows: slice | np.ndarray) -> np.ndarray:
        """Read some rows, given by a slice or by numbers, as an array."""
        members = self._members[rows]
        values = np.empty((len(members), *self._row_shape), self.dtype)
        size = self.dtype.itemsize * int(np.prod(self._row_shape))
        places = np.searchsorted(self._starts, members, side="right") - 1
        for value, member, place in zip(values, members, places, strict=True):
            first = int(member - self._starts[place]) * size
            self._read_into(value, place, first, f"row {member}")
        return values

    def loaded(self) -> np.ndarray | list[np.ndarray]:
        """Read all rows into memory, as an array."""
        return self[:]

    def _read_into(self, value, place, first, what):
        """Fill an array from the bytes of one file's dataset, the first on."""
        offset = self._offsets[place] + first
        buffer = value.reshape(-1).data.cast("B")
        if os.preadv(self._files[place].fileno(), [buffer], offset) < len(buffer):
            raise DamagedFile(
                self._paths[place],
                f"it should hold {what} at byte {offset}, but is cut off",
            )


class Sequences(Rows):
    """Sequences of frames in several files, each read when it is asked for.

    Made as `Rows` are. In each file the dataset holds sequences of one length, shape
    (n, frames, bins), or the frames of all, shape (all frames, bins), with their
    numbers in the dataset `frames`, shape (n,).

    Attributes
    ----------
    frames : np.ndarray, shape (n,), int
        Of each sequence.
    bins : int
    """

    def __init__(self, paths: Sequence[str], name: str, scratch: str | None = None):
        self._frames = []
        super().__init__(paths, name, scratch)
        self.frames = np.concatenate(self._frames)
        self.bins = self._row_shape[-1]
        self._row_shape = None, self.bins
        # Frames before each sequence in its file.
        firsts = [np.cumsum(frames) - frames for frames in self._frames]
        self._firsts = np.concatenate(firsts)

    def _count(self, file, dataset):
        """Count the sequences of a file, and note the frames of each."""
        if "frames" in file:
            self._frames.append(file["frames"][:])
        else:
            self._frames.append(np.full(*dataset.shape[:2]))
        return len(self._frames[-1])

    @property
    def nbytes(self) -> int:
        """What all sequences would take in memory."""
        return int(self.frames.sum()) * self.bins * self.dtype.itemsize

    def take(self, members: np.ndarray) -> "Sequences":
        """Return some of the sequences, by their numbers, without reading them."""
        taken = super().take(members)
        taken.frames = self.frames[members]
        return taken

    def __iter__(self) -> Iterator[np.ndarray]:
        """Read one sequence after the other."""
        return (self[number] for number in range(len(self)))

    def loaded(self) -> list[np.ndarray]:
        """Read all sequences into memory, as a list of arrays."""
        return list(self)

    def __getitem__(self, number: int) -> np.ndarray:
        """Read one sequence, shape (frames, bins)."""
        return self.part(number, 0, self.frames[number])

    def part(self, number: int, first: int, last: int) -> np.ndarray:
        """Read some frames of one sequence, shape (last - first, bins)."""
        member = self._members[number]
        place = np.searchsorted(self._starts, member, side="right") - 1
        values = np.empty((last - first, self.bins), self.dtype)
        row = self.bins * self.dtype.itemsize
        begin = int(self._firsts[member] + first) * row
        self._read_into(values, place, begin, f"frames of sequence {member}")
        return values


def of_files(paths: Sequence[str], name: str) -> Sequences | list:
    """Open the sequences in some files; of no files there are none."""
    return Sequences(paths, name) if paths else []


def _copy(file, folder):
    """Return an open copy of an open file, which is closed."""
    size = os.fstat(file.fileno()).st_size
    with file:
        there = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115
        try:
            shutil.copyfileobj(file, there, 2**24)
            there.flush()
        except OSError as error:
            raise InputError(
                f"{folder} does not take a copy of {file.name}, {size / 1e6:.0f} MB: "
                f"{error.strerror}; train without scratch, or give more room"
            ) from error
    return there
