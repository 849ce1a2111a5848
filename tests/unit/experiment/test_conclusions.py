"""Conclusions say what the intervals support, and no more."""

import numpy as np
import pandas as pd
import pytest

from speechcodes.experiment.conclusions import COLUMNS, conclusions

#: Percentage to difference and half of the interval that holds for all at once.
RUN = {100: (0.01, 0.03), 10: (0.05, 0.04), 40: (0.06, 0.05), 20: (0.08, 0.01)}
LEVEL = {10: (0.02, 0.03), 20: (-0.02, 0.03), 40: (0.02, 0.03), 100: (0.02, 0.03)}
#: Of the area: difference, half of the interval that holds for all, and p.
AREA = (0.04, 0.03, 0.0123)


def tables(curve, area=AREA, uar=None, unit="utterance", enough=(12, 10), **names):
    """Return intervals, differences and areas of one curve.

    In UAR the curve is the same, or another one with its area. Enough are test
    speakers and draws.
    """
    keys = {"segment": "30k", "baseline": "midterm", "feature_set": "code"}
    keys |= {"classifier": "svm", **names}
    metric = keys.pop("metric", "macro_f1")
    differences, areas = [], []
    of_metrics = [(metric, curve, area), ("uar", *(uar or (curve, area)))]
    for of, points, (whole, *reach, p) in of_metrics:
        key = {**keys, "metric": of}
        differences += [
            {**key, "percentage": at, "p": 0.5, **interval(*point)}
            for at, point in points.items()
        ]
        areas.append(
            {**key, "comparison": "primary", "p": p, **interval(whole, *reach)}
        )
    # Of codes, utterances are scored, too.
    units = [("midterm", "utterance", True), ("code", unit, True)]
    units += [("code", "utterance", False), ("wav2vec", "utterance", True)]
    intervals = pd.DataFrame(units, columns=["feature_set", "unit", "main"])
    intervals = intervals.assign(segment="30k", n_resampled=enough[0], draws=enough[1])
    return intervals, pd.DataFrame(differences), pd.DataFrame(areas)


def interval(difference, reach):
    """Return a difference with the ends of its intervals."""
    return {
        "difference": difference,
        # Of each alone intervals are narrower, and say nothing here.
        "low": difference - reach / 10,
        "high": difference + reach / 10,
        "simultaneous_low": difference - reach,
        "simultaneous_high": difference + reach,
    }


def together(*pairs):
    """Put tables of several curves below each other."""
    return [pd.concat(of_one) for of_one in zip(*pairs, strict=True)]


def only(curve, area=AREA, **names):
    """Return the conclusion of one curve."""
    (row,) = conclusions(*tables(curve, area, **names)).itertuples()
    return row


def feature_sets_ahead(row):
    """Return where the feature set is ahead, and by how much."""
    return row.percentages, row.least, row.most


def baseline_ahead(row):
    """Return where the baseline is ahead, and by how much."""
    return row.baseline_percentages, row.baseline_least, row.baseline_most


def nowhere(found):
    percentages, least, most = found
    return percentages == "" and np.isnan(least) and np.isnan(most)


@pytest.mark.parametrize(("sign", "winner"), [(1, "code"), (-1, "midterm")])
def test_ahead_in_a_run_of_percentages(sign, winner):
    area = sign * AREA[0], *AREA[1:]
    row = only({at: (sign * gap, reach) for at, (gap, reach) in RUN.items()}, area)
    ahead, behind = [feature_sets_ahead(row), baseline_ahead(row)][::sign]
    assert row.ahead == winner and row.unnamed == ""
    assert ahead == ("10-40", 0.05, 0.08) and nowhere(behind)
    assert (row.difference, row.p) == (area[0], area[2])
    assert (row.low, row.high) == (area[0] - 0.003, area[0] + 0.003)
    assert row.comparison == "primary"


@pytest.mark.parametrize(
    ("curve", "expected"),
    [
        pytest.param({**LEVEL, 20: (0.07, 0.06)}, ("20", 0.07, 0.07), id="one"),
        pytest.param({**RUN, 20: (0.02, 0.03)}, ("10 40", 0.05, 0.06), id="gap"),
        pytest.param({10: (0.5, 0.5), 20: (0.5, 0.25)}, ("20", 0.5, 0.5), id="touch"),
    ],
)
def test_runs_are_told_apart_and_the_winner_named_once(curve, expected):
    row = only(curve)
    assert row.ahead == "code"
    assert feature_sets_ahead(row) == expected


