"""The figure of differences shows every pair, and what is beyond doubt."""

import numpy as np
import pandas as pd
import pytest
from drawing import (
    assert_nothing_is_cut,
    assert_ticks_stay_apart,
    caption,
    drawn,
    legend_labels,
    settings,
    write_tables,
)

from speechcodes import names
from speechcodes.errors import InputError
from speechcodes.figures import differences
from speechcodes.records import VALENCE


def table(percentages=(10, 20, 40, 60), sets=("code",), classifiers=("svm",)):
    """Make differences that fall from 0.3 by 0.2 at each percentage.

    Bands reach 0.05 to both sides, simultaneous intervals 0.15. So they are
    0.3 and 0.1 (not sure), -0.1 (not sure), -0.3, ...
    """
    return pd.DataFrame(
        {"baseline": "midterm", "feature_set": name, "classifier": classifier}
        | {"percentage": percentage, "metric": "macro_f1"}
        | {"difference": value, "low": value - 0.05, "high": value + 0.05}
        | {"simultaneous_low": value - 0.15, "simultaneous_high": value + 0.15}
        # The study's reading sees the same set ahead as the mean does.
        | {"study_difference": value / 2, "study_reversed": 0.2}
        for classifier in classifiers
        for name in sets
        for i, percentage in reversed(list(enumerate(percentages)))
        for value in [0.3 - 0.2 * i]
    )


def draw(rows, **changes):
    """Draw differences of which four utterances of six speakers were tested."""
    main = {"feature_set": ["midterm", "code"], "unit": "utterance", "n": 4}
    intervals = pd.DataFrame(main).assign(
        main=True, draws=10, resampled="6 test speakers", training_voices=9, halvings=10
    )
    return drawn(differences.differences(rows, intervals, settings(**changes)))


def points(axes, filled):
    """Return {row: differences} of points, rows counted from above, in order."""
    ticks = axes.get_yticks()
    found = {}
    for line in axes.lines:
        if line.get_marker() == "o":
            is_filled = line.get_markerfacecolor() != "white"
            for x, y in line.get_xydata() if is_filled == filled else ():
                row = int(np.abs(np.subtract(ticks, y)).argmin())
                found.setdefault(row, []).append((y, x))
    return {row: [x for _, x in sorted(at)] for row, at in sorted(found.items())}


def bars(axes):
    """Return the ends of bars, from above."""
    segments = [
        segment
        for collection in axes.collections
        for segment in collection.get_segments()
        if collection.get_transform().contains_branch(axes.transData)
        and collection.get_transform() != axes.get_yaxis_transform()
    ]
    return [
        [left[0], right[0]] for left, right in sorted(segments, key=lambda s: s[0][1])
    ]


def headings(figure):
    """Return the headings of groups of pairs, from above."""
    return [text.get_text() for text in figure.axes[0].texts]


def rows_of(figure):
    """Return the names of rows, from above."""
    return [label.get_text() for label in figure.axes[0].get_yticklabels()]


def test_points_bars_and_what_is_sure():
    (axes,) = draw(table()).axes
    assert points(axes, filled=True) == {0: pytest.approx([0.3, -0.3])}
    assert points(axes, filled=False) == {0: pytest.approx([0.1, -0.1])}
    expected = [[0.25, 0.35], [0.05, 0.15], [-0.15, -0.05], [-0.35, -0.25]]
    assert np.array(bars(axes)) == pytest.approx(np.array(expected))


def test_more_labels_stand_lower_and_are_darker():
    (axes,) = draw(table()).axes
    at = {
        float(line.get_xdata()[0].round(3)): (line.get_ydata()[0], line.get_color())
        for line in axes.lines
        if line.get_marker() == "o" and len(line.get_xdata())
    }
    heights, colours = zip(*(at[x] for x in (0.3, 0.1, -0.1, -0.3)), strict=True)
    # The axis counts from above.
    assert axes.get_ylim()[0] > axes.get_ylim()[1] and list(heights) == sorted(heights)
    greys = [sum(int(colour[i : i + 2], 16) for i in (1, 3, 5)) for colour in colours]
    assert greys == sorted(greys, reverse=True) and min(-np.diff(greys)) > 60


