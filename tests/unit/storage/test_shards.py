"""Shards as files: what stands in them, and that no half of one is ever seen."""

import json
import shlex
import tempfile
import time
import zlib
from importlib.metadata import version

import h5py
import numpy as np
import pytest

from speechcodes.errors import InputError
from speechcodes.experiment import predictions
from speechcodes.features import signals
from speechcodes.records import Rejected
from speechcodes.storage import checksums, hdf5
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


@pytest.mark.parametrize("n", [5, 0])
def test_values_and_types_come_back_with_h5py_alone_too(tmp_path, n):
    values = datasets(n)
    path = write(tmp_path / "a.h5", values)
    back = dict(zip(values, hdf5.read([path], *values), strict=True))
    with h5py.File(path, "r") as file:
        assert sorted(file) == sorted([*values, "rejected"])
        types = [
            file[name].dtype.str for name in ("spectrograms", "midterm", "segment")
        ]
        assert types == ["<f4", "<f8", "<i8"]
        assert h5py.check_string_dtype(file["utterance"].dtype).encoding == "utf-8"
        alone = {name: file[name][:] for name in values}
    assert [raw.decode("utf-8") for raw in alone.pop("utterance")] == NAMES[:n]
    for found in (back, alone):
        for name, value in found.items():
            np.testing.assert_array_equal(value, values[name], strict=True)


def test_text_may_be_a_list_and_a_name_may_hold_groups(tmp_path):
    path = write(tmp_path / "a.h5", {"list": NAMES, "training/code": np.eye(2)})
    assert hdf5.read([path], "list")[0].tolist() == NAMES
    with h5py.File(path, "r") as file:
        np.testing.assert_array_equal(file["training"]["code"], np.eye(2))


@pytest.mark.parametrize("rejected", [REJECTED, []])
def test_the_rejected_come_back_and_name_their_columns(tmp_path, rejected):
    path = write(tmp_path / "a.h5", datasets(), rejected=rejected)
    assert hdf5.read_rejected(path) == rejected
    with h5py.File(path, "r") as file:
        columns = list(file["rejected"].attrs["columns"])
        assert columns == ["utterance", "path", "reason", "detail"]
        assert file["rejected"].shape == (len(rejected), 4)


def test_shards_are_put_one_after_the_other_in_the_order_asked_for(tmp_path):
    first, second = datasets(2), datasets(3)
    one = write(tmp_path / "b.h5", first)
    other = write(tmp_path / "a.h5", second)
    empty = write(tmp_path / "c.h5", datasets(0))
    names = ["utterance", "midterm", "spectrograms"]
    back = hdf5.read([one, empty, other], *names)
    for name, values in zip(names, back, strict=True):
        expected = np.concatenate([first[name], second[name]])
        np.testing.assert_array_equal(values, expected)
    assert hdf5.read([other, one], "segment")[0].tolist() == [0, 1, 2, 0, 1]


def test_attributes_tell_what_made_the_file(tmp_path):
    parameters = {"split": "training", "rate": 8_000, "threshold": -60.5}
    parameters |= {"percentages": [5, 10], "spectrogram": {"nested": {"scale": "ä"}}}
    what = {"parameters": parameters, "libraries": ["numpy", "soxr"]}
    path = write(tmp_path / "a.h5", datasets(), **what, description="midterm: (n, 136)")
    with h5py.File(path, "r") as file:
        found = dict(file.attrs)
    assert found["description"] == "midterm: (n, 136)"
    versions = {name: version(name) for name in what["libraries"]}
    assert json.loads(found["versions"]) == versions
    found["spectrogram"] = json.loads(found["spectrogram"])
    found["percentages"] = found["percentages"].tolist()
    assert {key: found[key] for key in parameters} == parameters


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
    scratch = None
    if request.param == "from copies":
        scratch = tmp_path / "scratch"
        scratch.mkdir()
    rows = Rows(paths, "spectrograms", scratch)
    if scratch:
        # Copies are read, and nobody has to remove them.
        for path in paths:
            path.unlink()
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
    assert checksums.held(tmp_path / "a.h5") == f"{zlib.crc32(content[36:]):08x}"


@pytest.mark.parametrize(
    "reading",
    [
        lambda path: hdf5.read([path], "midterm"),
        hdf5.read_rejected,
        lambda path: Rows([path], "midterm"),
        lambda path: list(signals.compute_each(path, len, [])),
        lambda path: list(predictions.read_folds([path])),
    ],
)
def test_a_damaged_file_is_named_with_the_command_to_remove_it(tmp_path, reading):
    path = write(tmp_path / "it's.h5", datasets())
    damage(path, len(path.read_bytes()) // 2)
    with pytest.raises(InputError, match="it's.h5 is damaged") as caught:
        reading(path)
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


def test_a_file_of_another_length_is_damaged_after_a_first_reading_too(tmp_path):
    path = write(tmp_path / "a.h5", datasets())
    hdf5.read([path], "midterm")
    whole = path.read_bytes()
    for content in (b"", whole[: len(whole) // 2], whole[:-1], whole + b"\0", b"text"):
        path.write_bytes(content)
        with pytest.raises(InputError, match="damaged"):
            hdf5.read([path], "midterm")


# --- no half of a file --------------------------------------------------------


def test_replacing_shows_the_file_only_once_it_is_whole(tmp_path):
    path = tmp_path / "figure.pdf"
    path.write_text("old")
    with replacing(str(path)) as beside:
        beside.write_text("half")
        assert path.read_text() == "old"
        # Renaming is atomic only within a folder; libraries go by the suffix.
        assert (beside.parent, beside.suffix) == (tmp_path, ".pdf")
        beside.write_text("whole")
    assert path.read_text() == "whole"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_replacing_leaves_everything_as_it_was_after_an_error(tmp_path, error):
    path = tmp_path / "a.txt"
    path.write_text("old")
    with pytest.raises(error), replacing(path) as beside:
        beside.write_text("half")
        raise error
    # Nor is it replaced by nothing.
    with pytest.raises(FileNotFoundError), replacing(path):
        pass
    assert [p.read_text() for p in tmp_path.iterdir()] == ["old"]
