"""A predictor labels new speech as the experiment would, in a folder of its own."""

import json
import shutil
import subprocess
import sys
from copy import deepcopy
from importlib.util import find_spec

import embedding
import pandas as pd
import pytest
import yaml
from projects import SMALL, WHOLE, new_project

from speechcodes.experiment import feature_sets
from speechcodes.experiment.draws import Protocol
from speechcodes.experiment.feature_sets import Rows
from speechcodes.predictor import folder as predictors
from speechcodes.predictor import labelling, training
from speechcodes.storage import hdf5, sealed
from speechcodes.storage.files import read_table

FEATURES = "fisher@speaker"


def config():
    """The small project with whole utterances, and nothing that TensorFlow learns."""
    found = deepcopy(SMALL)
    found["corpus"]["demo"] |= {"utterances_per_class": 4}
    found["splits"] = {"folds": 2, "parts_per_fold": 1}
    found["segments"] = {"whole": WHOLE}
    found["features"]["utterances_per_shard"] = 100
    del found["autoencoders"]
    found["experiment"] |= {
        "feature_sets": ["midterm", FEATURES],
        "percentages": [100],
        "draws": 1,
        "classifiers": {"svm": {"C": 1}},
    }
    found["statistics"] = {"resamples": 500, "shuffles": 100}
    found["predictor"] = {"feature_set": FEATURES}
    return found


@pytest.fixture(scope="module")
def project(root, tmp_path_factory):
    """A run that made the predictor, and labelled the rest of the corpus."""
    made = new_project(root, tmp_path_factory.mktemp("predictor") / "run", config())
    made.run("predictor", "labelled")
    return made