def test_of_many_percentages_five_are_drawn_from_the_least_to_the_largest():
    figure = draw(table(range(1, 101)))
    shown = ["1\xa0%", "3\xa0%", "10\xa0%", "32\xa0%", "100\xa0% of the labels"]
    assert legend_labels(figure) == shown
    found = [points(figure.axes[0], filled)[0] for filled in (True, False)]
    assert sum(map(len, found)) == 5
    assert "(dark), 5 of 100 percentages;" in caption(figure)


def test_words():
    figure = draw(table(), note="synthetic", protocol="study")
    ahead = "← the set of the heading ahead     Difference in macro F1     "
    assert figure.subfigs[1].get_supxlabel() == f"{ahead}the set of the row ahead →"
    shown = [f"{p}\xa0%" for p in (10, 20, 40)]
    assert legend_labels(figure) == [*shown, "60\xa0% of the labels"]
    assert caption(figure) == (
        "Points: mean difference, from few labels (light) to all (dark); bars, of each "
        "by itself: 95 % intervals over 6 test speakers, 9 training speakers and the "
        "draws. Filled points: zero lies outside the interval that holds, in this "
        "score, for all comparisons of the report at once, or for all "
        "percentages against the best reference. Nowhere does the study's reading (one "
        "draw, F1 weighted by how often classes are predicted) name another set ahead "
        "than the mean does. Scored on 4 test utterances. Synthetic."
    )
    figure = draw(table(), folds=4)
    assert "Scored on 4 test utterances, 4 folds together." in caption(figure)


def test_crosses_where_the_study_would_have_named_the_other_set():
    # The mean difference falls from 0.3 to 0.1, -0.1 and -0.3.
    rows = table().sort_values("percentage")
    rows["study_difference"] = [0.1, -0.1, 0.1, 0]
    figure = draw(rows)
    (axes,) = figure.axes
    crosses = sorted(
        y for line in axes.lines if line.get_marker() == "x" for y in line.get_ydata()
    )
    heights = sorted(
        y for line in axes.lines if line.get_marker() == "o" for y in line.get_ydata()
    )
    assert crosses == heights[1:3]
    assert legend_labels(figure)[-1] == "the study's reading differs"
    assert (
        "Crosses at the right: the study's reading (one draw, F1 weighted by how often "
        "classes are predicted) names another set ahead than the mean does, at 2 of 4 "
        "points; of all draws 20 % would."
    ) in caption(figure)


@pytest.mark.parametrize("protocol", ["study", "robust"])
def test_the_studys_reading_belongs_to_its_protocol(protocol, tmp_path):
    paths = write_tables(tmp_path, VALENCE)
    figure, found = differences.draw(paths, settings(protocol=protocol))
    is_study = protocol == "study"
    assert ("study_difference" in found) == is_study
    assert ("the study's reading" in caption(figure)) == is_study
    # All that was asked for stands in the numbers.
    asked = pd.read_csv(paths["differences"])
    assert len(found) == len(asked)


