"""The figure of codes shows each point once by class and once by speaker."""

import numpy as np
import pandas as pd
import pytest
from drawing import drawn, settings, texts
from matplotlib.colors import to_hex

from speechcodes.figures import codes
from speechcodes.records import ROLES, VALENCE

SPEAKERS = [f"s{i}" for i in range(60)]
REST = "others or unknown"


class TestCodes:
    def table(self, speakers, n=60, classes=VALENCE):
        """Make codes of as many speakers in two roles, in no pattern."""
        rng = np.random.default_rng(0)
        return pd.DataFrame(
            {
                "role": np.repeat(["training", "test"], n),
                "label": rng.choice(classes, 2 * n),
                "speaker": [speakers[i % len(speakers)] for i in range(2 * n)],
                "component_1": rng.normal(size=2 * n),
                "component_2": rng.normal(size=2 * n),
            }
        )

    def draw(self, table, classes=VALENCE):
        between = dict.fromkeys(ROLES, {"label": -0.02, "speaker": 0.314})
        wanted = settings(classes=classes)
        return drawn(codes.codes(table, np.array([0.5, 0.25]), between, wanted))

    def shown(self, axes):
        """Return {label in the legend: points of that colour}."""
        found = {}
        for handle in axes.get_legend().legend_handles:
            found[handle.get_label()] = sum(
                len(points.get_offsets())
                for points in axes.collections
                if len(points.get_offsets())
                and to_hex(points.get_facecolor()[0]) == to_hex(handle.get_color())
            )
        return found

    def test_points_are_those_of_the_table_by_class(self):
        table = self.table(["anna", "ben"])
        figure = self.draw(table)
        for axes, role in zip(figure.axes[::2], ("training", "test"), strict=True):
            rows = table[table["role"] == role]
            assert self.shown(axes) == rows["label"].value_counts().to_dict()
            points = np.concatenate([c.get_offsets() for c in axes.collections])
            expected = rows[["component_1", "component_2"]].to_numpy()
            assert sorted(map(tuple, points)) == sorted(map(tuple, expected))

    def test_no_class_covers_the_others(self):
        table = self.table(["anna"], n=300)
        axes = self.draw(table).axes[0]
        # In the order of drawing, the classes come in turns.
        colours = [to_hex(c.get_facecolor()[0]) for c in axes.collections]
        assert len(set(colours[:3])) == len(set(colours[-3:])) == 3

    @pytest.mark.parametrize(
        ("speakers", "found"),
        [
            (SPEAKERS[:7], dict.fromkeys(SPEAKERS[:7], 9)),
            # Number 3 has three segments more than each of the others.
            (
                [*SPEAKERS, "s3", "s3", "s3"],
                {"s3": 4, **dict.fromkeys(["s0", "s1", *SPEAKERS[10:14]], 1), REST: 53},
            ),
            (["", "anna", "anna"], {"anna": 42, REST: 21}),
        ],
        ids=["a colour each", "those with most are named", "unknown ones are grey"],
    )
    def test_speakers_have_a_colour_as_far_as_there_are_some(self, speakers, found):
        figure = self.draw(self.table(speakers, n=63))
        assert self.shown(figure.axes[1]) == found

    def test_words(self):
        figure = self.draw(self.table(["anna", "ben"]))
        told = {text.replace("\N{NO-BREAK SPACE}", " ") for text in texts(figure)}
        for role in ("training", "test"):
            assert f"{role}, by class: 0 % of variance" in told
            assert f"{role}, by speaker: 31 % of variance" in told
        assert {"Component 1 (50 % of the variance)", "Component 2 (25 %)"} <= told

    def test_a_sample_of_each_role_where_there_are_too_many(self):
        many = pd.DataFrame({"role": ["training"] * 5000 + ["test"] * 30})
        found = codes.sample(many)
        assert found["role"].value_counts().to_dict() == {"training": 2000, "test": 30}
        assert found.index.is_unique and found.equals(codes.sample(many))
