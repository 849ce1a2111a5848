"""Corpora that start from feature tables, and feature sets of a user's own."""

import json

import h5py
import numpy as np
import pandas as pd
import pytest
from projects import new_project

#: Utterances of each class, and codes of each utterance.
UTTERANCES, ROWS = {"training": 12, "test": 8}, 2

CONFIG = {
    "corpus": {"name": "small", "reader": "feature_tables", "path": "tables.h5"},
    "experiment": {
        "feature_sets": ["midterm", "code", "mine", "midterm+mine"],
        "feature_tables": {"mine": "mine.csv"},
        "percentages": [50, 100],
        "draws": 3,
        "halvings": 2,
        "classifiers": {"svm": {}, "decision_tree": {}},
        "tuning": {"grids": {"svm": {"C": [0.1, 10]}}, "folds": 2},
    },
    "statistics": {"resamples": 500, "shuffles": 100},
}


def write_tables(folder):
    """Write a corpus of tables, and a table of the user's own that tells classes."""
    rng = np.random.default_rng(0)
    own = []
    with h5py.File(folder / "tables.h5", "w") as file:
        for split, n in UTTERANCES.items():
            label = np.repeat([0, 1, 2], n)
            names = [f"{split}_{i:02d}" for i in range(len(label))]
            owner = np.repeat(np.arange(len(label)), ROWS)
            midterm, code = file.create_group(f"{split}/midterm"), f"{split}/code"
            midterm["features"] = rng.normal(size=(len(label), 5))
            midterm["label"] = label
            midterm["speaker"] = [f"{split}{i % 4}" for i in range(len(label))]
            file[f"{code}/features"] = rng.normal(size=(len(owner), 3))
            file[f"{code}/label"] = label[owner]
            file[f"{code}/utterance_row"] = owner
            told, noise = 9.0 * label + rng.normal(size=len(label)), rng.normal(size=99)
            own += zip(names, told, noise, strict=False)
    table = pd.DataFrame(own, columns=["utterance", "x", "y"])
    table[table["utterance"] != "test_03"].to_csv(folder / "mine.csv", index=False)


@pytest.fixture(scope="module")
def tabled(root, tmp_path_factory):
    """A project on feature tables that has run to the end."""
    folder = tmp_path_factory.mktemp("tables") / "project"
    project = new_project(root, folder, CONFIG)
    write_tables(folder)
    project.planned = project.plan()
    project.ran = project.run()
    return project


def test_no_audio_is_asked_for(tabled):
    assert tabled.planned == {
        "utterances": 1,
        "roles": 2,
        "rejected": 1,
        "count_rejected": 1,
        "predictions": 2,
        "scores": 1,
        "comparison": 1,
        "forecast": 1,
        "confounds": 1,
        "report": 1,
        "figure_of_variant": 9,
        "figure_of_corpus": 1,
        "figure_times": 1,
    }
    assert tabled.ran == tabled.planned


def test_every_feature_set_runs_through_the_same_experiment(tabled):
    scores = pd.read_csv(tabled.results / "scores.csv")
    at = scores["unit"] == "utterance"
    counts = scores[at].groupby("feature_set", sort=False).size()
    # Two classifiers, two percentages, three draws.
    assert counts.to_dict() == dict.fromkeys(CONFIG["experiment"]["feature_sets"], 12)
    means = scores[at].groupby("feature_set")["macro_f1"].mean()
    assert means["mine"] > 0.9 > 0.6 > means["midterm"]


def test_an_utterance_that_a_table_lacks_is_told_and_left_out_of_all_sets(tabled):
    rejected = pd.read_csv(tabled.results / "rejected.csv")
    assert rejected[["utterance", "reason"]].values.tolist() == [
        ["test_03", "no_features"]
    ]
    intervals = pd.read_csv(tabled.results / "statistics/tables/intervals.csv")
    of_utterances = intervals[intervals["unit"] == "utterance"]
    assert set(of_utterances["n"]) == {3 * UTTERANCES["test"] - 1}
    assert set(of_utterances["resampled"]) == {"4 test speakers"}


def test_a_column_that_tells_the_classes_by_itself_is_warned_of(tabled):
    summary = (tabled.results / "summary.md").read_text()
    assert "The column `x` of the feature table mine may be made from" in summary


@pytest.mark.parametrize(
    ("header", "ids", "words"),
    [
        ("label", "test_03", "mine.csv has the column 'label'"),
        ("y", "elsewhere/03", "but of no utterance such as 'test_00'"),
    ],
)
def test_labels_and_ids_of_elsewhere_are_found_when_planning(
    tabled, tmp_path, header, ids, words
):
    project = tabled.copy(tmp_path / "copy")
    (project.folder / "mine.csv").write_text(f"utterance,{header}\n{ids},0.5\n")
    process = project.snakemake("--cores", "2", "-n")
    assert process.returncode != 0 and words in process.stdout


def test_settings_are_tuned_in_every_draw(tabled):
    with h5py.File(tabled.results / "fold1/predictions/tables/svm/0-100.h5") as file:
        chosen = json.loads(file["100"].attrs["settings_of_draws"])
    assert list(chosen) == CONFIG["experiment"]["feature_sets"]
    for of_draws in chosen.values():
        assert [settings["C"] in (0.1, 10) for settings in of_draws] == [True] * 3


def test_a_changed_table_reruns_what_follows_from_it(tabled, tmp_path):
    project = tabled.copy(tmp_path / "copy")
    with (project.folder / "mine.csv").open("a") as file:
        file.write("test_03,0.5,0\n")
    kept = ("utterances", "roles")
    planned = {k: n for k, n in tabled.planned.items() if k not in kept}
    assert project.plan() == planned


def test_a_table_with_text_for_a_number_stops_the_run_with_its_place(tabled, tmp_path):
    project = tabled.copy(tmp_path / "copy")
    with (project.folder / "mine.csv").open("a") as file:
        file.write("test_03,high,0\n")
    process = project.snakemake("--cores", "2", "-n")
    assert process.returncode != 0
    # A header, 60 utterances without one, and the new line.
    assert "mine.csv, row 61, column x: 'high' is no number" in process.stdout


def test_the_protocol_of_the_study_needs_no_draws(tabled, tmp_path):
    project = tabled.copy(tmp_path / "copy")
    config = project.config
    config["experiment"] |= {"protocol": "study", "published": {"svm": "curve.json"}}
    for key in ("draws", "halvings", "tuning"):
        del config["experiment"][key]
    project.config = config
    curve = {"percent": [50, 100], "midterm_published": [0.4, 0.5]}
    (project.folder / "curve.json").write_text(json.dumps(curve))
    ran = project.run()
    assert ran["figure_of_variant"] == 10 and ran["predictions"] == 2
    scores = pd.read_csv(project.results / "scores.csv")
    assert set(scores["draw"]) == {0}
    differences = pd.read_csv(project.results / "statistics/tables/intervals.csv")
    main = differences[differences["main"]].groupby("feature_set")["unit"].first()
    assert main["midterm"] == "utterance" and main["code"] == "segment"
