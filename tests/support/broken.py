"""Audio files that are odd, broken or hostile, and what must become of each.

A file that is kept has `SECONDS` of noise, and gives one segment, wherever nothing else
is said.
"""

import codecs
import contextlib
import os
import struct
from pathlib import Path
from typing import NamedTuple

import numpy as np
import soundfile

RATE = 8_000
#: Samples of a segment, at `RATE`.
SEGMENT = 27_000
SECONDS = 3.75
HOURS = 2


class Case(NamedTuple):
    """A way to write a file, and the segments it gives or the reason to reject it."""

    write: callable
    outcome: int | str
    suffix: str = ".wav"


def noise(samples=int(SECONDS * RATE), channels=1, seed=0):
    """Noise that does not clip, shape (samples, channels)."""
    values = np.random.default_rng(seed).normal(0, 0.1, (samples, channels))
    return values.clip(-0.9, 0.9)


def wav(subtype="PCM_16", rate=RATE, channels=1):
    """Write noise in some encoding."""
    return lambda path: soundfile.write(
        path, noise(int(SECONDS * rate), channels), rate, subtype
    )


def samples(values, subtype="FLOAT"):
    """Write these samples."""
    return lambda path: soundfile.write(path, values, RATE, subtype)


def content(text):
    """Write what is no audio."""
    return lambda path: Path(path).write_bytes(text)


def riff(seconds=SECONDS, rate=RATE, riff_size=None, data_size=None, seed=0):
    """Write a WAV of 16 bits by hand, with a header that may lie."""

    def write(path):
        data = (noise(int(seconds * RATE), seed=seed) * 2**15).astype("<i2").tobytes()
        header = struct.pack(
            *("<4sI4s4sIHHIIHH4sI", b"RIFF"),
            *(36 + len(data) if riff_size is None else riff_size, b"WAVE"),
            *(b"fmt ", 16, 1, 1, rate, 2 * rate % 2**32, 2, 16),
            *(b"data", len(data) if data_size is None else data_size),
        )
        Path(path).write_bytes(header + data)

    return write


def cut_off(write, share):
    """Write a file and keep only its first part."""

    def write_part(path):
        write(path)
        os.truncate(path, int(os.path.getsize(path) * share))

    return write_part


def spoilt(value):
    """Noise with one sample that is no number."""
    values = noise()
    values[1_000] = value
    return values


def hours(path):
    """Write noise, then silence for hours: a file that takes no room on disk."""
    riff(data_size=HOURS * 3_600 * RATE * 2)(path)
    os.truncate(path, 44 + HOURS * 3_600 * RATE * 2)


#: Bytes of the samples that `riff` writes.
BYTES = int(SECONDS * RATE) * 2

