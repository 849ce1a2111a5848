"""Small projects to run: checkouts of the workflow, each in a folder of its own."""

import contextlib
import re
import shutil
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import psutil
import yaml

ROOT = Path(__file__).parents[2]
SOURCES = ["Snakefile", "Makefile", "rules", "scripts", "config", "envs", "profiles"]

SNAKEMAKE = [sys.executable, "-m", "snakemake", "--configfile", "small.yaml"]

#: Two autoencoders, two classifiers: small, but all of it real.
SMALL = {
    "corpus": {
        "name": "small",
        "reader": "demo",
        "demo": {
            "speakers": 24,
            "utterances_per_class": 2,
            "unlabelled_per_speaker": 1,
            "seed": 3,
        },
    },
    "splits": {
        "method": "balanced",
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
        "select_by": "validation_loss",
        "selection_tolerance": 1.0,
        # As many jobs again as there are autoencoders.
        "trial": {"percentages": []},
    },
    "experiment": {
        "percentages": [10, 100],
        "draws": 3,
        "halvings": 2,
        "classifiers": {"svm": {"C": 1}, "decision_tree": {}},
    },
}

#: A segment variant of whole utterances, with their pitch.
WHOLE = {
    "samples": "whole",
    "input": ["spectrogram", "pitch"],
    "spectrogram": {
        "window": 0.025,
        "step": 0.01,
        "taper": "hann",
        "bands": 24,
        "scale": "log",
        "level": "kept",
        "centred": True,
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
        (self.folder / "small.yaml").write_text(yaml.safe_dump(config, sort_keys=False))

    def snakemake(self, *arguments):
        """Run Snakemake on the configuration; return the finished process."""
        return subprocess.run(
            [*SNAKEMAKE, *arguments],
            cwd=self.folder,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def start(self, *arguments):
        """Start Snakemake in a session of its own; return the `Started` process."""
        return Started(self.folder, arguments)

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


class Started:
    """Snakemake in the background, to look at and to disturb."""

    def __init__(self, folder, arguments):
        self.folder = folder
        self._log = folder / f"run{time.time_ns()}.txt"
        self._seen = self._scripts()
        with self._log.open("w") as log:
            self.process = subprocess.Popen(
                [*SNAKEMAKE, *arguments],
                cwd=folder,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def output(self):
        return self._log.read_text()

    @property
    def goes_on(self):
        return self.process.poll() is None

    def end(self):
        """Wait for the end; return the exit code."""
        return self.process.wait(600)

    def new_jobs(self):
        """Yield (rule, process) of jobs that began since this was last asked."""
        for script in self._scripts() - self._seen:
            self._seen.add(script)
            if process := self._process(script):
                yield script.name.split(".")[1], process

    def wait_for(self, rule):
        """Wait for a job of a rule to begin; return its process."""
        while True:
            assert self.goes_on, self.output
            for name, process in self.new_jobs():
                if name == rule:
                    return process
            time.sleep(0.02)

    def _scripts(self):
        """The copies of scripts that jobs run, some of them left by killed runs."""
        return set(self.folder.glob(".snakemake/scripts/tmp*.py"))

    def _process(self, script):
        """The process that runs a script, once there is one; None if it has ended."""
        while script.exists() and self.goes_on:
            for process in psutil.process_iter():
                with contextlib.suppress(psutil.Error):
                    command = process.cmdline() or [""]
                    # Not the shell that runs it.
                    if "python" in command[0] and command[-1].endswith(script.name):
                        return process
        return None


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
