"""Runs of the workflow in a folder, and what one that did not end well leaves behind.

A run that is killed (SIGKILL, a connection or a machine that is lost) cannot tidy up:
its locks stay, its jobs go on, and what they make has no record. Each run notes itself
in a file until it has succeeded, so that a later one can see to that.
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
from pathlib import Path

import psutil

from speechcodes.errors import InputError
from speechcodes.storage.files import left_beside, write_text

#: One file for each run that has not succeeded, in the folder where Snakemake runs.
NOTES = Path(".snakemake", "running")
LOCKS = Path(".snakemake", "locks")
#: Names the run in the environment of all processes that it starts.
MARK = "SPEECHCODES_RUN"
#: Seconds that what is cancelled or killed gets to end.
PATIENCE = 60
#: Seconds by which the start of one process may seem to move, as clocks are set.
CLOCK = 60


def mark():
    """Name this run, and have all that it starts carry the name."""
    process = psutil.Process()
    # Numbers of processes come again.
    name = f"{socket.gethostname()}-{process.pid}-{process.create_time():.0f}"
    os.environ[MARK] = name


def begin(logs, settings, outputs):
    """Note that this process, which bears a mark, runs the workflow here.

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
        The note, for `succeed`.
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
    path = NOTES.absolute() / f"{os.environ[MARK]}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, json.dumps(note, indent=2))
    return path


def check_alone(own):
    """Refuse to make what another run is about to make.

    Snakemake's locks are gone as soon as any run in the folder has ended.

    Parameters
    ----------
    own : Path
        The note of this run: of two that begin at once, one at least sees the other.

    Raises
    ------
    InputError
    """
    notes = _notes()
    outputs = set(notes.pop(own)["outputs"])
    for note in notes.values():
        both = outputs.intersection(note["outputs"])
        if both and not _is_far(note) and not is_over(note):
            raise InputError(
                f"{_going_on(note)}, and makes {min(both)}, too; wait for its end, or "
                "end it with Ctrl-C where it runs"
            )


def succeed(note):
    """Forget a run that has made all that it was to make, and remove the rest.

    Parameters
    ----------
    note : Path
        As `begin` gave it.
    """
    remove_partial(json.loads(note.read_text()))
    note.unlink()


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
    if not locks:
        return []
    if going_on := [note for note in notes.items() if not is_over(note[1])]:
        return [
            _elsewhere(path, note) if _is_far(note) else f"{_going_on(note)}."
            for path, note in going_on
        ]
    # One that has not begun its jobs yet has no note.
    if others := runs_here():
        return [f"{_working(pid, socket.gethostname())}." for pid in others]
    if not notes:
        return []
    for lock in locks:
        lock.unlink(missing_ok=True)
    return ["A run was killed here; this one removes its locks, and goes on."]


def runs_here():
    """Numbers of other processes that are Snakemake, here, and not in a job."""
    own = psutil.Process()
    family = {own.pid, *(parent.pid for parent in own.parents())}
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            command = process.cmdline()
            names = list(map(os.path.basename, command))
            if (
                process.pid not in family
                and "snakemake" in names
                and "python" in names[0]
                and "--mode" not in command
                and process.cwd() == os.getcwd()
            ):
                found.append(process.pid)
    return found


def end_jobs(path, say):
    """Kill the processes that a killed run left behind on this host.

    Those in other Slurm jobs are left: they are cancelled as such.

    Parameters
    ----------
    path : Path
        The note of the run.
    say : callable
        Is told in a sentence what is ended.

    Raises
    ------
    InputError
        If processes do not end.
    """
    end, told = time.monotonic() + PATIENCE, False
    while processes := _started_by(path.stem):
        pids = ", ".join(str(process.pid) for process in processes)
        if not told:
            say(f"Jobs of a run that was killed go on, and are ended: process {pids}.")
            told = True
        if time.monotonic() > end:
            raise InputError(
                f"Process {pids} of a run that was killed was killed, too, but goes on "
                f"after {PATIENCE} s; run again once it has ended"
            )
        for process in processes:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(processes, timeout=1)


def remove_partial(note):
    """Remove what killed writers of a run's outputs left beside them.

    Parameters
    ----------
    note : dict
        What the run noted, whose jobs have ended.
    """
    own = os.getpid(), socket.gethostname()
    in_use = {
        path
        for other in _notes().values()
        if not is_over(other) and (other["process"], other["host"]) != own
        for path in other["outputs"]
    }
    for partial in left_beside(set(note["outputs"]) - in_use):
        partial.unlink(missing_ok=True)


def is_over(note):
    """Tell whether the process of a run is known to be gone."""
    if _is_far(note):
        return False
    try:
        process = psutil.Process(note["process"])
        ended = process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
    # Another process may have its number by now.
    return ended or abs(process.create_time() - note["started"]) > CLOCK


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


def _started_by(name):
    """Processes that a run of a name started on this host, but for Slurm's."""
    job, found = os.environ.get("SLURM_JOB_ID"), []
    for process in psutil.process_iter():
        # Other users' tell nothing; what has ended is no matter.
        with contextlib.suppress(psutil.Error):
            its = process.environ()
            if its.get(MARK) == name and its.get("SLURM_JOB_ID") == job:
                found.append(process)
    return found


def _working(process, host):
    return f"Another run works in this folder, process {process} on {host}"


def _going_on(note):
    began = time.strftime("%Y-%m-%d %H:%M", time.localtime(note["started"]))
    return f"{_working(note['process'], note['host'])}, since {began}"


def _elsewhere(path, note):
    began = time.strftime("%Y-%m-%d %H:%M", time.localtime(note["started"]))
    cancel = [f"scancel --name {name}" for name in slurm_names(note["logs"])]
    return (
        f"A run of {began} began on {note['host']}; whether it goes on cannot be seen "
        f"from this host: go on there. If that host is gone for good: "
        f"{'; '.join([*cancel, f'rm {path}', 'snakemake --unlock'])}"
    )
