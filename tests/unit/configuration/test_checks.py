"""Settings that contradict each other, found before any long work."""

import re
from copy import deepcopy

import pytest
import yaml
from configurations import (
    BALANCED,
    DEMO,
    REST,
    SCHEMA,
    TABLE,
    TABLES,
    changed,
    read,
    refused,
)

from speechcodes import names
from speechcodes.configuration.loading import complete
from speechcodes.errors import InputError

ONE_DIVISION = changed(TABLE, "splits", BALANCED)
STUDY = changed(ONE_DIVISION, "experiment/protocol", "study")
MSP = changed(TABLE, "corpus/reader", "msp_podcast")
FOUR = "[angry, happy, neutral, sad]"
FIRST = "autoencoders/configurations/0"
WIDTHS = {"svm": ["scale", 0.01, 0.001, 0.0001]}


# --- classes, labels and ratings ----------------------------------------------------


#: Settings of a table, and what is said of them.
UNFIT = [
    ("corpus/classes", "[Sad, sad]", "'Sad' and 'sad' differ only in"),
    ("corpus/labels", "{joy: happy}", "'happy', .* none of corpus.classes: negative, "),
    ("corpus/labels", "{A: positive, a: neutral}", "'a' has .*, but written otherwise"),
    (
        "experiment/percentages",
        "[10, 50, 20]",
        r"\[10, 50, 20\] must be in increasing order",
    ),
    (
        "segments",
        "{a: {samples: 8000, input: [spectrogram, pitch]}}",
        "samples is 8000",
    ),
    # One frame needs two windows of 400 samples.
    ("segments", "{tiny: {samples: 799}}", "799 is too short .* at least 800"),
    ("features/midterm/window", "0.01", r"0.01 s .* short_window \(0.05 s\)"),
    ("features/midterm/step", "0.01", r"0.01 s .* short_step \(0.05 s\)"),
    ("features/spectrogram/window", "0.00001", "8000 Hz .* at least 0.00025"),
    ("features/spectrogram/step", "0.00001", "8000 Hz .* at least 0.000125"),
    ("features/midterm/short_window", "0.00001", "8000 Hz .* at least 0.00025"),
    ("features/midterm/short_step", "0.00001", "8000 Hz .* at least 0.000125"),
    ("corpus/rating", "{bounds: [3]}", r"\[3\] .* 2 classes, but corpus.classes has 3"),
    ("corpus/rating", "{bounds: [2, 3, 4]}", "give 2"),
    ("corpus/rating", "{bounds: [5, 3]}", r"\[5, 3\] must be in increasing order"),
    ("corpus/rating", "{bounds: [3, 3]}", r"\[3, 3\] must be in increasing order"),
    ("corpus/rating", "{bounds: [0, 3]}", "within the scale from 1 to 7"),
    ("corpus/rating", "{bounds: [3, 8]}", "within the scale from 1 to 7"),
    ("corpus/rating", "{scale: [0, 4]}", "within the scale from 0 to 4"),
    ("corpus/rating", "{scale: [7, 1]}", "must be the lowest and the highest"),
    ("report/groups", "[gender, speaker]", "speaker is a column of utterances.csv"),
]


@pytest.mark.parametrize(("key", "value", "message"), UNFIT)
def test_settings_that_do_not_fit_are_told(key, value, message):
    found = refused(changed(TABLE, key, value))
    assert re.match(rf"{key.replace('/', '.')}[\w.]*: .*{message}", found)


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("segments", "{tiny: {samples: 800}}", r"segments.tiny: .*\(1, 200\)"),
        (f"{FIRST}/architecture", "vgg", "'vgg'.* study1, study2, study3, study4"),
        # study1 at (74, 200): 37 x 100, 9 x 25, 4 x 12, of 8 maps.
        (f"{FIRST}/latent", "385", "segments.30k: .*latent is 385.* at most 384"),
    ],
)
def test_autoencoders_that_cannot_be_are_told(key, value, message):
    read(changed(TABLE, f"{FIRST}/latent", "384"))
    found = refused(changed(TABLE, key, value))
    assert re.match(f"autoencoders.configurations: .*{message}", found)


