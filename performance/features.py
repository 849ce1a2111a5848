"""One utterance after the other, on one thread: the library, this package, and what
reading, resampling and the Fourier transforms cost alone. Spectrograms are those of two
segment variants (30 000 and 20 000 samples at 8 kHz). All is measured twice: all steps
of one utterance after the other, as for new speech, and each step of all utterances
after the other, as the jobs of a run do and as what it costs alone is measured. Nothing
is kept, as that takes other memory. Then what pitch and Fisher vectors take, and what
of it Praat and scikit-learn take alone.

    PYTHONPATH=scripts .venv/bin/python performance/features.py [FOLDER OF AUDIO]
"""

import os

os.environ |= dict.fromkeys(["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"], "1")

import sys
import warnings
from pathlib import Path

import made_up
import measure
import numpy as np
import parselmouth
import soundfile
import soxr

from speechcodes.features import audio, fisher, midterm, pitch, signals, spectrograms

RATE = 8_000
MIDTERM = {"window": 1.0, "step": 1.0, "short_window": 0.05, "short_step": 0.05}
SPECTROGRAM = {"window": 0.05, "step": 0.05, "scale": "linear"}
MEL = {"window": 0.025, "step": 0.01, "scale": "log", "bands": 40, "taper": "hann"}
VARIANTS = [
    {"samples": samples, "short_signals": "drop"} for samples in (30_000, 20_000)
]


def read(path):
    """The bare reading and resampling of a file."""
    samples, rate = soundfile.read(path, always_2d=True, dtype="float32")
    return soxr.resample(samples[:, 0], rate, RATE)


def transform(signal):
    """The bare Fourier transforms of all frames."""
    for samples in (len(signal), *(v["samples"] for v in VARIANTS)):
        frames = signal[: len(signal) // samples * samples // 400 * 400]
        np.fft.rfft(frames.reshape(-1, 400).astype(float))


def load(path):
    """This package's reading and resampling of a file."""
    return audio.load(path, RATE, -60)


def midterm_features(signal):
    """Mid-term features."""
    midterm.features(signal, RATE, **MIDTERM)


def both_spectrograms(signal):
    """Spectrograms of both variants."""
    for variant in VARIANTS:
        if len(signal) >= variant["samples"]:
            spectrograms.of_segments(signal, variant, RATE, SPECTROGRAM)


def all_steps(path):
    """Read one file and compute all its features."""
    signal = load(path)
    midterm_features(signal)
    both_spectrograms(signal)


def each(function, items):
    """Call a function on each item, and keep nothing."""
    for item in items:
        function(item)


def by_library(signal):
    """Mid-term features as the library computes them."""
    with warnings.catch_warnings():
        # Of pydub, that ffmpeg is missing.
        warnings.simplefilter("ignore")
        from pyAudioAnalysis import MidTermFeatures

    sizes = 8_000, 8_000, 400, 400
    MidTermFeatures.mid_feature_extraction(signal * 2**15, RATE, *sizes)


def compare(name, paths):
    """One row: times of each part per utterance, and their ratios."""
    loaded = [load(path) for path in paths]
    few = loaded[:10]
    seconds = measure.fastest(
        {
            "read": lambda: each(read, paths),
            "transform": lambda: each(transform, loaded),
            "load": lambda: each(load, paths),
            "midterm": lambda: each(midterm_features, loaded),
            "spectrograms": lambda: each(both_spectrograms, loaded),
            "all": lambda: each(all_steps, paths),
            "few": lambda: each(midterm_features, few),
            "library": lambda: each(by_library, few),
        }
    )
    parts = ["read", "transform", "load", "midterm", "spectrograms", "all"]
    ms = {part: 1e3 * seconds[part] / len(paths) for part in parts}
    alone = ms["read"] + ms["transform"]
    return (
        name,
        float(np.mean([len(signal) for signal in loaded]) / RATE),
        1e3 * seconds["library"] / len(few),
        *ms.values(),
        seconds["library"] / seconds["few"],
        ms["all"] / alone,
        (ms["load"] + ms["midterm"] + ms["spectrograms"]) / alone,
    )


def praat(signal):
    """The bare tracking of pitch."""
    sound = parselmouth.Sound(signal.astype(float), RATE)
    sound.to_pitch_ac(
        time_step=pitch.STEP, pitch_floor=pitch.LOWEST, pitch_ceiling=pitch.HIGHEST
    )


def compare_others(name, paths):
    """One row: times of pitch and of Fisher vectors, and of their libraries alone."""
    loaded = [load(path) for path in paths]
    whole = {"samples": audio.WHOLE, "short_signals": "drop"}
    inputs = [
        spectrograms.of_segments(signal, whole, RATE, MEL)[0] for signal in loaded
    ]
    (model,) = fisher.fit(inputs, [slice(None)], seed=1)
    mixture = model.mixture
    changes = map(fisher.with_changes, inputs)
    seen = [(one - mixture.mean) @ mixture.weights for one in changes]
    seconds = measure.fastest(
        {
            "pitch": lambda: [pitch.contour(signal, RATE) for signal in loaded],
            "praat": lambda: [praat(signal) for signal in loaded],
            "fisher": lambda: fisher.of_sequences(inputs, [model]),
            "shares": lambda: [mixture.gaussians.predict_proba(one) for one in seen],
        }
    )
    each = {key: 1e3 * value / len(paths) for key, value in seconds.items()}
    return (
        name,
        *(each[key] for key in ("pitch", "praat")),
        each["pitch"] / each["praat"],
        *(each[key] for key in ("fisher", "shares")),
        each["fisher"] / each["shares"],
    )


def main():
    """Compare on WAV files made up at 16 kHz, and on those of a folder."""
    measure.heading("One utterance", __doc__)
    signals.keep_freed_memory()
    with measure.folder() as folder:
        made_up.write(folder, 60, rate=16_000)
        corpora = {"made up, WAV, 16 kHz": made_up.audio_below(folder)}
        for argument in sys.argv[1:]:
            found = made_up.audio_below(argument)
            corpora[Path(argument).name] = found[:: max(1, len(found) // 60)]
        rows = [compare(name, paths) for name, paths in corpora.items()]
        others = [compare_others(name, paths) for name, paths in corpora.items()]
    header = ["ms per utterance", "seconds long", "library, mid-term"]
    header += ["read + resample", "Fourier transforms", "signal", "mid-term"]
    header += ["spectrograms", "all: read to features", "library : mid-term"]
    header += ["all : read + transform", "the same, step by step"]
    measure.table(header, rows)
    header = ["ms per utterance", "pitch", "Praat alone", "pitch : Praat"]
    header += ["Fisher vector", "scikit-learn's mixture alone", "vector : mixture"]
    measure.table(header, others)


if __name__ == "__main__":
    main()
