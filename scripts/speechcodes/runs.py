"""Runs of the workflow in a folder, and what one that was killed leaves behind.

A run that is killed (SIGKILL, a connection or a machine that is lost) cannot tidy up:
its locks stay, and its Slurm jobs go on. Each run notes itself in a file, so that the
next one can tell whether it is still there.
"""

import atexit
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

from speechcodes.files import write_text

#: One file for each run that has not ended, in the folder where Snakemake runs.
NOTES = Path(".snakemake", "running")
LOCKS = Path(".snakemake", "locks")
#: Seconds that cancelled Slurm jobs get to end.
PATIENCE = 60


def begin(logs, settings):
    """Note that this process runs the workflow here, and forget those killed before.

    The note goes when the process ends.

    Parameters
    ----------
    logs : sequence of str
        Snakemake's own logs of the run, which name its Slurm jobs.
    settings : str
        Digest of all that results depend on.
    """
    process = psutil.Process()
    note = {
        "host": socket.gethostname(),
        "process": process.pid,
        "started": process.create_time(),
        "logs": [os.path.abspath(log) for log in logs],
        "settings": settings,
    }
    for path, earlier in _notes().items():
        if is_over(earlier):
            path.unlink(missing_ok=True)
    path = NOTES / f"{note['host']}-{note['process']}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, json.dumps(note, indent=2))
    atexit.register(path.unlink, missing_ok=True)


def release_locks():
    """Remove the locks of killed runs.

    They stay if any run may be going on: Snakemake does not tell whose they are.

    Returns
    -------
    list of str
        Sentences for the user: which run was killed, or cannot be seen from here.
    """
    notes = _notes()
    if notes and all(map(is_over, notes.values())):
        for lock in LOCKS.glob("*.lock"):
            lock.unlink(missing_ok=True)
    return [_about(path, note) for path, note in notes.items() if not _goes_on(note)]


def killed():
    """Return what each killed run noted, until the next run begins.

    Returns
    -------
    list of dict
        With `settings`, and when the run `started` (seconds since 1970), among others.
    """
    return [note for note in _notes().values() if is_over(note)]


def is_over(note):
    """Tell whether the process of a run is known to be gone."""
    if note["host"] != socket.gethostname():
        return False
    try:
        started = psutil.Process(note["process"]).create_time()
    except psutil.NoSuchProcess:
        return True
    # Another process may have its number by now.
    return abs(started - note["started"]) > 1


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
    """
    for name in slurm_names(note["logs"]) if shutil.which("squeue") else []:
        jobs = _jobs(name)
        if not jobs:
            continue
        say(f"Slurm jobs of a killed run go on, and are cancelled: {', '.join(jobs)}.")
        subprocess.run(["scancel", *jobs], capture_output=True)
        end = time.monotonic() + PATIENCE
        while _jobs(name) and time.monotonic() < end:
            time.sleep(1)


def _jobs(name):
    """Ids of one's own Slurm jobs of a name that wait or run."""
    command = ["squeue", "-h", "-o", "%i", "--user", getpass.getuser(), "--name", name]
    return subprocess.run(command, capture_output=True, text=True).stdout.split()


def _notes():
    return {path: json.loads(path.read_text()) for path in NOTES.glob("*.json")}


def _goes_on(note):
    return note["host"] == socket.gethostname() and not is_over(note)


def _about(path, note):
    began = time.strftime("%Y-%m-%d %H:%M", time.localtime(note["started"]))
    if is_over(note):
        return f"The run of {began} was killed; this one goes on where it stopped."
    return (
        f"A run of {began} began on {note['host']}; whether it goes on cannot be seen "
        f"from this host. If it does not, remove {path} and what it left locked, with: "
        "snakemake --unlock"
    )
