"""Trials score codes as the experiment would, on its draws."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import f1_score, recall_score

from speechcodes.experiment import learning_curves, trial
from speechcodes.experiment.feature_sets import Rows
from speechcodes.experiment.learning_curves import Protocol
from speechcodes.records import LABELS

RNG = np.random.default_rng(0)
CLASSIFIERS = {
    "svm": {"C": 1, "standardise": True},
    "random_forest": {"n_estimators": 5, "standardise": False},
}


def made(split, n=6, without=()):
    """Codes of two segments of each utterance, and the table of the utterances."""
    names = [f"{split}{i:02}" for i in range(3 * n)]
    label = np.repeat(LABELS, n)
    table = pd.DataFrame(
        {"utterance": names, "label": label, "speaker": "", "session": ""}
    )
    rows = np.repeat(np.arange(3 * n), 2)
    features = RNG.normal(size=(len(rows), 3)) + rows[:, None] // n
    owner = np.array(names, object)[rows]
    kept = ~np.isin(owner, without)
    return Rows(features[kept], owner[kept]), table


def splits(**settings):
    return [trial.split(*made(s, **settings)[:1], "code", made(s)[1]) for s in "ab"]


def protocols(**settings):
    return {name: Protocol(**settings) for name in CLASSIFIERS}


def test_a_row_for_each_classifier_percentage_and_draw():
    found = trial.scores(*splits(), CLASSIFIERS, protocols(draws=2), [50, 100])
    assert list(found) == trial.COLUMNS
    keys = found[["classifier", "percentage", "draw"]].values.tolist()
    assert keys == [
        [name, percentage, draw]
        for name in CLASSIFIERS
        for percentage in (50, 100)
        for draw in (0, 1)
    ]


@pytest.mark.parametrize("name", ["robust", "study"])
def test_scores_are_those_of_the_experiments_predictions(name):
    training, test = splits()
    protocol = Protocol(name, draws=2 if name == "robust" else 1, seed=4)
    one = {"svm": CLASSIFIERS["svm"]}
    found = trial.scores(training, test, one, {"svm": protocol}, [50])
    predicted, _ = learning_curves.predict_draws(
        "svm", one["svm"], training, test, percentage=50, protocol=protocol, threads=1
    )
    truth, guesses = test.labels, predicted["code"].per_utterance
    if name == "study":
        truth, guesses = test.sets["code"].labels, predicted["code"].per_row
    expected = [f1_score(truth, guess, average="macro") for guess in guesses]
    assert found["macro_f1"].tolist() == pytest.approx(expected)
    expected = [recall_score(truth, guess, average="macro") for guess in guesses]
    assert found["uar"].tolist() == pytest.approx(expected)


def test_utterances_without_a_code_do_not_count():
    rows, table = made("a", without=["a00", "a07"])
    found = trial.split(rows, "code", table)
    assert len(found.utterances) == 16 and "a07" not in found.utterances
    assert found.labels.tolist() == [0] * 5 + [1] * 5 + [2] * 6
