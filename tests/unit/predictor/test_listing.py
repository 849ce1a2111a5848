"""What is to be labelled is found in folders, tables, texts, and by name."""

import pytest

from speechcodes.errors import InputError
from speechcodes.predictor import listing


@pytest.fixture
def there(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("new/S01_a.wav", "new/deep/S02_b.flac", "c.wav", "c.flac"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
    return tmp_path


def found(*places, **options):
    files, rejected = listing.find(places, **options)
    assert not rejected
    return {u.utterance: (u.path, u.speaker) for u in files}


def test_folders_are_searched_and_files_taken_as_they_are(there):
    assert found("new", "c.wav") == {
        "new/S01_a": ("new/S01_a.wav", ""),
        "new/deep/S02_b": ("new/deep/S02_b.flac", ""),
        "c": ("c.wav", ""),
    }


def test_two_files_that_differ_by_their_ending_keep_it(there):
    assert set(found("c.wav", "c.flac")) == {"c.wav", "c.flac"}


def test_tables_tell_who_speaks_and_texts_do_not(there):
    (there / "t.csv").write_text("path,speaker\nnew/S01_a.wav,anna\nc.wav,unknown\n")
    (there / "t.txt").write_text("\nnew/deep/S02_b.flac\n")
    speakers = dict(found("t.csv", "t.txt").values())
    assert speakers == {
        "new/S01_a.wav": "anna",
        "c.wav": "",
        "new/deep/S02_b.flac": "",
    }


def test_a_path_may_tell_the_speaker_where_no_table_does(there):
    (there / "t.csv").write_text("path,speaker\nnew/S01_a.wav,anna\n")
    told = found("t.csv", "new", "c.wav", speaker_from="(S[0-9]+)_")
    assert [speaker for _, speaker in told.values()] == ["anna", "S02", ""]


@pytest.mark.parametrize("text, what", [("S(", "no regular"), ("S1", "has no group")])
def test_an_expression_that_finds_nobody_is_refused(text, what):
    with pytest.raises(InputError, match=what):
        listing.find([], text)


def test_a_row_without_path_is_rejected_and_a_missing_table_refused(there):
    (there / "t.csv").write_text("path,speaker\n,anna\nc.wav,bert\n")
    files, rejected = listing.find(["t.csv"])
    assert [u.path for u in files] == ["c.wav"]
    assert [(r.reason, r.detail) for r in rejected] == [
        ("missing_file", "t.csv, row 2: the path is empty")
    ]
    for missing in ("none.csv", "none.txt"):
        with pytest.raises(InputError, match=f"{missing} cannot be read"):
            listing.find([missing])


def test_shards_keep_a_speaker_together(there):
    rows = [f"x{i}.wav,s{i % 7}" for i in range(70)]
    (there / "t.csv").write_text("\n".join(["path,speaker", *rows]))
    files, _ = listing.find(["t.csv"])
    shards = listing.shards(files, 20)
    assert sorted(u for part in shards.values() for u in part) == sorted(files)
    assert len(shards) > 2
    where = {(u.speaker, name) for name, part in shards.items() for u in part}
    assert len(where) == 7
    assert listing.shards([], 20) == {}
