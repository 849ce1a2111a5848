"""Signals of utterances in shards: read and resampled once, for all features."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, TypeVar

import numpy as np

from speechcodes import progress
from speechcodes.errors import RejectedAudio
from speechcodes.records import Rejected
from speechcodes.storage import hdf5

T = TypeVar("T")

#: Samples that lie together in a file.
CHUNK = 2**16


class Length(NamedTuple):
    """One utterance of a shard."""

    utterance: str
    path: str
    samples: int


def write(
    path: str,
    utterances: Sequence[str],
    audio_files: Sequence[str],
    load: Callable[[str], np.ndarray],
    **what,
) -> None:
    """Write a shard with the signals of some utterances, one after the other.

    `load` returns the signal (samples,) of a file, or raises `RejectedAudio`: the file
    is then listed as rejected. `what` goes to `hdf5.create`.
    """
    keep_freed_memory()
    kept, rejected = [], []
    with hdf5.create(path, **what) as file:
        signals = file.create_dataset(
            "signals", (0,), np.float32, maxshape=(None,), chunks=(CHUNK,)
        )
        pairs = list(zip(utterances, audio_files, strict=True))
        for utterance, audio_file in progress.each(pairs, "files"):
            try:
                signal = load(audio_file)
            except RejectedAudio as error:
                rejected.append(
                    Rejected(utterance, audio_file, error.reason, error.detail)
                )
                continue
            first = len(signals)
            signals.resize(first + len(signal), axis=0)
            signals[first:] = signal
            kept.append(Length(utterance, audio_file, len(signal)))
        columns = {
            "utterance": np.array([length.utterance for length in kept], object),
            "path": np.array([length.path for length in kept], object),
            "samples": np.array([length.samples for length in kept], int),
        }
        hdf5.put(file, columns, rejected)


def lengths(path: str) -> list[Length]:
    """Return the `Length` of every utterance in a shard."""
    columns = hdf5.read([path], *Length._fields)
    return [Length(*row) for row in zip(*columns, strict=True)]


def compute_each(
    path: str, function: Callable[[np.ndarray], T], rejected: list[Rejected]
) -> Iterator[tuple[str, T]]:
    """Yield every utterance of a shard, and what a function makes of its signal.

    The function takes a signal (samples,), float32, and may raise `RejectedAudio`. What
    has no result is added to `rejected`: utterances that the shard lists there, and
    those that the function rejects.
    """
    keep_freed_memory()
    rejected.extend(hdf5.read_rejected(path))
    with hdf5.opened(path) as file:
        signals, first = file["signals"], 0
        for utterance, audio_file, samples in progress.each(lengths(path), "signals"):
            signal = signals[first : first + samples]
            first += samples
            try:
                result = function(signal)
            except RejectedAudio as error:
                rejected.append(
                    Rejected(utterance, audio_file, error.reason, error.detail)
                )
            else:
                yield utterance, result


def keep_freed_memory() -> None:
    """Let this process keep what its arrays give back, for the next ones.

    glibc hands freed memory back to the system, and has every page of the next array
    mapped anew: with arrays of the size of an utterance that takes as long as the
    features. It keeps more once a larger block was freed (mallopt(3), dynamic mmap
    threshold), which costs nothing, as the block is never written to.
    """
    np.empty(4_000_000)
