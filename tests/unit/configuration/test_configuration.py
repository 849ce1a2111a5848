"""The schema, its defaults, its page, and what a user is told of each mistake."""

import ast
import json
import re
from copy import deepcopy

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from projects import ROOT
from sklearn.ensemble import AdaBoostClassifier, RandomForestClassifier
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from speechcodes import configuration
from speechcodes.autoencoders import selection
from speechcodes.errors import InputError

CONFIG = ROOT / "config"
SCHEMA = yaml.safe_load((CONFIG / "schemas/config.schema.yaml").read_text())
ARCHITECTURES = yaml.safe_load((CONFIG / "architectures.yaml").read_text())
FILES = sorted(p.name for p in CONFIG.glob("*.yaml") if p.name != "architectures.yaml")
CLASSIFIERS = {
    "svm": SVC,
    "knn": KNeighborsClassifier,
    "decision_tree": DecisionTreeClassifier,
    "random_forest": RandomForestClassifier,
    "adaboost": AdaBoostClassifier,
}
#: The least that a configuration must say, of the demo and of a corpus on disk.
REST = """
splits:
  sizes: {training: 10, unlabelled: all, test: 10}
segments:
  30k: {samples: 30000}
autoencoders:
  configurations:
    - {architecture: study1, latent: 64}
"""
DEMO = "corpus: {name: demo, reader: demo, demo: {}}" + REST
RAVDESS = (
    "corpus: {name: r, reader: ravdess, path: /none, emotions: {sad: negative}}" + REST
)


def read(text):
    """Return a valid configuration, defaults set, and its autoencoders."""
    return validated(yaml.safe_load(text))


def validated(config):
    """Do with a configuration what the workflow does, in place."""
    configuration.validate(config, SCHEMA, "config")
    configuration.set_protocol(config["experiment"], SCHEMA)
    configuration.set_spectrograms(config, SCHEMA)
    return config, configuration.check(config, ARCHITECTURES)


def changed(text, key, value=...):
    """Return a configuration with one key set to YAML, or left out."""
    config = yaml.safe_load(text)
    *path, last = [int(part) if part.isdigit() else part for part in key.split("/")]
    place = config
    for part in path:
        place = place[part] if isinstance(place, list) else place.setdefault(part, {})
    if value is ...:
        del place[last]
    else:
        place[last] = yaml.safe_load(value)
    return yaml.safe_dump(config)


def refused(text):
    """Return the message that a configuration is refused with: one line."""
    with pytest.raises(InputError) as error:
        read(text)
    message = str(error.value)
    assert "\n" not in message
    return message


# --- the files that come with the project ----------------------------------------


def test_the_schema_is_one():
    Draft202012Validator.check_schema(SCHEMA)


def test_there_is_a_file_for_the_demo_and_for_other_corpora():
    assert "config.yaml" in FILES and len(FILES) > 1


@pytest.mark.parametrize("name", FILES)
def test_every_file_is_valid_though_no_corpus_is_there(name, tmp_path, monkeypatch):
    text = (CONFIG / name).read_text()
    # Paths of a corpus are relative: nothing is found from here.
    monkeypatch.chdir(tmp_path)
    config, autoencoders = read(text)
    expected = set(SCHEMA["properties"])
    if config["corpus"]["reader"] == "feature_tables":
        expected -= {"splits", "segments", "autoencoders"}
    else:
        assert autoencoders
    assert set(config) == expected, "defaults of every section"


TABLES = "corpus: {name: t, reader: feature_tables, path: /none.h5}"


@pytest.mark.parametrize("key", ["splits", "segments", "autoencoders", "features"])
def test_a_corpus_of_feature_tables_has_no_use_for_what_audio_needs(key):
    section = yaml.safe_load(REST).get(key, {})
    with pytest.raises(InputError, match=f"config: {key} .*leave it out"):
        read(changed(TABLES, key, yaml.safe_dump(section)))
    read(TABLES)


