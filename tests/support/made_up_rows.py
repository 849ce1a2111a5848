"""Made-up rows of features of some classes and speakers, and how to classify them.

What the package does with them is held against scikit-learn used directly.
"""

from dataclasses import replace

import numpy as np
from sklearn.ensemble import AdaBoostClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, StratifiedGroupKFold
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from speechcodes.experiment import classifiers
from speechcodes.experiment.feature_sets import FeatureSet, RoleFeatures
from speechcodes.records import VALENCE

#: Class and settings other than the defaults of scikit-learn, for each classifier.
CLASSIFIERS = {
    "svm": (SVC, {"C": 3, "kernel": "rbf", "gamma": 0.2, "class_weight": "balanced"}),
    "knn": (KNeighborsClassifier, {"n_neighbors": 3, "weights": "distance"}),
    "decision_tree": (
        DecisionTreeClassifier,
        {"max_depth": 4, "min_samples_leaf": 2, "class_weight": "balanced"},
    ),
    "random_forest": (RandomForestClassifier, {"n_estimators": 7, "max_depth": 3}),
    "adaboost": (AdaBoostClassifier, {"n_estimators": 6, "learning_rate": 0.5}),
    "logistic_regression": (LogisticRegression, {"C": 0.3, "max_iter": 500}),
}
#: Settings to start from, and a grid that leaves some of them, for some classifiers.
GRIDS = {
    "svm": ({"kernel": "rbf", "C": 0.5}, {"C": [0.05, 1, 50], "gamma": [0.01, 0.5]}),
    "knn": ({"weights": "distance"}, {"n_neighbors": [1, 4, 9]}),
    # One feature at a time, so that the random state matters.
    "decision_tree": ({"max_features": 1}, {"max_depth": [1, 2, 4, 8, 16]}),
}


def make(name, arguments=None, *, standardise=False, seed=5, **options):
    """Return a classifier of the package with the settings above, or with others."""
    arguments = CLASSIFIERS[name][1] if arguments is None else arguments
    given_settings = {**arguments, "standardise": standardise}
    options = {"threads": 1, "rows": 100} | options
    return classifiers.build(name, given_settings, seed=seed, **options)


def by_hand(name, seed=5):
    """Return the same classifier, made without the package."""
    kind, arguments = CLASSIFIERS[name]
    extra = {"random_state": seed} if "random_state" in kind().get_params() else {}
    if name == "svm":
        extra["break_ties"] = True
    return kind(**arguments, **extra)


def data(utterances, rows_each, seed, dimensions=5, n_classes=3):
    """Return rows of overlapping classes, in any order."""
    rng = np.random.default_rng(seed)
    labels = np.arange(utterances) % n_classes
    utterance = rng.permutation(np.repeat(np.arange(utterances), rows_each))
    features = rng.normal(size=(len(utterance), dimensions))
    features[:, 0] += labels[utterance]
    return FeatureSet(features, utterance, labels[utterance])


def role_of(speakers=None, classes=VALENCE, **sets):
    """Return a role of these sets; every utterance has its speaker unless given."""
    n = max(rows.utterance.max() for rows in sets.values()) + 1
    ids = np.array([f"u{i:03}" for i in range(n)], dtype=object)
    speakers = ids if speakers is None else speakers
    return RoleFeatures(ids, np.arange(n) % len(classes), speakers, sets, classes)


def voiced(n_speakers, each, seed):
    """Return rows of speakers who say all classes, and each utterance's speaker.

    Two rows per utterance; speakers differ a lot.
    """
    rng = np.random.default_rng(seed)
    rows = data(3 * n_speakers * each, 2, seed, dimensions=4)
    speaker = rng.permutation(np.repeat(np.arange(n_speakers), 3 * each).reshape(-1, 3))
    # Three utterances in turn are of the three classes.
    speaker = speaker.ravel()
    voices = rng.normal(size=(n_speakers, 4))
    features = rows.features + voices[speaker][rows.utterance]
    names = np.array([f"speaker {i}" for i in speaker], dtype=object)
    return replace(rows, features=features), names


def chosen_by_sklearn(name, rows, cv, *, grid=None, seed=0, standardise=False):
    """Return what scikit-learn's own search chooses."""
    settings, own_grid = GRIDS[name]
    model = CLASSIFIERS[name][0](**settings)
    known = model.get_params()
    extra = {"random_state": seed, "break_ties": True}
    model.set_params(**{k: v for k, v in extra.items() if k in known})
    step = type(model).__name__.lower()
    if standardise:
        model = make_pipeline(StandardScaler(), model)
    search = GridSearchCV(
        model,
        {
            f"{step}__{k}" if standardise else k: v
            for k, v in (grid or own_grid).items()
        },
        scoring="f1_macro",
        cv=cv,
        refit=False,
    ).fit(rows.features, rows.labels)
    best = {k.removeprefix(f"{step}__"): v for k, v in search.best_params_.items()}
    return settings | best | {"standardise": standardise}


def speaker_folds(rows, speakers, n, seed):
    """Divide rows so that no speaker is on both sides."""
    division = StratifiedGroupKFold(n, shuffle=True, random_state=seed)
    return list(division.split(rows.features, rows.labels, speakers[rows.utterance]))
