"""The corpus readers, on empty files: no reader ever looks into the audio."""

import logging
import os
import subprocess
import sys
import unicodedata
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speechcodes.corpus.readers import audio_files, common, registry
from speechcodes.errors import InputError
from speechcodes.records import Rejected, Utterance

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


def read(reader, path="corpus", labels=None, **section):
    labels = LABELS if labels is None and reader == "ravdess" else labels or {}
    corpus = {"name": "mine", "reader": reader, "path": str(path), "labels": labels}
    return registry.read({**corpus, **section})


def reasons(rejected):
    return [(reject.utterance, reject.reason) for reject in rejected]


# File names


def test_ravdess_name(folder):
    touch("corpus/Actor_12/03-01-06-02-02-01-12.wav")
    assert read("ravdess") == (
        [
            Utterance(
                utterance="Actor_12/03-01-06-02-02-01-12",
                path="corpus/Actor_12/03-01-06-02-02-01-12.wav",
                speaker="12",
                session="",
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
    utterances, rejected = read("ravdess", labels={"happy": "positive"})
    assert [u.label for u in utterances] == ["positive"]
    assert reasons(rejected) == [("03-01-08-01-01-01-01", "unmapped_label")]
    assert "'surprised'" in rejected[0].detail


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
    (utterance,), rejected = read(reader, labels=WORDS[reader])
    assert utterance == Utterance(name, f"corpus/{name}.wav", speaker, "", label)
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
    utterances, rejected = read(reader, labels=WORDS[reader])
    assert [u.utterance for u in utterances] == [good]
    assert sorted(reasons(rejected)) == sorted(
        [(strange, "unrecognised_name"), (unknown, "unknown_label")]
    )


def test_an_emotion_that_a_corpus_does_not_have_is_an_error(folder):
    touch("corpus/03a01Fa.wav")
    with pytest.raises(InputError, match=r"'angry' is no label .* anger, boredom"):
        read("emodb", labels={"angry": "negative", "happiness": "positive"})


def test_a_path_that_snakemake_would_take_for_a_pattern_is_rejected(folder):
    touch("corpus/03a01Fa.wav", "corpus/{speaker}/03a01Na.wav")
    utterances, rejected = read("emodb", labels=NOUNS)
    assert [u.utterance for u in utterances] == ["03a01Fa"]
    assert reasons(rejected) == [("{speaker}/03a01Na", "unsupported_name")]


def test_a_second_file_of_the_same_name_is_rejected(folder):
    touch("corpus/a/03a01Fa.wav", "corpus/a/03a01Fa.flac")
    utterances, rejected = read("emodb", labels=NOUNS)
    assert [u.path for u in utterances] == ["corpus/a/03a01Fa.flac"]
    assert reasons(rejected) == [("a/03a01Fa", "duplicate_utterance")]
    assert rejected[0].path == "corpus/a/03a01Fa.wav"
    assert "corpus/a/03a01Fa.flac" in rejected[0].detail


def test_files_of_one_name_in_two_folders_are_two_utterances(folder):
    touch("corpus/b/03a01Fa.wav", "corpus/a/03a01Fa.wav", "corpus/03a01Fa.wav")
    utterances, rejected = read("emodb", labels=NOUNS)
    assert [u.utterance for u in utterances] == ["03a01Fa", "a/03a01Fa", "b/03a01Fa"]
    assert not rejected


def test_ids_are_the_same_wherever_the_corpus_is_named_from(folder, monkeypatch):
    touch("corpus/a.b/03a01Fa.c.wav", "corpus/a.b/03a01Fa.wav")
    for path in ("corpus", "./corpus/", folder / "corpus", "corpus/../corpus"):
        utterances, _ = read("emodb", path, NOUNS)
        assert [u.utterance for u in utterances] == ["a.b/03a01Fa"]
    monkeypatch.chdir("corpus")
    assert read("emodb", ".", NOUNS)[0][0].utterance == "a.b/03a01Fa"


@pytest.mark.parametrize(
    ("path", "name"),
    [("a/b.c.wav", "a/b.c"), ("a.b/c", "a.b/c"), (".wav", ".wav")]
    + [("a/.wav", "a/.wav"), ("...wav", ".."), ("a/..wav", "a/.")],
)
def test_only_the_ending_of_a_name_is_cut_off(path, name):
    assert audio_files.without_ending(path) == name


# Finding audio


def test_any_audio_type_and_nothing_else(folder):
    audio = ["a.WAV", "b.flac", "c.Ogg", "d.opus", "e.mp3", "f.aiff", "g.aif", "h.au"]
    audio += ["i.caf", "j.w64"]
    touch(*(f"corpus/x/{name}" for name in [*audio, "README.txt", "k.avi", "wav"]))
    paths, rejected = audio_files.audio_files("corpus")
    assert [os.path.basename(path) for path in paths] == audio
    assert not rejected


@pytest.mark.parametrize(
    "ending", [".m4a", ".WebM", ".wma", ".mp4", ".aac", ".amr", ".3gp"]
)
def test_audio_that_must_be_converted_is_rejected_until_it_is(folder, ending):
    touch("corpus/03a01Fa.wav", f"corpus/x/03a02Na{ending}")
    _, (reject,) = read("emodb", labels=NOUNS)
    assert reject[:3] == ("x/03a02Na", f"corpus/x/03a02Na{ending}", "unreadable")
    assert f"convert it, for example by ffmpeg -i NAME{ending} NAME.wav" in (
        reject.detail
    )
    touch("corpus/x/03a02Na.wav")
    utterances, rejected = read("emodb", labels=NOUNS)
    assert len(utterances) == 2 and not rejected


def test_a_folder_of_audio_that_must_be_converted_says_so(folder):
    touch("corpus/03a01Fa.m4a")
    with pytest.raises(InputError, match=r"unreadable 1; .* ffmpeg -i NAME.m4a"):
        read("emodb", labels=NOUNS)


def test_symbolic_links_are_followed_but_no_loop(folder):
    touch("elsewhere/03a01Fa.wav", "corpus/03a02Na.wav")
    Path("corpus/linked").symlink_to(folder / "elsewhere")
    Path("elsewhere/back").symlink_to(folder / "corpus")
    utterances, rejected = read("emodb", labels=NOUNS)
    assert [u.path for u in utterances] == [
        "corpus/03a02Na.wav",
        "corpus/linked/03a01Fa.wav",
    ]
    assert not rejected


def test_a_link_to_nothing_is_a_missing_file(folder):
    touch("corpus/03a01Fa.wav")
    Path("corpus/03a02Na.wav").symlink_to(folder / "gone.wav")
    utterances, rejected = read("emodb", labels=NOUNS)
    assert [u.utterance for u in utterances] == ["03a01Fa"]
    assert reasons(rejected) == [("03a02Na", "missing_file")]


@pytest.mark.skipif(sys.platform != "linux", reason="file names are UTF-8 elsewhere")
def test_a_name_that_is_not_utf8_is_rejected_and_can_be_written(folder):
    touch("corpus/03a01Fa.wav")
    Path(os.fsdecode(b"corpus/M\xfcller.wav")).touch()
    _, rejected = read("emodb", labels=NOUNS)
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
        "corpus has no utterance with a label that the reader 'ravdess' can use:"
        " unrecognised_name 2, not_speech 1; for example, 'a' is not a name such as"
        " 03-01-06-01-02-01-12"
    )


def test_unknown_reader(folder):
    with pytest.raises(InputError, match="'iemocap' is none of the readers: .*ravdess"):
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
                value=1.2,
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
        "mine: 2 utterances, 0 of them without a label and 1 of unknown speakers;"
        " 0 files or rows rejected"
    ]


def test_msp_podcast_rejects(folder):
    good = ("0001_0001", 4, 1, "Train")
    msp([good], extra=["MSP-PODCAST_0001_0009.wav", "MSP-PODCAST_0001_0001.flac"])
    touch(*(f"corpus/Audios/MSP-PODCAST_0001_000{i}.wav" for i in (3, 5)))
    touch("corpus/Audios/jingle.wav")
    rows = [
        ("MSP-PODCAST_0001_0001.wav", good),
        ("MSP-PODCAST_0001_0001.wav", good),  # the same once more
        ("MSP-PODCAST_0001_0002.wav", good),  # no file
        ("MSP-PODCAST_0001_0003.wav", ("", "n/a", 1, "Train")),
        ("MSP-PODCAST_0001_0005.wav", ("", "nan", 1, "Train")),
        ("MSP-IMPROV_0001_0006.wav", good),
        ("MSP-PODCAST_0001_0001.wav", ("", 4, 2, "Train")),  # another speaker
    ]
    write_msp_labels(rows)
    utterances, rejected = read("msp_podcast")
    assert [(u.utterance, u.path) for u in utterances if u.label] == [
        # Of two files with one name the first in sorted order.
        ("MSP-PODCAST_0001_0001", "corpus/Audios/MSP-PODCAST_0001_0001.flac")
    ]
    assert reasons(rejected) == [
        ("MSP-IMPROV_0001_0006", "unrecognised_name"),
        ("MSP-PODCAST_0001_0001", "duplicate_utterance"),
        ("MSP-PODCAST_0001_0001", "duplicate_utterance"),
        ("MSP-PODCAST_0001_0002", "missing_file"),
        ("MSP-PODCAST_0001_0003", "invalid_rating"),
        ("MSP-PODCAST_0001_0005", "invalid_rating"),
        ("jingle", "unrecognised_name"),
    ]
    details = [reject.detail for reject in rejected]
    assert "row 8 is at odds with row 2: speaker '2', not '1'" in details
    assert "row 4: there is no 'corpus/Audios/MSP-PODCAST_0001_0002.wav'" in details
    assert "row 6: EmoVal 'nan' is not a number" in details


def test_msp_podcast_speech_without_a_rating_or_a_row_has_no_label(folder):
    rows = [("0001_0001", 4, 1, "Train"), ("0001_0002", "", 2, "Test1")]
    msp(rows, extra=["MSP-PODCAST_0009_0001.wav", "sub/MSP-PODCAST_0009_0002.wav"])
    utterances, rejected = read("msp_podcast")
    assert [(u.utterance[12:], *u[2:]) for u in utterances] == [
        ("0001_0001", "1", "0001", "neutral", 4, "Train", ""),
        ("0001_0002", "2", "0001", "", None, "Test1", ""),
        ("0009_0001", "", "0009", "", None, "", ""),
        ("AST_0009_0002", "", "0009", "", None, "", ""),
    ]
    assert utterances[3].utterance == "sub/MSP-PODCAST_0009_0002"
    assert not rejected


@pytest.mark.parametrize(
    ("column", "labels"),
    [
        ("EmoVal", ["low", "low", "high"]),
        ("EmoAct", ["high", "low", "low"]),
        ("EmoDom", ["low", "high", "high"]),
    ],
)
def test_msp_podcast_of_any_rating(folder, column, labels):
    ratings = [(1, 5, 2.5), (4, 4, 7), (4.5, 2, 5.5)]
    names = [f"MSP-PODCAST_0001_000{i}.wav" for i in range(len(ratings))]
    touch(*(f"corpus/Audios/{name}" for name in names))
    lines = [
        f"{name},N,{activity},{valence},{dominance},1,Male,Train\n"
        for name, (valence, activity, dominance) in zip(names, ratings, strict=True)
    ]
    Path("corpus/labels_consensus.csv").write_text(HEADER + "".join(lines))
    rating = {"column": column, "bounds": [4]}
    utterances, _ = read("msp_podcast", classes=["low", "high"], rating=rating)
    assert [u.label for u in utterances] == labels


def emo_classes(*codes, **section):
    """Make and read a corpus with these cells of EmoClass."""
    names = [f"MSP-PODCAST_0001_00{i:02}.wav" for i in range(len(codes))]
    touch(*(f"corpus/Audios/{name}" for name in names))
    lines = [
        f"{name},{code},1,,1,1,Male,Train\n"
        for name, code in zip(names, codes, strict=True)
    ]
    Path("corpus/labels_consensus.csv").write_text(HEADER + "".join(lines))
    return read("msp_podcast", **section)


def test_msp_podcast_of_emotions_by_letter_or_word(folder):
    labels = {"A": "angry", "happiness": "happy", "Sad": "sad"}
    utterances, rejected = emo_classes(
        *["A", "H", "S", "N", "", "X", "Q"],
        labels=labels,
        classes=["angry", "happy", "neutral", "sad"],
    )
    assert [(u.label, u.value) for u in utterances] == [
        *[("angry", None), ("happy", None), ("sad", None), ("neutral", None)],
        ("", None),
    ]
    assert [(r.reason, r.detail) for r in rejected] == [
        ("unmapped_label", "row 7: EmoClass 'X' has no class in corpus.labels"),
        (
            "unknown_label",
            "row 8: EmoClass 'Q' is none of A, S, H, U, F, D, C, N, O, X",
        ),
    ]


def test_msp_podcast_has_one_way_to_its_classes(folder):
    with pytest.raises(InputError, match="labels and corpus.rating are both given"):
        emo_classes("A", labels={"A": "negative"}, rating={"bounds": [3, 5]})
    with pytest.raises(InputError, match="'joy' is no label .* anger, sadness, happin"):
        emo_classes("A", labels={"joy": "positive"})


def test_a_rating_off_the_scale_is_an_error_that_says_so(folder):
    msp([("0001_0001", 4, 1, "Train"), ("0001_0002", 7.01, 1, "Train")])
    with pytest.raises(InputError) as error:
        read("msp_podcast")
    assert str(error.value) == (
        "corpus/Labels/labels_consensus.csv, row 3, EmoVal: '7.01' is not on the scale"
        " from 1 to 7; correct it, or the scale in corpus.rating.scale"
    )
    utterances, _ = read("msp_podcast", rating={"scale": [0, 100], "bounds": [5, 7]})
    assert [u.label for u in utterances] == ["negative", "positive"]


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
        " 'FileName', 'EmoVal', 'SpkrID' and should name FileName, SpkrID, Split_Set,"
        " EmoVal"
    )


