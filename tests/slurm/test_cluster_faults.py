"""What goes wrong on clusters, and that a run ends right all the same.

A job is held while something happens to it: its script is stopped as by a debugger,
so that tests need not wait for long ones.
"""

import contextlib
import shutil
import signal
import time

import psutil
import pytest
from cluster import wait_until
from projects import jobs_finished
from run import Run

#: A job that takes a few seconds, and gives five tables.
RULE, FOLDER = "comparison", "statistics/20k"
TARGET = f"results/small/{FOLDER}/conclusions.csv"


@pytest.fixture
def site(project, on_site):
    """A project that lacks the tables, ready for a cluster."""
    shutil.rmtree(project.results / FOLDER)
    return on_site(project)


def compare(site, cluster, *arguments):
    """Start to make the tables."""
    return Run(site, cluster, *arguments, "--", TARGET)


def script(cluster):
    """The processes that run the script on the cluster."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            of_script = any(part.endswith(f".{RULE}.py") for part in process.cmdline())
            configuration = process.environ().get("SLURM_CONF")
            if of_script and configuration == cluster.environment["SLURM_CONF"]:
                found.append(process)
    return found


def hold(run):
    """Wait for the script to run, and stop it; return the Slurm job."""
    for process in wait_until(lambda: script(run.cluster), "the script"):
        process.suspend()
    return run.wait_for(RULE)


def tables(project):
    """Names and texts of the tables."""
    return {p.name: p.read_text() for p in (project.results / FOLDER).iterdir()}


def ended_right(run, site, finished):
    """Wait for the end: all tables are there and right, and nothing else was made."""
    run.succeed()
    assert tables(site) == tables(finished)
    assert set(run.submitted()) <= {RULE}
    assert not site.plan("--", TARGET)
    return run


def test_a_job_that_is_cancelled_is_submitted_again(site, cluster, finished):
    run = compare(site, cluster)
    job = hold(run)
    cluster.run("scancel", job["JobId"])
    ended_right(run, site, finished)
    assert len(run.jobs()) == 2
    assert (
        f"SLURM-job '{job['JobId']}' failed, SLURM status is: 'CANCELLED'" in run.output
    )
    assert f"rule_{RULE}" in run.output
    assert f"{job['JobId']}.log" in run.output


def test_a_job_whose_node_is_lost_runs_on_another(site, cluster, finished):
    run = compare(site, cluster)
    node = hold(run)["NodeList"]
    cluster.lose_node(node)
    try:
        ended_right(run, site, finished)
    finally:
        cluster.start_node(node)
        wait_until(lambda: node in cluster.nodes("idle"), f"{node} to be idle")
    # Queued again by Slurm itself: no attempt of Snakemake's is used up.
    (job,) = run.jobs()
    assert job["Restarts"] == "1" and job["NodeList"] != node


def test_a_job_that_needs_more_memory_gets_it(site, cluster, finished):
    memory = f"{RULE}:mem_mb=50 if attempt < 2 else 2000 * attempt"
    run = ended_right(compare(site, cluster, "--set-resources", memory), site, finished)
    assert [job["MinMemoryNode"] for job in run.jobs()] == ["50M", "4000M"]
    first = run.jobs()[0]
    assert first["JobState"] in ("FAILED", "OUT_OF_MEMORY")
    assert f"SLURM-job '{first['JobId']}' failed" in run.output


def test_a_job_that_needs_more_time_gets_it(site, cluster, finished):
    runtime = f"{RULE}:runtime=attempt"
    run = compare(site, cluster, "--set-resources", runtime)
    hold(run)
    ended_right(run, site, finished)
    assert [job["TimeLimit"] for job in run.jobs()] == ["00:01:00", "00:02:00"]
    assert "SLURM status is: 'TIMEOUT'" in run.output


@contextlib.contextmanager
def failing_sbatch(cluster, times):
    """Have the first calls of sbatch fail, as while a controller is overloaded."""
    script, calls = cluster.folder / "bin" / "sbatch", cluster.folder / "calls"
    calls.write_text("")
    script.write_text(
        f"#!/bin/sh\necho >> {calls}\n"
        f'[ $(wc -l < {calls}) -gt {times} ] && exec /usr/bin/sbatch "$@"\n'
        "echo 'sbatch: error: Batch job submission failed: Socket timed out' >&2\n"
        "exit 1\n"
    )
    script.chmod(0o755)
    try:
        yield
    finally:
        script.unlink()


def test_submission_that_fails_is_tried_again_and_told(site, cluster, finished):
    with failing_sbatch(cluster, 3):
        run = compare(site, cluster)
        assert run.end() == 1
    assert "Batch job submission failed: Socket timed out" in run.output
    assert "rule_comparison" in run.output
    # Once and twice is not enough to give up.
    with failing_sbatch(cluster, 2):
        ended_right(compare(site, cluster), site, finished)


def test_after_a_kill_the_same_command_goes_on(site, cluster, finished):
    run = compare(site, cluster)
    job = hold(run)
    run.process.kill()
    run.process.wait()
    again = ended_right(compare(site, cluster), site, finished)
    # Its job had gone on, and would have made the same beside the new one.
    assert f"and are cancelled: {job['JobId']}" in again.output
    states = {j["JobId"]: j["JobState"] for j in cluster.jobs()}
    assert states[job["JobId"]] == "CANCELLED"


def test_what_ended_after_a_kill_is_used_and_stays_under_watch(site, cluster, finished):
    # As if the tables had never been made before.
    shutil.rmtree(site.folder / ".snakemake" / "metadata")
    # And as a user may do who wants the room.
    shutil.rmtree(site.results / "signals")
    run = compare(site, cluster)
    job = run.wait_for(RULE)
    run.process.kill()
    run.process.wait()
    wait_until(
        lambda: {j["JobState"] for j in run.jobs()} == {"COMPLETED"}, f"{job['JobId']}"
    )
    assert tables(site) == tables(finished)
    # With other settings than those of the killed run, what it made is not trusted.
    config, figure = site.config, "results/small/figures/20k/differences.svg"
    site.config = {**config, "statistics": {"resamples": 500}}
    refused = Run(site, cluster, "--", figure)
    assert refused.end() == 1
    assert "settings or code have changed since" in refused.output
    assert TARGET in refused.output
    site.config = config
    assert not Run(site, cluster, "--", figure).succeed().jobs()
    # It has a record by now: a change is seen.
    site.config = {**config, "statistics": {"resamples": 500}}
    assert site.plan("--", TARGET) == {RULE: 1}


def test_controller_and_accounting_may_be_away(site, cluster, finished):
    run = compare(site, cluster)
    run.wait_for(RULE)
    cluster.stop_accounting()
    cluster.stop_controller()
    time.sleep(15)
    assert run.process.poll() is None, run.output
    cluster.start_controller()
    cluster.start_accounting()
    assert len(ended_right(run, site, finished).jobs()) == 1


def test_a_run_that_is_interrupted_cancels_its_jobs(site, cluster, finished):
    run = compare(site, cluster)
    hold(run)
    run.process.send_signal(signal.SIGINT)
    assert run.end() != 0
    wait_until(lambda: {j["JobState"] for j in run.jobs()} == {"CANCELLED"}, "the end")
    ended_right(compare(site, cluster), site, finished)


def test_jobs_of_a_group_run_once_where_a_run_goes_on(site, cluster, finished):
    # Groups that depend on a choice made long before are where Snakemake is weakest.
    shutil.rmtree(site.results / "predictions")
    (site.results / "scores.csv").unlink()
    dry = site.snakemake("--profile", "profiles/slurm", "--dry-run")
    assert dry.returncode == 0, dry.stdout
    run = Run(site, cluster, "--", "results/small/scores.csv").succeed()
    groups = [name.removesuffix("_predictions") for name in run.submitted()]
    expected = [f"predictions_20k_{name}" for name in ("decision_tree", "svm")]
    assert sorted(groups) == [*expected, "scores"]
    assert jobs_finished(run.output) == {"predictions": 4, "scores": 1}
    text = (finished.results / "scores.csv").read_text()
    assert (site.results / "scores.csv").read_text() == text
