"""What the intervals let one say about each classifier, as numbers."""

from itertools import groupby

import numpy as np
import pandas as pd

#: Below this p a difference is called certain.
SURE = 0.05

KEYS = ["baseline", "feature_set", "classifier"]
COLUMNS = [*KEYS, "metric", "units", "ahead", "difference", "low", "high", "p"]
COLUMNS += ["percentages", "least", "most"]
COLUMNS += ["baseline_percentages", "baseline_least", "baseline_most"]


def conclusions(
    intervals: pd.DataFrame,
    differences: pd.DataFrame,
    areas: pd.DataFrame,
    metric: str = "macro_f1",
) -> pd.DataFrame:
    """Tell per classifier and pair of feature sets who is ahead, where, and how far.

    A feature set is called ahead only if the curves differ for certain, `p_ahead`
    being below 0.05, so that at most about one run in twenty names a winner where
    there is none. Where it is ahead is told by the interval that covers all percentages
    of the classifier at once.

    The tables are those of `comparison.Statistics`.

    Returns
    -------
    pd.DataFrame
        A row per baseline, feature_set and classifier, with the columns

        - metric; units: what the two are scored on, `utterance` or `segment`, or both,
          joined by a space;
        - ahead: who is ahead, of baseline and feature set one, both (in the order of
          percentages, joined by a space) or none;
        - difference, low, high: feature set minus baseline over the whole curve, with
          its interval; p: corrected, of the curves differing at all;
        - percentages: runs of percentages where the feature set is ahead, such as
          `5-20 50`, empty where it is at no single one for certain; least, most: the
          smallest and the largest difference there;
        - baseline_percentages, baseline_least, baseline_most: the same where the
          baseline is ahead, sizes without sign.
    """
    units = intervals[intervals["main"]].groupby("feature_set")["unit"].first()
    differences = differences[differences["metric"] == metric]
    areas = areas[areas["metric"] == metric].set_index(KEYS)
    rows = []
    for key, curve in differences.groupby(KEYS, sort=False):
        area = areas.loc[key]
        rows.append(
            {
                **dict(zip(KEYS, key, strict=True)),
                "metric": metric,
                "units": " ".join(dict.fromkeys(units[list(key[:2])])),
                **_who_and_where(curve.sort_values("percentage"), area),
                **{name: area[name] for name in ("difference", "low", "high")},
                "p": area["p_ahead"],
            }
        )
    return pd.DataFrame(rows, columns=COLUMNS)


def _who_and_where(curve, area):
    """Who is ahead, at which percentages, and by how much."""
    runs = list(_runs(curve)) if area["p_ahead"] < SURE else []
    names = {1: area.name[1], -1: area.name[0]}
    signs = list(dict.fromkeys(sign for sign, _ in runs))
    if area["p_ahead"] < SURE and not runs:
        signs = [1 if area["difference"] > 0 else -1]
    found = {"ahead": " ".join(names[sign] for sign in signs)}
    for sign, prefix in [(1, ""), (-1, "baseline_")]:
        of_sign = [run for of, run in runs if of == sign]
        sizes = np.abs([d for run in of_sign for d in run["difference"]])
        found |= {
            f"{prefix}percentages": " ".join(map(_range, of_sign)),
            f"{prefix}least": sizes.min() if of_sign else np.nan,
            f"{prefix}most": sizes.max() if of_sign else np.nan,
        }
    return found


def _runs(curve):
    """Yield sign and rows of adjacent percentages where the interval excludes zero."""
    signs = (curve["simultaneous_low"] > 0).astype(int)
    signs = list(signs - (curve["simultaneous_high"] < 0))
    for sign, group in groupby(range(len(curve)), key=lambda i: signs[i]):
        if sign:
            yield sign, curve.iloc[list(group)]


def _range(run):
    """Write the first and the last percentage of a run, `5-20`, or its only one."""
    first, last = run["percentage"].iloc[[0, -1]]
    return f"{first}" if first == last else f"{first}-{last}"
