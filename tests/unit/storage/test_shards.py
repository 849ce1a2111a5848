"""Shards as files: what stands in them, and that no half of one is ever seen."""

import json
import shlex
import tempfile
import time
import zlib
from importlib.metadata import version
from pathlib import Path

import h5py
import numpy as np
import pytest

from speechcodes.errors import InputError
from speechcodes.experiment import predictions
from speechcodes.features import signals
from speechcodes.records import Rejected
from speechcodes.storage import hdf5
from speechcodes.storage.files import replacing
from speechcodes.storage.sequences import Rows

NAMES = ["03-01-06", "Müller_ß", "話者一", "emoji🎧", 'o\'brien, "x"']
REJECTED = [
    Rejected("short", "/data/short.wav", "too_short", "10 samples"),
    Rejected("stumm_ä", "/data/stumm ä.wav", "silent", "peak constant"),
]


def datasets(n=5):
    rng = np.random.default_rng(n)
    return {
        "spectrograms": rng.random((n, 4, 3)).astype(np.float32),
        "midterm": rng.random((n, 136)),
        "segment": np.arange(n),
        "utterance": np.array(NAMES[:n], dtype=object),
    }


def write(path, values, **changes):
    arguments = {
        "parameters": {"split": "training"},
        "libraries": ["numpy"],
        "description": "what is in it",
    }
    hdf5.write(path, values, **arguments | changes)
    return path


# --- what is written and read -------------------------------------------------


def test_values_and_types_come_back_as_they_were(tmp_path):
    values = datasets()
    path = write(tmp_path / "a.h5", values)
    for name, back in zip(values, hdf5.read([path], *values), strict=True):
        np.testing.assert_array_equal(back, values[name])
        assert back.dtype == values[name].dtype
        assert back.shape == values[name].shape


def test_text_may_be_a_list_or_a_numpy_array_of_text(tmp_path):
    values = {"list": NAMES, "array": np.array(NAMES)}
    path = write(tmp_path / "a.h5", values)
    for back in hdf5.read([path], "list", "array"):
        assert back.tolist() == NAMES


def test_the_file_can_be_read_with_h5py_alone(tmp_path):
    values = datasets()
    with h5py.File(write(tmp_path / "a.h5", values), "r") as file:
        assert sorted(file) == sorted([*values, "rejected"])
        assert file["spectrograms"].dtype == np.dtype("<f4")
        assert file["midterm"].dtype == np.dtype("<f8")
        assert file["segment"].dtype == np.dtype("<i8")
        np.testing.assert_array_equal(file["midterm"][:], values["midterm"])
        text = h5py.check_string_dtype(file["utterance"].dtype)
        assert text.encoding == "utf-8"
        assert [raw.decode("utf-8") for raw in file["utterance"][:]] == NAMES


def test_a_name_with_slashes_is_a_dataset_in_groups(tmp_path):
    path = write(tmp_path / "a.h5", {"training/code/features": np.eye(2)})
    with h5py.File(path, "r") as file:
        np.testing.assert_array_equal(file["training"]["code"]["features"], np.eye(2))


def test_the_rejected_come_back_and_name_their_columns(tmp_path):
    path = write(tmp_path / "a.h5", datasets(), rejected=REJECTED)
    assert hdf5.read_rejected(path) == REJECTED
    with h5py.File(path, "r") as file:
        columns = list(file["rejected"].attrs["columns"])
        assert columns == ["utterance", "path", "reason", "detail"]
        assert file["rejected"].shape == (2, 4)
        assert file["rejected"].asstr()[1, 0] == "stumm_ä"


def test_nobody_rejected_is_an_empty_table(tmp_path):
    path = write(tmp_path / "a.h5", datasets())
    assert hdf5.read_rejected(path) == []
    with h5py.File(path, "r") as file:
        assert file["rejected"].shape == (0, 4)


def test_empty_datasets_keep_type_and_shape(tmp_path):
    values = datasets(0)
    path = write(tmp_path / "a.h5", values, rejected=REJECTED)
    for name, back in zip(values, hdf5.read([path], *values), strict=True):
        assert back.shape == values[name].shape
        assert back.dtype == values[name].dtype
    with h5py.File(path, "r") as file:
        assert h5py.check_string_dtype(file["utterance"].dtype)


def test_shards_are_put_one_after_the_other_in_the_order_asked_for(tmp_path):
    first, second, none = datasets(2), datasets(3), datasets(0)
    one = write(tmp_path / "b.h5", first)
    other = write(tmp_path / "a.h5", second)
    empty = write(tmp_path / "c.h5", none)
    names = ["utterance", "midterm", "spectrograms"]
    back = hdf5.read([one, empty, other], *names)
    for name, values in zip(names, back, strict=True):
        np.testing.assert_array_equal(
            values, np.concatenate([first[name], second[name]])
        )
        assert values.dtype == first[name].dtype
    assert hdf5.read([other, one], "segment")[0].tolist() == [0, 1, 2, 0, 1]


