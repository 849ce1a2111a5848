"""Tables of one segment variant: intervals, chance, differences and areas."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from speechcodes import names
from speechcodes.experiment import bootstrap
from speechcodes.experiment.chance import Shuffles, chance
from speechcodes.experiment.metrics import METRICS
from speechcodes.experiment.predictions import Predicted

#: What a difference of two scores can be.
RANGE = (-1, 1)
DIFFERENCES = ["baseline", "feature_set", "classifier", "percentage", "metric"]
DIFFERENCES += ["difference", "low", "high", "simultaneous_low", "simultaneous_high"]
AREAS = ["baseline", "feature_set", "classifier", "metric", "difference", "low", "high"]
AREAS += ["p", "p_holm", "p_ahead"]


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
    what else is compared. Predictions are consumed once, one after the other;
    `shuffles` are the permutations for the level of chance.
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
        curves = [_Curve.of(main, baseline, other, c) for c in classifiers]
        of_metric = {}
        for metric in METRICS:
            rows = []
            for curve in curves:
                points, area = _rows(curve, metric)
                differences.append(points)
                rows.append(area)
            of_metric[metric] = _corrected(pd.DataFrame(rows))
        # Whatever is guessed has the same UAR; other scores depend on how often each
        # class is guessed, which two feature sets may do differently.
        known_classes = of_metric["uar"]["p_ahead"]
        areas += [
            area.assign(p_ahead=np.maximum(area["p_ahead"], known_classes))
            for area in of_metric.values()
        ]
    return _joined(differences, DIFFERENCES), _joined(areas, AREAS)


def _joined(tables, columns):
    if not tables:  # A single feature set has nothing to be compared with.
        return pd.DataFrame(columns=columns)
    return pd.concat(tables, ignore_index=True)[columns]


class _Curve(NamedTuple):
    """The differences of one classifier between a feature set and the baseline."""

    names: dict  # baseline, feature_set and classifier
    percentages: list  # sorted
    values: np.ndarray  # shape (percentages, metrics)
    replicates: np.ndarray  # shape (resamples, percentages, metrics)
    n_clusters: int

    @classmethod
    def of(cls, main, baseline, other, classifier):
        there = sorted(p for name, c, p in main if (name, c) == (other, classifier))
        points = [
            (main[other, classifier, p], main[baseline, classifier, p]) for p in there
        ]
        return cls(
            {"baseline": baseline, "feature_set": other, "classifier": classifier},
            there,
            np.array([a.scores - b.scores for a, b in points]),
            np.stack([a.replicates - b.replicates for a, b in points], axis=1),
            min(estimate.n_clusters for point in points for estimate in point),
        )


def _rows(curve, metric):
    """Rows of the differences of one curve, and the row of its area."""
    column = METRICS.index(metric)
    values, replicates = curve.values[:, column], curve.replicates[..., column]
    one, together = (
        bootstrap.intervals(values, replicates, curve.n_clusters, together)
        for together in (False, True)
    )
    points = {
        "percentage": curve.percentages,
        "difference": values,
        "low": one.low.clip(*RANGE),
        "high": one.high.clip(*RANGE),
        "simultaneous_low": together.low.clip(*RANGE),
        "simultaneous_high": together.high.clip(*RANGE),
    }
    weights = bootstrap.area_weights(curve.percentages)
    area, resampled = values @ weights, (replicates @ weights)[:, None]
    low, high, p = bootstrap.intervals(np.array([area]), resampled, curve.n_clusters)
    whole = {
        "difference": area,
        "low": low.clip(*RANGE).item(),
        "high": high.clip(*RANGE).item(),
        "p": p.item(),
        "p_of_points": together.p.min(),
    }
    keys = {**curve.names, "metric": metric}
    return pd.DataFrame({**keys, **points}), {**keys, **whole}


def _corrected(areas):
    """Areas of all classifiers with p corrected for their number."""
    # Two ways to be ahead, over all or somewhere: Bonferroni's correction for two.
    either = np.minimum(1, 2 * np.minimum(areas["p"], areas["p_of_points"]))
    return areas.assign(
        p_holm=bootstrap.holm(areas["p"].to_numpy()),
        p_ahead=bootstrap.holm(either.to_numpy()),
    )
