"""Train classifiers on ever more labelled utterances and predict the test role."""

from collections import defaultdict
from collections.abc import Sequence
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


class Drawn(NamedTuple):
    """What is learned from at one point of a learning curve: a draw, or a half."""

    percentage: int
    number: int  # of the draw, or of the halving
    utterances: np.ndarray  # int: indices of those with a label
    heard: np.ndarray  # int: indices of all that self-training may hear


def draws_of(
    training: RoleFeatures, percentage: int, protocol: Protocol
) -> list[Drawn]:
    """Return the draws of a percentage, and after them the halves of the voices."""
    labels, voices = training.labels, training.voices
    draws = protocol.chosen(labels, percentage, training.classes)
    halves = protocol.halved(labels, voices, percentage)
    numbers = [*range(len(draws)), *(half // 2 for half in range(len(halves)))]
    heard = [np.arange(len(labels))] * len(draws) + protocol.halves_of(voices)
    learned = zip(numbers, [*draws, *halves], heard, strict=True)
    return [Drawn(percentage, *one) for one in learned]


def predict_draws(
    name: str,
    settings: dict,
    training: RoleFeatures,
    test: RoleFeatures,
    *,
    percentages: Sequence[int],
    protocol: Protocol,
    threads: int,
) -> dict[int, tuple[dict[str, Predictions], int]]:
    """Train one classifier on all draws of some percentages, and predict the test role.

    Every feature set sees the same utterances of each draw, and of each half of the
    training voices, whose classifier has the settings of the draw of its number. Those
    that are self-trained see all others of the training role, or of the half, without
    their labels, see `classifiers.self_labelled`. For name and settings see
    `classifiers.build`.

    What would be learned twice is learned once. From 50 % on, the halves of the voices
    give all they have, whatever the percentage; and at 100 %, draws differ in their
    seeds alone, which most classifiers do not use.

    Returns
    -------
    dict
        Percentage to the predictions, by feature set, and the number of utterances of
        each draw.
    """
    drawn = {each: draws_of(training, each, protocol) for each in percentages}
    fitted, known = defaultdict(list), {}
    steps = [
        (kind, one) for of in drawn.values() for kind in training.sets for one in of
    ]
    for kind, one in progress.each(steps, "draws of all feature sets"):
        done = fitted[one.percentage, kind]
        halved = len(done) >= protocol.draws
        rows = training.sets[kind].of(one.utterances)
        model, own = set_up(
            name,
            done[one.number % protocol.draws][-1] if halved else settings,
            rows,
            training.voices,
            protocol=protocol,
            number=one.number,
            threads=threads,
            tune=not halved,
        )
        seed = one.number if names.CLASSIFIERS[name].random else None
        key = kind, seed, str(own), one.utterances.tobytes(), one.heard.tobytes()
        if key not in known:
            if names.is_self_trained(kind):
                rest = training.sets[kind].of(np.setdiff1d(one.heard, one.utterances))
                rows = classifiers.self_labelled(model, rows, rest.features)
            known[key] = predict(model, rows, test.sets[kind], len(test.utterances))
        done.append((*known[key], own))
    return {
        percentage: (
            {
                kind: _together(fitted[percentage, kind], protocol.draws)
                for kind in training.sets
            },
            len(of[0].utterances),
        )
        for percentage, of in drawn.items()
    }


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
