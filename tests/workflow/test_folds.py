"""Folds of one corpus, each a run of its own, and all of them together."""

import numpy as np
import pandas as pd
import pytest
import yaml
from projects import new_project
from sklearn.metrics import f1_score

from speechcodes.experiment import predictions

SPEAKERS, PER_CLASS, FOLDS = 12, 4, 3
LABELS = ["negative", "neutral", "positive"]
CONFIG = {
    "corpus": {"name": "small", "reader": "table", "path": "corpus.csv"},
    "splits": {
        "sizes": {"training": "all", "unlabelled": "all", "test": "all"},
        "max_speaker_share": 1.0,
    },
    # Never cut, nor trained: the features are a table.
    "segments": {"20k": {"samples": 20000}},
    "autoencoders": {"configurations": [{"architecture": "study1", "latent": 8}]},
    "experiment": {
        "feature_sets": ["mine", "mine@speaker"],
        "feature_tables": {"mine": "mine.csv"},
        "percentages": [50, 100],
        "draws": 2,
        "classifiers": {"svm": {}},
    },
    "statistics": {"resamples": 500, "shuffles": 100},
}
PREDICTIONS = [f"predictions/20k/svm/{percentage}.h5" for percentage in (50, 100)]


def write_corpus(folder):
    """Write a corpus and its features: classes tell, but voices shift them far."""
    rng = np.random.default_rng(0)
    rows = [
        (f"audio/u{s:02}{k}{i}.wav", f"S{s:02}", label, 3.0 * k + 50 * s + rng.normal())
        for s in range(SPEAKERS)
        for k, label in enumerate(LABELS)
        for i in range(PER_CLASS)
    ]
    table = pd.DataFrame(rows, columns=["path", "speaker", "label", "x"])
    (folder / "audio").mkdir()
    for path in table["path"]:
        (folder / path).touch()
    table[["path", "speaker", "label"]].to_csv(folder / "corpus.csv", index=False)
    names = table["path"].str.extract("/(.*)[.]wav")[0]
    pd.DataFrame({"utterance": names, "x": table["x"]}).to_csv(
        folder / "mine.csv", index=False
    )


def of(fold):
    """What the command line says of a fold."""
    return "--config", f"splits={{folds: {FOLDS}, fold: {fold}}}"


def run_fold(project, fold):
    """Run the predictions of a fold, and nothing else of it."""
    targets = [f"results/small-fold{fold}/{path}" for path in PREDICTIONS]
    return project.run(*targets, *of(fold))


@pytest.fixture(scope="module")
def folded(root, tmp_path_factory):
    """A project all of whose folds were run, one by one, and then pooled."""
    folder = tmp_path_factory.mktemp("folds") / "project"
    project = new_project(root, folder, CONFIG)
    write_corpus(folder)
    project.before = project.snakemake("--dry-run", "pool", *of(1))
    project.ran = [run_fold(project, fold) for fold in range(1, FOLDS + 1)]
    project.pooled = project.run("pool", *of(1))
    project.together = folder / "results" / "small-folds"
    return project


def test_a_fold_s_run_plans_all_that_a_run_does_in_folders_of_its_own(folded):
    process = folded.snakemake("--dry-run", *of(2))
    assert process.returncode == 0, process.stdout
    for kind in ("results", "logs", "benchmarks"):
        assert f"{kind}/small-fold2/" in process.stdout
        assert f"{kind}/small/" not in process.stdout
    assert "results/small-fold2/report.html" in process.stdout


def test_missing_folds_are_told_with_the_command_that_makes_them(folded):
    assert folded.before.returncode != 0
    told = folded.before.stdout
    assert "all 3 folds, but some are missing, of fold 2 (results/small-fold2/" in told
    assert "for k in 2 3; do snakemake --cores all --configfile" in told
    assert '--config splits="{folds: 3, fold: $k}"; done' in told


