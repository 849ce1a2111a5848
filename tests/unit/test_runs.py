"""What a killed run leaves is found, and what a living one holds is left alone."""

import json
import subprocess
import sys

import psutil
import pytest

from speechcodes import runs
from speechcodes.errors import InputError


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """A folder with two locks of Snakemake's."""
    monkeypatch.chdir(tmp_path)
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


def test_a_living_run_keeps_its_locks():
    note()
    assert runs.release_locks() == []
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
    assert runs.release_locks() == []
    assert locks() == ["0.input.lock", "0.output.lock"]
    assert settings() == ["abc"]


def test_locks_stay_while_jobs_of_the_killed_run_go_on(folder):
    note(process=ended_process())
    code = "import time; print('here', flush=True); time.sleep(60)"
    command = [sys.executable, "-c", code, ".snakemake/scripts/tmp1.midterm.py"]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE) as job:
        job.stdout.readline()
        (sentence,) = runs.release_locks()
        job.kill()
    assert str(job.pid) in sentence
    assert locks() == ["0.input.lock", "0.output.lock"]
    runs.release_locks()
    assert locks() == []


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
