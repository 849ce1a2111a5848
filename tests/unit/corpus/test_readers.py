"""The corpus readers, on empty files: no reader ever looks into the audio."""

import logging
import os
import subprocess
import sys
import unicodedata
from collections import Counter
from pathlib import Path

import pytest

from speechcodes.corpus.readers import audio_files, common, registry
from speechcodes.errors import InputError
from speechcodes.records import Utterance

LABELS = {
    "calm": "neutral",
    "happy": "positive",
    "surprised": "positive",
    "sad": "negative",
    "angry": "negative",
    "fearful": "negative",
    "disgust": "negative",
}
NOUNS = {
    "happiness": "positive",
    "anger": "negative",
    "boredom": "negative",
    "disgust": "negative",
    "fear": "negative",
    "sadness": "negative",
}
#: CREMA-D has no boredom.
WORDS = {"ravdess": LABELS, "emodb": NOUNS, "crema_d": NOUNS.copy()}
del WORDS["crema_d"]["boredom"]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Stand in an empty folder, so that relative paths are short and known."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def touch(*paths):
    for path in map(Path, paths):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def read(reader, path="corpus", labels=None, **section):
    labels = WORDS.get(reader, {}) if labels is None else labels
    corpus = {"name": "mine", "reader": reader, "path": str(path), "labels": labels}
    return registry.read({**corpus, **section})


def reasons(rejected):
    return [(reject.utterance, reject.reason) for reject in rejected]


# File names

#: Speaker and class of right names, and why wrong ones are rejected.
NAMES = {
    "ravdess": {
        "Actor_12/03-01-06-02-02-01-12": ("12", "negative"),
        "03-01-03-01-01-01-01": ("01", "positive"),
    },
    "emodb": {
        "03a01Fa": ("03", "positive"),
        "16b10Wb": ("16", "negative"),
        "08a07La": ("08", "negative"),
        "09b03Nd": ("09", "neutral"),
    }
    | {f"03a01{letter}a": ("03", "negative") for letter in "EAT"},
    "crema_d": {
        "1091_IEO_HAP_HI": ("1091", "positive"),
        "1040_ITH_SAD_X": ("1040", "negative"),
        "1002_WSI_NEU_XX": ("1002", "neutral"),
    }
    | {f"1001_DFA_{code}_XX": ("1001", "negative") for code in ("ANG", "DIS", "FEA")},
}
WRONG_NAMES = {
    "ravdess": {
        "01-01-03-01-01-01-01": "not_speech",  # sound of the video
        "03-02-03-01-01-01-01": "not_speech",  # song
        "03-01-09-01-01-01-01": "unknown_label",
        "03-01-03-01-01-01-1": "unrecognised_name",  # a digit short
    },
    "emodb": {"03a01F": "unrecognised_name", "03a01Xa": "unknown_label"},
    "crema_d": {
        "1001-DFA-ANG-XX": "unrecognised_name",
        "1001_DFA_SUR_XX": "unknown_label",
    },
}


@pytest.mark.parametrize("reader", NAMES)
def test_names_of_files_tell_speaker_and_emotion(folder, reader):
    touch(*(f"corpus/{name}.wav" for name in [*NAMES[reader], *WRONG_NAMES[reader]]))
    utterances, rejected = read(reader)
    assert utterances == [
        Utterance(name, f"corpus/{name}.wav", speaker, "", label)
        for name, (speaker, label) in sorted(NAMES[reader].items())
    ]
    assert dict(reasons(rejected)) == WRONG_NAMES[reader]


def test_what_is_wrong_with_a_name_is_told(folder):
    names = ("03-01-09-01-01-01-01", "03-02-03-01-01-01-01", "a", "b")
    touch(*(f"corpus/{name}.wav" for name in names))
    with pytest.raises(InputError) as error:
        read("ravdess")
    assert str(error.value) == (
        "corpus has no utterance with a label that the reader 'ravdess' can use:"
        " unrecognised_name 2, unknown_label 1, not_speech 1; for example, 'a' is not a"
        " name such as 03-01-06-01-02-01-12"
    )
    with pytest.raises(InputError, match=r"'joy' is no label .* anger, boredom"):
        read("emodb", labels={"joy": "positive", "anger": "negative"})


