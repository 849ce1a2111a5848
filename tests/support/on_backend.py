"""Train a model from a file on a backend of Keras, in a process of its own.

    python on_backend.py BACKEND MODEL FAMILY

Prints what `losses` returns, as JSON.
"""

import json
import os
import sys

import autoencoding
import numpy as np


def losses(path, family):
    """Return codes of the stored model, and its losses in two epochs of training."""
    from speechcodes.autoencoders import encoding, families, models, training

    architecture, rows, held_out = {
        "segment": (
            autoencoding.SEGMENT,
            autoencoding.segments(64),
            autoencoding.segments(32, 1),
        ),
        "frame": (
            autoencoding.FRAME,
            autoencoding.sequences([30] * 20),
            autoencoding.sequences([30] * 5, 1),
        ),
    }[family]
    # Backends ask for batches more or less often, and each one draws noise.
    settings = autoencoding.configuration(architecture, noise=0.0)
    model = models.load(path)
    codes = encoding.encode(model, held_out, architecture.get("pooling"))
    sides = [families.of(architecture).rows(s, architecture) for s in (rows, held_out)]
    statistics = np.zeros(autoencoding.BINS), np.ones(autoencoding.BINS)
    limits = {"epochs": 2, "patience": 2, "min_delta": 0, "seed": 1}
    history = training.train(model, *sides, settings, statistics, **limits)
    return {"codes": codes.tolist(), **history}


if __name__ == "__main__":
    # After the package, which would have TensorFlow, and before Keras.
    os.environ["KERAS_BACKEND"] = sys.argv[1]
    print(json.dumps(losses(*sys.argv[2:])))
