"""What the intervals let one say about each classifier, in a sentence."""

from itertools import groupby

import numpy as np
import pandas as pd

from speechcodes.names import classifier as called
from speechcodes.names import feature_set, is_learned, is_per_speaker
from speechcodes.names import metric as word

#: Below this p a difference is called certain.
SURE = 0.05


def conclusions(differences, areas, metric="macro_f1"):
    """Return a sentence per classifier and feature set, and who is ahead.

    A feature set is called ahead only if the curves differ for certain, `p_ahead`
    being below 0.05, so that at most about one run in twenty names a winner where
    there is none. Where it is ahead is told by the interval that covers all percentages
    of the classifier at once.

    Parameters
    ----------
    differences, areas : pd.DataFrame
        See `comparison.Statistics`.
    metric : str

    Returns
    -------
    pd.DataFrame
        Columns baseline, feature_set, classifier, metric, ahead (names of feature
        sets, joined by a space) and sentence.
    """
    keys = ["baseline", "feature_set", "classifier"]
    differences = differences[differences["metric"] == metric]
    areas = areas[areas["metric"] == metric].set_index(keys)
    rows = []
    for key, curve in differences.groupby(keys, sort=False):
        ahead, sentence = _conclude(curve, areas.loc[key], metric, *key)
        rows.append((*key, metric, " ".join(ahead), sentence))
    return pd.DataFrame(rows, columns=[*keys, "metric", "ahead", "sentence"])


def asked(table):
    """Return the conclusions that answer what the workflow asks.

    Those that hold codes against something that is normalised alike; where there are
    none, all.

    Parameters
    ----------
    table : pd.DataFrame
        As `conclusions` returns it.
    """
    pairs = zip(table["baseline"], table["feature_set"], strict=True)
    answers = [
        is_learned(one) != is_learned(other)
        and is_per_speaker(one) == is_per_speaker(other)
        for one, other in pairs
    ]
    return table[answers] if any(answers) else table


def _conclude(curve, area, metric, baseline, other, classifier):
    """Who is ahead somewhere, and the sentence."""
    names = {1: other, -1: baseline}
    winners, parts = [], []
    if area["p_ahead"] < SURE:
        runs = list(_runs(curve.sort_values("percentage")))
        for sign in dict.fromkeys(sign for sign, _ in runs):
            winners.append(names[sign])
            where = _where([run for of, run in runs if of == sign])
            parts.append(f"{_ahead(names, sign)} {where}")
        if not winners:
            sign = 1 if area["difference"] > 0 else -1
            winners.append(names[sign])
            parts.append(
                f"{_ahead(names, sign)} on average, though at no single percentage for "
                "certain"
            )
    found = "; ".join(parts) or "no difference that is certain"
    p = area["p_ahead"]
    sentence = (
        f"{called(classifier)}: {found} (corrected p "
        f"{'< 0.001' if p < 0.001 else f'= {p:.3f}'}); over the whole curve "
        f"{feature_set(other)} score {area['difference']:+.3f} {word(metric)} against "
        f"{feature_set(baseline)} (95 % interval {area['low']:+.3f} to "
        f"{area['high']:+.3f})."
    )
    return winners, sentence


def _ahead(names, sign):
    winner, loser = feature_set(names[sign]), feature_set(names[-sign])
    return f"{winner} are ahead of {loser}"


def _runs(curve):
    """Yield sign and rows of adjacent percentages where the interval excludes zero."""
    signs = [_sign(row) for _, row in curve.iterrows()]
    for sign, group in groupby(range(len(curve)), key=lambda i: signs[i]):
        if sign:
            yield sign, curve.iloc[list(group)]


def _sign(row):
    """1 or -1 where the simultaneous interval lies above or below zero, else 0."""
    return int(row["simultaneous_low"] > 0) - int(row["simultaneous_high"] < 0)


def _where(runs):
    """Percentages of some runs, and by how much."""
    places = []
    for run in runs:
        first, last = run["percentage"].iloc[0], run["percentage"].iloc[-1]
        places.append(f"at {first}" if first == last else f"from {first} to {last}")
    *others, final = places
    listed = " and ".join(filter(None, [", ".join(others), final]))
    sizes = np.abs(np.concatenate([run["difference"] for run in runs]))
    least, most = sizes.min(), sizes.max()
    by = f"{least:.3f}" if len(sizes) == 1 else f"{least:.3f} to {most:.3f}"
    return f"{listed} % of the labels (by {by})"
