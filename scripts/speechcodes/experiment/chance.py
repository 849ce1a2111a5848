"""What the same predictions score by chance: against shuffled classes."""

from typing import NamedTuple

import numpy as np

from speechcodes.experiment.metrics import scores
from speechcodes.experiment.predictions import Predicted

PERCENTILES = (2.5, 97.5)
#: Voices that are no more than the case itself, which shuffling within would leave.
_ALONE = ("utterance ", "segment ")


class Chance(NamedTuple):
    """Scores against shuffled classes, mean over draws: shape (shuffles, metrics)."""

    shuffled: np.ndarray

    @property
    def level(self) -> np.ndarray:
        """Each metric's mean, 2.5th and 97.5th percentile, shape (metrics, 3)."""
        ends = np.percentile(self.shuffled, PERCENTILES, axis=0)
        return np.vstack([self.shuffled.mean(axis=0), ends]).T


class Shuffles:
    """Shuffled classes of test utterances, the same for all with equal classes."""

    def __init__(self, shuffles: int, seed: int):
        self.shuffles, self.seed = shuffles, seed
        self._known = {}

    def of(
        self, truth: np.ndarray, utterance: np.ndarray, speaker: np.ndarray
    ) -> np.ndarray:
        """Return shuffled classes of cases, shape (shuffles, cases), int8.

        All cases of an utterance keep one class. Each speaker's utterances are shuffled
        among themselves, so that to know who speaks is no knowledge of classes; those
        of unknown speakers and sessions are shuffled among themselves, too.
        """
        key = truth.tobytes(), utterance.tobytes(), tuple(speaker)
        if key not in self._known:
            rng = np.random.default_rng(self.seed)
            _, first, owner = np.unique(
                utterance, return_index=True, return_inverse=True
            )
            classes = np.tile(truth[first].astype(np.int8), (self.shuffles, 1))
            voices = np.array([_within(name) for name in speaker[first]])
            for voice in np.unique(voices):
                own = voices == voice
                classes[:, own] = rng.permuted(classes[:, own], axis=1)
            self._known[key] = classes[:, owner]
        return self._known[key]


def _within(name):
    return "" if name.startswith(_ALONE) else name


def chance(predicted: Predicted, shuffles: Shuffles) -> Chance:
    """Score predictions against shuffled classes: a permutation test's distribution.

    Unlike one divided by the number of classes this holds for any balance of classes,
    and for classifiers that favour one (Ojala and Garriga, 2010, "Permutation tests for
    studying classifier performance", Journal of Machine Learning Research 11).
    """
    draws, k = len(predicted.predicted), len(predicted.classes)
    guesses = predicted.predicted[:, :, None] == np.arange(k)
    columns = guesses.transpose(1, 0, 2).reshape(-1, draws * k).astype(np.float32)
    shuffled = shuffles.of(predicted.truth, predicted.utterance, predicted.speaker)
    # Class by class: all at once would take much memory where there are many.
    of_class = [(shuffled == i).astype(np.float32) @ columns for i in range(k)]
    counts = np.stack([c.reshape(-1, draws, k) for c in of_class], axis=2)
    means = [of.mean(axis=1) for of in scores(counts).values()]
    return Chance(np.stack(means, axis=1).astype(np.float32))


def above(found: np.ndarray, shuffled: np.ndarray) -> np.ndarray:
    """Return p of each score being above chance, corrected for all of them together.

    By the largest of all standardised scores of each shuffle (max-t; Westfall and
    Young, 1993, "Resampling-Based Multiple Testing").

    Parameters
    ----------
    found : np.ndarray, shape (scores,)
    shuffled : np.ndarray, shape (shuffles, scores)

    Returns
    -------
    p : np.ndarray, shape (scores,)
        1 where a score is the same whatever the classes.
    """
    spread = shuffled.std(axis=0)
    varies = spread > 1e-6
    p = np.ones(len(found))
    if varies.any():
        mean, spread = shuffled[:, varies].mean(axis=0), spread[varies]
        largest = np.sort(((shuffled[:, varies] - mean) / spread).max(axis=1))
        # What rounding makes of equal scores is no difference.
        height = (found[varies] - mean) / spread - 1e-5
        larger = len(largest) - np.searchsorted(largest, height)
        p[varies] = (larger + 1) / (len(largest) + 1)
    return p
