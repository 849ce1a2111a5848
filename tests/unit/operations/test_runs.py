"""What a killed run leaves is found, and what a living one holds is left alone."""

import contextlib
import json
import os
import subprocess
import sys
import time

import psutil
import pytest

from speechcodes.errors import InputError
from speechcodes.operations import runs


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """A folder with two locks of Snakemake's."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(runs.MARK, "none")
    runs.LOCKS.mkdir(parents=True)
    for name in ("0.input.lock", "0.output.lock"):
        (runs.LOCKS / name).write_text("results/table.csv\n")
    return tmp_path


def locks():
    return sorted(path.name for path in runs.LOCKS.iterdir())


def note(name="run", **changes):
    """Note a run of this very process, with changes."""
    process = psutil.Process()
    runs.NOTES.mkdir(parents=True, exist_ok=True)
    content = {
        "host": runs.socket.gethostname(),
        "process": process.pid,
        "started": process.create_time(),
        "logs": [],
        "settings": "abc",
        "outputs": [],
        **changes,
    }
    (runs.NOTES / f"{name}.json").write_text(json.dumps(content))


def ended_process():
    """The number of a process that is no more."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def settings():
    """Settings of the runs that are over and have not succeeded."""
    return [note["settings"] for note in runs.unfinished().values()]


def test_nothing_is_said_where_nothing_was_left():
    assert runs.release_locks() == []
    assert settings() == []
    assert locks() == ["0.input.lock", "0.output.lock"]


def test_a_living_run_keeps_its_locks_and_is_named():
    note()
    (sentence,) = runs.release_locks()
    pid, host = psutil.Process().pid, runs.socket.gethostname()
    assert f"Another run works in this folder, process {pid} on {host}" in sentence
    assert locks() == ["0.input.lock", "0.output.lock"]
    assert settings() == []


def test_locks_of_a_killed_run_are_removed():
    note(process=ended_process())
    (sentence,) = runs.release_locks()
    assert "was killed" in sentence
    assert locks() == []
    # It is not forgotten before somebody has seen to what it left.
    assert settings() == ["abc"]
    assert runs.release_locks() == []


def test_a_process_that_got_the_number_of_a_killed_run_is_another():
    note(started=psutil.Process().create_time() - 3600)
    runs.release_locks()
    assert locks() == []


def test_locks_stay_while_another_run_lives():
    note("killed", process=ended_process())
    note("living")
    (sentence,) = runs.release_locks()
    assert f"process {psutil.Process().pid} on" in sentence
    assert locks() == ["0.input.lock", "0.output.lock"]
    assert settings() == ["abc"]


@contextlib.contextmanager
def process(folder, *arguments, **environment):
    """A process of Python's in a folder, that waits."""
    code = "import time; print('here', flush=True); time.sleep(60)"
    command = [sys.executable, "-c", code, *arguments]
    with subprocess.Popen(
        command,
        cwd=folder,
        env=os.environ | environment,
        stdout=subprocess.PIPE,
    ) as started:
        started.stdout.readline()
        try:
            yield started
        finally:
            started.kill()


def test_locks_stay_while_another_snakemake_begins(folder):
    note(process=ended_process())
    # One that makes its plan has no note yet.
    with process(folder, "/usr/bin/snakemake", "--cores", "2") as other:
        (sentence,) = runs.release_locks()
    assert f"process {other.pid} on" in sentence
    assert locks() == ["0.input.lock", "0.output.lock"]
    runs.release_locks()
    assert locks() == []


def test_what_looks_at_files_of_snakemake_or_works_elsewhere_is_no_run(folder):
    note(process=ended_process())
    with (
        process(folder, ".snakemake/log/today.snakemake.log"),
        process(folder, "snakemake", "--mode", "remote"),
        process("/", "snakemake"),
    ):
        runs.release_locks()
    assert locks() == []


def test_a_run_that_was_killed_and_not_yet_buried_is_over():
    dead = subprocess.Popen([sys.executable, "-c", ""])
    while psutil.Process(dead.pid).status() != psutil.STATUS_ZOMBIE:
        time.sleep(0.01)
    note(process=dead.pid, started=psutil.Process(dead.pid).create_time())
    runs.release_locks()
    dead.wait()
    assert locks() == []


# --- jobs that go on --------------------------------------------------------------


def test_jobs_of_a_killed_run_are_ended_and_no_others(folder):
    said = []
    with (
        process(folder, SPEECHCODES_RUN="killed") as job,
        process(folder, SPEECHCODES_RUN="killed") as another,
        process(folder, SPEECHCODES_RUN="living") as of_another_run,
        process(folder, SPEECHCODES_RUN="killed", SLURM_JOB_ID="7") as of_slurm,
        process(folder, ".snakemake/scripts/tmp1.midterm.py") as editor,
    ):
        runs.end_jobs(runs.NOTES / "killed.json", said.append)
        assert not psutil.pid_exists(job.pid) and not psutil.pid_exists(another.pid)
        left = [of_another_run, of_slurm, editor]
        assert [each.poll() for each in left] == [None] * 3
    (sentence,) = said
    assert str(job.pid) in sentence and str(another.pid) in sentence
    runs.end_jobs(runs.NOTES / "killed.json", said.append)
    assert len(said) == 1


def test_jobs_that_cannot_be_ended_are_an_error(folder, monkeypatch):
    monkeypatch.setattr(runs, "PATIENCE", 0)
    monkeypatch.setattr(psutil.Process, "kill", lambda process: None)
    with (
        process(folder, SPEECHCODES_RUN="killed") as job,
        pytest.raises(InputError, match=f"Process {job.pid} .* goes on"),
    ):
        runs.end_jobs(runs.NOTES / "killed.json", print)


