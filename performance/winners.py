"""How often intervals hold the truth, and how often a winner is named where there is
none: two feature sets that are noisy copies of the same speech, equally good, learned
from and tested on simulated speakers, by the SVM and k-NN, with the code of the
workflow. Winners: shares of runs that name one, in the primary comparison (codes by the
SVM) or in all others together; at most 5 % is the goal for each. Coverage: of the 95 %
intervals of areas between two curves, and of the scores of one set. Before: without
halvings, for these training speakers alone.

    PYTHONPATH=scripts .venv/bin/python performance/winners.py [runs [row]]
"""

import sys
from concurrent.futures import ProcessPoolExecutor
from itertools import product
from typing import NamedTuple

import measure
import numpy as np

from speechcodes.experiment import comparison, conclusions, learning_curves
from speechcodes.experiment.draws import Protocol
from speechcodes.experiment.feature_sets import FeatureSet, RoleFeatures
from speechcodes.experiment.predictions import Predicted
from speechcodes.records import VALENCE

PERCENTAGES = (10, 30, 100)
CLASSIFIERS = {
    "svm": {"C": 10, "standardise": True},
    "knn": {"n_neighbors": 5, "standardise": True},
    "logistic_regression": {"standardise": True},
    "decision_tree": {"standardise": False},
    "random_forest": {"n_estimators": 10, "standardise": False},
}
SHARES = (0.5, 0.3, 0.2)
DIMENSIONS = 8  # of each set; those after the third hold nothing but noise
FAST = {"resamples": 500, "shuffles": 1}


class World(NamedTuple):
    """What is simulated: who speaks, and how feature sets hear it."""

    training: int = 12  # speakers
    test: int = 12
    folds: int = 0  # that all speakers are dealt to; 0: one division
    repeats: int = 1
    draws: int = 10
    each: int = 15  # utterances of a speaker
    shared: float = 0.3  # share of the variance that both sets have in common
    distance: float = 1.2  # of the means of two classes, in standard deviations
    lead: float = 0  # by which the second set's classes are further apart
    permuted: bool = False  # whether labels say nothing
    halvings: int = 10
    sets: tuple[str, ...] = ("midterm", "code")
    variants: int = 1  # of segments, each as different as sets are
    classifiers: int = 2


#: Standard deviations: of a speaker, of a speaker's way to speak a class, and of an
#: utterance.
SPEAKER, WAY, UTTERANCE = 0.6, 0.7, 1.0


def speech(world, speakers, rng):
    """Return classes, speakers, and the features of both sets, of simulated speech."""
    owner = np.repeat(np.arange(speakers), world.each)
    labels = rng.choice(3, len(owner), p=SHARES)

    def deviations():
        return (
            SPEAKER * rng.normal(size=(speakers, DIMENSIONS))[owner]
            + WAY * rng.normal(size=(speakers, 3, DIMENSIONS))[owner, labels]
            + UTTERANCE * rng.normal(size=(len(owner), DIMENSIONS))
        )

    common, sets = deviations(), {}
    for variant, of in product(range(world.variants), world.sets):
        distance = world.distance * (1 + world.lead * (of == "code"))
        means = distance / np.sqrt(2) * np.eye(3, DIMENSIONS)
        own = np.sqrt(world.shared) * common + np.sqrt(1 - world.shared) * deviations()
        sets[f"{variant} {of}"] = means[labels] + own
    if world.permuted:
        labels = rng.permutation(labels)
    return labels, np.array([f"speaker {n}" for n in owner], object), sets


def role(labels, voices, sets, chosen):
    """Return the features of some utterances, as the experiment reads them."""
    rows = np.flatnonzero(chosen)
    found = {
        name: FeatureSet(features[rows], np.arange(len(rows)), labels[rows])
        for name, features in sets.items()
    }
    ids = rows.astype(str).astype(object)
    return RoleFeatures(ids, labels[rows], voices[rows], found, VALENCE)


def divisions(world, voices, rng):
    """Return which utterances are tested, of each fold of each repeat."""
    numbers = np.array([int(voice.split()[1]) for voice in voices])
    if not world.folds:
        return [[numbers >= world.training]]
    dealt = [
        rng.permutation(np.arange(world.training) % world.folds)[numbers]
        for _ in range(world.repeats)
    ]
    return [[fold == k for k in range(world.folds)] for fold in dealt]


def predictions(world, rng):
    """Yield the predictions of one simulated corpus, as `predictions.read_folds`."""
    speakers = world.training + (0 if world.folds else world.test)
    labels, voices, sets = speech(world, speakers, rng)
    repeats = divisions(world, voices, rng)
    protocol = Protocol(draws=world.draws, seed=1, halvings=world.halvings)
    classifiers = list(CLASSIFIERS.items())[: world.classifiers]
    for (name, settings), percentage in product(classifiers, PERCENTAGES):
        found = {of: ([], []) for of in sets}
        for folds in repeats:
            tested = np.concatenate([np.flatnonzero(fold) for fold in folds])
            order, of_folds = np.argsort(tested), []
            for fold in folds:
                training, test = (role(labels, voices, sets, c) for c in (~fold, fold))
                of_percentages = learning_curves.predict_draws(
                    name,
                    settings,
                    training,
                    test,
                    percentages=[percentage],
                    protocol=protocol,
                    threads=1,
                )
                predicted, size = of_percentages[percentage]
                of_folds.append(predicted)
            for of, (draws, halves) in found.items():
                draws.append(np.hstack([p[of].per_utterance for p in of_folds]))
                halves.append(np.hstack([p[of].halves_per_utterance for p in of_folds]))
                draws[-1], halves[-1] = draws[-1][:, order], halves[-1][:, order]
        truth = labels[np.sort(tested)]
        for key, (draws, halves) in found.items():
            variant, of = key.split()
            yield Predicted(
                feature_set=of,
                classifier=name,
                percentage=percentage,
                n_training_utterances=size,
                unit="utterance",
                main=True,
                truth=truth,
                utterance=np.arange(len(truth)),
                speaker=voices[np.sort(tested)],
                predicted=np.concatenate(draws),
                classes=VALENCE,
                segment=variant,
                halves=np.stack(halves),
                n_training_voices=len(set(training.voices)),
            )


