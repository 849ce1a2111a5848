"""Which utterances to label next, and whether choosing them beats labelling at random.

**Choice.** The classifier that was best in the experiment says of each utterance how
unsure it is: one minus the margin between its two most probable classes (Scheffer et
al., 2001, "Active hidden Markov models for information extraction", IDA). Utterances
are put into as many clusters as shall be labelled, by k-means that weighs them by that,
and the one in the middle of each cluster is chosen: uncertain ones that differ from
each other (Prabhu et al., 2021, "Active domain adaptation via clustering
uncertainty-weighted embeddings", ICCV). No label of what is chosen from is looked at.

**Whether it helps** is tried on speech whose labels are known: from each draw of a
percentage, up to the next percentage, by choice and at random.
"""

import logging
from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator
from sklearn.cluster import KMeans

from speechcodes import names, progress
from speechcodes.experiment import bootstrap, classifiers, comparison
from speechcodes.experiment.comparison import AREA
from speechcodes.experiment.draws import Protocol
from speechcodes.experiment.feature_sets import FeatureSet, RoleFeatures, averaged
from speechcodes.experiment.learning_curves import Predictions, predict, set_up
from speechcodes.experiment.predictions import Predicted

logger = logging.getLogger(__name__)

#: What the two ways to choose are called; the first is what the other is held against.
WAYS = RANDOM, CHOSEN = "random", "chosen"
#: Of the table that tells whether choosing helps.
COLUMNS = ["feature_set", "classifier", "labelled", "percentage"]
COLUMNS += ["n_training_utterances", "metric", *WAYS, "difference"]
COLUMNS += ["low", "high", "simultaneous_low", "simultaneous_high", "p"]
#: Clusters at most: from more utterances than that, several of a cluster are taken.
MOST_CLUSTERS = 500
#: Weight of an utterance that a classifier is certain of.
LEAST_WEIGHT = 1e-6


def probabilities(
    model: BaseEstimator, known: FeatureSet, asked: FeatureSet
) -> np.ndarray:
    """Return the probability of each class that is known, of utterances asked for.

    Parameters
    ----------
    model : BaseEstimator
        Untrained; see `classifiers.with_probabilities`.
    known : FeatureSet
        Rows to train on.
    asked : FeatureSet
        Rows of the utterances; probabilities are averaged over an utterance's.

    Returns
    -------
    np.ndarray, shape (utterances, classes)
        In the order of the utterances' indices. NaN if the classifier tells none.
    """
    owners, owner = np.unique(asked.utterance, return_inverse=True)
    if not classifiers.tells_probabilities(model, known.labels):
        return np.full((len(owners), len(np.unique(known.labels))), np.nan)
    model = classifiers.with_probabilities(model, known.labels)
    model.fit(known.features, known.labels)
    rows = FeatureSet(model.predict_proba(asked.features), owner, asked.labels)
    return averaged(rows, len(owners))


def uncertainty(found: np.ndarray) -> np.ndarray:
    """Return one minus the margin between the two most probable classes, shape (n,).

    Where there are no probabilities nothing is certain.

    >>> uncertainty(np.array([[0.5, 0.25, 0.25], [0, 1, 0], [np.nan] * 3])).tolist()
    [0.75, 0.0, 1.0]
    """
    *_, second, first = np.sort(found, axis=1).T
    return np.nan_to_num(1 - (first - second), nan=1.0)


def by_choice(
    features: np.ndarray, unsure: np.ndarray, batch: int, seed: int
) -> np.ndarray:
    """Put utterances into the order in which labelling them should help most.

    Parameters
    ----------
    features : np.ndarray, shape (n, dimensions)
        Of equal scale.
    unsure : np.ndarray, shape (n,)
        From 0 to 1; see `uncertainty`.
    batch : int
        How many are labelled before the order is made anew: into as many clusters the
        utterances are put, `MOST_CLUSTERS` at most. May be 0: where labels are few,
        two percentages are the same draw, as each has one utterance of each class.

    Returns
    -------
    np.ndarray, int, shape (n,)
        Indices: first that in the middle of each cluster, then the second of each, and
        so on, each time the least certain first.
    """
    clusters = max(1, min(batch, MOST_CLUSTERS, len(features)))
    found = KMeans(clusters, n_init=1, random_state=seed)
    found.fit(features, sample_weight=unsure + LEAST_WEIGHT)
    away = np.linalg.norm(features - found.cluster_centers_[found.labels_], axis=1)
    place = pd.Series(away).groupby(found.labels_).rank(method="first")
    return np.lexsort((-unsure, place))


