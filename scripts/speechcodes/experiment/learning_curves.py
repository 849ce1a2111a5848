"""Train classifiers on ever more labelled utterances and predict the test split."""

from typing import NamedTuple

import numpy as np
from sklearn.ensemble import AdaBoostClassifier, RandomForestClassifier
from sklearn.metrics import f1_score, make_scorer
from sklearn.model_selection import (
    ParameterGrid,
    StratifiedGroupKFold,
    cross_val_score,
)
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from speechcodes.errors import InputError
from speechcodes.experiment.feature_sets import FeatureSet, averaged
from speechcodes.progress import Progress
from speechcodes.records import LABELS

CLASSIFIERS = {
    "svm": SVC,
    "knn": KNeighborsClassifier,
    "decision_tree": DecisionTreeClassifier,
    "random_forest": RandomForestClassifier,
    "adaboost": AdaBoostClassifier,
}


def draw(labels, percentage, seed, number):
    """Draw a share of the training utterances, stratified by class.

    Draws of one number are nested: a larger percentage contains a smaller one.

    Parameters
    ----------
    labels : np.ndarray, shape (n,), int
        Class of each training utterance.
    percentage : int
        Of each class' utterances, rounded, but at least one.
    seed, number : int
        Of the experiment and of the draw.

    Returns
    -------
    chosen : np.ndarray, int
        Sorted indices of the utterances drawn.
    """
    rng = np.random.default_rng([seed, number])
    chosen = []
    for label in np.unique(labels):
        of_class = rng.permutation(np.flatnonzero(labels == label))
        size = max(1, round(len(of_class) * percentage / 100))
        chosen.append(of_class[:size])
    return np.sort(np.concatenate(chosen))


def study_draw(labels, percentage):
    """Take a share of the training utterances as the published study did.

    Per class the first `int(n * share)` utterances in order: nothing is random. The
    share is a float, so that 70 % of 350 are 244.

    Parameters
    ----------
    labels : np.ndarray, shape (n,), int
    percentage : int

    Returns
    -------
    chosen : np.ndarray, int
        Sorted indices of the utterances taken.

    Raises
    ------
    InputError
        If the percentage is too small for one utterance of each class.
    """
    chosen = []
    for label in np.unique(labels):
        of_class = np.flatnonzero(labels == label)
        size = int(len(of_class) * (percentage / 100))
        if not size:
            raise InputError(
                "experiment.percentages, or autoencoders.trial.percentages: by the "
                f"study's rule {percentage} % of the {len(of_class)} {LABELS[label]} "
                "training utterances are none; leave out what is below one, or use "
                "protocol: robust, which keeps one"
            )
        chosen.append(of_class[:size])
    return np.sort(np.concatenate(chosen))


class Protocol(NamedTuple):
    """How training utterances are drawn and classifiers set up.

    Attributes
    ----------
    name : str
        `robust`: random nested draws, equal for all feature sets; ties of an SVM are
        broken by its decision values, which are averaged over an utterance's rows.
        `study`: `study_draw`, and classifiers exactly as the study had them.
    draws, seed : int
    tuning : dict, optional
        `folds`, and `grid`: settings to choose, and lists of their values.
    """

    name: str = "robust"
    draws: int = 1
    seed: int = 1
    tuning: dict | None = None

    def chosen(self, labels, percentage):
        """Return the utterances of every draw, as a list of arrays of indices."""
        if self.name == "study":
            return [study_draw(labels, percentage)] * self.draws
        return [draw(labels, percentage, self.seed, n) for n in range(self.draws)]


def classifier(name, settings, *, seed, threads, rows, protocol="robust"):
    """Return an untrained scikit-learn classifier.

    Parameters
    ----------
    name : str
        One of `CLASSIFIERS`.
    settings : dict
        Arguments of the class, and `standardise`: whether features get zero mean
        and unit variance first, as found in the training rows.
    seed, threads : int
        Used where the class takes a `random_state` and `n_jobs`.
    rows : int
        Number of training rows: k-NN cannot ask for more neighbours than that.
    protocol : str
    """
    arguments = {k: v for k, v in settings.items() if k != "standardise"}
    known = CLASSIFIERS[name]().get_params()
    extra = {"random_state": seed, "n_jobs": threads}
    arguments |= {key: value for key, value in extra.items() if key in known}
    if name == "knn":
        arguments["n_neighbors"] = min(arguments.get("n_neighbors", 5), rows)
    if name == "svm" and protocol != "study":
        # Makes predict() agree with the largest decision value, averaged below.
        arguments["break_ties"] = True
    model = CLASSIFIERS[name](**arguments)
    return make_pipeline(StandardScaler(), model) if settings["standardise"] else model


