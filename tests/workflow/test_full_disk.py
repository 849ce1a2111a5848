"""A disk that is full while a run writes to it, and has room again."""

import shutil

import pytest
from disks import mounted
from results import same_results

#: What is to be made, none of it from another: features, a model, a figure.
LOST = {
    "spectrograms": "features/spectrograms/20k/test/neutral/b.h5",
    "train_autoencoder": "fold1/autoencoders/20k/*latent16*/model.keras",
    "figure_of_corpus": "figures/durations.png",
}


@pytest.fixture
def disk(finished, project):
    """The results of a finished project, on a file system of their own."""
    shutil.rmtree(project.results)
    project.results.mkdir()
    with mounted(project.results) as disk:
        shutil.copytree(finished.results, project.results, dirs_exist_ok=True)
        yield disk


def test_a_full_disk_is_told_tears_nothing_and_with_room_the_same_command_goes_on(
    disk, project, finished
):
    paths = {}
    for rule, pattern in LOST.items():
        (paths[rule],) = project.results.glob(pattern)
        paths[rule].unlink()
    # Enough to begin a file with.
    disk.leave(8192)
    before = set(project.results.rglob("*"))
    full = project.snakemake("--cores", "2")
    assert full.returncode == 1
    for rule, path in paths.items():
        name = path.relative_to(project.folder)
        assert f"{name} cannot be written: no space left on device" in full.stdout
        assert f"Error in rule {rule}" in full.stdout
    assert "make room" in full.stdout
    assert "run the same command again" in full.stdout
    assert "Traceback" not in full.stdout
    assert set(project.results.rglob("*")) <= before
    disk.leave(2**24)
    again = project.snakemake("--cores", "2")
    assert again.returncode == 0, again.stdout
    same_results(project, finished)
