"""Scores with intervals: for other test speakers, and for other training speakers.

**Test speakers and draws.** The test speakers (clusters of utterances) and the draws of
training utterances are resampled with replacement, independently of each other and
alike for everything that is compared: the pigeonhole bootstrap of two crossed factors
(Owen, 2007, "The pigeonhole bootstrap", Annals of Applied Statistics 1), which errs on
the wide side. With few clusters a bootstrap is too narrow by sqrt(n / (n - 1))
(Hesterberg, 2015, "What teachers should know about the bootstrap", The American
Statistician 69), which is made up for.

**Training speakers.** Their variance is estimated by random groups (Wolter, 2007,
"Introduction to Variance Estimation", chapter 2): two halves without a speaker in
common are learned from, each by itself, and tested on the same speech. The variance of
a mean over n speakers is a quarter of the expected squared difference of two means over
n / 2 of them; it is averaged over several halvings. Of a half twice the percentage is
drawn, so that as much is learned from, or all where that is more than there is. Halves
then differ by what was drawn, too, of which a mean over draws has less; the variance of
single draws, in the share worked out in `drawn_share`, is taken away.

**Intervals** are a score plus and minus a quantile of Student's t times the square root
of the sum of both variances. Its degrees of freedom are Satterthwaite's (1946, "An
approximate distribution of estimates of variance components", Biometrics 2).
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from scipy import stats

from speechcodes.experiment.metrics import confusion, scores
from speechcodes.experiment.predictions import Predicted

CONFIDENCE = 0.95
#: Test speakers below which no interval is given.
FEWEST = 4


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
    """Numbers with what tells how sure they are: scores, and what is linear in them."""

    values: np.ndarray  # shape (n,), mean over draws
    #: By resampled test speakers and draws, shape (resamples, n).
    resampled: np.ndarray
    #: Half of what halves of the training speakers differ by, shape (halvings, n).
    halved: np.ndarray
    #: Of each draw, in the share that halves differ by it, shape (draws, n).
    drawn: np.ndarray
    n_test: int  # test speakers, or what stands in for them
    n_training: int  # training speakers

    def __sub__(self, other: "Estimate") -> "Estimate":
        """Return the differences of numbers that were estimated alike."""
        arrays = (a - b for a, b in zip(self[:4], other[:4], strict=True))
        fewest = (min(a, b) for a, b in zip(self[4:], other[4:], strict=True))
        return Estimate(*arrays, *fewest)

    def weighted(self, weights: np.ndarray) -> "Estimate":
        """Return the sums of the numbers times weights, shape (n, sums)."""
        return Estimate(*(array @ weights for array in self[:4]), *self[4:])

    def only(self, n: int) -> "Estimate":
        """Return number n alone."""
        return Estimate(*(array[..., [n]] for array in self[:4]), *self[4:])

    @property
    def variances(self) -> tuple[np.ndarray, np.ndarray]:
        """What test speakers and draws, and what training speakers add, shape (n,)."""
        widened = self.n_test / max(self.n_test - 1, 1)
        test = widened * self.resampled.var(axis=0, ddof=1)
        training = np.zeros(len(self.values))
        if len(self.halved):
            training = (self.halved**2).mean(axis=0)
        if len(self.drawn) > 1:
            training = np.maximum(training - self.drawn.var(axis=0, ddof=1), 0)
        return test, training


def side_by_side(estimates: Sequence[Estimate]) -> Estimate:
    """Return the numbers of several estimates as one."""
    *arrays, n_test, n_training = zip(*estimates, strict=True)
    together = (np.concatenate(of, axis=-1) for of in arrays)
    return Estimate(*together, min(n_test), min(n_training))


def estimate(predicted: Predicted, resampling: Resampling) -> Estimate:
    """Return the `Estimate` of one point of a curve, with a number per metric."""
    names, cluster = np.unique(predicted.speaker, return_inverse=True)
    draws, n, k = len(predicted.predicted), len(names), len(predicted.classes)
    rows = cluster * k + predicted.truth
    counts = confusion(rows, predicted.predicted, k, n * k).reshape(draws, n, -1)
    weights = resampling.weights(names)
    flat = counts.transpose(1, 0, 2).reshape(n, -1).astype(np.float32)
    resampled = (weights @ flat).reshape(-1, draws, k, k)
    of_draws = resampling.draws(draws)
    replicates = [(score * of_draws).sum(axis=1) for score in _scores(resampled)]
    whole = np.stack(_scores(counts.sum(axis=1).reshape(draws, k, k)), axis=1)
    repeats = len(predicted.halves)
    share = drawn_share(predicted.percentage, draws)
    if predicted.balanced and draws > 1:
        share = 0  # Rare classes are drawn in a larger share, which is not told.
    return Estimate(
        values=whole.mean(axis=0),
        resampled=np.stack(replicates, axis=1),
        halved=_halved(predicted) * (1 if draws > 1 else np.sqrt(1 + share)),
        drawn=whole * np.sqrt(share / repeats),
        n_test=n,
        n_training=predicted.n_training_voices,
    )


def _scores(counts):
    return list(scores(counts).values())


def _halved(predicted):
    """Half of the difference of both halves, shape (halvings, metrics)."""
    counts = confusion(predicted.truth, predicted.halves, len(predicted.classes))
    # Each of a repeat's folds has the same voices in a half, but for those it tests.
    means = np.stack([score.mean(axis=0) for score in _scores(counts)], axis=1)
    return (means[::2] - means[1::2]) / 2


def drawn_share(percentage: int, draws: int) -> float:
    """Return the share of a draw's variance in that of halves, but not of a mean.

    Let an utterance add the variance w, m of M be drawn (a share p), and 2m of the M/2
    of each half. A quarter of the squared difference of two halves then holds w/2m.
    The whole, if all M were learned from, has w/M, and the mean over draws adds its own
    variance. The difference, w/2m - w/M, is (1 - 2p) / 2(1 - p) of the variance of
    draws around their mean, w/m - w/M; where p is above a half, all of both halves are
    learned from, and nothing is to be taken away.

    A single draw has all of w/m, up to twice what the halves hold, or 1/p times where p
    is above a half. What is to be *added* to theirs is returned then.

    >>> drawn_share(50, 10), round(drawn_share(5, 10), 3), round(drawn_share(80, 1), 3)
    (0.0, 0.474, 0.25)
    """
    p = percentage / 100
    if draws == 1:
        return min(1, 1 / p - 1)
    return max(0, 1 - 2 * p) / 2 / (1 - p) if p < 1 else 0.0


def describe_clusters(names: Iterable[str]) -> str:
    """Say in words what is resampled.

    >>> describe_clusters(["speaker a", "speaker a", "session 1", "speaker b"])
    '2 test speakers and 1 test session of unknown speakers'
    """
    kinds = Counter(name.split()[0] for name in set(names))
    known = {
        "speaker": "",
        "session": " of unknown speakers",
        "utterance": " as if independent",
        "segment": " as if independent",
    }
    return " and ".join(
        f"{kinds[kind]} test {kind}{'s' if kinds[kind] > 1 else ''}{what}"
        for kind, what in known.items()
        if kind in kinds
    )


class Intervals(NamedTuple):
    """Intervals around values, and what tells these from zero, each of shape (values,).

    `p` is two-sided, and below 0.05 where the interval excludes zero.
    """

    low: np.ndarray
    high: np.ndarray
    p: np.ndarray


def intervals(found: Estimate, together: bool = False, tests: int = 1) -> Intervals:
    """Return the `Intervals` of an estimate's values.

    With `together`, intervals are widened and p raised so that all hold at once, by the
    distribution of the largest standardised deviation (max-t; Romano and Wolf, 2005,
    "Exact and approximate stepdown methods for multiple hypothesis testing", Journal of
    the American Statistical Association 100). With so many `tests`, each is widened so
    that all hold by Bonferroni's inequality. Ends are NaN and p is 1 where there are
    fewer test speakers than `FEWEST`.
    """
    if found.n_test < FEWEST:
        missing = np.full(len(found.values), np.nan)
        return Intervals(missing, missing, np.ones(len(found.values)))
    test, training = found.variances
    error = np.sqrt(test + training)
    # A value without any variance is certain, and infinitely far from zero.
    ratio = np.divide(
        np.abs(found.values),
        error,
        out=np.where(found.values == 0, 0, np.inf),
        where=error > 0,
    )
    freedom = _degrees_of_freedom(found, test, training)
    tail = (1 - CONFIDENCE) / 2 / tests
    p = np.minimum(1, tests * 2 * stats.t.sf(ratio, freedom))
    if together and (error > 0).any():
        varied = error > 0
        standardised = np.abs(deviations(found)[:, varied] / error[varied])
        largest = np.sort(standardised.max(axis=1))
        # Deviations are normal; of a few clusters Student's t is the wider one.
        tail = stats.norm.sf(np.quantile(largest, CONFIDENCE))
        larger = len(largest) - np.searchsorted(largest, stats.norm.isf(p / 2))
        p = (larger + 1) / (len(largest) + 1)
    reach = stats.t.isf(tail, freedom) * error
    return Intervals(found.values - reach, found.values + reach, p)


def _degrees_of_freedom(found, test, training):
    """Satterthwaite's degrees of freedom of the sum of both variances."""
    inexact = test**2 / (found.n_test - 1)
    if len(found.halved):
        # The variance of speakers has n - 1; random halvings estimate it, each with 1.
        of_speakers = 1 / max(found.n_training - 1, 1) + 1 / len(found.halved)
        inexact = inexact + training**2 * of_speakers
    fewest = np.full(len(test), found.n_test - 1.0)
    return np.divide((test + training) ** 2, inexact, out=fewest, where=inexact > 0)