def test_emotions_may_be_the_classes(folder):
    touch(*(f"corpus/03-01-0{i}-01-01-01-01.wav" for i in range(1, 9)))
    classes = ["angry", "Fearful", "unheard_of"]
    utterances, rejected = read("ravdess", labels={}, classes=classes)
    assert [(u.utterance[:8], u.label) for u in utterances] == [
        ("03-01-05", "angry"),
        ("03-01-06", "Fearful"),
    ]
    assert {reject.reason for reject in rejected} == {"unmapped_label"}
    utterances, _ = read("ravdess", labels={"SAD ": "angry"}, classes=classes)
    assert [u.label for u in utterances] == ["angry", "angry", "Fearful"]


def test_video_need_not_be_readable(folder):
    touch("corpus/01-01-03-01-01-01-01.mp4", "corpus/03-01-03-01-01-01-01.mp4")
    touch("corpus/03-01-03-01-01-02-01.wav")
    _, rejected = read("ravdess")
    assert reasons(rejected) == [
        ("01-01-03-01-01-01-01", "not_speech"),
        ("03-01-03-01-01-01-01", "unreadable"),
    ]


def test_a_path_that_snakemake_would_take_for_a_pattern_is_rejected(folder):
    touch("corpus/03a01Fa.wav", "corpus/{speaker}/03a01Na.wav")
    utterances, rejected = read("emodb")
    assert [u.utterance for u in utterances] == ["03a01Fa"]
    assert reasons(rejected) == [("{speaker}/03a01Na", "unsupported_name")]


def test_a_second_file_of_the_same_name_is_rejected(folder):
    touch("corpus/a/03a01Fa.wav", "corpus/a/03a01Fa.flac")
    utterances, rejected = read("emodb")
    assert [u.path for u in utterances] == ["corpus/a/03a01Fa.flac"]
    assert reasons(rejected) == [("a/03a01Fa", "duplicate_utterance")]
    assert rejected[0].path == "corpus/a/03a01Fa.wav"
    assert "corpus/a/03a01Fa.flac" in rejected[0].detail


def test_ids_are_the_same_wherever_the_corpus_is_named_from(folder, monkeypatch):
    touch("corpus/a.b/03a01Fa.c.wav", "corpus/a.b/03a01Fa.wav")
    for path in ("corpus", "./corpus/", folder / "corpus", "corpus/../corpus"):
        utterances, _ = read("emodb", path)
        assert [u.utterance for u in utterances] == ["a.b/03a01Fa"]
        assert utterances[0].path.startswith(os.path.normpath(path))
    monkeypatch.chdir("corpus")
    assert read("emodb", ".")[0][0].utterance == "a.b/03a01Fa"


# Finding audio


def test_any_audio_type_and_nothing_else(folder):
    audio = ["a.WAV", "b.flac", "c.Ogg", "d.opus", "e.mp3", "f.aiff", "g.aif", "h.au"]
    touch(*(f"corpus/x/{name}" for name in [*audio, "README.txt", "k.avi", "wav"]))
    paths, rejected = audio_files.audio_files("corpus")
    assert [os.path.basename(path) for path in paths] == audio and not rejected


@pytest.mark.parametrize(
    ("path", "name"),
    [("a/b.c.wav", "a/b.c"), ("a.b/c", "a.b/c"), (".wav", ".wav")]
    + [("a/.wav", "a/.wav"), ("...wav", ".."), ("a/..wav", "a/.")],
)
def test_only_the_ending_of_a_name_is_cut_off(path, name):
    assert audio_files.without_ending(path) == name


@pytest.mark.parametrize(
    "ending", [".m4a", ".WebM", ".wma", ".mp4", ".aac", ".amr", ".3gp"]
)
def test_audio_that_must_be_converted_is_rejected_until_it_is(folder, ending):
    touch("corpus/03a01Fa.wav", f"corpus/x/03a02Na{ending}")
    _, (reject,) = read("emodb")
    assert reject[:3] == ("x/03a02Na", f"corpus/x/03a02Na{ending}", "unreadable")
    assert f"convert it, for example by ffmpeg -i NAME{ending} NAME.wav" in (
        reject.detail
    )
    touch("corpus/x/03a02Na.wav")
    utterances, rejected = read("emodb")
    assert len(utterances) == 2 and not rejected


