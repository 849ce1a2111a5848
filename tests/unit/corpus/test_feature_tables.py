"""Tables of features that others made: what is read, and how errors are told."""

import json

import h5py
import numpy as np
import pandas as pd
import pytest

from speechcodes.corpus import feature_tables
from speechcodes.corpus.readers import registry
from speechcodes.errors import InputError
from speechcodes.experiment import published
from speechcodes.records import VALENCE, Rejected, Utterance


def text(*values):
    return np.array(values, dtype=object)


def write_hdf5(path, datasets):
    with h5py.File(path, "w") as file:
        for name, values in datasets.items():
            file[name] = values
    return str(path)


def write_csv(path, content):
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return str(path)


def message_of(function, *arguments):
    """Return the sentence of the error that a call must end with."""
    with pytest.raises(InputError) as error:
        function(*arguments)
    return str(error.value)


def assert_told(path, words, function, *arguments):
    """Hold a call to end with an error that names the file and holds some words."""
    message = message_of(function, path, *arguments)
    for word in [path, *words]:
        assert word in message


#: Every id in the tables below that are right.
IDS = ["a", "b", "007", "1e5", "NA", "nan", "True", "Müller", "a,b", "c", "d"]
IDS += ["Müller_ß", "話者一", "🎧"]


def read(path, utterances=IDS):
    return feature_tables.read(path, utterances)


# --- a table of one's own, as HDF5 ----------------------------------------------

OWN = {"features": [[1.5, 2], [3, 4], [5, 6]], "utterance": text("b", "007", "b")}


def own_hdf5(path, **changes):
    datasets = {k: v for k, v in (OWN | changes).items() if v is not None}
    return write_hdf5(path / "own.h5", datasets)


@pytest.mark.parametrize("dtype", [float, np.float32, np.int16])
@pytest.mark.parametrize(
    "names",
    [
        text("b", "007", "b"),
        text("Müller_ß", "話者一", "🎧"),
        np.array([b"a"] * 3),
        # What NumPy makes of text: bytes of a fixed length, of no declared encoding.
        np.array([name.encode() for name in ("Müller", "話者一", "b")]),
    ],
)
def test_hdf5_is_read_as_it_stands(tmp_path, dtype, names):
    values = np.array([[1, 2], [3, 4], [5, 6]], dtype)
    own_hdf5(tmp_path, features=values, utterance=names)
    features, utterance = read(tmp_path / "own.h5")
    assert features.dtype == float
    assert features.tolist() == [[1, 2], [3, 4], [5, 6]]
    assert utterance.tolist() == [
        name.decode() if isinstance(name, bytes) else name for name in names
    ]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"features": None}, ["has no dataset features", "config/README.md"]),
        ({"utterance": None}, ["has no dataset utterance", "config/README.md"]),
        ({"features": np.zeros(3)}, ["(3,)", "must be (rows, dimensions)"]),
        ({"features": np.zeros((2, 2))}, ["(2, 2)", "(3,)"]),
        ({"utterance": text("a", "b", "c").reshape(3, 1)}, ["(3, 2)", "(3, 1)"]),
        ({"utterance": [1, 2, 3]}, ["/utterance must be text, not int64"]),
        ({"utterance": np.array([b"\xe4"] * 3)}, ["/utterance is not UTF-8", "xe4"]),
        ({"features": text("1", "2", "3")}, ["features must be numbers, not object"]),
        ({"features": 3.0}, ["()", "must be (rows, dimensions)"]),
        ({"features": np.zeros((3, 0))}, ["(3, 0)", "must be (rows, dimensions)"]),
        ({"features": [[1, 2], [3, np.nan], [5, 6]]}, ["row 1, column 1", "is nan"]),
        ({"features": [[1, 2], [3, 4], [np.inf, 6]]}, ["row 2, column 0", "is inf"]),
    ],
)
def test_hdf5_that_does_not_fit_is_told(tmp_path, changes, words):
    assert_told(own_hdf5(tmp_path, **changes), words, read)