def at_random(n: int, seed: int) -> np.ndarray:
    """Return the indices of n utterances in a random order, int, shape (n,)."""
    return np.random.default_rng([seed, n]).permutation(n)


def within_budget(
    order: np.ndarray, voices: np.ndarray, most: int | None
) -> np.ndarray:
    """Move what is more than so many utterances of one voice to the end of an order.

    >>> within_budget(np.array([2, 0, 1]), np.array(["a", "b", "a"]), 1).tolist()
    [2, 1, 0]
    """
    if most is None:
        return order
    ordered = pd.Series(voices[order].astype(str))
    before = ordered.groupby(ordered).cumcount()
    return order[np.argsort(before >= most, kind="stable")]


def simulate(
    name: str,
    settings: dict,
    training: RoleFeatures,
    test: RoleFeatures,
    *,
    feature_set: str,
    step: tuple[int, int],
    protocol: Protocol,
    most_per_speaker: int | None = None,
    threads: int = 1,
) -> tuple[dict[str, Predictions], int]:
    """Label from one percentage to another in both ways, and predict the test role.

    Draws are those of the experiment, and so are the settings of classifiers, which are
    tuned anew with what is added.

    Returns
    -------
    predictions : dict of str to Predictions
        By way to choose, `RANDOM` and `CHOSEN`; without halves.
    n_training_utterances : int
        After the step.
    """
    rows, tested = training.sets[feature_set], test.sets[feature_set]
    n, n_test = len(training.labels), len(test.utterances)
    found = {way: [] for way in WAYS}
    draws = protocol.chosen(training.labels, step[0], training.classes)
    wanted = max(round(n * step[1] / 100), len(draws[0]))
    for number, drawn in progress.each(list(enumerate(draws)), "draws"):
        common = {"protocol": protocol, "number": number, "threads": threads}
        seed, rest = protocol.seed + number, np.setdiff1d(np.arange(n), drawn)
        known, asked, voices = rows.of(drawn), rows.of(rest), training.voices[rest]
        model, _ = set_up(name, settings, known, training.voices, **common)
        orders = {
            RANDOM: at_random(len(rest), seed),
            CHOSEN: _chosen(model, known, asked, wanted - len(drawn), seed),
        }
        for way, order in orders.items():
            order = within_budget(order, voices, most_per_speaker)
            added = rest[order[: wanted - len(drawn)]]
            learned = rows.of(np.concatenate([drawn, added]))
            model, own = set_up(name, settings, learned, training.voices, **common)
            found[way].append((*predict(model, learned, tested, n_test), own))
    return {way: _without_halves(fitted) for way, fitted in found.items()}, wanted


def _chosen(model, known, asked, batch, seed):
    """The order `by_choice` of the utterances asked for."""
    unsure = uncertainty(probabilities(model, known, asked))
    return by_choice(_of_equal_scale(asked), unsure, batch, seed)


def _of_equal_scale(rows):
    """Each utterance's features, averaged over its rows and scaled as for an SVM."""
    owners, owner = np.unique(rows.utterance, return_inverse=True)
    means = averaged(FeatureSet(rows.features, owner, rows.labels), len(owners))
    return classifiers.Scaler(rows.blocks).fit_transform(means)


def _without_halves(fitted):
    """The `Predictions` of some draws."""
    per_utterance, per_row, settings = zip(*fitted, strict=True)
    whole = None if per_utterance[0] is None else np.array(per_utterance)
    rows = np.array(per_row)
    return Predictions(
        whole, rows, list(settings), None if whole is None else whole[:0], rows[:0]
    )


