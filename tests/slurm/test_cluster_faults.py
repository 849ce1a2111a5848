"""What goes wrong on clusters, and that a run ends right all the same.

Mostly on the smallest workflow with the project's hooks and profile, one job of which
is held while something happens to it.
"""

import contextlib
import shutil
import signal
import time

import pytest
from local_slurm.cluster import wait_until
from local_slurm.run import Run
from projects import jobs_finished

RULE = "wait"


@pytest.fixture
def held(tiny, cluster):
    """Start a run, and wait until its job is held; return the run and the Slurm job."""
    tiny.hold()
    run = Run(tiny, cluster)
    yield run, run.wait_for(RULE)
    tiny.release()


def ended_right(run, tiny, setting="a"):
    """Wait for the end: the result is there and right, and nothing is left to do."""
    tiny.release()
    run.succeed()
    assert tiny.written() == setting
    assert not tiny.planned() and not tiny.notes()
    return run


def test_a_job_that_is_cancelled_is_submitted_again(tiny, held, cluster):
    run, job = held
    cluster.run("scancel", job["JobId"])
    ended_right(run, tiny)
    assert len(run.jobs()) == 2
    assert (
        f"SLURM-job '{job['JobId']}' failed, SLURM status is: 'CANCELLED'" in run.output
    )
    assert f"rule_{RULE}" in run.output
    assert f"{job['JobId']}.log" in run.output


def test_a_job_whose_node_is_lost_runs_on_another(tiny, held, cluster):
    run, job = held
    node = job["NodeList"]
    cluster.lose_node(node)
    try:
        ended_right(run, tiny)
    finally:
        cluster.start_node(node)
        wait_until(lambda: node in cluster.nodes("idle"), f"{node} to be idle")
    # Queued again by Slurm itself: no attempt of Snakemake's is used up.
    (job,) = run.jobs()
    assert job["Restarts"] == "1" and job["NodeList"] != node


def test_a_job_that_needs_more_memory_gets_it(project, on_site, cluster):
    # On a job that needs as much as real ones do.
    site = on_site(project)
    target = "results/small/statistics/20k/conclusions.csv"
    (site.folder / target).unlink()
    memory = "comparison:mem_mb=50 if attempt < 2 else 2000 * attempt"
    run = Run(site, cluster, "--set-resources", memory, "--", target).succeed()
    assert [job["MinMemoryNode"] for job in run.jobs()] == ["50M", "4000M"]
    first = run.jobs()[0]
    assert first["JobState"] in ("FAILED", "OUT_OF_MEMORY")
    assert f"SLURM-job '{first['JobId']}' failed" in run.output


def test_a_job_that_needs_more_time_gets_it(tiny, cluster):
    tiny.hold()
    run = Run(tiny, cluster, "--set-resources", f"{RULE}:runtime=attempt")
    wait_until(lambda: len(run.jobs()) == 2, "the second attempt", 180)
    ended_right(run, tiny)
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


def test_submission_that_fails_is_tried_again_and_told(tiny, cluster):
    with failing_sbatch(cluster, 3):
        run = Run(tiny, cluster)
        assert run.end() == 1
    assert "Batch job submission failed: Socket timed out" in run.output
    assert f"rule_{RULE}" in run.output
    # Once and twice is not enough to give up.
    with failing_sbatch(cluster, 2):
        ended_right(Run(tiny, cluster), tiny)


def test_after_a_kill_the_same_command_goes_on(tiny, held, cluster):
    run, job = held
    run.process.kill()
    run.process.wait()
    # Its job goes on, and would make the same beside the new one.
    again = Run(tiny, cluster)
    wait_until(lambda: again.jobs(RULE), "the new job")
    ended_right(again, tiny)
    assert f"and are ended: {job['JobId']}" in again.output
    states = {j["JobId"]: j["JobState"] for j in cluster.jobs()}
    assert states[job["JobId"]] == "CANCELLED"


def test_what_ended_after_a_kill_is_made_anew_and_stays_under_watch(
    tiny, held, cluster
):
    run, job = held
    run.process.kill()
    run.process.wait()
    tiny.release()
    wait_until(lambda: {j["JobState"] for j in run.jobs()} == {"COMPLETED"}, "its end")
    assert tiny.written() == "a"
    # Nothing tells that it is no result of other settings, which the run goes on with.
    tiny.set(setting="b")
    ended_right(Run(tiny, cluster), tiny, "b")


def test_controller_and_accounting_may_be_away(tiny, held, cluster):
    run, _ = held
    cluster.stop_accounting()
    cluster.stop_controller()
    time.sleep(15)
    assert run.process.poll() is None, run.output
    cluster.start_controller()
    cluster.start_accounting()
    assert len(ended_right(run, tiny).jobs()) == 1


def test_a_run_that_is_interrupted_cancels_its_jobs(tiny, held, cluster):
    run, _ = held
    run.process.send_signal(signal.SIGINT)
    assert run.end() != 0
    wait_until(lambda: {j["JobState"] for j in run.jobs()} == {"CANCELLED"}, "the end")
    ended_right(Run(tiny, cluster), tiny)


def test_jobs_of_a_group_run_once_where_a_run_goes_on(
    project, on_site, cluster, finished
):
    # Groups that depend on a choice made long before are where Snakemake is weakest.
    site = on_site(project)
    shutil.rmtree(site.results / "fold1" / "predictions")
    (site.results / "scores.csv").unlink()
    dry = site.snakemake("--profile", "profiles/slurm", "--dry-run")
    assert dry.returncode == 0, dry.stdout
    one = ("--groups", "predictions=one", "--group-components", "one=100")
    run = Run(site, cluster, *one, "--", "results/small/scores.csv").succeed()
    groups = [name.removesuffix("_predictions") for name in run.submitted()]
    assert sorted(groups) == ["one", "scores"]
    assert jobs_finished(run.output) == {"predictions": 2, "scores": 1}
    text = (finished.results / "scores.csv").read_text()
    assert (site.results / "scores.csv").read_text() == text
