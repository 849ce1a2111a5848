"""Read from benchmark files what the jobs of each rule took."""

import csv
import re
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple


class RunTime(NamedTuple):
    """What the jobs of one rule took together; in s, and MB of the largest job."""

    rule: str
    jobs: int
    seconds: float
    longest_seconds: float
    cpu_seconds: float
    peak_mb: float


def by_rule(
    folder: str | Path, patterns: Mapping[str, str], since: float = 0
) -> list[RunTime]:
    """Return what the jobs of each rule took, the longest first.

    What Snakemake could not measure of a short job counts as 0. Left out are killed
    jobs, and files of no rule, such as those of a segment variant that is no longer
    configured.

    Parameters
    ----------
    folder : str or Path
        Where the benchmark files are.
    patterns : dict of str to str
        Name of a rule to a regular expression for the paths of its benchmark files.
    since : float
        Leave out jobs that ended before, in seconds since 1970.
    """
    jobs = defaultdict(list)
    for path in sorted(Path(folder).rglob("*.tsv")):
        if path.stat().st_mtime >= since:
            with path.open(encoding="utf-8", newline="") as file:
                last = list(csv.DictReader(file, delimiter="\t"))[-1:]
            for rule, pattern in patterns.items():
                if re.fullmatch(pattern, path.as_posix()):
                    jobs[rule] += last
    times = []
    for rule, rows in jobs.items():
        if rows:
            seconds, cpu_seconds, peak_mb = (
                [_number(row[column]) for row in rows]
                for column in ("s", "cpu_time", "max_rss")
            )
            whole, longest = sum(seconds), max(seconds)
            told = whole, longest, sum(cpu_seconds), max(peak_mb)
            times.append(RunTime(rule, len(rows), *told))
    return sorted(times, key=lambda time: (-time.seconds, time.rule))


def _number(text):
    try:
        return float(text)
    except ValueError:
        # NA or - of a job that ended before it could be measured.
        return 0.0
