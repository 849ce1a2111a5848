"""What a run says when it ends: what it took, what it left out, where its results are.

And, if it failed, which rules did, how their logs end, and what to try.
"""

import csv
import os
import re
from collections import defaultdict
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from speechcodes.progress import span

#: Where a reader starts, as far as they are there; last, of all folds, each variant's.
RESULTS = ("report.html", "summary.md", "figures", "*/summary.md", "*/figures")
#: Rules that take less than this share of the time are told together.
SMALL_SHARE = 0.01
#: Lines of a log that are shown, and longest of them.
LINES, WIDTH = 8, 500
#: Rules that are told about if many fail.
RULES = 5
#: Seconds by which clocks of machines may differ.
CLOCK = 60

#: What the end of a log holds, and what to try then; the first that fits.
ADVICE = [
    (
        r"No space left on device|Disk quota exceeded",
        "The disk is full: make room, or move this folder to a larger disk; "
        "`snakemake --cores 1 describe` estimates what a run needs.",
    ),
    (
        r"MemoryError|OOM|[Oo]ut of memory|Cannot allocate memory",
        "Memory was short: run fewer jobs at a time (smaller --cores), or choose a "
        "smaller autoencoders: configurations: batch_size.",
    ),
    (
        r"ModuleNotFoundError|ImportError",
        "A package is missing: `make .venv/installed` installs all, and "
        "`source .venv/bin/activate` lets Snakemake find them.",
    ),
    (
        r"PermissionError|Permission denied|Read-only file system",
        "A file may not be written or read: see whose it is with ls -l.",
    ),
    (
        r"Traceback \(most recent call last\)",
        "This should not happen, whatever the input: please report it, with the log "
        "and the configuration.",
    ),
    (r"\bERROR\b", "Do what the message says."),
]
SILENT = (
    "It ended without a message, as a job does that is killed, most often since memory "
    "was short: run fewer jobs at a time (smaller --cores). On Slurm, the log that "
    "Snakemake names above says more."
)
AGAIN = "Then give the same command again: it goes on where this run stopped."


class Job(NamedTuple):
    """What a run's end needs to know of a job: names of its rule and of its files."""

    rule: str
    log: str
    benchmark: str


def of_success(folder, jobs):
    """Tell what a run took, what it left out, and where its results are.

    Parameters
    ----------
    folder : str or Path
        With the results of the corpus.
    jobs : sequence of Job
        Those that the run finished.

    Returns
    -------
    str
        Some lines.
    """
    parts = [_times(jobs), _rejected(Path(folder)), _places(Path(folder))]
    return "\n\n".join(part for part in parts if part)


def of_failure(jobs, since):
    """Tell which rules failed, how their logs end, and what to try.

    Parameters
    ----------
    jobs : sequence of Job
        Those that failed; none if the run was interrupted.
    since : float
        When the run began, in seconds since 1970: an older log is none of its.

    Returns
    -------
    str
        Some lines.
    """
    if not jobs:
        return "Stopped before the end. The same command goes on from here."
    by_rule = [
        (rule, list(failed))
        for rule, failed in groupby(sorted(jobs), lambda job: job.rule)
    ]
    parts = [_failed(rule, failed, since) for rule, failed in by_rule[:RULES]]
    if others := by_rule[RULES:]:
        parts.append(f"Failed, too: {', '.join(rule for rule, _ in others)}.")
    return "\n\n".join([*parts, AGAIN])


def seconds(benchmark):
    """Return how long a job took, by its benchmark file; None if there is none."""
    try:
        with open(benchmark, encoding="utf-8", newline="") as file:
            *_, last = csv.DictReader(file, delimiter="\t")
    except (FileNotFoundError, ValueError):
        return None
    return float(last["s"])


# --- a run that succeeded ---------------------------------------------------------


def _times(jobs):
    """Table of the time that each rule's jobs took."""
    took = defaultdict(list)
    for job in jobs:
        if (of_job := seconds(job.benchmark)) is not None:
            took[job.rule].append(of_job)
    if not took:
        return ""
    whole = sum(map(sum, took.values()))
    large, small = [], []
    for rule, times in sorted(took.items(), key=lambda item: -sum(item[1])):
        rows = large if sum(times) >= SMALL_SHARE * whole else small
        rows.append((rule, times))
    if small:
        name = f"{len(small)} other rules" if len(small) > 1 else small[0][0]
        large.append((name, [time for _, times in small for time in times]))
    rows = [("rule", "jobs", "in all", "longest")]
    rows += [(r, str(len(t)), span(sum(t)), span(max(t))) for r, t in large]
    return "What this run's jobs took:\n" + _aligned(rows)


def _rejected(folder):
    """Table of what was left out, and why."""
    counts = folder / "rejected_counts.csv"
    if not counts.exists():
        return ""
    with counts.open(encoding="utf-8", newline="") as file:
        rows = [(r["stage"], r["reason"], r["count"]) for r in csv.DictReader(file)]
    if not rows:
        return "Nothing was left out."
    rows = [("stage", "reason", "number"), *rows]
    return f"What was left out, listed in {folder / 'rejected.csv'}:\n" + _aligned(rows)


def _places(folder):
    """Where to look first."""
    there = [str(path) for name in RESULTS for path in sorted(folder.glob(name))]
    return "\n".join(["Results:", *(f"  {path}" for path in there)]) if there else ""


def _aligned(rows):
    """Rows of text as lines with aligned columns, the first to the left."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for first, *others in rows:
        cells = [cell.rjust(w) for cell, w in zip(others, widths[1:], strict=True)]
        lines.append("  ".join(["", first.ljust(widths[0]), *cells]))
    return "\n".join(lines)


# --- a run that failed ------------------------------------------------------------


def _failed(rule, jobs, since):
    """Say how one rule's jobs ended, and what to try, by the log of the first."""
    log = jobs[0].log
    number = f"{len(jobs)} jobs" if len(jobs) > 1 else "1 job"
    title = f"Rule {rule} failed ({number})"
    lines = _last_lines(log, since)
    if not lines:
        return f"{title}, and left nothing in {log}. {SILENT}"
    text = "\n".join(lines)
    advice = next((a for pattern, a in ADVICE if re.search(pattern, text)), SILENT)
    shown = [f"  {line[:WIDTH]}" for line in lines[-LINES:]]
    return "\n".join([f"{title}; {log} ends with:", *shown, advice])


def _last_lines(log, since):
    """Lines of the last message of a log that this run wrote."""
    if not os.path.exists(log) or os.path.getmtime(log) < since - CLOCK:
        return []
    lines = Path(log).read_text(encoding="utf-8", errors="replace").splitlines()
    starts = [i for i, line in enumerate(lines) if re.search(r"\d ERROR ", line)]
    return lines[starts[-1] :] if starts else lines[-LINES:]