@pytest.mark.parametrize("text", [MSP, DEMO])
def test_other_classes_need_bounds_where_a_rating_gives_them(text):
    message = refused(changed(text, "corpus/classes", FOUR))
    assert "corpus.classes has 4 (angry, happy, neutral, sad): give 3" in message
    read(changed(TABLE, "corpus/classes", FOUR))
    text = changed(TABLE, "corpus/classes", "[low, high]")
    read(changed(text, "corpus/rating", "{scale: [0, 100], bounds: [50]}"))


def test_msp_podcast_takes_words_or_a_rating():
    words = changed(MSP, "corpus/classes", FOUR)
    words = changed(words, "corpus/labels", "{A: angry, H: happy, N: neutral, S: sad}")
    read(words)
    read(changed(MSP, "corpus/rating", "{column: EmoAct}"))
    message = refused(changed(words, "corpus/rating", "{column: EmoAct}"))
    assert "labels and rating are both given, but msp_podcast" in message


# --- the division -------------------------------------------------------------------


@pytest.mark.parametrize("size", ["all", "7", "{negative: 1, neutral: 2, positive: 3}"])
def test_sizes_may_be_all_or_a_number_for_each_class(size):
    read(changed(ONE_DIVISION, "splits/sizes/test", size))


@pytest.mark.parametrize("size", ["some", "0", "1.5", "{}", "{negative: 0}", "[1]"])
def test_sizes_of_no_utterance_are_refused(size):
    message = refused(changed(ONE_DIVISION, "splits/sizes/test", size))
    assert message.startswith("config: splits.sizes.test")


@pytest.mark.parametrize("size", ["{negative: 1}", "{negative: 1, neutral: 1, sad: 1}"])
def test_sizes_must_be_of_the_corpus_classes(size):
    message = refused(changed(ONE_DIVISION, "splits/sizes/training", size))
    assert message.startswith("splits.sizes.training: negative")
    assert message.endswith("corpus.classes: negative, neutral, positive")
    text = changed(ONE_DIVISION, "corpus/classes", "[negative, neutral, sad]")
    size = "{negative: 1, neutral: 1, sad: 1}"
    read(changed(text, "splits/sizes/training", size))


def test_the_study_has_one_division():
    message = refused(changed(TABLE, "experiment/protocol", "study"))
    assert message.startswith("splits.method: protocol study has one division")
    assert "study, balanced or given" in message
    read(STUDY)


# --- feature tables and audio -------------------------------------------------------


@pytest.mark.parametrize("key", ["splits", "segments", "autoencoders", "features"])
def test_a_corpus_of_feature_tables_has_no_use_for_what_audio_needs(key):
    section = yaml.safe_load(REST).get(key, {})
    with pytest.raises(InputError, match=f"config: {key} .*leave it out"):
        read(changed(TABLES, key, yaml.safe_dump(section)))
    read(TABLES)


# --- protocols ------------------------------------------------------------------


def experiment(text):
    return read(text)[0]["experiment"]


def test_the_robust_protocol_is_the_default_with_ten_draws():
    found = experiment(DEMO)
    assert found["protocol"] == "robust" and found["draws"] == 10
    standardised = {c for c, s in found["classifiers"].items() if s["standardise"]}
    assert {"svm", "knn"} <= standardised, "those that compare lengths"
    assert standardised == {n for n, c in names.CLASSIFIERS.items() if c.standardise}
    # What is given is stronger.
    text = changed(DEMO, "experiment/draws", "12")
    found = experiment(changed(text, "experiment/classifiers/svm/standardise", "false"))
    assert found["draws"] == 12 and found["classifiers"]["svm"]["standardise"] is False


def test_the_study_takes_one_draw_and_standardises_nothing():
    found = experiment(STUDY)
    assert found["draws"] == 1
    assert not any(s["standardise"] for s in found["classifiers"].values())


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("draws", "10", "experiment.draws: 10, .* one draw"),
        ("tuning", "{grids: {svm: {C: [1]}}}", "experiment.tuning.grids: .* study"),
        ("feature_sets", "[code@speaker]", "code@speaker is normalised .* study"),
        ("feature_sets", "[code@self_training]", "is self-trained, .* study"),
    ],
)
def test_the_study_has_no_use_for_what_it_did_not_do(key, value, message):
    assert re.search(message, refused(changed(STUDY, f"experiment/{key}", value)))


