"""Lines on how far a long job is."""

import logging
import subprocess
import sys
from itertools import pairwise

import pytest
from projects import ROOT

from speechcodes import progress


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands still until it is moved."""

    class Clock:
        now = 1000.0

        def monotonic(self):
            return self.now

    clock = Clock()
    monkeypatch.setattr(progress, "time", clock)
    return clock


def lines_of(clock, seconds, steps):
    """Lines of a job whose every step takes so many seconds."""
    lines = []
    for _ in progress.each(range(steps), "files", lines.append):
        clock.now += seconds
    return lines


def test_a_job_of_a_second_says_nothing(clock):
    assert lines_of(clock, 0.001, 1000) == []


def test_a_line_tells_how_far_how_fast_and_how_much_longer(clock):
    lines = lines_of(clock, 2, 10)
    assert lines[0] == "3 of 10 files, 30 per min, 14 s left"


def test_the_first_step_is_no_measure_of_the_others(clock):
    lines = []
    told = progress.Progress(100, "epochs", lines.append)
    clock.now += 60
    told.report(1)
    clock.now += 6
    told.report(2, ": loss 0.5")
    assert lines == [
        "1 of 100 epochs",
        "2 of 100 epochs: loss 0.5, 10 per min, 10 min left",
    ]


@pytest.mark.parametrize("hours", [1, 24])
def test_a_job_of_hours_does_not_fill_its_log(clock, hours):
    told = [clock.now]
    for _ in progress.each(
        range(hours * 7200), "files", lambda _: told.append(clock.now)
    ):
        clock.now += 0.5
    assert 60 < len(told) < 400
    # And is never silent for long.
    assert max(after - before for before, after in pairwise(told)) <= 300.5


def test_nothing_to_do_is_no_error():
    assert list(progress.each([], "files")) == []


def test_every_step_is_given_in_its_order(clock):
    assert list(progress.each("abc", "letters")) == ["a", "b", "c"]


def test_a_long_job_tells_its_log_and_the_terminal(tmp_path):
    code = """
import sys, time
sys.path.insert(0, "scripts")
from speechcodes.operations import logs
from speechcodes import progress
logs.log_to(sys.argv[1])
progress.SECONDS = progress.SHARE = 0
for _ in progress.each(range(2), "files"):
    time.sleep(0.01)
"""
    log = tmp_path / "rule.log"
    process = subprocess.run(
        [sys.executable, "-c", code, str(log)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "INFO 2 of 2 files" in log.read_text()
    # Among jobs that run at the same time, each line says whose it is.
    last = process.stderr.splitlines()[-1]
    assert f"{log} INFO 2 of 2 files" in last


def test_lines_go_to_a_logger_of_the_module(clock, caplog):
    caplog.set_level(logging.INFO)
    for _ in progress.each(range(2), "files"):
        clock.now += 10
    assert caplog.records[-1].name == "speechcodes.progress"