#: Every kind of file, by its name.
CASES = {
    # No audio at all.
    "zero bytes": Case(content(b""), "unreadable"),
    "text": Case(content(b"a text file named .wav\n" * 99), "unreadable"),
    "a pointer of git-lfs": Case(
        content(b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n"),
        "unreadable",
    ),
    "a web page": Case(content(b"\n<!DOCTYPE html><html>404</html>"), "unreadable"),
    "half a header": Case(cut_off(riff(), 20 / (44 + BYTES)), "unreadable"),
    "a header of flac, then nothing": Case(content(b"fLaC"), "unreadable", ".flac"),
    # Cut off, or with a header that lies.
    "header only": Case(samples(np.zeros(0)), "empty"),
    "half the data": Case(cut_off(riff(2 * SECONDS), 0.5), "truncated"),
    "a byte less": Case(cut_off(riff(2 * SECONDS), 1 - 1 / (44 + 2 * BYTES)), 2),
    "a third of flac": Case(
        cut_off(samples(noise(4 * SEGMENT), "PCM_16"), 0.34), "unreadable", ".flac"
    ),
    "half of flac": Case(
        cut_off(samples(noise(4 * SEGMENT), "PCM_16"), 0.5), "unreadable", ".flac"
    ),
    "RIFF size 0": Case(riff(riff_size=0), 1),
    "RIFF size too large": Case(riff(riff_size=2**32 - 1), 1),
    "data size too small": Case(riff(2 * SECONDS, data_size=BYTES), 1),
    "data size twice too large": Case(riff(data_size=2 * BYTES), "truncated"),
    # As a program writes it that does not know how long its output will be.
    "data size unknown": Case(riff(data_size=2**31), 1),
    "data size unknown, all bits": Case(riff(data_size=2**32 - 1), 1),
    "data size 0": Case(riff(data_size=0), "empty"),
    "0 Hz": Case(riff(rate=0), "unreadable"),
    "1 Hz": Case(riff(rate=1), "unreadable"),
    "4 GHz": Case(riff(rate=2**32 - 1), "unreadable"),
    # Encodings, channels and rates.
    "8 bits": Case(wav("PCM_U8"), 1),
    "24 bits": Case(wav("PCM_24"), 1),
    "32 bits": Case(wav("PCM_32"), 1),
    "float": Case(wav("FLOAT"), 1),
    "double": Case(wav("DOUBLE"), 1),
    "mu-law": Case(wav("ULAW"), 1),
    "a-law": Case(wav("ALAW"), 1),
    **{f"{n} channels": Case(wav(channels=n), 1) for n in range(1, 9)},
    **{
        f"{rate} Hz": Case(wav(rate=rate), 1)
        for rate in (4_000, 11_025, 16_000, 22_050, 44_100, 48_000, 96_000, 192_000)
    },
    # Samples.
    "NaN": Case(samples(spoilt(np.nan)), "not_finite"),
    "infinite": Case(samples(spoilt(np.inf)), "not_finite"),
    "too large": Case(samples(noise() * 3e39, "DOUBLE"), "not_finite"),
    "all zeros": Case(samples(np.zeros(SEGMENT)), "silent"),
    "one constant": Case(samples(np.full(SEGMENT, 0.5)), "silent"),
    "a constant beside noise": Case(samples(noise() + 0.05), 1),
    "two channels that cancel": Case(
        samples(noise() * np.array([1, -1]), "PCM_16"), "silent"
    ),
    "clipped": Case(samples(np.sign(noise()), "PCM_16"), 1),
    # Lengths.
    "one sample": Case(samples(noise(1)), "silent"),
    "shorter than a window": Case(samples(noise(RATE // 20 - 1)), "too_short"),
    "one segment": Case(samples(noise(SEGMENT)), 1),
    "a sample less": Case(samples(noise(SEGMENT - 1)), "too_short"),
    "hours": Case(hours, HOURS * 3_600 * RATE // SEGMENT),
}

#: Names that a shell, a parser of options, of tables or of paths could trip over.
HOSTILE = (
    "with  spaces ",
    "it's",
    'say "hi"',
    "a, comma; and semicolon",
    "new\nline",
    "return\rtab\t",
    "Zoë",
    "Zoe\u0308",  # the same letters, composed otherwise
    "声 🎙",
    "-rf",
    "--help",
    "$(touch pwned)",
    "`touch pwned`",
    "'; touch pwned; '",
    "a && touch pwned | b &",
    "$HOME %s \\n",
    "~root",
    ".hidden",
    "..",
    "*?[a-z]",
    "#comment",
    "@file",
    "a=b",
    "<img src=x onerror=alert(1)>",
    "{input}",
)
#: Snakemake would take these for patterns, so that their files are rejected.
UNSUPPORTED = HOSTILE[-2:]


@contextlib.contextmanager
def as_nobody():
    """Do something without the rights of the superuser, who may read anything."""
    user = os.geteuid()
    # Python looks for it once, and nobody may read where it is.
    codecs.lookup("utf-8-sig")
    if not user:
        os.seteuid(65_534)
    try:
        yield
    finally:
        os.seteuid(user)
