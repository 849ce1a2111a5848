"""Where a script's messages go, and which package it may run with."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[3] / "scripts"


@pytest.fixture
def run(tmp_path):
    """Run lines as a script that Snakemake took from a folder; return the log."""

    def run(lines, folder=SCRIPTS, **environment):
        script = tmp_path / "tmp1.script.py"
        script.write_text(
            f"import sys; sys.path.append({str(folder)!r})\n"
            f"__file__ = {str(folder / 'script.py')!r}\n"
            "from speechcodes.operations.logs import log_to\n"
            f"log_to('script.log')\n{lines}\n"
        )
        subprocess.run(
            [sys.executable, script],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": "", **environment},
        )
        return (tmp_path / "script.log").read_text()

    return run


def test_an_input_error_is_told_in_one_line_and_any_other_with_its_traceback(run):
    told = run("from speechcodes.errors import InputError; raise InputError('no x')")
    assert told.endswith("ERROR no x\n") and "Traceback" not in told
    assert "Traceback" in run("raise KeyError('x')")


def test_the_package_of_another_checkout_is_refused(run, tmp_path):
    other = tmp_path / "other" / "scripts"
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(SCRIPTS / "speechcodes", other / "speechcodes", ignore=ignored)
    told = run("raise SystemExit('went on')", PYTHONPATH=str(other))
    assert f"{SCRIPTS} would run with the modules of {other / 'speechcodes'}" in told
    assert "PYTHONPATH" in told and "Traceback" not in told
    # The same checkout by another way is no other one.
    (tmp_path / "link").symlink_to(SCRIPTS)
    assert not run("", PYTHONPATH=str(tmp_path / "link"))
