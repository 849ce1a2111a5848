"""The whole workflow on a cluster gives what it gives at home, as it was asked to."""

import json
from collections import Counter

import h5py
import numpy as np
import pandas as pd
import pytest
from local_slurm.run import Run
from projects import SMALL, new_project

from speechcodes.storage.files import read_table

#: Least memory (MB), minutes, cores and GPUs, worked out by hand from the rules and the
#: profile; jobs of a group take turns, so that their minutes add up.
REQUESTS = {
    "rule_synthesise_demo": (1000, 10, 1, 0),
    "rule_train_autoencoder": (4000, 31, 1, 1),
    "rule_codes": (4000, 31, 1, 0),
    "rule_predictions": (2001, 6, 1, 0),
    "rule_scores": (2001, 11, 1, 0),
    "rule_comparison": (2001, 11, 2, 0),
    "rule_forecast": (2001, 11, 2, 0),
    "rule_confounds": (2001, 11, 1, 0),
    "rule_figure_reconstructions": (4000, 31, 1, 0),
}
#: Memory, minutes of a job, and jobs of each group.
GROUPS = {
    "signals": (1000, 10, 1),
    "features": (1000, 10, 2),
}
#: Memory that may be added for the few megabytes of input that there are here.
FOR_INPUT = 20


@pytest.fixture(scope="module")
def run(root, cluster, tmp_path_factory, on_site):
    """A run from nothing to the end."""
    folder = tmp_path_factory.mktemp("slurm") / "whole"
    project = on_site(new_project(root, folder, SMALL))
    run = Run(project, cluster).succeed()
    run.project = project
    return run


def files(project, pattern):
    return sorted(
        p.relative_to(project.results) for p in project.results.rglob(pattern)
    )


def without_time(path):
    """The lines of a file, without what a training took."""
    if path.name == "history.csv":
        return pd.read_csv(path).drop(columns="seconds").to_csv().splitlines()
    lines = path.read_text().splitlines()
    return [line for line in lines if not line.strip().startswith("seconds:")]


def arrays(path):
    """All datasets of an HDF5 file."""
    with h5py.File(path) as file:
        found = {}
        file.visititems(
            lambda name, item: (
                found.update({name: item[()]})
                if isinstance(item, h5py.Dataset)
                else None
            )
        )
    return found


def test_results_are_those_of_a_local_run(run, finished):
    for pattern in ("*.csv", "*.md", "*.yaml"):
        assert files(run.project, pattern) == files(finished, pattern) != []
        for name in files(finished, pattern):
            if name.name == "times.csv":
                continue
            here, there = run.project.results / name, finished.results / name
            assert without_time(here) == without_time(there), name
    assert files(run.project, "*.h5") == files(finished, "*.h5")
    for name in files(finished, "*.h5"):
        here, there = (
            arrays(run.project.results / name),
            arrays(finished.results / name),
        )
        assert here.keys() == there.keys() and here, name
        for key in here:
            np.testing.assert_array_equal(here[key], there[key], f"{name}: {key}")
    assert files(run.project, "*.svg") == files(finished, "*.svg") != []


def test_nothing_is_left_to_do(run):
    assert not run.project.plan()
    assert not list((run.project.folder / ".snakemake" / "running").iterdir())


def test_every_request_is_what_the_rule_says(run):
    seen = Counter()
    for job in run.jobs():
        assert job["JobState"] == "COMPLETED"
        name = job["Comment"].split("_wildcards_")[0]
        hours, minutes, _ = job["TimeLimit"].split(":")
        memory = int(job["MinMemoryNode"].removesuffix("M").replace("G", "000"))
        time, cores = int(hours) * 60 + int(minutes), int(job["NumCPUs"])
        gpus = job.get("TresPerJob", "")
        assert job["Partition"] == ("gpu" if gpus else "cpu")
        group = next((g for g in GROUPS if name.startswith(f"rule_{g}")), None)
        if group:
            least, each, jobs = GROUPS[group]
            assert (time, cores) == (each * jobs, 1), job
        else:
            least, *expected = REQUESTS[name]
            assert [time, cores, int(gpus.rpartition(":")[2] or 0)] == expected, name
        assert least <= memory <= least + FOR_INPUT, name
        seen[name] += 1
    assert set(REQUESTS) <= set(seen)


def test_short_jobs_share_slurm_jobs_and_the_shortest_need_none(run):
    # Signals and features of 3 parts with 3 classes each and of speech without a label,
    # which is in one part alone.
    groups = Counter(name.split("_")[0] for name in run.submitted())
    assert (groups["signals"], groups["features"]) == (10, 10)
    assert not [name for name in run.submitted() if "select" in name]
    # The demo's audio; two trainings, codes, and seven jobs that follow from them.
    assert len(run.jobs()) == 20 + 1 + 2 + 1 + 7


def test_training_ran_on_a_node_with_a_gpu(run):
    jobs = run.jobs("train_autoencoder")
    assert len(jobs) == 2
    for job in jobs:
        assert job["NodeList"] in ("gpu1", "gpu2")
        assert "gpu:1" in job["TresPerJob"]
    for path in run.project.results.rglob("metrics.json"):
        assert json.loads(path.read_text())["parameters"] > 0


def test_a_predictor_is_made_and_labels_the_rest(run, cluster):
    after = Run(run.project, cluster, "--", "labelled").succeed()
    assert {"predictor", "labelled"} <= set(after.submitted())
    assert not run.project.plan("labelled")
    table = read_table(run.project.results / "utterances.csv")
    table = table[table["label"] == ""].set_index("utterance")
    labelled = read_table(run.project.results / "labelled.csv").set_index("utterance")
    assert set(labelled.index) == set(table.index) and len(table) > 20
    # What the splits leave over has no features.
    reasons = labelled["rejected"].str.partition(":")[0]
    in_part = table.loc[labelled.index, "part"] != ""
    assert set(reasons[in_part]) == {""} and set(reasons[~in_part]) == {"no_part"}
    classes = {"negative", "neutral", "positive"}
    assert set(labelled.loc[in_part, "predicted"]) <= classes


def test_a_site_needs_no_accounting(site, plain_cluster):
    # sacct is there all the same, and fails whatever it is asked.
    assert plain_cluster.run("sacct").returncode != 0
    run = Run(site, plain_cluster, "--until", "train_autoencoder").succeed()
    assert run.submitted() == ["train_autoencoder"]
    assert not site.plan("--until", "train_autoencoder")
