"""HDF5 files that hold signals or features of some utterances, and who was left out.

Each holds a checksum of itself, in the block at its start that HDF5 leaves to its user,
and is read only if that holds.
"""

import json
from contextlib import contextmanager
from importlib.metadata import version

import h5py
import numpy as np

from speechcodes.records import Rejected
from speechcodes.storage import checksums
from speechcodes.storage.files import replacing

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
        checksums.write(beside)


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
    checksums.check(path)
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


def read_rejected(path):
    """Return the rejected utterances of one shard as a list of `Rejected`."""
    with opened(path) as file:
        return [Rejected(*row) for row in _values(file["rejected"])]


def _values(dataset):
    is_text = h5py.check_string_dtype(dataset.dtype)
    return dataset.asstr()[:] if is_text else dataset[:]
