"""Folds and repeats in one run: who has which role, and what all folds say together."""

import numpy as np
import pandas as pd
import pytest
from projects import new_project
from sklearn.metrics import f1_score

from speechcodes.storage import hdf5

SPEAKERS, PER_CLASS, FOLDS, REPEATS = 12, 4, 3, 2
CLASSES = ["low", "mid", "high", "top"]
CONFIG = {
    "corpus": {
        "name": "small",
        "reader": "table",
        "path": "corpus.csv",
        "classes": CLASSES,
        "unlabelled": ["more"],
    },
    "splits": {"folds": FOLDS, "repeats": REPEATS, "parts_per_fold": 2},
    # Never cut, nor trained: the features are a table.
    "segments": {"20k": {"samples": 20000}},
    "autoencoders": {"configurations": [{"architecture": "study1", "latent": 8}]},
    "experiment": {
        "feature_sets": ["mine", "mine@speaker"],
        "feature_tables": {"mine": "mine.csv"},
        "percentages": [20, 50, 100],
        "draws": 2,
        "halvings": 2,
        "classifiers": {"svm": {}},
    },
    "statistics": {"resamples": 500, "shuffles": 100},
}
TABLES = ["scores.csv", *(f"statistics/20k/{t}.csv" for t in ("intervals", "chance"))]
ROLES = ("training", "unlabelled", "test")


def write_corpus(folder):
    """Write a corpus and its features: classes tell, but voices shift them far.

    Each speaker has one utterance more, without a label; of other speech nothing is
    known.
    """
    rng = np.random.default_rng(0)
    rows = [
        (
            f"audio/S{s:02}/{k}{i}.wav",
            f"S{s:02}",
            label,
            3.0 * k + 60 * s + rng.normal(),
        )
        for s in range(SPEAKERS)
        for k, label in enumerate(CLASSES)
        for i in range(PER_CLASS)
    ]
    rows += [(f"audio/S{s:02}/x.wav", f"S{s:02}", "", 0.0) for s in range(SPEAKERS)]
    table = pd.DataFrame(rows, columns=["path", "speaker", "label", "x"])
    for path in (*table["path"], "more/one.wav", "more/two.wav"):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).touch()
    table[["path", "speaker", "label"]].to_csv(folder / "corpus.csv", index=False)
    names = table["path"].str.removesuffix(".wav")
    pd.DataFrame({"utterance": names, "x": table["x"]}).to_csv(
        folder / "mine.csv", index=False
    )


@pytest.fixture(scope="module")
def folded(root, tmp_path_factory):
    """A project whose folds have run, up to the statistics over all of them."""
    folder = tmp_path_factory.mktemp("folds") / "project"
    project = new_project(root, folder, CONFIG)
    write_corpus(folder)
    roles = [
        f"results/small/fold{fold}/roles/{role}.csv"
        for fold in range(1, FOLDS * REPEATS + 1)
        for role in ROLES
    ]
    tables = ("utterances.csv", "next_to_label.csv", *TABLES)
    targets = [f"results/small/{table}" for table in tables]
    project.ran = project.run(*targets, *roles)
    return project


def role(project, fold, name):
    """The table of one role in one fold."""
    path = project.results / f"fold{fold}" / "roles" / f"{name}.csv"
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def test_one_command_runs_all_folds_and_repeats(folded):
    assert folded.ran["predictions"] == FOLDS * REPEATS
    assert folded.ran["simulate_labelling"] == FOLDS * REPEATS
    assert folded.ran["scores"] == folded.ran["comparison"] == 1
    assert folded.plan(*(f"results/small/{table}" for table in TABLES)) == {}


def test_every_speaker_is_tested_once_in_each_repeat(folded):
    for repeat in range(REPEATS):
        tested = []
        for fold in range(1, FOLDS + 1):
            tested += set(role(folded, repeat * FOLDS + fold, "test")["speaker"])
        assert sorted(tested) == [f"S{s:02}" for s in range(SPEAKERS)]
    together = [
        frozenset(role(folded, fold, "test")["speaker"])
        for fold in range(1, FOLDS * REPEATS + 1)
    ]
    assert len(set(together)) > FOLDS


def test_all_other_labels_are_used_and_no_test_speech_is_learned_from(folded):
    for fold in range(1, FOLDS * REPEATS + 1):
        tables = {name: role(folded, fold, name) for name in ROLES}
        labelled = set(tables["training"]["utterance"]) | set(
            tables["test"]["utterance"]
        )
        assert len(labelled) == SPEAKERS * PER_CLASS * len(CLASSES)
        heard = set(tables["unlabelled"]["speaker"]) | set(
            tables["training"]["speaker"]
        )
        assert not heard & set(tables["test"]["speaker"])


