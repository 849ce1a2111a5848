"""Shards: HDF5 files that hold the features of a batch of utterances."""

import json
from importlib.metadata import version

import h5py
import numpy as np

from speechcodes.files import replacing
from speechcodes.records import Rejected

TEXT = h5py.string_dtype("utf-8")


def write(path, datasets, *, rejected=(), parameters, libraries, description):
    """Write one HDF5 file that can be read without this project.

    Parameters
    ----------
    path : str
    datasets : dict
        Name to array; text is stored as UTF-8, a name may hold slashes (groups).
    rejected : sequence of Rejected
        The utterances left out, stored as rows of text beside the datasets.
    parameters : dict
        What the file was made with; stored as attributes, nested ones as JSON.
    libraries : sequence of str
        Distributions whose versions are stored.
    description : str
        What the datasets are, for a reader who has nothing but the file.
    """
    with replacing(path) as beside, h5py.File(beside, "w", locking=False) as file:
        for name, values in datasets.items():
            values = np.asarray(values)
            dtype = TEXT if values.dtype.kind in "UO" else values.dtype
            file.create_dataset(name, data=values.astype(dtype), dtype=dtype)
        rows = np.array([list(r) for r in rejected], dtype=object)
        left_out = file.create_dataset(
            "rejected", data=rows.reshape(-1, len(Rejected._fields)), dtype=TEXT
        )
        left_out.attrs["columns"] = Rejected._fields
        file.attrs["description"] = description
        file.attrs["versions"] = json.dumps({name: version(name) for name in libraries})
        for key, value in parameters.items():
            file.attrs[key] = json.dumps(value) if isinstance(value, dict) else value


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
        with h5py.File(path, "r", locking=False) as file:
            parts.append([_values(file[name]) for name in names])
    return [np.concatenate(part) for part in zip(*parts, strict=True)]


def read_rejected(path):
    """Return the rejected utterances of one shard as a list of `Rejected`."""
    with h5py.File(path, "r", locking=False) as file:
        return [Rejected(*row) for row in _values(file["rejected"])]


def _values(dataset):
    is_text = h5py.check_string_dtype(dataset.dtype)
    return dataset.asstr()[:] if is_text else dataset[:]
