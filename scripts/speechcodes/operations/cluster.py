"""What a node of a cluster has to offer, measured from inside a job."""

import os
import platform
import statistics
import sys
import tempfile
import time
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import h5py

from speechcodes.storage.files import replacing

#: Enough for a median, and little for any file system.
TIMES = 50
MEGABYTES = 64


def node():
    """Return {what: value} of the machine and its Python."""
    return {
        "host": platform.node(),
        "Slurm job": os.environ.get("SLURM_JOB_ID", "none"),
        "CPU cores of the job": len(os.sched_getaffinity(0)),
        "Python": f"{platform.python_version()}, {sys.executable}",
    }


def packages(*names):
    """Return {name: version} of distributions, as far as they are installed."""
    found = {}
    for name in names:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


def file_system(folder):
    """Measure what a folder's file system takes, and how its clock differs.

    Parameters
    ----------
    folder : str or Path

    Returns
    -------
    dict
        What was measured, in words, to a text with its unit.
    """
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        small = [_milliseconds(_replace, Path(scratch, "small")) for _ in range(TIMES)]
        seen = [_milliseconds(os.stat, Path(scratch, "small")) for _ in range(TIMES)]
        before = time.time()
        Path(scratch, "now").touch()
        difference = os.stat(Path(scratch, "now")).st_mtime - before
        large = _milliseconds(
            _write, Path(scratch, "large"), os.urandom(2**20), MEGABYTES
        )
        return {
            "write a small file, in place": f"{statistics.median(small):.2f} ms",
            "look at a file": f"{statistics.median(seen):.3f} ms",
            "write": f"{MEGABYTES / large * 1000:.0f} MB/s",
            "clock ahead of the node's": f"{difference:.2f} s",
            "HDF5 locks": hdf5_locks(scratch),
        }


def hdf5_locks(folder):
    """Tell whether HDF5 can lock files in a folder; this project never asks it to."""
    try:
        with h5py.File(Path(folder, "locked.h5"), "w", locking=True) as file:
            file["x"] = 1
    except OSError as error:
        return f"do not work ({error}); not needed"
    return "work; not needed"


def _replace(path):
    """Write a small file beside its place, and rename it, as every output is."""
    with replacing(path) as beside:
        _write(beside, b"x" * 1000)


def _write(path, block, times=1):
    """Write a block of bytes some times, and wait until it is on disk."""
    with path.open("wb") as file:
        for _ in range(times):
            file.write(block)
        file.flush()
        os.fsync(file.fileno())


def _milliseconds(function, *arguments):
    start = time.perf_counter()
    function(*arguments)
    return (time.perf_counter() - start) * 1000
