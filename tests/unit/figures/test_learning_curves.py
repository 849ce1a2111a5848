"""Learning curves draw the numbers of their tables, and say what they mean."""

import numpy as np
import pandas as pd
import pytest
from drawing import (
    assert_nothing_is_cut,
    bands,
    caption,
    drawn,
    legend,
    legend_labels,
    lines,
    settings,
)

from speechcodes import names
from speechcodes.errors import InputError
from speechcodes.figures import learning_curves, style

# Layouts that collapse and empty legends come as warnings.
pytestmark = pytest.mark.filterwarnings("error")


BLUE, ORANGE = style.PALETTE[:2]
PERCENTAGES = (2, 10, 100)
SCORES = {
    ("midterm", "utterance"): [0.40, 0.50, 0.55],
    ("code", "utterance"): [0.42, 0.46, 0.47],
    ("code", "segment"): [0.38, 0.41, 0.43],
}
GUESSES = {
    ("midterm", "utterance"): (0.30, 0.25, 0.36),
    ("code", "utterance"): (0.34, 0.28, 0.39),
    ("code", "segment"): (0.90, 0.10, 0.95),
}
UNITS = {"utterance": 1480, "segment": 1700}


def interval_table(
    scores=SCORES,
    percentages=PERCENTAGES,
    classifiers=("svm",),
    metric="macro_f1",
    draws=10,
):
    """Make intervals from 0.1 below to 0.2 above the scores, in no order."""
    rows = [
        {
            "feature_set": feature_set,
            "classifier": classifier,
            "percentage": percentage,
            "n_training_utterances": 50 * percentage,
            "unit": unit,
            "n": UNITS[unit],
            "main": unit == "utterance" or (feature_set, "utterance") not in scores,
            "resampled": "6 test speakers",
            "draws": draws,
            "metric": metric,
            "score": score,
            "low": score - 0.1,
            "high": score + 0.2,
        }
        for classifier in classifiers
        for (feature_set, unit), values in scores.items()
        for percentage, score in zip(percentages, values, strict=True)
    ]
    return pd.DataFrame(rows[::-1])


def chance_table(
    guesses=GUESSES, percentages=PERCENTAGES, classifiers=("svm",), metric="macro_f1"
):
    """Make the same chance at every percentage."""
    return pd.DataFrame(
        {
            "feature_set": feature_set,
            "classifier": classifier,
            "percentage": percentage,
            "unit": unit,
            "metric": metric,
            "score": score,
            "low": low,
            "high": high,
        }
        for classifier in classifiers
        for (feature_set, unit), (score, low, high) in guesses.items()
        for percentage in percentages
    )


def tables(percentages=PERCENTAGES, classifiers=("svm",), sets=("midterm", "code")):
    """Make both tables, of feature sets whose scores rise."""
    units = [(s, u) for s in sets for u in UNITS if (s, u) != ("midterm", "segment")]
    scores = {
        key: 0.4 + 0.01 * i + np.linspace(0, 0.1, len(percentages))
        for i, key in enumerate(units)
    }
    guesses = dict.fromkeys(units, (0.33, 0.3, 0.36))
    return (
        interval_table(scores, percentages, classifiers),
        chance_table(guesses, percentages, classifiers),
    )


def learning_curve(intervals, chance, **changes):
    """Draw the learning curve of one classifier, the SVM unless another is given."""
    return learning_curves.learning_curve(intervals, chance, settings(**changes))


def overview(intervals, chance, **changes):
    """Draw the learning curves of all classifiers."""
    return learning_curves.overview(intervals, chance, settings(**changes))


def chance_line(axes):
    """Return the dotted line of axes."""
    (line,) = (line for line in axes.lines if line.get_linestyle() == ":")
    return line


@pytest.fixture(scope="module")
def curve():
    """Draw the learning curve of the tables."""
    return drawn(learning_curve(interval_table(), chance_table(), note="synthetic"))