def test_symbolic_links_are_followed_but_no_loop_and_not_to_nothing(folder):
    touch("elsewhere/03a01Fa.wav", "corpus/03a02Na.wav")
    Path("corpus/03a03Na.wav").symlink_to(folder / "gone.wav")
    Path("corpus/linked").symlink_to(folder / "elsewhere")
    Path("elsewhere/back").symlink_to(folder / "corpus")
    Path("corpus/03a04Na.wav").symlink_to("03a04Na.wav")
    os.mkfifo("corpus/03a05Na.wav")
    utterances, rejected = read("emodb")
    assert [u.path for u in utterances] == [
        "corpus/03a02Na.wav",
        "corpus/linked/03a01Fa.wav",
    ]
    nothing = ("03a03Na", "03a04Na", "03a05Na")
    assert reasons(rejected) == [(name, "missing_file") for name in nothing]


@pytest.mark.skipif(sys.platform != "linux", reason="file names are UTF-8 elsewhere")
def test_a_name_that_is_not_utf8_is_rejected_and_can_be_written(folder):
    touch("corpus/03a01Fa.wav")
    Path(os.fsdecode(b"corpus/M\xfcller.wav")).touch()
    _, rejected = read("emodb")
    assert [reject.reason for reject in rejected] == ["unrecognised_name"]
    "".join(rejected[0]).encode()


def test_a_folder_that_may_not_be_listed_is_told_unless_a_table_names_files(
    folder, monkeypatch
):
    def forbid(path):
        raise PermissionError(13, "Permission denied", path)

    touch("corpus/03a01Fa.wav")
    monkeypatch.setattr(os, "scandir", forbid)
    with pytest.raises(InputError, match=r"corpus cannot be listed \(Permission"):
        read("emodb")
    assert table("path,speaker,label\na.wav,s1,joy\n") == ([A], [])


@pytest.mark.parametrize("reader", ["ravdess", "emodb", "crema_d"])
def test_folder_missing_or_without_audio(folder, reader):
    with pytest.raises(InputError, match="^corpus is not a folder; corpus.path should"):
        read(reader)
    touch("corpus/README.txt")
    with pytest.raises(InputError, match="^corpus has no audio file; corpus.path"):
        read(reader)


def test_ravdess_whole(ravdess):
    utterances, rejected = read("ravdess", ravdess)
    assert len(utterances) == 1440
    assert len({u.speaker for u in utterances}) == 24
    assert Counter(u.label for u in utterances) == {
        "neutral": 288,
        "positive": 384,
        "negative": 768,
    }
    assert not rejected
    assert utterances == sorted(utterances)
    assert all(os.path.isfile(u.path) for u in utterances)


# MSP-Podcast

HEADER = "FileName,EmoClass,EmoAct,EmoVal,EmoDom,SpkrID,Gender,Split_Set\n"


def row(number, valence=4, emotion="N", speaker=1, partition="Train"):
    """Return a row of the label file; activity is 8 - valence, dominance 4."""
    name, activity = f"MSP-PODCAST_{number}.wav", 8 - (valence or 4)
    ratings = f"{activity},{valence},4"
    return f"{name},{emotion},{ratings},{speaker},Male,{partition}\n"


def msp(*rows, table="Labels/labels_consensus.csv", audio="Audios", more=(), **section):
    """Read a corpus of rows, with their files and more."""
    names = [line.partition(",")[0] for line in rows]
    touch(*(f"corpus/{audio}/{name}" for name in [*names, *more]), f"corpus/{table}")
    Path("corpus", table).write_text(HEADER + "".join(rows))
    return read("msp_podcast", **section)


@pytest.mark.parametrize("table", ["labels_consensus.csv", "labels_concensus.csv"])
@pytest.mark.parametrize("place", ["", "Labels/"])
@pytest.mark.parametrize("audio", ["Audios", "Audio", ""])
def test_msp_podcast_layouts(folder, table, place, audio):
    name = "MSP-PODCAST_0023_0017"
    path = os.path.join("corpus", audio, f"{name}.wav")
    rows = [row("0023_0017", 1.2, speaker=7)]
    assert msp(*rows, table=place + table, audio=audio) == (
        [Utterance(name, path, "7", "0023", "negative", 1.2, "Train")],
        [],
    )


def test_msp_podcast_partitions(folder):
    found = ["Train", "Development", "Validation", "Test1", "Test2", "Test3", "NA"]
    rows = (row(f"0001_000{i}", partition=name) for i, name in enumerate(found))
    names = ["Train", "Development", "Development", "Test1", "Test2", "Test3", ""]
    assert [u.partition for u in msp(*rows)[0]] == names


