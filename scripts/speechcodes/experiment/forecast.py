"""What more labels would bring: learning curves, drawn out beyond today's labels.

**Curves.** Three families are fitted to the scores of a curve, by least squares with
weights that grow with the number of labels: the inverse power law (Figueroa et al.,
2012, "Predicting sample size required for classification performance", BMC Medical
Informatics and Decision Making 12), which has their bounds and weights; an exponential,
which ends sooner; and a logarithm, which never ends. None of them falls, or rises above
1. Two of at most three parameters enter linearly, and are solved for at each of many
values of the third (variable projection; Golub and Pereyra, 1973, SIAM Journal on
Numerical Analysis 10): thousands of curves at once.

**Choice.** Each family is fitted up to half of the largest percentage. The one that
then predicts the larger percentages best gives the forecast. It is chosen once for all
curves of a segment variant and metric, since a single held-back score says little.

**Intervals.** Each family is fitted anew to scores as they might have come out: of
other test speakers, draws and training speakers, as `bootstrap` has them, alike for all
points of a curve, and with residuals of its own fit, of random sign and size. An
interval is the middle 95 % of what all families together forecast then, each with the
same weight (Draper, 1995, "Assessment and propagation of model uncertainty", Journal of
the Royal Statistical Society B 57). To weigh them by how well they predicted the larger
percentages makes intervals narrower, but too narrow where scores rise for ever: a
doubling that was tested says little of what comes after it.

A gain is what the fitted curve rises from today's labels on; a forecast score is
today's score and the gain.

**Draws are of all training speakers**, so that a curve tells of more utterances of the
same speakers. What as many new speakers bring besides is measured for half of today's
speakers (`speakers`), and taken to be the same for the next doubling, but no further.

**Refused** is a forecast of a curve of few points or test speakers, or that is not
certain to rise.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from speechcodes.experiment import bootstrap, speakers
from speechcodes.experiment.bootstrap import Estimate
from speechcodes.experiment.metrics import METRICS
from speechcodes.experiment.predictions import Predicted

#: Points of a curve below which nothing is forecast.
FEWEST_POINTS = 4
#: Why nothing is forecast.
FEW_POINTS = f"there are fewer than {FEWEST_POINTS} different numbers of labels"
FEW_SPEAKERS = f"there are fewer than {bootstrap.FEWEST} test speakers"
FALLS = "the curve falls"
FLAT = "the curve does not certainly rise"
#: How many times today's labels are asked about.
TIMES = (1.5, 2, 5, 10)
#: Up to how many times new speakers are taken to bring what they brought before.
MOST_SPEAKERS = 2

KEYS = ["segment", "feature_set", "classifier"]
#: What is forecast; each with a low and a high end.
TOLD = ("score", "gain", "gain_new_speakers")
_NUMBERS = [end for name in TOLD for end in (name, f"{name}_low", f"{name}_high")]
FORECAST = [*KEYS, "metric", "times", "utterances", *_NUMBERS, "model", "reason"]
BACK_TEST = [*FORECAST, "measured_score", "measured_gain"]


class Forecasts(NamedTuple):
    """Tables, each with a row per segment variant, feature set, classifier and metric.

    Attributes
    ----------
    forecast : pd.DataFrame
        And per number of `times` today's labels, of `utterances` to learn from: score,
        gain over today's score, and `gain_new_speakers`, if all that is new is by as
        many new speakers, each with its low and high end; the family that forecasts
        them (`model`); or the `reason` why nothing is.
    back_test : pd.DataFrame
        The same of the largest percentage by those up to half of it, and what was
        measured there.
    speakers : pd.DataFrame
        And per percentage: more speakers against more utterances of the same ones; see
        `speakers.table`.
    """

    forecast: pd.DataFrame
    back_test: pd.DataFrame
    speakers: pd.DataFrame


class Family(NamedTuple):
    """Curves a + b g(x, rate), which rise with x where b is positive."""

    title: str
    g: Callable[[np.ndarray, float], np.ndarray]
    rates: np.ndarray  # to try
    has_ceiling: bool  # whether a is where the curve ends, and so at most 1

    @property
    def parameters(self) -> int:
        """How many are fitted."""
        return 2 + (len(self.rates) > 1)


#: Of x, labelled utterances as a share of today's. The first is preferred.
FAMILIES = (
    Family("power law", lambda x, c: -(x**-c), np.geomspace(0.05, 1, 30), True),
    Family(
        "exponential", lambda x, c: -np.exp(-c * x), np.geomspace(0.1, 30, 80), True
    ),
    Family("logarithm", lambda x, _: np.log(x), np.ones(1), False),
)


def fitted(
    family: Family, x: np.ndarray, scores: np.ndarray, at: np.ndarray
) -> np.ndarray:
    """Fit curves of a family by weighted least squares, and return their heights.

    The i-th of m points weighs i / m. a is between 0 and 1, if it is where curves end,
    b is not negative, and no height is above 1.

    Parameters
    ----------
    family : Family
    x : np.ndarray, shape (m,)
        Positive and rising.
    scores : np.ndarray, shape (curves, m)
        Between 0 and 1, or near.
    at : np.ndarray, shape (points,)
        Where heights are asked for.

    Returns
    -------
    np.ndarray, shape (curves, points)
    """
    weights = np.arange(1, len(x) + 1) / np.arange(1, len(x) + 1).sum()
    mean = scores @ weights
    least = np.full(len(scores), np.inf)
    heights = np.empty((len(scores), len(at)))
    for rate in family.rates:
        g = family.g(x, rate)
        centred = g - g @ weights
        b = (scores @ (weights * centred) / (weights @ centred**2)).clip(0)
        a = mean - b * (g @ weights)
        if family.has_ceiling:
            b = np.where(a > 1, (scores - 1) @ (weights * g) / (weights @ g**2), b)
            b, a = b.clip(0), a.clip(0, 1)
        residuals = scores - a[:, None] - b[:, None] * g
        squares = residuals**2 @ weights
        better = squares < least
        least[better] = squares[better]
        found = a[:, None] + b[:, None] * family.g(at, rate)
        heights[better] = found[better]
    return heights.clip(max=1)


class Curve(NamedTuple):
    """The scores of one classifier and feature set by one metric."""

    percentages: np.ndarray  # int, shape (m,), rising
    utterances: np.ndarray  # int, shape (m,), learned from
    found: Estimate  # of m values
    #: What all speakers score more than half of them, at the largest percentage at
    #: which that is known: of one value, or None.
    new_speakers: Estimate | None = None

    @property
    def x(self) -> np.ndarray:
        """Utterances, as a share of the most, shape (m,)."""
        return self.utterances / self.utterances[-1]

    @property
    def n_lower(self) -> int:
        """How many points are up to half of the largest percentage."""
        return int((self.percentages <= self.percentages[-1] / 2).sum())

    def lower_half(self) -> "Curve":
        """Return the part of the curve up to half of its largest percentage."""
        n = self.n_lower
        found = self.found.weighted(np.eye(len(self.percentages))[:, :n])
        return Curve(self.percentages[:n], self.utterances[:n], found)

    def refusal(self) -> str:
        """Return why nothing can be forecast, or an empty string."""
        # Of few utterances, different percentages may be the same number.
        if len(np.unique(self.utterances)) < FEWEST_POINTS:
            return FEW_POINTS
        if self.found.n_test < bootstrap.FEWEST:
            return FEW_SPEAKERS
        n, x = len(self.x), np.log(self.x)
        weights = np.arange(1, n + 1) / np.arange(1, n + 1).sum()
        slope = weights * (x - x @ weights)
        last = np.zeros(n)
        last[max(self.n_lower - 1, 0)], last[-1] = -1, 1
        ends = bootstrap.intervals(self.found.weighted(np.column_stack([slope, last])))
        if (ends.high < 0).any():
            return FALLS
        return "" if ends.low[0] > 0 else FLAT


class Forecast(NamedTuple):
    """Numbers by name in `TOLD`, each of shape (times,), and their ends."""

    values: dict[str, np.ndarray]
    low: dict[str, np.ndarray]
    high: dict[str, np.ndarray]


def choose(curves: Sequence[Curve]) -> Family:
    """Return the family that best predicts the upper halves of all rising curves.

    By the mean squared error, fitted to the lower halves; the first where these have
    too few points.
    """
    squares = np.zeros(len(FAMILIES))
    for curve in curves:
        n = curve.n_lower
        few = len(np.unique(curve.utterances[:n])) < FEWEST_POINTS - 1
        if few or curve.refusal():
            continue
        values = curve.found.values
        missed = [
            fitted(family, curve.x[:n], values[None, :n], curve.x[n:]) - values[n:]
            for family in FAMILIES
        ]
        squares += np.square(missed).mean(axis=(1, 2))
    return FAMILIES[squares.argmin()]


def extrapolate(curve: Curve, times: np.ndarray, chosen: Family, seed: int) -> Forecast:
    """Forecast a curve that is not refused.

    Parameters
    ----------
    curve : Curve
    times : np.ndarray, shape (times,)
        How many times as many labels as the most of the curve.
    chosen : Family
        Whose forecast it is; intervals are of all.
    seed : int
    """
    values, scores = curve.found.values, bootstrap.replicates(curve.found)
    normal = np.random.default_rng([seed, 2]).normal(size=scores.shape)
    at, rises, gains = np.array([1, *times]), [], []
    for family in FAMILIES:
        along = fitted(family, curve.x, values[None], np.array([*curve.x, *at]))[0]
        on_curve, beyond = np.split(along, [len(values)])
        rises.append(beyond[1:] - beyond[0])
        freedom = max(len(values) - family.parameters, 1)
        residuals = np.sqrt(len(values) / freedom) * (values - on_curve)
        resampled = fitted(family, curve.x, scores + normal * residuals, at)
        gains.append(resampled[:, 1:] - resampled[:, :1])
    gains, repeated = np.concatenate(gains), len(FAMILIES)
    gain, today = rises[FAMILIES.index(chosen)], np.tile(scores[:, -1], repeated)
    found = {"score": (values[-1] + gain, today[:, None] + gains)}
    found["gain"] = gain, gains
    if curve.new_speakers:
        doublings = np.where(times <= MOST_SPEAKERS, np.log2(times), np.nan)
        more = np.tile(bootstrap.replicates(curve.new_speakers), (repeated, 1))
        besides = doublings * curve.new_speakers.values
        found["gain_new_speakers"] = gain + besides, gains + doublings * more
    return _told(found)


def _told(found):
    """The `Forecast` of values and replicates of each number."""
    tail = (1 - bootstrap.CONFIDENCE) / 2
    values, low, high = {}, {}, {}
    for name, (value, replicates) in found.items():
        range_ = (0, 1) if name == "score" else (-1, 1)
        ends = np.quantile(replicates, [tail, 1 - tail], axis=0)
        values[name] = value.clip(*range_)
        low[name] = np.minimum(ends[0], value).clip(*range_)
        high[name] = np.maximum(ends[1], value).clip(*range_)
    return Forecast(values, low, high)


def forecast(
    predicted: Iterable[Predicted], *, resamples: int = 2000, seed: int = 1
) -> Forecasts:
    """Return `Forecasts` from all predictions, which are consumed one after the other.

    Only those on the unit that feature sets are compared on count.
    """
    resampling = bootstrap.Resampling(resamples, seed)
    points = {}
    for one in predicted:
        if one.main:
            whole = bootstrap.estimate(one, resampling)
            both = speakers.both(one, whole, resampling)
            key = one.segment, one.feature_set, one.classifier
            point = one.n_training_utterances, whole, both
            points.setdefault(key, {})[one.percentage] = point
    curves = {
        (*key, metric): _curve(of_curve, n)
        for key, of_curve in points.items()
        for n, metric in enumerate(METRICS)
    }
    return Forecasts(_table(curves, seed), _back_test(curves, seed), _speakers(points))


def _both(of_curve):
    """Scores of all training speakers and of half of them, by percentage."""
    return {p: both for p, (*_, both) in sorted(of_curve.items()) if both}


def _curve(of_curve, n):
    """The `Curve` of metric n."""
    percentages = sorted(of_curve)
    utterances, whole, _ = zip(*(of_curve[p] for p in percentages), strict=True)
    found = bootstrap.side_by_side([one.only(n) for one in whole])
    new_speakers = None
    if known := _both(of_curve):
        last = known[max(known)]
        new_speakers = last.all.only(n) - last.half.only(n)
    return Curve(np.array(percentages), np.array(utterances), found, new_speakers)


def _table(curves, seed, times=lambda _: TIMES):
    """The table of forecasts of curves, at some times of each."""
    alike = {}
    for key, curve in curves.items():
        alike.setdefault((key[0], key[-1]), []).append(curve)
    chosen = {key: choose(of_key) for key, of_key in alike.items()}
    rows = []
    for key, curve in curves.items():
        at = np.array(times(key), float)
        row = dict(zip([*KEYS, "metric"], key, strict=True)) | {"times": at}
        row["utterances"] = (at * curve.utterances[-1:]).round().astype(int)
        row["reason"] = curve.refusal()
        if not row["reason"]:
            family = chosen[key[0], key[-1]]
            row["model"] = family.title
            row |= _numbers(extrapolate(curve, at, family, seed))
        rows.append(pd.DataFrame(row).reindex(columns=FORECAST))
    return pd.concat(rows, ignore_index=True)


def _numbers(found):
    """The columns of a `Forecast`."""
    kinds = {"": found.values, "_low": found.low, "_high": found.high}
    return {
        name + end: of_all[name]
        for name in found.values
        for end, of_all in kinds.items()
    }


def _back_test(curves, seed):
    """The table of forecasts by the lower halves of curves, and what came of them."""
    lower = {key: one.lower_half() for key, one in curves.items() if one.n_lower}
    if not lower:
        return pd.DataFrame(columns=BACK_TEST)
    most = {key: one.utterances[-1] for key, one in curves.items()}
    measured = np.array([curves[key].found.values[-1] for key in lower])
    before = np.array([one.found.values[-1] for one in lower.values()])
    table = _table(lower, seed, lambda key: [most[key] / lower[key].utterances[-1]])
    return table.assign(measured_score=measured, measured_gain=measured - before)


def _speakers(points):
    """The table of `speakers` of all curves."""
    tables = [
        speakers.table(_both(of_curve)).assign(**dict(zip(KEYS, key, strict=True)))
        for key, of_curve in points.items()
    ]
    # Of an empty table numbers are no numbers, and those of all others with it.
    known = [table for table in tables if len(table)] or tables[:1]
    return pd.concat(known, ignore_index=True)[[*KEYS, *speakers.COLUMNS]]
