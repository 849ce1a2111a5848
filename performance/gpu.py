"""Training on a GPU, and on CPU cores beside it, on made-up data of the study's shapes:
11 300 spectrograms of 74 frames and 200 bins in batches of 128, or as many pieces of
128 frames and 40 bins in batches of 32; three tenths are validated on. CPU cores train
on a fifth of them, and the time is taken times five. Operations are counted from the
shapes of layers; training is counted as three passes. The limit is the rate at which
Keras multiplies large matrices in float32. Then the same training several times at once
on the GPU. First epochs, which compile, are left out. Needs Keras, and JAX or PyTorch.

    PYTHONPATH=scripts python performance/gpu.py --backend jax --output gpu.md
"""

import argparse
import json
import math
import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stdout

import measure
import numpy as np
import yaml

ARCHITECTURES = yaml.safe_load((measure.ROOT / "config/architectures.yaml").read_text())
SEGMENT, PIECE = (74, 200), (128, 40)
#: The architecture that the study chose: several of it are trained at once.
CHOSEN = "study3"
FULL = {"n": 11_300, "epochs": 12, "at_once": (1, 2, 4, 8), "product": 8192}
QUICK = {"n": 150, "epochs": 3, "at_once": (1, 2), "product": 256}
#: What both train on: a fifth of the rows, for so many epochs.
PART, EPOCHS = 5, 2
#: CPU cores begin no training, and end it, after this share of the time.
SHARE_OF_CPU = 0.6


