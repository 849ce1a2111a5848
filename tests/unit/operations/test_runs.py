"""A second run is refused, and what a killed run left is found and ended."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time

import psutil
import pytest
from noted import fake_slurm, killed, note, program

from speechcodes.errors import InputError
from speechcodes.operations import runs

RESULTS = "results/tiny"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(runs.MARK, "none")
    (tmp_path / RESULTS).mkdir(parents=True)
    return tmp_path


@contextlib.contextmanager
def process(folder, *arguments, **environment):
    """A process of Python's in a folder, that waits."""
    code = "import time; print('here', flush=True); time.sleep(60)"
    command = [sys.executable, "-c", code, *arguments]
    with subprocess.Popen(
        command, cwd=folder, env=os.environ | environment, stdout=subprocess.PIPE
    ) as started:
        started.stdout.readline()
        try:
            yield started
        finally:
            started.kill()


def notes():
    return sorted(path.stem for path in runs.NOTES.iterdir())


def refusal(results=RESULTS):
    with pytest.raises(InputError) as error:
        runs.begin(results, [])
    assert os.environ[runs.MARK] not in notes()
    return str(error.value)


# --- one run at a time ------------------------------------------------------------


def test_a_run_notes_itself_where_it_began(folder, monkeypatch):
    path = runs.begin(RESULTS, ["run.log"])
    content = json.loads(path.read_text())
    assert content["logs"] == [str(folder / "run.log")]
    assert content["process"] == os.getpid()
    monkeypatch.chdir("/")
    runs.fail(path)
    runs.succeed(path)
    assert not list((folder / runs.NOTES).iterdir())


def test_a_living_run_on_the_same_results_is_named(folder):
    note(folder)
    assert f"process {os.getpid()} on {runs.socket.gethostname()}" in refusal()
    runs.begin("results/other", [])


def test_a_killed_run_is_no_hindrance_nor_one_that_was_not_yet_buried(folder):
    killed(folder, "killed")
    # Another process got its number since.
    note(folder, "another", started=psutil.Process().create_time() - 3600)
    dead = subprocess.Popen([sys.executable, "-c", ""])
    while psutil.Process(dead.pid).status() != psutil.STATUS_ZOMBIE:
        time.sleep(0.01)
    started = psutil.Process(dead.pid).create_time()
    note(folder, "zombie", process=dead.pid, started=started)
    runs.begin(RESULTS, [])
    dead.wait()


def test_a_run_on_another_host_is_left_to_the_user_unless_it_has_ended(folder):
    path = note(folder, host="login7", slurm=True)
    sentence = refusal()
    for part in ("login7", f"rm {path}", "scancel --name 1f-2b"):
        assert part in sentence
    runs.fail(path)
    runs.begin(RESULTS, [])


def test_half_a_note_is_none(folder):
    runs.NOTES.mkdir(parents=True)
    (runs.NOTES / ".7.partial.host-7.json").write_text("{")
    runs.begin(RESULTS, [])


# --- files half written -----------------------------------------------------------


@pytest.mark.parametrize("ended", ["succeeded", "killed"])
def test_what_killed_writers_left_is_removed(folder, ended):
    for name in (f"{RESULTS}/a/.7.partial.b.csv", "results/other/.7.partial.c.csv"):
        (folder / name).parent.mkdir(parents=True)
        (folder / name).touch()
    if ended == "succeeded":
        runs.succeed(runs.begin(RESULTS, []))
    else:
        killed(folder)
        runs.forget(RESULTS)
    left = [path.name for path in folder.rglob(".*.partial.*")]
    assert left == [".7.partial.c.csv"]
    assert not notes()


def test_nothing_is_forgotten_of_a_living_run_or_of_other_results(folder):
    note(folder, "living")
    killed(folder, "other", results="results/other")
    (folder / RESULTS / ".7.partial.b.csv").touch()
    runs.forget(RESULTS)
    assert notes() == ["living", "other"]
    assert list((folder / RESULTS).iterdir())


# --- jobs that go on --------------------------------------------------------------


def test_jobs_of_a_killed_run_are_ended_and_no_others(folder):
    said = []
    killed(folder, "killed")
    with (
        process(folder, SPEECHCODES_RUN="killed") as job,
        process(folder, SPEECHCODES_RUN="killed") as another,
        process(folder, SPEECHCODES_RUN="living") as of_another_run,
        process(folder, SPEECHCODES_RUN="killed", SLURM_JOB_ID="7") as of_slurm,
        process(folder, ".snakemake/scripts/tmp1.functionals.py") as editor,
    ):
        runs.end_jobs(RESULTS, said.append)
        assert job.wait(5) == another.wait(5) == -signal.SIGKILL
        left = [of_another_run, of_slurm, editor]
        assert [each.poll() for each in left] == [None] * 3
    (sentence,) = said
    assert str(job.pid) in sentence and str(another.pid) in sentence
    runs.end_jobs(RESULTS, said.append)
    assert len(said) == 1


def test_jobs_that_cannot_be_ended_are_an_error(folder, monkeypatch):
    monkeypatch.setattr(runs, "PATIENCE", 0)
    monkeypatch.setattr(psutil.Process, "kill", lambda process: None)
    killed(folder, "killed")
    with (
        process(folder, SPEECHCODES_RUN="killed") as job,
        pytest.raises(InputError, match=f"processes {job.pid} .* go on"),
    ):
        runs.end_jobs(RESULTS, print)


def test_what_a_run_starts_is_known_by_its_mark(folder):
    path = runs.begin(RESULTS, [])
    with process(folder) as job:
        runs.fail(path)
        # Not this process itself, whose environment is older.
        runs.end_jobs(RESULTS, print)
        assert job.wait(5) == -signal.SIGKILL


# --- Slurm ------------------------------------------------------------------------


@pytest.fixture
def used_slurm(folder, monkeypatch):
    """A killed run that used Slurm, where two of its jobs go on."""
    fake_slurm(folder, monkeypatch, 11, 12)
    return killed(folder, slurm=True)


def test_slurm_jobs_of_an_earlier_run_are_cancelled(folder, used_slurm):
    said = []
    runs.end_jobs(RESULTS, said.append)
    assert (folder / "cancelled").read_text() == "11 12\n"
    assert "11, 12" in said[0]
    runs.end_jobs(RESULTS, said.append)
    assert len(said) == 1


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("scancel", "exit 1", "Slurm jobs 11, 12 .* go on"),
        ("squeue", "echo Unable to contact >&2; exit 1", "Unable to contact"),
    ],
)
def test_slurm_jobs_that_do_not_end_or_cannot_be_asked_for_are_an_error(
    folder, used_slurm, monkeypatch, name, text, told
):
    monkeypatch.setattr(runs, "PATIENCE", 0)
    program(folder, name, text)
    with pytest.raises(InputError, match=told):
        runs.end_jobs(RESULTS, print)
