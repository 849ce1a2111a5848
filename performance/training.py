"""Training from spectrograms that are read batch by batch, beside the same in memory:
seconds per epoch, losses, and the peak memory of the whole process, for the study's
11 300 unlabelled segments of 30 000 samples and for ten times as many. One epoch on a
tenth of the rows warms up; architecture study2, batches of 128, two threads. Then what
reading a batch costs, which a GPU would wait for. Then steps of the study's
architectures on one thread, one after the other in turn, the fastest of some: as Keras
makes them, without dropout, and as they are. Operations are counted from the shapes of
layers, a step as three passes, and held against products of large matrices. Last,
whole trainings of 3000 made-up segments with three seeds, as Keras makes them and as
they are, in turn on one thread: validation losses and seconds of an epoch. All have
huge pages, as jobs of the workflow do.

    PYTHONPATH=scripts .venv/bin/python performance/training.py [steps|seeds]
"""

import json
import os
import sys
import time

import gpu
import measure
import numpy as np

from speechcodes.storage import hdf5
from speechcodes.storage.sequences import Rows

# What is started has huge pages, as jobs do (rules/run.smk).
os.environ.setdefault("GLIBC_TUNABLES", "glibc.malloc.hugetlb=1")

SHAPE = (74, 200)
#: Of the trainings that are compared: segments, epochs, seeds.
COMPARED = 3000, 4, (1, 2, 3)
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
    from speechcodes.autoencoders import backend, cpu, segment_model, training
    from speechcodes.features.standardisation import bin_statistics

    backend.use_threads(2)
    rows = Rows([path], "spectrograms")
    held_out = np.arange(len(rows)) % 10 < 3
    sides = [rows.take(~held_out), rows.take(held_out)]
    few = [side.take(slice(len(side) // 10)) for side in sides]
    if in_memory:
        sides = [side[:] for side in sides]
    model, configuration = built("study2", 1)
    model = cpu.faster(model)
    how = configuration, bin_statistics(segment_model.batches(few[0]))
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


def built(name, seed, share=None, latent=64):
    """Build an architecture, with another share of dropout if one is given."""
    from speechcodes.autoencoders import grid, segment_model

    architecture = dict(gpu.ARCHITECTURES[name])
    architecture["dropout"] = architecture["dropout"] if share is None else share
    settings = {"architecture": name, "latent": latent, "learning_rate": 0.001}
    settings |= {"optimiser": "adam", "batch_size": 128}
    settings["output_activation"] = "sigmoid"
    found = grid.expand([settings], {name: architecture}, {"made_up": SHAPE})
    (one,) = found["made_up"].values()
    statistics = np.zeros(SHAPE[1]), np.ones(SHAPE[1])
    return segment_model.build(architecture, one, SHAPE, statistics, seed), one


def with_dropout():
    """Name the study's architectures."""
    return [name for name, one in gpu.ARCHITECTURES.items() if one["dropout"]]


def steps(name):
    """Print what a step of an architecture takes per segment, in ms, and operations."""
    from unittest.mock import patch

    import keras

    from speechcodes.autoencoders import backend, cpu, losses

    backend.use_threads(1)
    backend.repeat_exactly()
    size = 128
    batch = gpu.made_up(size, SHAPE)

    def model(share, compiles=True):
        with patch.object(backend, "compiles", lambda: compiles):
            found, one = built(name, 1, share)
            found = cpu.faster(found)
            optimiser = cpu.optimiser(one.optimiser, one.learning_rate)
            metrics = [losses.squared_error()]
            found.compile(optimiser, losses.of(one.loss), weighted_metrics=metrics)
        return found

    models = {"before": model(None, False), "without": model(0), "now": model(None)}
    matrix = keras.ops.convert_to_tensor(gpu.made_up(1, (2048, 2048))[0])
    functions = {
        key: lambda m=m: [m.train_on_batch(batch, batch) for _ in range(3)]
        for key, m in models.items()
    }
    for function in functions.values():
        function()
    functions["product"] = lambda: keras.ops.matmul(matrix, matrix)
    seconds = measure.fastest(functions, 8)
    product = 2 * 2048**3 / seconds.pop("product") / 1e9
    found = [1e3 * taken / 3 / size for taken in seconds.values()]
    print(json.dumps([gpu.operations(models["before"], None) / 1e6, *found, product]))


def report_steps():
    """Print what steps of the study's architectures take, each in its own process."""
    rows = []
    for name in with_dropout():
        output = measure.child([sys.executable, __file__, "steps", name])[3]
        one, before, without, now, product = json.loads(output.splitlines()[-1])
        rate = 3 * one / now
        shares = now / without, before / now, rate, product, f"{rate / product:.0%}"
        rows.append((name, one, before, without, now, *shares))
    header = ["architecture", "MFLOP per segment", "ms, as Keras makes it"]
    header += ["without dropout", "now", "now : without", "Keras : now", "GFLOP/s"]
    measure.table([*header, "large product, GFLOP/s", "share"], rows)


def as_keras():
    """What to put in place of what, to train as Keras alone would."""
    import keras

    from speechcodes.autoencoders import backend, training

    class Dataset(keras.utils.PyDataset):
        def __init__(self, batches):
            super().__init__()
            self.batches = batches

        def __len__(self):
            return len(self.batches)

        def __getitem__(self, index):
            return self.batches[index]

    def fit(model, batches, held_out):
        begin = time.perf_counter()
        sides = Dataset(batches), Dataset(held_out)
        result = model.fit(sides[0], validation_data=sides[1], shuffle=False, verbose=0)
        batches.shuffle()
        logs = {key: float(values[-1]) for key, values in result.history.items()}
        return {
            "loss": logs["loss"],
            "validation_loss": logs["val_loss"],
            "validation_mse": logs["val_mse"],
            "seconds": time.perf_counter() - begin,
        }

    return (backend, "compiles", lambda: False), (training, "_fit_once", fit)


def compare(name):
    """Train an architecture as Keras makes it, and as it is; print losses, seconds."""
    from contextlib import ExitStack
    from unittest.mock import patch

    from speechcodes.autoencoders import backend, cpu, training

    backend.use_threads(1)
    n, epochs, seeds = COMPARED
    values = gpu.made_up(n, SHAPE)
    held_out = np.arange(n) % 10 < 3
    rows = values[~held_out], values[held_out]
    statistics = np.zeros(SHAPE[1]), np.ones(SHAPE[1])
    limits = {"epochs": epochs, "patience": epochs, "min_delta": 0}

    found = {"before": [], "now": []}
    for seed in seeds:
        for which, results in found.items():
            model, one = built(name, seed)
            with ExitStack() as stack:
                if which == "before":
                    for place, name_there, other in as_keras():
                        stack.enter_context(patch.object(place, name_there, other))
                history = training.train(
                    cpu.faster(model), *rows, one, statistics, seed=seed, **limits
                )
            # The first epoch compiles the model.
            seconds = min(history["seconds"][1:])
            results.append((min(history["validation_loss"]), seconds))
    print(json.dumps(found))


def report_seeds():
    """Print losses and seconds of whole trainings, of each in its own process."""
    losses, times = [], []
    for name in with_dropout():
        output = measure.child([sys.executable, __file__, "seeds", name])[3]
        found = json.loads(output.splitlines()[-1])
        before, now = (np.array(found[which]).T for which in ("before", "now"))
        said = [f"{x.mean():.5f} ± {x.std(ddof=1):.5f}" for x in (before[0], now[0])]
        losses.append((name, *said, ", ".join(f"{x:+.5f}" for x in now[0] - before[0])))
        seconds = float(before[1].min()), float(now[1].min())
        ratios = ", ".join(f"{x:.2f}" for x in before[1] / now[1])
        times.append((name, *seconds, seconds[0] / seconds[1], ratios))
    header = ["validation loss, mean ± SD of 3 seeds", "as Keras makes it", "now"]
    measure.table([*header, "difference by seed"], losses)
    header = ["s per epoch", "as Keras makes it", "now", "Keras : now", "by seed"]
    measure.table(header, times)


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
    report_steps()
    report_seeds()


if __name__ == "__main__":
    modes = {"steps": (report_steps, steps), "seeds": (report_seeds, compare)}
    if len(sys.argv) > 3:
        train(sys.argv[1], sys.argv[2] == "True", int(sys.argv[3]))
    elif len(sys.argv) > 1:
        whole, of_one = modes[sys.argv[1]]
        of_one(sys.argv[2]) if len(sys.argv) > 2 else whole()
    else:
        main()
