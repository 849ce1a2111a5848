"""How things are measured, and how they are told: side by side, in Markdown."""

import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parent.parent
#: Bytes of the unit that the system counts resident memory in.
RSS = 1 if sys.platform == "darwin" else 1024


def fastest(functions, rounds=5):
    """Seconds of each function, all in turn, the fastest of some rounds."""
    seconds = dict.fromkeys(functions, float("inf"))
    for _ in range(rounds):
        for name, function in functions.items():
            start = time.perf_counter()
            function()
            seconds[name] = min(seconds[name], time.perf_counter() - start)
    return seconds


def child(command, **settings):
    """Run a command; return its wall and CPU seconds, peak memory in MB and output.

    CPU time is that of all its children, memory that of the largest of them.
    """
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        start = time.perf_counter()
        process = subprocess.Popen(
            list(map(str, command)), stdout=output, stderr=errors, **settings
        )
        # Unlike getrusage, tells of this child and its own children alone.
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0), errors.seek(0)
        said, complaints = output.read(), errors.read()
    if process.returncode:
        raise SystemExit(f"{command} failed:\n{(said + complaints)[-3000:]}")
    return wall, used.ru_utime + used.ru_stime, used.ru_maxrss * RSS / 1e6, said


def snakemake(folder, config, *arguments, snakefile=ROOT / "Snakefile"):
    """Run Snakemake in a folder on a configuration (a dict); see `child`."""
    (folder / "config.json").write_text(json.dumps(config))
    command = [sys.executable, "-m", "snakemake", "--snakefile", snakefile]
    command += ["--configfile", "config.json", "--quiet", "all", *arguments]
    return child(command, cwd=folder)


@contextmanager
def folder():
    """A folder for large files, gone afterwards; below $TMPDIR, if that is set."""
    with tempfile.TemporaryDirectory(prefix="speechcodes-bench-") as path:
        yield Path(path)


def own_peak_memory():
    """The most memory that this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * RSS / 1e6


def table(header, rows):
    """Print a Markdown table; numbers with three digits that count."""
    print(f"\n| {' | '.join(header)} |\n| {' | '.join('---' for _ in header)} |")
    for row in rows:
        print(f"| {' | '.join(map(_cell, row))} |")
    print(flush=True)


def _cell(value):
    if not isinstance(value, float):
        return str(value)
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"


def heading(title, module_doc):
    """Print the title and what a script measures; the command stands in it."""
    print(f"## {title}\n\n{module_doc.strip()}", flush=True)


def machine():
    """One line about the machine."""
    with open("/proc/cpuinfo") as file:
        models = [line.split(":")[1].strip() for line in file if "model name" in line]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores ({models[0] if models else platform.machine()}), "
        f"{memory:.0f} GiB, {platform.system()}, Python {platform.python_version()}"
    )


if __name__ == "__main__":
    print(f"# What was measured\n\nOn {machine()}, by `make bench`.\n")
