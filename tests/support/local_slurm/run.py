"""A run of the workflow on a cluster, to look at and to disturb."""

import re
import signal
import subprocess
import sys
import time

import pytest
from local_slurm.cluster import wait_until

#: Seconds that a run may take.
LONG = 1200


class Run:
    """Snakemake in the background, on a cluster, with the profile of the project."""

    def __init__(self, project, cluster, *arguments):
        self.cluster = cluster
        self.before = {job["JobId"] for job in cluster.jobs()}
        self.log = project.folder / f"run{time.time_ns()}.txt"
        command = [sys.executable, "-m", "snakemake", "--profile", "slurm"]
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [*command, "--configfile", "small.yaml", *arguments],
                cwd=project.folder,
                env=cluster.environment
                | {"XDG_CONFIG_HOME": str(project.folder / "home")},
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                # What is started in the background of a shell ignores Ctrl-C.
                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
            )

    @property
    def output(self):
        return self.log.read_text()

    def jobs(self, rule=""):
        """Slurm jobs of this run whose comment has the name of a rule."""
        jobs = [j for j in self.cluster.jobs() if j["JobId"] not in self.before]
        return [job for job in jobs if rule in job.get("Comment", "")]

    def wait_for(self, rule, state="RUNNING"):
        """Wait for a job of a rule in a state, and return it."""

        def found():
            assert self.process.poll() is None, self.output
            return [j for j in self.jobs(rule) if j["JobState"] == state]

        return wait_until(found, f"{state} {rule}")[0]

    def end(self):
        """Wait for the end; return the exit code."""
        try:
            return self.process.wait(LONG)
        except subprocess.TimeoutExpired:
            self.process.kill()
            pytest.fail(f"the run did not end within {LONG} s:\n{self.output}")

    def succeed(self):
        assert self.end() == 0, self.output
        return self

    def submitted(self):
        """Rules of jobs that were handed to Slurm, in the order of their ids."""
        jobs = sorted(self.jobs(), key=lambda job: int(job["JobId"]))
        return [re.sub(r"^rule_|_wildcards_.*", "", job["Comment"]) for job in jobs]
