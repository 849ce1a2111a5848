"""Tables over all folds and segment variants: intervals, chance, differences, areas."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import chain, product
from typing import NamedTuple

import numpy as np
import pandas as pd

from speechcodes import names
from speechcodes.experiment import bootstrap
from speechcodes.experiment.bootstrap import Intervals
from speechcodes.experiment.chance import Shuffles, above, chance
from speechcodes.experiment.metrics import METRICS
from speechcodes.experiment.predictions import Predicted
from speechcodes.experiment.ranking import ranking

#: What a difference of two scores can be.
RANGE = (-1, 1)
#: What a comparison is there for; see `pairs`.
PRIMARY, SECONDARY, EXPLORATORY = "primary", "secondary", "exploratory"
#: Stands for a percentage where all of them are meant.
AREA = 0

KEYS = ["segment", "baseline", "feature_set", "classifier"]
_NUMBERS = ["metric", "difference", "low", "high"]
_NUMBERS += ["simultaneous_low", "simultaneous_high", "p"]
AREAS = [*KEYS, "comparison", *_NUMBERS]
DIFFERENCES = [*KEYS, "percentage", *_NUMBERS]


class Statistics(NamedTuple):
    """Tables, each with a row per metric and whatever else it tells apart.

    Attributes
    ----------
    intervals : pd.DataFrame
        Score, low and high per segment variant, feature set, classifier, percentage
        and unit; `main` says whether feature sets are compared on this unit,
        `resampled` what stands for independent test cases, `n_resampled` how many
        these are, `draws_lacking_classes` in how many draws some class that is there
        was never predicted, `training_voices` how many voices there are to learn from,
        `halvings` how often these were halved to tell how much they matter, and
        `fewest_of_speaker` how many utterances the training or test speaker with the
        fewest has.
    chance : pd.DataFrame
        Score, low and high against shuffled classes, on the main unit; p of scoring
        higher than that, corrected for all scores of a metric.
    differences : pd.DataFrame
        Feature set minus baseline at each percentage. `low` and `high` are the
        interval of this difference alone; the simultaneous ones and `p` hold for all
        differences and areas of a metric at once, whatever the segment variant,
        classifier and pair. The primary comparison, which was chosen beforehand, stands
        first, with simultaneous intervals for its percentages and its area alone; see
        `_against_best`. No interval reaches beyond what a difference can be, -1 to 1.
    areas : pd.DataFrame
        The same of the mean difference over the curve, on a logarithmic axis of
        percentages, and what the `comparison` is there for.
    ranking : pd.DataFrame
        See `ranking.ranking`.
    """

    intervals: pd.DataFrame
    chance: pd.DataFrame
    differences: pd.DataFrame
    areas: pd.DataFrame
    ranking: pd.DataFrame


class Primary(NamedTuple):
    """The comparison that a run was made for: one set against every reference."""

    segment: str
    feature_set: str
    classifier: str


def compare(
    predicted: Iterable[Predicted],
    primary: Primary | None = None,
    *,
    resamples: int = 2000,
    shuffles: int = 1000,
    seed: int = 1,
) -> Statistics:
    """Return the `Statistics` of all predictions.

    The feature set that comes first is the baseline of all others; see `pairs` for
    what else is compared. Predictions are consumed once, one after the other;
    `shuffles` are the permutations for the level of chance. Without a primary
    comparison all are corrected together.
    """
    resampling = bootstrap.Resampling(resamples, seed)
    shuffled = Shuffles(shuffles, seed)
    interval_rows, levels, main = [], [], {}
    for one in predicted:
        point = bootstrap.estimate(one, resampling)
        interval_rows.append(_interval_rows(one, point))
        if one.main:
            main[one.segment, one.feature_set, one.classifier, one.percentage] = point
            levels.append((_columns(one), point.values, chance(one, shuffled)))
    # A variant whose training speech is by one voice has no halvings.
    fewest = min(len(point.halved) for point in main.values())
    main = {
        key: point._replace(halved=point.halved[:fewest]) for key, point in main.items()
    }
    differences, areas = _of_pairs(main, primary)
    intervals = pd.concat(interval_rows, ignore_index=True)
    ranked = ranking(intervals, main)
    return Statistics(intervals, _chance_table(levels), differences, areas, ranked)


def _columns(one):
    return {
        "segment": one.segment,
        "feature_set": one.feature_set,
        "classifier": one.classifier,
        "percentage": one.percentage,
        "n_training_utterances": one.n_training_utterances,
        "unit": one.unit,
        "n": len(one.truth),
    }


def _interval_rows(one, point):
    found = bootstrap.intervals(point)
    return pd.DataFrame(
        {
            **_columns(one),
            "main": one.main,
            "draws": len(one.predicted),
            "draws_lacking_classes": sum(
                len(np.setdiff1d(one.truth, guesses)) > 0 for guesses in one.predicted
            ),
            "resampled": bootstrap.describe_clusters(one.speaker),
            "n_resampled": point.n_test,
            "training_voices": one.n_training_voices,
            "halvings": len(point.halved),
            "fewest_of_speaker": one.fewest_of_speaker,
            "metric": METRICS,
            "score": point.values,
            "low": found.low.clip(0, 1),
            "high": found.high.clip(0, 1),
        }
    )


def _chance_table(levels):
    """The table of chance, of columns, scores and `Chance` of every point."""
    columns, found, of_points = zip(*levels, strict=True)
    found, shuffled = np.array(found), np.stack([one.shuffled for one in of_points], 1)
    p = [above(found[:, m], shuffled[..., m]) for m in range(len(METRICS))]
    ends = ["score", "low", "high"]
    return pd.DataFrame(
        {**known, "metric": metric, **dict(zip(ends, level, strict=True)), "p": of}
        for known, one, ps in zip(columns, of_points, np.transpose(p), strict=True)
        for metric, level, of in zip(METRICS, one.level, ps, strict=True)
    )


def pairs(
    feature_sets: Sequence[str], primary: str | None = None
) -> dict[tuple[str, str], str]:
    """Return which feature sets are held against which, as (baseline, other), and why.

    `secondary` are learned features against all others that are normalised alike,
    those of the primary comparison against all others that are not learned, and
    self-training against plain training. Self-training is a reference: its features are
    not learned. `exploratory` are the rest against the first of all.

    >>> pairs(["midterm", "pca", "code"])
    {('midterm', 'pca'): 'exploratory', ('midterm', 'code'): 'secondary', \
('pca', 'code'): 'secondary'}
    """
    baseline, *others = feature_sets
    learned = [name for name in feature_sets if names.is_learned(name)]
    references = [name for name in feature_sets if name not in learned]
    found = {(baseline, other): EXPLORATORY for other in others}
    for one in learned:
        for other in references:
            alike = names.is_per_speaker(one) == names.is_per_speaker(other)
            if alike or one == primary:
                pair = (one, other) if one == baseline else (other, one)
                found[pair] = SECONDARY
    for one in filter(names.is_self_trained, feature_sets):
        if names.features(one) in feature_sets:
            found[names.features(one), one] = SECONDARY
    return found


class _Curve(NamedTuple):
    """The differences of one classifier between a feature set and the baseline."""

    segment: str
    baseline: str
    feature_set: str
    classifier: str
    comparison: str
    percentages: list[int]  # sorted
    #: Of the feature set and of the baseline, of all metrics, at each percentage.
    points: list[tuple[bootstrap.Estimate, bootstrap.Estimate]]

    def estimate(self, metric: str) -> bootstrap.Estimate:
        """Return the differences in a metric, and their area, as one estimate."""
        n = METRICS.index(metric)
        found = bootstrap.side_by_side([a.only(n) - b.only(n) for a, b in self.points])
        area = bootstrap.area_weights(self.percentages)
        return found.weighted(np.column_stack([np.eye(len(area)), area]))

    def rows(self, metric: str, numbers: dict) -> pd.DataFrame:
        """Return a row for each number of a metric: of percentages and of the area."""
        keys = dict(zip([*KEYS, "comparison"], self, strict=False))
        percentages = [*self.percentages, AREA]
        return pd.DataFrame(
            {**keys, "percentage": percentages, "metric": metric, **numbers}
        )


def _of_pairs(points, primary):
    """Tables of differences and areas: of the primary comparison, and of every pair."""
    curves, against_best = _curves(points, primary)
    if not curves:  # A single feature set has nothing to be compared with.
        return pd.DataFrame(columns=DIFFERENCES), pd.DataFrame(columns=AREAS)
    tables = [_against_best(against_best, m) for m in METRICS if against_best]
    of_metrics = [_of_family(curves, metric) for metric in METRICS]
    tables += chain.from_iterable(zip(*of_metrics, strict=True))
    rows = pd.concat(tables, ignore_index=True)
    is_area = rows["percentage"] == AREA
    both = rows[~is_area][DIFFERENCES], rows[is_area][AREAS]
    return tuple(table.reset_index(drop=True) for table in both)


def _curves(points, primary):
    """Every `_Curve` of a pair, and those of the primary comparison."""
    by_curve = defaultdict(dict)
    for (*curve, percentage), point in sorted(points.items(), key=lambda p: p[0][-1]):
        by_curve[*curve][percentage] = point
    segments, feature_sets, classifiers = (
        list(dict.fromkeys(of)) for of in zip(*(key[:3] for key in points), strict=True)
    )

    def curve(segment, baseline, feature_set, classifier, comparison):
        one = by_curve[segment, baseline, classifier]
        other = by_curve[segment, feature_set, classifier]
        of_both = [(other[percentage], one[percentage]) for percentage in other]
        key = segment, baseline, feature_set, classifier
        return _Curve(*key, comparison, list(other), of_both)

    wanted = pairs(feature_sets, primary and primary.feature_set)
    every = [
        curve(segment, *pair, classifier, wanted[pair])
        for segment, pair, classifier in product(segments, wanted, classifiers)
    ]
    if primary is None:
        return every, []
    segment, feature_set, classifier = primary
    references = [
        name
        for name in feature_sets
        if not names.is_learned(name) and name != feature_set
    ]
    return every, [
        curve(segment, reference, feature_set, classifier, PRIMARY)
        for reference in references
    ]


def _numbers(values, one, together, p):
    return {
        "difference": values,
        "low": one.low.clip(*RANGE),
        "high": one.high.clip(*RANGE),
        "simultaneous_low": together.low.clip(*RANGE),
        "simultaneous_high": together.high.clip(*RANGE),
        "p": p,
    }


def _of_family(curves, metric):
    """Rows of a metric of each curve, all of them corrected together.

    But for those of too few test speakers, which have no intervals.
    """
    found = [curve.estimate(metric) for curve in curves]
    rows, corrected = [], iter(_together(found))
    for curve, estimate in zip(curves, found, strict=True):
        one = bootstrap.intervals(estimate)
        together = one if estimate.n_test < bootstrap.FEWEST else next(corrected)
        numbers = _numbers(estimate.values, one, together, together.p)
        rows.append(curve.rows(metric, numbers))
    return rows


def _together(estimates):
    """The intervals of each estimate of enough test speakers, that hold for all."""
    enough = [one for one in estimates if one.n_test >= bootstrap.FEWEST]
    if not enough:
        return []
    of_all = bootstrap.intervals(bootstrap.side_by_side(enough), together=True)
    ends = np.cumsum([len(one.values) for one in enough])[:-1]
    parts = (np.split(part, ends) for part in of_all)
    return [Intervals(*of_one) for of_one in zip(*parts, strict=True)]


def _against_best(curves, metric):
    """Rows of a metric of one feature set against the best of all references.

    The set is ahead of the best where it is ahead of each: at any one percentage an
    intersection-union test, which takes no correction for the number of references
    (Berger, 1982, "Multiparameter hypothesis testing and acceptance sampling",
    Technometrics 24).
    A low end is the lowest of those of all references, each by itself. That the best is
    ahead of the set is said of whichever is, and so corrected for all: a high end is
    the lowest of those of all references together.
    """
    found = [curve.estimate(metric) for curve in curves]
    values = np.array([estimate.values for estimate in found])
    one, each = (
        Intervals(*np.swapaxes([bootstrap.intervals(e, f) for e in found], 0, 1))
        for f in (False, True)
    )
    of_all = bootstrap.intervals(bootstrap.side_by_side(found), together=True)
    of_all = Intervals(*(part.reshape(values.shape) for part in of_all))
    difference = values.min(axis=0)
    p_behind = np.where(values < 0, of_all.p, 1).min(axis=0)
    numbers = _numbers(
        difference,
        Intervals(one.low.min(axis=0), one.high.min(axis=0), None),
        Intervals(each.low.min(axis=0), of_all.high.min(axis=0), None),
        np.where(difference > 0, each.p.max(axis=0), p_behind),
    )
    return curves[0]._replace(baseline=names.BEST_REFERENCE).rows(metric, numbers)