def test_every_speaker_is_tested_in_one_fold(folded):
    assert folded.ran == [{"speakers": 2, "predictions": 2}] * FOLDS
    tested = []
    for fold in range(1, FOLDS + 1):
        path = folded.folder / f"results/small-fold{fold}/speakers/test.csv"
        tested += set(pd.read_csv(path)["speaker"])
    assert sorted(tested) == [f"S{s:02}" for s in range(SPEAKERS)]


def test_all_folds_together_have_statistics_figures_and_a_page(folded):
    assert folded.pooled == {
        "pool": 1,
        "pool_predictions": 1,
        "pool_scores": 1,
        "pool_comparison": 1,
        "pool_learning_curve": 1,
        "pool_learning_curves": 1,
        "pool_differences": 1,
        "pool_summary": 1,
    }
    found = {path.name for path in (folded.together / "20k").iterdir()}
    tables = ("intervals", "differences", "areas", "conclusions", "chance")
    assert found == {"figures", "summary.md", *(f"{table}.csv" for table in tables)}
    figures = {path.name for path in (folded.together / "20k/figures").iterdir()}
    for name in ("learning_curves", "learning_curve_svm", "differences"):
        assert {f"{name}.{kind}" for kind in ("svg", "pdf", "png", "csv")} <= figures
    assert folded.plan("pool", *of(1)) == {}


def test_intervals_are_over_the_speakers_of_all_folds(folded):
    intervals = pd.read_csv(folded.together / "20k/intervals.csv")
    assert set(intervals["resampled"]) == {f"{SPEAKERS} test speakers"}
    assert set(intervals["n"]) == {SPEAKERS * PER_CLASS * 3}
    assert set(intervals["fewest_of_speaker"]) == {PER_CLASS * 3}
    page = (folded.together / "20k/summary.md").read_text()
    assert "# small, all 3 folds, segments 20k" in page
    assert "mine, per speaker are ahead of mine" in page


def test_pooled_scores_are_those_of_all_utterances_together(folded):
    parts = {"truth": [], "predicted": []}
    for fold in range(1, FOLDS + 1):
        path = folded.folder / f"results/small-fold{fold}/{PREDICTIONS[1]}"
        (one,) = (p for p in predictions.read(path) if p.feature_set == "mine@speaker")
        parts["truth"].append(one.truth)
        parts["predicted"].append(one.predicted)
    truth, guesses = np.hstack(parts["truth"]), np.hstack(parts["predicted"])
    expected = np.mean([f1_score(truth, draw, average="macro") for draw in guesses])
    table = pd.read_csv(folded.together / "20k/intervals.csv")
    at = (table["feature_set"] == "mine@speaker") & (table["percentage"] == 100)
    found = table.loc[at & (table["metric"] == "macro_f1"), "score"].item()
    assert found == pytest.approx(expected, rel=1e-5)
    # Voices are far apart, and those of the test split unheard.
    assert found > 0.8
    plain = table[(table["feature_set"] == "mine") & (table["metric"] == "macro_f1")]
    assert plain["score"].max() < 0.6


def test_folds_are_pooled_without_a_fold_being_set_too(folded, tmp_path):
    project = folded.copy(tmp_path / "copy")
    process = project.snakemake("--dry-run", "pool")
    assert process.returncode != 0
    assert "can take all only with splits.folds and splits.fold" in process.stdout
    config = project.config
    config["splits"]["sizes"] |= {"training": 4, "test": 4}
    project.config = config
    process = project.snakemake("--dry-run", "pool")
    assert process.returncode != 0
    assert "splits.folds is not set, and no run small-fold1 has ended" in process.stdout
    # What a run writes down at its end.
    config = {**CONFIG, "splits": {**CONFIG["splits"], "folds": FOLDS, "fold": 1}}
    run = project.folder / "results/small-fold1"
    (run / "config.yaml").write_text(yaml.safe_dump(config))
    assert project.plan("pool") == {}
    for folder in (run, project.results.with_name("small-folds")):
        (folder / PREDICTIONS[0]).unlink()
    process = project.snakemake("--dry-run", "pool")
    assert "of fold 1 (results/small-fold1/predictions/20k/svm/50.h5)" in process.stdout