def tune(name, settings, training, speakers, *, grid, folds, seed, threads):
    """Choose settings by cross-validation that holds out whole speakers.

    The highest macro F1 wins, averaged over the folds of
    `sklearn.model_selection.StratifiedGroupKFold`; of equals the first.

    Parameters
    ----------
    name, settings, seed, threads
        See `classifier`.
    training : FeatureSet
        The rows of one draw, and no others.
    speakers : np.ndarray, shape (training utterances,)
        Of all utterances that the rows' indices point to.
    grid : dict
        Setting to list of values; every combination is tried.
    folds : int
        At most; fewer where there are fewer speakers.

    Returns
    -------
    settings : dict
        As given where a class has fewer than two speakers to divide.
    """
    groups = speakers[training.utterance]
    of_class = [groups[training.labels == k] for k in np.unique(training.labels)]
    fewest = min(len(np.unique(voices)) for voices in of_class)
    if fewest < 2:
        return settings
    division = StratifiedGroupKFold(min(folds, fewest), shuffle=True, random_state=seed)
    splits = list(division.split(training.features, training.labels, groups))
    rows = min(len(kept) for kept, _ in splits)
    macro_f1 = make_scorer(f1_score, average="macro", zero_division=0)
    candidates = [settings | chosen for chosen in ParameterGrid(grid)]
    scores = [
        cross_val_score(
            classifier(name, candidate, seed=seed, threads=threads, rows=rows),
            training.features,
            training.labels,
            cv=splits,
            scoring=macro_f1,
        ).mean()
        for candidate in candidates
    ]
    # What cannot learn from some fold, as it lacks a class there, does not win.
    return candidates[int(np.argmax(np.nan_to_num(scores, nan=-1)))]


def check_classes(labels, split, segment):
    """Raise InputError unless each class has an utterance left in the split."""
    for index, label in enumerate(LABELS):
        if index not in labels:
            raise InputError(
                f"the {split} split has no {label} utterance that gives a segment of "
                f"variant {segment} and has a row in every feature table: choose "
                f"shorter segments, short_signals: pad, a larger splits.sizes.{split}, "
                "or complete the tables"
            )


def predict(model, training, test, n_test):
    """Train on some rows and predict the class of test utterances and their rows.

    Parameters
    ----------
    model : scikit-learn classifier
    training, test : FeatureSet
        Each class 0, 1, 2 must occur in the training rows.
    n_test : int
        Number of test utterances.

    Returns
    -------
    per_utterance : np.ndarray, shape (test utterances,), int8, or None
        By the class probabilities (the decision values of an SVM) averaged over
        an utterance's rows; None where the rows' utterances are unknown.
    per_row : np.ndarray, shape (test rows,), int8
    """
    model.fit(training.features, training.labels)
    per_row = model.predict(test.features).astype(np.int8)
    if not test.has_utterances:
        return None, per_row
    if not test.has_segments:
        per_utterance = np.empty_like(per_row)
        per_utterance[test.utterance] = per_row
        return per_utterance, per_row
    probability = hasattr(model, "predict_proba")
    method = model.predict_proba if probability else model.decision_function
    scores = FeatureSet(method(test.features), test.utterance, test.labels)
    means = averaged(scores, n_test)
    return means.argmax(axis=1).astype(np.int8), per_row


class Predictions(NamedTuple):
    """What one feature set's classifiers predict.

    Attributes
    ----------
    per_utterance : np.ndarray, shape (draws, test utterances), int8, or None
    per_row : np.ndarray, shape (draws, test rows), int8
    settings : list of dict
        Of each draw's classifier.
    """

    per_utterance: np.ndarray | None
    per_row: np.ndarray
    settings: list


def predict_draws(name, settings, training, test, *, percentage, protocol, threads):
    """Train one classifier on every draw of a percentage, and predict the test split.

    Every feature set sees the same utterances of each draw.

    Parameters
    ----------
    name, settings
        See `classifier`.
    training, test : Split
    percentage : int
    protocol : Protocol
    threads : int

    Returns
    -------
    predictions : dict of str to Predictions
    n_training_utterances : int
        Of each draw.
    """
    chosen = protocol.chosen(training.labels, percentage)
    predictions, fitted = {}, 0
    progress = Progress(len(training.sets) * len(chosen), "draws of all feature sets")
    for kind, rows in training.sets.items():
        results = []
        for number, utterances in enumerate(chosen):
            drawn, own = rows.of(utterances), settings
            common = {"seed": protocol.seed + number, "threads": threads}
            if protocol.tuning:
                own = tune(
                    name,
                    settings,
                    drawn,
                    training.speakers,
                    **protocol.tuning,
                    **common,
                )
            model = classifier(
                name, own, rows=len(drawn.features), protocol=protocol.name, **common
            )
            predicted = predict(model, drawn, test.sets[kind], len(test.utterances))
            results.append((*predicted, own))
            fitted += 1
            progress.report(fitted)
        per_utterance, per_row, own = zip(*results, strict=True)
        whole = None if per_utterance[0] is None else np.array(per_utterance)
        predictions[kind] = Predictions(whole, np.array(per_row), list(own))
    return predictions, len(chosen[0])
