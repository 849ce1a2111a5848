"""What the hooks of the workflow do, on one so small that a run takes a second."""

import os
import re
import shutil
import time

import psutil
import pytest
from noted import fake_slurm, killed
from tiny import Tiny


@pytest.fixture
def tiny(tmp_path):
    return Tiny(tmp_path)


def alive(process):
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE


# --- the end of a run -------------------------------------------------------------


def test_a_run_that_succeeds_tells_its_times_and_leaves_no_note(tiny):
    output = tiny.run(files=2)
    assert re.search(r"^  wait +2 +\d+ s +\d+ s$", output, flags=re.M)
    assert not tiny.notes()
    # Only of what this run has done itself.
    assert re.search(r"^  wait +1 +\d+ s +\d+ s$", tiny.run(files=3), flags=re.M)


def test_a_run_that_fails_tells_which_rule_how_and_what_to_try(tiny):
    (tiny.folder / "fail").touch()
    output = tiny.run(code=1)
    told = output.split("Rule wait failed (1 job)")[1]
    assert "logs/tiny/0.log ends with:\n  no luck" in told
    assert "same command" in told
    (tiny.folder / "fail").unlink()
    tiny.run()
    assert not tiny.notes()


# --- one run at a time ------------------------------------------------------------


def test_a_second_run_is_refused_but_for_another_corpus_and_may_look(tiny):
    with tiny.held() as (run, job):
        works = f"Another run works on results/tiny, process {run.pid} on "
        assert works in (refused := tiny.run(code=1))
        assert "Traceback" not in refused
        assert tiny.planned() == 1
        tiny.run(name="other")
        # Nor does the end of that one open the door.
        assert works in tiny.run(name="tiny", code=1)
    assert run.returncode == 0
    assert tiny.written() == tiny.written("other") == "a"
    assert not tiny.notes()


def test_after_a_kill_the_same_command_ends_what_goes_on_and_goes_on(tiny):
    with tiny.held() as (run, job):
        run.kill()
        run.wait()
        # To look is not to touch.
        assert tiny.planned(setting="b") == 1
        assert alive(job)
        tiny.release()
        job.suspend()
        output = tiny.run(setting="b")
        assert not alive(job)
    assert f"processes go on, and are ended: {job.pid}" in output
    assert tiny.written() == "b"
    assert not tiny.notes() and not tiny.planned(setting="b")


# --- Snakemake's inside -----------------------------------------------------------


def looks_for_work(output):
    return len(re.findall(r"^Ready jobs: ", output, flags=re.M))


def test_snakemake_looks_for_work_too_often_unless_its_limit_of_jobs_is_taken(tiny):
    # Else rules/run.smk need not take it: see `onstart`.
    left = tiny.run("--verbose", "--no-hooks", files=8)
    shutil.rmtree(tiny.folder / "results")
    taken = tiny.run("--verbose", files=8)
    assert looks_for_work(taken) <= 9 < 12 < looks_for_work(left)


def test_snakemake_tells_of_each_job_under_quiet_rules_unless_it_is_told_not_to(tiny):
    # Else rules/run.smk need not: see `as_a_rule`.
    lines = "Select jobs to execute...", "Execute 1 jobs..."
    left = tiny.run("--quiet", "rules", "--no-hooks")
    shutil.rmtree(tiny.folder / "results")
    told = tiny.run("--quiet", "rules")
    for line in lines:
        assert line in left and line not in told
    # All else that --quiet rules leaves is still there.
    assert "2 of 2 steps (100%) done" in told
    assert "Time taken by this run's jobs" in told
    shutil.rmtree(tiny.folder / "results")
    assert lines[1] in tiny.run()


@pytest.fixture
def unrecorded(tiny):
    """A workflow whose results Snakemake has no record of."""
    tiny.run()
    for path in (tiny.folder / ".snakemake" / "metadata").iterdir():
        path.unlink()
    return tiny


def test_snakemake_does_not_see_settings_change_of_what_has_no_record(unrecorded):
    # Else rules/run.smk need not mark such files: see `mark_unrecorded`.
    assert unrecorded.planned(setting="b") == 0


def test_what_slurm_jobs_of_a_killed_run_made_without_a_record_is_made_anew(
    unrecorded, monkeypatch
):
    fake_slurm(unrecorded.folder, monkeypatch)
    killed(unrecorded.folder, slurm=True)
    assert unrecorded.planned() == 1
    unrecorded.run(setting="b")
    assert unrecorded.written() == "b"
    assert not unrecorded.notes() and not unrecorded.planned(setting="b")


def test_what_has_a_record_is_kept_after_a_kill(tiny):
    tiny.run(files=2)
    killed(tiny.folder, slurm=True)
    assert tiny.planned(files=2) == 0
    # But a file that is newer than its record is another job's.
    now = time.time() + 5
    os.utime(tiny.folder / "results" / "tiny" / "1.txt", (now, now))
    assert tiny.planned(files=2) == 1
