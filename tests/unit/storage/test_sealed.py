"""Fitted models are read as they were written, or not at all."""

from collections import Counter

import numpy as np
import pytest
from made_up_rows import CLASSIFIERS, make
from sklearn.neighbors import NearestNeighbors

from speechcodes.errors import DamagedFile, InputError
from speechcodes.experiment.feature_sets import Block
from speechcodes.features import fisher, pca
from speechcodes.predictor import calibration, novelty
from speechcodes.storage import sealed


def rows(seed=0):
    rng = np.random.default_rng(seed)
    labels = np.arange(90) % 3
    return rng.normal(size=(90, 4)) + labels[:, None], labels


@pytest.mark.parametrize("standardise", [False, True])
@pytest.mark.parametrize("name", CLASSIFIERS)
def test_every_classifier_predicts_the_same_when_it_is_read(
    name, standardise, tmp_path
):
    blocks = (Block(1), Block(3, True))
    model = make(name, standardise=standardise, blocks=blocks).fit(*rows())
    sealed.write(tmp_path / "model.skops", model)
    found, new = sealed.read(tmp_path / "model.skops"), rows(1)[0]
    for method in ("predict", "predict_proba", "decision_function"):
        if hasattr(model, method):
            expected = getattr(model, method)(new)
            np.testing.assert_array_equal(getattr(found, method)(new), expected)


def test_what_is_learned_from_speech_is_the_same_when_it_is_read(tmp_path):
    rng = np.random.default_rng(0)
    spectrograms = [rng.normal(size=(40, 6)).astype(np.float32) for _ in range(12)]
    models = fisher.fit(spectrograms, [slice(0, 4), slice(4, 6)], 1)
    components = pca.fit(spectrograms, 3, 5, 1)
    sealed.write(tmp_path / "both.skops", {"fisher": models, "pca": components})
    found = sealed.read(tmp_path / "both.skops")
    np.testing.assert_array_equal(
        fisher.of_sequences(spectrograms, found["fisher"]),
        fisher.of_sequences(spectrograms, models),
    )
    np.testing.assert_array_equal(
        pca.of_sequences(spectrograms, found["pca"], ["mean"]),
        pca.of_sequences(spectrograms, components, ["mean"]),
    )


def test_calibration_and_distance_are_the_same_when_they_are_read(tmp_path):
    features, labels = rows()
    evidence = features[:, :3]
    calibrated = calibration.fit(evidence, labels)
    distance = novelty.fit(features, (Block(4),))
    sealed.write(tmp_path / "both.skops", {"c": calibrated, "d": distance})
    found = sealed.read(tmp_path / "both.skops")
    assert isinstance(found["d"].neighbours, NearestNeighbors)
    np.testing.assert_array_equal(found["d"].of(features), distance.of(features))
    np.testing.assert_array_equal(
        found["c"].predict_proba(evidence), calibrated.predict_proba(evidence)
    )


def test_a_file_that_asks_for_other_types_is_refused(tmp_path):
    sealed.write(tmp_path / "other.skops", {"model": Counter("aab")})
    with pytest.raises(InputError, match="asks for collections.Counter, which"):
        sealed.read(tmp_path / "other.skops")


def test_a_changed_byte_is_found(tmp_path):
    path = tmp_path / "model.skops"
    sealed.write(path, make("svm").fit(*rows()))
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(DamagedFile, match="its checksum does not hold"):
        sealed.read(path)
