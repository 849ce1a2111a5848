"""The corpus readers, on empty files: no reader ever looks into the audio."""

import logging
import os
import subprocess
import sys
import unicodedata
from collections import Counter
from pathlib import Path

import pytest

from speechcodes.corpus.readers import common, registry
from speechcodes.errors import InputError
from speechcodes.records import Rejected, Utterance

THRESHOLDS = {"negative_at_most": 3, "positive_at_least": 5}
EMOTIONS = {
    "neutral": "neutral",
    "calm": "neutral",
    "happy": "positive",
    "surprised": "positive",
    "sad": "negative",
    "angry": "negative",
    "fearful": "negative",
    "disgust": "negative",
}
NOUNS = {
    "neutral": "neutral",
    "happiness": "positive",
    "anger": "negative",
    "boredom": "negative",
    "disgust": "negative",
    "fear": "negative",
    "sadness": "negative",
}
WORDS = {
    "emodb": NOUNS,
    "crema_d": {word: label for word, label in NOUNS.items() if word != "boredom"},
}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Stand in an empty folder, so that relative paths are short and known."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def touch(*paths):
    for path in map(Path, paths):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def read(reader, path="corpus", emotions=EMOTIONS):
    return registry.read(
        {
            "name": "mine",
            "reader": reader,
            "path": str(path),
            "emotions": emotions,
            "valence": THRESHOLDS,
        }
    )


def reasons(rejected):
    return [(reject.utterance, reject.reason) for reject in rejected]


# File names


def test_ravdess_name(folder):
    touch("corpus/Actor_12/03-01-06-02-02-01-12.wav")
    assert read("ravdess") == (
        [
            Utterance(
                utterance="03-01-06-02-02-01-12",
                path="corpus/Actor_12/03-01-06-02-02-01-12.wav",
                speaker="12",
                session="12",
                label="negative",
            )
        ],
        [],
    )


def test_ravdess_rejects(folder):
    touch(
        "corpus/01-01-03-01-01-01-01.wav",  # sound of the video
        "corpus/03-02-03-01-01-01-01.wav",  # song
        "corpus/03-01-03-01-01-01-01.wav",
        "corpus/03-01-09-01-01-01-01.wav",  # no such emotion
        "corpus/03-01-03-01-01-01-1.wav",  # a digit short
    )
    utterances, rejected = read("ravdess")
    assert [u.utterance for u in utterances] == ["03-01-03-01-01-01-01"]
    assert reasons(rejected) == [
        ("01-01-03-01-01-01-01", "not_speech"),
        ("03-01-03-01-01-01-1", "unrecognised_name"),
        ("03-01-09-01-01-01-01", "unknown_label"),
        ("03-02-03-01-01-01-01", "not_speech"),
    ]
    assert "03-01-06-01-02-01-12" in rejected[1].detail
    assert "'09' is none of 01, 02" in rejected[2].detail


def test_unmapped_emotion(folder):
    touch("corpus/03-01-03-01-01-01-01.wav", "corpus/03-01-08-01-01-01-01.wav")
    utterances, rejected = read("ravdess", emotions={"happy": "positive"})
    assert [u.label for u in utterances] == ["positive"]
    assert reasons(rejected) == [("03-01-08-01-01-01-01", "unmapped_emotion")]
    assert "'surprised'" in rejected[0].detail


@pytest.mark.parametrize(
    ("reader", "name", "speaker", "label"),
    [
        ("emodb", "03a01Fa", "03", "positive"),
        ("emodb", "16b10Wb", "16", "negative"),
        ("emodb", "08a07La", "08", "negative"),
        ("emodb", "09b03Nd", "09", "neutral"),
        ("crema_d", "1001_DFA_ANG_XX", "1001", "negative"),
        ("crema_d", "1091_IEO_HAP_HI", "1091", "positive"),
        ("crema_d", "1040_ITH_SAD_X", "1040", "negative"),
        ("crema_d", "1002_WSI_NEU_XX", "1002", "neutral"),
    ],
)
def test_emodb_and_crema_d_names(folder, reader, name, speaker, label):
    touch(f"corpus/{name}.wav")
    (utterance,), rejected = read(reader, emotions=WORDS[reader])
    assert utterance == Utterance(
        name, f"corpus/{name}.wav", speaker, speaker, label, None, ""
    )
    assert not rejected


