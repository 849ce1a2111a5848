"""Training from disk, and from copies on the node, is training from memory."""

import pandas as pd


def losses(project):
    """What each epoch of each autoencoder came to, without what it took."""
    return {
        path.parent.name: pd.read_csv(path).drop(columns="seconds")
        for path in project.results.glob("fold1/autoencoders/20k/*/history.csv")
    }


def test_spectrograms_too_large_for_memory_may_be_read_from_scratch(project):
    expected = losses(project)
    module = project.folder / "scripts/speechcodes/autoencoders/unlabelled.py"
    text = module.read_text()
    assert "LARGEST_IN_MEMORY = 2**30" in text
    module.write_text(
        text.replace("LARGEST_IN_MEMORY = 2**30", "LARGEST_IN_MEMORY = 0")
    )
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
