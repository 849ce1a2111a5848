"""Tables of one segment variant: intervals, chance, differences and areas."""

from collections.abc import Iterable, Sequence
from itertools import repeat
from typing import NamedTuple

import numpy as np
import pandas as pd

from speechcodes import names
from speechcodes.experiment import bootstrap
from speechcodes.experiment.chance import Shuffles, chance
from speechcodes.experiment.metrics import METRICS
from speechcodes.experiment.predictions import Predicted


class Statistics(NamedTuple):
    """Tables, each with a row per metric and whatever else it tells apart.

    Attributes
    ----------
    intervals : pd.DataFrame
        Score, low and high per feature set, classifier, percentage and unit; `main`
        says whether feature sets are compared on this unit, `resampled` what stands
        for independent cases, `fewest_of_speaker` how many utterances the training or
        test speaker with the fewest has.
    chance : pd.DataFrame
        Score, low and high against shuffled classes, on the main unit.
    differences : pd.DataFrame
        Feature set minus baseline, with the interval of each point and the one that
        holds for all points of a classifier at once. No interval reaches beyond what a
        difference can be, -1 to 1; the same goes for areas.
    areas : pd.DataFrame
        Mean difference over the curve on a logarithmic axis of percentages, with
        interval, p, and p corrected for the number of classifiers (Holm). `p_ahead`
        is that of the curve differing at all, by its area or at its largest
        difference, corrected for both ways and for the number of classifiers; and
        not below that of the curve of UAR, which alone does not change with how
        often each class is guessed.
    """

    intervals: pd.DataFrame
    chance: pd.DataFrame
    differences: pd.DataFrame
    areas: pd.DataFrame


def compare(
    predicted: Iterable[Predicted],
    *,
    resamples: int = 2000,
    shuffles: int = 1000,
    seed: int = 1,
) -> Statistics:
    """Return the `Statistics` of all predictions of one segment variant.

    The feature set that comes first is the baseline of all others; see `pairs` for
    what else is compared.

    Parameters
    ----------
    predicted : iterable of Predicted
        Consumed once, one classifier and percentage after the other.
    resamples, shuffles : int
        Of the bootstrap, and of the permutations for the level of chance.
    seed : int
    """
    resampling = bootstrap.Resampling(resamples, seed)
    shuffled = Shuffles(shuffles, seed)
    interval_rows, chance_rows, main = [], [], {}
    for one in predicted:
        point = bootstrap.estimate(one, resampling)
        interval_rows.append(_interval_rows(one, point))
        if one.main:
            main[one.feature_set, one.classifier, one.percentage] = point
            chance_rows += _chance_rows(one, chance(one, shuffled))
    differences, areas = _of_pairs(main)
    return Statistics(
        pd.concat(interval_rows, ignore_index=True),
        pd.DataFrame(chance_rows),
        differences,
        areas,
    )


def _columns(one):
    return {
        "feature_set": one.feature_set,
        "classifier": one.classifier,
        "percentage": one.percentage,
        "n_training_utterances": one.n_training_utterances,
        "unit": one.unit,
        "n": len(one.truth),
    }


def _interval_rows(one, point):
    low, high, _ = bootstrap.intervals(point.scores, point.replicates, point.n_clusters)
    clusters = bootstrap.clusters(one)
    return pd.DataFrame(
        {
            **_columns(one),
            "main": one.main,
            "draws": len(one.predicted),
            "resampled": bootstrap.describe_clusters(clusters),
            "fewest_of_speaker": one.fewest_of_speaker,
            "metric": METRICS,
            "score": point.scores,
            "low": low.clip(0, 1),
            "high": high.clip(0, 1),
        }
    )


def _chance_rows(one, levels):
    return [
        {**_columns(one), "metric": metric, "score": score, "low": low, "high": high}
        for metric, (score, low, high) in levels.items()
    ]


class _Curve(NamedTuple):
    """The differences of one classifier between a feature set and the baseline.

    Attributes
    ----------
    names : dict
        Baseline, feature_set and classifier.
    percentages : list of int
        Sorted.
    values : np.ndarray, shape (percentages, metrics)
    replicates : np.ndarray, shape (resamples, percentages, metrics)
    n_clusters : int
    """

    names: dict
    percentages: list
    values: np.ndarray
    replicates: np.ndarray
    n_clusters: int