# --- a table of one's own, as CSV -----------------------------------------------


@pytest.mark.parametrize("name", ["own.csv", "own.CSV"])
def test_csv_is_read_as_it_stands(tmp_path, name):
    # Spreadsheets put a byte order mark first.
    rows = ["\ufeffx,utterance,y", "1.5,b,-2e3", "3,a.wav,4", "5,other,6", "0,b,.5", ""]
    features, utterance = read(write_csv(tmp_path / name, "\r\n".join(rows)))
    assert features.dtype == float
    assert features.tolist() == [[1.5, -2000], [3, 4], [0, 0.5]]
    assert utterance.tolist() == ["b", "a", "b"]


def test_what_pandas_writes_comes_back(tmp_path):
    features = np.random.default_rng(0).normal(size=(5, 3)) * [1e-9, 1, 1e9]
    table = pd.DataFrame(features, columns=list("xyz"))
    names = ["007", "1e5", "NA", "True", "a,b"]
    table.insert(1, "utterance", names)
    table.to_csv(tmp_path / "own.csv", index=False)
    found, utterance = read(tmp_path / "own.csv")
    np.testing.assert_allclose(found, features, rtol=1e-15)
    assert utterance.tolist() == names


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("name,x\na,1\n", ["a column named utterance", "1 rows of name, x"]),
        ("utterance\na\n", ["one or more columns of numbers", "1 rows of utterance"]),
        ("utterance,x\n\n", ["has rows", "0 rows of utterance, x"]),
        ("utterance,x,y\na,1,2\nb,3,high\n", ["row 3, column y: 'high' is no numb"]),
        ("utterance,x,y\na,1,2\nb,,4\n", ["row 3, column x: '' is no number"]),
        ("utterance,x,y\na,1,True\n", ["row 2, column y: 'True' is no number"]),
        ('utterance,x\na,"1,5"\n', ["row 2, column x: '1,5' is no number"]),
        ("utterance,x\na,1\nb,inf\n", ["row 1, column 0", "is inf", "finite"]),
        (b"", ["is no CSV", "No columns"]),
        ("utterance,x\nä,1\n".encode("latin-1"), ["is no CSV", "utf-8"]),
        ("utterance,x\na,1\nb,1,2\n", ["is no CSV", "line 3"]),
        ("utterance,x\na,1,2\nb,1,2\n", ["more cells than there are columns"]),
        # The first of several.
        ("x,utterance,y\n1,a,2\n1,b,?\n!,c,?\n", ["row 3, column y: '?'"]),
        # Empty lines count, and are no rows.
        ("utterance,x\n\n \na,1\n\nb,?\n", ["row 6, column x: '?'"]),
        ("utterance,x,y\r\n\r\na\r\n", ["row 3, column x: ''"]),
    ],
)
def test_csv_that_does_not_fit_is_told(tmp_path, content, words):
    assert_told(write_csv(tmp_path / "own.csv", content), words, read)


# --- what a table lacks ---------------------------------------------------------


def test_labelled_utterances_without_a_row_are_listed(tmp_path):
    path = write_csv(tmp_path / "own.csv", "utterance,x\n007,1\nb,2\n007,3\n")
    table = pd.DataFrame(
        [
            ("007", "7.wav", "angry", "p01"),
            ("7", "other.wav", "angry", "p01"),
            ("b", "b.wav", "sad", "p02"),
            ("c", "c.wav", "sad", "p02"),
            ("d", "d.wav", "sad", "unlabelled"),
            ("e", "e.wav", "sad", ""),
            ("f", "f.wav", "", "p02"),
        ],
        columns=["utterance", "path", "label", "part"],
    )
    detail = f"{path} has no row of it"
    assert feature_tables.lacking(table, path) == [
        Rejected("7", "other.wav", "no_features", detail),
        Rejected("c", "c.wav", "no_features", detail),
    ]


# --- whose row it is ------------------------------------------------------------


