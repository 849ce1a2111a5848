"""Whole utterances, codes of frames and references, beside the study's segments."""

from copy import deepcopy

import h5py
import numpy as np
import pandas as pd
import pytest
from projects import SMALL, WHOLE, new_project


def config_of_both():
    """The small project with a variant of whole utterances, and all feature sets."""
    config = deepcopy(SMALL)
    config["segments"]["whole"] = WHOLE
    config["autoencoders"]["configurations"].append(
        {"architecture": "denoising", "latent": 6, "batch_size": 16}
    )
    config["experiment"] |= {
        "feature_sets": ["midterm", "code", "pooled", "pca", "fisher"],
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
    assert values(path, "spectrograms").shape == (expected.sum(), 27)


def test_pitch_stands_beside_the_bands_from_the_median_of_the_speaker(both):
    folder = both.results / "features"
    contours = values(folder / "pitch/test.h5", "contours")
    path = folder / "spectrograms/whole/test/neutral/b.h5"
    (name, frames), channels = (
        [values(path, key)[0] for key in ("utterance", "frames")],
        values(path, "spectrograms")[:, 24:],
    )
    utterances = values(folder / "pitch/test.h5", "utterance")
    speakers = pd.read_csv(both.results / "utterances.csv", dtype=str)
    speaker = speakers.set_index("utterance")["speaker"]
    own = speaker[speaker == speaker[name.decode()]].index
    lengths = values(folder / "pitch/test.h5", "frames")
    of_each = dict(
        zip(
            utterances.astype(str),
            np.split(contours[:, 0], np.cumsum(lengths)[:-1]),
            strict=True,
        )
    )
    median = np.nanmedian(np.concatenate([of_each[u] for u in own if u in of_each]))
    # Windows of 25 ms every 10 ms: their middles lie nearest to the next frame.
    expected = of_each[name.decode()][1 : frames + 1] - median
    found = channels[:frames]
    voiced = ~np.isnan(expected)
    assert 0.2 < voiced.mean() < 1
    np.testing.assert_array_equal(found[:, 1], voiced)
    np.testing.assert_allclose(found[voiced, 0], expected[voiced], atol=1e-4)
    assert not found[~voiced].any()


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
        # 6 numbers, and 24 bands and 3 channels of pitch, mean and deviation of each.
        ("whole", {"codes": 12, "pca": 12, "pooled": 54}),
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
        expected = {"midterm", "code", "pooled", "pca", "fisher", "untrained"}
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
