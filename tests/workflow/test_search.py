"""A search trains the best autoencoders to the end, and drops the others on the way."""

import os
import signal

import numpy as np
import pandas as pd
import pytest
from projects import SMALL, jobs_finished, new_project
from results import contents, same_results

#: Four autoencoders in two rungs: after two epochs two are left, after four, one.
GRID = {**SMALL["autoencoders"]["configurations"][0], "latent": [4, 8, 12, 16]}
SEARCH = {
    **SMALL["autoencoders"],
    "configurations": [GRID],
    "training": {"epochs": 6, "patience": 6},
    "search": {"first_epochs": 2, "factor": 2},
}


@pytest.fixture(scope="module")
def searched(root, tmp_path_factory):
    """A project that has searched, and run to the end, with what it planned and ran."""
    folder = tmp_path_factory.mktemp("searched") / "searched"
    project = new_project(root, folder, SMALL | {"autoencoders": SEARCH})
    project.planned = project.plan()
    project.ran = project.run()
    return project


def in_fold(project, path):
    """The results about autoencoders that have a path."""
    return sorted((project.results / "fold1/autoencoders/20k").glob(path))


def test_a_rung_trains_those_that_the_one_before_it_kept(searched):
    assert (searched.planned["train_rung"], searched.ran["train_rung"]) == (4, 6)
    assert searched.ran["choose_rung"] == 2
    assert searched.ran["train_autoencoder"] == 1
    first, second = (
        pd.read_csv(in_fold(searched, f"rung{rung}/kept.csv")[0]) for rung in (1, 2)
    )
    assert first["validation_loss"].is_monotonic_increasing
    assert first["kept"].tolist() == [True, True, False, False]
    assert set(second["autoencoder"]) == set(first["autoencoder"][:2])
    assert second["kept"].tolist() == [True, False]
    assert set(first["epochs"]) == {2} and set(second["epochs"]) == {4}
    (metrics,) = in_fold(searched, "*/metrics.json")
    assert metrics.parent.name == second["autoencoder"][0]
    told = "dropped 2 after epoch 2 and 1 after epoch 4, by loss on held-out speakers"
    assert told in (searched.results / "report.html").read_text()


def test_after_a_search_there_is_nothing_to_do(searched):
    assert not searched.plan()
    assert not in_fold(searched, "**/*checkpoint.h5")


def test_what_a_search_goes_on_from_may_be_deleted_in_the_end(searched, tmp_path):
    project = searched.copy(tmp_path / "copy")
    for state in in_fold(project, "rung*/*.h5"):
        state.unlink()
    assert not project.plan()


def test_what_a_search_trains_to_the_end_is_as_without_a_search(searched, tmp_path):
    project = searched.copy(tmp_path / "copy")
    (model,) = in_fold(project, "*/model.keras")
    expected = contents(model)
    project.config = project.config | {"autoencoders": SEARCH | {"search": None}}
    assert project.run(str(model.relative_to(project.folder)))["train_autoencoder"] == 1
    found = contents(model)
    assert found.keys() == expected.keys()
    for key, value in expected.items():
        np.testing.assert_array_equal(found[key], value, key)


def test_a_search_that_is_killed_goes_on_with_the_rung_it_was_in(searched, tmp_path):
    project = searched.copy(tmp_path / "copy")
    (choice,) = in_fold(project, "choice.yaml")
    for path in [choice, *in_fold(project, "*/*.*")]:
        path.unlink()
    choice = str(choice.relative_to(project.folder))
    run = project.start("--cores", "1", choice)
    run.wait_for("choose_rung")
    os.killpg(run.process.pid, signal.SIGKILL)
    run.process.wait()
    assert not in_fold(project, "rung2/*")
    process = project.snakemake("--cores", "2", choice)
    assert process.returncode == 0, process.stdout
    ran = jobs_finished(process.stdout)
    assert (ran["train_rung"], ran["train_autoencoder"]) == (2, 1)
    same_results(project, searched)


def test_a_rung_that_there_is_not_is_refused(searched):
    name = in_fold(searched, "*/model.keras")[0].parent.name
    target = f"results/small/fold1/autoencoders/20k/rung3/{name}.h5"
    process = searched.snakemake("--dry-run", target)
    assert process.returncode == 1
    assert "rung 3 of the segment variant 20k: autoencoders.search" in process.stdout