def test_what_killed_writers_left_is_removed_but_for_what_another_run_makes(folder):
    for name in ("a", "b", "c"):
        (folder / f".7.partial.{name}.csv").touch()
    note("killed", process=ended_process(), outputs=["a.csv", "b.csv"])
    with process(folder) as living:
        started = psutil.Process(living.pid).create_time()
        note("living", process=living.pid, started=started, outputs=["b.csv"])
        runs.remove_partial(json.loads((runs.NOTES / "killed.json").read_text()))
    left = sorted(path.name for path in folder.glob(".*.partial.*"))
    assert left == [".7.partial.b.csv", ".7.partial.c.csv"]


def test_a_run_that_succeeds_removes_what_its_own_killed_jobs_left(folder):
    runs.mark()
    path = runs.begin([], "abc", ["a.csv"])
    (folder / ".7.partial.a.csv").touch()
    runs.succeed(path)
    assert not list(folder.glob(".*.partial.*"))
    assert not list(runs.NOTES.iterdir())


# --- runs beside each other -------------------------------------------------------


@pytest.mark.parametrize(
    ("outputs", "host", "refused"),
    [
        (["b.csv", "c.csv"], None, True),
        (["c.csv"], None, False),
        # It may have ended long ago: that is not seen from here.
        (["b.csv"], "login7", False),
    ],
)
def test_what_another_run_makes_is_refused(folder, outputs, host, refused):
    runs.mark()
    own = runs.begin([], "abc", ["a.csv", "b.csv"])
    with process(folder) as living:
        started = psutil.Process(living.pid).create_time()
        where = {"host": host} if host else {}
        note(process=living.pid, started=started, outputs=outputs, **where)
        if refused:
            match = f"process {living.pid} on .* makes b.csv, too; wait"
            with pytest.raises(InputError, match=match):
                runs.check_alone(own)
        else:
            runs.check_alone(own)
    runs.check_alone(own)


def test_a_mark_is_passed_on_to_what_a_run_starts(folder):
    runs.mark()
    path = runs.begin([], "abc", [])
    with process(folder) as job:
        assert [p.pid for p in runs._started_by(path.stem)] == [job.pid]


# --- notes, and Slurm --------------------------------------------------------------


def test_a_run_on_another_host_is_left_to_the_user(folder):
    (folder / "run.log").write_text("SLURM run ID: 1f-2b\n")
    note(host="login7", process=ended_process(), logs=["run.log"])
    (sentence,) = runs.release_locks()
    for part in ("login7", "snakemake --unlock", "run.json", "scancel --name 1f-2b"):
        assert part in sentence
    assert locks() == ["0.input.lock", "0.output.lock"]
    assert settings() == []


def test_a_run_notes_itself_where_it_began(folder, monkeypatch):
    path = runs.begin(["run.log"], "abc", ["results/table.csv"])
    (content,) = runs._notes().values()
    assert not runs.is_over(content)
    assert content["logs"] == [str(folder / "run.log")]
    assert content["outputs"] == ["results/table.csv"]
    monkeypatch.chdir("/")
    path.unlink()
    monkeypatch.chdir(folder)
    assert runs._notes() == {}


def test_half_a_note_is_none(folder):
    runs.NOTES.mkdir(parents=True)
    (runs.NOTES / ".7.partial.host-7.json").write_text("{")
    assert runs._notes() == {}


def test_names_of_slurm_jobs_stand_in_the_log(folder):
    log = folder / "run.log"
    log.write_text(
        "Building DAG\nSLURM run ID: 1f-2b\nSelect jobs\nx SLURM run ID: no\n"
    )
    assert runs.slurm_names([str(log), "gone.log"]) == ["1f-2b"]


def program(folder, name, text):
    path = folder / "bin" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


@pytest.fixture
def used_slurm(folder, monkeypatch):
    """What a run noted that used Slurm; its jobs are the lines of a file."""
    monkeypatch.setenv("PATH", str(folder / "bin"), prepend=":")
    (folder / "run.log").write_text("SLURM run ID: 1f-2b\n")
    (folder / "jobs").write_text("11\n12\n")
    program(folder, "squeue", f'[ "$7" = 1f-2b ] && cat {folder}/jobs')
    program(folder, "scancel", f'echo "$@" > {folder}/cancelled; : > {folder}/jobs')
    return {"logs": [str(folder / "run.log")]}


def test_slurm_jobs_of_an_earlier_run_are_cancelled(folder, used_slurm):
    said = []
    runs.cancel_jobs(used_slurm, said.append)
    assert (folder / "cancelled").read_text() == "11 12\n"
    assert "11, 12" in said[0]
    runs.cancel_jobs(used_slurm, said.append)
    assert len(said) == 1


def test_slurm_jobs_that_do_not_end_are_an_error(folder, used_slurm, monkeypatch):
    monkeypatch.setattr(runs, "PATIENCE", 0)
    program(folder, "scancel", "exit 1")
    with pytest.raises(InputError, match="11, 12.*go on"):
        runs.cancel_jobs(used_slurm, print)


def test_a_slurm_that_does_not_answer_is_an_error(folder, used_slurm):
    program(folder, "squeue", "echo Unable to contact >&2; exit 1")
    with pytest.raises(InputError, match="Unable to contact"):
        runs.cancel_jobs(used_slurm, print)