def test_all_emotions_of_emodb_and_crema_d_have_a_word(folder):
    codes = ["ANG", "DIS", "FEA", "HAP", "NEU", "SAD"]
    touch(*(f"emodb/03a01{letter}a.wav" for letter in "WLEAFTN"))
    touch(*(f"crema/1001_DFA_{code}_XX.wav" for code in codes))
    assert len(read("emodb", "emodb", NOUNS)[0]) == 7
    assert len(read("crema_d", "crema", WORDS["crema_d"])[0]) == 6


@pytest.mark.parametrize(
    ("reader", "good", "strange", "unknown"),
    [
        ("emodb", "03a01Fa", "03a01F", "03a01Xa"),
        ("crema_d", "1001_DFA_ANG_XX", "1001-DFA-ANG-XX", "1001_DFA_SUR_XX"),
    ],
)
def test_emodb_and_crema_d_rejects(folder, reader, good, strange, unknown):
    touch(*(f"corpus/{name}.wav" for name in (good, strange, unknown)))
    utterances, rejected = read(reader, emotions=WORDS[reader])
    assert [u.utterance for u in utterances] == [good]
    assert sorted(reasons(rejected)) == sorted(
        [(strange, "unrecognised_name"), (unknown, "unknown_label")]
    )


def test_an_emotion_that_a_corpus_does_not_have_is_an_error(folder):
    touch("corpus/03a01Fa.wav")
    with pytest.raises(InputError, match=r"'angry' is no emotion .* anger, boredom"):
        read("emodb", emotions={"angry": "negative", "happiness": "positive"})


def test_a_path_that_snakemake_would_take_for_a_pattern_is_rejected(folder):
    touch("corpus/03a01Fa.wav", "corpus/{speaker}/03a01Na.wav")
    utterances, rejected = read("emodb", emotions=NOUNS)
    assert [u.utterance for u in utterances] == ["03a01Fa"]
    assert reasons(rejected) == [("03a01Na", "unsupported_name")]


def test_a_second_file_of_the_same_name_is_rejected(folder):
    touch("corpus/b/03a01Fa.wav", "corpus/a/03a01Fa.flac")
    utterances, rejected = read("emodb", emotions=NOUNS)
    assert [u.path for u in utterances] == ["corpus/a/03a01Fa.flac"]
    assert reasons(rejected) == [("03a01Fa", "duplicate_utterance")]
    assert rejected[0].path == "corpus/b/03a01Fa.wav"
    assert "corpus/a/03a01Fa.flac" in rejected[0].detail


# Finding audio


def test_any_audio_type_and_nothing_else(folder):
    audio = ["a.WAV", "b.flac", "c.Ogg", "d.opus", "e.mp3", "f.aiff", "g.aif", "h.au"]
    audio += ["i.caf", "j.w64"]
    touch(*(f"corpus/x/{name}" for name in [*audio, "README.txt", "k.mp4", "wav"]))
    paths, rejected = common.audio_files("corpus")
    assert [os.path.basename(path) for path in paths] == audio
    assert not rejected


def test_symbolic_links_are_followed_but_no_loop(folder):
    touch("elsewhere/03a01Fa.wav", "corpus/03a02Na.wav")
    Path("corpus/linked").symlink_to(folder / "elsewhere")
    Path("elsewhere/back").symlink_to(folder / "corpus")
    utterances, rejected = read("emodb", emotions=NOUNS)
    assert [u.path for u in utterances] == [
        "corpus/linked/03a01Fa.wav",
        "corpus/03a02Na.wav",
    ]
    assert not rejected


def test_a_link_to_nothing_is_a_missing_file(folder):
    touch("corpus/03a01Fa.wav")
    Path("corpus/03a02Na.wav").symlink_to(folder / "gone.wav")
    utterances, rejected = read("emodb", emotions=NOUNS)
    assert [u.utterance for u in utterances] == ["03a01Fa"]
    assert reasons(rejected) == [("03a02Na", "missing_file")]


