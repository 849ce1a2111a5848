"""What a killed run leaves is found, and what a living one holds is left alone."""

import json
import subprocess
import sys

import psutil
import pytest

from speechcodes import runs


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
        **changes,
    }
    (runs.NOTES / f"{name}.json").write_text(json.dumps(content))


def ended_process():
    """The number of a process that is no more."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def begin_elsewhere(then=""):
    """Have another process begin a run here, do something, and end."""
    code = f"from speechcodes import runs; runs.begin(['run.log'], 'abc'); {then}"
    environment = {"PYTHONPATH": runs.__file__.rsplit("/", 2)[0]}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment)


def test_nothing_is_said_where_nothing_was_left():
    assert runs.release_locks() == []
    assert runs.killed() == []


def test_a_living_run_keeps_its_locks():
    note()
    assert runs.release_locks() == []
    assert locks() == ["0.input.lock", "0.output.lock"]
    assert runs.killed() == []
    assert len(list(runs.NOTES.iterdir())) == 1


def test_locks_of_a_killed_run_are_removed():
    note(process=ended_process())
    (sentence,) = runs.release_locks()
    assert "was killed" in sentence
    assert locks() == []
    # The run itself is forgotten only when another begins.
    assert [note["settings"] for note in runs.killed()] == ["abc"]
    begin_elsewhere()
    assert runs.killed() == []


def test_a_process_that_got_the_number_of_a_killed_run_is_another():
    note(started=psutil.Process().create_time() - 3600)
    runs.release_locks()
    assert locks() == []


def test_locks_stay_while_another_run_lives():
    note("killed", process=ended_process())
    note("living")
    assert len(runs.release_locks()) == 1
    assert locks() == ["0.input.lock", "0.output.lock"]
    assert [note["settings"] for note in runs.killed()] == ["abc"]
    begin_elsewhere()
    assert [path.name for path in runs.NOTES.iterdir()] == ["living.json"]


def test_a_run_on_another_host_is_left_to_the_user():
    note(host="login7", process=ended_process())
    (sentence,) = runs.release_locks()
    assert "login7" in sentence and "snakemake --unlock" in sentence
    assert "run.json" in sentence
    assert locks() == ["0.input.lock", "0.output.lock"]
    assert runs.killed() == []


def test_a_run_notes_itself_until_it_ends():
    begin_elsewhere(
        "(note,) = runs._notes().values();"
        "assert not runs.is_over(note), note;"
        "assert note['logs'][0].endswith('/run.log'), note"
    )
    assert list(runs.NOTES.iterdir()) == []


def test_names_of_slurm_jobs_stand_in_the_log(folder):
    log = folder / "run.log"
    log.write_text(
        "Building DAG\nSLURM run ID: 1f-2b\nSelect jobs\nx SLURM run ID: no\n"
    )
    assert runs.slurm_names([str(log), "gone.log"]) == ["1f-2b"]
