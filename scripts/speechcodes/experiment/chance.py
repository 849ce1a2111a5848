"""What the same predictions score by chance: against shuffled classes."""

import numpy as np

from speechcodes.experiment.metrics import METRICS, scores

PERCENTILES = (2.5, 97.5)


class Shuffles:
    """Shuffled classes of test utterances, the same for all with equal classes.

    Parameters
    ----------
    shuffles, seed : int
    """

    def __init__(self, shuffles, seed):
        self.shuffles, self.seed = shuffles, seed
        self._known = {}

    def one_hot(self, truth, utterance):
        """Return shuffled classes of cases, shape (shuffles * 3, cases), float32.

        All cases of an utterance keep one class.
        """
        key = truth.tobytes(), utterance.tobytes()
        if key not in self._known:
            rng = np.random.default_rng(self.seed)
            _, first, owner = np.unique(
                utterance, return_index=True, return_inverse=True
            )
            classes = np.tile(truth[first], (self.shuffles, 1))
            shuffled = rng.permuted(classes, axis=1)[:, owner]
            one_hot = shuffled[:, None, :] == np.arange(3)[:, None]
            self._known[key] = one_hot.reshape(-1, len(truth)).astype(np.float32)
        return self._known[key]


def chance(predicted, shuffles):
    """Score predictions against shuffled classes: a permutation test's distribution.

    Unlike 1/3 this holds for any balance of classes, and for classifiers that favour
    one (Ojala and Garriga, 2010, "Permutation tests for studying classifier
    performance", Journal of Machine Learning Research 11).

    Parameters
    ----------
    predicted : predictions.Predicted
    shuffles : Shuffles

    Returns
    -------
    levels : dict
        Metric to mean, low and high (the 2.5th and 97.5th percentile) of the mean
        over draws.
    """
    draws = predicted.predicted.shape[0]
    guesses = predicted.predicted[:, :, None] == np.arange(3)
    columns = guesses.transpose(1, 0, 2).reshape(-1, draws * 3).astype(np.float32)
    classes = shuffles.one_hot(predicted.truth, predicted.utterance)
    counts = (classes @ columns).reshape(-1, 3, draws, 3).transpose(0, 2, 1, 3)
    means = {metric: s.mean(axis=1) for metric, s in scores(counts).items()}
    return {
        metric: (means[metric].mean(), *np.percentile(means[metric], PERCENTILES))
        for metric in METRICS
    }
