"""Label files that are odd or broken: a reject for each row, or one error in words."""

import csv
from pathlib import Path

import pytest
from broken import as_nobody
from hypothesis import given, settings
from hypothesis import strategies as st

from speechcodes.corpus.readers import registry
from speechcodes.corpus.readers.common import number
from speechcodes.errors import InputError
from speechcodes.records import VALENCE

NAMES = [f"MSP-PODCAST_0001_00{i:02}" for i in range(20)]
HEADER = "FileName,EmoClass,EmoVal,SpkrID,Split_Set"
HEAD = "path,speaker,label"
#: What is asked of each reader's label file.
FILES = {"msp_podcast": "corpus/labels_consensus.csv", "table": "corpus/mine.csv"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A corpus of empty files, that readers do not look into."""
    folder = tmp_path_factory.mktemp("labels")
    (folder / "corpus").mkdir()
    for name in NAMES:
        (folder / "corpus" / f"{name}.wav").touch()
    return folder


@pytest.fixture(autouse=True)
def here(folder, monkeypatch):
    folder.chmod(0o755)
    monkeypatch.chdir(folder)


def read(reader):
    path = "corpus" if reader == "msp_podcast" else FILES["table"]
    return registry.read({"name": "m", "reader": reader, "path": path})


def read_bytes(reader, content):
    Path(FILES[reader]).write_bytes(content)
    return read(reader)


def msp(*rows, header=HEADER):
    """Return what is rejected of a good row and others."""
    text = "\n".join([header, f"{NAMES[0]}.wav,H,6,1,Train", *rows, ""])
    _, rejected = read_bytes("msp_podcast", text.encode())
    return {(r.utterance, r.reason) for r in rejected}


@pytest.mark.parametrize("column", ["FileName", "EmoVal", "SpkrID", "Split_Set"])
def test_msp_podcast_without_any_of_its_columns(column):
    with pytest.raises(InputError, match=f"consensus.csv has no column {column}:"):
        msp(header=HEADER.replace(column, "Other"))


@pytest.mark.parametrize("valence", ["x", "nan", "inf", "-inf", "1e999", "4 5", "NA"])
def test_msp_podcast_valence_that_is_none(valence):
    rejected = msp(f"{NAMES[1]}.wav,H,{valence},1,Train")
    assert rejected == {(NAMES[1], "invalid_rating")}


def test_msp_podcast_rows_that_are_cut_or_too_long():
    rejected = msp(NAMES[1], f"{NAMES[2]}.wav,H,6,1,Train,7", "\0")
    assert rejected == {("", "malformed_row")}


@pytest.mark.parametrize(
    ("rows", "row"),
    [
        (["{},1,neutral", "{},1,wrong"], 3),
        (["", "{},1,neutral", "", ",,", "", "{},1,wrong"], 7),
        (['{},"a speaker\nin three\nlines",neutral', "{},1,wrong"], 5),
        (['{},"a speaker\nin two",neutral', '{},"two\nagain",wrong'], 4),
    ],
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_row_is_named_by_the_line_that_it_begins_in(rows, row, line_end):
    names = iter(f"{name}.wav" for name in NAMES)
    rows = [text.format(next(names)) if "{}" in text else text for text in rows]
    text = "\n".join([HEAD, *rows, ""]).replace("\n", line_end)
    _, (reject,) = read_bytes("table", text.encode())
    assert reject.detail.startswith(f"row {row}: label 'wrong'")


@pytest.mark.parametrize(
    ("rows", "row", "words"),
    [
        (['"path"x,speaker,label', "a.wav,1,neutral"], 1, "expected"),
        ([HEAD, '"a.wav,1,neutral', "b.wav,1,neutral"], 2, "unexpected end of data"),
        ([HEAD, "a.wav,1,neutral", 'b.wav,"1"2,neutral'], 3, "expected"),
        ([HEAD, "a.wav,1,neutral", '"b.wav,1', *["x" * 99] * 2_000], 3, "field larger"),
    ],
)
def test_a_quote_that_is_not_closed_is_named_by_the_line_that_it_stands_in(
    rows, row, words
):
    text = "\n".join([*rows, ""])
    with pytest.raises(InputError, match=f"^{FILES['table']}, row {row} .*{words}"):
        read_bytes("table", text.encode())


@pytest.mark.parametrize("reader", FILES)
def test_a_label_file_that_may_not_be_read(reader):
    Path(FILES[reader]).write_text("a,b\n")
    Path(FILES[reader]).chmod(0)
    try:
        with as_nobody(), pytest.raises(InputError, match=r"read \(Permission denied"):
            read(reader)
    finally:
        Path(FILES[reader]).chmod(0o644)


# --- anything at all ----------------------------------------------------------------

TEXT = st.text(st.characters(codec="utf-8"), max_size=20)


@pytest.mark.parametrize("reader", FILES)
@settings(max_examples=100, deadline=None)
@given(
    header=st.sampled_from([b"", HEADER.encode() + b"\n", b"path,speaker,valence\n"]),
    rest=st.binary() | TEXT.map(str.encode),
)
def test_no_content_raises_anything_but_an_input_error(reader, header, rest):
    try:
        utterances, rejected = read_bytes(reader, header + rest)
    except InputError as error:
        assert str(error).startswith("corpus") and "\n" not in str(error)
    else:
        assert utterances
        "".join(cell for reject in rejected for cell in reject).encode()


@settings(max_examples=100, deadline=None)
@given(
    cells=st.lists(
        st.tuples(
            TEXT,
            st.sampled_from(["", *VALENCE]) | TEXT,
            st.sampled_from(["", "4", "3,5", "nan"])
            | TEXT.filter(lambda text: number(text) is None),
        ),
        min_size=1,
        max_size=len(NAMES) - 1,
    ),
    delimiter=st.sampled_from(",;\t"),
    line_end=st.sampled_from(["\n", "\r\n"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig"]),
)
def test_every_row_is_an_utterance_or_rejected(cells, delimiter, line_end, encoding):
    # One row that is right, or nothing may be left.
    # Whoever speaks has a number: names that differ in case alone are an error.
    rows = [
        (name, f"{i} {speaker}", *rest)
        for i, (name, (speaker, *rest)) in enumerate(zip(NAMES, cells, strict=False))
    ]
    rows.append((NAMES[-1], "anna", "neutral", ""))
    with open(FILES["table"], "w", newline="", encoding=encoding) as file:
        # A carriage return would not be quoted otherwise.
        table = csv.writer(
            file,
            delimiter=delimiter,
            lineterminator=line_end,
            quoting=csv.QUOTE_ALL,
        )
        table.writerow(["path", "speaker", "label", "valence"])
        table.writerows((f"{name}.wav", *rest) for name, *rest in rows)
    utterances, rejected = read("table")
    told = [record.utterance for record in [*utterances, *rejected]]
    assert sorted(told) == sorted(name for name, *_ in rows)
    for utterance in utterances:
        assert utterance.label in ("", *VALENCE) and utterance.speaker