def table(
    predicted: Iterable[Predicted],
    feature_set: str,
    steps: Mapping[int, int],
    *,
    resamples: int,
    seed: int,
) -> pd.DataFrame:
    """Compare both ways to choose, over all folds of a segment variant.

    Intervals are for other test speakers and draws, with these training speakers.

    Parameters
    ----------
    predicted : iterable of Predicted
        Of all steps of `simulate`, with the ways in the place of feature sets.
    feature_set : str
        That all of them have.
    steps : dict of int to int
        Percentage to what it was before.

    Returns
    -------
    pd.DataFrame
        A row per step and metric: percentage, what it was before (`labelled`), both
        scores, and their difference as in `comparison.Statistics`. The percentage 0
        stands for the mean over all steps, on a logarithmic axis.
    """
    # A single shuffle, as the level of chance is of no interest here.
    found = comparison.compare(predicted, resamples=resamples, shuffles=1, seed=seed)
    scores = found.intervals[found.intervals["main"]].pivot(
        index=["percentage", "n_training_utterances", "metric"],
        columns="feature_set",
        values="score",
    )
    scores = scores.reset_index()
    areas = found.areas.assign(percentage=AREA)
    rows = pd.concat([found.differences, areas], ignore_index=True)
    rows = rows.merge(pd.concat([scores, _means(scores)]), on=["percentage", "metric"])
    rows["labelled"] = rows["percentage"].map({**steps, AREA: AREA})
    rows["feature_set"] = feature_set
    return rows[COLUMNS]


def _means(scores):
    """Rows of the mean scores over all steps."""
    found = []
    for metric, rows in scores.groupby("metric", sort=False):
        weights = bootstrap.area_weights(rows["percentage"].to_list())
        means = {way: weights @ rows[way] for way in WAYS}
        mean = {"percentage": AREA, "n_training_utterances": 0, "metric": metric}
        found.append(mean | means)
    return pd.DataFrame(found)


def is_better(table: pd.DataFrame, metric: str) -> bool:
    """Tell whether choosing beats labelling at random, beyond chance.

    The mean over all steps is asked: the interval of its difference must lie above
    zero. Takes a `table`.
    """
    rows = table[(table["metric"] == metric) & (table["percentage"] == AREA)]
    return bool((rows["low"] > 0).any())


def can_be_listed(table: pd.DataFrame, feature_set: str) -> pd.DataFrame:
    """Leave out utterances that a feature set cannot be computed of.

    Those of nobody known, where it is normalised per speaker. Takes and returns a table
    of a role with a column voice.
    """
    if not names.is_per_speaker(feature_set):
        return table
    is_unknown = table["voice"].str.startswith("utterance ")
    if is_unknown.any():
        logger.warning(
            "%d utterances are not listed: nobody knows who speaks, and %s needs that",
            is_unknown.sum(),
            feature_set,
        )
    return table[~is_unknown]


def listed(
    name: str,
    settings: dict,
    known: RoleFeatures,
    unlabelled: RoleFeatures,
    *,
    feature_set: str,
    protocol: Protocol,
    better: bool,
    batch: int,
    most_per_speaker: int | None = None,
    threads: int = 1,
) -> pd.DataFrame:
    """List the utterances without a label in the order in which to label them.

    Parameters
    ----------
    name, settings
        See `classifiers.build`.
    known, unlabelled : RoleFeatures
        With the feature set.
    better : bool
        Whether choosing beats labelling at random; if not, the order is random.
    batch : int
        See `by_choice`.
    most_per_speaker : int, optional
        See `within_budget`.

    Returns
    -------
    pd.DataFrame
        rank, from 1; utterance; the class predicted, its probability and how unsure
        that is, from 0 to 1, see `uncertainty`; and how the utterance was taken,
        `RANDOM` or `CHOSEN`. No probability where a class has too few labels for one.
    """
    columns = ["rank", "utterance", "predicted", "probability", "uncertainty", "taken"]
    if not len(unlabelled.utterances):
        return pd.DataFrame(columns=columns)
    (everything, *_) = protocol.chosen(known.labels, 100, known.classes)
    rows, asked = known.sets[feature_set].of(everything), unlabelled.sets[feature_set]
    model, _ = set_up(
        name, settings, rows, known.voices, protocol=protocol, number=0, threads=threads
    )
    found = probabilities(model, rows, asked)
    unsure = uncertainty(found)
    if better:
        order = by_choice(_of_equal_scale(asked), unsure, batch, protocol.seed)
    else:
        order = at_random(len(unsure), protocol.seed)
    order = within_budget(order, unlabelled.voices, most_per_speaker)
    predicted, _ = predict(model, rows, asked, len(unsure))
    values = (
        np.arange(1, len(order) + 1),
        unlabelled.utterances[order],
        np.array(known.classes)[predicted[order]],
        found.max(axis=1)[order],
        unsure[order],
        CHOSEN if better else RANDOM,
    )
    return pd.DataFrame(dict(zip(columns, values, strict=True)))