# A table of one's own


WORDS_OF_TABLE = {"joy": "positive", "rage": "negative"}


def table(text, encoding="utf-8", audio=("a.wav", "b.wav"), **section):
    touch(*(f"data/{name}" for name in audio))
    Path("data/mine.csv").write_bytes(text.encode(encoding))
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
    assert [(u.label, u.value) for u in utterances] == [
        ("positive", None),
        ("negative", 6.5),
        ("positive", 6.5),
        ("neutral", 2.0),
    ]
    assert not rejected


def test_table_valence_only_with_decimal_commas(folder):
    utterances, rejected = table("path;speaker;valence\na.wav;1;3,0\nb.wav;1;3,5\n")
    assert [(u.label, u.value) for u in utterances] == [
        ("negative", 3.0),
        ("neutral", 3.5),
    ]
    assert not rejected


def test_table_without_a_map_of_labels(folder):
    touch("a.wav")
    Path("mine.csv").write_text("path,speaker,label\na.wav,1,neutral\n")
    corpus = {"name": "x", "reader": "table", "path": "mine.csv"}
    assert registry.read(corpus) == ([Utterance("a", "a.wav", "1", "", "neutral")], [])


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


@pytest.mark.parametrize(
    ("columns", "column"),
    [
        ("rating,valence", "rating"),
        ("valence,rating", "rating"),
        ("valence", "valence"),
    ],
)
def test_table_column_of_ratings_by_default(folder, columns, column):
    cells = {"rating": "7", "valence": "1"}
    row = ",".join(cells[name] for name in columns.split(","))
    utterances, _ = table(f"path,speaker,{columns}\na.wav,s1,{row}\n")
    assert utterances[0].value == float(cells[column])


