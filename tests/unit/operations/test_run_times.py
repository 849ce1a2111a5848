"""What the time of a run went into, from its benchmark files."""

import os

import pytest

from speechcodes.operations import run_times

#: As Snakemake writes them; of jobs that end at once it knows no more than the time.
HEADER = "s h:m:s max_rss max_vms max_uss max_pss io_in io_out mean_load cpu_time"
MEASURED = "{s} 0:00:{s} {rss} 900 80 85 1.5 0.1 95.0 {cpu}"
UNKNOWN = "{s} 0:00:00 NA NA NA NA NA NA NA NA"

PATTERNS = {
    "predictions": r"benchmarks/small/predictions/(?P<p>[1-9]\d?|100)\.tsv$",
    "scores": r"benchmarks/small/scores\.tsv$",
}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Benchmark files of three rules, one of which is no longer there."""
    monkeypatch.chdir(tmp_path)
    rows = {
        "predictions/10": MEASURED.format(s=20, rss=150.5, cpu=18.5),
        "predictions/100": MEASURED.format(s=40, rss=120, cpu=30),
        "predictions/other": MEASURED.format(s=1000, rss=120, cpu=30),
        "scores": UNKNOWN.format(s=0.5),
    }
    for name, row in rows.items():
        path = tmp_path / "benchmarks" / "small" / f"{name}.tsv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{HEADER}\n{row}\n".replace(" ", "\t"))
    return "benchmarks/small"


def test_times_are_summed_by_rule_the_longest_first(folder):
    assert run_times.by_rule(folder, PATTERNS) == [
        # Jobs, seconds, the longest, those of the CPU, and MB.
        ("predictions", 2, 60, 40, 48.5, 150.5),
        ("scores", 1, 0.5, 0.5, 0, 0),
    ]
    assert run_times.by_rule("nowhere", PATTERNS) == []


def test_what_ended_before_a_run_and_what_was_killed_is_left_out(folder):
    os.utime(f"{folder}/predictions/100.tsv", (1000, 1000))
    with open(f"{folder}/scores.tsv", "w") as file:
        file.write("")
    (row,) = run_times.by_rule(folder, PATTERNS, since=2000)
    assert (row.rule, row.jobs, row.seconds) == ("predictions", 1, 20)