def test_speech_without_labels_is_learned_from_and_asks_for_none(folded):
    table = pd.read_csv(folded.results / "utterances.csv", dtype=str)
    without = table[table["label"].isna()]
    assert len(without) == SPEAKERS + 2
    unknown = set(without[without["speaker"].isna()]["utterance"])
    assert len(unknown) == 2
    for fold in range(1, FOLDS * REPEATS + 1):
        unlabelled = role(folded, fold, "unlabelled")
        assert set(unlabelled["label"]) == {""}
        assert unknown <= set(unlabelled["utterance"])
        tested = set(role(folded, fold, "test")["speaker"])
        spoken = {
            f"audio/S{s:02}/x" for s in range(SPEAKERS) if f"S{s:02}" not in tested
        }
        assert set(unlabelled["utterance"]) >= spoken


def test_intervals_are_over_the_speakers_of_all_folds(folded):
    intervals = pd.read_csv(folded.results / "statistics/20k/intervals.csv")
    assert set(intervals["resampled"]) == {f"{SPEAKERS} test speakers"}
    assert set(intervals["n"]) == {SPEAKERS * PER_CLASS * len(CLASSES)}
    assert set(intervals["draws"]) == {2 * REPEATS}
    chance = pd.read_csv(folded.results / "statistics/20k/chance.csv")
    uar = chance[chance["metric"] == "uar"]
    assert uar["score"].mean() == pytest.approx(1 / len(CLASSES), abs=0.01)


def predicted(folded, fold, name):
    """Truth, and predictions of all draws, at 100 % of the labels."""
    path = folded.results / f"fold{fold}/predictions/20k/svm/0-100.h5"
    with hdf5.opened(path) as file:
        return file["label"][:], file[f"100/{name}/utterance"][:]


def test_scores_are_those_of_all_folds_of_a_repeat_together(folded):
    expected = []
    for repeat in range(REPEATS):
        folds = range(repeat * FOLDS + 1, (repeat + 1) * FOLDS + 1)
        cases = [predicted(folded, fold, "mine@speaker") for fold in folds]
        truth = np.hstack([truth for truth, _ in cases])
        guesses = np.hstack([guesses for _, guesses in cases])
        expected += [f1_score(truth, draw, average="macro") for draw in guesses]
    table = pd.read_csv(folded.results / "statistics/20k/intervals.csv")
    at = (table["feature_set"] == "mine@speaker") & (table["percentage"] == 100)
    found = table.loc[at & (table["metric"] == "macro_f1"), "score"].item()
    assert found == pytest.approx(np.mean(expected), rel=1e-5)
    # Voices are far apart, and those tested were not heard.
    assert found > 0.8
    plain = table[(table["feature_set"] == "mine") & (table["metric"] == "macro_f1")]
    assert plain["score"].max() < 0.6


def test_all_that_somebody_known_says_without_a_label_is_listed_to_be_labelled(folded):
    # The best set is normalised per speaker, which of nobody known cannot be done.
    found = pd.read_csv(folded.results / "next_to_label.csv", dtype=str)
    ids = [f"audio/S{s:02}/x" for s in range(SPEAKERS)]
    assert sorted(found["utterance"]) == ids
    assert found["rank"].tolist() == [str(i) for i in range(1, SPEAKERS + 1)]
    speakers = [utterance.split("/")[1].lower() for utterance in found["utterance"]]
    assert found["speaker"].str.lower().tolist() == speakers
    assert set(found["predicted"]) <= set(CLASSES)
    table = pd.read_csv(folded.results / "statistics" / "20k" / "next_to_label.csv")
    assert set(table["labelled"]) == {20, 0} and set(table["percentage"]) == {50, 0}
    assert set(table["feature_set"]) == {"mine@speaker"}
    # 128 utterances train in each fold, 32 of each class.
    assert set(table["n_training_utterances"]) == {64, 0}
    rows = table[table["percentage"] == 50]
    expected = rows["chosen"] - rows["random"]
    np.testing.assert_allclose(rows["difference"], expected, atol=1e-5)
    is_better = table[(table["metric"] == "macro_f1")]["low"].iloc[-1] > 0
    assert set(found["taken"]) == {"chosen" if is_better else "random"}