def deviations(found: Estimate) -> np.ndarray:
    """Return how far values might have come out from what they are, all together.

    What training speakers add is simulated by halvings times random normal numbers,
    the same for all values (a wild bootstrap), which keeps correlations.

    Returns
    -------
    np.ndarray, shape (resamples, n)
        Normal, with the estimate's variances.
    """
    _, training = found.variances
    widened = np.sqrt(found.n_test / max(found.n_test - 1, 1))
    deviating = widened * (found.resampled - found.resampled.mean(axis=0))
    if len(found.halved):
        shape = len(deviating), len(found.halved)
        normal = np.random.default_rng(0).normal(size=shape)
        squares = (found.halved**2).sum(axis=0)
        kept = np.sqrt(
            np.divide(training, squares, out=np.zeros_like(squares), where=squares > 0)
        )
        deviating += normal @ (found.halved * kept)
    return deviating


def replicates(found: Estimate) -> np.ndarray:
    """Return values as they might have come out, shape (resamples, n).

    They are spread by Student's t, so that the middle 95 % of each value's are about
    its interval. For what is not linear in the values, such as a curve through them.
    """
    tail = (1 - CONFIDENCE) / 2
    freedom = _degrees_of_freedom(found, *found.variances)
    wider = stats.t.isf(tail, freedom) / stats.norm.isf(tail)
    return found.values + wider * deviations(found)


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
