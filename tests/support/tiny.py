"""A workflow with the project's hooks and profiles, whose runs take seconds."""

import contextlib
import re
import shutil
import subprocess
import sys
import time

import psutil
import yaml
from projects import ROOT

SNAKEFILE = """
import sys
from types import SimpleNamespace
sys.path.insert(0, {scripts!r})
from snakemake.exceptions import WorkflowError
from snakemake.logging import logger
from speechcodes.errors import InputError
from speechcodes.operations import surroundings

CORPUS = config["name"]

def from_user(read, *arguments):
    try:
        return read(*arguments)
    except InputError as error:
        raise WorkflowError(error)

from_user(surroundings.settle)

# There is no corpus to plan.
plan = SimpleNamespace(write=lambda *_: None)
STORED = PLAN = None

def benchmarks_of_rules(*without):
    return {{"wait": "benchmarks/[a-z]+/[0-9]+.tsv"}}

include: {run!r}

rule all:
    default_target: True
    input: expand("results/{{name}}/{{i}}.txt", name=CORPUS, i=range(config["files"]))

rule wait:
    output: "results/{{name}}/{{i}}.txt"
    log: "logs/{{name}}/{{i}}.log"
    benchmark: "benchmarks/{{name}}/{{i}}.tsv"
    params: setting=config["setting"]
    shell:
        "exec 2> {{log}}; sleep 0.3; "
        "if [ -e fail ]; then echo no luck >&2; exit 1; fi; "
        "while [ -e hold.{{wildcards.name}} ]; do sleep 0.05; done; "
        "echo {{params.setting}} > {{output}}"
"""


class Tiny:
    """Such a workflow in a folder.

    Each of its jobs writes the setting to a file, once it is not held any more, or
    fails if there is a file `fail`.
    """

    def __init__(self, folder):
        self.folder = folder
        hooks = str(ROOT / "rules" / "run.smk")
        scripts = str(ROOT / "scripts")
        (folder / "Snakefile").write_text(SNAKEFILE.format(scripts=scripts, run=hooks))
        shutil.copytree(ROOT / "profiles", folder / "profiles")
        self.set()

    @property
    def profile(self):
        """The settings of profiles/slurm, which may be set, too."""
        return yaml.safe_load(self._profile.read_text())

    @profile.setter
    def profile(self, settings):
        self._profile.write_text(yaml.safe_dump(settings))

    @property
    def _profile(self):
        return self.folder / "profiles" / "slurm" / "config.yaml"

    def set(self, name="tiny", files=1, setting="a"):
        """Write the configuration."""
        config = {"name": name, "files": files, "setting": setting}
        (self.folder / "small.yaml").write_text(yaml.safe_dump(config, sort_keys=False))

    def command(self, *options, **config):
        if config:
            self.set(**config)
        command = [sys.executable, "-m", "snakemake", "--cores", "1", *options]
        return [*command, "--configfile", "small.yaml"]

    def run(self, *options, code=0, **config):
        """Run to the end, which must be of a code; return what was told."""
        process = subprocess.run(
            self.command(*options, **config),
            cwd=self.folder,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        assert process.returncode == code, process.stdout
        return process.stdout

    def planned(self, **config):
        """How many jobs a dry run would run."""
        output = self.run("--dry-run", **config)
        found = re.search(r"^wait +(\d+)$", output, flags=re.M)
        return int(found[1]) if found else 0

    def hold(self, name="tiny"):
        """Let jobs of a corpus wait until they are released."""
        (self.folder / f"hold.{name}").touch()

    def release(self, name="tiny"):
        (self.folder / f"hold.{name}").unlink(missing_ok=True)

    @contextlib.contextmanager
    def held(self, **config):
        """Start a run whose job waits; yield the run and the job."""
        self.hold()
        told = self.folder / "held.txt"
        with told.open("w") as output:
            process = subprocess.Popen(
                self.command(**config),
                cwd=self.folder,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            while not (jobs := jobs_of(psutil.Process(process.pid))):
                assert process.poll() is None, told.read_text()
                time.sleep(0.05)
            yield process, jobs[0]
        finally:
            self.release()
            if process.poll() is None:
                process.wait(60)

    def written(self, name="tiny", i=0):
        return (self.folder / "results" / name / f"{i}.txt").read_text().strip()

    def notes(self):
        return list((self.folder / ".snakemake" / "running").iterdir())


def jobs_of(run):
    """The shells that hold the jobs of a run."""
    found = []
    for process in run.children():
        with contextlib.suppress(psutil.Error):
            if "while [ -e hold." in " ".join(process.cmdline()):
                found.append(process)
    return found
