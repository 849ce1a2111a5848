"""The figure of times shows what took longest, in a unit that fits."""

import pandas as pd
import pytest
from drawing import drawn, settings

from speechcodes.figures import times


class TestTimes:
    def table(self, **seconds):
        """Make the times of rules of three jobs each."""
        rows = [(rule, 3, amount) for rule, amount in seconds.items()]
        return pd.DataFrame(rows, columns=["rule", "jobs", "seconds"])

    def draw(self, table):
        return drawn(times.times(table, settings()))

    def test_bars_are_times_in_a_fitting_unit(self):
        (axes,) = self.draw(self.table(train=10_800.0, codes=3600.0)).axes
        assert [bar.get_width() for bar in axes.patches] == [3, 1]
        labels = [label.get_text() for label in axes.get_yticklabels()]
        assert labels == ["train", "codes"]
        assert axes.get_xlabel() == "Wall time of all jobs (hours)"
        assert [text.get_text().replace("\xa0", " ") for text in axes.texts] == [
            "3 h, 75 %, 3 jobs",
            "60 min, 25 %, 3 jobs",
        ]

    def test_the_shortest_rules_are_one_bar(self):
        figure = self.draw(self.table(train=990.0, a=6.0, b=4.0))
        (axes,) = figure.axes
        labels = [label.get_text() for label in axes.get_yticklabels()]
        assert labels == ["train", "2 other rules"]
        assert axes.patches[1].get_width() == pytest.approx(10 / 60)
        assert "the last run of 9 jobs" in figure.get_supxlabel()

    def test_texts_lie_within_the_figure(self):
        rules = {f"a_rule_with_a_long_name_{i}": 9000.0 / (1 + i) for i in range(30)}
        figure = self.draw(self.table(**rules))
        assert len(figure.axes[0].patches) == 12 + 1
        for text in figure.axes[0].texts:
            assert text.get_window_extent().x1 < figure.bbox.width

    def test_no_job(self):
        self.draw(self.table())
