"""What make tells, and what it must not do."""

import os
import re
import shutil
import subprocess

import pytest
from projects import ROOT


def test_make_help_lists_every_target():
    process = subprocess.run(
        ["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    listed = re.findall(r"^make (\S+) +\S", process.stdout, flags=re.MULTILINE)
    makefile = (ROOT / "Makefile").read_text()
    (phony,) = re.findall(r"^\.PHONY: (.+)$", makefile, flags=re.MULTILINE)
    assert set(phony.split()) <= set(listed)


def test_nothing_is_installed_into_an_environment_that_is_shared_by_a_link(tmp_path):
    # venv --clear would empty what the link leads to.
    shared, checkout = tmp_path / "shared", tmp_path / "checkout"
    shared.mkdir()
    (shared / "kept").touch()
    checkout.mkdir()
    for name in ("Makefile", "requirements.txt"):
        shutil.copy(ROOT / name, checkout)
    (checkout / ".venv").symlink_to(shared)
    process = subprocess.run(
        ["make", "PYTHON=false", ".venv/installed"],
        cwd=checkout,
        capture_output=True,
        text=True,
    )
    assert process.returncode != 0
    assert f".venv is a link to {shared}" in process.stdout
    assert (shared / "kept").exists()


@pytest.mark.parametrize("name", ["with space", "it's"])
def test_nothing_is_made_below_a_path_by_which_no_job_could_be_started(tmp_path, name):
    (tmp_path / name).mkdir()
    shutil.copy(ROOT / "Makefile", tmp_path / name)
    process = subprocess.run(
        ["make", "demo"], cwd=tmp_path / name, capture_output=True, text=True
    )
    assert process.returncode != 0
    assert f"{name} has a space or an apostrophe: move this folder" in process.stderr
    assert [path.name for path in (tmp_path / name).iterdir()] == ["Makefile"]


def test_the_profile_for_slurm_is_linked_where_snakemake_looks_and_nothing_replaced(
    tmp_path,
):
    def make():
        return subprocess.run(
            ["make", "slurm-profile"],
            cwd=ROOT,
            env=os.environ | {"XDG_CONFIG_HOME": str(tmp_path)},
            capture_output=True,
            text=True,
        )

    assert make().returncode == make().returncode == 0
    link = tmp_path / "snakemake" / "slurm"
    assert link.resolve() == (ROOT / "profiles" / "slurm").resolve()
    link.unlink()
    link.mkdir()
    refused = make()
    assert refused.returncode != 0 and "is there already" in refused.stdout
    assert not link.is_symlink()