class TestLearningCurve:
    @pytest.mark.parametrize(
        "label, key, dash",
        [
            ("mid-term (136)", ("midterm", "utterance"), "-"),
            ("code", ("code", "utterance"), "-"),
            ("code, single segments", ("code", "segment"), "--"),
        ],
    )
    def test_lines_are_scores(self, curve, label, key, dash):
        line = lines(curve.axes[0])[label]
        assert line.get_xdata().tolist() == [2, 10, 100]
        assert line.get_ydata().tolist() == SCORES[key]
        assert line.get_linestyle() == dash

    def test_bands_are_intervals_of_utterances(self, curve):
        drawn_bands = bands(curve.axes[0])
        assert set(drawn_bands) == {BLUE, ORANGE, style.LIGHT_GREY}
        assert drawn_bands[BLUE] == {2: [0.3, 0.6], 10: [0.4, 0.7], 100: [0.45, 0.75]}
        assert drawn_bands[ORANGE] == {
            2: [0.32, 0.62],
            10: [0.36, 0.66],
            100: [0.37, 0.67],
        }

    def test_chance_is_the_mean_and_the_widest_interval_of_what_is_drawn(self, curve):
        # Segments of a set drawn per utterance do not count.
        assert chance_line(curve.axes[0]).get_ydata() == pytest.approx([0.32] * 3)
        grey = bands(curve.axes[0])[style.LIGHT_GREY]
        assert grey == dict.fromkeys(PERCENTAGES, [0.25, 0.39])

    def test_axes_legend_and_caption(self, curve):
        axes = curve.axes[0]
        assert axes.get_xlabel() == "Labelled training utterances used (%)"
        assert axes.get_ylabel() == "Macro F1 (test utterances)"
        assert axes.get_xscale() == "log"
        (above,) = axes.child_axes
        assert [tick.get_text() for tick in above.get_xticklabels()] == [
            "100",
            "500",
            "5\N{THIN SPACE}000",
        ]
        assert legend_labels(curve) == [
            "mid-term (136)",
            "code",
            "code, single segments",
            "chance (measured)",
        ]
        assert caption(curve) == (
            "Lines: mean over 10 draws; bands: 95 % intervals over 6 test speakers and "
            "the draws. Grey: the same predictions scored against shuffled test labels "
            "(mean and widest interval of the feature sets). Scored on 1 480 test "
            "utterances. Synthetic."
        )

    def test_the_legend_lies_below_the_axes(self, curve):
        lowest = curve.axes[0].xaxis.label.get_window_extent().y0
        assert legend(curve).get_window_extent().y1 < lowest

    def test_segments_that_score_as_utterances_are_left_out(self):
        same = np.add(SCORES["code", "utterance"], 1e-10)
        scores = SCORES | {("code", "segment"): same}
        figure = drawn(learning_curve(interval_table(scores), chance_table()))
        assert list(lines(figure.axes[0])) == [
            "chance (measured)",
            "mid-term (136)",
            "code",
        ]
        assert "code, single segments" not in legend_labels(figure)

    def test_a_set_without_utterances_is_drawn_by_segment(self):
        scores = {key: SCORES[key] for key in SCORES if key != ("code", "utterance")}
        figure = drawn(learning_curve(interval_table(scores, draws=1), chance_table()))
        axes = figure.axes[0]
        line = lines(axes)["code, single segments"]
        assert line.get_ydata().tolist() == [0.38, 0.41, 0.43]
        assert line.get_linestyle() == "-"
        assert bands(axes)[ORANGE][2] == [0.28, 0.58]
        assert bands(axes)[style.LIGHT_GREY][2] == [0.1, 0.95]
        assert axes.get_ylabel() == "Macro F1\n(test utterances or segments)"
        assert "Lines: one draw; bands: 95 % intervals over 6 test speakers." in (
            caption(figure)
        )
        assert (
            "Scored: mid-term on 1 480 test utterances, code on 1 700 test segments."
        ) in caption(figure)

    def test_linear_if_percentages_lie_close(self):
        figure = learning_curve(*tables((20, 100)))
        assert figure.axes[0].get_xscale() == "linear"

    def test_curves_of_one_percentage_stand_side_by_side(self):
        figure = drawn(learning_curve(*tables((20,))))
        axes = figure.axes[0]
        places = [
            lines(axes)[label].get_xdata().item()
            for label in ("mid-term (136)", "code", "code, single segments")
        ]
        assert places == pytest.approx([18.8, 20, 21.2])
        (band,) = axes.patches
        assert (band.get_y(), band.get_height()) == pytest.approx((0.3, 0.06))
        intervals = [c.get_segments()[0][:, 1] for c in axes.collections]
        assert np.array(intervals) == pytest.approx(
            np.array([[0.3, 0.6], [0.31, 0.61]])
        )

    @pytest.mark.parametrize("column", ["classifier", "metric"])
    def test_what_is_missing_is_named(self, column):
        wanted = {"classifier": "svm", "metric": "macro_f1"} | {column: "nonsense"}
        for intervals, chance in [
            (interval_table(), chance_table(**self.only(**wanted))),
            (interval_table(**self.only(**wanted)), chance_table()),
        ]:
            with pytest.raises(InputError, match=f"long with {column}.*nonsense"):
                learning_curve(intervals, chance)

    @staticmethod
    def only(classifier, metric):
        return {"classifiers": (classifier,), "metric": metric}


