"""What two runs made, compared value for value."""

import io
import zipfile

import h5py
import numpy as np
import pandas as pd
import yaml

#: Rows, keys and columns that tell how long something took.
SECONDS = "seconds"
#: The page and the figure that tell how long jobs took.
TIMED = ("report", "times")


def same_results(one, other):
    """Assert that two projects made the same; return how many files and values.

    All of it: the same files, and in each the same values, but for how long training
    and jobs took, and when a model was written.
    """
    names = [
        {p.relative_to(project.results) for p in project.results.rglob("*")}
        for project in (one, other)
    ]
    assert names[0] == names[1]
    files = [
        name
        for name in sorted(names[0])
        if (one.results / name).is_file() and name.stem not in TIMED
    ]
    number = 0
    for name in files:
        here, there = contents(one.results / name), contents(other.results / name)
        assert here.keys() == there.keys() != set(), name
        for key in here:
            np.testing.assert_array_equal(here[key], there[key], f"{name}: {key}")
            number += np.size(here[key])
    return len(files), number


def contents(path):
    """What stands in a file, by name: arrays, texts, or all of its bytes."""
    if path.suffix == ".csv":
        table = pd.read_csv(path, dtype=str, keep_default_na=False)
        return {"columns": list(table), **table.drop(columns=SECONDS, errors="ignore")}
    if path.suffix == ".h5":
        return _of_hdf5(path)
    if path.suffix == ".keras":
        with zipfile.ZipFile(path) as archive:
            # All else names objects in memory, and the time.
            return _of_hdf5(io.BytesIO(archive.read("model.weights.h5")))
    if path.suffix in (".json", ".yaml"):
        values = yaml.safe_load(path.read_text())
        return {key: value for key, value in values.items() if key != SECONDS}
    return {"bytes": path.read_bytes()}


def _of_hdf5(file):
    found = {}

    def put(name, item):
        found.update({f"{name}@{key}": value for key, value in item.attrs.items()})
        if isinstance(item, h5py.Dataset) and not name.endswith(f"/{SECONDS}"):
            found[name] = item[()]

    with h5py.File(file) as opened:
        put("", opened)
        opened.visititems(put)
    return found
