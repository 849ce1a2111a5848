"""What a user is told of each mistake, and what is set where nothing is given."""

import json
from copy import deepcopy

import pytest
import yaml
from configurations import (
    BALANCED,
    DEMO,
    RAVDESS,
    SCHEMA,
    TABLE,
    TABLES,
    changed,
    completed,
    keys,
    read,
    refused,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from speechcodes import names
from speechcodes.corpus.readers.common import BOUNDS, SCALE
from speechcodes.corpus.readers.registry import READERS
from speechcodes.errors import InputError

ONE_DIVISION = changed(TABLE, "splits", BALANCED)
STUDY = changed(ONE_DIVISION, "splits/method", "study")
GIVEN = changed(TABLE, "splits", "{method: given}")
WHOLE = changed(TABLE, "segments", "{whole: {samples: whole}}")
WHOLE = changed(WHOLE, "autoencoders/configurations/0/architecture", "denoising")


# --- defaults -------------------------------------------------------------------


def test_defaults_are_set_at_every_level():
    config, autoencoders = read(DEMO)
    rating = read(changed(TABLE, "corpus/rating", "{column: x}"))[0]["corpus"]["rating"]
    assert rating == {"column": "x", "scale": [*SCALE], "bounds": [*BOUNDS]}
    assert config["corpus"]["classes"] == ["negative", "neutral", "positive"]
    assert config["corpus"]["labels"] == {} and config["corpus"]["unlabelled"] == []
    assert config["corpus"]["rating"] is None
    assert config["splits"] == {
        "method": "folds",
        "folds": 5,
        "repeats": 1,
        "parts_per_fold": 3,
        "training": "all",
        "unlabelled": "all_but_test",
        "partitions": None,
        "seed": 1,
    }
    assert config["corpus"]["demo"]["speakers"] == 36
    assert config["segments"]["30k"]["short_signals"] == "drop"
    assert config["features"]["midterm"]["window"] == 1.0
    assert config["experiment"]["percentages"] == [5, *range(10, 101, 10)]
    assert config["experiment"]["classifiers"]["svm"]["C"] == 10
    assert list(config["experiment"]["classifiers"]) == list(names.CLASSIFIERS)
    (autoencoder,) = autoencoders["30k"].values()
    assert config["autoencoders"]["select_by"] == "validation_loss"
    assert config["autoencoders"]["trial"] == {"percentages": [5, 20, 100]}
    assert autoencoder.learning_rate == 0.001 and autoencoder.batch_size == 128
    # null in the grid: the architecture's own.
    assert autoencoder.code_activation == "relu"


def test_what_is_given_stays_and_only_what_lacks_is_set():
    text = changed(DEMO, "experiment/classifiers", "{svm: {C: 2}}")
    classifiers = read(text)[0]["experiment"]["classifiers"]
    assert list(classifiers) == ["svm"]
    assert classifiers["svm"]["C"] == 2 and classifiers["svm"]["gamma"] == "scale"


@pytest.mark.parametrize(
    "text", [DEMO, TABLE, TABLES, ONE_DIVISION, STUDY, GIVEN, WHOLE]
)
def test_defaults_are_valid_themselves(text):
    once, _ = read(text)
    twice, _ = read(yaml.safe_dump(once))
    assert twice == once


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        (ONE_DIVISION, {"method", "sizes", "max_speaker_share", "partitions", "seed"}),
        (STUDY, {"method", "sizes", "partitions", "seed"}),
        (GIVEN, {"method", "partitions", "seed"}),
    ],
)
def test_a_division_gets_no_defaults_that_it_has_no_use_for(text, keys):
    assert set(read(text)[0]["splits"]) == keys


def test_the_schema_is_not_filled_in():
    before = deepcopy(SCHEMA)
    config, _ = read(DEMO)
    config["experiment"]["classifiers"]["svm"]["C"] = 99
    config["features"]["spectrogram"]["scale"] = "log"
    assert before == SCHEMA
    assert read(DEMO)[0]["experiment"]["classifiers"]["svm"]["C"] == 10


