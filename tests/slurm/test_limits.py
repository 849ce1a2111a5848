"""The GPU slot, and what a site allows."""

from datetime import datetime

import pytest
from cluster import wait_until
from run import Run


@pytest.fixture
def four(site):
    """A project with four autoencoders to train."""
    config = site.config
    config["autoencoders"]["configurations"][0]["latent"] = [2, 4, 6, 10]
    config["autoencoders"]["training"]["epochs"] = 1
    site.config = config
    return site


def train(site, cluster, *arguments):
    return Run(site, cluster, "--until", "train_autoencoder", *arguments).succeed()


def most_at_once(jobs):
    """The largest number of jobs that ran at the same time."""
    spans = [
        [datetime.fromisoformat(job[key]) for key in ("StartTime", "EndTime")]
        for job in jobs
    ]
    return max(sum(a <= start < b for a, b in spans) for start, _ in spans)


def test_one_gpu_trains_one_autoencoder_at_a_time(four, cluster):
    cluster.run("scontrol", "update", "nodename=gpu2", "state=drain", "reason=test")
    try:
        jobs = train(four, cluster).jobs()
    finally:
        cluster.run("scontrol", "update", "nodename=gpu2", "state=resume")
    assert len(jobs) == 4
    assert {job["NodeList"] for job in jobs} == {"gpu1"}
    assert most_at_once(jobs) == 1


def test_two_gpus_train_two(four, cluster):
    wait_until(lambda: "gpu2" in cluster.nodes("idle"), "gpu2")
    jobs = train(four, cluster).jobs()
    assert {job["NodeList"] for job in jobs} == {"gpu1", "gpu2"}
    assert most_at_once(jobs) == 2


def test_a_run_may_take_fewer_gpus_than_there_are(four, cluster):
    jobs = train(four, cluster, "--resources", "gpu=1").jobs()
    assert len(jobs) == 4
    assert most_at_once(jobs) == 1


def test_a_site_may_want_gres_in_place_of_gpus(site, cluster):
    settings = ["train_autoencoder:gpu=0", "train_autoencoder:gres='gpu:1'"]
    settings.append("train_autoencoder:slurm_partition=gpu")
    (job,) = train(site, cluster, "--set-resources", *settings).jobs()
    assert "gpu:1" in job["TresPerNode"]
    assert "TresPerJob" not in job
    assert job["NodeList"] in ("gpu1", "gpu2")


def test_more_time_than_a_partition_gives_is_an_error_that_says_so(site, cluster):
    cluster.run("scontrol", "update", "partitionname=gpu", "maxtime=10")
    try:
        run = Run(site, cluster, "--until", "train_autoencoder")
        assert run.end() == 1
        assert "Requested time limit is invalid" in run.output
        assert "train_autoencoder" in run.output
        # As docs/cluster.md says.
        limit = "train_autoencoder:runtime=min(attempt * 5, 10)"
        (job,) = train(
            site,
            cluster,
            "--set-resources",
            limit,
            "train_autoencoder:slurm_partition=gpu",
        ).jobs()
        assert job["TimeLimit"] == "00:05:00"
    finally:
        cluster.run("scontrol", "update", "partitionname=gpu", "maxtime=infinite")


def test_as_many_jobs_as_a_user_may_have(four, cluster):
    cluster.limit_jobs(2)
    try:
        run = train(four, cluster, "--jobs", "2")
    finally:
        cluster.limit_jobs(-1)
    assert len(run.jobs()) == 4
    assert "sbatch failed" not in run.output


def test_what_nodes_have_is_told(site, cluster):
    run = Run(site, cluster, "check_cluster").succeed()
    assert sorted(run.submitted()) == ["check_gpu", "check_node"]
    (job,) = run.jobs("check_gpu")
    assert job["Partition"] == "gpu" and "gpu:1" in job["TresPerJob"]
    report = (site.results / "check_cluster" / "report.md").read_text()
    assert report in run.output
    for what in ("Python", "tensorflow", "TensorFlow computes on", "HDF5 locks"):
        assert f"| {what}" in report or f": {what}" in report
    # Slurm counts the GPUs of a node from 0.
    (given,) = [line for line in report.splitlines() if "GPUs that Slurm gave" in line]
    assert given.split("|")[3].strip() == "0"
