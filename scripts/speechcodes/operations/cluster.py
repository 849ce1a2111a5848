"""What a node of a cluster has to offer, measured from inside a job."""

import os
import platform
import statistics
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

import h5py

from speechcodes.storage.files import replacing

#: Enough for a median, and little for any file system.
TIMES = 50
MEGABYTES = 64


def node() -> dict[str, object]:
    """Return {what: value} of the machine and its Python."""
    return {
        "host": platform.node(),
        "Slurm job": os.environ.get("SLURM_JOB_ID", "none"),
        "CPU cores of the job": len(os.sched_getaffinity(0)),
        "Python": f"{platform.python_version()}, {sys.executable}",
    }


def packages(*names: str) -> dict[str, str]:
    """Return {name: version} of distributions."""
    return {name: version(name) for name in names}


def file_system(folder: str | Path) -> dict[str, str]:
    """Measure what a folder's file system takes, and how its clock differs."""
    with tempfile.TemporaryDirectory(dir=folder) as name:
        scratch = Path(name)
        small = [_milliseconds(_replace, scratch / "small") for _ in range(TIMES)]
        seen = [_milliseconds(os.stat, scratch / "small") for _ in range(TIMES)]
        before = time.time()
        (scratch / "now").touch()
        difference = (scratch / "now").stat().st_mtime - before
        block = os.urandom(2**20)
        large = _milliseconds(_write, scratch / "large", block, MEGABYTES)
        return {
            "write a small file, in place": f"{statistics.median(small):.2f} ms",
            "look at a file": f"{statistics.median(seen):.3f} ms",
            "write": f"{MEGABYTES / large * 1000:.0f} MB/s",
            "clock ahead of the node's": f"{difference:.2f} s",
            "HDF5 locks": hdf5_locks(scratch),
        }


def hdf5_locks(folder: Path) -> str:
    """Tell whether HDF5 can lock files in a folder; this project never asks it to."""
    try:
        with h5py.File(folder / "locked.h5", "w", locking=True) as file:
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
