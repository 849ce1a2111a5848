"""What the same predictions score by chance: against shuffled classes."""

import numpy as np

from speechcodes.experiment.metrics import scores
from speechcodes.experiment.predictions import Predicted

PERCENTILES = (2.5, 97.5)


class Shuffles:
    """Shuffled classes of test utterances, the same for all with equal classes."""

    def __init__(self, shuffles: int, seed: int):
        self.shuffles, self.seed = shuffles, seed
        self._known = {}

    def of(self, truth: np.ndarray, utterance: np.ndarray) -> np.ndarray:
        """Return shuffled classes of cases, shape (shuffles, cases), int8.

        All cases of an utterance keep one class.
        """
        key = truth.tobytes(), utterance.tobytes()
        if key not in self._known:
            rng = np.random.default_rng(self.seed)
            _, first, owner = np.unique(
                utterance, return_index=True, return_inverse=True
            )
            classes = np.tile(truth[first].astype(np.int8), (self.shuffles, 1))
            self._known[key] = rng.permuted(classes, axis=1)[:, owner]
        return self._known[key]


def chance(
    predicted: Predicted, shuffles: Shuffles
) -> dict[str, tuple[float, float, float]]:
    """Score predictions against shuffled classes: a permutation test's distribution.

    Returns each metric's mean, low and high (the 2.5th and 97.5th percentile) of the
    mean over draws.

    Unlike one divided by the number of classes this holds for any balance of classes,
    and for classifiers that favour one (Ojala and Garriga, 2010, "Permutation tests for
    studying classifier performance", Journal of Machine Learning Research 11).
    """
    draws, k = len(predicted.predicted), len(predicted.classes)
    guesses = predicted.predicted[:, :, None] == np.arange(k)
    columns = guesses.transpose(1, 0, 2).reshape(-1, draws * k).astype(np.float32)
    shuffled = shuffles.of(predicted.truth, predicted.utterance)
    # Class by class: all at once would take much memory where there are many.
    of_class = [(shuffled == i).astype(np.float32) @ columns for i in range(k)]
    counts = np.stack([c.reshape(-1, draws, k) for c in of_class], axis=2)
    means = {metric: of.mean(axis=1) for metric, of in scores(counts).items()}
    return {
        metric: (mean.mean(), *np.percentile(mean, PERCENTILES))
        for metric, mean in means.items()
    }