@pytest.mark.skipif(sys.platform != "linux", reason="file names are UTF-8 elsewhere")
def test_a_name_that_is_not_utf8_is_rejected_and_can_be_written(folder):
    touch("corpus/03a01Fa.wav")
    Path(os.fsdecode(b"corpus/M\xfcller.wav")).touch()
    _, rejected = read("emodb", emotions=NOUNS)
    assert [reject.reason for reject in rejected] == ["unrecognised_name"]
    "".join(rejected[0]).encode()


def test_paths_are_normalised_and_stay_relative(folder):
    touch("corpus/03a01Fa.wav")
    (utterance,), _ = read("emodb", "./corpus/../corpus/", NOUNS)
    assert utterance.path == "corpus/03a01Fa.wav"
    (utterance,), _ = read("emodb", folder / "corpus", NOUNS)
    assert utterance.path == str(folder / "corpus/03a01Fa.wav")


def test_an_unreadable_folder_is_told(folder, monkeypatch):
    def forbid(path):
        raise PermissionError(13, "Permission denied")

    touch("corpus/03a01Fa.wav")
    monkeypatch.setattr(os, "scandir", forbid)
    with pytest.raises(InputError, match=r"corpus cannot be listed \(Permission"):
        read("emodb")


@pytest.mark.parametrize("reader", ["ravdess", "emodb", "crema_d"])
def test_folder_missing_or_without_audio(folder, reader):
    with pytest.raises(InputError, match="^corpus is not a folder; corpus.path should"):
        read(reader)
    touch("corpus/README.txt")
    with pytest.raises(InputError, match="^corpus has no audio file; corpus.path"):
        read(reader)


def test_no_utterance_left(folder):
    touch("corpus/a.wav", "corpus/b.wav", "corpus/03-02-03-01-01-01-01.wav")
    with pytest.raises(InputError) as error:
        read("ravdess")
    assert str(error.value) == (
        "corpus has no utterance that the reader 'ravdess' can use: unrecognised_name"
        " 2, not_speech 1; for example, 'a' is not a name such as 03-01-06-01-02-01-12"
    )


def test_unknown_reader(folder):
    with pytest.raises(InputError, match="'iemocap' is none of the readers: crema_d,"):
        read("iemocap")


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


def msp(rows, labels="Labels/labels_consensus.csv", audio="Audios", extra=()):
    """Make a corpus of rows (number, valence, speaker, partition) and their audio."""
    names = [f"MSP-PODCAST_{number}.wav" for number, *_ in rows]
    touch(*(f"corpus/{audio}/{name}" for name in [*names, *extra]), f"corpus/{labels}")
    write_msp_labels(zip(names, rows, strict=True), labels)


def write_msp_labels(named_rows, labels="Labels/labels_consensus.csv"):
    lines = [
        f"{name},N,4.0,{valence},4.0,{speaker},Male,{partition}\n"
        for name, (_, valence, speaker, partition) in named_rows
    ]
    Path("corpus", labels).write_text(HEADER + "".join(lines))


@pytest.mark.parametrize("labels", ["labels_consensus.csv", "labels_concensus.csv"])
@pytest.mark.parametrize("place", ["", "Labels/"])
@pytest.mark.parametrize("audio", ["Audios", "Audio", ""])
def test_msp_podcast_layouts(folder, labels, place, audio):
    msp([("0023_0017", 1.2, 7, "Train")], place + labels, audio)
    assert read("msp_podcast") == (
        [
            Utterance(
                utterance="MSP-PODCAST_0023_0017",
                path=os.path.join("corpus", audio, "MSP-PODCAST_0023_0017.wav"),
                speaker="7",
                session="0023",
                label="negative",
                valence=1.2,
                partition="Train",
            )
        ],
        [],
    )


