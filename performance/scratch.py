"""Whether copies of spectrograms on the node pay (`scratch`, docs/cluster.md): an epoch
of rows in random order from a folder that nodes share, the copying, and an epoch from
the copy. The page cache holds none of it at first, and all of the copy.

    PYTHONPATH=scripts .venv/bin/python performance/scratch.py SHARED [SCRATCH]
"""

import os
import sys
import tempfile
import time
from pathlib import Path

import measure
import numpy as np

from speechcodes.storage import hdf5
from speechcodes.storage.sequences import Rows

#: Rows of the study's spectrograms: 1.5 GiB, more than is held in memory.
SHAPE = (27_000, 74, 200)
BATCH = 128


def write(path):
    """Write spectrograms of noise."""
    rng = np.random.default_rng(0)
    what = {"parameters": {}, "libraries": [], "description": ""}
    values = rng.random(SHAPE, np.float32)
    hdf5.write(str(path), {"spectrograms": values}, **what)


def forget(path):
    """Have the page cache give up what it holds of a file."""
    with open(path, "rb") as file:
        os.fsync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def epoch(rows):
    """Seconds to read all rows once, in batches in random order."""
    order = np.random.default_rng(1).permutation(len(rows))
    start = time.perf_counter()
    for first in range(0, len(rows), BATCH):
        rows[order[first : first + BATCH]]
    return time.perf_counter() - start


def main(shared, scratch=None):
    """Measure two epochs from each folder."""
    measure.heading("Copies on the node", __doc__)
    with tempfile.TemporaryDirectory(dir=shared) as folder:
        path = Path(folder, "spectrograms.h5")
        write(path)
        forget(path)
        there = Rows([str(path)], "spectrograms")
        first, second = epoch(there), epoch(there)
        del there
        forget(path)
        start = time.perf_counter()
        copies = Rows([str(path)], "spectrograms", scratch or tempfile.gettempdir())
        copying = time.perf_counter() - start
        copied = epoch(copies)
    rows = [
        ("shared, first epoch", first),
        ("shared, later epochs", second),
        ("copying", copying),
        ("copied, each epoch", copied),
    ]
    measure.table(["", "seconds"], rows)


if __name__ == "__main__":
    main(*sys.argv[1:])
