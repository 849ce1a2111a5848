"""Training from spectrograms that are read batch by batch, beside the same in memory:
seconds per epoch, losses, and the peak memory of the whole process, for the study's
11 300 unlabelled segments of 30 000 samples and for ten times as many. One epoch on a
tenth of the rows warms up; architecture study2, batches of 128, two threads. Then what
reading a batch costs, which a GPU would wait for.

    PYTHONPATH=scripts .venv/bin/python performance/training.py
"""

import json
import sys

import measure
import numpy as np

from speechcodes.storage import hdf5
from speechcodes.storage.sequences import Rows

SHAPE = (74, 200)
SEGMENTS = {"11 300, in memory": 11_300, "11 300": 11_300, "113 000": 113_000}


def write(path, n):
    """Write smooth made-up spectrograms, as a job of the workflow would."""
    rng = np.random.default_rng(0)
    with hdf5.create(path, parameters={}, libraries=[], description="") as file:
        rows = file.create_dataset("spectrograms", (n, *SHAPE), np.float32)
        for first in range(0, n, 1000):
            count = min(1000, n - first)
            low = rng.random((count, SHAPE[0] // 2, SHAPE[1] // 10), np.float32)
            rows[first : first + count] = low.repeat(2, 1).repeat(10, 2) * 0.3


def train(path, in_memory, epochs):
    """Train in this process; print what it took."""
    from speechcodes.autoencoders import backend, grid, segment_model, training
    from speechcodes.configuration.loading import load
    from speechcodes.features.standardisation import bin_statistics

    backend.use_threads(2)
    rows = Rows([path], "spectrograms")
    held_out = np.arange(len(rows)) % 10 < 3
    sides = [rows.take(~held_out), rows.take(held_out)]
    few = [side.take(slice(len(side) // 10)) for side in sides]
    if in_memory:
        sides = [side[:] for side in sides]
    architecture = load(measure.ROOT / "config" / "architectures.yaml")["study2"]
    configuration = grid.Configuration(
        architecture="study2",
        latent=64,
        learning_rate=0.001,
        batch_size=128,
        loss="binary_crossentropy",
        optimiser="adam",
        code_activation="relu",
        output_activation="sigmoid",
    )
    statistics = bin_statistics(segment_model.batches(few[0]))
    model = segment_model.build(architecture, configuration, SHAPE, statistics, seed=1)
    how = configuration, statistics
    limits = {"patience": epochs, "min_delta": 0, "seed": 1}
    training.train(model, *few, *how, epochs=1, **limits)
    history = training.train(model, *sides, *how, epochs=epochs, **limits)
    # The first epoch compiles the model.
    seconds = float(np.min(history["seconds"][-2:]))
    loss = history["validation_loss"][-1]
    print(json.dumps([seconds, loss, measure.own_peak_memory()]))


def batches(path):
    """Milliseconds to take one batch in random order, from memory and from disk."""
    rows = Rows([path], "spectrograms")
    values, order = rows[:], np.random.default_rng(0).permutation(len(rows))
    parts = [order[first : first + 128] for first in range(0, len(order), 128)]
    seconds = measure.fastest(
        {
            "memory": lambda: [values[part] for part in parts],
            "disk": lambda: [rows[part] for part in parts],
        }
    )
    return tuple(1e3 * taken / len(parts) for taken in seconds.values())


def main():
    """Train on each size in a process of its own."""
    measure.heading("Training", __doc__)
    rows, taken = [], None
    with measure.folder() as folder:
        for name, n in SEGMENTS.items():
            path = folder / f"{n}.h5"
            if not path.exists():
                write(path, n)
                taken = taken or batches(path)
            epochs = 3 if n < 100_000 else 1
            command = [sys.executable, __file__, path, "in memory" in name, epochs]
            output = measure.child(command)[3]
            seconds, loss, memory = json.loads(output.splitlines()[-1])
            per_segment = 1e3 * seconds / n
            rows.append((name, epochs, seconds, per_segment, memory, f"{loss:.9f}"))
    header = ["segments", "epochs", "s per epoch", "ms per segment", "peak MB"]
    measure.table([*header, "validation loss"], rows)
    header = ["ms for a batch of 128", "from memory", "from a file in the page cache"]
    measure.table(header, [("", *taken)])


if __name__ == "__main__":
    if len(sys.argv) > 1:
        train(sys.argv[1], sys.argv[2] == "True", int(sys.argv[3]))
    else:
        main()