def test_table_must_have_the_column_of_ratings_that_is_named(folder):
    with pytest.raises(InputError, match="no column EmoAct: its first row is"):
        table("path,speaker,label\na.wav,s1,joy\n", rating={"column": "EmoAct"})


def test_table_rating_off_the_scale_is_an_error_that_says_so(folder):
    text = "path,speaker,label,valence\na.wav,1,joy,4\nb.wav,1,joy,8\n"
    with pytest.raises(InputError) as error:
        table(text)
    assert str(error.value) == (
        "data/mine.csv, row 3, valence: '8' is not on the scale from 1 to 7; correct"
        " it, or the scale in corpus.rating.scale"
    )


def test_table_ratings_of_other_classes_need_bounds(folder):
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


def test_table_without_any_label(folder):
    with pytest.raises(InputError) as error:
        table("path,speaker,label\na.wav,s1,\nb.wav,s1,\n")
    assert str(error.value) == (
        "data/mine.csv has no utterance with a label that the reader 'table' can use:"
        " 2 have none, for example 'data/a.wav'"
    )


def test_table_session_without_speaker(folder):
    utterances, _ = table("path,speaker,label,session\na.wav,,neutral,call 7\n")
    assert utterances == [Utterance("a", "data/a.wav", "", "call 7", "neutral")]