@pytest.mark.parametrize("key", ["splits", "segments", "autoencoders"])
def test_audio_needs_them(key):
    with pytest.raises(InputError, match=f"config: {key} is missing"):
        read(changed(DEMO, key))


# --- protocols ------------------------------------------------------------------


def experiment(text):
    return read(text)[0]["experiment"]


def test_the_robust_protocol_is_the_default_with_ten_draws():
    found = experiment(DEMO)
    assert found["protocol"] == "robust" and found["draws"] == 10
    standardised = {c for c, s in found["classifiers"].items() if s["standardise"]}
    assert standardised == {"svm", "knn"}, "those that compare lengths"


@pytest.mark.parametrize(
    "name", ["midterm@speaker", "code@speaker", "midterm+code@speaker"]
)
def test_any_set_may_be_normalised_per_speaker(name):
    text = changed(DEMO, "experiment/feature_sets", f"[midterm, {name}]")
    assert experiment(text)["feature_sets"] == ["midterm", name]


@pytest.mark.parametrize(
    "name", ["midterm@session", "code@speaker+midterm", "code@speaker@speaker", "@code"]
)
def test_no_other_suffix_is_taken(name):
    message = refused(changed(DEMO, "experiment/feature_sets", f"['{name}']"))
    assert f"'{name}'" in message and "must match" in message


def test_the_study_has_no_use_for_sets_normalised_per_speaker():
    text = changed(DEMO, "experiment/protocol", "study")
    text = changed(text, "experiment/feature_sets", "[midterm, code@speaker]")
    with pytest.raises(InputError, match="code@speaker is normalised .* study"):
        experiment(text)


def test_the_study_takes_one_draw_and_standardises_nothing():
    found = experiment(changed(DEMO, "experiment/protocol", "study"))
    assert found["draws"] == 1
    assert not any(s["standardise"] for s in found["classifiers"].values())


def test_what_is_given_is_stronger_than_the_protocol():
    text = changed(DEMO, "experiment/draws", "12")
    text = changed(text, "experiment/classifiers/svm/standardise", "false")
    found = experiment(text)
    assert found["draws"] == 12 and found["classifiers"]["svm"]["standardise"] is False


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("draws", "10", "experiment.draws: 10, .* one draw"),
        ("tuning", "{grids: {svm: {C: [1]}}}", "experiment.tuning.grids: .* study"),
    ],
)
def test_the_study_has_no_use_for_draws_and_tuning(key, value, message):
    text = changed(DEMO, "experiment/protocol", "study")
    with pytest.raises(InputError, match=message):
        read(changed(text, f"experiment/{key}", value))


@pytest.mark.parametrize(
    ("grid", "message"),
    [
        ("{svm: {C: [1, -1]}}", "experiment.tuning.grids.svm: C is -1"),
        ("{svm: {D: [1]}}", "experiment.tuning.grids.svm: D is unknown"),
        ("{knn: {n_neighbors: [a]}}", "tuning.grids.knn: n_neighbors is 'a'"),
        ("{perceptron: {C: [1]}}", "the name 'perceptron'"),
        ("{svm: {C: []}}", "must have an entry"),
    ],
)
def test_values_to_try_must_do_as_settings(grid, message):
    with pytest.raises(InputError, match=message):
        read(changed(DEMO, "experiment/tuning", f"{{grids: {grid}}}"))


def test_only_classifiers_of_the_experiment_are_tuned():
    text = changed(DEMO, "experiment/classifiers", "{knn: {}}")
    with pytest.raises(InputError, match="svm is not among experiment.classifiers"):
        read(changed(text, "experiment/tuning", "{grids: {svm: {C: [1]}}}"))


# --- feature sets ---------------------------------------------------------------


def with_sets(sets, tables="{}", text=DEMO):
    text = changed(text, "experiment/feature_sets", sets)
    return changed(text, "experiment/feature_tables", tables)