@pytest.mark.parametrize(
    ("grid", "message"),
    [
        ("{svm: {C: [1, -1]}}", "experiment.tuning.grids.svm: C is -1"),
        ("{svm: {D: [1]}}", "experiment.tuning.grids.svm: D is unknown"),
        ("{knn: {n_neighbors: [a]}}", "tuning.grids.knn: n_neighbors is 'a'"),
        ("{perceptron: {C: [1]}}", "the name 'perceptron'"),
        ("{svm: {C: []}}", "must have 1 or more entries"),
    ],
)
def test_values_to_try_must_do_as_settings(grid, message):
    with pytest.raises(InputError, match=message):
        read(changed(DEMO, "experiment/tuning", f"{{grids: {grid}}}"))


@pytest.mark.parametrize(
    ("given", "tuning", "tried", "most_rows"),
    [
        ("svm: {}, knn: {}", "{}", WIDTHS, 500),
        ("svm: {gamma: null}", "{most_rows: 50}", WIDTHS, 50),
        ("knn: {}, svm: {gamma: 0.3}", "{}", {}, 500),
        ("svm: {}, knn: {}", "{grids: {}}", {}, None),
        ("svm: {}", "{grids: {svm: {gamma: [1, 2]}}}", {"svm": [1, 2]}, None),
    ],
)
def test_a_width_left_open_is_tuned_where_labels_are_few(
    given, tuning, tried, most_rows
):
    text = changed(DEMO, "experiment/classifiers", f"{{{given}}}")
    found = experiment(changed(text, "experiment/tuning", tuning))
    grids, settings = found["tuning"]["grids"], found["classifiers"]
    assert {name: grid["gamma"] for name, grid in grids.items()} == tried
    assert found["tuning"]["most_rows"] == most_rows
    assert settings["svm"]["gamma"] == (0.3 if "0.3" in given else "scale")
    # The study had nothing to tune.
    assert experiment(STUDY)["tuning"]["grids"] == {}


def test_a_classifier_needs_no_entry_in_the_schema():
    schema = deepcopy(SCHEMA)
    section = schema["properties"]["experiment"]["properties"]["classifiers"]
    del section["properties"]["knn"]
    text = changed(TABLE, "experiment/classifiers", "{knn: {p: 1}}")
    text = changed(text, "experiment/tuning", "{grids: {knn: {n_neighbors: [1, 5]}}}")
    config = yaml.safe_load(text)
    complete(config, schema)
    # What the registry says of it.
    assert config["experiment"]["classifiers"] == {"knn": {"p": 1, "standardise": True}}


# --- feature sets ---------------------------------------------------------------


#: No other suffix, and none inside, is taken.
NO_SETS = ["midterm@session", "code@speaker+midterm", "code@speaker@speaker", "@code"]
NO_SETS += ["midterm@self_training@speaker", "midterm@self_training+code"]


def with_sets(sets, tables="{}", text=DEMO):
    text = changed(text, "experiment/feature_sets", sets)
    return changed(text, "experiment/feature_tables", tables)


@pytest.mark.parametrize(
    ("sets", "tables"),
    [
        ("[midterm]", "{}"),
        ("[code, midterm, midterm+code]", "{}"),
        ("[midterm, wav2vec2, midterm+wav2vec2]", "{wav2vec2: a.csv}"),
        ("[midterm@speaker, midterm+code@speaker]", "{}"),
        ("[f0@self_training, midterm+f0@speaker@self_training]", "{}"),
    ],
)
def test_feature_sets_may_be_made_of_what_there_is(sets, tables):
    read(with_sets(sets, tables))
    # A corpus of feature tables may have any.
    read(with_sets("[midterm, opensmile]", text=TABLES))


