"""What others run of this project: continuous integration, and the catalogue."""

import re
import subprocess
import sys
import tomllib

import yaml
from packaging.specifiers import SpecifierSet
from projects import ROOT

CI = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text())


def test_tests_run_on_pythons_that_the_project_supports():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    supported = SpecifierSet(project["requires-python"])
    ways = CI["jobs"]["test"]["strategy"]["matrix"]["include"]
    pythons = [way["python"] for way in ways]
    assert pythons[0] == "3.11" and all(python in supported for python in pythons)
    # With optional packages, and without: some of them change what pandas does.
    extras = project["optional-dependencies"]
    assert {way["extras"] for way in ways} == {"", " ".join(extras)}


def test_what_continuous_integration_makes_can_be_made():
    makefile = (ROOT / "Makefile").read_text()
    steps = [step for job in CI["jobs"].values() for step in job["steps"]]
    commands = [step["run"] for step in steps if "run" in step]
    targets = [c.split()[1] for c in commands if c.startswith("make ")]
    assert {"lint", ".venv/installed"} <= set(targets)
    for target in targets:
        assert re.search(rf"^{re.escape(target)}:", makefile, flags=re.M), target


def test_the_small_run_of_continuous_integration_can_be_planned(tmp_path):
    command = [sys.executable, "-m", "snakemake", "-s", ROOT / "Snakefile", "--dry-run"]
    process = subprocess.run(
        [*command, "--configfile", ROOT / ".test" / "config.yaml"],
        cwd=tmp_path,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    assert process.returncode == 0, process.stdout
    assert "train_autoencoder" in process.stdout
    # A run begins by saying whose configuration it follows, and what it leaves out.
    assert ".test/config.yaml." in process.stdout.split("Configuration: ")[1][:200]
    assert "No rows or files are left out." in process.stdout


def test_a_configuration_in_the_folder_of_a_run_is_not_taken_by_itself(tmp_path):
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "config.yaml").write_text("corpus: {name: mine}")
    command = [sys.executable, "-m", "snakemake", "-s", ROOT / "Snakefile", "--dry-run"]
    process = subprocess.run(
        [*command, "--config", "splits={folds: 3}"],
        cwd=tmp_path,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    told = (
        "config.yaml, the demo, as no --configfile is given, and splits from --config."
    )
    assert process.returncode == 0 and told in process.stdout


def test_the_catalogue_is_told_what_the_workflow_can_do():
    text = (ROOT / ".snakemake-workflow-catalog.yml").read_text()
    deployment = yaml.safe_load(text)["usage"]["software-stack-deployment"]
    conda = any(ROOT.glob("envs/*.yaml"))
    container = "container:" in (ROOT / "Snakefile").read_text()
    assert deployment == {
        "conda": conda,
        "apptainer": container,
        "apptainer+conda": container,
        "report": True,
    }
