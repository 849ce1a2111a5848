"""Whether compressing spectrograms pays: bytes, and milliseconds to write a segment in
order and to read it back in random order, for real speech and for noise, of 30 000
samples. Stored as they are, rows are read past HDF5 (`Rows`), as in training.

    PYTHONPATH=scripts .venv/bin/python performance/compression.py [FOLDER OF AUDIO]

Blosc is measured if the package hdf5plugin is installed.
"""

import sys
import time
from pathlib import Path

import h5py
import made_up
import measure
import numpy as np

from speechcodes.features import audio, spectrograms
from speechcodes.storage import checksums, hdf5
from speechcodes.storage.sequences import Rows

RATE, VARIANT = 8_000, {"samples": 30_000, "short_signals": "pad"}
MOST = 600


def ways():
    """Arguments of a dataset for each way to store it."""
    found = {"as it is": {}, "lzf": {"compression": "lzf"}}
    found["lzf, shuffled"] = {"compression": "lzf", "shuffle": True}
    found["gzip 4, shuffled"] = {"compression": "gzip", "shuffle": True}
    try:
        import hdf5plugin
    except ImportError:
        return found
    return found | {"blosc lz4, shuffled": dict(hdf5plugin.Blosc(cname="lz4"))}


def store(path, rows, settings):
    """Milliseconds to write and to read one of the rows, and the bytes on disk."""
    start = time.perf_counter()
    block = hdf5.USER_BLOCK
    with h5py.File(path, "w", locking=False, userblock_size=block) as file:
        if settings:
            settings = settings | {"chunks": (1, *rows.shape[1:])}
        dataset = file.create_dataset(
            "spectrograms", rows.shape, rows.dtype, **settings
        )
        for first in range(0, len(rows), 2):
            dataset[first : first + 2] = rows[first : first + 2]
    write = time.perf_counter() - start
    # Rows are read from no file without.
    checksums.write(path)
    order = np.random.default_rng(0).permutation(len(rows))
    with h5py.File(path, locking=False) as file:
        source = file["spectrograms"] if settings else Rows([path], "spectrograms")
        start = time.perf_counter()
        for first in range(0, len(rows), 32):
            batch = order[first : first + 32]
            if settings:
                np.stack([source[row] for row in batch])
            else:
                source[batch]
        read = time.perf_counter() - start
    return write * 1e3 / len(rows), read * 1e3 / len(rows), path.stat().st_size


def compare(name, paths, scale, folder):
    """Rows of one corpus at one scale."""
    settings = {"window": 0.05, "step": 0.05, "scale": scale}
    signals = (audio.load(path, RATE, -60) for path in paths)
    parts = [spectrograms.of_segments(s, VARIANT, RATE, settings) for s in signals]
    rows = np.concatenate(parts)[:MOST]
    for way, arguments in ways().items():
        results = [store(folder / "rows.h5", rows, arguments) for _ in range(3)]
        write, read, size = map(min, zip(*results, strict=True))
        yield name, scale, way, size / rows.nbytes, write, read


def main():
    """Compare on noise made up and on the audio of a folder."""
    measure.heading("Compression", __doc__)
    rows = []
    with measure.folder() as folder:
        made_up.write(folder, 400)
        corpora = {"made up": made_up.audio_below(folder)}
        for argument in sys.argv[1:]:
            corpora[Path(argument).name] = made_up.audio_below(argument)[:MOST]
        for name, paths in corpora.items():
            for scale in ("linear", "log"):
                rows += compare(name, paths, scale, folder)
    header = ["corpus", "scale", "stored", "part of the bytes", "ms to write"]
    measure.table([*header, "ms to read"], rows)


if __name__ == "__main__":
    main()
