"""Clusters to run tests on, and projects that run on them."""

import os
import re
import subprocess
import sys
import time

import pytest
from cluster import Cluster, missing_programs, wait_until

#: What a site and an impatient test change in profiles/slurm/config.yaml.
SITE = {
    "  # slurm_partition: standard": "  slurm_partition: cpu",
    "# set-resources:\n#   train_autoencoder: &gpu\n#     slurm_partition: gpu": (
        "set-resources:\n  train_autoencoder: &gpu\n    slurm_partition: gpu"
    ),
    "#   check_gpu: *gpu": "  check_gpu: *gpu",
    "status-checks: 30": "status-checks: 1",
    "latency-wait: 60": "latency-wait: 10",
}
#: Seconds that a run may take.
LONG = 600


def start(folder, accounting):
    """Start a cluster, or skip, or fail where the tests must run."""
    if missing := missing_programs(accounting):
        reason = f"no Slurm cluster without {', '.join(missing)}"
        if os.environ.get("SPEECHCODES_REQUIRE_SLURM"):
            pytest.fail(reason)
        pytest.skip(reason)
    cluster = Cluster(folder, accounting)
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """A cluster with accounting."""
    yield from start(tmp_path_factory.mktemp("cluster"), accounting=True)


@pytest.fixture(scope="module")
def plain_cluster(tmp_path_factory):
    """A cluster without accounting, whose jobs only squeue knows."""
    yield from start(tmp_path_factory.mktemp("cluster"), accounting=False)


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


@pytest.fixture(scope="session")
def on_site():
    """Prepare a project as its users would: the profile linked, the site filled in."""

    def prepare(project):
        profile = project.folder / "profiles" / "slurm" / "config.yaml"
        text = profile.read_text()
        for old, new in SITE.items():
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        profile.write_text(text)
        linked = subprocess.run(
            ["make", "slurm-profile"],
            cwd=project.folder,
            env=os.environ | {"XDG_CONFIG_HOME": str(project.folder / "home")},
            capture_output=True,
            text=True,
        )
        assert linked.returncode == 0, linked.stderr
        return project

    return prepare


@pytest.fixture
def site(project, on_site):
    """A finished project with another autoencoder to train, ready for a cluster."""
    config = project.config
    config["autoencoders"]["configurations"][0]["latent"] = [4]
    project.config = config
    return on_site(project)
