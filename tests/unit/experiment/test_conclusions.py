"""Conclusions say what the intervals support, and no more."""

import numpy as np
import pandas as pd
import pytest

from speechcodes.experiment.conclusions import COLUMNS, conclusions

#: Percentage to difference and half of the interval that holds for all at once.
RUN = {100: (0.01, 0.03), 10: (0.05, 0.04), 40: (0.06, 0.05), 20: (0.08, 0.01)}
LEVEL = {10: (0.02, 0.03), 20: (-0.02, 0.03), 40: (0.02, 0.03), 100: (0.02, 0.03)}
#: Of the area: difference, low, high and p of the curve differing at all.
AREA = (0.04, 0.01, 0.07, 0.0123)


def tables(curve, area=AREA, unit="utterance", **names):
    """Return intervals, differences and areas of one curve."""
    keys = {"baseline": "midterm", "feature_set": "code", "classifier": "svm"}
    keys |= {"metric": "macro_f1", **names}
    differences = [
        {
            **keys,
            "percentage": percentage,
            "difference": difference,
            # Of each point alone intervals are narrower, and say nothing here.
            "low": difference - reach / 10,
            "high": difference + reach / 10,
            "simultaneous_low": difference - reach,
            "simultaneous_high": difference + reach,
        }
        for percentage, (difference, reach) in curve.items()
    ]
    numbers = dict(zip(["difference", "low", "high", "p_ahead"], area, strict=True))
    # What is not corrected says nothing here either.
    areas = {**keys, **numbers, "p": 0.0001, "p_holm": 0.0001}
    # Of codes, utterances are scored, too.
    units = [("midterm", "utterance", True), ("code", unit, True)]
    units += [("code", "utterance", False), ("wav2vec", "utterance", True)]
    intervals = pd.DataFrame(units, columns=["feature_set", "unit", "main"])
    return intervals, pd.DataFrame(differences), pd.DataFrame([areas])


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
    difference, *ends, p = AREA
    area = (sign * difference, *sorted(sign * end for end in ends), p)
    row = only({at: (sign * gap, reach) for at, (gap, reach) in RUN.items()}, area)
    ahead, behind = [feature_sets_ahead(row), baseline_ahead(row)][::sign]
    assert row.ahead == winner
    assert ahead == ("10-40", 0.05, 0.08) and nowhere(behind)
    assert (row.difference, row.low, row.high, row.p) == area


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
        ((0.03, 0.01, 0.05, 0), "code"),
        ((-0.03, -0.05, -0.01, 0), "midterm"),
        ((0.01, -0.02, 0.04, 0.3456), ""),
    ],
)
def test_ahead_on_average_only_or_not_at_all(area, winner):
    row = only(LEVEL, area)
    assert row.ahead == winner
    assert nowhere(feature_sets_ahead(row)) and nowhere(baseline_ahead(row))
    assert (row.difference, row.low, row.high, row.p) == area


@pytest.mark.parametrize("p, ahead", [(0.0499, "code"), (0.05, ""), (1, "")])
def test_who_is_ahead_is_decided_by_the_corrected_p(p, ahead):
    row = only(RUN, (0.04, 0.01, 0.07, p))
    assert row.ahead == ahead
    assert (row.percentages != "") == bool(ahead)


@pytest.mark.parametrize(
    ("unit", "units"), [("utterance", "utterance"), ("segment", "utterance segment")]
)
def test_what_the_two_are_scored_on_is_told(unit, units):
    assert only(RUN, unit=unit).units == units


def test_each_classifier_and_feature_set_has_a_row_in_their_order():
    differences, areas = together(
        tables(RUN),
        tables(LEVEL, (0.01, -0.01, 0.03, 1.0), classifier="mine"),
        tables(LEVEL, (0.01, -0.01, 0.03, 1.0), feature_set="wav2vec"),
        tables(RUN, feature_set="wav2vec", classifier="mine"),
    )[1:]
    found = conclusions(tables(RUN)[0], differences, areas)
    assert list(found.columns) == COLUMNS
    assert set(found["baseline"]) == {"midterm"}
    assert list(found["feature_set"]) == ["code", "code", "wav2vec", "wav2vec"]
    assert list(found["classifier"]) == ["svm", "mine", "svm", "mine"]
    assert list(found["ahead"]) == ["code", "", "", "wav2vec"]


def test_the_metric_chosen_is_told_and_no_other():
    found = together(tables(RUN), tables(LEVEL, (0.02, -0.01, 0.05, 0.6), metric="uar"))
    (row,) = conclusions(*found, metric="uar").itertuples()
    assert (row.metric, row.ahead, row.difference) == ("uar", "", 0.02)
    (row,) = conclusions(*found).itertuples()
    assert (row.metric, row.ahead) == ("macro_f1", "code")