@pytest.mark.parametrize(
    ("ids", "names", "found"),
    [
        # By id, and by id and ending.
        (["anna/1", "ben/1"], ["ben/1", "anna/1.wav"], ["ben/1", "anna/1"]),
        # By the file's name, with and without ending.
        (["anna/1", "ben/2"], ["1", "2.flac", "1"], ["anna/1", "ben/2", "anna/1"]),
        # An ending may be part of the id.
        (["a.b", "a"], ["a.b", "a.wav", "a.b.wav"], ["a.b", "a", "a.b"]),
        (["x/1.5", "x/1"], ["1.5", "1.wav"], ["x/1.5", "x/1"]),
        # An id comes before a file's name.
        (["1", "anna/1"], ["1", "anna/1"], ["1", "anna/1"]),
        # Others are of no utterance.
        (["anna/1"], ["1", "ben/1", "2", ""], ["anna/1", "", "", ""]),
    ],
)
def test_rows_are_of_ids_or_names_of_files(ids, names, found):
    assert feature_tables.matched(names, ids, "own.csv").tolist() == found


def test_a_name_of_two_files_is_an_error():
    ids = ["ben/1", "anna/1", "anna/2"]
    assert message_of(feature_tables.matched, ["2", "1.wav"], ids, "own.csv") == (
        "own.csv: '1.wav' may be 'anna/1' or 'ben/1'; rows should have the ids of"
        " utterances where files in two folders have one name"
    )


def test_rows_of_no_utterance_at_all_are_an_error():
    ids = ["ben/1", "anna/1"]
    assert message_of(feature_tables.matched, ["x", "a/1"], ids, "own.csv") == (
        "own.csv has rows of 'x' and others, but of no utterance such as 'anna/1'; a"
        " row should have the utterance's id, or the name of its file"
    )
    assert feature_tables.matched(["x"], [], "own.csv").tolist() == [""]


# --- a corpus of tables ---------------------------------------------------------

CORPUS = {
    "training/midterm/features": [[1.0, 2], [3, 4], [5, 6]],
    "training/midterm/label": [2, 0, 1],
    "training/code/features": [[1.0], [2], [3], [4]],
    "training/code/label": [1, 2, 2, 0],
    "training/code/utterance_row": [2, 0, 0, 1],
    "test/midterm/features": [[7.0, 8], [9, 10], [11, 12]],
    "test/midterm/label": [0, 1, 2],
    "test/code/features": [[5.0], [6]],
    "test/code/label": [0, 2],
}


def write_corpus(path, changes=()):
    datasets = {k: v for k, v in (CORPUS | dict(changes)).items() if v is not None}
    return write_hdf5(path / "corpus.h5", datasets)


@pytest.mark.parametrize(
    ("partition", "name", "utterances"),
    [
        # A row of the first set is an utterance; others may point to theirs.
        ("training", "midterm", ["training_0", "training_1", "training_2"]),
        ("training", "code", [f"training_{row}" for row in (2, 0, 0, 1)]),
        ("test", "code", None),
    ],
)
def test_rows_of_a_set_are_of_utterances(tmp_path, partition, name, utterances):
    features, found, labels = feature_tables.read_of_corpus(
        write_corpus(tmp_path), partition, name, VALENCE
    )
    assert features.dtype == float
    assert features.tolist() == CORPUS[f"{partition}/{name}/features"]
    assert labels.tolist() == CORPUS[f"{partition}/{name}/label"]
    assert (found if found is None else found.tolist()) == utterances


def test_utterances_may_have_names_and_speakers(tmp_path):
    changes = {
        "training/midterm/utterance": text("z", "007", "ä"),
        "training/midterm/speaker": text("anna", "", "ben"),
    }
    path = write_corpus(tmp_path, changes)
    names, speakers, labels = feature_tables.utterances_of_corpus(
        path, "training", VALENCE
    )
    assert names.tolist() == ["z", "007", "ä"]
    assert speakers.tolist() == ["anna", "", "ben"]
    assert labels.tolist() == [2, 0, 1]
    for name, rows in [("midterm", "z 007 ä"), ("code", "ä z z 007")]:
        found = feature_tables.read_of_corpus(path, "training", name, VALENCE)
        assert found[1].tolist() == rows.split()