def test_curves_that_cross_have_both_ahead_in_runs_of_their_own():
    row = only({100: (0.05, 0.02), 10: (-0.09, 0.02), 20: (-0.06, 0.02)})
    assert row.ahead == "midterm code"
    assert baseline_ahead(row) == ("10-20", 0.06, 0.09)
    assert feature_sets_ahead(row) == ("100", 0.05, 0.05)


@pytest.mark.parametrize(
    ("area", "winner"),
    [
        ((0.03, 0.02, 0.01), "code"),
        ((-0.03, 0.02, 0.01), "midterm"),
        ((0.01, 0.02, 0.3456), ""),
    ],
)
def test_ahead_on_average_only_or_not_at_all(area, winner):
    row = only(LEVEL, area)
    assert row.ahead == winner
    assert nowhere(feature_sets_ahead(row)) and nowhere(baseline_ahead(row))
    assert (row.difference, row.p) == (area[0], area[2])


def test_both_the_metric_and_uar_must_be_ahead_on_the_same_side():
    """At 5 % neither knows anything, and one guesses every class: only F1 differs."""
    few = {5: (0.15, 0.05), 50: (0.1, 0.05)}
    row = only(few, uar=({5: (0.01, 0.05), 50: (0.1, 0.05)}, AREA))
    assert feature_sets_ahead(row) == ("50", 0.1, 0.1)
    row = only(few, uar=({5: (-0.15, 0.05), 50: (-0.1, 0.05)}, (-0.04, 0.03, 0.01)))
    assert row.ahead == "" and row.p == 1
    # Of two p the larger counts, and of a curve the smallest of these.
    assert only(few, uar=(few, (0.04, 0.05, 0.03))).p == 0.03


@pytest.mark.parametrize(
    ("enough", "unit", "unnamed"),
    [
        ((12, 4), "utterance", "draws"),
        ((3, 10), "utterance", "speakers"),
        ((12, 10), "segment", "units"),
        ((4, 5), "utterance", ""),
    ],
)
def test_from_too_little_no_winner_is_named(enough, unit, unnamed):
    row = only(RUN, enough=enough, unit=unit)
    assert row.unnamed == unnamed and bool(row.ahead) == (not unnamed)
    assert nowhere(feature_sets_ahead(row)) == bool(unnamed)
    assert row.difference == AREA[0]


def test_every_reference_counts_for_the_best_of_them():
    intervals, *both = tables(RUN, baseline="best_reference", enough=(12, 10))
    few = intervals["feature_set"].eq("wav2vec")
    (row,) = conclusions(intervals, *both).itertuples()
    assert row.ahead == "code" and row.units == "utterance"
    (row,) = conclusions(
        intervals.assign(draws=intervals["draws"].mask(few, 1)), *both
    ).itertuples()
    assert row.unnamed == "draws"


@pytest.mark.parametrize(
    ("unit", "units"), [("utterance", "utterance"), ("segment", "utterance segment")]
)
def test_what_the_two_are_scored_on_is_told(unit, units):
    assert only(RUN, unit=unit).units == units


def test_each_classifier_and_feature_set_has_a_row_in_their_order():
    nothing = (0.01, 0.02, 1.0)
    differences, areas = together(
        tables(RUN),
        tables(LEVEL, nothing, classifier="mine"),
        tables(LEVEL, nothing, feature_set="wav2vec"),
        tables(RUN, feature_set="wav2vec", classifier="mine"),
    )[1:]
    found = conclusions(tables(RUN)[0], differences, areas)
    assert list(found.columns) == COLUMNS
    assert set(found["baseline"]) == {"midterm"}
    assert list(found["feature_set"]) == ["code", "code", "wav2vec", "wav2vec"]
    assert list(found["classifier"]) == ["svm", "mine", "svm", "mine"]
    assert list(found["ahead"]) == ["code", "", "", "wav2vec"]


def test_the_metric_chosen_is_told_and_no_other():
    found = tables(RUN, uar=(LEVEL, (0.02, 0.03, 0.6)))
    (row,) = conclusions(*found, metric="uar").itertuples()
    assert (row.metric, row.ahead, row.difference) == ("uar", "", 0.02)
    (row,) = conclusions(*found).itertuples()
    assert (row.metric, row.difference) == ("macro_f1", AREA[0])