def test_numbers_are_the_scores_drawn_beside_their_chance():
    wanted = {"metric": "macro_f1", "classifier": "svm"}
    intervals = interval_table(classifiers=("svm", "knn"))
    guesses = {key: GUESSES[key] for key in GUESSES if key[1] == "utterance"}
    found = learning_curves.numbers(
        intervals, chance_table(guesses, classifiers=("svm", "knn")), **wanted
    )
    assert len(found) == 9 and set(found["classifier"]) == {"svm"}
    found = found.set_index(["feature_set", "unit", "percentage"]).sort_index()
    row = found.loc["midterm", "utterance", 100]
    assert row[["score", "low", "high"]].tolist() == pytest.approx([0.55, 0.45, 0.75])
    chance = ["chance", "chance_low", "chance_high"]
    assert row[chance].tolist() == [0.30, 0.25, 0.36]
    assert found.loc["code", "segment"][chance].isna().all(axis=None)


class TestOverview:
    def test_a_panel_per_classifier_with_its_own_chance(self):
        some = [*names.CLASSIFIERS, "perceptron"]
        chance = chance_table(classifiers=some)
        chance.loc[chance["classifier"] == "knn", ["score", "low", "high"]] += 0.01
        figure = drawn(overview(interval_table(classifiers=some[::-1]), chance))
        titles = [axes.get_title() for axes in figure.axes]
        assert titles == [*(c.title for c in names.CLASSIFIERS.values()), "perceptron"]
        for axes, title in zip(figure.axes, titles, strict=True):
            expected = 0.33 if title == "k-NN" else 0.32
            assert chance_line(axes).get_ydata() == pytest.approx([expected] * 3)
            assert bands(axes)[BLUE][100] == [0.45, 0.75]
            assert list(lines(axes)) == ["chance (measured)", "mid-term (136)", "code"]
        assert "100 % are 5 000 utterances." in caption(figure)

    def test_segments_where_there_is_nothing_else(self):
        scores = {("code", "segment"): SCORES["code", "segment"]}
        figure = drawn(overview(interval_table(scores), chance_table()))
        assert legend_labels(figure) == ["code, single segments", "chance (measured)"]
        assert figure.subfigs[0].get_supylabel() == "Macro F1 (test segments)"
        assert "Scored on 1 700 test segments." in caption(figure)

    @pytest.mark.parametrize("percentages", [(20,), (2, 100), range(2, 101, 2)])
    def test_extremes(self, percentages):
        drawn(overview(*tables(percentages)))

    def test_what_is_missing_is_named(self):
        with pytest.raises(InputError, match="metric uar; there is macro_f1"):
            overview(*tables(), metric="uar")
        with pytest.raises(InputError, match="short with .*; there is none at all"):
            overview(tables()[0].head(0), tables()[1], segment="short")


@pytest.mark.parametrize("columns", [1, 2, 3])
@pytest.mark.parametrize(
    "percentages", [range(2, 101, 2), (1, 2, 3, 5, 7, 10, 15, 20, 35, 50, 75, 100)]
)
def test_tick_labels_do_not_overlap(columns, percentages):
    pair = tables(percentages, classifiers=list(names.CLASSIFIERS)[:columns])
    for figure in (overview(*pair), learning_curve(*pair)):
        for axes in drawn(figure).axes:
            for part in (axes, *axes.child_axes):
                boxes = [label.get_window_extent() for label in part.get_xticklabels()]
                for left, right in zip(boxes, boxes[1:], strict=False):
                    assert left.x1 + 3 < right.x0


def test_long_names_are_not_cut():
    sets = ("midterm", "code", "wav2vec2_large_mean_and_deviation", "midterm+code")
    metric = "f1_weighted_by_predictions"
    pair = [table.assign(metric=metric) for table in tables(sets=sets)]
    for figure in (
        learning_curve(*pair, metric=metric),
        overview(*pair, metric=metric),
    ):
        assert_nothing_is_cut(drawn(figure))


def test_several_folds_are_told_of():
    for draw in (learning_curve, overview):
        said = "Scored on 1 480 test utterances, 4 folds together."
        assert said in caption(draw(*tables(), folds=4))
        assert "folds" not in caption(draw(*tables(), folds=1))
