"""Audio that a corpus has, unlike that of the demo, is watched shard by shard.

And jobs elsewhere do what was planned, without the labels.
"""

import csv
import json
import os
import shutil
import zipfile

import numpy as np
import pytest
import soundfile
from projects import new_project

from speechcodes.operations import runs
from speechcodes.storage import hdf5

CONFIG = {
    "corpus": {"name": "small", "reader": "table", "path": "mine.csv"},
    "splits": {"folds": 2, "parts_per_fold": 1},
    "segments": {"4k": {"samples": 4000, "short_signals": "pad"}},
    "experiment": {
        "feature_sets": ["midterm"],
        "percentages": [100],
        "draws": 1,
        "classifiers": {"svm": {"C": 1}},
    },
}
CLASSES = ("negative", "neutral", "positive")
FEATURES = ["--until", "functionals"]


def write_noise(path, seed):
    """Write a second of noise, dated a day ago."""
    noise = np.random.default_rng(seed).normal(0, 0.1, 8000)
    soundfile.write(path, noise, 8000)
    os.utime(path, (os.stat(path).st_mtime - 86_400,) * 2)


def write_table(folder, speakers):
    """Write a row for a file of each class of each speaker."""
    with (folder / "mine.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["path", "speaker", "label"])
        rows.writerows(
            (f"audio/{who}_{label}.wav", who, label)
            for who in speakers
            for label in CLASSES
        )


@pytest.fixture(scope="module")
def done(root, tmp_path_factory):
    """A project whose features are computed: a shard per class and part."""
    project = new_project(root, tmp_path_factory.mktemp("audio") / "done", CONFIG)
    (project.folder / "audio").mkdir()
    for seed, (who, label) in enumerate((w, c) for w in "abcdef" for c in CLASSES):
        write_noise(project.folder / "audio" / f"{who}_{label}.wav", seed)
    write_table(project.folder, "abcdef")
    assert project.run(*FEATURES) == {"signals": 6, "functionals": 6}
    return project


@pytest.fixture
def project(done, tmp_path):
    return done.copy(tmp_path / "copy")


def one_file(project):
    return project.folder / "audio" / "c_neutral.wav"


def replace(project):
    write_noise(one_file(project), 99)
    one_file(project).touch()


def replace_by_an_older_file(project):
    write_noise(one_file(project), 99)
    os.utime(one_file(project), (1e9, 1e9))


def remove(project):
    one_file(project).unlink()


def touch(project):
    one_file(project).touch()


def test_with_the_audio_as_it_was_there_is_nothing_to_do(project):
    assert not project.plan(*FEATURES)


@pytest.mark.parametrize("change", [replace, replace_by_an_older_file, touch, remove])
def test_a_file_that_changes_reruns_its_shard_alone(project, change):
    change(project)
    assert project.plan(*FEATURES) == {"signals": 1, "functionals": 1}
    project.run(*FEATURES)
    assert not project.plan(*FEATURES)


def test_one_more_speaker_reruns_the_shards_of_the_part_it_is_in(project):
    for seed, label in enumerate(CLASSES, start=50):
        write_noise(project.folder / "audio" / f"g_{label}.wav", seed)
    write_table(project.folder, "abcdefg")
    planned = project.plan(*FEATURES)
    assert planned["signals"] == planned["functionals"] >= 3


def test_times_alone_show_a_new_file(project):
    mtime = [*FEATURES, "--rerun-triggers", "mtime"]
    assert not project.plan(*mtime)
    replace(project)
    assert project.plan(*mtime) == {"signals": 1, "functionals": 1}


def test_signals_that_are_deleted_hide_no_change(project):
    features = sorted((project.results / "features" / "midterm").rglob("*.h5"))
    targets = [str(path.relative_to(project.folder)) for path in features]
    shutil.rmtree(project.results / "features" / "signals")
    assert not project.plan(*targets)
    replace_by_an_older_file(project)
    assert project.plan(*targets) == {"signals": 1, "functionals": 1}


def test_a_plan_writes_nothing_among_the_results(project):
    before = sorted(project.results.rglob("*"))
    replace(project)
    assert project.plan(*FEATURES)
    assert sorted(project.results.rglob("*")) == before


def test_a_job_elsewhere_does_what_its_run_planned(project, monkeypatch):
    (project.folder / "mine.csv").unlink()
    shard = next((project.results / "features" / "signals").rglob("*.h5"))
    before = hdf5.read([str(shard)], "utterance", "path")
    shard.unlink()
    *_, part, label, name = shard.parts
    wildcards = f"part={part},label={label},shard={name.removesuffix('.h5')}"
    job = ["--target-jobs", f"signals:{wildcards}", "--allowed-rules", "signals"]
    job += ["--force", "--mode", "remote", "--cores", "1"]
    # As if it were of no run, or of another one.
    assert "mine.csv cannot be read" in project.snakemake(*job).stdout
    with zipfile.ZipFile(project.folder / ".snakemake/plans/small.zip") as archive:
        run = json.loads(archive.read("index.json"))["run"]
    monkeypatch.setenv(runs.MARK, run)
    process = project.snakemake(*job)
    assert process.returncode == 0, process.stdout
    after = hdf5.read([str(shard)], "utterance", "path")
    assert [list(column) for column in after] == [list(column) for column in before]