def test_the_studys_reading_is_the_first_draw_and_the_share_that_of_all():
    # By the study's measure code is ahead by 0.1 in one of two draws, at 20 %.
    measured = {(10, 0): 0.2, (10, 1): 0.3, (20, 0): 0.6, (20, 1): 0.4}
    scores = pd.DataFrame(
        {
            "feature_set": feature_set,
            "classifier": "svm",
            "percentage": percentage,
            "draw": draw,
            "unit": unit,
            "weighted_f1": 0.4,
            "f1_weighted_by_predictions": score,
        }
        for (percentage, draw), of_code in measured.items()
        # As the study did, codes are scored on segments.
        for feature_set, unit, score in [
            ("midterm", "utterance", 0.5),
            ("code", "segment", of_code),
            ("code", "utterance", 0.9),
        ]
    )
    rows = table((10, 20)).assign(difference=-0.05)
    rows = rows.drop(columns=["study_difference", "study_reversed"])
    found = differences.with_readings(rows, scores).set_index("percentage")
    assert found["study_difference"].to_dict() == pytest.approx({10: -0.3, 20: 0.1})
    assert found["study_reversed"].to_dict() == {10: 0, 20: 0.5}
    # Those of other pairs are measured from their own baseline.
    other = rows.assign(baseline="code", feature_set="midterm", difference=0.05)
    both = pd.concat([rows, other], ignore_index=True)
    again = differences.with_readings(both, scores)
    turned = again[again["baseline"] == "code"].set_index("percentage")
    turned = turned["study_difference"].to_dict()
    assert turned == pytest.approx({10: 0.3, 20: -0.1})


def pairs(*pairs, **changes):
    """Make a table of several pairs."""
    tables = [table(sets=(name,), **changes).assign(baseline=b) for b, name in pairs]
    return pd.concat(tables, ignore_index=True)


def test_every_pair_has_a_row_below_what_it_is_against():
    # Out of order on purpose.
    rows = pairs(
        ("midterm", "pooled"),
        ("pooled", "code"),
        ("midterm", "code"),
        ("midterm", "fisher"),
        ("best_reference", "code"),
        ("code", "fisher"),
    )
    figure = draw(rows)
    assert headings(figure) == [
        "The primary comparison: against the best reference",
        "Learned sets against pooled spectra",
        "Learned sets against mid-term",
        "Against mid-term",
        "Against code",
    ]
    assert rows_of(figure) == [
        "code",
        "code",
        *["code", "Fisher vectors"],
        "pooled spectra",
        "Fisher vectors",
    ]
    (axes,) = figure.axes
    found = [points(axes, filled) for filled in (True, False)]
    assert [sorted(one) for one in found] == [list(range(6))] * 2
    assert_nothing_is_cut(figure)


def test_a_column_per_classifier_shows_its_own_differences():
    rows = table(classifiers=("svm", "knn"))
    rows.loc[rows["classifier"] == "knn", "difference"] = 0.07
    # The primary comparison is of one classifier.
    primary = table((10,)).assign(baseline="best_reference")
    svm, knn = draw(pd.concat([primary, rows], ignore_index=True)).axes
    assert (svm.get_title(), knn.get_title()) == ("SVM", "k-NN")
    assert sorted(points(svm, filled=True)) == [0, 1]
    assert sorted(points(knn, filled=True)) == [1]
    assert set(points(knn, filled=True)[1]) == {0.07}


def test_no_intervals():
    ends = ["low", "high", "simultaneous_low", "simultaneous_high"]
    figure = draw(table().assign(**dict.fromkeys(ends, np.nan)))
    (axes,) = figure.axes
    assert not points(axes, filled=True) and len(points(axes, filled=False)[0]) == 4
    assert "no intervals, as test speakers are too few" in caption(figure)


def test_what_is_missing_is_named(tmp_path):
    paths = write_tables(tmp_path, VALENCE)
    with pytest.raises(InputError, match="metric uar; there is macro_f1"):
        differences.draw(paths, settings(metric="uar"))


@pytest.mark.parametrize("n", [1, 3, 4, 5, 6])
def test_nothing_is_cut_and_ticks_stay_apart(n):
    sets = ("code", "wav2vec2_large_mean_and_deviation", "midterm+code")
    metric = "f1_weighted_by_predictions"
    long = [(a, b) for a in ("midterm", "fisher+own@speaker") for b in sets]
    rows = pairs(*long, classifiers=list(names.CLASSIFIERS)[:n])
    figure = draw(rows.assign(metric=metric))
    assert_nothing_is_cut(figure)
    assert_ticks_stay_apart(figure)
