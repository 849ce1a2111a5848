"""What saving the state of a training costs: megabytes, and milliseconds to write it
and to continue from it, after 100 epochs of the study's smallest and largest
autoencoder. It is written every 20 s at most.

    PYTHONPATH=scripts .venv/bin/python performance/checkpoints.py
"""

from types import SimpleNamespace

import measure
import numpy as np
import training

from speechcodes.autoencoders import checkpoint

ROWS, EPOCHS = 7900, 100


def costs(name, latent):
    """Return the parameters of an autoencoder, and what its checkpoint takes."""
    model, _ = training.built(name, 1, latent=latent)
    model.compile("adam", "binary_crossentropy")
    batches = SimpleNamespace(order=np.arange(ROWS), generator=np.random.default_rng(1))
    course = checkpoint.Course()
    for _ in range(EPOCHS):
        course.add(dict.fromkeys(checkpoint.MEASURES, 0.5), model, 0.001)
    with measure.folder() as folder:
        one = checkpoint.Checkpoint(folder / "checkpoint.h5", {})
        functions = {
            "write": lambda: one.keep(course, model, batches),
            "continue": lambda: one.restore(model, batches),
        }
        seconds = measure.fastest(functions)
        size = one.path.stat().st_size / 1e6
    return model.count_params(), size, *(1e3 * taken for taken in seconds.values())


if __name__ == "__main__":
    measure.heading("Checkpoints", __doc__)
    measure.table(
        ["architecture", "parameters", "MB", "ms to write", "ms to continue"],
        [(name, *costs(name, n)) for name, n in [("study1", 64), ("study4", 128)]],
    )
