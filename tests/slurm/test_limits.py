"""The GPU slot, and what a site allows."""

from datetime import datetime

import pytest
import yaml
from local_slurm.cluster import wait_until
from local_slurm.run import Run
from projects import ROOT


@pytest.fixture
def three(tiny):
    """The smallest workflow, with three jobs that ask for a GPU as trainings do."""
    tiny.profile |= {"set-resources": {"wait": {"gpu": 1, "slurm_partition": "gpu"}}}
    tiny.set(files=3)
    tiny.hold()
    yield tiny
    tiny.release()


def most_at_once(jobs):
    """The largest number of jobs that ran at the same time."""
    spans = [
        [datetime.fromisoformat(job[key]) for key in ("StartTime", "EndTime")]
        for job in jobs
    ]
    return max(sum(a <= start < b for a, b in spans) for start, _ in spans)


def running(run):
    """The nodes of the jobs that run."""
    return sorted(j["NodeList"] for j in run.jobs() if j["JobState"] == "RUNNING")


def test_one_gpu_gives_one_job_at_a_time_and_two_give_two(three, cluster):
    cluster.run("scontrol", "update", "nodename=gpu2", "state=drain", "reason=test")
    try:
        run = Run(three, cluster)
        run.wait_for("wait")
        wait_until(lambda: len(run.jobs()) == 3, "the other jobs")
        assert running(run) == ["gpu1"]
    finally:
        cluster.run("scontrol", "update", "nodename=gpu2", "state=resume")
    wait_until(lambda: len(running(run)) == 2, "the second GPU to be used")
    assert running(run) == ["gpu1", "gpu2"]
    three.release()
    jobs = run.succeed().jobs()
    assert len(jobs) == 3
    assert most_at_once(jobs) == 2
    assert {job["NodeList"] for job in jobs} == {"gpu1", "gpu2"}


def test_a_run_may_take_fewer_gpus_than_there_are(three, cluster):
    text = (ROOT / "profiles" / "slurm" / "config.yaml").read_text()
    assert text.count("  # gpu: 2\n") == 1
    limited = yaml.safe_load(text.replace("  # gpu: 2\n", "  gpu: 1\n"))
    three.profile |= {"resources": limited["resources"]}
    run = Run(three, cluster)
    run.wait_for("wait")
    three.release()
    jobs = run.succeed().jobs()
    assert len(jobs) == 3
    assert most_at_once(jobs) == 1


def test_more_time_than_a_partition_gives_is_an_error_that_says_so(site, cluster):
    cluster.run("scontrol", "update", "partitionname=gpu", "maxtime=10")
    try:
        run = Run(site, cluster, "--until", "train_autoencoder")
        assert run.end() == 1
        assert "Requested time limit is invalid" in run.output
        assert "train_autoencoder" in run.output
        # As docs/cluster.md says.
        profile = site.folder / "profiles" / "slurm" / "config.yaml"
        limit = "train_autoencoder: &gpu\n    runtime: min(attempt * 5, 10)"
        text = profile.read_text().replace("train_autoencoder: &gpu", limit)
        profile.write_text(text)
        run = Run(site, cluster, "--until", "train_autoencoder").succeed()
        (job,) = run.jobs()
        assert job["TimeLimit"] == "00:05:00"
    finally:
        cluster.run("scontrol", "update", "partitionname=gpu", "maxtime=infinite")


def test_as_many_jobs_as_a_user_may_have(tiny, cluster):
    tiny.set(files=2)
    cluster.limit_jobs(1)
    try:
        held = ["sbatch", "--hold", "--parsable", "--wrap", "true"]
        first, second = cluster.run(*held), cluster.run(*held)
        assert (first.returncode, second.returncode) == (0, 1), second.stderr
        cluster.run("scancel", first.stdout.strip())
        run = Run(tiny, cluster, "--jobs", "1").succeed()
    finally:
        cluster.limit_jobs(-1)
    assert len(run.jobs()) == 2
    assert "sbatch failed" not in run.output


def test_what_nodes_have_is_told(site, cluster):
    # On a site that takes --gres, and not --gpus.
    gres = [
        "check_gpu:gpu=0",
        "check_gpu:gres='gpu:1'",
        "check_gpu:slurm_partition=gpu",
    ]
    target = ["--", "check_cluster"]
    run = Run(site, cluster, "--set-resources", *gres, *target).succeed()
    assert sorted(run.submitted()) == ["check_gpu", "check_node"]
    (job,) = run.jobs("check_gpu")
    assert job["Partition"] == "gpu"
    assert "gpu:1" in job["TresPerNode"] and "TresPerJob" not in job
    report = (site.results / "check_cluster" / "report.md").read_text()
    assert report.strip() in run.output
    rows = [[cell.strip() for cell in line.split("|")] for line in report.splitlines()]
    told = {row[1]: row[2:4] for row in rows if len(row) == 5}
    assert told["host"][0] == told["host"][1] != ""
    assert told["TensorFlow computes on"] == ["", "CPU"]
    # Slurm counts the GPUs of a node from 0.
    assert told["GPUs that Slurm gave"] == ["", "0"]
    assert told["results: HDF5 locks"][0].endswith("not needed")