def test_table_absolute_and_upward_paths(folder):
    touch("far/c.wav", "d.wav")
    text = f"path,speaker,label\n{folder}/far/c.wav,1,neutral\n../d.wav,1,neutral\n"
    utterances, _ = table(text)
    far = str(folder / "far/c")
    assert [(u.utterance, u.path) for u in utterances] == [
        ("../d", "d.wav"),
        (far.lstrip("/"), f"{far}.wav"),
    ]


def test_table_ids_are_paths_below_its_folder(folder):
    rows = ["anna/01.wav,anna", "./ben//01.wav,ben", f"{folder}/data/02.wav,ben"]
    text = "\n".join(["path,speaker,label", *(f"{row},joy" for row in rows), ""])
    utterances, rejected = table(text, audio=["anna/01.wav", "ben/01.wav", "02.wav"])
    assert [u.utterance for u in utterances] == ["02", "anna/01", "ben/01"]
    assert not rejected


def test_table_of_audio_that_must_be_converted(folder):
    text = "path,speaker,label\na.wav,1,joy\nb.m4a,1,joy\n"
    _, (reject,) = table(text, audio=["a.wav", "b.m4a"])
    assert (reject.utterance, reject.reason) == ("b", "unreadable")
    assert reject.detail.startswith("row 3: 'data/b.m4a' is of a type that cannot be")


