"""Whole utterances, codes of frames and references, beside the study's segments."""

from copy import deepcopy

import h5py
import numpy as np
import pandas as pd
import pytest
from projects import SMALL, new_project

WHOLE = {
    "samples": "whole",
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


def config_of_both():
    """The small project with a variant of whole utterances, and all feature sets."""
    config = deepcopy(SMALL)
    config["segments"]["whole"] = WHOLE
    config["autoencoders"]["configurations"].append(
        {"architecture": "denoising", "latent": 6, "batch_size": 16}
    )
    config["experiment"] |= {
        "feature_sets": ["midterm", "code", "pooled", "pca"],
        "percentages": [100],
        "classifiers": {"svm": {"C": 1}},
    }
    return config


@pytest.fixture(scope="module")
def both(root, tmp_path_factory):
    """A run of that project, up to its scores."""
    folder = tmp_path_factory.mktemp("whole") / "both"
    project = new_project(root, folder, config_of_both())
    tables = ("scores", "segments", "durations")
    project.run(*(f"results/small/{table}.csv" for table in tables))
    return project


def values(path, name):
    with h5py.File(path) as file:
        return file[name][:]


def test_no_utterance_is_dropped_or_padded(both):
    segments = pd.read_csv(both.results / "segments.csv").set_index("segment")
    whole = segments.loc["whole"]
    assert (whole["segments"] == whole["utterances"]).all()
    assert not whole["dropped"].any()
    lengths = pd.read_csv(both.results / "durations.csv").set_index("utterance")
    path = both.results / "features/spectrograms/whole/test/neutral/b.h5"
    names = values(path, "utterance").astype(str)
    expected = (lengths.loc[names, "samples"] - 200) // 80 + 1
    assert values(path, "frames").tolist() == expected.tolist()
    assert values(path, "spectrograms").shape == (expected.sum(), 24)


def test_each_variant_has_the_autoencoders_that_suit_it(both):
    trained = {
        variant: {
            path.name.split("_")[0]
            for path in (both.results / "fold1" / "autoencoders" / variant).iterdir()
            if path.is_dir()
        }
        for variant in ("20k", "whole")
    }
    assert trained == {"20k": {"study1"}, "whole": {"denoising"}}


@pytest.mark.parametrize(
    ("variant", "sizes"),
    [
        # The smaller of two codes is chosen, 8 numbers; 200 bins, twice.
        ("20k", {"codes": 8, "pca": 8, "pooled": 400}),
        # 6 numbers and 24 bands, mean and deviation of each.
        ("whole", {"codes": 12, "pca": 12, "pooled": 48}),
    ],
)
def test_references_are_of_the_same_utterances_and_size(both, variant, sizes):
    rows, fold = {}, both.results / "fold1"
    pooled = both.results / "features/pooled" / variant / "test"
    files = {kind: [fold / kind / variant / "test.h5"] for kind in ("codes", "pca")}
    files["pooled"] = sorted(pooled.glob("*/*.h5"))
    for kind, size in sizes.items():
        found = np.concatenate([values(path, kind) for path in files[kind]])
        assert found.shape[1] == size and np.isfinite(found).all()
        rows[kind] = {
            pair
            for path in files[kind]
            for pair in zip(
                values(path, "utterance"), values(path, "segment"), strict=True
            )
        }
        assert len(rows[kind]) == len(found)
    assert rows["codes"] == rows["pca"] == rows["pooled"]


def test_all_feature_sets_are_scored(both):
    scores = pd.read_csv(both.results / "scores.csv")
    found = scores.groupby("segment")["feature_set"].unique()
    for variant in ("20k", "whole"):
        expected = {"midterm", "code", "pooled", "pca", "untrained"}
        assert set(found[variant]) == expected


def test_a_spectrogram_setting_of_one_variant_remakes_no_other(both, tmp_path):
    project = both.copy(tmp_path / "copy")
    config = project.config
    config["segments"]["whole"]["spectrogram"]["bands"] = 20
    project.config = config
    planned = project.plan()
    assert planned["spectrograms"] == 10
    assert planned["train_autoencoder"] == 1
    assert not planned["signals"] and not planned["functionals"]


def test_other_noise_trains_anew_and_remakes_codes_only(both, tmp_path):
    project = both.copy(tmp_path / "copy")
    config = project.config
    config["autoencoders"]["configurations"][1]["noise"] = 0.5
    project.config = config
    ran = project.run("results/small/fold1/codes/whole/test.h5")
    assert ran["train_autoencoder"] == 1
    assert ran["codes"] == 1
    assert not ran["spectrograms"] and not ran["pooled"]
