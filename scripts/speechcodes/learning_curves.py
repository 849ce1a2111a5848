"""Train classifiers on ever more labelled utterances and predict the test split."""

from dataclasses import dataclass

import numpy as np
from sklearn.ensemble import AdaBoostClassifier, RandomForestClassifier
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from speechcodes.errors import InputError
from speechcodes.records import LABELS

CLASSIFIERS = {
    "svm": SVC,
    "knn": KNeighborsClassifier,
    "decision_tree": DecisionTreeClassifier,
    "random_forest": RandomForestClassifier,
    "adaboost": AdaBoostClassifier,
}


@dataclass
class FeatureSet:
    """The features of one split: one or several rows for each utterance.

    Attributes
    ----------
    features : np.ndarray, shape (rows, dimensions)
    utterance : np.ndarray, shape (rows,)
        Index of each row's utterance in the list of the split's utterances.
    """

    features: np.ndarray
    utterance: np.ndarray

    def of(self, utterances):
        """Return features and utterances of the rows that belong to some."""
        rows = np.isin(self.utterance, utterances)
        return self.features[rows], self.utterance[rows]


@dataclass
class Split:
    """The utterances of one split that every feature set has.

    Attributes
    ----------
    utterances : np.ndarray, shape (n,)
        Sorted ids.
    labels : np.ndarray, shape (n,), int
        Classes, as indices into `records.LABELS`.
    sets : dict of str to FeatureSet
    """

    utterances: np.ndarray
    labels: np.ndarray
    sets: dict


def gather(sets, class_of):
    """Return the `Split` of what all feature sets have in common.

    Parameters
    ----------
    sets : dict
        Name to features (rows, dimensions) and the utterance (rows,) of each row.
    class_of : dict
        Utterance to class.
    """
    utterances = common_utterances(*(ids for _, ids in sets.values()))
    return Split(
        utterances,
        np.array([class_of[u] for u in utterances], dtype=int),
        {n: feature_set(*rows, utterances) for n, rows in sets.items()},
    )


def common_utterances(*ids):
    """Return the sorted ids that all arrays of ids hold.

    Only utterances that every feature set has can be compared: one too short
    for a segment has mid-term features but no code.
    """
    common = set(ids[0]).intersection(*ids[1:])
    return np.array(sorted(common), dtype=object)


def feature_set(features, ids, utterances):
    """Return the `FeatureSet` of the rows whose id is among some utterances.

    Parameters
    ----------
    features : np.ndarray, shape (rows, dimensions)
    ids : np.ndarray, shape (rows,)
        Utterance of each row.
    utterances : np.ndarray, shape (n,)
        Sorted ids.
    """
    index = {utterance: i for i, utterance in enumerate(utterances)}
    positions = np.array([index.get(i, -1) for i in ids], dtype=int)
    return FeatureSet(features[positions >= 0], positions[positions >= 0])


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


def classifier(name, settings, *, seed, threads, rows):
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
    """
    arguments = {k: v for k, v in settings.items() if k != "standardise"}
    known = CLASSIFIERS[name]().get_params()
    extra = {"random_state": seed, "n_jobs": threads}
    arguments |= {key: value for key, value in extra.items() if key in known}
    if name == "knn":
        arguments["n_neighbors"] = min(arguments.get("n_neighbors", 5), rows)
    if name == "svm":
        # Makes predict() agree with the largest decision value, averaged below.
        arguments["break_ties"] = True
    model = CLASSIFIERS[name](**arguments)
    return make_pipeline(StandardScaler(), model) if settings["standardise"] else model


def check_classes(labels, split, segment):
    """Raise InputError unless each class has an utterance left in the split."""
    for index, label in enumerate(LABELS):
        if index not in labels:
            raise InputError(
                f"the {split} split has no {label} utterance that gives a segment of "
                f"variant {segment}: choose shorter segments, short_signals: pad, or "
                f"a larger splits.sizes.{split}"
            )


def predict(model, training, labels, test):
    """Train on some rows and predict the class of test utterances and their rows.

    Parameters
    ----------
    model : scikit-learn classifier
    training : tuple of np.ndarray
        Features (rows, dimensions) and the utterance of each row.
    labels : np.ndarray, shape (training utterances,)
        Classes 0, 1, 2 of the training utterances; each must occur in the rows.
    test : FeatureSet

    Returns
    -------
    per_utterance : np.ndarray, shape (test utterances,), int8
        By the class probabilities (the decision values of an SVM) averaged over
        an utterance's rows.
    per_row : np.ndarray, shape (test rows,), int8
    """
    features, utterance = training
    model.fit(features, labels[utterance])
    probability = hasattr(model, "predict_proba")
    method = model.predict_proba if probability else model.decision_function
    scores = method(test.features)
    sums = np.zeros((test.utterance.max() + 1, scores.shape[1]))
    np.add.at(sums, test.utterance, scores)
    means = sums / np.bincount(test.utterance)[:, None]
    return means.argmax(axis=1).astype(np.int8), scores.argmax(axis=1).astype(np.int8)


def predict_draws(name, settings, training, test, *, percentage, draws, seed, threads):
    """Train one classifier on every draw of a percentage, and predict the test split.

    Every feature set sees the same utterances of each draw.

    Parameters
    ----------
    name, settings
        See `classifier`.
    training, test : Split
    percentage, draws, seed, threads : int

    Returns
    -------
    predictions : dict
        Feature set to its predictions, (draws, utterances) and (draws, rows), int8.
    n_training_utterances : int
        Of each draw.
    """
    chosen = [draw(training.labels, percentage, seed, n) for n in range(draws)]
    predictions = {}
    for kind, rows in training.sets.items():
        pairs = []
        for number, utterances in enumerate(chosen):
            drawn = rows.of(utterances)
            model = classifier(
                name, settings, seed=seed + number, threads=threads, rows=len(drawn[1])
            )
            pairs.append(predict(model, drawn, training.labels, test.sets[kind]))
        predictions[kind] = tuple(np.array(part) for part in zip(*pairs, strict=True))
    return predictions, len(chosen[0])
