"""The ranking shows every set with every classifier, and which cannot be told apart."""

import numpy as np
import pandas as pd
import pytest
from drawing import (
    assert_nothing_is_cut,
    assert_ticks_stay_apart,
    caption,
    drawn,
    ranking,
    settings,
)
from matplotlib.colors import to_hex

from speechcodes import names
from speechcodes.errors import InputError
from speechcodes.figures import ranking as figures
from speechcodes.figures import style

#: With all labels the SVM scores 0.7, 0.74 and 0.78, k-NN 0.1 less.
AHEAD = {"midterm": 0, "code": 0.08, "pooled": 0.04}


def chance(rows, **changes):
    """Make the level of chance of some ranked rows."""
    keys = ["feature_set", "classifier", "percentage", "metric"]
    level = {"unit": "utterance", "n": 60, "score": 0.33, "low": 0.3, "high": 0.36}
    return rows[keys].assign(**(level | changes))


def draw(rows, **changes):
    """Draw ranked rows."""
    wanted = settings(**changes)
    table = figures.numbers(rows, chance(rows), wanted)
    return drawn(figures.ranking(table, chance(rows), wanted))


def points(axes):
    """Return {row: (score, whether it is filled)}."""
    return {
        int(line.get_ydata()[0]): (
            pytest.approx(line.get_xdata()[0]),
            line.get_markerfacecolor() != "white",
        )
        for line in axes.lines
        if line.get_marker() == "o"
    }


def test_a_row_per_set_the_best_first_and_a_panel_per_classifier():
    figure = draw(ranking(AHEAD))
    svm, knn = figure.axes
    assert [axes.get_title() for axes in (svm, knn)] == ["SVM", "k-NN"]
    labels = [label.get_text() for label in svm.get_yticklabels()]
    assert labels == ["code", "pooled spectra", "mid-term"]
    # Up to 0.05 behind the best.
    assert points(svm) == {0: (0.78, True), 1: (0.74, True), 2: (0.70, False)}
    assert points(knn) == {0: (0.68, False), 1: (0.64, False), 2: (0.60, False)}
    assert svm.get_ylim()[0] > svm.get_ylim()[1]


def test_bars_are_intervals_and_chance_is_a_line():
    svm, _ = draw(ranking(AHEAD)).axes
    (first,) = svm.collections[0].get_segments()
    assert first[:, 0] == pytest.approx([0.73, 0.83])
    assert to_hex(svm.collections[0].get_color()[0]).upper() == (
        style.feature_sets(["code"])["code"].colour
    )
    (line,) = (line for line in svm.lines if line.get_linestyle() == ":")
    assert list(line.get_xdata()) == pytest.approx([0.33, 0.33])
    assert [svm.patches[0].get_x(), svm.patches[0].get_width()] == pytest.approx(
        [0.3, 0.06]
    )


def test_words():
    figure = draw(ranking(AHEAD), folds=5, note="synthetic")
    title = "Feature sets with 100\xa0% of the labels, segment variant long"
    assert figure.get_suptitle() == title
    assert figure.subfigs[0].get_supxlabel() == "Macro F1"
    assert caption(figure) == (
        "Bars: 95 % intervals of each score by itself. Filled: cannot be told from the "
        "best, SVM on codes, by an interval of the difference that holds for all at "
        "once. Dotted: the same predictions scored against test labels shuffled within "
        "speakers (mean and widest interval of the feature sets). Scored on 60 test "
        "utterances, 5 folds together. Synthetic."
    )


def test_alt_counts_what_cannot_be_told_from_the_best():
    rows = ranking(AHEAD)
    told = figures.alt(figures.numbers(rows, chance(rows), settings()), settings())
    assert told == (
        "Feature sets with 100 % of the labels, segments long, by macro F1. The "
        "highest is 0.780, of SVM on codes; 1 of 5 others cannot be told from it. "
        "Chance is 0.330."
    )
    alone = rows.head(1)
    told = figures.alt(figures.numbers(alone, chance(alone), settings()), settings())
    assert "SVM on codes. Chance" in told


def test_numbers_are_one_metric_by_rank_with_their_own_chance():
    rows = ranking(AHEAD, ("uar", "macro_f1"))
    levels = chance(rows)
    levels.loc[levels["classifier"] == "knn", "score"] = 0.35
    found = figures.numbers(rows[::-1], levels, settings())
    assert found["rank"].tolist() == [1, 2, 3, 4, 5, 6]
    assert set(found["metric"]) == {"macro_f1"} and "unit" not in found
    level = found.groupby("classifier")["chance"].unique()
    assert (level["svm"].tolist(), level["knn"].tolist()) == ([0.33], [0.35])
    with pytest.raises(InputError, match="metric accuracy; there is macro_f1, uar"):
        figures.numbers(rows, levels, settings(metric="accuracy"))


def test_without_intervals_points_are_left():
    ends = ["low", "high", "behind_low", "behind_high"]
    rows = ranking(AHEAD).assign(**dict.fromkeys(ends, np.nan), as_good=True)
    figure = draw(rows)
    assert all(filled for _, filled in points(figure.axes[0]).values())
    assert "There are no intervals, as test speakers are too few." in caption(figure)


@pytest.mark.parametrize("n", [1, 4, 6])
def test_nothing_is_cut_whatever_the_names(n):
    ahead = dict.fromkeys(
        [*names.FEATURE_SETS, "fisher+wav2vec2_large_mean@speaker"], 0
    )
    some = ranking(ahead).query("classifier == 'svm'")
    rows = [some.assign(classifier=name) for name in list(names.CLASSIFIERS)[:n]]
    figure = draw(
        pd.concat(rows).assign(metric="f1_weighted_by_predictions"),
        metric="f1_weighted_by_predictions",
    )
    assert len(figure.axes) == n
    assert_nothing_is_cut(figure)
    assert_ticks_stay_apart(figure)
