"""Every kind of broken audio is kept or rejected, as one table says."""

import csv
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import soundfile
from broken import CASES, HOSTILE, RATE, SEGMENT, UNSUPPORTED, as_nobody, noise, riff
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from speechcodes.corpus.readers import registry
from speechcodes.errors import RejectedAudio
from speechcodes.features import audio, midterm, signals, spectrograms
from speechcodes.records import UNUSABLE_AUDIO, VALENCE
from speechcodes.storage.files import read_table, write_table

WHAT = {"parameters": {}, "libraries": [], "description": "signals"}
VARIANT = {"samples": SEGMENT, "short_signals": "drop"}
SPECTROGRAM = {"window": 0.05, "step": 0.05, "scale": "log"}
MIDTERM = {"window": 1.0, "step": 1.0, "short_window": 0.05, "short_step": 0.05}


def load(path):
    return audio.load(str(path), RATE, -60)


def outcomes(folder, files):
    """What all stages make of some files: id to reason, or to number of segments."""
    shard = folder / "shard.h5"
    names = [Path(path).with_suffix("").name for path in files]
    signals.write(shard, names, [str(path) for path in files], load, **WHAT)
    rejected, left_out = [], []
    settings = VARIANT, RATE, SPECTROGRAM
    of_segments = dict(
        signals.compute_each(
            shard, lambda s: spectrograms.of_segments(s, *settings), rejected
        )
    )
    features = dict(
        signals.compute_each(
            shard, lambda s: midterm.features(s, RATE, **MIDTERM), left_out
        )
    )
    for values in [*of_segments.values(), *features.values()]:
        assert np.isfinite(values).all()
    found = {row.utterance: row.reason for row in rejected}
    # What is useless is so for all features; what is too short for one of them may do
    # for others.
    useless = {u: reason for u, reason in found.items() if reason in UNUSABLE_AUDIO}
    of_midterm = {row.utterance: row.reason for row in left_out}
    assert useless.items() <= of_midterm.items()
    assert not found.keys() & of_segments.keys()
    return found | {name: len(values) for name, values in of_segments.items()}


def test_every_kind_of_file_is_kept_or_rejected_as_the_table_says(tmp_path):
    files = [tmp_path / f"{name}{case.suffix}" for name, case in CASES.items()]
    for path, case in zip(files, CASES.values(), strict=True):
        case.write(path)
    expected = {name: case.outcome for name, case in CASES.items()}
    assert outcomes(tmp_path, files) == expected


# --- anything at all ----------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("any")


def loads_or_is_rejected(path):
    """Whether audio comes out finite; any error but `RejectedAudio` is let through."""
    try:
        signal = load(path)
    except RejectedAudio as error:
        assert error.reason in UNUSABLE_AUDIO and error.detail
        return False
    assert np.isfinite(signal).all() and signal.dtype == np.float32
    return True


@settings(max_examples=200, deadline=None)
@given(
    start=st.sampled_from([b"", b"RIFF", b"fLaC", b"OggS", b"ID3"]), rest=st.binary()
)
def test_no_bytes_raise_anything_but_rejected_audio(folder, start, rest):
    path = folder / "any.wav"
    path.write_bytes(start + rest)
    loads_or_is_rejected(path)


@pytest.fixture(scope="module")
def whole(folder):
    """Valid files of 100 samples, as bytes, by their ending."""
    riff(seconds=100 / RATE)(folder / "whole.wav")
    for suffix in ("flac", "ogg", "mp3", "aiff", "au"):
        soundfile.write(folder / f"whole.{suffix}", noise(100), RATE)
    return {path.suffix: path.read_bytes() for path in folder.glob("whole.*")}


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_no_cut_and_no_damage_raises_anything_but_rejected_audio(folder, whole, data):
    suffix = data.draw(st.sampled_from(sorted(whole)))
    content = bytearray(whole[suffix])
    places = st.integers(0, len(content) - 1)
    # Headers are what can do harm, and they are short.
    damage = st.dictionaries(places | st.integers(0, 43), st.integers(0, 255))
    for place, value in data.draw(damage).items():
        content[place] = value
    path = folder / f"damaged{suffix}"
    path.write_bytes(content[: data.draw(st.none() | places)])
    loads_or_is_rejected(path)


@settings(max_examples=100, deadline=None)
@given(
    values=arrays.arrays(
        np.float32,
        arrays.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=500),
        elements=st.floats(width=32) | st.floats(-1, 1, width=32),
        fill=st.floats(width=32),
    ),
    rate=st.sampled_from([4_000, RATE, 44_100]),
)
def test_no_samples_raise_anything_but_rejected_audio(folder, values, rate):
    # A WAV has 1024 channels at most.
    path = folder / "samples.wav"
    soundfile.write(path, values, rate, "FLOAT")
    if loads_or_is_rejected(path):
        signal = load(path)
        padded = {**VARIANT, "short_signals": "pad"}
        found = spectrograms.of_segments(signal, padded, RATE, SPECTROGRAM)
        assert np.isfinite(found).all()
        if len(signal) >= RATE // 20:
            assert np.isfinite(midterm.features(signal, RATE, **MIDTERM)).all()


