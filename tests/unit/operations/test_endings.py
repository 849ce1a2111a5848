"""What a run says when it ends."""

import os

import pytest

from speechcodes.operations import endings
from speechcodes.operations.endings import Job
from speechcodes.operations.run_times import RunTime

ERROR = "2026-01-01 10:00:00,000 ERROR "


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def took(rule, *times):
    """What jobs of a rule took, of so many seconds each."""
    return RunTime(rule, len(times), sum(times), max(times), 0, 0)


def failed(folder, rule, text, number=0):
    """A job of a rule whose log holds a text."""
    log = folder / f"{rule}_{number}.log"
    log.write_text(text)
    return Job(rule, str(log))


# --- success ----------------------------------------------------------------------


def test_time_is_told_rule_by_rule_and_trifles_together():
    times = [
        took("train_autoencoder", 400, 200.4),
        took("codes", 30.0),
        took("utterances", 1.0),
        took("speakers", 0.2, 0.3),
    ]
    lines = endings.of_success("results/x", times).splitlines()
    assert [line.split() for line in lines[1:]] == [
        ["rule", "jobs", "in", "all", "longest"],
        ["train_autoencoder", "2", "10", "min", "7", "min"],
        ["codes", "1", "30", "s", "30", "s"],
        ["2", "other", "rules", "3", "2", "s", "1", "s"],
    ]


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ("", ["Nothing", "was", "left", "out."]),
        (
            "midterm,silent,2\nspectrograms_30k,too_short,110\n",
            ["midterm", "silent", "2", "spectrograms_30k", "too_short", "110"],
        ),
    ],
)
def test_what_was_left_out_is_counted_by_reason(folder, rows, told):
    (folder / "rejected_counts.csv").write_text(f"stage,reason,count\n{rows}")
    text = endings.of_success(folder, [])
    assert text.split()[-len(told) :] == told
    assert (str(folder / "rejected.csv") in text) == bool(rows)


def test_results_are_named_as_far_as_they_are_there(folder):
    assert endings.of_success(folder, []) == ""
    for name in ("report.html", "figures"):
        (folder / name).mkdir()
    told = [str(folder / name) for name in ("report.html", "figures")]
    assert endings.of_success(folder, []).split() == ["Results:", *told]


# --- failure ----------------------------------------------------------------------


def test_a_failure_names_the_rule_the_message_and_what_to_try(folder):
    log = f"2026-01-01 09:00:00,000 INFO reading\n{ERROR}x.csv, line 3: no number\n"
    text = endings.of_failure([failed(folder, "signals", log)], since=0)
    assert "Rule signals failed (1 job)" in text
    assert "x.csv, line 3: no number" in text
    assert "reading" not in text
    assert "Do what the message says." in text
    assert text.endswith(endings.AGAIN)


@pytest.mark.parametrize(
    ("end", "words"),
    [
        ("OSError: [Errno 28] No space left on device", "disk is full"),
        ("numpy._core._exceptions._ArrayMemoryError: Unable", "Out of memory"),
        ("ModuleNotFoundError: No module named 'soxr'", "make .venv/installed"),
        ("PermissionError: [Errno 13] Permission denied: 'x'", "ls -l"),
        ("KeyError: 3", "report it"),
    ],
)
def test_advice_fits_the_error(folder, end, words):
    log = f"{ERROR}\nTraceback (most recent call last):\n  File x\n{end}\n"
    text = endings.of_failure([failed(folder, "codes", log)], since=0)
    assert words in text and end in text


#: What Snakemake (9.27) writes of a job that leaves no message.
OF_SNAKEMAKE = """
[Thu Nov 26 13:57:50 2026]
rule codes:
    output: codes.h5
    log: codes.log
    resources: tmpdir=/tmp
RuleException:
CalledProcessError in file "rules/autoencoder.smk", line 56:
Command 'set -euo pipefail;  python .snakemake/scripts/tmp4e8.codes.py' {end}.
[Thu Nov 26 13:57:50 2026]
Error in rule codes:
    message: {message}
    jobid: 0
Exiting because a job execution failed. Look above for error messages
"""


@pytest.mark.parametrize(
    ("end", "message", "words"),
    [
        ("died with <Signals.SIGKILL: 9>", None, ["It was killed", "lack of memory"]),
        (
            "returned non-zero exit status 137",
            None,
            ["It was killed", "lack of memory"],
        ),
        ("returned non-zero exit status 1", None, ["non-zero exit status 1"]),
        ("died with <Signals.SIGSEGV: 11>", None, ["died with <Signals.SIGSEGV"]),
        ("?", "SLURM-job '7' failed, SLURM status is: 'OUT_OF_MEMORY'", ["OUT_OF_MEM"]),
    ],
)
@pytest.mark.parametrize("log", ["", "2026-01-01 09:00:00,000 INFO 3 of 9 files\n"])
def test_memory_is_blamed_for_what_was_killed_alone(folder, end, message, words, log):
    job = failed(folder, "codes", log)
    said = folder / "snakemake.log"
    said.write_text(OF_SNAKEMAKE.format(end=end, message=message))
    text = endings.of_failure([job], since=0, snakemake_log=said)
    assert all(word in text for word in [*words, job.log])
    assert ("lack of memory" in text) == ("lack of memory" in words)
    assert "output: codes.h5" not in text


def test_an_empty_log_without_a_word_of_snakemake_points_to_the_terminal(folder):
    text = endings.of_failure([failed(folder, "codes", "")], since=0)
    assert "see above, before 'Error in rule codes'" in text
    assert "memory" not in text


def test_a_log_of_an_earlier_run_is_not_taken_for_one_of_this(folder):
    job = failed(folder, "codes", f"{ERROR}long mended\n")
    os.utime(job.log, (1000, 1000))
    assert "long mended" not in endings.of_failure([job], since=5000)
    assert "long mended" in endings.of_failure([job], since=900)


def test_of_many_failures_some_are_told_and_all_rules_named(folder):
    jobs = [failed(folder, "all", f"{ERROR}no\n", n) for n in range(250)]
    jobs += [failed(folder, f"rule_{n}", f"{ERROR}no\n") for n in range(9)]
    text = endings.of_failure(jobs, since=0)
    assert "Rule all failed (250 jobs)" in text
    assert all(f"rule_{n}" in text for n in range(9))
    assert len(text.splitlines()) < 30


def test_an_interrupted_run_says_how_to_go_on():
    assert "same command" in endings.of_failure([], since=0)
