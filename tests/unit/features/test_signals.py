"""Signals in shards, and what is computed of each."""

from pathlib import Path

import h5py
import numpy as np
import pytest
import soundfile

from speechcodes.errors import RejectedAudio
from speechcodes.features import audio, signals
from speechcodes.records import Rejected
from speechcodes.storage import hdf5

RATE = 8_000
WHAT = {"parameters": {"part": "p01"}, "libraries": ["soxr"], "description": "what"}


def noise(samples, seed=0):
    return np.random.default_rng(seed).normal(0, 0.1, samples).clip(-1, 0.99)


def audio_files(folder, **lengths):
    """Audio files of so many samples; of none, a file that is no audio."""
    folder.mkdir(exist_ok=True)
    paths = []
    for seed, (name, samples) in enumerate(lengths.items()):
        paths.append(str(folder / f"{name}.wav"))
        if samples:
            soundfile.write(paths[-1], noise(samples, seed), RATE, "FLOAT")
        else:
            Path(paths[-1]).write_text("no audio")
    return paths


def write(path, files):
    """Write a shard; an utterance's id is its file's folder and name."""
    names = [Path(file).parent.name + "/" + Path(file).stem for file in files]
    signals.write(path, names, files, lambda file: audio.load(file, RATE, -60), **WHAT)
    return path


def test_every_file_is_kept_as_it_was_and_computed_or_rejected(tmp_path):
    # Longer than what lies together in a file, too.
    files = audio_files(tmp_path / "a", a=300, broken=0, b=100_000, c=1, short=20)
    path = write(tmp_path / "shard.h5", files)
    lengths = {0: 300, 2: 100_000, 4: 20}
    values = [noise(n, i).astype(np.float32) for i, n in lengths.items()]
    with h5py.File(path) as file:
        assert file["signals"].dtype == np.float32
        np.testing.assert_array_equal(file["signals"], np.concatenate(values))
        assert file.attrs["part"] == "p01"
    names = ["a/a", "a/b", "a/short"]
    assert signals.lengths(path) == [
        (name, files[i], n) for name, (i, n) in zip(names, lengths.items(), strict=True)
    ]
    left_out = hdf5.read_rejected(path)
    # One sample has no distance from its mean.
    assert [(r.utterance, r.path, r.reason) for r in left_out] == [
        ("a/broken", files[1], "unreadable"),
        ("a/c", files[3], "silent"),
    ]

    def checksum(signal):
        if len(signal) < 100:
            raise RejectedAudio("too_short", f"{len(signal)} samples")
        return len(signal), signal.sum(dtype=float)

    rejected = []
    results = dict(signals.compute_each(path, checksum, rejected))
    sums = [(len(signal), signal.sum(dtype=float)) for signal in values]
    assert results == {"a/a": sums[0], "a/b": sums[1]}
    too_short = Rejected("a/short", files[4], "too_short", "20 samples")
    assert rejected == [*left_out, too_short]


@pytest.mark.parametrize("lengths", [{}, {"a": 0}])
def test_a_shard_may_keep_nobody(tmp_path, lengths):
    path = write(tmp_path / "shard.h5", audio_files(tmp_path / "a", **lengths))
    assert signals.lengths(path) == []
    assert list(signals.compute_each(path, len, rejected := [])) == []
    assert len(rejected) == len(lengths)


def test_a_fault_of_the_function_is_not_taken_for_bad_audio(tmp_path):
    path = write(tmp_path / "shard.h5", audio_files(tmp_path / "a", a=300))
    with pytest.raises(ZeroDivisionError):
        list(signals.compute_each(path, lambda signal: 1 / 0, []))
