"""Speech unlike what was trained on: how far its features lie from all that did.

The distance is the mean one to the nearest training utterances, in the features of the
predictor and mid-term features beside them (`names.with_midterm`). They are
standardised, but not normalised per speaker: that would take away what is unlike.
"""

from typing import NamedTuple

import numpy as np
from sklearn.neighbors import NearestNeighbors

from speechcodes.experiment.classifiers import Scaler
from speechcodes.experiment.feature_sets import Block

#: Training utterances that the distance is taken to.
NEIGHBOURS = 5
#: Speech is unlike where fewer utterances of speakers held out are as far.
UNLIKE = 0.05


class Distance(NamedTuple):
    """What measures how far an utterance lies from some others."""

    scaler: Scaler
    neighbours: NearestNeighbors

    def of(self, features: np.ndarray) -> np.ndarray:
        """Return the distances of rows of features (n, dimensions), shape (n,)."""
        if not len(features):
            return np.empty(0)
        distances, _ = self.neighbours.kneighbors(self.scaler.transform(features))
        return distances.mean(axis=1)


def fit(features: np.ndarray, blocks: tuple[Block, ...]) -> Distance:
    """Return the distance to utterances with some features (n, dimensions)."""
    scaler = Scaler(blocks).fit(features)
    neighbours = NearestNeighbors(
        n_neighbors=min(NEIGHBOURS, len(features)), algorithm="brute"
    )
    return Distance(scaler, neighbours.fit(scaler.transform(features)))


def held_out(
    features: np.ndarray, blocks: tuple[Block, ...], folds: np.ndarray
) -> np.ndarray:
    """Return the distance of each utterance to those of all other folds, shape (n,).

    Folds (n,) hold out whole speakers, so that these are distances of new ones.
    """
    distances = np.empty(len(features))
    for fold in np.unique(folds):
        rows = folds == fold
        distances[rows] = fit(features[~rows], blocks).of(features[rows])
    return distances


def shares(distances: np.ndarray, reference: np.ndarray) -> np.ndarray:
    """Return the share of reference distances that are as large, or larger.

    Each distance counts as one of the reference, so that no share is 0.

    >>> shares(np.array([0.0, 2.5, 9.0]), np.array([1.0, 2.0, 3.0]))
    array([1.  , 0.5 , 0.25])
    """
    ordered = np.sort(reference)
    as_large = len(ordered) - np.searchsorted(ordered, distances, side="left")
    return (as_large + 1) / (len(ordered) + 1)