# --- mistakes -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "known"),
    [
        ("nonsense", "corpus, splits"),
        ("corpus/nonsense", "name, reader"),
        ("splits/nonsense", "method"),
        ("segments/30k/nonsense", "samples"),
        ("features/spectrogram/nonsense", "scale"),
        ("autoencoders/nonsense", "configurations"),
        ("autoencoders/configurations/0/nonsense", "latent"),
        ("experiment/classifiers/svm/nonsense", "gamma"),
    ],
)
def test_an_unknown_key_is_named_with_the_known_ones(key, known):
    message = refused(changed(DEMO, key, "1"))
    assert message.startswith(f"config: {key.replace('/', '.')} is unknown")
    assert known in message


#: One more than there may be.
CLASSES = json.dumps([f"c{number}" for number in range(21)])


@pytest.mark.parametrize(
    ("key", "value", "found", "wanted"),
    [
        # Wrong types.
        ("experiment/draws", "ten", "'ten'", "integer ≥ 1"),
        ("experiment/draws", "yes", "True", "integer ≥ 1"),
        ("segments/30k/samples", "3.0e+4", "30000.0", "integer ≥ 1"),
        ("experiment/percentages", "10", "10", "list of integer ≥ 1 and ≤ 100"),
        ("experiment/percentages", "[5, x]", "'x'", "integer ≥ 1 and ≤ 100"),
        ("experiment/classifiers/svm", "", "empty", "mapping"),
        ("autoencoders/configurations", "{}", "{}", "list of mapping"),
        ("corpus/rating", "[3, 5]", "[3, 5]", "mapping or `null`"),
        ("corpus/unlabelled", "data/more", "'data/more'", "list of text"),
        ("experiment/classifiers/knn/standardise", "1", "1", "boolean"),
        # Numbers out of bounds, or none.
        ("audio/max_unusable_share", "1.5", "1.5", "number ≥ 0 and ≤ 1"),
        ("audio/silent_below_db", "-.inf", "-inf", "number ≤ 0"),
        ("autoencoders/training/validation_share", ".nan", "nan", "number > 0 and < 1"),
        ("splits/folds", "1", "1", "integer ≥ 2 and ≤ 100"),
        ("corpus/demo/speakers", "3", "3", "integer ≥ 24"),
        # No such word.
        ("corpus/reader", "msp", "'msp'", "`demo`, "),
        ("autoencoders/select_by", "score", "'score'", "`instability`, "),
        ("splits/method", "givn", "'givn'", "`folds`, `balanced`, `study`"),
        ("segments/30k/short_signals", "skip", "'skip'", "`drop` or `pad`"),
        ("segments/30k/input", "[spectrogram, f0]", "'f0'", "`spectrogram` or `pitch`"),
        ("segments/30k/input", "[pitch]", "['pitch']", "must contain spectrogram"),
        # Of several kinds of values, none fits: all are named.
        ("splits/training", "most", "'most'", "`all` or integer ≥ 1"),
        ("splits/unlabelled", "all", "'all'", "`all_but_test` or `rest`"),
        (
            "autoencoders/configurations/0/loss",
            "mae",
            "'mae'",
            "`binary_crossentropy`, `mse` or `null`, or a list",
        ),
        # Of the right kind, and wrong all the same.
        ("corpus/classes", CLASSES, CLASSES.replace('"', "'"), "at most 20 entries"),
        ("experiment/percentages", "[]", "[]", "must have 1 or more entries"),
        ("experiment/percentages", "[5, 5]", "[5, 5]", "twice"),
        ("autoencoders/trial/percentages", "[0]", "0", "integer ≥ 1 and ≤ 100"),
        ("corpus/rating", "{scale: [1]}", "[1]", "2 or more entries"),
        ("corpus/rating", "{scale: [1, 2, 3]}", "[1, 2, 3]", "at most 2 entries"),
        ("corpus/classes", "[two, 1]", "1", "text"),
        ("corpus/classes", "[a, b, a]", "['a', 'b', 'a']", "twice"),
        *(
            ("corpus/classes", json.dumps(["a", name]), repr(name), "must match")
            for name in ("none", "None", "a b", "a/b", "-a", "", "é", "a\n")
        ),
        ("corpus/name", "a" * 101, repr("a" * 101), "at most 100 characters"),
        ("segments", "{}", "{}", "must have 1 or more entries"),
        *(
            ("corpus/name", json.dumps(name), repr(name), "letters, digits")
            for name in ("a b", "../a", "a/b", "/a", ".", "..", "a.b", "-a", "a\n", "é")
        ),
        ("features/midterm/window", "1.0e+300", "1e+300", "number > 0 and ≤ 3600"),
        # More than any machine could hold.
        ("audio/sampling_rate", "80000000", "80000000", "≤ 192000"),
        ("experiment/seed", "4294967296", "4294967296", "integer ≥ 0 and ≤ 1000000000"),
    ],
)
def test_a_wrong_value_is_named_with_what_would_be_right(key, value, found, wanted):
    message = refused(changed(DEMO, key, value))
    assert message.startswith(f"config: {key.replace('/', '.')}")
    # The value stands before what should be there.
    assert wanted in message.split(f" is {found}, but ", maxsplit=1)[1]


