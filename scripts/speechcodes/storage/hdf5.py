"""HDF5 files that hold signals or features of some utterances, and who was left out.

Each holds a checksum of itself, in the block at its start that HDF5 leaves to its user,
and is read only if that holds.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

import h5py
import numpy as np

from speechcodes.records import Rejected
from speechcodes.storage import checksums
from speechcodes.storage.files import replacing

TEXT = h5py.string_dtype("utf-8")
#: Bytes before the part that is HDF5's, which takes powers of two from 512 on.
USER_BLOCK = 512


@contextmanager
def create(
    path: str | Path, *, parameters: dict, libraries: Sequence[str], description: str
) -> Iterator[h5py.File]:
    """Give a new HDF5 file to fill, which is at its place only once it is whole.

    Its attributes tell what made it: parameters, nested ones as JSON, and the versions
    of libraries (distributions). The description is of the datasets, for a reader who
    has nothing but the file.
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
def opened(path: str | Path) -> Iterator[h5py.File]:
    """Give a file that `create` made, to read.

    Raises DamagedFile if its checksum does not hold.
    """
    checksums.check(path)
    # Nothing here relies on locks, which network file systems may lack.
    with h5py.File(path, "r", locking=False) as file:
        yield file


def put(file: h5py.File, datasets: dict, rejected: Sequence[Rejected] = ()) -> None:
    """Write datasets, name to array, and the utterances left out into a file.

    Text is stored as UTF-8; a name may hold slashes (groups). The rejected are rows of
    text beside the datasets.
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


def write(
    path: str | Path, datasets: dict, *, rejected: Sequence[Rejected] = (), **what
) -> None:
    """Write one HDF5 file that can be read without this project.

    `what` goes to `create`, all else to `put`.
    """
    with create(path, **what) as file:
        put(file, datasets, rejected)


def read(paths: Sequence[str | Path], *names: str) -> list[np.ndarray]:
    """Return the datasets of these names, each of all shards one after the other.

    Of no shards they are empty, shape (0,).
    """
    parts = []
    for path in paths:
        with opened(path) as file:
            parts.append([_values(file[name]) for name in names])
    if not parts:
        return [np.empty(0, object) for _ in names]
    return [np.concatenate(part) for part in zip(*parts, strict=True)]


def read_rejected(path: str | Path) -> list[Rejected]:
    """Return the rejected utterances of one shard."""
    with opened(path) as file:
        return [Rejected(*row) for row in _values(file["rejected"])]


def _values(dataset):
    is_text = h5py.check_string_dtype(dataset.dtype)
    return dataset.asstr()[:] if is_text else dataset[:]