@pytest.mark.parametrize(
    ("sets", "tables"),
    [
        ("[midterm]", "{}"),
        ("[code, midterm, midterm+code]", "{}"),
        ("[midterm, wav2vec2, midterm+wav2vec2]", "{wav2vec2: a.csv}"),
        ("[midterm+wav2vec2]", "{wav2vec2: a.csv}"),
    ],
)
def test_feature_sets_may_be_made_of_what_there_is(sets, tables):
    read(with_sets(sets, tables))


@pytest.mark.parametrize(
    ("sets", "tables", "message"),
    [
        ("[midterm, wav2vec2]", "{}", "there is no wav2vec2; known are midterm, code"),
        (
            "[midterm+x]",
            "{y: a.csv}",
            "there is no x; .*, code, pooled, pca, y",
        ),
        ("[midterm]", "{y: a.csv}", "feature_tables.y is in no set"),
        ("[midterm, midterm]", "{}", "must not have an entry twice"),
        ("[]", "{}", "must have an entry"),
        ("[midterm+]", "{}", "must match"),
        ("[code, midterm+midterm]", "{}", "midterm.midterm has the same set twice"),
        ('["midterm\\n"]', "{}", "must match"),
        ("[../mine]", "{../mine: a.csv}", "must match|will not do"),
        ("[a/b]", "{a/b: a.csv}", "must match|will not do"),
        ("[code]", "{code: a.csv}", "the name 'code' will not do"),
        ("[label]", "{label: a.csv}", "label is the name of something else"),
    ],
)
def test_feature_sets_that_are_unknown_or_useless_are_named(sets, tables, message):
    with pytest.raises(InputError, match=message):
        read(with_sets(sets, tables))


def test_feature_tables_of_a_corpus_may_have_any_name():
    read(with_sets("[midterm, opensmile]", text=TABLES))


def test_the_architectures_are_valid():
    schema = yaml.safe_load((CONFIG / "schemas/architectures.schema.yaml").read_text())
    configuration.validate(deepcopy(ARCHITECTURES), schema, "architectures")


# --- defaults -------------------------------------------------------------------


def test_defaults_are_set_at_every_level():
    config, autoencoders = read(DEMO)
    assert config["corpus"]["valence"] == {
        "negative_at_most": 3,
        "positive_at_least": 5,
    }
    assert config["corpus"]["demo"]["speakers"] == 36
    assert config["segments"]["30k"]["short_signals"] == "drop"
    assert config["features"]["midterm"]["window"] == 1.0
    assert config["experiment"]["percentages"] == [5, *range(10, 101, 10)]
    assert config["experiment"]["classifiers"]["svm"]["C"] == 10
    assert list(config["experiment"]["classifiers"]) == list(CLASSIFIERS)
    (autoencoder,) = autoencoders["30k"].values()
    assert autoencoder.learning_rate == 0.001 and autoencoder.batch_size == 128
    # null in the grid: the architecture's own.
    assert autoencoder.code_activation == "relu"


def test_what_is_given_stays_and_only_what_lacks_is_set():
    text = changed(DEMO, "experiment/classifiers", "{svm: {C: 2}}")
    classifiers = read(text)[0]["experiment"]["classifiers"]
    assert list(classifiers) == ["svm"]
    assert classifiers["svm"]["C"] == 2 and classifiers["svm"]["gamma"] == "scale"


def test_defaults_are_valid_themselves():
    once, _ = read(DEMO)
    twice, _ = read(yaml.safe_dump(once))
    assert twice == once


def test_the_schema_is_not_filled_in():
    before = deepcopy(SCHEMA)
    config, _ = read(DEMO)
    config["experiment"]["classifiers"]["svm"]["C"] = 99
    config["features"]["spectrogram"]["scale"] = "log"
    assert before == SCHEMA
    assert read(DEMO)[0]["experiment"]["classifiers"]["svm"]["C"] == 10