def test_msp_podcast_unknown_speakers_are_counted(folder, caplog):
    caplog.set_level(logging.INFO)
    rows = row("0001_0001", speaker="Unknown"), row("0002_0001_0003", speaker=5)
    found = [(u.speaker, u.session) for u in msp(*rows)[0]]
    assert found == [("", "0001"), ("5", "0002")]
    assert "0 of them without a label and 1 of unknown speakers" in caplog.text


def test_msp_podcast_keeps_one_text_for_each_speaker_and_session(folder):
    # Millions of utterances would hold as many copies.
    first, second = msp(row("0001_0001"), row("0001_0002"))[0]
    for field in ("speaker", "session", "label", "partition"):
        assert getattr(first, field) and getattr(first, field) is getattr(second, field)


def test_msp_podcast_rejects(folder):
    good = row("0001_0001")
    links = [Path(f"corpus/Audios/MSP-PODCAST_0001_000{i}.wav") for i in (7, 8)]
    touch("corpus/Audios/MSP-PODCAST_0001_0001.flac", "corpus/Audios/jingle.wav")
    for link in links:
        link.symlink_to(folder / "gone.wav")
    msp(good, row("0001_0003"))
    Path("corpus/Labels/labels_consensus.csv").write_text(
        HEADER
        + good
        + good  # the same once more
        + row("0001_0002")  # no file
        + row("0001_0003").replace(",4,4,1", ",n/a,4,1")
        + good.replace("PODCAST", "IMPROV")
        + row("0001_0001", speaker=2)
        + row("0001_0007")  # a link to nothing, as is that of 0008
    )
    utterances, rejected = read("msp_podcast")
    assert [(u.utterance, u.path) for u in utterances] == [
        # Of two files with one name the first in sorted order.
        ("MSP-PODCAST_0001_0001", "corpus/Audios/MSP-PODCAST_0001_0001.flac")
    ]
    assert reasons(rejected) == [
        ("MSP-IMPROV_0001_0001", "unrecognised_name"),
        ("MSP-PODCAST_0001_0001", "duplicate_utterance"),
        ("MSP-PODCAST_0001_0001", "duplicate_utterance"),
        ("MSP-PODCAST_0001_0002", "missing_file"),
        ("MSP-PODCAST_0001_0003", "invalid_rating"),
        ("MSP-PODCAST_0001_0007", "missing_file"),
        ("MSP-PODCAST_0001_0008", "missing_file"),
        ("jingle", "unrecognised_name"),
    ]
    details = [reject.detail for reject in rejected]
    assert "row 7 is at odds with row 2: speaker '2', not '1'" in details
    assert "row 4: there is no 'corpus/Audios/MSP-PODCAST_0001_0002.wav'" in details
    assert "row 5: EmoVal 'n/a' is not a number" in details


def test_msp_podcast_speech_without_a_rating_or_a_row_has_no_label(folder):
    utterances, rejected = msp(
        row("0001_0001"),
        row("0001_0002", "", speaker=2, partition="Test1"),
        more=["MSP-PODCAST_0009_0001.wav", "sub/MSP-PODCAST_0009_0002.wav"],
    )
    assert [(u.utterance[-9:], *u[2:7]) for u in utterances] == [
        ("0001_0001", "1", "0001", "neutral", 4, "Train"),
        ("0001_0002", "2", "0001", "", None, "Test1"),
        ("0009_0001", "", "0009", "", None, ""),
        ("0009_0002", "", "0009", "", None, ""),
    ]
    assert utterances[3].utterance == "sub/MSP-PODCAST_0009_0002"
    assert not rejected


@pytest.mark.parametrize(
    ("column", "labels"),
    [
        ("EmoVal", ["low", "high"]),
        ("EmoAct", ["high", "low"]),
        ("EmoDom", ["low"] * 2),
    ],
)
def test_msp_podcast_of_any_rating(folder, column, labels):
    rating = {"column": column, "bounds": [4]}
    rows = [row("0001_0001", 1), row("0001_0002", 4.5)]
    utterances, _ = msp(*rows, classes=["low", "high"], rating=rating)
    assert [u.label for u in utterances] == labels


def test_msp_podcast_of_emotions_by_letter_or_word(folder):
    utterances, rejected = msp(
        *(row(f"0001_000{i}", 1, code) for i, code in enumerate("AHSN XQ")),
        labels={"A": "angry", "happiness": "happy", "Sad": "sad"},
        classes=["angry", "happy", "neutral", "sad"],
    )
    assert [u.label for u in utterances] == ["angry", "happy", "sad", "neutral", ""]
    assert {u.value for u in utterances} == {None}
    assert [(r.reason, r.detail) for r in rejected] == [
        ("unmapped_label", "row 7: EmoClass 'X' has no class in corpus.labels"),
        (
            "unknown_label",
            "row 8: EmoClass 'Q' is none of A, S, H, U, F, D, C, N, O, X",
        ),
    ]


