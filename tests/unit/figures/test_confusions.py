"""Confusion matrices show shares of the true class, of few classes and of many."""

import numpy as np
import pandas as pd
import pytest
from drawing import CLASSES, assert_nothing_is_cut, caption, drawn, settings, texts

from speechcodes.errors import InputError
from speechcodes.figures import confusions
from speechcodes.records import VALENCE


class TestConfusions:
    def table(
        self, percentages=(2, 12, 50, 96), sets=("midterm", "code"), classes=VALENCE
    ):
        """Make confusions of which each is twice as frequent as the one before."""
        cells = [(label, predicted) for label in classes for predicted in classes]
        return pd.DataFrame(
            {"segment": segment, "feature_set": feature_set, "classifier": classifier}
            | {"percentage": percentage, "n_training_utterances": 10 * percentage}
            | {"unit": unit, "label": label, "predicted": predicted, "cases": 2.0**i}
            for segment in ("long", "short")
            for feature_set in sets
            for classifier in ("knn", "svm")
            for percentage in percentages
            for unit in ("utterance", "segment")
            for i, (label, predicted) in enumerate(cells)
        )

    def intervals(self, sets=("midterm", "code")):
        return pd.DataFrame(
            {"feature_set": name, "unit": unit, "main": unit == "utterance"}
            | {"n": 511, "draws": 10}
            for name in sets
            for unit in ("utterance", "segment")
        )

    def draw(self, table, **changes):
        intervals = self.intervals(table["feature_set"].unique())
        wanted = settings(**changes)
        return drawn(confusions.confusions(table, intervals, wanted))

    def test_the_nearest_percentages_of_the_units_compared(self):
        table = confusions.select(self.table(), self.intervals(), "long")
        assert set(table["percentage"]) == {12, 96}
        assert set(table["unit"]) == {"utterance"} and set(table["segment"]) == {"long"}
        # 2 sets, 2 classifiers, 2 percentages.
        assert len(table) == 8 * 9

    def test_a_panel_per_classifier_set_and_percentage(self):
        table = confusions.select(self.table(), self.intervals(), "long")
        figure = self.draw(table)
        assert [part.get_suptitle() for part in figure.subfigs] == ["SVM", "k-NN"]
        titles = [axes.get_title().replace("\xa0", " ") for axes in figure.axes]
        sets = ("mid-term", "code")
        assert titles == 2 * [f"{name}, {n} %" for n in (12, 96) for name in sets]
        shares = np.array([[1 / 7, 2 / 7, 4 / 7]] * 3)
        for axes in figure.axes:
            assert np.allclose(axes.images[0].get_array(), shares)
            assert [t.get_text() for t in axes.texts] == 3 * ["14", "29", "57"]
        assert "mean over the draws" in caption(figure)
        assert "Scored on 511 test utterances." in caption(figure)
        figure = self.draw(table, folds=3)
        assert "511 test utterances, 3 folds together." in caption(figure)

    def test_a_class_without_cases_has_no_shares(self):
        table = confusions.select(
            self.table().assign(cases=0.0), self.intervals(), "long"
        )
        assert {"–"} == {t.get_text() for t in self.draw(table).axes[0].texts}

    def test_many_sets_of_long_names_stay_apart(self):
        sets = ("midterm", "code", "wav2vec2_large_mean_and_deviation", "midterm+code")
        table = self.table(sets=sets)
        table = confusions.select(table, self.intervals(sets), "long")
        figure = self.draw(table)
        for first in range(0, len(figure.axes), 4):
            row = figure.axes[first : first + 4]
            boxes = [axes.title.get_window_extent() for axes in row]
            assert boxes[-1].x1 <= figure.bbox.width
            for left, right in zip(boxes, boxes[1:], strict=False):
                assert left.x1 < right.x0

    def test_no_confusions(self):
        with pytest.raises(InputError, match="segment variant medium"):
            confusions.select(self.table(), self.intervals(), "medium")

    @pytest.mark.parametrize("n", CLASSES)
    def test_numbers_stand_in_cells_as_far_as_there_is_room(self, n):
        classes = CLASSES[n]
        table = self.table((100,), ("midterm",), classes)
        # The last true class is often taken for the first.
        last = table["label"] == classes[-1]
        table = table.assign(cases=1.0)
        table.loc[last & (table["predicted"] == classes[0]), "cases"] = 4.0
        table = confusions.select(table, self.intervals(), "long")
        figure = self.draw(table, classes=classes)
        image = figure.axes[0].images[0].get_array()
        assert image.shape == (n, n)
        assert image[-1, 0] == pytest.approx(4 / (n + 3))
        shown = [text.get_text() for text in figure.axes[0].texts]
        per_cent = f"{400 / (n + 3):.0f}"
        assert len(shown) == (n**2 if n < 20 else 0)
        if n < 20:
            assert per_cent in shown
        else:
            assert "share of the true class" in texts(figure)
        assert_nothing_is_cut(figure)