def test_attributes_tell_what_made_the_file(tmp_path):
    parameters = {
        "split": "training",
        "rate": 8_000,
        "threshold": -60.5,
        "percentages": [5, 10],
        "spectrogram": {"window": 0.05, "nested": {"scale": "ä"}},
    }
    path = write(
        tmp_path / "a.h5",
        datasets(),
        parameters=parameters,
        libraries=["numpy", "pyAudioAnalysis"],
        description="spectrograms: (n, 4, 3)",
    )
    with h5py.File(path, "r") as file:
        found = dict(file.attrs)
    assert found["description"] == "spectrograms: (n, 4, 3)"
    assert json.loads(found["versions"]) == {
        "numpy": version("numpy"),
        "pyAudioAnalysis": version("pyAudioAnalysis"),
    }
    assert found["split"] == "training"
    assert found["rate"] == 8_000
    assert found["threshold"] == -60.5
    assert list(found["percentages"]) == [5, 10]
    assert json.loads(found["spectrogram"]) == parameters["spectrogram"]


def test_the_same_content_gives_the_same_bytes(tmp_path):
    paths = [tmp_path / "a.h5", tmp_path / "another name.h5"]
    for path in paths:
        write(path, datasets(), rejected=REJECTED)
    assert paths[0].read_bytes() == paths[1].read_bytes()
    # Nor would they differ if written later: no time stands in them, which HDF5
    # would keep as seconds in four bytes.
    now = int(time.time())
    times = [(now - ago).to_bytes(4, "little") for ago in range(60)]
    assert not any(stamp in paths[0].read_bytes() for stamp in times)


# --- rows read when asked for --------------------------------------------------


@pytest.fixture(params=["where they are", "from copies"])
def rows(tmp_path, request):
    """Rows of three files, and the same as one array."""
    parts = [datasets(4)["spectrograms"], datasets(0)["spectrograms"]]
    parts.append(datasets(5)["spectrograms"])
    paths = [
        write(tmp_path / f"{i}.h5", {"segment": np.arange(9), "spectrograms": part})
        for i, part in enumerate(parts)
    ]
    if request.param == "where they are":
        return Rows(paths, "spectrograms"), np.concatenate(parts)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    rows = Rows(paths, "spectrograms", str(scratch))
    # Copies are read, and nobody has to remove them.
    for path in paths:
        Path(path).unlink()
    assert not list(scratch.iterdir())
    return rows, np.concatenate(parts)


@pytest.mark.parametrize(
    "wanted",
    [slice(None), slice(2, 7), slice(8, 20), slice(3, 3), [8, 0, 4, 4, 3], [], [-1]],
    ids=str,
)
def test_rows_are_those_of_one_array(rows, wanted):
    lazy, expected = rows
    assert (lazy.shape, lazy.dtype) == (expected.shape, expected.dtype)
    assert (len(lazy), lazy.nbytes) == (len(expected), expected.nbytes)
    wanted = wanted if isinstance(wanted, slice) else np.array(wanted, dtype=int)
    found = lazy[wanted]
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found, expected[wanted])


def test_some_of_the_rows_are_rows_too(rows):
    lazy, expected = rows
    odd = np.arange(9) % 2 == 1
    taken = lazy.take(odd)
    assert (taken.shape, taken.nbytes) == ((4, 4, 3), expected[odd].nbytes)
    np.testing.assert_array_equal(taken[:], expected[odd])
    np.testing.assert_array_equal(taken[np.array([3, 0])], expected[[7, 1]])
    np.testing.assert_array_equal(taken.take([2])[:], expected[[5]])
    assert len(lazy) == 9


def test_a_file_cut_off_is_named_instead_of_giving_other_numbers(tmp_path):
    path = write(tmp_path / "a.h5", {"spectrograms": datasets(5)["spectrograms"]})
    lazy = Rows([path], "spectrograms")
    with open(path, "r+b") as file, h5py.File(path) as whole:
        file.truncate(whole["spectrograms"].id.get_offset() + 3 * 4 * 3 * 4 + 10)
    np.testing.assert_array_equal(lazy[:3], datasets(5)["spectrograms"][:3])
    with pytest.raises(InputError, match="a.h5 is damaged.*row 3.*cut off"):
        lazy[:]


def test_a_folder_without_room_for_copies_is_named(tmp_path, monkeypatch):
    path = write(tmp_path / "a.h5", {"spectrograms": datasets(5)["spectrograms"]})
    with pytest.raises(FileNotFoundError, match="no/such"):
        Rows([path], "spectrograms", str(tmp_path / "no/such"))
    full = open("/dev/full", "wb")  # noqa: SIM115
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda dir: full)
    with pytest.raises(InputError, match="somewhere does not take.*No space left"):
        Rows([path], "spectrograms", "somewhere")


# --- damage -------------------------------------------------------------------