def test_table_strange_names_survive(folder):
    name = unicodedata.normalize("NFC", 'Zoë\'s "crème", 声.wav')
    quoted = name.replace('"', '""')
    text = f'path,speaker,label\n"{quoted}",Zoë,neutral\n'
    utterances, _ = table(text, audio=[name])
    assert utterances == [Utterance(name[:-4], f"data/{name}", "Zoë", "", "neutral")]


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
        "b.wav,1,neutrall,\n"
        "b.wav,1,,eight\n"
        "b.wav,1,neutral,nan\n"
        "b.wav,1,neutral\n"
        "b.wav,1,neutral,4,5\n"
    )
    utterances, rejected = table(text)
    assert [u[:5] for u in utterances] == [
        ("a", "data/a.wav", "1", "", "neutral"),
        ("sub/a", "data/sub/a.wav", "1", "", "neutral"),
    ]
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
                "gone",
                "data/gone.wav",
                "missing_file",
                "row 6: there is no file 'data/gone.wav'",
            ),
            (
                "nowhere/b",
                "data/nowhere/b.wav",
                "missing_file",
                "row 7: there is no file 'data/nowhere/b.wav'",
            ),
            ("", "", "missing_file", "row 8: the path is empty"),
            (
                "b",
                "data/b.wav",
                "unknown_label",
                "row 9: label 'neutrall' is none of"
                " negative, neutral, positive, joy, rage, and not empty",
            ),
            (
                "b",
                "data/b.wav",
                "invalid_rating",
                "row 10: valence 'eight' is not a number",
            ),
            (
                "b",
                "data/b.wav",
                "invalid_rating",
                "row 11: valence 'nan' is not a number",
            ),
            ("", "", "malformed_row", "row 12: 3 cells, not 4 as in the header"),
            ("", "", "malformed_row", "row 13: 5 cells, not 4 as in the header"),
        ]
    )


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
            "row 3: speaker and session are empty for 'b.wav', which has a class; at",
        ),
        (
            'path,speaker,label\n"a.wav,1,joy\nb.wav,1,joy\n',
            "row 2 is not valid CSV .* a cell should stand in quotes as a whole",
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


# Words and ratings


@pytest.mark.parametrize(
    "word",
    [
        "Zoë",
        "ZOE\u0308",
        " zoë\t",
        "\ufeffzoë\u200b",
        "Ｚｏë",
        "z\u00adoë",
        "\u200b zoë",
    ],
)
def test_words_are_the_same_but_for_case_space_and_unicode_form(word):
    assert common.normalised(word) == "zoë"


@given(st.text())
def test_what_is_normalised_stays_so(word):
    once = common.normalised(word)
    assert common.normalised(once) == once
    assert common.normalised(f" \u200b{word.swapcase().swapcase()}\n") == (
        common.normalised(word.swapcase().swapcase())
    )


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
    assert [common.class_of_rating(b, bounds, classes) for b in bounds] == [*at_bounds]
    between = [common.class_of_rating(b + 0.01, bounds, classes) for b in bounds]
    assert between == [*classes[1:]]
    assert common.class_of_rating(bounds[0] - 0.01, bounds, classes) == "a"


def test_words_of_classes_are_checked():
    with pytest.raises(InputError, match="'glad', the class of 'joy', is none of"):
        common.Labelling.of({"labels": {"joy": "glad"}})
    with pytest.raises(InputError, match="' JOY' has the class 'negative', but writt"):
        common.Labelling.of({"labels": {"joy": "positive", " JOY": "negative"}})
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


def test_a_table_may_have_paths_alone(folder):
    Path("list.csv").write_text("path\ndata/b.wav\n")
    found, _ = beside("list.csv")
    assert [u.utterance for u in found] == ["b"]


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
    with pytest.raises(
        InputError, match="corpus.unlabelled: there is no 'gone'; it sh"
    ):
        beside("gone")
    Path("empty").mkdir()
    with pytest.raises(InputError, match="empty has no audio file; corpus.unlabelled"):
        beside("empty")
    Path("list.csv").write_text("file\ndata/b.wav\n")
    with pytest.raises(InputError, match="list.csv has no column path: its first row"):
        beside("list.csv")


def test_speech_without_labels_beside_other_corpora(folder):
    touch("corpus/03a01Fa.wav", "corpus/03a01Na.wav", "more/x.wav")
    utterances, _ = read("emodb", labels=NOUNS, unlabelled=["more", "corpus"])
    assert [u.utterance for u in utterances] == ["03a01Fa", "03a01Na", "more/x"]
    msp([("0001_0001", 4, 1, "Train")])
    utterances, _ = read("msp_podcast", unlabelled=["more", "corpus/Audios"])
    assert [u.utterance for u in utterances] == ["MSP-PODCAST_0001_0001", "more/x"]


def test_speech_cannot_be_added_to_tables_of_features(folder, monkeypatch):
    monkeypatch.setitem(
        registry.READERS,
        "feature_tables",
        registry.READERS["feature_tables"]._replace(read=lambda corpus: ([A], [])),
    )
    with pytest.raises(InputError, match="'feature_tables' has no audio"):
        read("feature_tables", "x.h5", unlabelled=["data"])


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