def run(world, seed):
    """Return who is named, and values and ends of areas and scores, of one corpus.

    Once without halvings and once with them.
    """
    made = list(predictions(world, np.random.default_rng([seed, 7])))
    without = [one._replace(halves=one.halves[:, :0]) for one in made]
    primary = comparison.Primary("0", "code", "svm")
    return [told(comparison.compare(p, primary, **FAST)) for p in (without, made)]


def told(tables):
    """Return who is named, first and otherwise, and values and ends of what is scored.

    These are the areas of all pairs, and the scores of one set.
    """
    found = conclusions.conclusions(tables.intervals, tables.differences, tables.areas)
    areas, scores = tables.areas, tables.intervals
    is_pair = areas["comparison"].ne(comparison.PRIMARY)
    areas = areas[areas["metric"].eq("macro_f1") & is_pair]
    is_first = scores["feature_set"].eq("midterm") & scores["metric"].eq("macro_f1")
    return (
        [set(" ".join(rows["ahead"]).split()) for rows in (found[:1], found[1:])],
        areas[["difference", "low", "high"]].to_numpy(),
        scores.loc[is_first, ["score", "low", "high"]].to_numpy(),
    )


class Found(NamedTuple):
    """Shares of many runs."""

    primary: float  # whose primary comparison names somebody
    others: float  # of whose other comparisons some name somebody
    right: float  # whose primary comparison names the codes
    difference: float  # mean area between both curves
    of_areas: float  # coverage
    of_scores: float
    width: float  # mean width of the areas' intervals


def of_runs(world, runs, map=map):
    """Return what is `Found` of a world in some runs, without and with halvings."""
    of_all = zip(*map(run, [world] * runs, range(runs)), strict=True)
    return [_found(world, *zip(*of_one, strict=True)) for of_one in of_all]


def _found(world, named, areas, scores):
    areas, scores = np.array(areas), np.array(scores)
    truth = areas[..., 0].mean(axis=0) if world.lead else 0
    means = scores[..., 0].mean(axis=0)
    return Found(
        np.mean([bool(first) for first, _ in named]),
        np.mean([bool(others) for _, others in named]),
        np.mean([first == {"code"} for first, _ in named]),
        areas[..., 0].mean(),
        _coverage(areas, truth),
        _coverage(scores, means),
        (areas[..., 2] - areas[..., 1]).mean(),
    )


def _coverage(values, truth):
    return ((values[..., 1] <= truth) & (truth <= values[..., 2])).mean()


FAMILY = World(
    6,
    24,
    sets=("midterm", "pooled", "pca", "code"),
    variants=3,
    classifiers=5,
)
#: Two sets that are equally good.
WORLDS = {
    "12 training, 12 test speakers": World(),
    "6 and 6": World(6, 6),
    "6 and 24": World(6, 24),
    "6 and 60": World(6, 60),
    "6 and 24, one draw": World(6, 24, draws=1),
    "6 and 4": World(6, 4),
    "24 and 6": World(24, 6),
    "6 and 24, nothing shared": World(6, 24, shared=0),
    "6 and 24, nearly all shared": World(6, 24, shared=0.9),
    "6 and 24, 4 utterances each": World(6, 24, each=4),
    "6 and 24, permuted labels": World(6, 24, permuted=True),
    "24 in 4 folds": World(24, folds=4),
    "12 in 4 folds, 3 repeats": World(12, folds=4, repeats=3),
    "6 and 24: 5 pairs, 3 variants, 5 classifiers": FAMILY,
}
#: Of sets that differ: how often the better one is named.
POWER = {
    f"{n} in {folds} folds, {100 * lead:.0f} % further apart": World(
        n, folds=folds, lead=lead
    )
    for n, folds in [(6, 3), (12, 3), (24, 3), (60, 3)]
    for lead in (0.25, 0.5)
}


def main(runs=200, named=""):
    """Print both tables, row by row, of the worlds whose names have a word."""
    measure.heading("Winners and coverage", __doc__)
    kinds = ["primary winners", "others", "coverage of areas", "of scores", "width"]
    with ProcessPoolExecutor() as pool:
        measure.table(
            ["equally good sets", *(f"{kind}, before" for kind in kinds), *kinds],
            (
                (name, *without[:2], *without[4:], *found[:2], *found[4:])
                for name, world in WORLDS.items()
                if named in name
                for without, found in [of_runs(world, runs, pool.map)]
            ),
        )
        measure.table(
            ["sets that differ", "difference", "better set named"],
            (
                (name, found.difference, found.right)
                for name, world in POWER.items()
                if named in name
                for _, found in [of_runs(world, runs, pool.map)]
            ),
        )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]), *sys.argv[2:3])
