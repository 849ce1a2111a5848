"""Trials score codes as the experiment would, on its draws."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import f1_score, recall_score

from speechcodes.experiment import learning_curves, trial
from speechcodes.experiment.draws import Protocol
from speechcodes.experiment.feature_sets import Rows, gather
from speechcodes.records import VALENCE

RNG = np.random.default_rng(0)
CLASSIFIERS = {
    "svm": {"C": 1, "standardise": True},
    "random_forest": {"n_estimators": 5, "standardise": False},
}


def made(role, classes, n=6):
    """Codes of two segments of each utterance of a role."""
    k = len(classes)
    names = [f"{role}{i:02}" for i in range(k * n)]
    table = pd.DataFrame({"utterance": names, "label": np.repeat(classes, n)})
    table["voice"] = "utterance " + table["utterance"]
    rows = np.repeat(np.arange(k * n), 2)
    features = RNG.normal(size=(len(rows), 3)) + rows[:, None] // n
    codes = Rows(features, np.array(names, object)[rows])
    return gather({"code": codes}, ["code"], table, classes)


def roles(classes=VALENCE):
    return [made(role, classes) for role in "ab"]


def protocols(**settings):
    return {name: Protocol(**settings) for name in CLASSIFIERS}


def test_a_row_for_each_classifier_percentage_and_draw():
    found = trial.scores(*roles(), CLASSIFIERS, protocols(draws=2), [50, 100])
    assert list(found) == trial.COLUMNS
    keys = found[["classifier", "percentage", "draw"]].values.tolist()
    assert keys == [
        [name, percentage, draw]
        for name in CLASSIFIERS
        for percentage in (50, 100)
        for draw in (0, 1)
    ]


@pytest.mark.parametrize("name", ["robust", "study"])
@pytest.mark.parametrize("classes", [VALENCE, ("no", "yes"), ("a", "b", "c", "d")])
def test_scores_are_those_of_the_experiments_predictions(name, classes):
    training, test = roles(classes)
    protocol = Protocol(name, draws=2 if name == "robust" else 1, seed=4)
    one = {"svm": CLASSIFIERS["svm"]}
    found = trial.scores(training, test, one, {"svm": protocol}, [50])
    options = {"percentages": [50], "protocol": protocol, "threads": 1}
    predicted, _ = learning_curves.predict_draws(
        "svm", one["svm"], training, test, **options
    )[50]
    truth, guesses = test.labels, predicted["code"].per_utterance
    if name == "study":
        truth, guesses = test.sets["code"].labels, predicted["code"].per_row
    expected = [f1_score(truth, guess, average="macro") for guess in guesses]
    assert found["macro_f1"].tolist() == pytest.approx(expected)
    expected = [recall_score(truth, guess, average="macro") for guess in guesses]
    assert found["uar"].tolist() == pytest.approx(expected)
