"""HDF5 files that hold signals or features of some utterances, and who was left out.

Each holds a checksum of itself, in the block at its start that HDF5 leaves to its user,
and is read only if that holds.
"""

import json
import os
import shutil
import tempfile
from contextlib import contextmanager
from copy import copy
from importlib.metadata import version

import h5py
import numpy as np

from speechcodes import seals
from speechcodes.errors import DamagedFile, InputError
from speechcodes.files import replacing
from speechcodes.records import Rejected

TEXT = h5py.string_dtype("utf-8")
#: Bytes before the part that is HDF5's, which takes powers of two from 512 on.
USER_BLOCK = 512


@contextmanager
def create(path, *, parameters, libraries, description):
    """Give a new HDF5 file to fill, which is at its place only once it is whole.

    Parameters
    ----------
    path : str
    parameters : dict
        What the file was made with; stored as attributes, nested ones as JSON.
    libraries : sequence of str
        Distributions whose versions are stored.
    description : str
        What the datasets are, for a reader who has nothing but the file.

    Yields
    ------
    file : h5py.File
    """
    versions = {name: version(name) for name in libraries}
    with replacing(path, wait=False) as beside:
        with h5py.File(beside, "w", locking=False, userblock_size=USER_BLOCK) as file:
            file.attrs["description"] = description
            file.attrs["versions"] = json.dumps(versions)
            for key, value in parameters.items():
                file.attrs[key] = (
                    json.dumps(value) if isinstance(value, dict) else value
                )
            yield file
        seals.write(beside)


@contextmanager
def opened(path):
    """Give a file that `create` made, to read.

    Yields
    ------
    file : h5py.File

    Raises
    ------
    DamagedFile
        If its checksum does not hold.
    """
    seals.check(path)
    # Nothing here relies on locks, which network file systems may lack.
    with h5py.File(path, "r", locking=False) as file:
        yield file


def put(file, datasets, rejected=()):
    """Write datasets into a file that `create` gave.

    Parameters
    ----------
    file : h5py.File
    datasets : dict
        Name to array; text is stored as UTF-8, a name may hold slashes (groups).
    rejected : sequence of Rejected
        The utterances left out, stored as rows of text beside the datasets.
    """
    for name, values in datasets.items():
        values = np.asarray(values)
        dtype = TEXT if values.dtype.kind in "UO" else values.dtype
        file.create_dataset(name, data=values.astype(dtype), dtype=dtype)
    rows = np.array([list(r) for r in rejected], dtype=object)
    left_out = file.create_dataset(
        "rejected", data=rows.reshape(-1, len(Rejected._fields)), dtype=TEXT
    )
    left_out.attrs["columns"] = Rejected._fields


def write(path, datasets, *, rejected=(), **what):
    """Write one HDF5 file that can be read without this project.

    `what` goes to `create`, all else to `put`.
    """
    with create(path, **what) as file:
        put(file, datasets, rejected)


def read(paths, *names):
    """Return datasets of several shards, one after the other.

    Parameters
    ----------
    paths : sequence of str
        At least one.
    names : str
        Of the datasets.

    Returns
    -------
    datasets : list of np.ndarray
        In the order of `names`, concatenated along the first axis.
    """
    parts = []
    for path in paths:
        with opened(path) as file:
            parts.append([_values(file[name]) for name in names])
    return [np.concatenate(part) for part in zip(*parts, strict=True)]


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

    def __init__(self, paths, name, scratch=None):
        self._paths, self._files, self._offsets, counts = list(paths), [], [], []
        for path in paths:
            with opened(path) as file:
                dataset = file[name]
                self._row_shape, self.dtype = dataset.shape[1:], dataset.dtype
                self._offsets.append(dataset.id.get_offset())
                counts.append(len(dataset))
            # Closed with this object, by whoever reads last.
            file = open(path, "rb", buffering=0)  # noqa: SIM115
            self._files.append(_copy(file, scratch) if scratch else file)
        self._starts = np.cumsum([0, *counts])
        self._members = np.arange(self._starts[-1])

    @property
    def shape(self):
        """Rows, and the shape of one."""
        return len(self._members), *self._row_shape

    @property
    def nbytes(self):
        """What all rows would take in memory."""
        return int(np.prod(self.shape)) * self.dtype.itemsize

    def __len__(self):
        """Count the rows."""
        return len(self._members)

    def take(self, members):
        """Return some of the rows, by their numbers, without reading them."""
        taken = copy(self)
        taken._members = self._members[members]
        return taken

    def __getitem__(self, rows):
        """Read some rows, given by a slice or by numbers, as an array."""
        members = self._members[rows]
        values = np.empty((len(members), *self._row_shape), self.dtype)
        size = values.dtype.itemsize * int(np.prod(self._row_shape))
        places = np.searchsorted(self._starts, members, side="right") - 1
        for value, member, place in zip(values, members, places, strict=True):
            file = self._files[place]
            offset = self._offsets[place] + int(member - self._starts[place]) * size
            if os.preadv(file.fileno(), [value.data.cast("B")], offset) < size:
                raise DamagedFile(
                    self._paths[place],
                    f"it should hold row {member} at byte {offset}, but is cut off",
                )
        return values


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


def read_rejected(path):
    """Return the rejected utterances of one shard as a list of `Rejected`."""
    with opened(path) as file:
        return [Rejected(*row) for row in _values(file["rejected"])]


def _values(dataset):
    is_text = h5py.check_string_dtype(dataset.dtype)
    return dataset.asstr()[:] if is_text else dataset[:]
