"""Unlabelled speech comes in one order, and whole voices are held out of it."""

import numpy as np
import pandas as pd
import pytest
from autoencoding import FRAME, SEGMENT, segments, sequences, stored
from hypothesis import given
from hypothesis import strategies as st

from speechcodes.autoencoders import families, unlabelled
from speechcodes.errors import InputError
from speechcodes.storage.sequences import Rows

IDS = ["b/2", "a/1", "c/1", "a/2", "B/1", "b/10"]
ROLES = pd.DataFrame(
    {
        "utterance": ["a/1", "a/2", "b/10", "b/2", "c/1", "d/1"],
        "voice": ["speaker a", "speaker a", "speaker b", "speaker b", "session c", "d"],
    }
)


def shards(folder, spectrograms, divided):
    """Write spectrograms of `IDS` into shards, by numbers of the utterances."""
    folder.mkdir()
    return [
        stored(
            folder / f"{i}.h5",
            [spectrograms[n] for n in numbers]
            if isinstance(spectrograms, list)
            else spectrograms[numbers],
            [IDS[n] for n in numbers],
        )
        for i, numbers in enumerate(divided)
    ]


def test_the_order_is_that_of_ids_and_segments(tmp_path):
    utterances, numbers = ["b", "a", "b", "c", "a"], [1, 1, 0, 0, 0]
    path = stored(tmp_path / "a.h5", segments(5), utterances, numbers)
    other = stored(tmp_path / "b.h5", segments(1), ["a"], [2])
    roles = pd.DataFrame({"utterance": ["a", "b"], "voice": ["speaker x", "session y"]})
    rows = unlabelled.in_order([path, other], roles)
    assert rows.index.tolist() == [4, 1, 5, 2, 0]
    assert rows["voice"].tolist() == ["speaker x"] * 3 + ["session y"] * 2


@pytest.mark.parametrize("architecture", [SEGMENT, FRAME])
def test_neither_shards_nor_labels_decide_what_is_learned(tmp_path, architecture):
    family = families.of(architecture)
    of_frames = architecture is FRAME
    spectrograms = sequences([20, 9, 30, 8, 12, 7]) if of_frames else segments(6)
    (first, *others) = [
        unlabelled.read(
            family, shards(tmp_path / name, spectrograms, divided), ROLES, 0.3, 1
        )
        for name, divided in {
            "one": [[0, 1, 2, 3, 4, 5]],
            "several": [[5, 2], [3], [4, 0, 1]],
            "without what has no role": [[1, 3, 5, 0, 2]],
        }.items()
    ]
    for other in others:
        for one, same in zip(first, other, strict=True):
            assert one.voices.tolist() == same.voices.tolist()
            for a, b in zip(one.spectrograms, same.spectrograms, strict=True):
                np.testing.assert_array_equal(a, b)


def test_sides_hold_different_voices_whether_in_memory_or_in_files(
    tmp_path, monkeypatch
):
    values = segments(6)
    paths = shards(tmp_path / "a", values, [[0, 1, 2], [3, 4, 5]])
    family = families.of(SEGMENT)
    in_memory = unlabelled.read(family, paths, ROLES, 0.3, seed=1)
    assert not set(in_memory[0].voices) & set(in_memory[1].voices)
    found = {"speaker a": [1, 3], "speaker b": [5, 0], "session c": [2]}
    for side in in_memory:
        numbers = [n for voice in dict.fromkeys(side.voices) for n in found[voice]]
        np.testing.assert_array_equal(side.spectrograms, values[numbers])
    monkeypatch.setattr(unlabelled, "LARGEST_IN_MEMORY", 10)
    for scratch in (None, tmp_path):
        streamed = unlabelled.read(family, paths, ROLES, 0.3, 1, scratch)
        for one, other in zip(in_memory, streamed, strict=True):
            assert isinstance(other.spectrograms, Rows)
            np.testing.assert_array_equal(one.spectrograms, other.spectrograms[:])


@given(
    st.lists(st.sampled_from("abcdefghij"), min_size=2, max_size=60).filter(
        lambda voices: len(set(voices)) > 1
    ),
    st.floats(0.05, 0.95),
    st.integers(0, 2**32 - 1),
)
def test_validation_holds_out_whole_voices_close_to_the_share(voices, share, seed):
    held_out = unlabelled.validation_split(voices, share, seed)
    sides = np.asarray(voices)
    assert not set(sides[held_out]) & set(sides[~held_out])
    assert 0 < held_out.sum() < len(voices)
    sizes = np.unique(sides, return_counts=True)[1]
    missed = abs(held_out.sum() - share * len(voices))
    forced = sizes.min() in (held_out.sum(), (~held_out).sum())
    assert missed <= sizes.max() / 2 + 1e-9 or forced
    np.testing.assert_array_equal(
        held_out, unlabelled.validation_split(voices, share, seed)
    )


def test_voices_held_out_depend_on_the_seed_and_not_on_the_order_of_rows():
    voices = [f"speaker{number // 5}" for number in range(100)]
    first = unlabelled.validation_split(voices, 0.3, 1)
    assert first.sum() == 30
    assert (unlabelled.validation_split(voices[::-1], 0.3, 1)[::-1] == first).all()
    assert (unlabelled.validation_split(voices, 0.3, 2) != first).any()


@pytest.mark.parametrize("voices", [[], ["a", "a"]])
def test_fewer_than_two_voices_are_refused(voices):
    with pytest.raises(InputError, match="two or more"):
        unlabelled.validation_split(voices, 0.3, 1)