def test_settings_of_the_command_line_are_read_as_those_of_a_file():
    # As Snakemake hands on --config splits='{folds: 4, sizes: {test: all}}'.
    given = {"splits": {"folds": "4", "fold": "null", "sizes": {"test": "all"}}}
    given["experiment"] = {"percentages": ["5", "10"], "draws": 3}
    assert configuration.typed(given) == {
        "splits": {"folds": 4, "fold": None, "sizes": {"test": "all"}},
        "experiment": {"percentages": [5, 10], "draws": 3},
    }


# --- mistakes -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "known"),
    [
        ("nonsense", "corpus, splits"),
        ("corpus/nonsense", "name, reader"),
        ("corpus/demo/nonsense", "speakers"),
        ("corpus/valence/nonsense", "negative_at_most"),
        ("splits/nonsense", "method"),
        ("splits/sizes/nonsense", "training"),
        ("audio/nonsense", "sampling_rate"),
        ("segments/30k/nonsense", "samples"),
        ("features/nonsense", "utterances_per_shard"),
        ("features/spectrogram/nonsense", "scale"),
        ("features/midterm/nonsense", "short_window"),
        ("autoencoders/nonsense", "configurations"),
        ("autoencoders/configurations/0/nonsense", "latent"),
        ("autoencoders/training/nonsense", "epochs"),
        ("experiment/nonsense", "draws"),
        ("experiment/classifiers/nonsense", "svm"),
        ("experiment/classifiers/svm/nonsense", "gamma"),
        ("experiment/classifiers/adaboost/nonsense", "learning_rate"),
    ],
)
def test_an_unknown_key_is_named_with_the_known_ones(key, known):
    message = refused(changed(DEMO, key, "1"))
    assert message.startswith(f"config: {key.replace('/', '.')} is unknown")
    assert known in message


@pytest.mark.parametrize(
    ("key", "value", "found", "wanted"),
    [
        # Wrong types.
        ("experiment/draws", "ten", "'ten'", "integer ≥ 1"),
        ("experiment/draws", "yes", "True", "integer ≥ 1"),
        ("experiment/draws", "10.0", "10.0", "integer ≥ 1"),
        ("segments/30k/samples", "3.0e+4", "30000.0", "integer ≥ 1"),
        ("experiment/percentages", "10", "10", "list of integer ≥ 1 and ≤ 100"),
        ("experiment/percentages", "[5, x]", "'x'", "integer ≥ 1 and ≤ 100"),
        ("experiment", "", "empty", "mapping"),
        ("experiment/classifiers/svm", "", "empty", "mapping"),
        ("autoencoders/configurations", "{}", "{}", "list of mapping"),
        ("splits/partitions", "[a]", "['a']", "mapping or `null`"),
        ("experiment/classifiers/knn/standardise", "1", "1", "boolean"),
        # Numbers out of bounds, or none.
        ("audio/max_unusable_share", "1.5", "1.5", "number ≥ 0 and ≤ 1"),
        ("audio/silent_below_db", "3", "3", "number ≤ 0"),
        ("audio/silent_below_db", "-.inf", "-inf", "number ≤ 0"),
        ("splits/max_speaker_share", "0", "0", "number > 0 and ≤ 1"),
        ("splits/max_speaker_share", ".nan", "nan", "number > 0 and ≤ 1"),
        ("corpus/demo/speakers", "3", "3", "integer ≥ 24"),
        # No such word.
        ("corpus/reader", "msp", "'msp'", "`demo`, `msp_podcast`"),
        ("splits/method", "givn", "'givn'", "`balanced`, `study` or `given`"),
        ("splits/method", "random", "'random'", "`balanced`, `study` or `given`"),
        ("segments/30k/short_signals", "skip", "'skip'", "`drop` or `pad`"),
        ("features/spectrogram/scale", "dB", "'dB'", "`linear` or `log`"),
        # Of several kinds of values, none fits: all are named.
        ("splits/sizes/test", "some", "'some'", "integer ≥ 1, `all` or mapping"),
        ("splits/sizes/test", "0", "0", "integer ≥ 1, `all` or mapping"),
        (
            "splits/sizes/training",
            "{negative: 1}",
            "{'negative': 1}",
            "{negative: 192, neutral: 72, positive: 96}",
        ),
        (
            "autoencoders/configurations/0/loss",
            "mae",
            "'mae'",
            "`binary_crossentropy`, `mse` or `null`, or a list",
        ),
        (
            "experiment/classifiers/svm/gamma",
            "wide",
            "'wide'",
            "`scale` or `auto` or number > 0",
        ),
        # Of the right kind, and wrong all the same.
        ("experiment/percentages", "[]", "[]", "must have an entry"),
        ("experiment/percentages", "[5, 5]", "[5, 5]", "twice"),
        ("segments", "{}", "{}", "must have an entry"),
        ("experiment/classifiers", "{}", "{}", "must have an entry"),
        *(
            ("corpus/name", json.dumps(name), repr(name), "letters, digits")
            for name in ("a b", "../a", "a/b", "/a", ".", "..", "a.b", "-a", "a\n", "é")
        ),
        ("features/midterm/window", "1.0e+300", "1e+300", "number > 0 and ≤ 3600"),
        ("features/spectrogram/step", "3601", "3601", "number > 0 and ≤ 3600"),
        # More than any machine could hold.
        ("audio/sampling_rate", "80000000", "80000000", "≤ 192000"),
        ("segments/30k/samples", "300000000", "300000000", "≤ 10000000"),
        ("experiment/draws", "100000", "100000", "≤ 1000"),
        ("statistics/resamples", "20000000", "20000000", "≤ 1000000"),
        ("corpus/demo/utterances_per_class", "10000", "10000", "≤ 1000"),
        ("experiment/seed", "4294967296", "4294967296", "integer ≥ 0 and ≤ 1000000000"),
    ],
)
def test_a_wrong_value_is_named_with_what_would_be_right(key, value, found, wanted):
    message = refused(changed(DEMO, key, value))
    assert message.startswith(f"config: {key.replace('/', '.')}")
    # The value stands before what should be there.
    assert wanted in message.split(f" is {found}, but ", maxsplit=1)[1]


