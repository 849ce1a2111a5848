"""Four emotions of real speech, half of it without labels, in one command."""

import csv
from importlib.util import find_spec

import embedding
import pandas as pd
import pytest
from projects import new_project

EMOTIONS = {"01": "calm", "03": "joy", "04": "sadness", "05": "ANGER "}
CLASSES = ["angry", "happy", "neutral", "sad"]
#: All that is computed of signals, where it is installed.
OPTIONAL = [
    name
    for name, package in {"egemaps": "opensmile", "onnx": "onnxruntime"}.items()
    if find_spec(package)
]
FUNCTIONALS = ["midterm", "f0", *OPTIONAL]
CONFIG = {
    "corpus": {
        "name": "small",
        "reader": "table",
        "path": "mine.csv",
        "classes": CLASSES,
        "labels": {
            "anger": "angry",
            "joy": "happy",
            "calm": "neutral",
            "Sadness": "sad",
        },
    },
    "splits": {"folds": 2, "parts_per_fold": 1},
    "audio": {"sampling_rate": 16_000},
    "features": {"onnx": {"model": "model.onnx"}},
    "segments": {
        "whole": {
            "samples": "whole",
            "spectrogram": {"bands": 20, "scale": "log", "taper": "hann"},
        }
    },
    "autoencoders": {
        "configurations": [
            {"architecture": "denoising", "latent": 6, "batch_size": 16}
        ],
        "training": {"epochs": 1},
        "trial": {"percentages": []},
    },
    "experiment": {
        "feature_sets": [*FUNCTIONALS, "code", "pooled", "pca"],
        "percentages": [50, 100],
        "draws": 2,
        "halvings": 2,
        "classifiers": {"svm": {}},
    },
    "statistics": {"resamples": 500, "shuffles": 100},
}
ACTORS = range(1, 9)


def rows(ravdess):
    """Two utterances of each emotion and actor; of every other no label is given."""
    for actor in ACTORS:
        for code, word in EMOTIONS.items():
            for number in ("01", "02"):
                name = f"03-01-{code}-01-{number}-01-{actor:02}.flac"
                path = ravdess / f"Actor_{actor:02}" / name
                yield path, f"actor {actor}", word if number == "01" else ""


@pytest.fixture(scope="module")
def emotions(root, ravdess, tmp_path_factory):
    """The project, run to its end."""
    folder = tmp_path_factory.mktemp("emotions") / "project"
    project = new_project(root, folder, CONFIG)
    embedding.make(folder / "model.onnx")
    with (folder / "mine.csv").open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(["path", "speaker", "label"])
        table.writerows(rows(ravdess))
    project.ran = project.run()
    return project


def test_nothing_is_left_out_and_half_is_unlabelled(emotions):
    table = pd.read_csv(emotions.results / "utterances.csv", dtype=str)
    assert len(table) == 2 * len(ACTORS) * len(CLASSES)
    counts = table["label"].value_counts()
    assert counts.to_dict() == dict.fromkeys(CLASSES, len(ACTORS))
    assert table["label"].isna().sum() == len(ACTORS) * len(CLASSES)
    assert pd.read_csv(emotions.results / "rejected.csv").empty


def test_features_are_computed_once_for_both_folds(emotions):
    # Two parts, with four classes and speech without labels each.
    assert emotions.ran["signals"] == 2 * 5
    for name, rule in {"egemaps": "opensmile", "onnx": "onnx"}.items():
        assert emotions.ran[rule] == (2 * 5 if name in OPTIONAL else 0)
    assert emotions.ran["functionals"] == 2 * 2 * 5
    assert emotions.ran["train_autoencoder"] == 2


def test_all_feature_sets_are_scored_and_reported(emotions):
    scores = pd.read_csv(emotions.results / "scores.csv")
    assert {*FUNCTIONALS, "code", "pooled", "pca"} < set(scores["feature_set"])
    for page in ("report.html", "summary.md"):
        text = (emotions.results / page).read_text()
        assert "pooled spectra" in text and "principal components" in text
        assert ("openSMILE computed" in text) == ("egemaps" in FUNCTIONALS)


def test_the_autoencoder_hears_speech_without_labels_of_all_but_the_test(emotions):
    for fold in (1, 2):
        roles = emotions.results / f"fold{fold}" / "roles"
        tables = {p.stem: pd.read_csv(p, dtype=str) for p in roles.glob("*.csv")}
        assert tables["training"]["label"].value_counts().to_dict() == dict.fromkeys(
            CLASSES, len(ACTORS) // 2
        )
        assert len(tables["unlabelled"]) == 2 * len(tables["training"])
        assert not set(tables["unlabelled"]["voice"]) & set(tables["test"]["voice"])


def test_tables_figures_and_pages_follow_the_classes(emotions):
    confusions = pd.read_csv(emotions.results / "confusions.csv")
    assert list(dict.fromkeys(confusions["label"])) == CLASSES
    chance = pd.read_csv(emotions.results / "statistics/whole/chance.csv")
    uar = chance[chance["metric"] == "uar"]["score"]
    assert uar.between(0.2, 0.3).all()
    for figure in ("durations.svg", "whole/confusions.svg", "whole/codes.svg"):
        text = (emotions.results / "figures" / figure).read_text()
        assert all(name in text for name in CLASSES), figure
    page = (emotions.results / "report.html").read_text()
    assert all(name in page for name in CLASSES)
    assert "negative" not in page.partition("<style")[0] and "valence" not in page