def test_without_names_the_order_of_ids_is_that_of_rows(tmp_path):
    n = 1001
    changes = {"test/midterm/label": np.arange(n) % 3}
    names, speakers, labels = feature_tables.utterances_of_corpus(
        write_corpus(tmp_path, changes), "test", VALENCE
    )
    assert names[0] == "test_0000" and names[-1] == "test_1000"
    assert sorted(names) == names.tolist()
    assert len(set(names)) == n
    assert set(speakers) == {""}
    np.testing.assert_array_equal(labels, np.arange(n) % 3)


@pytest.mark.parametrize(
    ("name", "changes", "words"),
    [
        ("code", {"test/code/label": None}, ["no dataset test/code/label"]),
        ("other", {}, ["no dataset test/other/features", "config/README.md"]),
        ("code", {"test/code/features": np.zeros(2)}, ["(2,)", "(2, dimensions)"]),
        ("code", {"test/code/features": np.zeros((3, 1))}, ["(3, 1)", "2 labels"]),
        ("code", {"test/code/features": [[0], [np.nan]]}, ["row 1, column 0", "nan"]),
        ("midterm", {"test/midterm/label": [0, 1, 3]}, ["midterm/label holds [3]"]),
        ("code", {"test/code/label": [0.5, 1]}, ["test/code/label holds [0.5]"]),
        ("code", {"test/code/label": text("negative", "?")}, ["code/label", "0 (neg"]),
        ("code", {"test/code/utterance_row": [0, 3]}, ["one of the 3 rows"]),
        ("code", {"test/code/utterance_row": [0.5, 1]}, ["one of the 3 rows"]),
        ("code", {"test/code/label": np.array([], int)}, ["code/label is empty"]),
        ("code", {"test/code/label": 1}, ["test/code/label", "one per row"]),
        ("code", {"test/code/utterance_row": [0]}, ["each of the 2 rows"]),
        (
            "code",
            {"test/code/utterance_row": [0, 1]},
            ["row 1 of test/code has the label 2", "row 1 of test/midterm, 1"],
        ),
        ("code", {"test/midterm/utterance": [1, 2, 3]}, ["must be text, not int64"]),
        (None, {"test/midterm/label": None}, ["no dataset test/midterm/label"]),
        (None, {"test/midterm/label": [0, 1, 9]}, ["test/midterm/label holds [9]"]),
        (None, {"test/midterm/utterance": text("a")}, ["utterance has the shape (1,)"]),
        (None, {"test/midterm/speaker": text("a")}, ["speaker has the shape (1,)"]),
        (None, {"test/midterm/speaker": [1, 2, 3]}, ["speaker must be text, not int"]),
    ],
)
def test_a_set_or_utterances_that_do_not_fit_are_told(tmp_path, name, changes, words):
    path = write_corpus(tmp_path, changes)
    if name:
        assert_told(path, words, feature_tables.read_of_corpus, "test", name, VALENCE)
    else:
        assert_told(path, words, feature_tables.utterances_of_corpus, "test", VALENCE)
    # Nothing is wrong with the other partition.
    feature_tables.read_of_corpus(path, "training", "code", VALENCE)


@pytest.mark.parametrize(
    "function",
    [
        read,
        lambda path: feature_tables.read_of_corpus(path, "test", "code", VALENCE),
        lambda path: feature_tables.utterances_of_corpus(path, "test", VALENCE),
        lambda path: registry.read(corpus_section(path)),
    ],
)
def test_a_table_that_is_not_there_or_no_hdf5_is_told(tmp_path, function):
    for path in (str(tmp_path / "nowhere.h5"), str(tmp_path)):
        assert message_of(function, path) == f"there is no feature table {path!r}"
    for content in (b"", b"utterance,x\na,1\n"):
        path = write_csv(tmp_path / "own.h5", content)
        assert message_of(function, path) == f"{path} is no HDF5 file"