def test_a_key_that_yaml_reads_as_a_number_may_stand_beside_others():
    message = refused(changed(RAVDESS, "corpus/emotions", "{sad: low, 3: high}"))
    assert message.startswith("config: corpus.emotions.")
    assert "must be `negative`, `neutral` or `positive`" in message


def test_a_message_ends_with_what_the_key_is_for():
    message = refused(changed(DEMO, "audio/sampling_rate", "fast"))
    assert message.endswith("Rate that everything is resampled to, in Hz")


def test_the_item_of_a_list_is_named():
    message = refused(changed(DEMO, "autoencoders/configurations/0/latent", "[64, x]"))
    assert message.startswith("config: autoencoders.configurations.0.latent.1 is 'x'")


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
    assert f"segments: the name {yaml.safe_load(name)!r} will not do" in message
    assert "letters, digits" in message


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (DEMO, "corpus"),
        (DEMO, "splits"),
        (DEMO, "segments"),
        (DEMO, "autoencoders"),
        (DEMO, "corpus/name"),
        (DEMO, "corpus/reader"),
        (DEMO, "corpus/demo"),
        (DEMO, "splits/sizes"),
        (DEMO, "splits/sizes/unlabelled"),
        (DEMO, "segments/30k/samples"),
        (DEMO, "autoencoders/configurations"),
        (DEMO, "autoencoders/configurations/0/latent"),
        (RAVDESS, "corpus/path"),
        (RAVDESS, "corpus/emotions"),
    ],
)
def test_a_missing_key_is_named(text, key):
    read(text)
    message = refused(changed(text, key))
    name = key.replace("/", ".")
    assert message.startswith(f"config: {name} is missing; it must be ")