def test_autoencoders_may_be_left_out_where_nothing_comes_from_one():
    config = yaml.safe_load(with_sets("[midterm, fisher]"))
    del config["autoencoders"]
    assert read(yaml.safe_dump(config))[1] == {}
    config["experiment"]["feature_sets"] = ["midterm+pca", "fisher"]
    told = "autoencoders is missing, but experiment.feature_sets has midterm.pca, which"
    assert re.match(told, refused(yaml.safe_dump(config)))


def test_embeddings_need_a_model_and_what_it_hears():
    text = with_sets("[midterm, onnx@speaker]")
    assert "features.onnx.model names no file, but" in refused(text)
    text = changed(text, "features/onnx", "{model: model.onnx}")
    told = "audio.sampling_rate: 8000 Hz, but the model in features.onnx expects 16000"
    assert told in refused(text)
    read(changed(text, "audio/sampling_rate", "16000"))


@pytest.mark.parametrize(
    ("sets", "tables", "message"),
    [
        (
            "[midterm, wav2vec2]",
            "{}",
            "there is no wav2vec2; known are midterm, egemaps",
        ),
        ("[midterm+x]", "{y: a.csv}", "there is no x; known are .*, code, .*, y, and"),
        ("[midterm]", "{y: a.csv}", "feature_tables.y is not used in"),
        ("[midterm, midterm]", "{}", "must not contain an entry twice"),
        ("[]", "{}", "must have 1 or more entries"),
        ("[midterm+]", "{}", "must match"),
        *((f"['{name}']", "{}", "must match") for name in NO_SETS),
        ("[code, midterm+midterm]", "{}", "midterm.midterm has the same set twice"),
        ('["midterm\\n"]', "{}", "must match"),
        ("[../mine]", "{../mine: a.csv}", "must match|is not allowed"),
        ("[a/b]", "{a/b: a.csv}", "must match|is not allowed"),
        ("[code]", "{code: a.csv}", "feature_tables.code: the workflow computes"),
        ("[corpus]", "{corpus: a.csv}", "corpus is the name of something else"),
        ("[label]", "{label: a.csv}", "label is the name of something else"),
    ],
)
def test_feature_sets_that_are_unknown_or_useless_are_named(sets, tables, message):
    with pytest.raises(InputError, match=message):
        read(with_sets(sets, tables))


# --- settings that contradict each other -----------------------------------------


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


def test_each_self_trained_set_brings_the_plain_one_and_codes_the_untrained_network():
    sets = "[f0, code@speaker@self_training, f0@self_training]"
    config, _ = read(with_sets(sets))
    *given, plain, untrained = config["experiment"]["feature_sets"]
    assert given == ["f0", "code@speaker@self_training", "f0@self_training"]
    assert (plain, untrained) == ("code@speaker", "untrained@speaker")


@pytest.mark.parametrize(
    ("key", "value", "name"),
    [
        ("published", "{svm: a.json}", "published"),
        ("tuning", "{grids: {svm: {C: [1]}}}", "tuning.grids"),
    ],
)
def test_a_classifier_that_is_not_in_the_experiment_has_no_settings(key, value, name):
    text = changed(DEMO, "experiment/classifiers", "{knn: {}}")
    message = refused(changed(text, f"experiment/{key}", value))
    assert re.match(f"experiment.{name}.svm: svm is not among .*knn$", message)


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        (
            "{classifier: oracle}",
            "predictor.classifier: there is no oracle in this run, but",
        ),
        ("{segment: short}", "predictor.segment: there is no short in this run, but"),
        ("{feature_set: f0}", "predictor.feature_set: there is no f0 in this run, but"),
        ("{feature_set: untrained}", "untrained has untrained, which is a control"),
        ("{feature_set: mine+midterm}", "has mine, which is a control or a table of"),
        (
            "{feature_set: midterm@self_training}",
            "predictor.feature_set: midterm@self_training is self-trained, which with "
            "all labels is plain training: name midterm",
        ),
    ],
)
def test_a_predictor_is_made_of_what_is_in_the_run_and_new_speech_has(wanted, message):
    sets = "[midterm, code, mine+midterm, midterm@self_training]"
    text = with_sets(sets, "{mine: a.csv}")
    with pytest.raises(InputError, match=re.escape(message)):
        read(changed(text, "predictor", wanted))