# --- the reader -----------------------------------------------------------------


def corpus_section(path):
    section = {"name": "tables", "reader": "feature_tables", "path": str(path)}
    return section | {"classes": VALENCE}


def test_the_reader_lists_utterances_without_audio(tmp_path):
    changes = {
        "test/midterm/utterance": text("z", "b", "a"),
        "test/midterm/speaker": text("anna", "", "anna"),
    }
    path = write_corpus(tmp_path, changes)
    utterances, rejected = registry.read(corpus_section(path))
    # A speaker is known of some only, and no session is.
    assert utterances == [
        Utterance("a", path, "anna", "", "positive", partition="test"),
        Utterance("b", path, "", "", "neutral", partition="test"),
        *(
            Utterance(name, path, "", "", label, partition="training")
            for name, label in [
                ("training_0", "positive"),
                ("training_1", "negative"),
                ("training_2", "neutral"),
            ]
        ),
        Utterance("z", path, "anna", "", "negative", partition="test"),
    ]
    assert rejected == []


@pytest.mark.parametrize(("training", "test"), [("xyb", "abc"), ("xyz", "abb")])
def test_an_id_that_is_there_twice_is_an_error(tmp_path, training, test):
    names = {"training/midterm/utterance": text(*training)}
    names["test/midterm/utterance"] = text(*test)
    path = write_corpus(tmp_path, names)
    message = message_of(registry.read, corpus_section(path))
    assert path in message
    assert "the utterance b is there 2 times" in message


def test_classes_may_be_any(tmp_path):
    path = write_corpus(tmp_path, {"test/midterm/label": [0, 3, 2]})
    classes = ["angry", "bored", "calm", "sad"]
    utterances, _ = registry.read(corpus_section(path) | {"classes": classes})
    found = {u.utterance: u.label for u in utterances if u.partition == "test"}
    assert found == {"test_0": "angry", "test_1": "sad", "test_2": "calm"}
    message = message_of(
        registry.read, corpus_section(path) | {"classes": ["low", "high"]}
    )
    assert "training/midterm/label holds [2]; labels are 0 (low), 1 (high)" in message


# --- published curves -----------------------------------------------------------


def write_json(path, content):
    return write_csv(path / "curve.json", json.dumps(content))


def test_a_published_curve_is_a_table(tmp_path):
    content = {
        "percent": [2, 4, 6],
        "midterm_published": [0.5, 0.25, 0.125],
        "midterm_weighted_f1": [0.1, 0.1, 0.1],
        "my_own_published": [0.1, 0.2, 0.3],
        "classifier": "SVC()",
    }
    table = published.read_curve(write_json(tmp_path, content))
    assert table.to_dict("list") == {
        "percentage": [2, 4, 6],
        "midterm": [0.5, 0.25, 0.125],
        "my_own": [0.1, 0.2, 0.3],
    }


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, ["must be JSON", "FileNotFoundError"]),
        (b"", ["must be JSON", "JSONDecodeError"]),
        (b"\xff\xfe", ["must be JSON", "UnicodeDecodeError"]),
        (b"null", ["must be JSON with percent"]),
        ({"a_published": [1]}, ["KeyError('percent')"]),
        ({"percent": [1], "a_published": [1], "b_published": [1, 2]}, ["equal length"]),
        ({"percent": [1], "a": [1]}, ["no list whose name ends with _published"]),
    ],
)
def test_what_is_no_published_curve_is_told(tmp_path, content, words):
    path = str(tmp_path / "curve.json")
    if isinstance(content, bytes):
        write_csv(tmp_path / "curve.json", content)
    elif content:
        write_json(tmp_path, content)
    assert_told(path, words, published.read_curve)


# --- labels and numbers of rows among the features ---------------------------------


