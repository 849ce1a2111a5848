"""Scores with intervals: test speakers and draws resampled together.

The test speakers (clusters of utterances) and the draws of training utterances are
resampled with replacement, independently of each other and alike for everything that
is compared: the pigeonhole bootstrap of two crossed factors (Owen, 2007, "The
pigeonhole bootstrap", Annals of Applied Statistics 1), which errs on the wide side.
An interval is the score plus and minus a quantile of Student's t with one degree of
freedom less than there are speakers, times the bootstrap's standard deviation, widened
by sqrt(n / (n - 1)): with few clusters the plain percentiles are too narrow
(Hesterberg, 2015, "What teachers should know about the bootstrap", The American
Statistician 69).
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from scipy import stats

from speechcodes.experiment.metrics import confusion, scores
from speechcodes.experiment.predictions import Predicted

CONFIDENCE = 0.95


class Resampling:
    """How often each speaker and draw is taken: alike for equal names and numbers."""

    def __init__(self, resamples: int, seed: int):
        self.resamples, self.seed = resamples, seed
        self._known, self._draws = {}, {}

    def weights(self, names: Iterable[str]) -> np.ndarray:
        """Return how often each of some names is taken, shape (resamples, names)."""
        names = tuple(names)
        if names not in self._known:
            rng = np.random.default_rng([self.seed, len(self._known)])
            n = len(names)
            counts = rng.multinomial(n, np.full(n, 1 / n), self.resamples)
            self._known[names] = counts.astype(np.float32)
        return self._known[names]

    def draws(self, n: int) -> np.ndarray:
        """Return the weights of n draws in a mean, shape (resamples, n).

        One draw fewer than there are is taken, which makes up for resampling the
        few there are (Rao and Wu, 1988, "Resampling inference with complex survey
        data", Journal of the American Statistical Association 83).
        """
        if n not in self._draws:
            rng = np.random.default_rng([self.seed, n, 1])
            taken = max(n - 1, 1)
            counts = rng.multinomial(taken, np.full(n, 1 / n), self.resamples)
            self._draws[n] = counts / taken
        return self._draws[n]


class Estimate(NamedTuple):
    """Scores of one curve's point and of its resamples."""

    scores: np.ndarray  # shape (metrics,), mean over draws
    replicates: np.ndarray  # shape (resamples, metrics)
    n_clusters: int  # number of speakers, or of what stands in for them


def estimate(predicted: Predicted, resampling: Resampling) -> Estimate:
    """Return the `Estimate` of one classifier, percentage and feature set."""
    names, cluster = np.unique(clusters(predicted), return_inverse=True)
    draws, n, k = len(predicted.predicted), len(names), len(predicted.classes)
    rows = cluster * k + predicted.truth
    counts = confusion(rows, predicted.predicted, k, n * k).reshape(draws, n, -1)
    weights = resampling.weights(names)
    flat = counts.transpose(1, 0, 2).reshape(n, -1).astype(np.float32)
    resampled = (weights @ flat).reshape(-1, draws, k, k)
    of_draws = resampling.draws(draws)
    replicates = np.stack(
        [(score * of_draws).sum(axis=1) for score in scores(resampled).values()], axis=1
    )
    whole = scores(counts.sum(axis=1).reshape(draws, k, k))
    means = np.array([score.mean() for score in whole.values()])
    return Estimate(means, replicates, n)


def clusters(predicted: Predicted) -> np.ndarray:
    """Name what is resampled for each case: its speaker, where there are several."""
    if len(np.unique(predicted.speaker)) > 1:
        return predicted.speaker
    return np.array([f"utterance {u}" for u in predicted.utterance], object)


def describe_clusters(names: Iterable[str]) -> str:
    """Say in words what is resampled.

    >>> describe_clusters(["speaker a", "speaker a", "session 1", "speaker b"])
    '2 test speakers and 1 test sessions of unknown speakers'
    """
    kinds = Counter(name.split()[0] for name in set(names))
    words = {
        "speaker": "test speakers",
        "session": "test sessions of unknown speakers",
        "utterance": "test utterances as if independent",
        "segment": "test segments as if independent",
    }
    return " and ".join(f"{kinds[k]} {words[k]}" for k in words if k in kinds)


class Intervals(NamedTuple):
    """Intervals around values, and what tells these from zero, each of shape (values,).

    `p` is two-sided, and below 0.05 where the interval excludes zero.
    """

    low: np.ndarray
    high: np.ndarray
    p: np.ndarray


def intervals(
    values: np.ndarray, replicates: np.ndarray, n_clusters: int, together: bool = False
) -> Intervals:
    """Return the `Intervals` of values, shape (values,), by their replicates' spread.

    Replicates have the shape (resamples, values). With `together`, intervals are
    widened and p raised so that all hold at once, by the distribution of the largest
    standardised deviation (max-t; Romano and Wolf, 2005, "Exact and approximate
    stepdown methods for multiple hypothesis testing", Journal of the American
    Statistical Association 100).
    """
    spread = replicates.std(axis=0, ddof=1)
    error = spread * np.sqrt(n_clusters / (n_clusters - 1))
    # A value without any spread is certain, and infinitely far from zero.
    ratio = np.divide(
        np.abs(values), error, out=np.where(values == 0, 0, np.inf), where=error > 0
    )
    tail, p = (1 - CONFIDENCE) / 2, 2 * stats.t.sf(ratio, n_clusters - 1)
    if together and (spread > 0).any():
        varied = replicates[:, spread > 0]
        deviations = np.abs(varied - varied.mean(axis=0)) / spread[spread > 0]
        largest = np.sort(deviations.max(axis=1))
        # Deviations are normal; of a few clusters Student's t is the wider one.
        tail = stats.norm.sf(np.quantile(largest, CONFIDENCE))
        larger = len(largest) - np.searchsorted(largest, stats.norm.isf(p / 2))
        p = (larger + 1) / (len(largest) + 1)
    reach = stats.t.isf(tail, n_clusters - 1) * error
    return Intervals(values - reach, values + reach, p)


def holm(p: np.ndarray) -> np.ndarray:
    """Return p-values, shape (tests,), corrected for their number (Holm, 1979).

    >>> holm(np.array([0.01, 0.04, 0.03])).tolist()
    [0.03, 0.06, 0.06]
    """
    order = np.argsort(p)
    steps = p[order] * np.arange(len(p), 0, -1)
    corrected = np.empty_like(p)
    corrected[order] = np.minimum(np.maximum.accumulate(steps), 1)
    return corrected


def area_weights(percentages: Sequence[int]) -> np.ndarray:
    """Return the weights that turn a curve's points into its mean height.

    The mean is the area under straight lines between the points, on a logarithmic
    axis of percentages, divided by the width.

    >>> area_weights([10, 100, 1000]).round(3).tolist()
    [0.25, 0.5, 0.25]
    """
    if len(percentages) == 1:
        return np.ones(1)
    x = np.log(percentages)
    return np.convolve(np.diff(x), [0.5, 0.5]) / (x[-1] - x[0])
