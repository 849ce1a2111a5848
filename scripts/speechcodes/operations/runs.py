"""Keep runs of the workflow apart, and clean up after one that was killed.

A run that is killed (SIGKILL, a lost connection or machine) cannot tidy up: its jobs go
on. Each run therefore leaves a note in the folder where Snakemake runs until it has
succeeded. One run at a time works on the results of a corpus.
"""

import contextlib
import getpass
import json
import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path

import psutil

from speechcodes.errors import InputError
from speechcodes.storage.files import write_text

#: One file for each run that has not succeeded.
NOTES = Path(".snakemake", "running")
#: Environment variable that names the run in all processes that it starts.
MARK = "SPEECHCODES_RUN"
#: Seconds that a job gets to end once it is killed or cancelled.
PATIENCE = 60
#: Seconds by which clocks may differ, or be set while a process lives.
CLOCK = 60


def begin(results: str, logs: Sequence[str]) -> Path:
    """Note that this process runs the workflow, and mark what it will start.

    Returns the note, for `succeed` or `fail`. Results go to a folder; Snakemake's logs
    of the run name its Slurm jobs.

    Raises
    ------
    InputError
        If another run works on these results, or may do so on another host.
    """
    process, host = psutil.Process(), socket.gethostname()
    started = process.create_time()
    # A process id alone is used again sooner or later.
    os.environ[MARK] = f"{host}-{process.pid}-{started:.0f}"
    note = NOTES.absolute() / f"{os.environ[MARK]}.json"
    content = {
        "host": host,
        "process": process.pid,
        "started": started,
        "logs": [os.path.abspath(log) for log in logs],
        "results": results,
        "ended": False,
    }
    note.parent.mkdir(parents=True, exist_ok=True)
    write_text(note, json.dumps(content, indent=2))
    # Of two runs that begin at once, at least one sees the other.
    for path, other in _notes(results):
        if path != note and not _is_over(other):
            note.unlink()
            raise InputError(_refusal(path, other))
    return note


def succeed(note: Path) -> None:
    """Forget a run that succeeded, and remove what its killed jobs half wrote."""
    _remove_partial(json.loads(note.read_text())["results"])
    note.unlink()


def fail(note: Path) -> None:
    """Note that a run has ended, though its Slurm jobs may not have."""
    content = json.loads(note.read_text())
    write_text(note, json.dumps(content | {"ended": True}, indent=2))


def end_jobs(results: str, say: Callable[[str], None]) -> None:
    """End what earlier runs left at work: processes on this host, and Slurm jobs.

    `say` is told in a sentence which jobs are ended.

    Raises
    ------
    InputError
        If jobs do not end, or Slurm does not answer.
    """
    for path, note in _earlier(results):
        _end("processes", partial(_started_by, path.stem), _kill, say)
        for name in slurm_names(note["logs"]):
            _end("Slurm jobs", partial(_jobs, name), _cancel, say)


def forget(results: str) -> None:
    """Forget earlier runs, whose jobs have ended, and remove what they half wrote."""
    for path, _ in _earlier(results):
        _remove_partial(results)
        path.unlink()


def written_by_slurm(results: str) -> Iterator[str]:
    """Yield the files written since an earlier run that used Slurm began."""
    earlier = [note for _, note in _earlier(results)]
    starts = [note["started"] for note in earlier if slurm_names(note["logs"])]
    if starts:
        for path in Path(results).rglob("[!.]*"):
            if path.is_file() and path.stat().st_mtime >= min(starts) - CLOCK:
                yield str(path)


def slurm_names(logs: Iterable[str]) -> list[str]:
    """Return the names of a run's Slurm jobs, from Snakemake's logs of the run."""
    there = [path for path in map(Path, logs) if path.exists()]
    text = "\n".join(path.read_text(errors="replace") for path in there)
    return re.findall(r"^SLURM run ID: ([\w-]+)$", text, flags=re.MULTILINE)


# --- notes ------------------------------------------------------------------------


def _notes(results):
    """Return (path, content) of the notes of all runs on some results."""
    found = []
    for path in NOTES.absolute().glob("[!.]*.json"):
        # Its run may have succeeded by now.
        with contextlib.suppress(FileNotFoundError):
            found.append((path, json.loads(path.read_text())))
    return [(path, note) for path, note in found if note["results"] == results]


def _earlier(results):
    """Return the same of those that have ended without success."""
    return [(path, note) for path, note in _notes(results) if _is_over(note)]


def _is_over(note):
    """Tell whether a run is known to have ended."""
    if note["ended"] or note["host"] != socket.gethostname():
        return note["ended"]
    try:
        process = psutil.Process(note["process"])
        zombie = process.status() == psutil.STATUS_ZOMBIE
        # Another process may have its id by now.
        return zombie or abs(process.create_time() - note["started"]) > CLOCK
    except psutil.NoSuchProcess:
        return True


def _refusal(path, note):
    began = time.strftime("%Y-%m-%d %H:%M", time.localtime(note["started"]))
    where = f"process {note['process']} on {note['host']}, since {began}"
    if note["host"] == socket.gethostname():
        return (
            f"Another run works on {note['results']}, {where}; wait for its end, or "
            "end it with Ctrl-C where it runs"
        )
    names = slurm_names(note["logs"])
    commands = [f"scancel --name {name}" for name in names] + [f"rm {path}"]
    return (
        f"Another run may work on {note['results']}, {where}, which cannot be seen "
        f"from this host: go on there. If that run is gone for good: "
        f"{'; '.join(commands)}"
    )


def _remove_partial(results):
    """Remove what killed writers left beside their files (see `files.replacing`)."""
    for path in Path(results).rglob(".*.partial.*"):
        path.unlink(missing_ok=True)


# --- jobs that go on --------------------------------------------------------------


def _end(what, find, stop, say):
    """Stop all that is found, until nothing is any more."""
    deadline, told = time.monotonic() + PATIENCE, False
    while ids := find():
        listed = ", ".join(map(str, ids))
        if not told:
            say(f"An earlier run's {what} go on, and are ended: {listed}.")
            told = True
        if time.monotonic() > deadline:
            raise InputError(
                f"An earlier run's {what} {listed} were ended, but go on after "
                f"{PATIENCE} s; run again once they are gone"
            )
        stop(ids)
        time.sleep(0.5)


def _started_by(name):
    """Ids of processes that a run started here, but for those in other Slurm jobs."""
    job, found = os.environ.get("SLURM_JOB_ID"), []
    for process in psutil.process_iter():
        # Other users' processes may not be looked at.
        with contextlib.suppress(psutil.Error):
            its = process.environ()
            if its.get(MARK) == name and its.get("SLURM_JOB_ID") == job:
                found.append(process.pid)
    return found


def _kill(ids):
    for each in ids:
        with contextlib.suppress(psutil.NoSuchProcess):
            psutil.Process(each).kill()


def _cancel(ids):
    subprocess.run(["scancel", *ids], capture_output=True)


def _jobs(name):
    """Ids of one's own Slurm jobs of a name that wait or run."""
    command = ["squeue", "-h", "-o", "%i", "--user", getpass.getuser(), "--name", name]
    if shutil.which("squeue") is None:
        raise InputError(
            "An earlier run used Slurm, whose squeue is not on this host; run again on "
            f"one where it is, which asks: {' '.join(command)}"
        )
    answer = subprocess.run(command, capture_output=True, text=True)
    if answer.returncode:
        raise InputError(
            "Slurm does not tell whether jobs of an earlier run go on: "
            f"{answer.stderr.strip()}; run again once it does"
        )
    return answer.stdout.split()
