"""What a run's time went into, from the benchmark files of its jobs."""

import re
from pathlib import Path

import pandas as pd

COLUMNS = ["rule", "jobs", "seconds", "longest_seconds", "cpu_seconds", "peak_mb"]


def by_rule(folder, patterns):
    """Return what the jobs of each rule took, the longest first.

    Parameters
    ----------
    folder : str or Path
        Where the benchmark files are; those of no rule, such as of segment variants
        that are no longer configured, are left out.
    patterns : dict of str to str
        Name of a rule to a regular expression for the paths of its benchmark files.

    Returns
    -------
    pd.DataFrame
        Per rule its name, number of jobs, wall time in s (summed, and of the longest
        job), processor time in s and the largest memory of a job in MB. What
        Snakemake could not measure of a short job counts as 0.
    """
    tables = []
    for path in sorted(Path(folder).rglob("*.tsv")):
        rule = _rule_of(path, patterns)
        if rule:
            tables.append(pd.read_csv(path, sep="\t", na_values="-").assign(rule=rule))
    if not tables:
        return pd.DataFrame(columns=COLUMNS)
    jobs = pd.concat(tables, ignore_index=True).fillna(0)
    return (
        jobs.groupby("rule")
        .agg(
            jobs=("s", "size"),
            seconds=("s", "sum"),
            longest_seconds=("s", "max"),
            cpu_seconds=("cpu_time", "sum"),
            peak_mb=("max_rss", "max"),
        )
        .reset_index()
        .sort_values(["seconds", "rule"], ascending=[False, True], ignore_index=True)
    )


def _rule_of(path, patterns):
    for rule, pattern in patterns.items():
        if re.fullmatch(pattern, path.as_posix()):
            return rule
    return None
