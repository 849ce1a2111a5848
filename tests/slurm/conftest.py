"""Clusters to run tests on, and projects that run on them."""

import os

import pytest
from local_slurm.cluster import Cluster, missing_programs
from tiny import Tiny

#: What a site and an impatient test change in profiles/slurm/config.yaml.
SITE = {
    "  # slurm_partition: standard": "  slurm_partition: cpu",
    "# set-resources:\n#   train_autoencoder: &gpu\n#     slurm_partition: gpu": (
        "set-resources:\n  train_autoencoder: &gpu\n    slurm_partition: gpu"
    ),
    "#   train_rung: *gpu": "  train_rung: *gpu",
    "#   check_gpu: *gpu": "  check_gpu: *gpu",
    "status-checks: 30": "status-checks: 1",
    "checks-per-second: 0.1": "checks-per-second: 1",
    "latency-wait: 60": "latency-wait: 10",
}


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
        # As `make slurm-profile` does.
        link = project.folder / "home" / "snakemake" / "slurm"
        link.parent.mkdir(parents=True)
        link.symlink_to(profile.parent)
        return project

    return prepare


@pytest.fixture
def tiny(tmp_path, on_site):
    """The smallest workflow with the project's hooks, ready for a cluster."""
    tiny = on_site(Tiny(tmp_path))
    settings = tiny.profile
    # Of rules that it has not.
    for key in ("groups", "group-components", "set-resources"):
        del settings[key]
    tiny.profile = settings
    return tiny


@pytest.fixture
def site(project, on_site):
    """A finished project with another autoencoder to train, ready for a cluster."""
    config = project.config
    config["autoencoders"]["configurations"][0]["latent"] = [4]
    project.config = config
    return on_site(project)
