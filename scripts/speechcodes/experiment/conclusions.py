"""What the intervals let one say about each classifier, as numbers."""

from itertools import groupby

import numpy as np
import pandas as pd

from speechcodes.experiment.bootstrap import FEWEST
from speechcodes.experiment.comparison import AREA, KEYS
from speechcodes.names import BEST_REFERENCE, is_learned

#: Below this p a difference is called certain.
SURE = 0.05
#: Draws below which no winner is named.
FEWEST_DRAWS = 5

COLUMNS = [*KEYS, "comparison", "metric", "units", "unnamed", "ahead"]
COLUMNS += ["difference", "low", "high", "p", "percentages", "least", "most"]
COLUMNS += ["baseline_percentages", "baseline_least", "baseline_most"]


def conclusions(
    intervals: pd.DataFrame,
    differences: pd.DataFrame,
    areas: pd.DataFrame,
    metric: str = "macro_f1",
) -> pd.DataFrame:
    """Tell per classifier and pair of feature sets who is ahead, where, and how far.

    A feature set is called ahead at a percentage, or over the whole curve, only where
    the simultaneous intervals of the metric and of UAR both exclude zero on its side:
    any two sets that only guess have the same UAR, however often they guess each class.
    Nobody is called ahead from fewer than `FEWEST_DRAWS` draws or `bootstrap.FEWEST`
    test speakers, or where the two are scored on different units.

    The tables are those of `comparison.Statistics`.

    Returns
    -------
    pd.DataFrame
        A row per segment, baseline, feature_set and classifier, with the columns

        - comparison; metric; units: what the two are scored on, `utterance` or
          `segment`, or both, joined by a space;
        - unnamed: why no winner can be named, `draws`, `speakers` or `units`, or empty;
        - ahead: who is ahead, of baseline and feature set one, both (in the order of
          percentages, joined by a space) or none;
        - difference, low, high: feature set minus baseline over the whole curve, with
          the interval of this difference alone; p: the smallest of the curve, corrected
          for all that is compared with it;
        - percentages: runs of percentages where the feature set is ahead, such as
          `5-20 50`, empty where it is at no single one for certain; least, most: the
          smallest and the largest difference there;
        - baseline_percentages, baseline_least, baseline_most: the same where the
          baseline is ahead, sizes without sign.
    """
    main = intervals[intervals["main"]]
    points = pd.concat([differences, areas.assign(percentage=AREA)])
    points = _certain(points, metric)
    rows = []
    for key, curve in points.groupby(KEYS, sort=False):
        units, unnamed = _judged(main, *key[:3])
        rows.append(
            {
                **dict(zip(KEYS, key, strict=True)),
                "metric": metric,
                "units": " ".join(units),
                "unnamed": unnamed,
                **_who_and_where(curve.sort_values("percentage"), key, unnamed),
            }
        )
    return pd.DataFrame(rows, columns=COLUMNS)


def _certain(points, metric):
    """The points in a metric, with the sign of certain differences, and p of both."""
    of_metric, uar = (
        points[points["metric"] == name].set_index([*KEYS, "percentage"])
        for name in (metric, "uar")
    )
    uar = uar.loc[of_metric.index]
    both = of_metric, uar
    above = np.logical_and(*(of["simultaneous_low"] > 0 for of in both))
    below = np.logical_and(*(of["simultaneous_high"] < 0 for of in both))
    agree = of_metric["difference"] * uar["difference"] > 0
    p = np.maximum(of_metric["p"], uar["p"]).where(agree, 1)
    return of_metric.assign(sign=above.astype(int) - below, p=p).reset_index()


def _judged(main, segment, baseline, feature_set):
    """The units that two feature sets are scored on, and why no winner is named."""
    of_both = main["feature_set"].isin([baseline, feature_set])
    if baseline == BEST_REFERENCE:
        of_both |= ~main["feature_set"].map(is_learned).astype(bool)
    known = main[of_both & (main["segment"] == segment)]
    units = list(known["unit"].unique())
    if len(units) > 1:
        return units, "units"
    if known["n_resampled"].min() < FEWEST:
        return units, "speakers"
    return units, "draws" if known["draws"].min() < FEWEST_DRAWS else ""


def _who_and_where(curve, key, unnamed):
    """Who is ahead, at which percentages, and by how much."""
    _, baseline, feature_set, _ = key
    area, points = curve.iloc[0], curve.iloc[1:]
    runs = [] if unnamed else list(_runs(points))
    names = {1: feature_set, -1: baseline}
    signs = list(dict.fromkeys(sign for sign, _ in runs))
    if not unnamed and not signs and area["sign"]:
        signs = [area["sign"]]
    found = {"comparison": area["comparison"]}
    found |= {name: area[name] for name in ("difference", "low", "high")}
    found |= {"ahead": " ".join(names[sign] for sign in signs), "p": curve["p"].min()}
    for sign, prefix in [(1, ""), (-1, "baseline_")]:
        of_sign = [run for of, run in runs if of == sign]
        sizes = np.abs([d for run in of_sign for d in run["difference"]])
        found |= {
            f"{prefix}percentages": " ".join(map(_range, of_sign)),
            f"{prefix}least": sizes.min() if of_sign else np.nan,
            f"{prefix}most": sizes.max() if of_sign else np.nan,
        }
    return found


def _runs(points):
    """Yield sign and rows of adjacent percentages where a difference is certain."""
    signs = list(points["sign"])
    for sign, group in groupby(range(len(points)), key=lambda i: signs[i]):
        if sign:
            yield sign, points.iloc[list(group)]


def _range(run):
    """Write the first and the last percentage of a run, `5-20`, or its only one."""
    first, last = run["percentage"].iloc[[0, -1]]
    return f"{first}" if first == last else f"{first}-{last}"
