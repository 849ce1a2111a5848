"""The published study, reproduced from its own feature tables.

Expectations are the published numbers alone; the tables lie beside the project.
"""

import json

import numpy as np
import pandas as pd
import pytest

from speechcodes.corpus import feature_tables
from speechcodes.experiment import feature_sets, learning_curves, metrics, predictions
from speechcodes.experiment.draws import Protocol
from speechcodes.records import VALENCE

SETTINGS = {"C": 10, "kernel": "rbf", "standardise": False}
#: About one test case: the study had other versions of the libraries.
TOLERANCE = 0.001

each_set = pytest.mark.parametrize("name", ["midterm", "code"])


@pytest.fixture(scope="module")
def curve(reference):
    """The published curve of the SVM."""
    path = reference / "published_curve_svm.json"
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def tables(reference):
    """Training and test role, each with both feature sets."""
    path = str(reference / "msp_podcast_valence_features.h5")
    found = {}
    for role in ("training", "test"):
        utterances, _, labels = feature_tables.utterances_of_corpus(path, role, VALENCE)
        table = pd.DataFrame({"utterance": utterances})
        table["label"] = np.array(VALENCE)[labels]
        table["voice"] = "utterance " + table["utterance"]
        found[role] = feature_sets.read_role(
            ["midterm", "code"], role, table, {"corpus": path}, VALENCE
        )
    return found


@pytest.fixture(scope="module")
def reproduced(tables, curve, tmp_path_factory):
    """Every percentage's predictions, written to a file and read again."""
    path = tmp_path_factory.mktemp("predictions") / "0-100.h5"
    protocol = Protocol("study")
    predicted = learning_curves.predict_draws(
        "svm",
        SETTINGS,
        **tables,
        percentages=curve["percent"],
        protocol=protocol,
        threads=1,
    )
    parameters = {"segment": "30k", "classifier": "svm", "protocol": "study"}
    parameters["n_training_voices"] = 1
    predictions.write(path, predicted, tables["test"], parameters)
    return list(predictions.read_folds([path]))


@pytest.mark.parametrize(
    ("name", "unit", "n"), [("midterm", "utterance", 1236), ("code", "segment", 1696)]
)
def test_each_set_is_trained_and_tested_on_as_much_as_in_the_study(
    reproduced, curve, name, unit, n
):
    cases = [one for one in reproduced if one.feature_set == name]
    found = {one.percentage: one.n_training_utterances for one in cases}
    published = zip(curve["percent"], curve["n_training_utterances"], strict=True)
    assert found == dict(published)
    assert {(one.unit, one.main, one.predicted.shape) for one in cases} == {
        (unit, True, (1, n))
    }


@pytest.mark.parametrize(
    ("metric", "key"),
    [("f1_weighted_by_predictions", "published"), ("weighted_f1", "weighted_f1")],
)
@each_set
def test_all_points_of_the_published_curve_come_out(
    reproduced, curve, name, metric, key
):
    found = {
        one.percentage: metrics.scores(metrics.confusion(one.truth, one.predicted, 3))[
            metric
        ].item()
        for one in reproduced
        if one.feature_set == name
    }
    expected = dict(zip(curve["percent"], curve[f"{name}_{key}"], strict=True))
    assert len(expected) == 50
    assert found == pytest.approx(expected, abs=TOLERANCE, rel=0)