def pairs(feature_sets: Sequence[str]) -> list[tuple[str, str]]:
    """Return which feature sets are held against which, as (baseline, other).

    All against the first, and then those with learned features against the rest of
    those that are normalised alike.

    >>> pairs(["midterm", "pca", "code"])
    [('midterm', 'pca'), ('midterm', 'code'), ('pca', 'code')]
    """
    baseline, *others = feature_sets
    learned = [name for name in others if names.is_learned(name)]
    rest = [name for name in others if name not in learned]
    return [(baseline, other) for other in others] + [
        (one, other)
        for other in learned
        for one in rest
        if names.is_per_speaker(one) == names.is_per_speaker(other)
    ]


def _of_pairs(main):
    """Tables of differences and areas, of every pair."""
    feature_sets = list(dict.fromkeys(feature_set for feature_set, _, _ in main))
    classifiers = dict.fromkeys(classifier for _, classifier, _ in main)
    differences, areas = [], []
    for baseline, other in pairs(feature_sets):
        curves = [_curve(main, baseline, other, c) for c in classifiers]
        of_metric = {}
        for metric in METRICS:
            together = [_together(curve, metric) for curve in curves]
            differences += map(_differences, curves, repeat(metric), together)
            of_metric[metric] = _areas(curves, metric, together)
        # Whatever is guessed has the same UAR; other scores depend on how often each
        # class is guessed, which two feature sets may do differently.
        known_classes = of_metric["uar"]["p_ahead"]
        areas += [
            area.assign(p_ahead=np.maximum(area["p_ahead"], known_classes))
            for area in of_metric.values()
        ]
    return _joined(differences, DIFFERENCES), _joined(areas, AREAS)


#: What a difference of two scores can be.
RANGE = (-1, 1)
DIFFERENCES = ["baseline", "feature_set", "classifier", "percentage", "metric"]
DIFFERENCES += ["difference", "low", "high", "simultaneous_low", "simultaneous_high"]
AREAS = ["baseline", "feature_set", "classifier", "metric", "difference", "low", "high"]
AREAS += ["p", "p_holm", "p_ahead"]


def _joined(tables, columns):
    if not tables:  # A single feature set has nothing to be compared with.
        return pd.DataFrame(columns=columns)
    return pd.concat(tables, ignore_index=True)[columns]


def _curve(main, baseline, other, classifier):
    """The `_Curve` of one classifier."""
    there = sorted(p for name, c, p in main if (name, c) == (other, classifier))
    pairs = [(main[other, classifier, p], main[baseline, classifier, p]) for p in there]
    return _Curve(
        {"baseline": baseline, "feature_set": other, "classifier": classifier},
        there,
        np.array([a.scores - b.scores for a, b in pairs]),
        np.stack([a.replicates - b.replicates for a, b in pairs], axis=1),
        min(estimate.n_clusters for pair in pairs for estimate in pair),
    )


def _of_metric(curve, metric):
    """Values (percentages,), replicates (resamples, percentages) and clusters."""
    column = METRICS.index(metric)
    return curve.values[:, column], curve.replicates[..., column], curve.n_clusters


def _together(curve, metric):
    """The intervals that hold for all points of one curve at once."""
    return bootstrap.intervals(*_of_metric(curve, metric), together=True)


def _differences(curve, metric, together):
    """Rows of the differences of one curve."""
    numbers = _of_metric(curve, metric)
    one = bootstrap.intervals(*numbers)
    return pd.DataFrame(
        {
            **curve.names,
            "percentage": curve.percentages,
            "metric": metric,
            "difference": numbers[0],
            "low": one.low.clip(*RANGE),
            "high": one.high.clip(*RANGE),
            "simultaneous_low": together.low.clip(*RANGE),
            "simultaneous_high": together.high.clip(*RANGE),
        }
    )


def _areas(curves, metric, together):
    """Rows of the areas of all classifiers, with p corrected for their number."""
    rows = []
    for curve in curves:
        values, replicates, n = _of_metric(curve, metric)
        weights = bootstrap.area_weights(curve.percentages)
        area = values @ weights
        low, high, p = bootstrap.intervals(
            np.array([area]), (replicates @ weights)[:, None], n
        )
        numbers = {"difference": area, "low": low.clip(*RANGE).item()}
        numbers |= {"high": high.clip(*RANGE).item(), "p": p.item()}
        rows.append({**curve.names, "metric": metric, **numbers})
    table = pd.DataFrame(rows)
    largest = [intervals.p.min() for intervals in together]
    # Two ways to be ahead, over all or somewhere: Bonferroni's correction for two.
    either = np.minimum(1, 2 * np.minimum(table["p"], largest))
    return table.assign(
        p_holm=bootstrap.holm(table["p"].to_numpy()),
        p_ahead=bootstrap.holm(either.to_numpy()),
    )