def test_the_checksum_stands_in_front_of_what_it_is_of(tmp_path):
    content = write(tmp_path / "a.h5", datasets()).read_bytes()
    text = f"CRC-32 of all other bytes: {zlib.crc32(content[36:]):08x}\n"
    assert content[:512] == text.encode().ljust(512, b"\0")
    assert content[512:].startswith(b"\x89HDF\r\n\x1a\n")


def readings(path):
    """All ways to read one of our files."""
    return [
        lambda: hdf5.read([path], "midterm"),
        lambda: hdf5.read_rejected(path),
        lambda: Rows([path], "midterm"),
        lambda: list(signals.compute_each(path, len, [])),
        lambda: list(predictions.read_folds([path])),
    ]


@pytest.mark.parametrize("way", range(5))
def test_a_damaged_file_is_named_with_the_command_to_remove_it(tmp_path, way):
    path = write(tmp_path / "it's.h5", datasets())
    damage(path, len(path.read_bytes()) // 2)
    with pytest.raises(InputError, match="it's.h5 is damaged") as caught:
        readings(path)[way]()
    command = str(caught.value).rpartition("makes it anew: ")[2]
    assert shlex.split(command) == ["rm", str(path)]


def damage(path, position):
    """Flip one bit."""
    content = bytearray(path.read_bytes())
    content[position] ^= 1 << position % 8
    path.write_bytes(content)


def test_no_bit_flips_unseen(tmp_path):
    whole = write(tmp_path / "a.h5", datasets()).read_bytes()
    path = tmp_path / "b.h5"
    # Every byte of what is ours, and some of the rest.
    for position in [*range(512), *range(512, len(whole), 13)]:
        path.write_bytes(whole)
        damage(path, position)
        with pytest.raises(InputError, match="damaged"):
            hdf5.read([path], "midterm")


@pytest.mark.parametrize("change", ["empty", "cut", "one less", "one more", "text"])
def test_a_file_of_another_length_is_damaged(tmp_path, change):
    path = write(tmp_path / "a.h5", datasets())
    content = path.read_bytes()
    path.write_bytes(
        {
            "empty": b"",
            "cut": content[: len(content) // 2],
            "one less": content[:-1],
            "one more": content + b"\0",
            "text": b"utterance,label\n",
        }[change]
    )
    with pytest.raises(InputError, match="damaged"):
        hdf5.read([path], "midterm")


def test_damage_after_a_first_reading_is_seen(tmp_path):
    path = write(tmp_path / "a.h5", datasets())
    hdf5.read([path], "midterm")
    damage(path, len(path.read_bytes()) - 1)
    with pytest.raises(InputError, match="damaged"):
        hdf5.read([path], "midterm")


# --- no half of a file --------------------------------------------------------


def test_a_file_that_cannot_be_finished_is_not_there(tmp_path):
    with pytest.raises(TypeError):
        write(tmp_path / "a.h5", datasets(), parameters={"late": object()})
    assert list(tmp_path.iterdir()) == []


def test_what_was_there_stays_if_its_replacement_cannot_be_finished(tmp_path):
    path = write(tmp_path / "a.h5", datasets())
    before = path.read_bytes()
    with pytest.raises(TypeError):
        write(path, datasets(2), parameters={"late": object()})
    assert list(tmp_path.iterdir()) == [path]
    assert path.read_bytes() == before


def test_a_shard_replaces_what_was_there(tmp_path):
    path = write(tmp_path / "a.h5", datasets())
    write(path, {"segment": np.arange(2)})
    assert list(tmp_path.iterdir()) == [path]
    assert hdf5.read([path], "segment")[0].tolist() == [0, 1]
    with pytest.raises(KeyError):
        hdf5.read([path], "midterm")


@pytest.mark.parametrize("as_text", [False, True])
def test_replacing_shows_the_file_only_once_it_is_whole(tmp_path, as_text):
    path = tmp_path / "figure.pdf"
    path.write_text("old")
    with replacing(str(path) if as_text else path) as beside:
        beside.write_text("half")
        assert path.read_text() == "old"
        # Renaming is atomic only within a folder; libraries go by the suffix.
        assert (beside.parent, beside.suffix) == (tmp_path, ".pdf")
        beside.write_text("whole")
    assert path.read_text() == "whole"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
@pytest.mark.parametrize("old", ["old", None])
def test_replacing_leaves_everything_as_it_was_after_an_error(tmp_path, error, old):
    path = tmp_path / "a.txt"
    if old:
        path.write_text(old)
    with pytest.raises(error), replacing(path) as beside:
        beside.write_text("half")
        raise error
    assert [p.read_text() for p in tmp_path.iterdir()] == ([old] if old else [])


def test_replacing_by_nothing_fails_and_keeps_what_was_there(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old")
    with pytest.raises(FileNotFoundError), replacing(path):
        pass
    assert [p.read_text() for p in tmp_path.iterdir()] == ["old"]
