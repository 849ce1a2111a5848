"""Spectrograms and autoencoders that are small enough to be quick."""

import numpy as np
import yaml
from projects import ROOT

from speechcodes.autoencoders import families
from speechcodes.autoencoders.grid import Configuration
from speechcodes.autoencoders.unlabelled import Side
from speechcodes.storage import hdf5

ARCHITECTURES = yaml.safe_load((ROOT / "config/architectures.yaml").read_text())
#: Of the segments, frames and bins.
SHAPE = (9, 14)
#: Of the sequences.
BINS = 5
SEGMENT = {
    "family": "segment",
    "convolutions": [
        {"filters": 4, "kernel": 2, "stride": 2},
        {"filters": 8, "kernel": 3, "stride": 2},
    ],
    "dense": None,
    "activation": "relu",
    "code_activation": "relu",
    "dropout": 0.2,
}
FRAME = {
    **ARCHITECTURES["denoising"],
    "convolutions": [{"filters": 6, "kernel": 3}, {"filters": 4, "kernel": 3}],
    "piece_frames": 8,
}


def configuration(architecture, latent=4, **changes):
    """Return a configuration with an architecture's own settings."""
    own = {
        "architecture": "small",
        "latent": latent,
        "learning_rate": 0.003,
        "batch_size": 16,
        "loss": "binary_crossentropy",
        "optimiser": "adam",
        "output_activation": "relu",
    }
    fields = Configuration.__dataclass_fields__
    own |= {key: value for key, value in architecture.items() if key in fields}
    return Configuration(**own | changes)


def build(architecture, shape=(74, 200), latent=64, seed=1, statistics=None, **changes):
    """Build an autoencoder with the architecture's own activations."""
    settings = configuration(architecture, latent, **changes)
    statistics = statistics or (np.zeros(shape[1]), np.ones(shape[1]))
    family = families.of(architecture)
    return family.build(architecture, settings, shape, statistics, seed)


def learn(architecture, training_rows, validation_rows, seed=1, **changes):
    """Train a small autoencoder, with a voice of its own for each segment.

    With `until`, only for so many epochs.
    """
    # Loads TensorFlow, which not every test needs.
    from speechcodes.autoencoders import training

    how = {"epochs": 3, "patience": 3, "min_delta": 0, "checkpoint": None}
    how |= {key: changes.pop(key) for key in (*how, "until") if key in changes}
    sides = [
        Side(rows, np.array([f"speaker {i}" for i in range(len(rows))]))
        for rows in (training_rows, validation_rows)
    ]
    settings = configuration(architecture, **changes)
    function = training.begin if "until" in how else training.learn
    return function(architecture, settings, sides, seed=seed, **how)


def segments(rows, seed=0):
    """Magnitudes of one loud bin each on a quiet floor, a different one per row."""
    generator = np.random.default_rng(seed)
    values = 0.01 * generator.random((rows, *SHAPE))
    values[np.arange(rows), :, generator.integers(0, SHAPE[1], rows)] += 0.3
    return values.astype(np.float32)


def sequences(lengths, seed=0):
    """Frames whose bins all follow one smooth course, at levels of their own."""
    rng = np.random.default_rng(seed)
    courses = [np.cumsum(rng.normal(size=n)) for n in lengths]
    slopes, levels = np.linspace(1, 2, BINS), np.linspace(-3, 7, BINS)
    return [(np.outer(c, slopes) + levels).astype(np.float32) for c in courses]


def stored(path, spectrograms, utterances=None, segment=None):
    """Write segments, or a list of sequences, as a shard; return its path."""
    n = len(spectrograms)
    rows = {
        "spectrograms": spectrograms,
        "utterance": utterances or [f"u{i}" for i in range(n)],
        "segment": np.zeros(n, int) if segment is None else segment,
    }
    if isinstance(spectrograms, list):
        rows["spectrograms"] = np.concatenate(spectrograms)
        rows["frames"] = np.array([len(one) for one in spectrograms])
    hdf5.write(path, rows, parameters={}, libraries=[], description="")
    return str(path)


def assert_weights(first, second):
    """Hold the weights of two models to be equal."""
    for a, b in zip(first.get_weights(), second.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
