"""The figure of the published study lays its curves beside ours."""

import numpy as np
import pandas as pd
import pytest
from drawing import caption, drawn, legend_labels, settings, texts

from speechcodes.errors import InputError
from speechcodes.figures.study import study
from speechcodes.figures.study import table as study_table


def draw(scores, published, **changes):
    """Draw a study of which four utterances were tested."""
    main = {"feature_set": ["midterm", "code"], "unit": "utterance", "n": 4}
    intervals = pd.DataFrame(main).assign(main=True)
    return drawn(study(scores, published, intervals, settings(**changes)))


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
        figure = draw(self.scores(), {})
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
        figure = draw(self.scores(), self.published())
        circles = [
            [line.get_xydata().tolist() for line in axes.lines[2:]]
            for axes in figure.axes
        ]
        assert circles == [[[[2, 0.4], [100, 0.5]]], [[[2, 0.6]]], [], []]
        assert figure.axes[0].lines[2].get_fillstyle() == "none"
        assert legend_labels(figure) == ["recomputed", "corrected", "published"]

    def test_words(self):
        figure = draw(self.scores(), {}, note="synthetic")
        titles = [axes.get_title() for axes in figure.axes[:2]]
        per = ["mid-term, per test utterance", "code, per test segment"]
        assert titles == per
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

    def test_no_scores(self):
        with pytest.raises(InputError, match="segment variant long"):
            draw(self.scores().head(0), {})
