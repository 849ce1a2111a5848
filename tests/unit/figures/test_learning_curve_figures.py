"""Figures of the experiment draw the numbers of its tables, and say what they mean."""

import numpy as np
import pandas as pd
import pytest
from drawing import drawn, lines, texts
from matplotlib.colors import to_hex

from speechcodes.errors import InputError
from speechcodes.figures import differences, learning_curves, style
from speechcodes.figures.study import study
from speechcodes.figures.study import table as study_table

# Layouts that collapse and empty legends come as warnings; what the garbage of other
# tests says as it is collected is no matter here.
pytestmark = [
    pytest.mark.filterwarnings("error"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

BLUE, ORANGE, GREEN = style.PALETTE[:3]
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
    scores=SCORES, percentages=PERCENTAGES, classifiers=("svm",), metric="macro_f1"
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


def bands(axes):
    """Return {colour: {x: (low, high)}} of the bands of axes."""
    found = {}
    for collection in axes.collections:
        points = collection.get_paths()[0].vertices
        found[to_hex(collection.get_facecolor()[0]).upper()] = {
            float(x): pytest.approx(
                [points[points[:, 0] == x, 1].min(), points[points[:, 0] == x, 1].max()]
            )
            for x in np.unique(points[:, 0])
        }
    return found


def chance_line(axes):
    """Return the dotted line of axes."""
    (line,) = (line for line in axes.lines if line.get_linestyle() == ":")
    return line


def legend(figure):
    """Return the only legend of a figure."""
    (found,) = figure.findobj(lambda a: type(a).__name__ == "Legend")
    return found


def legend_labels(figure):
    """Return the labels of the only legend of a figure."""
    return [text.get_text() for text in legend(figure).get_texts()]


def caption(figure):
    """Return the text below a figure, in one line of ordinary spaces."""
    return " ".join(figure.get_supxlabel().split())


def assert_nothing_is_cut(figure):
    """Check that all texts of a figure lie within it."""
    width, height = figure.bbox.size
    for text in figure.findobj(lambda a: hasattr(a, "get_text")):
        if text.get_visible() and text.get_text():
            box = text.get_window_extent()
            assert box.x0 >= 0, text
            assert box.y0 >= 0, text
            assert box.x1 <= width, text
            assert box.y1 <= height, text


@pytest.fixture(scope="module")
def curve():
    """Draw the learning curve of the tables."""
    return drawn(
        learning_curves.learning_curve(
            interval_table(),
            chance_table(),
            "svm",
            "long",
            clusters="6 test speakers",
            draws=10,
            note="synthetic",
        )
    )


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
        figure = drawn(
            learning_curves.learning_curve(
                interval_table(scores), chance_table(), "svm", "long"
            )
        )
        assert list(lines(figure.axes[0])) == [
            "chance (measured)",
            "mid-term (136)",
            "code",
        ]
        assert "code, single segments" not in legend_labels(figure)

    def test_a_set_without_utterances_is_drawn_by_segment(self):
        scores = {key: SCORES[key] for key in SCORES if key != ("code", "utterance")}
        figure = drawn(
            learning_curves.learning_curve(
                interval_table(scores), chance_table(), "svm", "long", draws=1
            )
        )
        axes = figure.axes[0]
        line = lines(axes)["code, single segments"]
        assert line.get_ydata().tolist() == [0.38, 0.41, 0.43]
        assert line.get_linestyle() == "-"
        assert bands(axes)[ORANGE][2] == [0.28, 0.58]
        assert bands(axes)[style.LIGHT_GREY][2] == [0.1, 0.95]
        assert axes.get_ylabel() == "Macro F1\n(test utterances or segments)"
        assert "Lines: one draw; bands: 95 % intervals over the test data." in (
            caption(figure)
        )
        assert (
            "Scored: mid-term on 1 480 test utterances, code on 1 700 test segments."
        ) in caption(figure)

    def test_linear_if_percentages_lie_close(self):
        figure = learning_curves.learning_curve(*tables((20, 100)), "svm", "long")
        assert figure.axes[0].get_xscale() == "linear"

    def test_curves_of_one_percentage_stand_side_by_side(self):
        figure = drawn(learning_curves.learning_curve(*tables((20,)), "svm", "long"))
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
                learning_curves.learning_curve(intervals, chance, "svm", "long")

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
        names = [*style.CLASSIFIERS, "perceptron"]
        chance = chance_table(classifiers=names)
        chance.loc[chance["classifier"] == "knn", ["score", "low", "high"]] += 0.01
        figure = drawn(
            learning_curves.overview(
                interval_table(classifiers=names[::-1]), chance, "long", draws=3
            )
        )
        titles = [axes.get_title() for axes in figure.axes]
        assert titles == [*style.CLASSIFIERS.values(), "perceptron"]
        for axes, title in zip(figure.axes, titles, strict=True):
            expected = 0.33 if title == "k-NN" else 0.32
            assert chance_line(axes).get_ydata() == pytest.approx([expected] * 3)
            assert bands(axes)[BLUE][100] == [0.45, 0.75]
            assert list(lines(axes)) == ["chance (measured)", "mid-term (136)", "code"]
        assert "100 % are 5 000 utterances." in caption(figure)

    def test_segments_where_there_is_nothing_else(self):
        scores = {("code", "segment"): SCORES["code", "segment"]}
        figure = drawn(
            learning_curves.overview(interval_table(scores), chance_table(), "long")
        )
        assert legend_labels(figure) == ["code, single segments", "chance (measured)"]
        assert figure.subfigs[0].get_supylabel() == "Macro F1 (test segments)"
        assert "Scored on 1 700 test segments." in caption(figure)

    @pytest.mark.parametrize("percentages", [(20,), (2, 100), range(2, 101, 2)])
    def test_extremes(self, percentages):
        drawn(learning_curves.overview(*tables(percentages), "long"))

    def test_what_is_missing_is_named(self):
        with pytest.raises(InputError, match="metric uar; there is macro_f1"):
            learning_curves.overview(*tables(), "long", "uar")
        with pytest.raises(InputError, match="short with .*; there is none at all"):
            learning_curves.overview(tables()[0].head(0), tables()[1], "short")


class TestDifferences:
    def table(self, percentages=(10, 20, 40, 60), sets=("code",), classifiers=("svm",)):
        """Make differences that fall from 0.3 by 0.2 at each percentage.

        Bands reach 0.05 to both sides, simultaneous intervals 0.15. So they are
        0.3 and 0.1 (not sure), -0.1 (not sure), -0.3, ...
        """
        return pd.DataFrame(
            {
                "baseline": "midterm",
                "feature_set": feature_set,
                "classifier": classifier,
                "percentage": percentage,
                "metric": "macro_f1",
                "difference": 0.3 - 0.2 * i,
                "low": 0.25 - 0.2 * i,
                "high": 0.35 - 0.2 * i,
                "simultaneous_low": 0.15 - 0.2 * i,
                "simultaneous_high": 0.45 - 0.2 * i,
                # Sees the same set ahead as the mean does.
                "study_difference": 0.15 - 0.1 * i,
                "study_reversed": 0.2,
            }
            for classifier in classifiers
            for feature_set in sets
            for i, percentage in reversed(list(enumerate(percentages)))
        )

    def shaded(self, axes):
        """Return colour, start, end and height (as a share) of vertical regions."""
        return [
            (
                to_hex(patch.get_facecolor()).upper(),
                *np.round([patch.get_x(), patch.get_x() + patch.get_width()], 6),
                round(patch.get_height(), 6),
            )
            for patch in axes.patches
        ]

    def test_line_band_zero_and_regions(self):
        table = self.table()
        figure = drawn(
            differences.differences(table, "long", clusters="6 test speakers")
        )
        (axes,) = figure.axes
        line, zero = axes.lines
        assert line.get_xdata().tolist() == [10, 20, 40, 60]
        assert line.get_ydata() == pytest.approx([0.3, 0.1, -0.1, -0.3])
        assert set(zero.get_ydata()) == {0}
        assert bands(axes)[ORANGE][10] == [0.25, 0.35]
        assert bands(axes)[ORANGE][60] == [-0.35, -0.25]
        assert self.shaded(axes) == [(ORANGE, 10, 15, 1), (BLUE, 50, 60, 1)]

    def test_neighbouring_percentages_make_one_region(self):
        table = self.table().assign(simultaneous_low=[-1, 0.1, 0.1, -1])
        (axes,) = drawn(differences.differences(table, "long")).axes
        # From the lower to the higher percentage: no, yes, yes, baseline ahead.
        assert self.shaded(axes) == [(ORANGE, 15, 50, 1), (BLUE, 50, 60, 1)]

    def test_midpoints_are_those_of_a_logarithmic_axis(self):
        (axes,) = drawn(
            differences.differences(self.table((1, 4, 16, 64)), "long")
        ).axes
        assert axes.get_xscale() == "log"
        assert self.shaded(axes) == [(ORANGE, 1, 2, 1), (BLUE, 32, 64, 1)]

    def test_words(self):
        figure = drawn(
            differences.differences(
                self.table(),
                "long",
                clusters="6 test speakers",
                scored="Scored on 4 test utterances.",
                note="synthetic",
            )
        )
        assert figure.get_suptitle() == (
            "Difference between code and mid-term, segment variant long"
        )
        label = figure.subfigs[0].get_supylabel()
        assert label == "Difference in macro F1\n(code − mid-term)"
        assert {"code ahead ↑", "mid-term ahead ↓"} <= set(texts(figure))
        assert legend_labels(figure) == [
            "code − mid-term",
            "code ahead (simultaneous interval)",
            "mid-term ahead (simultaneous interval)",
        ]
        assert caption(figure) == (
            "Lines: mean difference; bands: 95 % intervals of each percentage by "
            "itself, over 6 test speakers and the draws. Shaded: zero lies outside the "
            "simultaneous interval (95 % for all percentages of a classifier at once). "
            "Nowhere does the study's reading (one draw, F1 weighted by how often "
            "classes are predicted) name another set ahead than the line does. Scored "
            "on 4 test utterances. Synthetic."
        )

    def test_nothing_sure(self):
        table = self.table().assign(simultaneous_low=-1, simultaneous_high=1)
        figure = drawn(differences.differences(table, "long"))
        assert not self.shaded(figure.axes[0])
        assert legend_labels(figure) == ["code − mid-term"]
        assert (
            "No simultaneous interval (95 % for all percentages of a classifier at "
            "once) excludes zero."
        ) in caption(figure)

    def test_several_sets_are_underlined_in_their_colours(self):
        sets = ("code", "midterm+code")
        table = self.table(sets=sets, classifiers=("svm", "knn"))
        table = table[(table["feature_set"] == "code") | (table["classifier"] == "svm")]
        figure = drawn(differences.differences(table, "long"))
        svm, knn = figure.axes
        ends = [(10, 15), (50, 60)]
        height = self.shaded(svm)[0][-1]
        assert height < 0.05
        assert self.shaded(svm) == [
            *((GREEN, *end, height) for end in ends),
            *((ORANGE, *end, height) for end in ends),
        ]
        assert {colour for colour, *_ in self.shaded(knn)} == {ORANGE}
        # The bars lie below all data, one row below the other.
        rows = sorted({(p.get_y(), p.get_y() + p.get_height()) for p in svm.patches})
        assert rows[0][1] < rows[1][0]
        bottom, top = svm.get_ylim()
        assert bottom + rows[1][1] * (top - bottom) < table["low"].min()
        text = svm.texts[1].get_window_extent()
        assert not any(text.overlaps(bar.get_window_extent()) for bar in svm.patches)
        label = figure.subfigs[0].get_supylabel()
        assert label == "Difference in macro F1\n(… − mid-term)"
        assert {"ahead of mid-term ↑", "mid-term ahead ↓"} <= set(texts(figure))
        assert legend_labels(figure) == ["code − mid-term", "midterm+code − mid-term"]
        assert "Bars at the bottom: zero lies outside" in caption(figure)

    def test_crosses_where_the_study_would_have_named_the_other_set(self):
        # The mean difference falls from 0.3 to 0.1, -0.1 and -0.3.
        table = self.table().sort_values("percentage")
        table["study_difference"] = [0.1, -0.1, 0.1, 0]
        figure = drawn(differences.differences(table, "long", draws=10))
        (axes,) = figure.axes
        (crosses,) = (line for line in axes.lines if line.get_marker() == "x")
        assert crosses.get_xdata().tolist() == [20, 40]
        # Above all data, below the text.
        _, bottom = axes.transData.transform((20, 0.35))
        height = axes.transAxes.transform((0, crosses.get_ydata()[0]))[1]
        assert bottom < height < axes.texts[0].get_window_extent().y0
        assert legend_labels(figure)[-1] == "the study's reading differs"
        assert (
            "Crosses: the study's reading (one draw, F1 weighted by how often classes "
            "are predicted) names another set ahead than the line does, at 2 of 4 "
            "points; of all draws 20 % would."
        ) in caption(figure)

    def test_crosses_of_several_sets_stand_in_rows_of_their_colours(self):
        table = self.table(sets=("code", "midterm+code"))
        table["study_difference"] = -table["difference"]
        (axes,) = drawn(differences.differences(table, "long", draws=1)).axes
        rows = [line for line in axes.lines if line.get_marker() == "x"]
        assert [to_hex(line.get_color()).upper() for line in rows] == [ORANGE, GREEN]
        assert rows[0].get_ydata()[0] > rows[1].get_ydata()[0]

    def test_the_studys_reading_is_the_first_draw_and_the_share_that_of_all(self):
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
        table = self.table((10, 20)).assign(difference=-0.05)
        table = table.drop(columns=["study_difference", "study_reversed"])
        found = differences.numbers(table, scores, "macro_f1").set_index("percentage")
        assert found["study_difference"].to_dict() == pytest.approx({10: -0.3, 20: 0.1})
        assert found["study_reversed"].to_dict() == {10: 0, 20: 0.5}
        # Other pairs stand in the table, and are not drawn.
        other = table.assign(baseline="pca", difference=9.0)
        both = pd.concat([table, other], ignore_index=True)
        again = differences.numbers(both, scores, "macro_f1").set_index("percentage")
        pd.testing.assert_frame_equal(again, found)

    def test_texts_and_data_do_not_meet(self):
        (axes,) = drawn(differences.differences(self.table(), "long")).axes
        low, high = axes.transData.transform([(10, -0.35), (10, 0.35)])[:, 1]
        above, below = (text.get_window_extent() for text in axes.texts)
        assert above.y0 > high
        assert below.y1 < low

    def test_one_percentage(self):
        (axes,) = drawn(differences.differences(self.table((20,)), "long")).axes
        assert self.shaded(axes) == [(ORANGE, 10, 30, 1)]

    def test_what_is_missing_is_named(self):
        with pytest.raises(InputError, match="metric uar; there is macro_f1"):
            differences.differences(self.table(), "long", "uar")
        table = self.table(sets=("code", "wav2vec2"))
        table.loc[table["feature_set"] == "wav2vec2", "baseline"] = "code"
        with pytest.raises(InputError, match="several baselines: code, midterm"):
            differences.differences(table, "long")


class TestStudy:
    def scores(self, percentages=(2, 50, 100), classifiers=("svm", "knn"), draws=2):
        """Make scores by unit; those by prediction are 0.1 higher."""
        base = {("midterm", "utterance"): 0.3} | {
            ("code", unit): score
            for unit, score in [("utterance", 0), ("segment", 0.5)]
        }
        table = pd.DataFrame(
            {
                "feature_set": feature_set,
                "classifier": classifier,
                "percentage": percentage,
                "unit": unit,
                "draw": draw,
                "weighted_f1": score + percentage / 1000 + draw / 10,
            }
            for (feature_set, unit), score in base.items()
            for classifier in classifiers
            for percentage in percentages
            for draw in range(draws)
        )
        return table.assign(f1_weighted_by_predictions=table["weighted_f1"] + 0.1)

    def published(self):
        svm = {"percentage": [2, 100], "midterm": [0.4, 0.5], "code": [0.6, np.nan]}
        return {"svm": pd.DataFrame(svm)}

    def test_lines_are_means_over_draws_of_what_the_study_scored(self):
        figure = drawn(study(self.scores(), {}, "long"))
        for axes, score in zip(figure.axes, [0.3, 0.5, 0.3, 0.5], strict=True):
            recomputed, corrected = axes.lines
            # Draws 0 and 1 add 0 and 0.1.
            means = score + np.array([0.052, 0.1, 0.15])
            assert recomputed.get_xdata().tolist() == [2, 50, 100]
            assert corrected.get_ydata() == pytest.approx(means)
            assert recomputed.get_ydata() == pytest.approx(means + 0.1)
            assert recomputed.get_linestyle() != corrected.get_linestyle()
            assert axes.get_xscale() == "linear"

    def test_published_circles_only_where_there_are_some(self):
        figure = drawn(study(self.scores(), self.published(), "long"))
        circles = [
            [line.get_xydata().tolist() for line in axes.lines[2:]]
            for axes in figure.axes
        ]
        assert circles == [[[[2, 0.4], [100, 0.5]]], [[[2, 0.6]]], [], []]
        assert figure.axes[0].lines[2].get_fillstyle() == "none"
        assert legend_labels(figure) == ["published", "recomputed", "corrected"]

    def test_words(self):
        scored = "Scored on 4 test utterances."
        figure = study(self.scores(), {}, "long", scored=scored, note="synthetic")
        drawn(figure)
        titles = [axes.get_title() for axes in figure.axes[:2]]
        assert titles == [
            "mid-term (136), per test utterance",
            "code, per test segment",
        ]
        assert {"SVM", "k-NN", "Weighted F1"} <= set(texts(figure))
        assert legend_labels(figure) == ["recomputed", "corrected"]
        assert caption(figure) == (
            "Lines: mean over 2 draws. Recomputed: as the study measured, F1 weighted "
            "by how often each class is predicted. Corrected: weighted by how often it "
            "is true. Scored on 4 test utterances. Synthetic."
        )

    def test_numbers_are_the_means_drawn_beside_what_was_published(self):
        table = study_table(self.scores(), self.published())
        assert len(table) == 12 and set(table["unit"]) == {"utterance", "segment"}
        rows = table.set_index(["classifier", "feature_set", "percentage"]).sort_index()
        found = rows.loc["svm", "code", 2][["recomputed", "corrected", "published"]]
        assert found.tolist() == pytest.approx([0.652, 0.552, 0.6])
        assert rows.loc["knn", "published"].isna().all()
        # Published points are drawn at percentages that were not run, too.
        table = study_table(self.scores((2, 50)), self.published())
        (row,) = table[table["percentage"] == 100].to_dict("records")
        assert (row["feature_set"], row["published"]) == ("midterm", 0.5)
        assert np.isnan(row["recomputed"])
        assert study_table(self.scores(), {})["published"].isna().all()

    def test_one_draw_is_no_mean(self):
        figure = study(self.scores(draws=1), self.published(), "long")
        assert "mean" not in caption(figure)

    def test_one_percentage(self):
        drawn(study(self.scores((20,)), self.published(), "long"))

    def test_no_scores(self):
        with pytest.raises(InputError, match="segment variant long"):
            study(self.scores().head(0), {}, "long")


@pytest.mark.parametrize("columns", [1, 2, 3])
@pytest.mark.parametrize(
    "percentages", [range(2, 101, 2), (1, 2, 3, 5, 7, 10, 15, 20, 35, 50, 75, 100)]
)
def test_tick_labels_do_not_overlap(columns, percentages):
    names = list(style.CLASSIFIERS)[:columns]
    pair = tables(percentages, classifiers=names)
    figures = [learning_curves.overview(*pair, "long")]
    figures.append(learning_curves.learning_curve(*pair, "svm", "long"))
    scores = TestStudy().scores(percentages, names[:1], draws=1)
    figures.append(study(scores, {}, "long"))
    for figure in figures:
        for axes in drawn(figure).axes:
            for part in (axes, *axes.child_axes):
                boxes = [label.get_window_extent() for label in part.get_xticklabels()]
                for left, right in zip(boxes, boxes[1:], strict=False):
                    assert left.x1 + 3 < right.x0


def test_long_names_are_not_cut():
    sets = ("midterm", "code", "wav2vec2_large_mean_and_deviation", "midterm+code")
    metric = "f1_weighted_by_predictions"
    pair = [table.assign(metric=metric) for table in tables(sets=sets)]
    rows = TestDifferences().table(sets=sets[1:]).assign(metric=metric)
    for figure in (
        learning_curves.learning_curve(*pair, "svm", "long", metric),
        learning_curves.overview(*pair, "long", metric),
        differences.differences(rows, "long", metric),
        differences.differences(rows.head(4), "long", metric),
    ):
        assert_nothing_is_cut(drawn(figure))
