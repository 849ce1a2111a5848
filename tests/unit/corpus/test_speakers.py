"""One speaker under several spellings, and names that stand for nobody."""

import pytest

from speechcodes.corpus.readers import registry
from speechcodes.errors import InputError


def table(folder, *rows, **section):
    """Read a table of rows of speaker and session, one utterance each."""
    lines = ["path,speaker,session,label"]
    for i, row in enumerate(rows):
        (folder / f"{i}.wav").touch()
        lines.append(f"{i}.wav,{row},negative")
    (folder / "mine.csv").write_text("\n".join(lines), encoding="utf-8")
    corpus = {"name": "mine", "reader": "table", "path": str(folder / "mine.csv")}
    utterances, _ = registry.read(corpus | section)
    return utterances


#: Composed and decomposed, and with a space of no width.
ZOE = ("Zo\u00eb", "Zoe\u0308", "ZO\u00cb\u200b")


@pytest.mark.parametrize(
    "names",
    [("12", "12.0"), ("7", "7.00"), ("ANNA", "Anna"), ZOE],
)
def test_two_spellings_of_a_name_are_an_error_that_lists_them(tmp_path, names):
    rows = [f"{name}," for name in (*names, "someone else", "anna b")]
    with pytest.raises(InputError, match="1 names of speakers") as error:
        table(tmp_path, *rows)
    for words in (*map(repr, names), "corpus.merge_spellings: true"):
        assert words in str(error.value)


def test_sessions_are_held_to_the_same(tmp_path):
    with pytest.raises(InputError, match="names of sessions .*'call 1' and 'Call 1'"):
        table(tmp_path, ",call 1", ",Call 1", ",call 1")


def test_spellings_are_merged_where_the_user_says_so(tmp_path):
    rows = ["12,a", "12.0,A", "12.0,a", "Anna,b", "ANNA,b", "112,", "1.5,"]
    utterances = table(tmp_path, *rows, merge_spellings=True)
    assert [(u.speaker, u.session) for u in utterances] == [
        *[("12.0", "a")] * 3,
        *[("ANNA", "b")] * 2,
        ("112", ""),
        ("1.5", ""),
    ]


@pytest.mark.parametrize(
    "name", ["unknown", "Unknown", "UNKNOWN ", "nan", "NaN", "-1", "-1.0", "?", "<NA>"]
)
def test_names_of_nobody_are_unknown(tmp_path, name):
    utterances = table(tmp_path, f"{name},call", "1,", "unknown,call", "?,call")
    assert [u.speaker for u in utterances] == ["", "1", "", ""]
    with pytest.raises(InputError, match="row 2: speaker and session are unknown"):
        table(tmp_path, f"{name},")


def test_speech_without_labels_is_looked_at_too(tmp_path):
    (tmp_path / "more.wav").touch()
    (tmp_path / "more.csv").write_text("path,speaker\nmore.wav,ANNA\n")
    more = {"unlabelled": [str(tmp_path / "more.csv")]}
    with pytest.raises(InputError, match="'ANNA' and 'Anna'"):
        table(tmp_path, "Anna,", "Ben,", **more)
    merged = table(tmp_path, "Anna,", "Anna,", "Ben,", merge_spellings=True, **more)
    assert [u.speaker for u in merged] == ["Anna", "Anna", "Ben", "Anna"]
