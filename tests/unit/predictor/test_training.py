"""A predictor is trained as the experiment does, tried out, kept, and used."""

import json

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import precision_recall_fscore_support
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from speechcodes.errors import InputError
from speechcodes.experiment import feature_sets, learning_curves
from speechcodes.experiment.draws import Protocol
from speechcodes.experiment.feature_sets import Rows
from speechcodes.predictor import card, folder, labelling, training

CLASSES = ("low", "high")
SETTINGS = {"standardise": True, "C": 0.5}


def rows_of(n, seed=0):
    """Pitch features and mid-term features of n utterances of n / 12 speakers."""
    rng = np.random.default_rng(seed)
    ids = np.array([f"{seed}/u{i:03}" for i in range(n)], dtype=object)
    labels, speakers = np.arange(n) % 2, np.arange(n) // 12
    features = 3 * rng.normal(size=(n // 12, 12))[speakers] + rng.normal(size=(n, 12))
    features[:, 0] += 3 * labels
    rows = {"f0": Rows(features, ids), "midterm": Rows(rng.normal(size=(n, 136)), ids)}
    voices = [f"speaker {seed} {s}" for s in speakers]
    table = pd.DataFrame({"utterance": ids, "voice": voices, "path": ids + ".wav"})
    return rows, table.assign(label=np.array(CLASSES)[labels])


def role_of(n, feature_set, seed=0):
    rows, table = rows_of(n, seed)
    return feature_sets.gather(rows, training.sets_of(feature_set), table, CLASSES)


def trained(feature_set="f0@speaker", n=120):
    role, protocol = role_of(n, feature_set), Protocol()
    return training.train("logistic_regression", SETTINGS, role, feature_set, protocol)


def test_it_predicts_what_the_experiment_does_with_all_labels():
    name = "f0@speaker"
    role, test = role_of(120, name), role_of(48, name, seed=1)
    options = {"percentages": [100], "protocol": Protocol(), "threads": 1}
    predicted, _ = learning_curves.predict_draws(
        "logistic_regression", SETTINGS, role, test, **options
    )[100]
    found = trained().models["classifier"].predict(test.sets[name].features)
    assert found.tolist() == predicted[name].per_utterance[0].tolist()


def test_speakers_held_out_are_predicted_by_models_of_the_others():
    role, found = role_of(120, "f0"), trained("f0")
    folds = training.divide(role.labels, role.voices, Protocol().seed)
    assert len(set(zip(role.voices, folds, strict=True))) == 10
    features = role.sets["f0"].features
    expected = np.empty(120, int)
    for fold in range(5):
        model = make_pipeline(StandardScaler(), LogisticRegression(C=0.5))
        model.fit(features[folds != fold], role.labels[folds != fold])
        expected[folds == fold] = model.predict(features[folds == fold])
    table = found.held_out
    assert table["predicted"].tolist() == [CLASSES[k] for k in expected]
    tried = training.tried(found)
    precision, recall, *_ = precision_recall_fscore_support(role.labels, expected)
    for k, label in enumerate(CLASSES):
        assert tried["of_class"][label]["precision"] == pytest.approx(precision[k])
        assert tried["of_class"][label]["recall"] == pytest.approx(recall[k])
    of_speaker = (expected == role.labels).reshape(10, 12).mean(axis=1)
    assert tried["of_speaker"]["min"] == of_speaker.min()


def test_with_one_speaker_of_a_class_nothing_is_held_out():
    found = trained(n=12)
    assert set(found.models) == {"classifier", "distance", "typical"}
    assert found.held_out.empty and training.tried(found) == {}
    assert list(found.reliability)[-1] == "calibrated"


def test_with_all_speakers_of_a_class_in_one_fold_nothing_is_held_out():
    # Two speakers of each class, so two folds; both of `low` come into the first.
    labels, voices = np.array([1] * 2 + [0] * 6 + [1] * 3), [0] * 2 + [1] * 2 + [2] * 7
    assert training.divide(labels, np.array(voices), seed=0) is None
    rows, table = rows_of(12)
    table = table[:11].assign(
        label=np.array(CLASSES)[labels], voice=[f"speaker {s}" for s in voices]
    )
    role = feature_sets.gather(rows, training.sets_of("f0"), table, CLASSES)
    found = training.train(
        "logistic_regression", SETTINGS, role, "f0", Protocol(tuning=None)
    )
    assert set(found.models) == {"classifier", "distance"}
    assert found.held_out.empty


def settings_of(found, name="f0@speaker"):
    return {
        "corpus": "made-up",
        "audio": {"sampling_rate": 8000},
        "features": {},
        "variant": {},
        "spectrogram": {},
        "input": ["spectrogram"],
        "feature_set": name,
        "parts": ["f0", "midterm"],
        "classes": list(CLASSES),
        "choice": {
            "classifier": "logistic_regression",
            "metric": "macro_f1",
            "percentage": 100,
            "n_training_utterances": 90,
            "candidates": 3,
            "better_unusable": "",
        }
        | {"score": 0.8, "low": 0.7, "high": 0.9},
        "classifier_settings": found.settings,
        "trained_on": training.summary(role_of(120, name)),
        "tried": training.tried(found),
    }


@pytest.fixture
def kept(tmp_path):
    """A predictor in a folder."""
    found = trained()
    text = card.card(settings_of(found))
    there = tmp_path / "predictor"
    folder.write(there, settings_of(found), found.models, {"README.md": text}, {})
    return there


def test_a_predictor_labels_the_same_when_it_is_read(kept):
    rows, table = rows_of(36, seed=2)
    found = labelling.label(folder.read(kept), rows, table.drop(columns="label"))
    test = role_of(36, "f0@speaker", seed=2)
    expected = trained().models["classifier"].predict(test.sets["f0@speaker"].features)
    assert found["predicted"].tolist() == [CLASSES[k] for k in expected]
    assert list(found) == labelling.columns(CLASSES)
    assert set(found["normalised_by"]) == {"speaker"}
    right = (found["predicted"] == table["label"]).mean()
    assert right > 0.7


def test_whether_pitch_counts_from_files_is_told():
    plain = {"feature_set": "fisher", "input": ["spectrogram", "pitch"]}
    assert labelling.hears_pitch(plain)
    assert not labelling.hears_pitch(plain | {"feature_set": "midterm+f0"})
    assert not labelling.hears_pitch(plain | {"input": ["spectrogram"]})


def test_without_a_label_to_see_what_is_far_is_told(kept):
    rows, table = rows_of(36, seed=2)
    far = {name: one._replace(features=one.features + 50) for name, one in rows.items()}
    found = labelling.label(folder.read(kept), far, table)
    assert found["unlike_training"].all()


def test_the_copy_of_the_configuration_names_no_folder_of_its_author():
    config = {"corpus": {"path": "/home/me/speech", "classes": ["low"]}, "n": 1.5}
    assert folder.portable(config) == {
        "corpus": {"path": "speech", "classes": ["low"]},
        "n": 1.5,
    }


def test_a_changed_file_is_refused(kept):
    (kept / "README.md").write_text("better than it is")
    with pytest.raises(InputError, match=r"README\.md is not as it was"):
        folder.read(kept)


@pytest.mark.parametrize(
    "change",
    [
        {"format": 99},
        {"parts": ["f0", "mine"]},
        {"feature_set": "mine"},
        {"sha256": None},
        {"classes": "low"},
    ],
)
def test_what_is_no_predictor_of_this_version_is_refused(kept, change):
    path = kept / "predictor.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(InputError, match="is no predictor of this version"):
        folder.read(kept)


@pytest.mark.parametrize("text", [None, "", "[1]", f'{{"format": {folder.FORMAT}}}'])
def test_a_folder_without_a_whole_description_is_no_predictor(kept, text):
    path = kept / "predictor.json"
    path.unlink() if text is None else path.write_text(text)
    with pytest.raises(InputError, match="is no predictor of this version"):
        folder.read(kept)


def test_a_model_without_a_checksum_is_refused(kept):
    path = kept / "predictor.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"sha256": {}}))
    (kept / "fitted.skops").unlink()
    with pytest.raises(InputError, match=r"fitted\.skops is not as it was"):
        folder.read(kept)


def test_a_name_that_leads_out_of_the_folder_is_refused(kept):
    path = kept / "predictor.json"
    settings = json.loads(path.read_text())
    settings["sha256"]["../secret"] = "0"
    path.write_text(json.dumps(settings))
    with pytest.raises(InputError, match="secret is not as it was"):
        folder.read(kept)


def test_another_version_of_a_library_is_told(kept, caplog):
    path = kept / "predictor.json"
    settings = json.loads(path.read_text())
    settings["versions"]["numpy"] = "0.1"
    path.write_text(json.dumps(settings))
    folder.read(kept)
    assert "was made with numpy 0.1, not " in caplog.text


def test_the_card_tells_data_scores_and_limits(kept):
    text = (kept / "README.md").read_text()
    for sentence in (
        "120 labelled utterances of 10 speakers",
        "Macro F1 0.800 (95 % interval 0.700 to 0.900)",
        "the best of 3 combinations",
        "| low | 60 |",
        "With fewer than 10",
        "Probabilities are calibrated",
    ):
        assert sentence in text, sentence
    bare = settings_of(trained(n=12)) | {"tried": {}}
    assert "probabilities are not calibrated" in card.card(bare)


def test_the_card_says_what_learned_features_have_heard_and_what_the_folder_holds():
    settings = settings_of(trained())
    assert "share it only as the corpus may be shared" in card.card(settings)
    assert "had heard these speakers" not in card.card(settings)
    learned = settings | {"parts": ["fisher", "midterm"]}
    assert "had heard these speakers" in card.card(learned)


def test_with_too_few_test_speakers_no_interval_is_told(tmp_path):
    settings = settings_of(trained())
    settings["choice"] |= {"low": float("nan"), "high": float("nan")}
    assert "Macro F1 0.800, from the experiment" in card.card(settings)
    folder.write(tmp_path, settings, {}, {}, {})
    text = (tmp_path / "predictor.json").read_text()
    kept = json.loads(text, parse_constant=pytest.fail)
    assert kept["choice"]["low"] is None and kept["choice"]["score"] == 0.8