def test_msp_podcast_without_label_file_or_audio(folder):
    touch("corpus/Audios/MSP-PODCAST_0001_0001.wav")
    with pytest.raises(InputError, match="no label file.*labels_concensus.csv"):
        read("msp_podcast")
    Path("corpus/labels_consensus.csv").write_text(HEADER)
    with pytest.raises(InputError, match="has a header and no rows"):
        read("msp_podcast")
    Path("corpus/Audios/MSP-PODCAST_0001_0001.wav").unlink()
    with pytest.raises(InputError, match="corpus/Audios has no audio file"):
        read("msp_podcast")


# A table of one's own


WORDS_OF_TABLE = {"joy": "positive", "rage": "negative"}


def table(text, encoding="utf-8", audio=("a.wav", "b.wav"), **section):
    touch(*(f"data/{name}" for name in audio))
    Path("data/mine.csv").write_bytes(text.encode(encoding, "surrogateescape"))
    return read("table", "data/mine.csv", **{"labels": WORDS_OF_TABLE, **section})


A = Utterance("a", "data/a.wav", "s1", "", "positive")
B = Utterance("b", "data/b.wav", "s2", "day 2", "negative", None, "train")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_table_dialects(folder, delimiter, line_end, encoding):
    rows = [
        "path,speaker,label,session,split,remark",
        "a.wav,s1,positive,,,",
        "",
        ",,,,,",
        "b.wav,s2,negative,day 2,train,x",
        "",
    ]
    text = line_end.join(rows).replace(",", delimiter)
    assert table(text, encoding) == ([A, B], [])


def test_table_labels(folder):
    text = (
        "path ; speaker; session; label; valence\n"
        'a.wav; "1";; joy ;\n'
        "b.wav;1;; negative ;6,5\n"  # the label decides
        "c.wav;;call 7;;6.5\n"
        "d.wav;1;;;3,5\n"
    )
    utterances, rejected = table(text, audio=["a.wav", "b.wav", "c.wav", "d.wav"])
    assert [u[2:6] for u in utterances] == [
        ("1", "", "positive", None),
        ("1", "", "negative", 6.5),
        ("", "call 7", "positive", 6.5),
        ("1", "", "neutral", 3.5),
    ]
    assert not rejected


def test_table_of_any_classes_and_rating(folder):
    text = "path,session,label,how much\na.wav,1,JOY,\nb.wav,1,,12.5\n"
    utterances, rejected = table(
        text,
        labels={"joy": "d"},
        classes=["a", "b", "c", "d"],
        rating={"column": "how much", "scale": [-20, 20], "bounds": [-10, 0, 12.5]},
    )
    assert [(u.label, u.value) for u in utterances] == [("d", None), ("d", 12.5)]
    assert not rejected


def test_the_delimiter_that_a_first_line_names_is_taken(folder):
    rows = ["sep=;", "path;speaker;label", "a.wav;1,5;positive", "b.wav;x;2;y"]
    utterances, rejected = table("\r\n".join(rows))
    assert [(u.utterance, u.speaker) for u in utterances] == [("a", "1,5")]
    assert "row 4: 4 cells, not 3" in rejected[0].detail


def test_backslashes_are_taken_for_slashes_where_only_that_finds_the_file(folder):
    touch("data/Actor_01/x.wav", "data/odd\\y.wav")
    text = (
        "path,speaker,label\nActor_01\\x.wav,1,joy\nodd\\y.wav,2,joy\nz\\z.wav,3,joy\n"
    )
    utterances, rejected = table(text)
    assert [(u.utterance, u.path) for u in utterances] == [
        ("Actor_01/x", "data/Actor_01/x.wav"),
        ("odd\\y", "data/odd\\y.wav"),
    ]
    assert reasons(rejected) == [("z\\z", "missing_file")]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_file_is_found_whatever_the_unicode_form_of_its_name(folder, form):
    def spelt(form):
        return unicodedata.normalize(form, "Zo\u00eb/\u00fcber.wav")

    touch(f"data/{spelt(form)}")
    other = spelt("NFD" if form == "NFC" else "NFC")
    utterances, rejected = table(f"path,speaker,label\n{other},1,joy\n", audio=[])
    assert [u.path for u in utterances] == [f"data/{spelt(form)}"] and not rejected