@pytest.mark.parametrize("reader", ["msp_podcast", "emodb", "crema_d", "table"])
def test_every_corpus_on_disk_needs_its_path(reader):
    text = changed(changed(RAVDESS, "corpus/path"), "corpus/reader", reader)
    if reader == "msp_podcast":
        text = changed(text, "corpus/emotions")
    assert "corpus.path is missing" in refused(text)


@pytest.mark.parametrize("reader", ["emodb", "crema_d"])
def test_corpora_of_emotions_need_their_classes(reader):
    text = changed(changed(RAVDESS, "corpus/emotions"), "corpus/reader", reader)
    assert "corpus.emotions is missing" in refused(text)


@pytest.mark.parametrize(
    ("text", "key", "value"),
    [
        (DEMO, "corpus/path", "/data"),
        (DEMO, "corpus/emotions", "{sad: negative}"),
        (RAVDESS, "corpus/demo", "{}"),
        (RAVDESS, "splits/method", "given"),
    ],
)
def test_a_key_that_has_no_use_must_be_left_out(text, key, value):
    message = refused(changed(text, key, value))
    key = "splits/sizes" if key == "splits/method" else key
    assert message.startswith(f"config: {key.replace('/', '.')} is ")
    assert "no use here: leave it out" in message


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


def test_given_splits_need_no_sizes():
    config, _ = read(changed(DEMO, "splits", "{method: given}"))
    assert "sizes" not in config["splits"]


# --- settings that contradict each other -----------------------------------------


@pytest.mark.parametrize("lowest", ["3", "2.5"])
def test_thresholds_must_not_meet_or_cross(lowest):
    message = refused(
        changed(DEMO, "corpus/valence", f"{{positive_at_least: {lowest}}}")
    )
    assert message.startswith("corpus.valence: negative_at_most is 3,")
    assert f"below positive_at_least ({lowest})" in message


def test_percentages_must_grow():
    message = refused(changed(DEMO, "experiment/percentages", "[10, 50, 20]"))
    assert message.startswith("experiment.percentages: [10, 50, 20] must grow")


def test_a_segment_must_hold_a_spectrogram():
    # One frame needs two windows of 400 samples.
    message = refused(changed(DEMO, "segments", "{tiny: {samples: 799}}"))
    assert message.startswith("segments.tiny.samples: 799 is too short")
    assert "at least 800" in message


def test_a_segment_of_one_frame_is_too_small_for_the_architecture():
    message = refused(changed(DEMO, "segments", "{tiny: {samples: 800}}"))
    assert message.startswith("autoencoders.configurations: for segments.tiny: ")
    assert "(1, 200)" in message


def test_a_code_must_not_be_longer_than_what_it_compresses():
    # study1 at (74, 200): 37 x 100, 9 x 25, 4 x 12, of 8 maps.
    key = "autoencoders/configurations/0/latent"
    read(changed(DEMO, key, "384"))
    message = refused(changed(DEMO, key, "385"))
    assert message.startswith("autoencoders.configurations: for segments.30k: ")
    assert "latent is 385" in message and "at most 384" in message


def test_every_variant_is_checked():
    text = changed(DEMO, "segments", "{30k: {samples: 30000}, 2k: {samples: 2000}}")
    assert "for segments.2k: " in refused(text)


def test_an_unknown_architecture_is_named_with_those_there_are():
    message = refused(
        changed(DEMO, "autoencoders/configurations/0/architecture", "vgg")
    )
    assert message.startswith("autoencoders.configurations: ")
    assert "'vgg'" in message and "study1, study2, study3, study4" in message


@pytest.mark.parametrize(
    ("key", "seconds", "least"),
    [
        ("spectrogram/window", "0.0001", "0.00025"),
        ("spectrogram/step", "0.00001", "0.000125"),
        ("midterm/short_window", "0.0001", "0.00025"),
        ("midterm/short_step", "0.00001", "0.000125"),
    ],
)
def test_windows_and_steps_must_hold_samples(key, seconds, least):
    message = refused(changed(DEMO, f"features/{key}", seconds))
    assert message.startswith(f"features.{key.replace('/', '.')}: ")
    assert message.endswith(f"at 8000 Hz it must be at least {least}")