# --- names, links and rights ---------------------------------------------------------


@pytest.fixture
def here(tmp_path, monkeypatch):
    """Stand in an empty folder that anybody may enter."""
    tmp_path.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def read(paths):
    """Read a table of neutral utterances, all of one speaker."""
    with open("mine.csv", "w", newline="") as file:
        rows = [(path, "anna", "neutral") for path in paths]
        csv.writer(file).writerows([("path", "speaker", "label"), *rows])
    with as_nobody():
        return registry.read(
            {"name": "mine", "reader": "table", "path": "mine.csv", "classes": VALENCE}
        )


def write(*paths):
    for path in paths:
        os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
        soundfile.write(path, noise(), RATE, format="WAV")


def test_no_name_is_too_hostile(here):
    paths = [f"{name}.wav" for name in HOSTILE]
    write(*paths)
    utterances, rejected = read(paths)
    assert {u.utterance: u.path for u in utterances} == {
        name: f"{name}.wav" for name in HOSTILE if name not in UNSUPPORTED
    }
    assert {r.utterance: r.reason for r in rejected} == dict.fromkeys(
        UNSUPPORTED, "unsupported_name"
    )
    files = [u.path for u in utterances]
    assert outcomes(here, files) == {u.utterance: 1 for u in utterances}
    assert [length.path for length in signals.lengths(here / "shard.h5")] == files


@settings(max_examples=50, deadline=None)
@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0"))))
def test_tables_keep_every_name_as_it_is(folder, names):
    table = pd.DataFrame({"utterance": names, "part": "p01"})
    write_table(folder / "names.csv", table)
    assert list(read_table(folder / "names.csv")["utterance"]) == names


def test_a_file_named_as_standard_input_is_a_file(here):
    write("a.wav")
    os.rename("a.wav", "-")
    assert len(load("-")) == len(noise())


def test_what_is_no_file_or_may_not_be_read_is_rejected(here):
    write("a.wav", "forbidden.wav", "closed/b.wav")
    os.symlink("loop.wav", "loop.wav")
    os.symlink("gone.wav", "nowhere.wav")
    os.symlink(".", "again")
    os.mkdir("folder.wav")
    os.mkfifo("pipe.wav")
    os.chmod("forbidden.wav", 0)
    os.chmod("closed", 0)
    missing = ["loop.wav", "nowhere.wav", "folder.wav", "pipe.wav", "a.wav/b.wav"]
    missing += ["nul\0.wav", "nul\0/b.wav", f"{'x' * 300}.wav", "/dev/null", "/"]
    # From outside it cannot be told what is in a closed folder.
    expected = {**dict.fromkeys(missing, "missing_file"), "forbidden.wav": "unreadable"}
    expected |= {"closed/b.wav": "missing_file"}
    utterances, rejected = read(["a.wav", "again/a.wav", *expected])
    # Another path is another utterance, until its features are compared.
    assert [u.path for u in utterances] == ["a.wav", "again/a.wav"]
    assert {r.path: r.reason for r in rejected} == expected


def test_a_corpus_may_have_loops_and_what_may_not_be_read(here):
    corpus = "corpus/Audios"
    names = [f"MSP-PODCAST_0001_000{i}" for i in range(4)]
    write(f"{corpus}/x.wav/{names[0]}.wav", f"{corpus}/{names[1]}.wav")
    os.chmod(f"{corpus}/{names[1]}.wav", 0)
    os.symlink(f"{names[2]}.wav", f"{corpus}/{names[2]}.wav")
    os.symlink("loop", f"{corpus}/loop")
    os.symlink("..", f"{corpus}/x.wav/up")
    with open("corpus/labels_consensus.csv", "w") as file:
        file.write("FileName,EmoVal,SpkrID,Split_Set\n")
        file.writelines(f"{name}.wav,4,1,Train\n" for name in names)
    reader = {"name": "m", "reader": "msp_podcast", "path": "corpus"}
    with as_nobody():
        utterances, rejected = registry.read({**reader, "classes": VALENCE})
    # A folder whose name ends as that of a file is a folder.
    assert [u.path for u in utterances] == [f"{corpus}/x.wav/{names[0]}.wav"]
    assert [(r.utterance, r.reason) for r in rejected] == [
        (names[1], "unreadable"),
        (names[2], "missing_file"),
        (names[3], "missing_file"),
    ]
    assert rejected[0].detail.startswith("row 3: ")