def test_msp_podcast_classes_at_their_thresholds(folder):
    values = [1, 3, 3.01, 4.99, 5, 7]
    msp([(f"0001_000{i}", value, 1, "Train") for i, value in enumerate(values)])
    utterances, _ = read("msp_podcast")
    assert [u.label for u in utterances] == (
        ["negative"] * 2 + ["neutral"] * 2 + ["positive"] * 2
    )


def test_msp_podcast_partitions(folder):
    found = ["Train", "Development", "Validation", "Test1", "Test2", "Test3", "NA"]
    msp([(f"0001_000{i}", 4, 1, name) for i, name in enumerate(found)])
    utterances, _ = read("msp_podcast")
    assert [u.partition for u in utterances] == (
        ["Train", "Development", "Development", "Test1", "Test2", "Test3", ""]
    )


def test_msp_podcast_unknown_speakers_are_counted(folder, caplog):
    rows = [("0001_0001", 4, "Unknown", "Train"), ("0002_0001_0003", 4, 5, "Train")]
    msp(rows)
    with caplog.at_level(logging.INFO):
        utterances, _ = read("msp_podcast")
    assert [(u.speaker, u.session) for u in utterances] == [("", "0001"), ("5", "0002")]
    assert caplog.messages == [
        "mine: 2 utterances, 1 of them of unknown speakers; 0 files or rows rejected"
    ]


def test_msp_podcast_rejects(folder):
    good = ("0001_0001", 4, 1, "Train")
    msp([good], extra=["MSP-PODCAST_0001_0009.wav", "MSP-PODCAST_0001_0001.flac"])
    touch(*(f"corpus/Audios/MSP-PODCAST_0001_000{i}.wav" for i in (3, 4, 5)))
    rows = [
        ("MSP-PODCAST_0001_0001.wav", good),
        ("MSP-PODCAST_0001_0001.wav", good),  # the same once more
        ("MSP-PODCAST_0001_0002.wav", good),  # no file
        ("MSP-PODCAST_0001_0003.wav", ("", "", 1, "Train")),
        ("MSP-PODCAST_0001_0004.wav", ("", 7.01, 1, "Train")),
        ("MSP-PODCAST_0001_0005.wav", ("", "nan", 1, "Train")),
        ("MSP-IMPROV_0001_0006.wav", good),
        ("MSP-PODCAST_0001_0001.wav", ("", 4, 2, "Train")),  # another speaker
    ]
    write_msp_labels(rows)
    utterances, rejected = read("msp_podcast")
    assert [(u.utterance, u.path) for u in utterances] == [
        # Of two files with one name the first in sorted order.
        ("MSP-PODCAST_0001_0001", "corpus/Audios/MSP-PODCAST_0001_0001.flac")
    ]
    assert reasons(rejected) == [
        ("MSP-IMPROV_0001_0006", "unrecognised_name"),
        ("MSP-PODCAST_0001_0001", "duplicate_utterance"),
        ("MSP-PODCAST_0001_0001", "duplicate_utterance"),
        ("MSP-PODCAST_0001_0002", "missing_file"),
        ("MSP-PODCAST_0001_0003", "invalid_valence"),
        ("MSP-PODCAST_0001_0004", "invalid_valence"),
        ("MSP-PODCAST_0001_0005", "invalid_valence"),
        ("MSP-PODCAST_0001_0009", "no_label_row"),
    ]
    details = [reject.detail for reject in rejected]
    assert "row 9 is at odds with row 2: speaker '2', not '1'" in details
    assert "row 4: there is no 'corpus/Audios/MSP-PODCAST_0001_0002.wav'" in details
    assert "row 6: valence '7.01' is not a number from 1 to 7" in details


