"""Notes of runs, and a Slurm of two shell scripts."""

import json
import os
import socket
import subprocess
import sys

import psutil

from speechcodes.operations import runs


def ended_process():
    """The number of a process that is no more."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def note(folder, name="run", results="results/tiny", slurm=False, **changes):
    """Note a run of this very process in a folder, with changes; return the path."""
    process = psutil.Process()
    content = {
        "host": socket.gethostname(),
        "process": process.pid,
        "started": process.create_time(),
        "logs": [],
        "results": results,
        "ended": False,
    }
    if slurm:
        (folder / "run.log").write_text("SLURM run ID: 1f-2b\n")
        content["logs"] = [str(folder / "run.log")]
    path = folder / runs.NOTES / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content | changes))
    return path


def killed(folder, name="run", **changes):
    """Note a run that was killed."""
    return note(folder, name, process=ended_process(), **changes)


def program(folder, name, text):
    """Write a shell script that stands for a program."""
    path = folder / "bin" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def fake_slurm(folder, monkeypatch, *jobs):
    """Have a squeue that lists some jobs of the run 1f-2b, and a scancel."""
    monkeypatch.setenv("PATH", f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}")
    (folder / "jobs").write_text("".join(f"{job}\n" for job in jobs))
    program(folder, "squeue", f'[ "$7" = 1f-2b ] && cat {folder}/jobs')
    program(folder, "scancel", f'echo "$@" > {folder}/cancelled; : > {folder}/jobs')
