"""What a run says when it ends: what it took, what it left out, where its results are.

And, if it failed, which rules did, how their logs end, and what to try.
"""

import csv
import os
import re
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from speechcodes.operations.run_times import RunTime
from speechcodes.progress import span

#: Where a reader starts, as far as they are there.
RESULTS = ("report.html", "summary.md", "figures")
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
        "The disk is full: free some space, or move this folder to a larger disk; "
        "`snakemake --cores 1 describe` estimates what a run needs.",
    ),
    (
        r"MemoryError|OOM|[Oo]ut of memory|Cannot allocate memory",
        "Out of memory: run fewer jobs at a time (smaller --cores), or choose a "
        "smaller autoencoders: configurations: batch_size.",
    ),
    (
        r"ModuleNotFoundError|ImportError",
        "A package is missing: `make .venv/installed` installs them all, and "
        "`source .venv/bin/activate` lets Snakemake find them.",
    ),
    (
        r"PermissionError|Permission denied|Read-only file system",
        "A file cannot be read or written: check its owner and permissions with ls -l.",
    ),
    (
        r"Traceback \(most recent call last\)",
        "This should not happen, whatever the input: please report it, with the log "
        "and the configuration.",
    ),
    (r"\bERROR\b", "Do what the message says."),
]
#: How Snakemake tells of a job that was killed, itself or a shell around it.
KILLED = re.compile(r"<Signals\.SIGKILL|exit status (137|-9)\b")
MEMORY = (
    "It was killed, most often for lack of memory: run fewer jobs at a time "
    "(smaller --cores)."
)
SILENT = (
    "It ended without a message in its log. Snakemake says: {said} The job's own "
    "output is above, in the terminal."
)
ABOVE = "see above, before 'Error in rule {rule}'."
AGAIN = "Then give the same command again: it resumes where this run stopped."


class Job(NamedTuple):
    """What the end of a run needs to know of a job: its rule and its log."""

    rule: str
    log: str


def of_success(folder: str | Path, times: Sequence[RunTime]) -> str:
    """Tell what a run took, what it left out, and where its results are.

    Parameters
    ----------
    folder : str or Path
        With the results of the corpus.
    times : sequence of RunTime
        Of the jobs of this run, the longest first.
    """
    folder = Path(folder)
    parts = [_times(times)] if times else []
    if (folder / "rejected_counts.csv").exists():
        parts.append(_rejected(folder))
    if there := [
        f"  {path}" for path in map(folder.joinpath, RESULTS) if path.exists()
    ]:
        parts.append("\n".join(["Results:", *there]))
    return "\n\n".join(parts)


def of_failure(
    jobs: Sequence[Job], since: float, snakemake_log: str | Path | None = None
) -> str:
    """Tell which rules failed, how their logs end, and what to try.

    Parameters
    ----------
    jobs : sequence of Job
        Those that failed; none if the run was interrupted.
    since : float
        When the run began, in seconds since 1970; an older log is of another run.
    snakemake_log : str or Path, optional
        What Snakemake itself says, of jobs that say nothing.
    """
    if not jobs:
        return "Stopped before the end. Give the same command again to resume."
    logs = defaultdict(list)
    for rule, log in sorted(jobs):
        logs[rule].append(log)
    said = ""
    if snakemake_log and os.path.exists(snakemake_log):
        said = Path(snakemake_log).read_text(encoding="utf-8", errors="replace")
    parts = [_failed(rule, logs[rule], since, said) for rule in list(logs)[:RULES]]
    if others := list(logs)[RULES:]:
        parts.append(f"Also failed: {', '.join(others)}.")
    return "\n\n".join([*parts, AGAIN])


# --- a run that succeeded ---------------------------------------------------------


def _times(times):
    """Table of the time that each rule's jobs took."""
    whole = sum(time.seconds for time in times)
    large = [time for time in times if time.seconds >= SMALL_SHARE * whole]
    small = [time for time in times if time not in large]
    groups = [(time.rule, [time]) for time in large]
    if small:
        name = f"{len(small)} other rules" if len(small) > 1 else small[0].rule
        groups.append((name, small))
    rows = [("rule", "jobs", "in all", "longest")]
    for name, of in groups:
        seconds = span(sum(time.seconds for time in of))
        longest = span(max(time.longest_seconds for time in of))
        rows.append((name, str(sum(time.jobs for time in of)), seconds, longest))
    return "Time taken by this run's jobs:\n" + _aligned(rows)


def _rejected(folder):
    """Table of what was left out, and why."""
    counts = folder / "rejected_counts.csv"
    with counts.open(encoding="utf-8", newline="") as file:
        rows = [(r["stage"], r["reason"], r["count"]) for r in csv.DictReader(file)]
    if not rows:
        return "Nothing was left out."
    rows = [("stage", "reason", "number"), *rows]
    return f"What was left out, listed in {folder / 'rejected.csv'}:\n" + _aligned(rows)


def _aligned(rows):
    """Rows of text as lines with aligned columns, the first to the left."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for first, *others in rows:
        cells = [cell.rjust(w) for cell, w in zip(others, widths[1:], strict=True)]
        lines.append("  ".join(["", first.ljust(widths[0]), *cells]))
    return "\n".join(lines)


# --- a run that failed ------------------------------------------------------------


def _failed(rule, logs, since, said):
    """Say how one rule's jobs ended, and what to try, by the log of the first."""
    log, number = logs[0], f"{len(logs)} jobs" if len(logs) > 1 else "1 job"
    title = f"Rule {rule} failed ({number})"
    lines = _last_lines(log, since)
    if not lines:
        return f"{title}, and wrote nothing to {log}. {_silent(rule, said)}"
    text = "\n".join(lines)
    advice = next((a for pattern, a in ADVICE if re.search(pattern, text)), "")
    advice = advice or _silent(rule, said)
    shown = [f"  {line[:WIDTH]}" for line in lines[-LINES:]]
    return "\n".join([f"{title}; {log} ends with:", *shown, advice])


def _silent(rule, said):
    """Say why a job ended without a message, as far as Snakemake tells."""
    before, found, after = said.partition(f"Error in rule {rule}:")
    # What it tells of this job stands behind the last time of day but one.
    before = before.rpartition("\n[")[0].rpartition("]\n")[2] if found else ""
    told = [
        line
        for line in before.splitlines()
        if line and not re.match(r" |(local)?(rule|checkpoint) ", line)
    ]
    told += re.findall(r"message: (?!None)(.+)", after.partition("\n[")[0])
    text = " ".join(told)
    if KILLED.search(text):
        return MEMORY
    return SILENT.format(said=text[-WIDTH:] or ABOVE.format(rule=rule))


def _last_lines(log, since):
    """Lines of the last message of a log that this run wrote."""
    if not os.path.exists(log) or os.path.getmtime(log) < since - CLOCK:
        return []
    lines = Path(log).read_text(encoding="utf-8", errors="replace").splitlines()
    starts = [i for i, line in enumerate(lines) if re.search(r"\d ERROR ", line)]
    return lines[starts[-1] :] if starts else lines[-LINES:]
