"""Databases in audformat, as version 1.4 of that package writes them."""

from pathlib import Path

import pytest
import yaml

from speechcodes.corpus.readers import registry
from speechcodes.errors import InputError

HEADER = """
name: mini
source: made up
usage: unrestricted
languages: [deu]
raters:
  gold: {type: human}
schemes:
  emotion:
    dtype: str
    labels: [anger, joy, neutral]
  speaker:
    dtype: str
    labels:
      s1: {gender: female}
      s2: {gender: male}
  valence: {dtype: float, minimum: -1, maximum: 1}
splits:
  test: {type: test}
  train: {type: train}
tables:
  emotion.test:
    type: filewise
    split_id: test
    columns:
      emotion: {scheme_id: emotion, rater_id: gold}
      valence: {scheme_id: valence}
  emotion.train:
    type: filewise
    split_id: train
    columns:
      emotion: {scheme_id: emotion, rater_id: gold}
      valence: {scheme_id: valence}
  files:
    type: filewise
    columns:
      speaker: {scheme_id: speaker}
  segs:
    type: segmented
    columns:
      emotion: {scheme_id: emotion}
"""
TABLES = {
    "emotion.train": "file,emotion,valence\na/1.wav,anger,-0.5\na/2.wav,joy,\n",
    "emotion.test": "file,emotion,valence\nb/1.wav,neutral,0.25\n",
    "files": "file,speaker\na/1.wav,s1\na/2.wav,s1\nb/1.wav,s2\nb/2.wav,s2\n",
    "segs": "file,start,end,emotion\na/1.wav,0 days 00:00:00,,joy\n",
}
LABELS = {"anger": "negative", "joy": "positive"}


def read(folder, header=HEADER, tables=TABLES, groups=(), **section):
    (folder / "db.yaml").write_text(header)
    for name, text in tables.items():
        (folder / f"db.{name}.csv").write_text(text)
    for path in ("a/1.wav", "a/2.wav", "b/1.wav", "b/2.wav"):
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).touch()
    corpus = {"name": "mini", "reader": "audformat", "path": str(folder)}
    where = {"tables": [], "label": "emotion", "speaker": "speaker"}
    where = where | {"session": "session"} | section.pop("audformat", {})
    corpus |= {"labels": LABELS, "audformat": where}
    return registry.read(corpus | section, groups)


def seen(utterances):
    return [(u.utterance, u.speaker, u.label, u.value, u.partition) for u in utterances]


def test_labels_speakers_and_splits_come_from_tables_of_files(tmp_path):
    utterances, rejected = read(tmp_path)
    assert seen(utterances) == [
        ("a/1", "s1", "negative", None, "train"),
        ("a/2", "s1", "positive", None, "train"),
        ("b/1", "s2", "neutral", None, "test"),
        # Of no table of labels, and learned from all the same.
        ("b/2", "s2", "", None, ""),
    ]
    assert [Path(u.path) for u in utterances][0] == tmp_path / "a/1.wav"
    assert not rejected


@pytest.mark.parametrize("in_a_table", [False, True])
def test_groups_are_what_files_and_the_scheme_of_speakers_tell(tmp_path, in_a_table):
    header, tables = yaml.safe_load(HEADER), dict(TABLES)
    header["tables"]["files"]["columns"]["language"] = {"scheme_id": "language"}
    tables["files"] = (
        "file,speaker,language\n"
        "a/1.wav,s1,deu\na/2.wav,s1,eng\nb/1.wav,s2,\nb/2.wav,s2,deu\n"
    )
    if in_a_table:
        header["schemes"]["speaker"]["labels"] = "people"
        header["misc_tables"] = {
            "people": {"levels": {"speaker": "str"}, "columns": {"gender": {}}}
        }
        tables["people"] = "speaker,gender\ns1,female\ns2,male\n"
    header = yaml.safe_dump(header)
    utterances, _ = read(tmp_path, header, tables, ["gender", "language"])
    assert [u.groups for u in utterances] == [
        (("gender", "female"), ("language", "deu")),
        (("gender", "female"), ("language", "eng")),
        (("gender", "male"), ("language", "")),
        (("gender", "male"), ("language", "deu")),
    ]
    with pytest.raises(InputError, match=r"db.yaml has no column 'age'.*gender, lang"):
        read(tmp_path, header, tables, ["age"])