def test_a_message_ends_with_what_the_key_is_for():
    message = refused(changed(DEMO, "audio/sampling_rate", "fast"))
    assert message.endswith("Sampling rate to which all audio is resampled, in Hz")


@pytest.mark.parametrize("word", ["0", "no", "3.5", "2020-01-01", "null"])
def test_a_word_that_yaml_does_not_read_as_text_must_be_quoted(word):
    labels = f"{{sad: negative, {word}: positive}}"
    message = refused(changed(RAVDESS, "corpus/labels", labels))
    assert message.startswith("config: corpus.labels: the name ")
    assert repr(yaml.safe_load(word)) in message
    assert message.endswith(
        "Words are text: put quotes around numbers and words such as no and yes"
    )
    read(changed(RAVDESS, "corpus/labels", f'{{sad: negative, "{word}": positive}}'))


def test_a_class_that_yaml_does_not_read_as_text_must_be_quoted():
    message = refused(changed(TABLE, "corpus/classes", "[yes, maybe]"))
    assert message.startswith("config: corpus.classes.0 is True (put words such as ")
    assert read(changed(TABLE, "corpus/classes", "['yes', 'no']"))


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("corpus/valence", "{negative_at_most: 3}", "corpus.rating: {bounds: [3, 5]}"),
        ("corpus/emotions", "{sad: negative}", "now given as corpus.labels"),
        ("splits", "{folds: 4, fold: 1, sizes: {}}", "one run now computes all folds"),
    ],
)
def test_a_key_of_an_earlier_version_is_told_with_what_replaces_it(key, value, words):
    message = refused(changed(RAVDESS, key, value))
    key = "splits.fold" if key == "splits" else key.replace("/", ".")
    assert message.startswith(f"config: {key} is of an earlier version: ")
    assert words in message


@pytest.mark.parametrize(
    ("key", "text"),
    [("learning_rate", "1e-3"), ("latent", "'64'")],
)
def test_a_number_that_yaml_reads_as_text_is_explained(key, text):
    message = refused(changed(DEMO, f"autoencoders/configurations/0/{key}", text))
    number = {"learning_rate": "0.001", "latent": "64"}[key]
    assert f"is the text '{yaml.safe_load(text)}' (write {number} for" in message


@pytest.mark.parametrize("name", ["30", "a b", "../x", "x/y", "a.b", '"x\\n"', "''"])
def test_names_of_segments_must_do_as_names_of_folders(name):
    message = refused(changed(DEMO, "segments", f"{{{name}: {{samples: 30000}}}}"))
    assert f"segments: the name {yaml.safe_load(name)!r} is not allowed" in message
    assert "letters, digits" in message