def made_up(n, shape):
    """Return float32 arrays of a shape, mixed of eight patterns, between 0 and 1."""
    rng = np.random.default_rng(0)
    patterns = rng.random((8, *(-(-size // 10) for size in shape)), np.float32)
    patterns = patterns.repeat(10, 1).repeat(10, 2)[:, : shape[0], : shape[1]]
    shares = rng.random((n, 8), np.float32) ** 4 / 8
    return np.tensordot(shares, patterns, 1)


def operations(model, frames):
    """Count multiplications and additions of passing one segment through a model."""
    total = 0
    for layer in model.layers:
        if hasattr(layer, "kernel"):
            spread = type(layer).__name__.endswith("Transpose")
            shape = (layer.input if spread else layer.output).shape[1:-1]
            places = math.prod(size or frames for size in shape)
            total += 2 * places * math.prod(layer.kernel.shape)
    return total


def train(name, *sizes):
    """Train on so many rows for so many epochs, for each pair of sizes."""
    return [_train(name, *size) for size in sizes]


def _train(name, n, epochs):
    """Train an autoencoder in this process; return what it took and came to."""
    from speechcodes.autoencoders import backend, cpu, families, grid, training
    from speechcodes.features.standardisation import bin_statistics

    architecture = ARCHITECTURES[name]
    family = families.of(architecture)
    by_frame = family.suits((None, PIECE[1]))
    values = made_up(n, PIECE if by_frame else SEGMENT)
    variant = (None, PIECE[1]) if by_frame else SEGMENT
    settings = {"latent": 64, "learning_rate": 0.001, "optimiser": "adam"}
    settings |= {"architecture": name, "batch_size": 32 if by_frame else 128}
    settings["output_activation"] = "linear" if by_frame else "sigmoid"
    found = grid.expand([settings], {name: architecture}, {"made_up": variant})
    (configuration,) = found["made_up"].values()
    held_out = np.arange(n) % 10 < 3
    rows = [family.rows(values[side], architecture) for side in (~held_out, held_out)]
    statistics = bin_statistics([values[~held_out]])
    model = family.build(architecture, configuration, variant, statistics, seed=1)
    corrupted = (statistics, configuration) if configuration.noise else None
    batches = training._Batches(model, rows[0], configuration.batch_size, 1, corrupted)
    reading = measure.fastest(
        {"": lambda: [batches[number] for number in range(len(batches))]}, 2
    )
    begin = time.time()
    history = training.train(
        cpu.faster(model), *rows, configuration, statistics,
        epochs=epochs, patience=epochs, min_delta=0, seed=1,
    )  # fmt: skip
    sizes = [len(side) for side in rows]
    one = operations(model, PIECE[0])
    return {
        "device": backend.device(),
        "parameters": model.count_params(),
        "operations": one,
        "per_epoch": one * (3 * sizes[0] + sizes[1]),
        "segments": sum(sizes),
        "losses": history["validation_loss"],
        "reading": reading[""],
        "begin": begin,
        "seconds": history["seconds"],
    }


def limits(size):
    """Measure what the device reaches: products of matrices, copies, and feeding."""
    import keras
    from keras import ops

    from speechcodes.autoencoders import backend

    def rate(function, amount, repeats=10):
        """Do something until it is done; return the fastest rate of five."""
        ops.convert_to_numpy(function()[:1, :1])
        seconds = []
        for _ in range(5):
            begin = time.perf_counter()
            for _ in range(repeats):
                result = function()
            ops.convert_to_numpy(result[:1, :1])
            seconds.append((time.perf_counter() - begin) / repeats)
        return amount / min(seconds)

    x = keras.random.normal((size, size))
    half = ops.cast(x, "bfloat16")
    batch = made_up(128, SEGMENT).reshape(128, -1)
    return {
        "device": backend.device(),
        "float32, TFLOP/s": rate(lambda: ops.matmul(x, x), 2 * size**3) / 1e12,
        "bfloat16, TFLOP/s": rate(lambda: ops.matmul(half, half), 2 * size**3) / 1e12,
        "copying, GB/s": rate(lambda: x + 1.0, 2 * 4 * size**2) / 1e9,
        "batches to it, GB/s": rate(lambda: ops.convert_to_tensor(batch), batch.nbytes)
        / 1e9,
    }


class Children:
    """Processes that train, each with a backend of its own, until time is over."""

    def __init__(self, backend, minutes):
        self.backend, self.seconds = backend, 60 * minutes
        self.end = time.monotonic() + self.seconds

    def run(self, task, *arguments, on="gpu", cores=None):
        """Run a task in a process; return what it found, or None if it failed."""
        left = self.end - time.monotonic()
        if on == "cpu":
            left -= (1 - SHARE_OF_CPU) * self.seconds
        # Several processes share the card's memory, and add in the same order always.
        surroundings = os.environ | {
            "XLA_PYTHON_CLIENT_PREALLOCATE": "false",
            "XLA_FLAGS": "--xla_gpu_deterministic_ops=true",
        }
        if on == "cpu":
            surroundings |= {"CUDA_VISIBLE_DEVICES": "", "JAX_PLATFORMS": "cpu"}
        what = json.dumps([self.backend, sorted(cores or []), task, *arguments])
        command = [sys.executable, __file__, "--child", what]
        say(f"{on}: {task} {' '.join(map(str, arguments))}, {max(left, 0):.0f} s left")
        try:
            done = subprocess.run(
                command, env=surroundings, timeout=max(left, 0), capture_output=True
            )
        except subprocess.TimeoutExpired:
            return say("not done: time is over")
        if done.returncode:
            return say(f"failed: {done.stderr.decode()[-2000:]}")
        return json.loads(done.stdout.splitlines()[-1])


class Memory:
    """The most memory of the card, in GiB, that is in use within a `with`."""

    def __enter__(self):
        """Begin to look, every half second."""
        self.over, self.before, self.most = threading.Event(), card_state()[0], 0.0
        self.thread = threading.Thread(target=self._look)
        self.thread.start()
        return self

    def __exit__(self, *_):
        """Look no more."""
        self.over.set()
        self.thread.join()

    def _look(self):
        while not self.over.wait(0.5):
            self.most = max(self.most, card_state()[0] - self.before)


def card_state():
    """Return the card's memory in use and in all, in GiB, and its name, if any."""
    query = ["nvidia-smi", "--query-gpu=memory.used,memory.total,name"]
    try:
        said = subprocess.check_output(
            [*query, "--format=csv,noheader,nounits"], text=True
        )
    except (OSError, subprocess.CalledProcessError):
        return 0.0, 0.0, "no card"
    used, total, name = said.splitlines()[0].split(", ")
    return int(used) / 1024, int(total) / 1024, name


class Both:
    """Two files that are written alike."""

    def __init__(self, *files):
        self.files = files

    def write(self, text):
        """Write to both."""
        for file in self.files:
            file.write(text)

    def flush(self):
        """Let both have what was written."""
        for file in self.files:
            file.flush()


def say(text):
    """Tell how far it is."""
    print(text, file=sys.stderr, flush=True)


def together(runs):
    """Return the rate at which equal trainings went on while all of them did.

    Of each, epochs overlap the time from the last first epoch's end to the first end.
    """
    ends = [run["begin"] + np.cumsum(run["seconds"]) for run in runs]
    first, last = max(end[0] for end in ends), min(end[-1] for end in ends)
    rate = 0.0
    for run, end in zip(runs, ends, strict=True):
        within = [
            seconds
            for seconds, finished in zip(run["seconds"], end, strict=True)
            if finished - seconds >= first - 0.1 and finished <= last + 0.1
        ]
        rate += run["segments"] / np.mean(within) if within else math.nan
    return rate


def per_epoch(run):
    """Seconds of an epoch: the median of those after the first, which compiles."""
    return float(np.median(run["seconds"][1:]))


def report(children, sizes):
    """Measure everything; print the tables."""
    cores = sorted(os.sched_getaffinity(0))
    half = len(cores) // 2 or 1
    whole, part = (sizes["n"], sizes["epochs"]), (sizes["n"] // PART, EPOCHS)
    on_gpu = {"cores": cores[:half]}
    on_cpu = {"cores": cores[half:], "on": "cpu"}
    with ThreadPoolExecutor() as pool:
        # Beside each other, on cores of their own.
        slow = pool.submit(
            lambda: [children.run("train", n, part, **on_cpu) for n in ARCHITECTURES]
        )
        reached = children.run("limits", sizes["product"], **on_gpu)
        fast, memory = [], []
        for name in ARCHITECTURES:
            with Memory() as card:
                fast.append(children.run("train", name, whole, part, **on_gpu))
            memory.append(card.most)
        slow = slow.result()
    reached = reached or {"device": "limits failed", "float32, TFLOP/s": math.nan}
    _, total, name = card_state()
    print(f"\nKeras on {children.backend}: {reached.pop('device')}, {name}, ")
    print(f"{total:.0f} GiB; and {len(cores) - half or 1} of {measure.machine()}.")
    measure.table(["limits", *reached], [("", *reached.values())])
    header = ["architecture", "parameters", "MFLOP per segment", "s per epoch, GPU"]
    header += ["of it making batches", "s per epoch, CPU", "CPU / GPU", "segments/s"]
    header += ["TFLOP/s", "share of the limit", "GiB", "fit into memory"]
    rows, losses = [], []
    for name, gpu, cpu, taken in zip(ARCHITECTURES, fast, slow, memory, strict=True):
        if not gpu:
            continue
        gpu, same = gpu
        seconds = per_epoch(gpu)
        slower = PART * per_epoch(cpu[0]) if cpu else math.nan
        achieved = gpu["per_epoch"] / seconds / 1e12
        share = achieved / reached["float32, TFLOP/s"]
        rows.append(
            (name, gpu["parameters"], gpu["operations"] / 1e6, seconds,
             gpu["reading"], slower, slower / seconds, gpu["segments"] / seconds,
             achieved, f"{share:.2%}", taken, int(total / taken) if taken else "-")
        )  # fmt: skip
        a, b = same["losses"][-1], cpu[0]["losses"][-1] if cpu else math.nan
        values = (f"{a:.6f}", f"{b:.6f}", f"{a / b - 1:.1e}")
        losses.append((name, *values, f"{gpu['losses'][-1]:.6f}"))
    measure.table(header, rows)
    header = [f"validation loss after {EPOCHS} epochs on a fifth", "GPU", "CPU"]
    header += ["difference", f"on all, {sizes['epochs']} epochs, GPU"]
    measure.table(header, losses)
    at_once(children, sizes)


def at_once(children, sizes):
    """Train the same several times at once; print how the rate grows."""
    header = [f"{CHOSEN}, trainings at once", "segments/s of all", "against one", "GiB"]
    rows, alone = [], math.nan
    for number in sizes["at_once"]:
        how = "train", CHOSEN, (sizes["n"], sizes["epochs"])
        with Memory() as card, ThreadPoolExecutor(number) as pool:
            begun = [pool.submit(children.run, *how) for _ in range(number)]
            runs = [run.result() for run in begun]
        if None in runs:
            break
        runs = [run for (run,) in runs]
        rate = together(runs)
        alone = rate if number == 1 else alone
        losses = {run["losses"][-1] for run in runs}
        said = (
            "equal" if len(losses) == 1 else f"{min(losses):.6f} to {max(losses):.6f}"
        )
        rows.append((number, rate, rate / alone, card.most, said))
    measure.table([*header, "their losses"], rows)


def child(backend, cores, task, *arguments):
    """Do one task on a backend, and on some cores if any are named."""
    if cores:
        os.sched_setaffinity(0, cores)
    import speechcodes.autoencoders  # noqa: F401

    # After the package, which would have TensorFlow, and before Keras.
    os.environ["KERAS_BACKEND"] = backend
    print(json.dumps({"train": train, "limits": limits}[task](*arguments)))


def main():
    """Measure, and write what is printed to a file, too."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--backend", default="jax", choices=["jax", "torch"])
    parser.add_argument("--minutes", type=float, default=8, help="then it ends")
    parser.add_argument("--quick", action="store_true", help="on small data, to try it")
    parser.add_argument("--output", default=os.devnull, help="where tables are written")
    parser.add_argument("--child", type=json.loads, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        return child(*given.child)
    with open(given.output, "w") as file, redirect_stdout(Both(sys.stdout, file)):
        measure.heading("Training on a GPU", __doc__)
        report(Children(given.backend, given.minutes), QUICK if given.quick else FULL)


if __name__ == "__main__":
    main()
