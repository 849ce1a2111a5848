"""Training from disk, on the node, and after a kill comes to the same."""

import time

import numpy as np
import pandas as pd
from results import contents


def losses(project):
    """What each epoch of each autoencoder came to, without what it took."""
    return {
        path.parent.name: pd.read_csv(path).drop(columns="seconds")
        for path in project.results.glob("fold1/autoencoders/20k/*/history.csv")
    }


def edit(project, module, old, new):
    """Change a line of one of the modules on autoencoders."""
    path = project.folder / f"scripts/speechcodes/autoencoders/{module}.py"
    text = path.read_text()
    assert f"\n{old}\n" in text
    path.write_text(text.replace(old, new))


def test_spectrograms_too_large_for_memory_may_be_read_from_scratch(project):
    expected = losses(project)
    edit(project, "unlabelled", "LARGEST_IN_MEMORY = 2**30", "LARGEST_IN_MEMORY = 0")
    process = project.snakemake(
        *("--cores", "2", "--until", "train_autoencoder"),
        *("--set-resources", "train_autoencoder:scratch=1"),
    )
    assert process.returncode == 0, process.stdout
    assert process.stdout.count("copying the spectrograms to") == 2
    found = losses(project)
    assert found.keys() == expected.keys() and len(expected) == 2
    for name in expected:
        pd.testing.assert_frame_equal(found[name], expected[name])


def test_a_training_that_is_killed_continues_to_the_same_end(project, tmp_path):
    edit(project, "checkpoint", "SECONDS = 20", "SECONDS = 0")
    config = project.config
    config["autoencoders"]["training"] = {"epochs": 40, "patience": 40}
    project.config = config
    whole = project.copy(tmp_path / "whole")
    (folder,) = project.results.glob("fold1/autoencoders/20k/*latent8*")
    model = folder.relative_to(project.folder) / "model.keras"
    assert whole.run(str(model))["train_autoencoder"] == 1

    run = project.start("--cores", "1", str(model))
    worker = run.wait_for("train_autoencoder")
    assert worker.environ()["GLIBC_TUNABLES"] == "glibc.malloc.hugetlb=1"
    while not (folder / "model.checkpoint.h5").exists():
        assert run.goes_on, run.output
        time.sleep(0.02)
    worker.kill()
    assert run.end() == 1, run.output
    assert not (project.folder / model).exists()

    process = project.snakemake("--cores", "1", str(model))
    assert process.returncode == 0, process.stdout
    assert "continuing after epoch" in process.stdout
    assert {path.name for path in folder.iterdir()} == {
        path.name for path in (whole.folder / model).parent.iterdir()
    }
    for name in ("model.keras", "history.csv", "metrics.json"):
        found, expected = (
            contents((one.folder / model).with_name(name)) for one in (project, whole)
        )
        assert found.keys() == expected.keys()
        for key in expected:
            np.testing.assert_array_equal(found[key], expected[key], f"{name}: {key}")