def label(predictor, places, output, *options):
    """Run the command on some audio; return its table."""
    script = predictor.parent / "label.py"
    command = [sys.executable, script, predictor, *places, "--output", output]
    done = subprocess.run(
        [*map(str, command), *options], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return pd.read_csv(output, dtype={"utterance": str}, keep_default_na=False)


@pytest.fixture(scope="module")
def elsewhere(project, tmp_path_factory):
    """A folder with the package, the predictor and audio, as on another machine."""
    return moved(project, tmp_path_factory.mktemp("elsewhere"))


def moved(project, there):
    """Copy the package, the predictor and the audio of a project to a folder."""
    shutil.copytree(project.folder / "scripts" / "speechcodes", there / "speechcodes")
    shutil.copy(project.folder / "scripts" / "label.py", there)
    shutil.copytree(project.results / "predictor", there / "predictor")
    shutil.copytree(project.results / "audio", there / "audio")
    return there


def utterances(project):
    return read_table(project.results / "utterances.csv")


def with_speakers(rows, there):
    """Write a table of audio files and who speaks in them; return its path."""
    table = pd.DataFrame(
        {
            "path": "audio/" + rows["path"].str.rpartition("/")[2],
            "speaker": rows["speaker"],
        }
    )
    table.to_csv(there / "new.csv", index=False)
    return there / "new.csv"


def by_name(table):
    """The same with the name of the file as its index."""
    return table.assign(name=table["path"].str.rpartition("/")[2]).set_index("name")


def test_what_has_no_label_is_labelled_and_nothing_else(project):
    table, labelled = utterances(project), read_table(project.results / "labelled.csv")
    rest = table.loc[table["label"] == "", "utterance"]
    assert set(labelled["utterance"]) == set(rest) and len(rest) > 20
    assert set(labelled["predicted"]) <= {"negative", "neutral", "positive"}
    assert "label" not in labelled
    probabilities = labelled.filter(like="probability_").astype(float)
    assert probabilities.sum(axis=1).to_numpy() == pytest.approx(1, abs=1e-4)
    highest = probabilities.idxmax(axis=1).str.removeprefix("probability_")
    assert (highest == labelled["predicted"]).all()


def test_fold_0_has_no_scores(project):
    assert not (project.results / "fold0" / "predictions").exists()
    for path in project.results.glob("statistics/*/intervals.csv"):
        tested = pd.read_csv(path)["n"]
        assert (tested <= (utterances(project)["label"] != "").sum()).all()


def labels_like_the_workflow(project, there):
    """Label audio elsewhere; hold that to the project's labels, and return it."""
    new = with_speakers(utterances(project), there)
    found = label(there / "predictor", [new], there / "out.csv")
    # What the splits leave over, the command alone labels.
    labelled = read_table(project.results / "labelled.csv")
    reasons = labelled["rejected"].str.partition(":")[0]
    assert set(reasons) <= {"", "no_part"}
    labelled[reasons == ""].to_csv(there / "expected.csv", index=False)
    expected = pd.read_csv(there / "expected.csv", keep_default_na=False)
    assert len(expected) > 10
    found = by_name(found).loc[by_name(expected).index]
    for column in found.columns.drop(["utterance", "path"]):
        assert (found[column].values == expected[column].values).all(), column
    return found


def test_the_command_labels_audio_as_the_workflow_does(project, elsewhere):
    found = labels_like_the_workflow(project, elsewhere)
    assert set(found["normalised_by"]) == {"speaker"}


#: Features that need more than NumPy and SciPy, and what each needs that is optional.
OPTIONAL = {"code": None, "egemaps": "opensmile", "onnx": "onnxruntime"}


@pytest.fixture(scope="module")
def demanding(root, tmp_path_factory):
    """A project with these features, as far as they are installed."""
    changed = config()
    changed["audio"] = {"sampling_rate": 16_000}
    # One fold, and so two autoencoders: that of the fold, and that of the predictor.
    changed["splits"] = SMALL["splits"]
    changed["segments"] = {"whole": WHOLE | {"input": ["spectrogram"]}}
    changed["features"]["onnx"] = {"model": "model.onnx"}
    configuration = {"architecture": "denoising", "latent": 4, "batch_size": 16}
    changed["autoencoders"] = SMALL["autoencoders"] | {
        "configurations": [configuration],
        "training": {"epochs": 1},
    }
    changed["experiment"]["feature_sets"] = [
        name for name, package in OPTIONAL.items() if not package or find_spec(package)
    ]
    made = new_project(root, tmp_path_factory.mktemp("demanding") / "run", changed)
    embedding.make(made.folder / "model.onnx")
    return made


@pytest.mark.parametrize("features", OPTIONAL)
def test_the_command_computes_all_features(
    demanding, features, installed_extra, tmp_path
):
    if package := OPTIONAL[features]:
        installed_extra(package)
    demanding.config = demanding.config | {"predictor": {"feature_set": features}}
    demanding.run("predictor", "labelled")
    # What the predictor needs goes with it.
    (demanding.folder / "model.onnx").rename(tmp_path / "model.onnx")
    found = labels_like_the_workflow(demanding, moved(demanding, tmp_path / "there"))
    (tmp_path / "model.onnx").rename(demanding.folder / "model.onnx")
    assert found["predicted"].nunique() > 1


def test_a_predictor_of_a_fold_says_what_the_experiment_did(project, elsewhere):
    results, segment = project.results, "whole"
    settings = json.loads((elsewhere / "predictor" / "predictor.json").read_text())
    files = {
        "midterm_training": sorted(results.glob("features/midterm/p02/*/*.h5")),
        "fisher_training": [results / "fold1" / "fisher" / segment / "training.h5"],
    }
    table = read_table(results / "fold1" / "roles" / "training.csv")
    assert set(table["part"]) == {"p02"}
    role = feature_sets.read_role(
        training.sets_of(FEATURES), "training", table, files, settings["classes"]
    )
    trained = training.train(
        "svm",
        settings["classifier_settings"] | {"gamma": "scale"},
        role,
        FEATURES,
        Protocol(tuning=tuning_of(project)),
    )
    fitted = {"fisher": sealed.read(results / "fold1/fisher/whole/model.skops")}
    kept = {k: v for k, v in settings.items() if k not in ("sha256", "versions")}
    predictors.write(elsewhere / "fold1", kept, trained.models | fitted, {}, {})

    rows = {
        "midterm": Rows(
            *hdf5.read(
                results.glob("features/midterm/p01/*/*.h5"), "midterm", "utterance"
            )
        ),
        "fisher": Rows(
            *hdf5.read(
                [results / "fold1" / "fisher" / segment / "test.h5"],
                "fisher",
                "utterance",
            )
        ),
    }
    table = read_table(results / "fold1" / "roles" / "test.csv").assign(path="")
    found = labelling.label(predictors.read(elsewhere / "fold1"), rows, table)
    path = results / "fold1" / "predictions" / segment / "svm" / "0-100.h5"
    ids, predicted = hdf5.read([path], "utterance", f"100/{FEATURES}/utterance")
    assert found["utterance"].tolist() == ids.tolist()
    said = [settings["classes"][k] for k in predicted[0]]
    assert found["predicted"].tolist() == said and len(set(said)) == 3


def tuning_of(project):
    """What the experiment tuned the SVM by: the defaults of the schema."""
    section = yaml.safe_load(
        (project.folder / "config/schemas/config.schema.yaml").read_text()
    )["properties"]["experiment"]["properties"]["tuning"]["properties"]
    gammas = ["scale", 0.01, 0.001, 0.0001]
    return {
        "folds": section["folds"]["default"],
        "most_rows": 500,
        "grid": {"gamma": gammas},
    }


def test_unknown_speakers_and_useless_files_are_told(elsewhere):
    one = sorted((elsewhere / "audio").glob("*.wav"))[0]
    (elsewhere / "bad.wav").write_bytes(b"no audio")
    places = [one, elsewhere / "bad.wav", elsewhere / "none.wav"]
    found = by_name(label(elsewhere / "predictor", places, elsewhere / "few.csv"))
    assert found.loc[one.name, "normalised_by"] == "typical speaker"
    assert found.loc["bad.wav", "rejected"].startswith("unreadable: ")
    assert found.loc["none.wav", "rejected"].startswith("missing_file: ")
    assert found.loc[["bad.wav", "none.wav"], "predicted"].tolist() == ["", ""]


def test_jobs_label_new_speech_as_the_command_does(project, elsewhere):
    new, changed = with_speakers(utterances(project), elsewhere), config()
    changed["predictor"]["audio"] = [str(new)]
    # Neither this nor what is to be labelled changes what is trained.
    changed["next_to_label"] = {"batch": 7}
    there = project.copy(elsewhere / "copy")
    there.config = changed
    command = label(elsewhere / "predictor", [new], elsewhere / "all.csv")
    done = there.run("label")
    assert set(done) == {"label_shard", "label"} and done["label_shard"] > 1
    shards = there.results / "labelled_audio.csv"
    found = pd.read_csv(shards, dtype={"utterance": str}, keep_default_na=False)
    pd.testing.assert_frame_equal(found, command, check_dtype=False)


@pytest.mark.parametrize(
    ("target", "told"),
    [
        ("label", "predictor.audio names nothing that can be labelled: give audio"),
        ("next_to_label", "two experiment.percentages below 100"),
    ],
)
def test_what_cannot_be_made_is_told_before_anything_runs(project, target, told):
    plan = project.snakemake("--dry-run", target)
    assert plan.returncode != 0 and told in plan.stdout
    assert "Job stats" not in plan.stdout
