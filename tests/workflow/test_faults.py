"""Real speech, broken files among it, and configurations that cannot work."""

import copy
import itertools

import h5py
import numpy as np
import pandas as pd
import pytest
import soundfile
from projects import SMALL, new_project

RAVDESS = {
    "corpus": {
        "name": "small",
        "reader": "ravdess",
        "path": "data/ravdess",
        "emotions": {"neutral": "neutral", "happy": "positive", "sad": "negative"},
    },
    "splits": {
        "sizes": {"training": 6, "unlabelled": "all", "test": 6},
        "max_speaker_share": 0.5,
    },
    "audio": {"max_unusable_share": 0.1},
    "segments": {"27k": {"samples": 27000, "short_signals": "drop"}},
    "features": {"spectrogram": {"scale": "log"}},
    "autoencoders": {
        "configurations": [{"architecture": "study2", "latent": 4, "batch_size": 8}],
        "training": {"epochs": 1},
    },
    "experiment": {
        "percentages": [100],
        "draws": 2,
        "classifiers": {"random_forest": {}},
    },
}
#: What shows the whole way, but for the figures.
TARGETS = [
    f"results/small/{name}" for name in ("summary.md", "rejected.csv", "scores.csv")
]
#: Neutral, happy and sad; happy and sad once more in strong intensity.
UTTERANCES = ["01-01-01-01", "01-01-02-02", "03-01-01-01", "03-02-02-01", "04-01-01-01"]
UTTERANCES += ["04-02-02-01"]
BROKEN = {
    "03-01-03-01-01-02-{}": "empty",
    "03-01-04-01-01-02-{}": "unreadable",
    "03-01-01-01-01-02-{}": "silent",
}


@pytest.fixture(scope="module")
def real(root, ravdess, tmp_path_factory):
    """A project with utterances of twelve actors, three of them broken."""
    project = new_project(root, tmp_path_factory.mktemp("real") / "real", RAVDESS)
    folder = project.folder / "data" / "ravdess"
    folder.mkdir(parents=True)
    for actor, name in itertools.product(range(1, 13), UTTERANCES):
        name = f"03-01-{name}-{actor:02}.flac"
        (folder / name).symlink_to(ravdess / f"Actor_{actor:02}" / name)
    empty, unreadable, silent = (folder / f"{n.format('05')}.wav" for n in BROKEN)
    soundfile.write(empty, np.zeros(0), 16000)
    unreadable.write_text("not audio at all")
    soundfile.write(silent, np.zeros(64000), 16000)
    (folder / "notes.flac").write_text("a name that is none of the corpus")
    project.output = project.snakemake("--cores", "2", *TARGETS).stdout
    return project


def test_real_speech_goes_through_with_broken_files_among_it(real):
    assert (real.results / "summary.md").is_file(), real.output
    scores = pd.read_csv(real.results / "scores.csv")
    assert set(scores["feature_set"]) == {"midterm", "code"}
    assert scores["uar"].between(0, 1).all()


def test_every_file_is_in_the_results_or_rejected_with_its_reason(real):
    rejected = pd.read_csv(real.results / "rejected.csv", dtype=str)
    broken = {name.format("05"): reason for name, reason in BROKEN.items()}
    for stage in ("midterm", "spectrograms_27k"):
        rows = rejected[rejected["stage"] == stage]
        rows = rows[rows["reason"] != "too_short"]
        assert dict(zip(rows["utterance"], rows["reason"], strict=True)) == broken
    rows = rejected[rejected["stage"] == "corpus"]
    assert rows["reason"].tolist() == ["unrecognised_name"]

    table = pd.read_csv(real.results / "utterances.csv", dtype=str)
    files = {p.stem for p in (real.folder / "data" / "ravdess").iterdir()}
    assert files == set(table["utterance"]) | set(rows["utterance"])
    found = set()
    for shard in (real.results / "spectrograms").rglob("*.h5"):
        with h5py.File(shard) as file:
            found |= set(file["utterance"].asstr()[:])
    left_out = rejected[rejected["stage"] == "spectrograms_27k"]["utterance"]
    assert found.isdisjoint(left_out)
    assert found | set(left_out) == set(table.dropna(subset="split")["utterance"])


def test_what_is_dropped_as_too_short_is_what_is_shorter(real, ravdess):
    rejected = pd.read_csv(real.results / "rejected.csv", dtype=str)
    short = set(rejected[rejected["reason"] == "too_short"]["utterance"])
    table = pd.read_csv(real.results / "utterances.csv", dtype=str)
    for row in table.dropna(subset="split").itertuples():
        if row.utterance not in {name.format("05") for name in BROKEN}:
            seconds = soundfile.info(real.folder / row.path).duration
            # Not decided by how a resampler rounds.
            if abs(seconds - 3.375) > 0.001:
                assert (row.utterance in short) == (seconds < 3.375)


def test_too_much_unusable_audio_is_an_error_that_costs_no_training(real):
    config = copy.deepcopy(RAVDESS)
    config["audio"]["max_unusable_share"] = 0.01
    real.config = config
    process = real.snakemake("--cores", "2", *TARGETS)
    assert process.returncode != 0
    assert "3 of " in process.stdout
    assert "audio.max_unusable_share (1.0%)" in process.stdout
    assert "results/small/rejected.csv" in process.stdout
    assert "Traceback" not in process.stdout
    real.config = RAVDESS
    planned = real.plan(*TARGETS)
    assert planned["count_rejected"] == 1
    assert not planned["train_autoencoder"]


def test_training_refuses_a_split_that_is_mostly_broken(real, tmp_path):
    project = real.copy(tmp_path / "broken")
    for shard in (project.results / "spectrograms").glob("*/unlabelled/*.h5"):
        shard.unlink()
    table = pd.read_csv(project.results / "utterances.csv", dtype=str)
    paths = table[table["split"] == "unlabelled"]["path"]
    for path in paths[: len(paths) // 2]:
        file = project.folder / path
        file.unlink()
        file.write_text("not audio at all")
    (model,) = (project.results / "autoencoders" / "27k").glob("study2*/model.keras")
    model.unlink()
    process = project.snakemake("--cores", "2", str(model.relative_to(project.folder)))
    assert process.returncode != 0
    assert "audio.max_unusable_share (10.0%)" in process.stdout
    assert "train_autoencoder" in process.stdout


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"corpse": {}}, ["corpse", "corpus"]),
        ({"corpus": {"name": "small", "reader": "wav"}}, ["corpus.reader", "'wav'"]),
        (
            {"corpus": {"name": "small", "reader": "table", "path": "no.csv"}},
            ["no.csv"],
        ),
        (
            {"splits": {"sizes": {"training": 900, "unlabelled": 1, "test": 1}}},
            ["training 900", "would fit"],
        ),
        ({"segments": {"1k": {"samples": 700}}}, ["segments.1k.samples", "700"]),
    ],
)
def test_a_configuration_that_cannot_work_is_told_in_a_sentence(
    root, tmp_path, change, words
):
    project = new_project(root, tmp_path / "wrong", {**SMALL, **change})
    process = project.snakemake("--dry-run")
    assert process.returncode != 0
    assert "Traceback" not in process.stdout
    assert all(word in process.stdout for word in words), process.stdout


def test_the_configuration_of_the_demo_does_not_show_through(root, tmp_path):
    # Snakemake merges configuration files; a second variant would be the demo's.
    project = new_project(root, tmp_path / "own", SMALL)
    output = project.snakemake("--dry-run").stdout
    assert "20k" in output
    assert "30k" not in output