def test_a_word_mapped_to_null_is_left_out_on_purpose(folder):
    text = "path,speaker,label\na.wav,1,joy\nb.wav,1,Fear\n"
    utterances, rejected = table(text, labels={"joy": "positive", "fear": None})
    assert [u.utterance for u in utterances] == ["a"]
    assert reasons(rejected) == [("b", "unmapped_label")]
    assert "row 3: label 'Fear' is null in corpus.labels" in rejected[0].detail


@pytest.mark.parametrize(
    ("columns", "cells", "value"),
    [("rating,valence", "7,1", 7), ("valence,rating", "1,7", 7), ("valence", "1", 1)],
)
def test_table_column_of_ratings_by_default(folder, columns, cells, value):
    utterances, _ = table(f"path,speaker,{columns}\na.wav,s1,{cells}\n")
    assert utterances[0].value == value


def test_table_ratings_need_the_column_named_and_bounds_of_other_classes(folder):
    with pytest.raises(InputError, match="no column EmoAct: its first row is"):
        table("path,speaker,label\na.wav,s1,joy\n", rating={"column": "EmoAct"})
    classes = ["a", "b", "c", "d"]
    text = "path,speaker,label,valence\na.wav,1,b,4\n"
    assert table(text, labels={}, classes=classes)[0][0].label == "b"
    with pytest.raises(InputError, match=r"2 bounds, \[3, 5\], but the 4 classes a, b"):
        table(text.replace("1,b", "1,"), labels={}, classes=classes)


def test_table_rows_without_label_and_rating_are_speech_without_a_label(folder):
    text = "path,speaker,session,label,valence,split\na.wav,s1,,joy,,\nb.wav,,,,,x\n"
    assert table(text) == (
        [A, Utterance("b", "data/b.wav", "", "", "", None, "x")],
        [],
    )
    assert table(text)[0][1].voice == "utterance b"


def test_table_ids_are_paths_below_its_folder(folder):
    touch("far/c.wav", "d.wav")
    rows = ["anna/01.wav,anna", "./ben//01.wav,ben", f"{folder}/data/02.wav,ben"]
    rows += [f"{folder}/far/c.wav,x", "../d.wav,x"]
    text = "\n".join(["path,speaker,label", *(f"{row},joy" for row in rows), ""])
    utterances, rejected = table(text, audio=["anna/01.wav", "ben/01.wav", "02.wav"])
    far = str(folder / "far/c").lstrip("/")
    names = ["../d", "02", "anna/01", "ben/01", far]
    assert [u.utterance for u in utterances] == names
    assert [u.path for u in utterances][0::4] == ["d.wav", f"/{far}.wav"]
    assert not rejected


