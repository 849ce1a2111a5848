"""Runs of the workflow in a folder, and what one that did not end well leaves behind.

A run that is killed (SIGKILL, a connection or a machine that is lost) cannot tidy up:
its locks stay, its Slurm jobs go on, and what they make has no record. Each run notes
itself in a file until it has succeeded, so that a later one can see to that.
"""

import getpass
import json
import os
import re
import shutil
import socket
import subprocess
import time
from pathlib import Path

import psutil

from speechcodes.errors import InputError
from speechcodes.files import write_text

#: One file for each run that has not succeeded, in the folder where Snakemake runs.
NOTES = Path(".snakemake", "running")
LOCKS = Path(".snakemake", "locks")
#: Seconds that cancelled Slurm jobs get to end.
PATIENCE = 60
#: Seconds by which the start of one process may seem to move, as clocks are set.
CLOCK = 60


def begin(logs, settings, outputs):
    """Note that this process runs the workflow here.

    Parameters
    ----------
    logs : sequence of str
        Snakemake's own logs of the run, which name its Slurm jobs.
    settings : str
        Digest of all that results depend on.
    outputs : sequence of str
        The files that it is to make.

    Returns
    -------
    Path
        The note, to be removed if the run succeeds.
    """
    process = psutil.Process()
    note = {
        "host": socket.gethostname(),
        "process": process.pid,
        "started": process.create_time(),
        "logs": [os.path.abspath(log) for log in logs],
        "settings": settings,
        "outputs": list(outputs),
    }
    path = NOTES.absolute() / f"{note['host']}-{note['process']}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, json.dumps(note, indent=2))
    return path


def unfinished():
    """Return what each run noted that is over and has not succeeded.

    Returns
    -------
    dict
        The path of each note to its content: `settings`, `outputs`, and when the run
        `started` (seconds since 1970), among others.
    """
    return {path: note for path, note in _notes().items() if is_over(note)}


def release_locks():
    """Remove the locks of runs that were killed.

    They stay if any run may be going on: Snakemake does not tell whose they are.

    Returns
    -------
    list of str
        Sentences for the user: what was done, or why it was not.
    """
    locks, notes = list(LOCKS.glob("*.lock")), _notes()
    if not locks or not notes:
        return []
    if not all(map(is_over, notes.values())):
        return [_elsewhere(path, note) for path, note in notes.items() if _is_far(note)]
    if others := processes_here():
        return [
            "A run was killed here, but processes of it, or of another, go on: "
            f"{', '.join(map(str, others))}. Wait for their end, or end them with kill."
        ]
    for lock in locks:
        lock.unlink(missing_ok=True)
    return ["A run was killed here; this one removes its locks, and goes on."]


def processes_here():
    """Numbers of other processes of Snakemake's that work in this folder.

    Those in other Slurm jobs do not count: they are cancelled as such.
    """
    own, job = psutil.Process(), os.environ.get("SLURM_JOB_ID")
    family = {own.pid, *(parent.pid for parent in own.parents())}
    found = []
    for process in psutil.process_iter():
        try:
            if (
                process.pid not in family
                and any("snakemake" in part for part in process.cmdline())
                and process.cwd() == os.getcwd()
                and process.environ().get("SLURM_JOB_ID") == job
            ):
                found.append(process.pid)
        except psutil.Error:
            continue
    return found


def is_over(note):
    """Tell whether the process of a run is known to be gone."""
    if _is_far(note):
        return False
    try:
        started = psutil.Process(note["process"]).create_time()
    except psutil.NoSuchProcess:
        return True
    # Another process may have its number by now.
    return abs(started - note["started"]) > CLOCK


def slurm_names(logs):
    """Names that the Slurm jobs of a run have, from Snakemake's logs of the run."""
    texts = [
        Path(log).read_text(errors="replace") for log in logs if os.path.exists(log)
    ]
    pattern = re.compile(r"^SLURM run ID: ([\w-]+)$", flags=re.MULTILINE)
    return [name for text in texts for name in pattern.findall(text)]


def cancel_jobs(note, say):
    """Cancel the Slurm jobs of a run, and wait until they are gone.

    Parameters
    ----------
    note : dict
        What the run noted.
    say : callable
        Is told in a sentence what is cancelled.

    Raises
    ------
    InputError
        If Slurm gives no answer, or jobs do not end.
    """
    for name in slurm_names(note["logs"]):
        jobs = _jobs(name)
        if not jobs:
            continue
        say(
            f"Slurm jobs of an earlier run go on, and are cancelled: {', '.join(jobs)}."
        )
        subprocess.run(["scancel", *jobs], capture_output=True)
        end = time.monotonic() + PATIENCE
        while jobs := _jobs(name):
            if time.monotonic() > end:
                raise InputError(
                    f"Slurm jobs {', '.join(jobs)} of an earlier run were cancelled, "
                    f"but go on after {PATIENCE} s; run again once they have ended"
                )
            time.sleep(1)


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


def _notes():
    notes = {}
    for path in NOTES.absolute().glob("[!.]*.json"):
        try:
            notes[path] = json.loads(path.read_text())
        except FileNotFoundError:
            # Its run has just succeeded.
            continue
    return notes


def _is_far(note):
    return note["host"] != socket.gethostname()


def _elsewhere(path, note):
    began = time.strftime("%Y-%m-%d %H:%M", time.localtime(note["started"]))
    cancel = [f"scancel --name {name}" for name in slurm_names(note["logs"])]
    return (
        f"A run of {began} began on {note['host']}; whether it goes on cannot be seen "
        f"from this host: go on there. If that host is gone for good: "
        f"{'; '.join([*cancel, f'rm {path}', 'snakemake --unlock'])}"
    )
