"""Small projects to run: checkouts of the workflow, each in a folder of its own."""

import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import yaml

ROOT = Path(__file__).parent.parent
SOURCES = ["Snakefile", "Makefile", "rules", "scripts", "config", "envs", "profiles"]

#: Two autoencoders, two classifiers: small, but all of it real.
SMALL = {
    "corpus": {
        "name": "small",
        "reader": "demo",
        "demo": {"speakers": 24, "utterances_per_class": 2, "seed": 3},
    },
    "splits": {
        "sizes": {"training": 8, "unlabelled": 16, "test": 8},
        "max_speaker_share": 0.25,
    },
    "segments": {
        "20k": {"samples": 20000, "short_signals": "pad"},
    },
    "features": {"spectrogram": {"scale": "log"}},
    "autoencoders": {
        "configurations": [
            {
                "architecture": "study1",
                "latent": [8, 16],
                "batch_size": 16,
                "output_activation": "sigmoid",
            }
        ],
        "training": {"epochs": 2, "patience": 1},
        # All are about as good: the smallest encoder is chosen.
        "selection_tolerance": 1.0,
    },
    "experiment": {
        "percentages": [10, 100],
        "draws": 3,
        "classifiers": {"svm": {"C": 1}, "decision_tree": {}},
    },
}


class Project:
    """A checkout of the workflow in a folder of its own, with one configuration."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.results = self.folder / "results" / "small"

    @property
    def config(self):
        return yaml.safe_load((self.folder / "small.yaml").read_text())

    @config.setter
    def config(self, config):
        (self.folder / "small.yaml").write_text(yaml.safe_dump(config))

    def snakemake(self, *arguments):
        """Run Snakemake on the configuration; return the finished process."""
        command = [sys.executable, "-m", "snakemake", "--configfile", "small.yaml"]
        return subprocess.run(
            [*command, *arguments],
            cwd=self.folder,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def run(self, *targets):
        """Run to the end; return how many jobs of each rule were run."""
        process = self.snakemake("--cores", "2", *targets)
        assert process.returncode == 0, process.stdout
        return jobs_finished(process.stdout)

    def plan(self, *targets):
        """Return how many jobs of each rule a dry run would run."""
        process = self.snakemake("--dry-run", *targets)
        assert process.returncode == 0, process.stdout
        return jobs_planned(process.stdout)

    def copy(self, folder):
        """Return a copy, times of files and all."""
        shutil.copytree(self.folder, folder, symlinks=True)
        return Project(folder)


def jobs_planned(output):
    """The table of jobs in the output of a dry run, without `all`."""
    if "Nothing to be done" in output:
        return Counter()
    table = output.split("Job stats:")[1].split("total")[0]
    rows = re.findall(r"^(\w+) +(\d+)$", table, flags=re.MULTILINE)
    return Counter({rule: int(n) for rule, n in rows if rule != "all"})


def jobs_finished(output):
    """The jobs that a run reports as finished, without `all`."""
    rules = re.findall(r"Finished jobid: \d+ \(Rule: (\w+)\)", output)
    return Counter(rule for rule in rules if rule != "all")


def new_project(root, folder, config):
    """Lay a project out in a folder."""
    folder.mkdir(parents=True)
    for name in SOURCES:
        source = root / name
        copy = shutil.copytree if source.is_dir() else shutil.copy2
        copy(source, folder / name)
    project = Project(folder)
    project.config = config
    return project
