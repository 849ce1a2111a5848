"""What each feature set costs, in seconds of CPU time per hour of speech, on one
thread: of what is learned, learning from an hour of unlabelled speech, and computing an
hour of other speech. With it, what sets wait for: reading and resampling, spectrograms
in mel bands, and the pitch beside them. Measured on ten minutes of made-up speech, or
of that in a folder; of more speech, Fisher vectors take less, as they look at 100 000
frames at most.

    PYTHONPATH=scripts .venv/bin/python performance/costs.py [FOLDER OF AUDIO]
"""

import os

os.environ |= dict.fromkeys(["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"], "1")

import sys
import time
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import made_up
import measure
import numpy as np
import yaml
from features import MIDTERM, RATE

from speechcodes import names
from speechcodes.features import audio, channels, fisher, modulation, pca, pitch, pooled
from speechcodes.features import spectrograms as of_signals

CONFIG = measure.ROOT / "config"
VARIANT = yaml.safe_load((CONFIG / "ravdess.yaml").read_text())["segments"]["pitch"]
ARCHITECTURE = "denoising-dilated"


class Costs:
    """CPU seconds per hour of speech, noted one after the other."""

    def __init__(self, hours):
        self.hours, self.rows = hours, []

    def of(self, *what, function):
        """Call a function, note what it takes, and return what it gives."""
        start = time.process_time()
        result = function()
        self.rows.append((*what, (time.process_time() - start) / self.hours))
        return result


def with_pitch(signal, contour):
    """The spectrogram of a signal, with its pitch beside it."""
    settings = VARIANT["spectrogram"]
    (bands,) = of_signals.of_segments(signal, VARIANT, RATE, settings)
    timing = settings["window"], settings["step"]
    return np.hstack([bands, pitch.channels(contour, 20, len(bands), *timing)])


def of_autoencoder(costs, inputs):
    """Note the training of a network and its codes; TensorFlow is loaded here."""
    from speechcodes.autoencoders import backend, encoding, training, unlabelled
    from speechcodes.autoencoders.grid import expand

    backend.use_threads(1)
    architectures = yaml.safe_load((CONFIG / "architectures.yaml").read_text())
    grid = {"architecture": ARCHITECTURE, "latent": 64, "batch_size": 32}
    grid |= {"learning_rate": 0.001, "optimiser": "adam"}
    variants = {"whole": (None, inputs[0].shape[1])}
    ((configuration,),) = (
        of.values() for of in expand([grid], architectures, variants).values()
    )
    held_out = np.arange(len(inputs)) % 10 < 3
    sides = [
        unlabelled.Side([inputs[i] for i in np.flatnonzero(m)], np.full(m.sum(), "a"))
        for m in (~held_out, held_out)
    ]
    architecture = architectures[ARCHITECTURE]
    limits = {"epochs": 15, "patience": 30, "min_delta": 0.001, "seed": 1}
    model, *_ = costs.of(
        "code",
        "training, 15 epochs",
        function=lambda: training.learn(architecture, configuration, sides, **limits),
    )
    costs.of(
        "code",
        "encoding",
        function=lambda: encoding.encode(model, inputs, architecture["pooling"]),
    )


def main():
    """Note the costs of all sets on the same speech."""
    measure.heading("Costs of feature sets", __doc__)
    with measure.folder() as folder:
        if len(sys.argv) > 1:
            paths = made_up.audio_below(Path(sys.argv[1]))
            paths = paths[:: max(1, len(paths) // 200)]
        else:
            made_up.write(folder, 90)
            paths = made_up.audio_below(folder)
        start = time.process_time()
        signals = [audio.load(path, RATE, -60) for path in paths]
        reading = time.process_time() - start
    costs = Costs(sum(map(len, signals)) / RATE / 3600)
    costs.rows.append(("all", "reading, resampling", reading / costs.hours))
    for name, each in names.FEATURE_SETS.items():
        package = {"egemaps": "opensmile", "compare2016": "opensmile"}.get(name)
        if each.columns and name != "onnx" and (not package or find_spec(package)):
            kind = import_module(f"speechcodes.features.{name}")
            settings = MIDTERM if name == "midterm" else {}
            kind.features(signals[0], RATE, **settings)  # what is loaded only once
            costs.of(
                name,
                "functionals",
                function=lambda kind=kind, settings=settings: [
                    kind.features(signal, RATE, **settings) for signal in signals
                ],
            )
    contours = costs.of(
        "all with pitch",
        "pitch",
        function=lambda: [pitch.contour(signal, RATE) for signal in signals],
    )
    inputs = costs.of(
        "all of whole utterances",
        "spectrograms",
        function=lambda: list(map(with_pitch, signals, contours)),
    )
    costs.of("pooled", "pooling", function=lambda: pooled.of_sequences(inputs))
    costs.of(
        "modulation",
        "computing",
        function=lambda: modulation.of_sequences(
            inputs, VARIANT["spectrogram"]["step"]
        ),
    )
    kinds = channels.kinds(inputs[0].shape[1], VARIANT["input"])
    models = costs.of(
        "fisher", "learning", function=lambda: fisher.fit(inputs, kinds, seed=1)
    )
    costs.of(
        "fisher", "computing", function=lambda: fisher.of_sequences(inputs, models)
    )
    components = costs.of(
        "pca", "learning", function=lambda: pca.fit(inputs, 64, 29, seed=1)
    )
    statistics = ["mean", "standard_deviation"]
    costs.of(
        "pca",
        "computing",
        function=lambda: pca.of_sequences(inputs, components, statistics),
    )
    of_autoencoder(costs, inputs)
    measure.table(["feature set", "what", "CPU s per hour of speech"], costs.rows)


if __name__ == "__main__":
    main()
