"""Corpora in the layout of MSP-Podcast, made up to measure with."""

import csv
import os
from pathlib import Path

import measure
import numpy as np
import soundfile

SCHEMA = measure.ROOT / "config" / "schemas" / "config.schema.yaml"
RATE = 8_000
#: Of each, so many files are synthesised; the others are links to them.
VOICES = 400
#: The classifiers of the published study, with the settings that it had.
CLASSIFIERS = {
    "svm": {"gamma": "scale"},
    "knn": {},
    "decision_tree": {},
    "random_forest": {},
    "adaboost": {},
}


def configuration(sizes, utterances_per_shard, **sections):
    """A configuration of the workflow for the corpus in the folder `corpus`."""
    return {
        "corpus": {"name": "bench", "reader": "msp_podcast", "path": "corpus"},
        "splits": {"method": "balanced", "sizes": sizes, "max_speaker_share": 1},
        "segments": {
            name: {"samples": samples, "short_signals": "drop"}
            for name, samples in (("30k", 30_000), ("20k", 20_000))
        },
        "features": {"utterances_per_shard": utterances_per_shard},
        **sections,
    }


def audio_below(folder):
    """The audio files of a folder of speech, sorted."""
    found = sorted(Path(folder).rglob("*"))
    return [str(path) for path in found if path.suffix in (".wav", ".flac")]


def durations(n, rng):
    """Lengths in seconds as the study's: median 6.3 s, 2.7 to 11 s."""
    return np.clip(rng.lognormal(np.log(6.3), 0.4, n), 2.7, 11)


def write_labels(folder, n):
    """Write the label file of n utterances; return their names.

    Three in a row have the three classes; 50 make a podcast, by one speaker, or more
    where there would be too many podcasts for their numbers.
    """
    size = max(50, -(-n // 10_000))
    names = [f"MSP-PODCAST_{i // size:04d}_{i % size:04d}.wav" for i in range(n)]
    os.makedirs(folder / "Labels", exist_ok=True)
    with open(folder / "Labels" / "labels_consensus.csv", "w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["FileName", "EmoVal", "SpkrID", "Split_Set"])
        for i, name in enumerate(names):
            rows.writerow([name, (2.0, 4.0, 6.0)[i % 3], i // size, "Train"])
    return names


def write_empty(folder, n):
    """Write a corpus whose audio files hold nothing: enough to plan."""
    names = write_labels(folder, n)
    os.makedirs(folder / "Audios", exist_ok=True)
    for name in names:
        (folder / "Audios" / name).touch()


def write(folder, n, rate=RATE):
    """Write a corpus of noise that rises and falls, with the study's durations."""
    names = write_labels(folder, n)
    rng = np.random.default_rng(0)
    audio = folder / "Audios"
    os.makedirs(audio, exist_ok=True)
    for i, (name, seconds) in enumerate(zip(names, durations(n, rng), strict=True)):
        if i < VOICES:
            samples = int(seconds * rate)
            level = 0.3 + 0.2 * np.sin(np.arange(samples) * (6 / rate))
            voice = 0.2 * np.cumsum(rng.normal(0, 1, samples))
            voice = np.diff(voice - np.roll(voice, rate // 100), prepend=0)
            signal = level * voice / np.abs(voice).max()
            soundfile.write(audio / name, signal, rate, "PCM_16")
        else:
            os.link(audio / names[i % VOICES], audio / name)