@pytest.mark.parametrize("key", ["window", "step"])
def test_midterm_windows_must_hold_short_ones(key):
    message = refused(changed(DEMO, f"features/midterm/{key}", "0.01"))
    assert message.startswith(f"features.midterm.{key}: 0.01 s")
    assert f"short_{key} (0.05 s)" in message


@pytest.mark.parametrize(
    ("rate", "short_window", "words"),
    [
        ("4000", "0.05", "MFCCs with short windows of 200 samples at 4000"),
        ("8000", "0.01", "chroma features with short windows of 80"),
    ],
)
def test_windows_that_no_features_can_be_computed_with(rate, short_window, words):
    text = changed(DEMO, "audio/sampling_rate", rate)
    message = refused(changed(text, "features/midterm/short_window", short_window))
    assert message.startswith("features.midterm: ") and words in message


@pytest.mark.parametrize("key", ["published", "tuning"])
def test_a_classifier_that_is_not_in_the_experiment_has_no_settings(key):
    text = changed(DEMO, "experiment/classifiers", "{knn: {}}")
    value = {"published": "{svm: a.json}", "tuning": "{grids: {svm: {C: [1]}}}"}[key]
    name = {"published": "published", "tuning": "tuning.grids"}[key]
    message = refused(changed(text, f"experiment/{key}", value))
    assert message.startswith(f"experiment.{name}.svm: svm is not among")
    assert message.endswith("knn")