@pytest.mark.parametrize(
    ("text", "key"),
    [
        *((DEMO, key) for key in ("corpus", "segments")),
        *((DEMO, f"corpus/{key}") for key in ("name", "reader", "demo")),
        (DEMO, "segments/30k/samples"),
        (DEMO, "autoencoders/configurations/0/latent"),
        (ONE_DIVISION, "splits/sizes"),
        (ONE_DIVISION, "splits/sizes/unlabelled"),
        (RAVDESS, "corpus/path"),
    ],
)
def test_a_missing_key_is_named(text, key):
    name = key.replace("/", ".")
    message = refused(changed(text, key))
    assert message.startswith(f"config: {name} is missing; it must be ")


@pytest.mark.parametrize("reader", [r for r in READERS if r != "demo"])
def test_every_corpus_on_disk_needs_its_path(reader):
    text = changed(TABLES if reader == "feature_tables" else TABLE, "corpus/path")
    assert "corpus.path is missing" in refused(changed(text, "corpus/reader", reader))


@pytest.mark.parametrize(
    ("text", "key", "value"),
    [
        (DEMO, "corpus/path", "/data"),
        (DEMO, "corpus/labels", "{sad: negative}"),
        (TABLES, "corpus/labels", "{sad: negative}"),
        (TABLES, "corpus/rating", "{bounds: [3, 5]}"),
        (TABLES, "corpus/unlabelled", "[data/more]"),
        (RAVDESS, "corpus/rating", "{bounds: [3, 5]}"),
        (RAVDESS, "corpus/demo", "{}"),
        (DEMO, "splits/sizes", "{training: 1, unlabelled: 1, test: 1}"),
        (DEMO, "splits/max_speaker_share", "0.1"),
        (DEMO, "splits/partitions", "{training: [a], unlabelled: [b], test: [c]}"),
        *((ONE_DIVISION, f"splits/{k}", "1") for k in ("folds", "repeats", "training")),
        (STUDY, "splits/max_speaker_share", "0.1"),
        (GIVEN, "splits/sizes", "{training: 1, unlabelled: 1, test: 1}"),
        (GIVEN, "splits/max_speaker_share", "0.1"),
        (WHOLE, "segments/whole/short_signals", "pad"),
    ],
)
def test_a_key_that_has_no_use_must_be_left_out(text, key, value):
    read(text)
    message = refused(changed(text, key, value))
    assert message.startswith(f"config: {key.replace('/', '.')} is ")
    assert "not used here: leave it out" in message


def test_a_mistake_is_not_blamed_on_what_follows_from_it():
    # Neither method nor reader is known, so nothing is said of what they need.
    assert "splits.method is 'givn'" in refused(
        changed(DEMO, "splits", "{method: givn}")
    )
    assert "corpus is 'mine', but must be mapping" in refused(
        changed(DEMO, "corpus", "mine")
    )
    text = changed(RAVDESS, "corpus", "{name: r, reader: ravdes}")
    assert "corpus.reader is 'ravdes'" in refused(text)


# --- any value ---------------------------------------------------------------------


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
VALUES = st.recursive(
    SCALARS | st.sampled_from([0, 1, "all", "demo", "table", "midterm", "study1"]),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.integers(), inner),
    max_leaves=5,
)


@settings(max_examples=300, deadline=None)
@given(
    text=st.sampled_from([DEMO, RAVDESS, TABLE, TABLES, ONE_DIVISION]),
    path=st.sampled_from([path for path, _ in keys(SCHEMA)]),
    value=VALUES,
)
def test_no_value_of_any_key_raises_anything_but_an_input_error(text, path, value):
    config = place = yaml.safe_load(text)
    for key in path[:-1]:
        place = place.setdefault(key, {}) if isinstance(place, dict) else place[0]
        place = place[0] if isinstance(place, list) else place
    place[path[-1]] = value
    try:
        completed(config)
    except InputError as error:
        assert str(error)