def table_of(path, **columns):
    """Write a table of 30 utterances with one real feature and some more columns."""
    rng = np.random.default_rng(0)
    table = pd.DataFrame({"utterance": [f"u{i:02d}" for i in range(30)]})
    table = table.assign(pitch=rng.normal(200, 30, 30).round(), **columns)
    table.to_csv(path / "own.csv", index=False)
    return str(path / "own.csv"), table["utterance"]


@pytest.mark.parametrize(
    "name",
    [
        *("label", "Label", "EMOTION", "valence", "EmoVal", "emo_class", "gold label"),
        *("speaker", "Speaker ID", "spkrid", "session", "Split_Set", "fold"),
        *("index", "Unnamed: 0", "id"),
    ],
)
def test_a_column_named_like_a_label_or_an_index_is_refused(tmp_path, name):
    values = np.random.default_rng(1).integers(0, 3, 30)
    path, utterances = table_of(tmp_path, **{name: values})
    for function in (feature_tables.read, feature_tables.check):
        words = [f"the column {name!r}", f"drop(columns=['{name}'])"]
        assert_told(path, words, function, utterances)


@pytest.mark.parametrize("name", ["f0_mean", "valence_of_words", "labelled", "mfcc_1"])
def test_a_column_named_like_a_feature_is_one(tmp_path, name):
    path, utterances = table_of(tmp_path, **{name: np.ones(30)})
    assert feature_tables.read(path, utterances)[0].shape == (30, 2)


def test_a_column_of_a_class_or_of_the_rating_is_refused_when_planning(tmp_path):
    path, utterances = table_of(tmp_path, Sad=np.ones(30))
    feature_tables.check(path, utterances, ["happy"])
    assert_told(path, ["'Sad'"], feature_tables.check, utterances, ["happy", "sad"])


@pytest.mark.parametrize(
    "numbers",
    [
        np.arange(30),
        np.arange(30)[::-1] + 5,
        # What is left of a numbered table, and what numbers each of three anew.
        np.sort(np.random.default_rng(2).choice(1000, 30, replace=False)),
        np.r_[np.arange(29), 0],
    ],
)
def test_a_column_that_numbers_the_rows_is_refused_whatever_its_name(tmp_path, numbers):
    path, utterances = table_of(tmp_path, x=numbers)
    words = ["column 'x' numbers the rows", f"({numbers[0]}, ", "index=False"]
    assert_told(path, words, feature_tables.read, utterances)
    names = text(*utterances)
    features = np.c_[np.random.default_rng(0).normal(size=30), numbers]
    path = own_hdf5(tmp_path, features=features, utterance=names)
    assert_told(path, ["column '1' numbers"], feature_tables.read, utterances)


@pytest.mark.parametrize(
    "values",
    [
        np.arange(30) / 7,  # Rows in the order of a feature.
        np.r_[0, np.arange(29)].clip(max=20),
        np.random.default_rng(3).permutation(30),
    ],
)
def test_what_does_not_number_the_rows_is_a_feature(tmp_path, values):
    path, utterances = table_of(tmp_path, x=values)
    assert feature_tables.read(path, utterances)[0].shape == (30, 2)


# --- a first look, when planning ----------------------------------------------------


def test_a_first_look_shows_ids_of_both_sides_where_none_match(tmp_path):
    path, _ = table_of(tmp_path)
    words = ["'u00'", "'anna/01'", "the utterance's id"]
    assert_told(path, words, feature_tables.check, ["anna/01", "anna/02"])


def test_a_first_look_reads_the_first_rows_alone_where_they_match(tmp_path):
    rows = [f"u{i},{(i * i) % 17 / 3}" for i in range(feature_tables.HEAD)]
    path = write_csv(
        tmp_path / "own.csv", "utterance,x\n" + "\n".join(rows) + "\nz,?\n"
    )
    feature_tables.check(path, ["u0", "z"])
    # Only the last row is of this one, and so all are read.
    assert_told(path, ["'?' is no number"], feature_tables.check, ["z"])