# --- the file itself --------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"a: 1\nb: 2\na: 3\n", "line 3: the key 'a' stands twice"),
        (b"a:\n  b: 1\n  c: 2\n  b: 1\n", "line 4: the key 'b' stands twice"),
        (b"a: [{b: 1, b: 2}]\n", "line 1: the key 'b' stands twice"),
        (b"a: [1\nb: 2\n", "line 2: expected ',' or ']'"),
        (b"a:\n\tb: 1\n", "line 2: found character '\\t' that cannot start any token"),
        (b"a: !!python/object/apply:os.getcwd []\n", "line 1: could not determine"),
        (b"a: \x01\n", "is no YAML: unacceptable character"),
        (b"a: M\xfcller\n", "must be UTF-8"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_in_a_sentence(tmp_path, content, words):
    path = tmp_path / "a.yaml"
    path.write_bytes(content)
    with pytest.raises(InputError) as error:
        configuration.load(path)
    message = str(error.value)
    assert message.startswith(str(path)) and words in message and "\n" not in message


def test_keys_may_be_given_anew_where_they_are_merged(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text("a: &a {x: 1, y: 2}\nb: &b {<<: *a, x: 3}\nc: {<<: *b, x: 4}\n")
    assert configuration.load(path)["c"] == {"x": 4, "y": 2}


# --- the schema against what it describes -----------------------------------------


def keys(schema, path=()):
    """Return the path and the schema of every key, outer ones too."""
    schema = schema["items"] if "properties" in schema.get("items", {}) else schema
    children = dict(schema.get("properties", {}))
    if isinstance(schema.get("additionalProperties"), dict):
        children["NAME"] = schema["additionalProperties"]
    for name, child in children.items():
        yield (*path, name), child
        yield from keys(child, (*path, name))


def leaves():
    """Return the path of every key that holds no further keys."""
    return [path for path, schema in keys(SCHEMA) if not list(keys(schema))]


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
VALUES = st.recursive(
    SCALARS | st.sampled_from([0, 1, "all", "demo", "table", "midterm", "study1"]),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.integers(), inner),
    max_leaves=5,
)


@settings(max_examples=300, deadline=None)
@given(
    text=st.sampled_from([DEMO, RAVDESS, TABLES]),
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
        validated(config)
    except InputError as error:
        assert str(error)


@pytest.mark.parametrize("name", CLASSIFIERS)
def test_keys_of_a_classifier_are_arguments_and_defaults_of_scikit_learn(name):
    properties = SCHEMA["properties"]["experiment"]["properties"]["classifiers"]
    properties = properties["properties"][name]["properties"]
    own = {key: schema["default"] for key, schema in properties.items()}
    assert own.pop("standardise") is None, "the protocol decides"
    parameters = CLASSIFIERS[name]().get_params()
    expected = {key: parameters[key] for key in own}
    if name == "svm":
        expected["C"] = 10  # as in the published study
    assert own == expected


@pytest.mark.parametrize("name", CLASSIFIERS)
def test_scikit_learn_takes_every_word_that_the_schema_offers(name):
    properties = SCHEMA["properties"]["experiment"]["properties"]["classifiers"]
    for key, schema in properties["properties"][name]["properties"].items():
        options = [schema, *schema.get("oneOf", [])]
        for value in [v for option in options for v in option.get("enum", [])]:
            model = CLASSIFIERS[name](**{key: value})
            model.fit([[0.0], [1.0], [2.0]] * 3, [0, 1, 2] * 3)


def test_every_key_has_a_description():
    lacking = [".".join(path) for path, s in keys(SCHEMA) if not s.get("description")]
    assert not lacking


def test_the_page_on_the_configuration_is_up_to_date():
    page = (CONFIG / "README.md").read_text(encoding="utf-8")
    assert page == configuration.markdown(SCHEMA), "run: make config/README.md"


def test_the_page_has_a_row_for_every_key_with_its_default():
    page = configuration.markdown(SCHEMA)
    sections = re.split(r"^## ", page, flags=re.M)[1:]
    rows = {}
    for section in sections:
        title, *lines = section.splitlines()
        for line in lines[5:]:
            if line:
                key, _, default, what = line.strip("| ").split(" | ")
                rows[f"{title}.{key.strip('`')}"] = (default, what)
    assert list(rows) == [".".join(path) for path, _ in keys(SCHEMA) if len(path) > 1]
    assert rows["audio.sampling_rate"][0] == "`8000`"
    assert rows["splits.partitions"][0] == "`null`"
    assert rows["corpus.name"][0] == "required"
    assert all(what for _, what in rows.values())


def words_of_the_code():
    """Return the strings, arguments and fields that the code names."""
    words = set()
    for path in (ROOT / "scripts").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                words.add(node.value)
            elif isinstance(node, ast.arg):
                words.add(node.arg)
            elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                words.add(node.target.id)
    for path in [ROOT / "Snakefile", *(ROOT / "rules").glob("*.smk")]:
        words.update(re.findall(r"""["'](\w+)["']""", path.read_text()))
    return words


def test_every_key_is_read_somewhere():
    # Names that the user gives are none of the code's, and arguments of
    # scikit-learn go there as they are, as another test holds.
    arguments = {
        ("experiment", "classifiers", name, key)
        for name, kind in CLASSIFIERS.items()
        for key in kind().get_params()
    }
    unread = {
        path[-1] for path in set(leaves()) - arguments if path[-1] != "NAME"
    } - words_of_the_code()
    assert not unread


def test_autoencoders_are_chosen_by_what_can_be_measured_of_them():
    config, _ = read(DEMO)
    assert config["autoencoders"]["select_by"] == "instability"
    assert config["autoencoders"]["trial"] == {"percentages": [5, 20, 100]}
    for by in selection.CRITERIA:
        read(changed(DEMO, "autoencoders/select_by", by))
    message = refused(changed(DEMO, "autoencoders/select_by", "score"))
    assert "autoencoders.select_by is 'score'" in message
    config, _ = read(changed(DEMO, "autoencoders/trial/percentages", "[]"))
    assert config["autoencoders"]["trial"]["percentages"] == []
    message = refused(changed(DEMO, "autoencoders/trial/percentages", "[0]"))
    assert "autoencoders.trial.percentages.0" in message