def test_table_rejects(folder):
    touch("data/sub/a.wav")
    touch("data/c.m4a")
    text = (
        "path,speaker,label,valence\n"
        "a.wav,1,neutral,\n"
        "./a.wav,1,neutral,\n"  # says the same
        "a.wav,1,positive,\n"
        "sub/a.wav,1,neutral,\n"
        "gone.wav,1,neutral,\n"
        "nowhere/b.wav,1,neutral,\n"
        ",1,neutral,\n"
        "b.wav,1,neutrall,\n"
        "b.wav,1,,eight\n"
        "b.wav,1,neutral,nan\n"
        "b.wav,1,neutral\n"
        "b.wav,1,neutral,4,5\n"
        "c.m4a,1,neutral,\n"
    )
    utterances, rejected = table(text)
    assert [u[:5] for u in utterances] == [
        ("a", "data/a.wav", "1", "", "neutral"),
        ("sub/a", "data/sub/a.wav", "1", "", "neutral"),
    ]
    assert reasons(rejected) == [
        ("", "malformed_row"),
        ("", "malformed_row"),
        ("", "missing_file"),
        ("a", "duplicate_utterance"),
        ("b", "invalid_rating"),
        ("b", "invalid_rating"),
        ("b", "unknown_label"),
        ("c", "unreadable"),
        ("gone", "missing_file"),
        ("nowhere/b", "missing_file"),
    ]
    assert "row 14: 'data/c.m4a' is of a type that cannot be" in rejected[7].detail
    assert [r.detail for r in rejected if r.utterance != "c"] == [
        "row 12: 3 cells, not 4 as in the header",
        "row 13: 5 cells, not 4 as in the header",
        "row 8: the path is empty",
        "row 4 is at odds with row 2: label 'positive', not 'neutral'",
        "row 10: valence 'eight' is not a number",
        "row 11: valence 'nan' is not a number",
        "row 9: label 'neutrall' is none of negative, neutral, positive, joy, rage, and"
        " not empty",
        "row 6: there is no file 'data/gone.wav'",
        "row 7: there is no file 'data/nowhere/b.wav'",
    ]
    assert rejected[3].path == "data/a.wav"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty; its first row should name path, speaker or session, label or"),
        ("\n\n", "is empty; its first row should name path"),
        ("path,speaker,label\n", "has a header and no rows; it should have one row"),
        ("path,speaker,label\n,,\n", "has a header and no rows"),
        (
            "path,speaker\na.wav,1\n",
            "has no column label or rating or valence: its first row is 'path', 'spe",
        ),
        ("File|Who\na|b\n", "has no column path, speaker or session, label or rating"),
        ("path,speaker,label,label\n", "has the column label twice"),
        (
            "path,speaker,label\na.wav,1,joy\nb.wav,,joy\n",
            "row 3: speaker and session are unknown for 'b.wav', which has a class; at",
        ),
        (
            'path,speaker,label\n"a.wav,1,joy\nb.wav,1,joy\n',
            "row 2 is not valid CSV .* a cell should stand in quotes as a whole",
        ),
        (
            "path,speaker,label,valence\na.wav,1,joy,4\nb.wav,1,joy,8\n",
            "row 3, valence: '8' is not on the scale from 1 to 7; correct it, or the",
        ),
        (
            "path,speaker,label\na.wav,s1,\nb.wav,s1,\n",
            "the reader 'table' can use: 2 have none, for example 'data/a.wav'",
        ),
        (
            "path,speaker,label\na.wav,M\udcfcller,neutral\n",
            r"is not UTF-8 \(byte 0xfc\); it should be saved as CSV in UTF-8",
        ),
        (
            "path,speaker,label\na.wav,1,happy\n",
            "no utterance with a label that the reader 'table' can use: unknown_label"
            " 1; for example, row 2: label 'happy' is none of negative, neutral,",
        ),
    ],
)
def test_table_input_errors(folder, text, message):
    with pytest.raises(InputError, match=rf"^data/mine.csv,? .*{message}"):
        table(text)


def test_table_missing_or_a_folder(folder):
    for path, words in [("none.csv", "No such file"), (folder, "Is a directory")]:
        with pytest.raises(InputError, match=rf"cannot be read \({words}.*CSV"):
            read("table", path)


# Words and ratings


@pytest.mark.parametrize(
    "word",
    ["Zoë", "ZOE\u0308", " zoë\t", "\ufeffzoë", "Ｚｏë", "z\u00adoë", "\u200b zoë"],
)
def test_words_are_the_same_but_for_case_space_and_unicode_form(word):
    assert common.normalised(word) == "zoë"


@pytest.mark.parametrize(
    ("bounds", "at_bounds"),
    [
        ([4], "a"),
        ([3, 5], "ac"),
        ([2, 4, 6], "abd"),
        ([2, 3, 5, 6], "abde"),
        ([1, 2, 3, 4, 5], "abcef"),
    ],
)
def test_a_rating_at_a_bound_is_of_the_class_further_from_the_middle(bounds, at_bounds):
    classes = "abcdef"[: len(bounds) + 1]
    labelling = common.Labelling.of({"classes": classes, "rating": {"bounds": bounds}})
    assert [*map(labelling.of_rating, bounds)] == [*at_bounds]
    assert [labelling.of_rating(b + 0.01) for b in bounds] == [*classes[1:]]
    assert labelling.of_rating(bounds[0] - 0.01) == "a"


def test_a_word_may_be_of_another_class_than_the_one_of_its_name():
    labelling = common.Labelling.of({"labels": {"Neutral": "negative"}})
    assert labelling.of_word("neutral") == "negative"


# Speech without labels, beside the corpus


def beside(*unlabelled, text="path,speaker,label\na.wav,s1,joy\n"):
    """Read the table with one labelled file, and speech without labels."""
    utterances, rejected = table(text, unlabelled=[str(each) for each in unlabelled])
    return [u for u in utterances if u != A], rejected


