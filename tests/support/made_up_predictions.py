"""Made-up predictions, and how scikit-learn scores them."""

import numpy as np
from sklearn.metrics import accuracy_score, f1_score, recall_score

from speechcodes.experiment.predictions import Predicted
from speechcodes.records import VALENCE


def predicted(truth, guesses, speakers=None, **columns):
    """Return predictions of utterances of some speakers, or of one each."""
    n = len(truth)
    speakers = range(n) if speakers is None else speakers
    defaults = {
        "feature_set": "midterm",
        "classifier": "svm",
        "percentage": 100,
        "n_training_utterances": 300,
        "unit": "utterance",
        "main": True,
        "truth": np.array(truth),
        "utterance": np.arange(n),
        "speaker": np.array([f"speaker {s}" for s in speakers], object),
        "predicted": np.array(guesses),
        "classes": VALENCE,
    }
    return Predicted(**defaults | columns)


def sklearn_scores(truth, guess, n_classes=3):
    """Return {metric: score}, in the order of `METRICS`."""
    f1 = {"labels": range(n_classes), "zero_division": 0}
    there = np.unique(truth)
    uar = recall_score(truth, guess, labels=there, average="macro", zero_division=0)
    return {
        "weighted_f1": f1_score(truth, guess, average="weighted", **f1),
        "macro_f1": f1_score(truth, guess, average="macro", **f1),
        "uar": uar,
        "accuracy": accuracy_score(truth, guess),
        # As the published study called it: the prediction in the place of the truth.
        "f1_weighted_by_predictions": f1_score(guess, truth, average="weighted", **f1),
    }
