"""Any change to any file is told, and the newest file is named."""

import os

import pytest

from speechcodes.storage.stamps import stamp


@pytest.fixture
def files(tmp_path):
    """Three files, each an hour younger than the one before."""
    paths = [tmp_path / f"{name}.wav" for name in "abc"]
    for hours, path in enumerate(paths):
        path.write_bytes(b"1234")
        os.utime(path, (3600 * hours, 3600 * hours))
    return paths


def digest(paths):
    return stamp([*map(str, paths)]).digest


def test_the_newest_file_is_told(files):
    found = stamp([*map(str, files)])
    assert found.newest == str(files[2])
    assert stamp([]).newest == ""


def test_a_file_of_another_size_or_time_changes_the_digest(files):
    before = digest(files)
    assert digest(files) == before
    files[0].write_bytes(b"4321")
    # To the nanosecond as it was.
    os.utime(files[0], (0, 0))
    assert digest(files) == before
    os.utime(files[0], ns=(0, 1))
    assert digest(files) != before
    files[0].write_bytes(b"12345")
    os.utime(files[0], (0, 0))
    assert digest(files) != before


def test_a_file_more_less_or_elsewhere_changes_the_digest(files):
    before = digest(files)
    assert digest(files[:2]) != before
    assert digest(files[::-1]) != before
    files[1].rename(files[1].with_name("d.wav"))
    assert digest(files) != before
    found = stamp([*map(str, files)])
    assert found.newest == str(files[2])
    os.remove(files[2])
    assert stamp([*map(str, files)]).newest == str(files[0])


def test_names_that_are_not_utf_8_have_a_stamp(tmp_path):
    path = os.fsdecode(os.fsencode(tmp_path) + b"/\xff.wav")
    assert stamp([path]).digest != stamp([]).digest
