"""Read from benchmark files what the jobs of each rule took."""

import csv
import re
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

    Parameters
    ----------
    folder : str or Path
        Where the benchmark files are. A file of no rule is left out, such as that of a
        segment variant that is no longer configured.
    patterns : dict of str to str
        Name of a rule to a regular expression for the paths of its benchmark files.
    since : float
        Leave out jobs that ended before, in seconds since 1970.

    Returns
    -------
    list of RunTime
        What Snakemake could not measure of a short job counts as 0.
    """
    jobs = {}
    for path in sorted(Path(folder).rglob("*.tsv")):
        rule = _rule_of(path, patterns)
        if rule and path.stat().st_mtime >= since and (row := _last_row(path)):
            jobs.setdefault(rule, []).append(row)
    times = [
        RunTime(
            rule,
            len(rows),
            sum(_number(row, "s") for row in rows),
            max(_number(row, "s") for row in rows),
            sum(_number(row, "cpu_time") for row in rows),
            max(_number(row, "max_rss") for row in rows),
        )
        for rule, rows in jobs.items()
    ]
    return sorted(times, key=lambda time: (-time.seconds, time.rule))


def _rule_of(path, patterns):
    for rule, pattern in patterns.items():
        if re.fullmatch(pattern, path.as_posix()):
            return rule
    return None


def _last_row(path):
    """Return the last row of a benchmark file; None if its job was killed."""
    with path.open(encoding="utf-8", newline="") as file:
        return next(reversed(list(csv.DictReader(file, delimiter="\t"))), None)


def _number(row, column):
    try:
        return float(row[column])
    except ValueError:
        # NA or - of a job that ended before it could be measured.
        return 0.0
