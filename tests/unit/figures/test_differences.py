"""The figure of differences shows every pair, and what is beyond doubt."""

import numpy as np
import pandas as pd
import pytest
from drawing import (
    assert_nothing_is_cut,
    bands,
    caption,
    drawn,
    legend_labels,
    lines,
    settings,
    texts,
)
from matplotlib.colors import to_hex

from speechcodes.errors import InputError
from speechcodes.figures import differences, style

# Layouts that collapse and empty legends come as warnings.
pytestmark = pytest.mark.filterwarnings("error")


BLUE, ORANGE, GREEN = style.PALETTE[:3]


def draw(table, draws=10, **changes):
    """Draw differences of which four utterances of six speakers were tested."""
    main = {"feature_set": ["midterm", "code"], "unit": "utterance", "n": 4}
    intervals = pd.DataFrame(main).assign(
        main=True, draws=draws, resampled="6 test speakers"
    )
    return drawn(differences.differences(table, intervals, settings(**changes)))


def body(figure, block=0):
    """Return the part with the panels of a baseline."""
    return figure.subfigs[block].subfigs[0]


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
        figure = draw(table)
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
        (axes,) = draw(table).axes
        # From the lower to the higher percentage: no, yes, yes, baseline ahead.
        assert self.shaded(axes) == [(ORANGE, 15, 50, 1), (BLUE, 50, 60, 1)]

    def test_midpoints_are_those_of_a_logarithmic_axis(self):
        (axes,) = draw(self.table((1, 4, 16, 64))).axes
        assert axes.get_xscale() == "log"
        assert self.shaded(axes) == [(ORANGE, 1, 2, 1), (BLUE, 32, 64, 1)]

    def test_words(self):
        figure = draw(self.table(), note="synthetic")
        assert figure.get_suptitle() == (
            "Difference between code and mid-term, segment variant long"
        )
        label = body(figure).get_supylabel()
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
        figure = draw(table)
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
        figure = draw(table)
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
        label = body(figure).get_supylabel()
        assert label == "Difference in macro F1\n(… − mid-term)"
        assert {"ahead of mid-term ↑", "mid-term ahead ↓"} <= set(texts(figure))
        assert legend_labels(figure) == ["code − mid-term", "midterm+code − mid-term"]
        assert "Bars at the bottom: zero lies outside" in caption(figure)

    def test_crosses_where_the_study_would_have_named_the_other_set(self):
        # The mean difference falls from 0.3 to 0.1, -0.1 and -0.3.
        table = self.table().sort_values("percentage")
        table["study_difference"] = [0.1, -0.1, 0.1, 0]
        figure = draw(table, draws=10)
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
        (axes,) = draw(table, draws=1).axes
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
        # Those of other pairs are measured from their own baseline.
        other = table.assign(baseline="code", feature_set="midterm", difference=0.05)
        both = pd.concat([table, other], ignore_index=True)
        again = differences.numbers(both, scores, "macro_f1")
        turned = again[again["baseline"] == "code"].set_index("percentage")
        turned = turned["study_difference"].to_dict()
        assert turned == pytest.approx({10: 0.3, 20: -0.1})

    def test_every_baseline_has_panels_of_its_own(self):
        tables = [
            self.table(sets=("pooled", "code"), classifiers=("svm", "knn")),
            self.table(classifiers=("svm", "knn")).assign(
                baseline="pooled", difference=0.1
            ),
        ]
        figure = draw(pd.concat(tables, ignore_index=True))
        assert figure.get_suptitle().startswith("Differences between feature sets")
        titles = [part.get_suptitle() for part in figure.subfigs]
        assert titles == ["Against mid-term", "Against pooled spectra"]
        assert [len(body(figure, i).axes) for i in (0, 1)] == [2, 2]
        first, second = (body(figure, i).axes[0] for i in (0, 1))
        assert len(lines(first)) == 2
        (line,) = lines(second).values()
        assert line.get_ydata().tolist() == [0.1] * 4
        label = body(figure, 1).get_supylabel()
        assert label == "Difference in macro F1\n(code − pooled spectra)"
        assert "Shaded or bars at the bottom: zero lies outside" in caption(figure)
        assert_nothing_is_cut(figure)

    def test_texts_and_data_do_not_meet(self):
        (axes,) = draw(self.table()).axes
        low, high = axes.transData.transform([(10, -0.35), (10, 0.35)])[:, 1]
        above, below = (text.get_window_extent() for text in axes.texts)
        assert above.y0 > high
        assert below.y1 < low

    def test_one_percentage(self):
        (axes,) = draw(self.table((20,))).axes
        assert self.shaded(axes) == [(ORANGE, 10, 30, 1)]

    def test_what_is_missing_is_named(self):
        with pytest.raises(InputError, match="metric uar; there is macro_f1"):
            draw(self.table(), metric="uar")

    @pytest.mark.parametrize("n", [1, 3])
    def test_long_names_are_not_cut(self, n):
        sets = ("code", "wav2vec2_large_mean_and_deviation", "midterm+code")[-n:]
        metric = "f1_weighted_by_predictions"
        rows = self.table(sets=sets).assign(metric=metric)
        assert_nothing_is_cut(draw(rows, metric=metric))

    def test_several_folds_are_told_of(self):
        figure = draw(self.table(), folds=4)
        assert "Scored on 4 test utterances, 4 folds together." in caption(figure)
