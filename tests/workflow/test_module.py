"""Another workflow uses this one as a module, twice, under names of its own."""

import subprocess
import sys

import pytest
import yaml
from projects import ROOT, SMALL, jobs_planned, new_project

SNAKEFILE = f"""
configfile: "both.yaml"

module speech:
    snakefile: "{ROOT}/Snakefile"
    config: config["speech"]

use rule * from speech as speech_*

module again:
    snakefile: "{ROOT}/Snakefile"
    config: config["again"]
    prefix: "elsewhere"

use rule * from again as again_*

rule count:
    default_target: True
    input:
        "results/small/summary.md",
        "elsewhere/results/other/summary.md",
    output: "counted.txt"
    shell: "wc -l {{input}} > {{output}}"

onstart:
    print("the other workflow's own hook")
"""


@pytest.fixture
def other(tmp_path):
    """Run Snakemake on the other workflow; return what it told."""
    again = {**SMALL, "corpus": {**SMALL["corpus"], "name": "other"}}
    again["experiment"] = {**SMALL["experiment"], "classifiers": {"svm": {"C": 1}}}
    both = {"speech": SMALL, "again": again, "mine": 1}
    (tmp_path / "both.yaml").write_text(yaml.safe_dump(both))
    (tmp_path / "Snakefile").write_text(SNAKEFILE)

    def snakemake(*arguments):
        process = subprocess.run(
            [sys.executable, "-m", "snakemake", "--cores", "1", *arguments],
            cwd=tmp_path,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        assert process.returncode == 0, process.stdout
        return process.stdout

    snakemake.folder = tmp_path
    return snakemake


def jobs_of(name, planned):
    """The jobs of one module, by the names that its rules have here."""
    found = {
        rule.removeprefix(f"{name}_"): number
        for rule, number in planned.items()
        if rule.startswith(f"{name}_")
    }
    found.pop("all", None)
    return found


def test_both_modules_plan_what_the_workflow_plans_itself(other, tmp_path):
    # What the other workflow is given by the command line is none of ours.
    planned = jobs_planned(
        other("--dry-run", "--config", "mine=2", "--", "speech_all", "again_all")
    )
    alone = new_project(ROOT, tmp_path / "alone", SMALL).plan()
    assert jobs_of("speech", planned) == alone
    # Two figures are drawn of each classifier.
    figures = {"figure_of_variant": alone["figure_of_variant"] - 2}
    with_one_classifier = dict(alone) | {"predictions": 1} | figures
    assert jobs_of("again", planned) == with_one_classifier


def test_rules_of_the_other_workflow_use_results_of_both(other):
    output = other("--dry-run")
    planned = jobs_planned(output)
    assert planned["count"] == 1
    assert planned["speech_train_autoencoder"] == planned["again_train_autoencoder"]
    assert "elsewhere/results/other/summary.md" in output


def test_jobs_of_a_module_run_and_call_no_hooks_of_ours(other):
    tables = ["results/small", "elsewhere/results/other"]
    output = other(*(f"{folder}/utterances.csv" for folder in tables))
    assert "the other workflow's own hook" in output
    assert "Time taken by this run's jobs" not in output
    first, second = (
        (other.folder / folder / "utterances.csv").read_text() for folder in tables
    )
    assert first.replace("small", "other").splitlines()[0] == second.splitlines()[0]
    assert len(first.splitlines()) == len(second.splitlines()) > 1
    assert not (other.folder / ".snakemake" / "running").exists()
