"""Settings that contradict each other, found before any long work."""

from copy import deepcopy

import pytest
import yaml
from configurations import (
    BALANCED,
    DEMO,
    RAVDESS,
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


# --- classes, labels and ratings ----------------------------------------------------


def test_classes_may_be_any():
    text = changed(RAVDESS, "corpus/classes", FOUR)
    config, _ = read(changed(text, "corpus/labels", "{calm: neutral}"))
    assert config["corpus"]["classes"] == ["angry", "happy", "neutral", "sad"]


@pytest.mark.parametrize(
    ("classes", "words"),
    [("[Sad, sad]", "'Sad' and 'sad'"), ("[a, b, A]", "'a' and 'A'")],
)
def test_classes_must_differ_in_more_than_case(classes, words):
    message = refused(changed(TABLE, "corpus/classes", classes))
    assert message.startswith("corpus.classes: ") and words in message


def test_a_label_must_be_of_a_class_that_there_is():
    message = refused(changed(TABLE, "corpus/labels", "{joy: happy}"))
    assert message.startswith("corpus.labels") and "happy" in message
    assert "negative, neutral, positive" in message


def test_a_word_has_one_class_however_it_is_written():
    text = changed(TABLE, "corpus/labels", "{Joy: positive, joy: neutral}")
    assert refused(text).startswith("corpus.labels")


@pytest.mark.parametrize(
    ("rating", "words"),
    [
        ("{bounds: [3]}", "[3] parts ratings into 2 classes, but corpus.classes has 3"),
        ("{bounds: [2, 3, 4]}", "give 2"),
        ("{bounds: [5, 3]}", "[5, 3] must grow"),
        ("{bounds: [3, 3]}", "[3, 3] must grow"),
        ("{bounds: [0, 3]}", "within the scale from 1 to 7"),
        ("{bounds: [3, 8]}", "within the scale from 1 to 7"),
        ("{scale: [0, 4]}", "within the scale from 0 to 4"),
        ("{scale: [7, 1]}", "must be the lowest and the highest"),
    ],
)
@pytest.mark.parametrize("text", [TABLE, MSP, DEMO])
def test_bounds_must_part_the_scale_into_the_classes(text, rating, words):
    message = refused(changed(text, "corpus/rating", rating))
    assert message.startswith("corpus.rating.") and words in message


def test_a_rating_makes_as_many_classes_as_there_are_bounds_and_one():
    text = changed(TABLE, "corpus/classes", "[low, high]")
    read(changed(text, "corpus/rating", "{scale: [0, 100], bounds: [50]}"))
    read(changed(TABLE, "corpus/classes", FOUR))


@pytest.mark.parametrize("text", [MSP, DEMO])
def test_a_corpus_of_ratings_needs_bounds_for_other_classes(text):
    message = refused(changed(text, "corpus/classes", FOUR))
    assert "corpus.classes has 4 (angry, happy, neutral, sad): give 3" in message


def test_msp_podcast_takes_words_or_a_rating():
    words = changed(MSP, "corpus/classes", FOUR)
    words = changed(words, "corpus/labels", "{A: angry, H: happy, N: neutral, S: sad}")
    read(words)
    read(changed(MSP, "corpus/rating", "{column: EmoAct}"))
    message = refused(changed(words, "corpus/rating", "{column: EmoAct}"))
    assert "labels and rating are both given, but msp_podcast" in message


# --- the division -------------------------------------------------------------------


def test_splits_need_not_be_given():
    assert read(TABLE)[0]["splits"]["folds"] == 5


def test_given_splits_need_no_sizes():
    config, _ = read(changed(DEMO, "splits", "{method: given}"))
    assert "sizes" not in config["splits"]


@pytest.mark.parametrize("size", ["all", "7", "{negative: 1, neutral: 2, positive: 3}"])
def test_sizes_may_be_all_or_a_number_for_each_class(size):
    read(changed(ONE_DIVISION, "splits/sizes/test", size))


@pytest.mark.parametrize(
    "size",
    ["some", "0", "1.5", "{}", "{negative: 0, neutral: 1, positive: 1}", "[1]"],
)
def test_sizes_of_no_utterance_are_refused(size):
    message = refused(changed(ONE_DIVISION, "splits/sizes/test", size))
    assert message.startswith("config: splits.sizes.test")
    assert "As for `training`" in message or "integer ≥ 1" in message


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


@pytest.mark.parametrize("key", ["segments", "autoencoders"])
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
    assert {"svm", "knn"} <= standardised, "those that compare lengths"
    assert standardised == {n for n, c in names.CLASSIFIERS.items() if c.standardise}


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
    text = STUDY
    text = changed(text, "experiment/feature_sets", "[midterm, code@speaker]")
    with pytest.raises(InputError, match="code@speaker is normalised .* study"):
        experiment(text)


def test_the_study_takes_one_draw_and_standardises_nothing():
    found = experiment(STUDY)
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
    text = STUDY
    with pytest.raises(InputError, match=message):
        read(changed(text, f"experiment/{key}", value))


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
        ("[midterm+x]", "{y: a.csv}", "there is no x; known are .*, code, .*, y, and"),
        ("[midterm]", "{y: a.csv}", "feature_tables.y is in no set"),
        ("[midterm, midterm]", "{}", "must not have an entry twice"),
        ("[]", "{}", "must have 1 or more entries"),
        ("[midterm+]", "{}", "must match"),
        ("[code, midterm+midterm]", "{}", "midterm.midterm has the same set twice"),
        ('["midterm\\n"]', "{}", "must match"),
        ("[../mine]", "{../mine: a.csv}", "must match|will not do"),
        ("[a/b]", "{a/b: a.csv}", "must match|will not do"),
        ("[code]", "{code: a.csv}", "feature_tables.code: the workflow computes"),
        ("[corpus]", "{corpus: a.csv}", "corpus is the name of something else"),
        ("[label]", "{label: a.csv}", "label is the name of something else"),
    ],
)
def test_feature_sets_that_are_unknown_or_useless_are_named(sets, tables, message):
    with pytest.raises(InputError, match=message):
        read(with_sets(sets, tables))


def test_feature_tables_of_a_corpus_may_have_any_name():
    read(with_sets("[midterm, opensmile]", text=TABLES))


# --- settings that contradict each other -----------------------------------------


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