def test_the_folder_of_the_table_gives_the_files_it_does_not_name(folder):
    touch("data/sub/c.flac", "data/x.m4a")
    text = "path,speaker,label\na.wav,s1,joy\nb.wav,s1,unknown\n"
    for place in ("data", folder / "data", "./data/"):
        found, rejected = beside(place, text=text)
        assert [u.utterance for u in found] == ["sub/c"]
        assert found[0].voice == "utterance sub/c" and not found[0].label
        # Of b.wav the table has told already.
        assert reasons(rejected) == [("b", "unknown_label"), ("x", "unreadable")]


def test_folders_elsewhere_begin_ids_with_their_names(folder, monkeypatch):
    touch("far/calls/1.wav", "far/calls/x/2.wav")
    found, _ = beside("far/calls", "far")
    assert [(u.utterance, u.path) for u in found] == [
        ("calls/1", "far/calls/1.wav"),
        ("calls/x/2", "far/calls/x/2.wav"),
    ]
    monkeypatch.setenv("HOME", str(folder))
    found, _ = beside("~/far")
    assert [u.utterance for u in found] == ["far/calls/1", "far/calls/x/2"]


def test_a_table_may_name_who_speaks(folder):
    touch("far/1.wav", "2.wav", "elsewhere/3.wav")
    rows = ["1.wav,anna,", "../2.wav,,day 1", f"{folder}/elsewhere/3.wav,,", "4.wav,,"]
    rows += [f"{folder}/data/b.wav,ben,", "1.wav,anna,", "../data/a.wav,,"]
    Path("far/list.csv").write_text("\n".join(["path,speaker,session", *rows, ""]))
    found, rejected = beside("far/list.csv")
    assert [(u.utterance, u.path, u.speaker, u.session) for u in found] == sorted(
        [
            ("b", str(folder / "data/b.wav"), "ben", ""),
            ("far/1", "far/1.wav", "anna", ""),
            (f"{folder}/2"[1:], "2.wav", "", "day 1"),
            (f"{folder}/elsewhere/3"[1:], f"{folder}/elsewhere/3.wav", "", ""),
        ]
    )
    assert reasons(rejected) == [("far/4", "missing_file")]
    assert rejected[0].detail.startswith("far/list.csv, row 5: there is no file")


def test_links_to_the_corpus_are_seen_through(folder):
    touch("data/a.wav", "data/b.wav")
    Path("link").symlink_to("data")
    found, _ = beside("link")
    assert [u.utterance for u in found] == ["b"]


def test_two_files_of_one_id_are_an_error(folder):
    touch("x/calls/1.wav", "y/calls/1.wav")
    with pytest.raises(InputError) as error:
        beside("x/calls", "y/calls")
    assert str(error.value) == (
        "'x/calls/1.wav' and 'y/calls/1.wav' have the same id 'calls/1', the path"
        " without ending; rename or remove one of them"
    )


def test_places_without_speech_are_errors(folder):
    with pytest.raises(InputError, match="corpus.unlabelled: there is no 'gone'"):
        beside("gone")
    Path("empty").mkdir()
    with pytest.raises(InputError, match="empty has no audio file; corpus.unlabelled"):
        beside("empty")
    Path("list.csv").write_text("file\ndata/b.wav\n")
    with pytest.raises(InputError, match="list.csv has no column path: its first row"):
        beside("list.csv")


def test_speech_without_labels_beside_other_corpora(folder):
    touch("corpus/03a01Fa.wav", "corpus/03a01Na.wav", "more/x.wav")
    utterances, _ = read("emodb", unlabelled=["more", "corpus"])
    assert [u.utterance for u in utterances] == ["03a01Fa", "03a01Na", "more/x"]
    utterances, _ = msp(row("0001_0001"), unlabelled=["more", "corpus/Audios"])
    assert [u.utterance for u in utterances] == ["MSP-PODCAST_0001_0001", "more/x"]


# All readers


def test_readers_need_the_standard_library_only():
    """They run while the workflow is parsed, where every import costs."""
    code = (
        "import sys, speechcodes.corpus.readers.registry; "
        "print(sorted({m.partition('.')[0] for m in sys.modules}"
        " - set(sys.stdlib_module_names)))"
    )
    scripts = Path(registry.__file__).parents[3]
    loaded = subprocess.run(
        [sys.executable, "-S", "-c", code],
        env={**os.environ, "PYTHONPATH": scripts},
        capture_output=True,
        text=True,
        check=True,
    )
    assert loaded.stdout.strip() == "['__main__', 'speechcodes']"
