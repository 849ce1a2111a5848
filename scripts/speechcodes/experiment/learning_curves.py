"""Train classifiers on ever more labelled utterances and predict the test role."""

from itertools import product
from typing import NamedTuple

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.dummy import DummyClassifier

from speechcodes import names, progress
from speechcodes.errors import InputError
from speechcodes.experiment import classifiers
from speechcodes.experiment.draws import Protocol
from speechcodes.experiment.feature_sets import FeatureSet, RoleFeatures, averaged


def check_classes(found: RoleFeatures, role: str, segment: str) -> None:
    """Raise InputError unless each class has an utterance left in a role."""
    for index, label in enumerate(found.classes):
        if index not in found.labels:
            raise InputError(
                f"the {role} role has no {label} utterance that gives a segment of "
                f"variant {segment} and has a row in every feature table: choose "
                "shorter segments, short_signals: pad, fewer splits.folds or larger "
                f"splits.sizes.{role}, or complete the tables"
            )


def predict(
    model: BaseEstimator, training: FeatureSet, test: FeatureSet, n_test: int
) -> tuple[np.ndarray | None, np.ndarray]:
    """Train on some rows and predict the class of all test utterances and their rows.

    A class without training rows is never predicted, and a single class always.

    Returns
    -------
    per_utterance : np.ndarray, shape (test utterances,), int8, or None
        By the class probabilities (the decision values of an SVM) averaged over
        an utterance's rows; None where the rows' utterances are unknown.
    per_row : np.ndarray, shape (test rows,), int8
    """
    if len(np.unique(training.labels)) == 1:
        model = DummyClassifier()  # Many classifiers refuse a single class.
    model.fit(training.features, training.labels)
    return predicted(model, test, n_test)


def predicted(
    model: BaseEstimator, test: FeatureSet, n_test: int
) -> tuple[np.ndarray | None, np.ndarray]:
    """Return what a trained classifier predicts; see `predict`."""
    per_row = model.predict(test.features).astype(np.int8)
    if not test.has_utterances:
        return None, per_row
    if not test.has_segments:
        per_utterance = np.empty_like(per_row)
        per_utterance[test.utterance] = per_row
        return per_utterance, per_row
    scores = FeatureSet(_evidence(model, test.features), test.utterance, test.labels)
    means = averaged(scores, n_test)
    return model.classes_[means.argmax(axis=1)].astype(np.int8), per_row


def _evidence(model, features):
    """Probabilities or decision values of each class, shape (rows, classes)."""
    if hasattr(model, "predict_proba"):
        return model.predict_proba(features)
    values = model.decision_function(features)
    # Of two classes there is one value, positive for the second.
    return np.column_stack([-values, values]) if values.ndim == 1 else values


class Predictions(NamedTuple):
    """What one feature set's classifiers predict, each learned from one draw."""

    per_utterance: np.ndarray | None  # int8, shape (draws, test utterances)
    per_row: np.ndarray  # int8, shape (draws, test rows)
    settings: list  # of each draw's classifier
    #: The same of the halves of the training voices, one after the other.
    halves_per_utterance: np.ndarray | None  # int8, (2 * halvings, test utterances)
    halves_per_row: np.ndarray  # int8, shape (2 * halvings, test rows)


def set_up(
    name: str,
    settings: dict,
    drawn: FeatureSet,
    voices: np.ndarray,
    *,
    protocol: Protocol,
    number: int,
    threads: int,
    tune: bool = True,
) -> tuple[BaseEstimator, dict]:
    """Return the untrained classifier of a draw, and its settings, tuned if they are.

    Parameters
    ----------
    name, settings
        See `classifiers.build`.
    drawn : FeatureSet
        All that it may see.
    voices : np.ndarray of str, shape (training utterances,)
        See `classifiers.tune`.
    number : int
        Of the draw.
    """
    common = {"seed": protocol.seed + number, "threads": threads}
    if tune and protocol.tuning:
        settings = classifiers.tune(
            name, settings, drawn, voices, **protocol.tuning, **common
        )
    model = classifiers.build(
        name,
        settings,
        rows=len(drawn.features),
        blocks=drawn.blocks,
        protocol=protocol.name,
        **common,
    )
    return model, settings


def predict_draws(
    name: str,
    settings: dict,
    training: RoleFeatures,
    test: RoleFeatures,
    *,
    percentage: int,
    protocol: Protocol,
    threads: int,
) -> tuple[dict[str, Predictions], int]:
    """Train one classifier on every draw of a percentage, and predict the test role.

    Every feature set sees the same utterances of each draw, and of each half of the
    training voices, whose classifier has the settings of the draw of its number. Those
    that are self-trained see all others of the training role, or of the half, without
    their labels, see `classifiers.self_labelled`. For name and settings see
    `classifiers.build`.

    Returns
    -------
    predictions : dict of str to Predictions
        By feature set.
    n_training_utterances : int
        Of each draw.
    """
    draws = protocol.chosen(training.labels, percentage, training.classes)
    halves = protocol.halved(training.labels, training.voices, percentage)
    numbers = [*range(len(draws)), *(half // 2 for half in range(len(halves)))]
    everyone = [np.arange(len(training.labels))] * len(draws)
    heard = [*everyone, *protocol.halves_of(training.voices)]
    found = {kind: [] for kind in training.sets}
    steps = list(product(found, zip(numbers, [*draws, *halves], heard, strict=True)))
    for kind, (number, utterances, all_heard) in progress.each(
        steps, "draws of all feature sets"
    ):
        drawn, fitted = training.sets[kind].of(utterances), found[kind]
        halved = len(fitted) >= len(draws)
        model, own = set_up(
            name,
            fitted[number % len(draws)][-1] if halved else settings,
            drawn,
            training.voices,
            protocol=protocol,
            number=number,
            threads=threads,
            tune=not halved,
        )
        if names.is_self_trained(kind):
            rest = training.sets[kind].of(np.setdiff1d(all_heard, utterances))
            drawn = classifiers.self_labelled(model, drawn, rest.features)
        predicted = predict(model, drawn, test.sets[kind], len(test.utterances))
        fitted.append((*predicted, own))
    predictions = {
        kind: _together(fitted, len(draws)) for kind, fitted in found.items()
    }
    return predictions, len(draws[0])


def _together(fitted, draws):
    """The `Predictions` of some draws, and of halves that stand after them."""
    per_utterance, per_row, settings = zip(*fitted, strict=True)
    rows = np.array(per_row)
    of_draws, of_halves = None, None
    if per_utterance[0] is not None:
        of_draws, of_halves = np.split(np.array(per_utterance), [draws])
    return Predictions(
        of_draws, rows[:draws], list(settings[:draws]), of_halves, rows[draws:]
    )