def test_msp_podcast_broken_link_is_told_once(folder):
    msp([("0001_0001", 4, 1, "Train"), ("0001_0002", 4, 1, "Train")])
    Path("corpus/Audios/MSP-PODCAST_0001_0002.wav").unlink()
    for number in ("0001_0002", "0001_0003"):
        link = Path(f"corpus/Audios/MSP-PODCAST_{number}.wav")
        link.symlink_to(folder / "gone.wav")
    _, rejected = read("msp_podcast")
    assert reasons(rejected) == [
        ("MSP-PODCAST_0001_0002", "missing_file"),
        ("MSP-PODCAST_0001_0003", "missing_file"),
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


def test_msp_podcast_label_file_without_a_column(folder):
    touch("corpus/Audios/MSP-PODCAST_0001_0001.wav")
    Path("corpus/labels_consensus.csv").write_text("FileName,EmoVal,SpkrID\na,1,2\n")
    with pytest.raises(InputError) as error:
        read("msp_podcast")
    assert str(error.value) == (
        "corpus/labels_consensus.csv has no column Split_Set: its first row is"
        " 'FileName', 'EmoVal', 'SpkrID' and should name FileName, EmoVal, SpkrID,"
        " Split_Set"
    )


# A table of one's own


def table(text, encoding="utf-8", audio=("a.wav", "b.wav")):
    touch(*(f"data/{name}" for name in audio))
    Path("data/mine.csv").write_bytes(text.encode(encoding))
    return read("table", "data/mine.csv", {"joy": "positive", "rage": "negative"})


A = Utterance("a", "data/a.wav", "s1", "s1", "positive")
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


def test_table_cells_are_stripped(folder):
    text = 'path , speaker, label\na.wav , "s1", positive \n'
    assert table(text) == ([A], [])


def test_table_labels(folder):
    text = (
        "path,speaker,label,valence\n"
        "a.wav,1,joy,\n"
        "b.wav,1,negative,6.5\n"  # the label decides
        "c.wav,1,,6.5\n"
        "d.wav,1,neutral,2\n"
    )
    utterances, rejected = table(text, audio=["a.wav", "b.wav", "c.wav", "d.wav"])
    assert [(u.label, u.valence) for u in utterances] == [
        ("positive", None),
        ("negative", 6.5),
        ("positive", 6.5),
        ("neutral", 2.0),
    ]
    assert not rejected


def test_table_valence_only_with_decimal_commas(folder):
    utterances, rejected = table("path;speaker;valence\na.wav;1;3,0\nb.wav;1;3,5\n")
    assert [(u.label, u.valence) for u in utterances] == [
        ("negative", 3.0),
        ("neutral", 3.5),
    ]
    assert not rejected


def test_table_without_a_map_of_emotions(folder):
    touch("a.wav")
    Path("mine.csv").write_text("path,speaker,label\na.wav,1,neutral\n")
    corpus = {"name": "x", "reader": "table", "path": "mine.csv", "valence": THRESHOLDS}
    assert registry.read(corpus) == ([Utterance("a", "a.wav", "1", "1", "neutral")], [])


def test_table_session_without_speaker(folder):
    utterances, _ = table("path,speaker,label,session\na.wav,,neutral,call 7\n")
    assert utterances == [Utterance("a", "data/a.wav", "", "call 7", "neutral")]


def test_table_absolute_and_upward_paths(folder):
    touch("far/c.wav", "d.wav")
    text = f"path,speaker,label\n{folder}/far/c.wav,1,neutral\n../d.wav,1,neutral\n"
    utterances, _ = table(text)
    assert [u.path for u in utterances] == [str(folder / "far/c.wav"), "d.wav"]


def test_table_strange_names_survive(folder):
    name = unicodedata.normalize("NFC", 'Zoë\'s "crème", 声.wav')
    quoted = name.replace('"', '""')
    text = f'path,speaker,label\n"{quoted}",Zoë,neutral\n'
    utterances, _ = table(text, audio=[name])
    assert utterances == [Utterance(name[:-4], f"data/{name}", "Zoë", "Zoë", "neutral")]


def test_table_rejects(folder):
    touch("data/sub/a.wav")
    text = (
        "path,speaker,label,valence\n"
        "a.wav,1,neutral,\n"
        "./a.wav,1,neutral,\n"  # says the same
        "a.wav,1,positive,\n"
        "sub/a.wav,1,neutral,\n"
        "gone.wav,1,neutral,\n"
        "nowhere/b.wav,1,neutral,\n"
        ",1,neutral,\n"
        "b.wav,1,Neutral,\n"
        "b.wav,1,,eight\n"
        "b.wav,1,neutral,8\n"
        "b.wav,1,,\n"
        "b.wav,1,neutral\n"
        "b.wav,1,neutral,4,5\n"
    )
    utterances, rejected = table(text)
    assert utterances == [Utterance("a", "data/a.wav", "1", "1", "neutral")]
    assert rejected == sorted(
        Rejected(*reject)
        for reject in [
            (
                "a",
                "data/a.wav",
                "duplicate_utterance",
                "row 4 is at odds with row 2: label 'positive', not 'neutral'",
            ),
            (
                "a",
                "data/sub/a.wav",
                "duplicate_utterance",
                "row 5 is at odds with row 2: path 'data/sub/a.wav', not 'data/a.wav'",
            ),
            (
                "gone",
                "data/gone.wav",
                "missing_file",
                "row 6: there is no file 'data/gone.wav'",
            ),
            (
                "b",
                "data/nowhere/b.wav",
                "missing_file",
                "row 7: there is no file 'data/nowhere/b.wav'",
            ),
            ("", "", "missing_file", "row 8: the path is empty"),
            (
                "b",
                "data/b.wav",
                "unknown_label",
                "row 9: label 'Neutral' is none of"
                " negative, neutral, positive, joy, rage",
            ),
            (
                "b",
                "data/b.wav",
                "invalid_valence",
                "row 10: valence 'eight' is not a number from 1 to 7",
            ),
            (
                "b",
                "data/b.wav",
                "invalid_valence",
                "row 11: valence '8' is not a number from 1 to 7",
            ),
            (
                "b",
                "data/b.wav",
                "missing_label",
                "row 12: neither label nor valence is given",
            ),
            ("", "", "malformed_row", "row 13: 3 cells, not 4 as in the header"),
            ("", "", "malformed_row", "row 14: 5 cells, not 4 as in the header"),
        ]
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty; its first row should name path, speaker, label or valence"),
        ("\n\n", "is empty; its first row should name path"),
        ("path,speaker,label\n", "has a header and no rows; it should have one row"),
        ("path,speaker,label\n,,\n", "has a header and no rows"),
        (
            "path,speaker\na.wav,1\n",
            "has no column label or valence: its first row is 'path', 'speaker' and",
        ),
        ("File|Who\na|b\n", "has no column path, speaker, label or valence: its first"),
        ("path,speaker,label,label\n", "has the column label twice"),
        (
            "path,speaker,label\na.wav,1,joy\nb.wav,,joy\n",
            "row 3: speaker and session are empty for 'b.wav'; at least one should be",
        ),
        (
            'path,speaker,label\n"a.wav,1,joy\nb.wav,1,joy\n',
            "row 2 is not valid CSV .* a cell should stand in quotes as a whole",
        ),
        (
            "path,speaker,label\na.wav,1,happy\n",
            "no utterance that the reader 'table' can use: unknown_label 1; for"
            " example, row 2: label 'happy' is none of negative, neutral,",
        ),
    ],
)
def test_table_input_errors(folder, text, message):
    with pytest.raises(InputError, match=rf"^data/mine.csv,? .*{message}"):
        table(text)


def test_table_in_another_encoding(folder):
    text = "path,speaker,label\na.wav,Müller,neutral\n"
    with pytest.raises(InputError, match=r"is not UTF-8 \(byte 0xfc\); it should"):
        table(text, encoding="latin-1")
    with pytest.raises(InputError, match=r"is not UTF-8 \(byte 0xff\); it should"):
        table(text, encoding="utf-16")


def test_table_missing_or_a_folder(folder):
    with pytest.raises(InputError, match="^none.csv cannot be read .No such file.*CSV"):
        read("table", "none.csv")
    with pytest.raises(InputError, match=r"cannot be read \(Is a directory\)"):
        read("table", folder)


def test_table_in_a_folder_that_may_not_be_listed(folder, monkeypatch):
    def forbid(path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "scandir", forbid)
    assert table("path,speaker,label\na.wav,s1,joy\n") == ([A], [])


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