def test_ratings_give_classes_on_their_own_scale(tmp_path):
    rating = {"column": "valence", "scale": [-1, 1], "bounds": [-0.3, 0.3]}
    utterances, _ = read(tmp_path, rating=rating)
    assert seen(utterances)[:3] == [
        ("a/1", "s1", "negative", -0.5, "train"),
        ("a/2", "s1", "", None, "train"),
        ("b/1", "s2", "neutral", 0.25, "test"),
    ]
    with pytest.raises(InputError, match="valence goes from -1 to 1, but.*from 1 to 7"):
        read(tmp_path, rating={"column": "valence"})


def test_what_does_not_fit_is_rejected_with_its_table_and_row(tmp_path):
    rows = "file,emotion,valence\na/1.wav,rage,\na/2.wav,joy,,\nnone.wav,joy,\n"
    _, rejected = read(tmp_path, tables=TABLES | {"emotion.train": rows})
    found = {(r.utterance, r.reason): r.detail for r in rejected}
    assert found.keys() == {
        ("", "malformed_row"),
        ("a/1", "unknown_label"),
        ("none", "missing_file"),
    }
    assert found["a/1", "unknown_label"].startswith(
        "emotion.train, row 2: label 'rage'"
    )


def test_a_file_with_two_labels_is_told(tmp_path):
    columns = "columns: {emotion: {scheme_id: emotion}}"
    other = f"tables:\n  other: {{type: filewise, {columns}}}\n"
    more = HEADER.replace("tables:\n", other)
    tables = TABLES | {"other": "file,emotion\na/1.wav,joy\n"}
    _, rejected = read(tmp_path, more, tables)
    assert [(r.utterance, r.reason) for r in rejected] == [
        ("a/1", "duplicate_utterance")
    ]
    named = {"tables": ["emotion.train", "emotion.test"]}
    assert not read(tmp_path, more, tables, audformat=named)[1]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"header": "a: ["}, "db.yaml is not valid YAML"),
        ({"header": "[1, 2]"}, "no header of a database in audformat"),
        ({"audformat": {"label": "arousal"}}, "no table of files with the column"),
        ({"audformat": {"tables": ["files"]}}, "no table files of files with the col"),
        ({"audformat": {"tables": ["segs"]}}, "no table segs of files"),
        (
            {"tables": TABLES | {"emotion.test": "file,emotion\nb/1.wav,joy\n"}},
            "db.emotion.test.csv has no column valence",
        ),
        (
            {"tables": TABLES | {"files": "file,speaker\na/1.wav,s1\na/1.wav,s2\n"}},
            "speaker of a/1.wav is 's2', but 's1'",
        ),
    ],
)
def test_what_is_wrong_as_a_whole_is_told(tmp_path, changes, words):
    with pytest.raises(InputError) as caught:
        read(tmp_path, **changes)
    assert words in str(caught.value) and str(tmp_path) in str(caught.value)


def test_a_table_that_is_not_there_says_how_to_save_it(tmp_path):
    tables = {name: text for name, text in TABLES.items() if name != "files"}
    with pytest.raises(
        InputError, match="db.files.parquet; save.*storage_format='csv'"
    ):
        read(tmp_path, tables=tables)


def test_a_folder_without_header_is_told(tmp_path):
    corpus = {"name": "mini", "reader": "audformat", "path": str(tmp_path)}
    with pytest.raises(InputError, match="db.yaml cannot be read"):
        registry.read(corpus | {"audformat": {"tables": [], "label": "emotion"}})
