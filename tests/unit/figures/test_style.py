"""Figures look alike everywhere, whatever surrounds them."""

import os
import re
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from drawing import CLASSES
from matplotlib.layout_engine import LayoutEngine

from speechcodes import names
from speechcodes.figures import style
from speechcodes.records import NO_LABEL, VALENCE


@style.styled
def plot():
    """Draw a line with text, and the numbers behind it."""
    figure = style.new_figure("A title", 3, ["A caption."])
    axes = figure.subplots()
    axes.plot([1, 10, 100], [0.1, 0.2, 0.4], label="a line")
    axes.set_xlabel("Percentage (%)")
    figure.legend(loc="outside right upper")
    return figure, pd.DataFrame({"x": [1, 10, 100], "y": [0.1, 0.2, 0.4]})


class Nudging(LayoutEngine):
    """Moves all axes and parts of a figure by next to nothing."""

    _adjust_compatible = _colorbar_gridspec = False

    def __init__(self, by):
        super().__init__()
        self.by = by

    def execute(self, figure):
        for part in figure.subfigs:
            part.bbox_relative.p0 = part.bbox_relative.p0 + self.by
        for axes in figure.get_axes():
            place = axes.get_position(original=True)
            axes.set_position(place.translated(self.by, self.by))


class TestStyle:
    def test_feature_sets_look_the_same_in_any_order_and_unlike_each_other(self):
        looks = style.feature_sets(["zeta", "code", "alpha (large)", "midterm"])
        assert looks == style.feature_sets(["alpha (large)", "midterm", "zeta", "code"])
        assert list(looks) == ["midterm", "code", "alpha (large)", "zeta"]
        assert len({look.colour for look in looks.values()}) == 4
        assert looks["midterm"].label == "mid-term"
        # Running text names them without their size.
        shown = [look.label for look in looks.values()]
        assert shown == ["mid-term", "code", "alpha (large)", "zeta"]
        known = style.feature_sets(names.FEATURE_SETS).values()
        for part in ("colour", "marker", "label"):
            assert len({getattr(look, part) for look in known}) == len(known)

    def test_sets_normalised_per_speaker_differ_from_their_plain_ones(self):
        some = ["midterm", "code", "own", "own+code"]
        some += [f"{name}@speaker" for name in some]
        looks = style.feature_sets(some)
        assert set(looks) == set(some)
        assert list(looks)[:2] == ["midterm", "midterm@speaker"]
        for part in ("label", "colour"):
            assert len({getattr(look, part) for look in looks.values()}) == 8
        assert looks["midterm@speaker"].label == "mid-term (per speaker)"
        assert looks["midterm@speaker"].label == "mid-term (per speaker)"
        assert looks["own@speaker"].label == "own (per speaker)"
        for name in ("midterm", "code"):
            plain, other = looks[name], looks[f"{name}@speaker"]
            assert plain.line == "-" != other.line
            assert abs(self.grey(plain.colour) - self.grey(other.colour)) > 40
            # And whatever else is drawn.
            assert style.feature_sets([f"{name}@speaker"]).popitem()[1] == other

    def test_concatenations_are_called_by_the_short_names_of_their_parts(self):
        looks = style.feature_sets(["egemaps+f0+own@speaker", "own+code", "alpha"])
        labels = {name: look.label for name, look in looks.items()}
        assert labels == {
            "alpha": "alpha",
            "egemaps+f0+own@speaker": "eGeMAPS + pitch + own (per speaker)",
            "own+code": "own + code",
        }

    def test_sixty_series_all_look_different(self):
        looks = [style.series(i, "")[1:] for i in range(60)]
        assert len(set(looks)) == 60

    def test_colours_of_valence_differ_in_grey(self):
        looks = style.class_looks(VALENCE).values()
        greys = sorted(self.grey(look.colour) for look in looks)
        assert min(np.diff(greys)) > 30

    @pytest.mark.parametrize("n", CLASSES)
    def test_classes_look_the_same_in_any_order_and_unlike_each_other(self, n):
        classes = [*CLASSES[n], NO_LABEL]
        looks = style.class_looks(classes)
        assert list(looks) == classes
        assert looks == style.class_looks(reversed(classes))
        for parts in (("colour", "marker"), ("colour", "line")):
            seen = {tuple(getattr(look, p) for p in parts) for look in looks.values()}
            assert len(seen) == n + 1
        # No two of up to seven classes share a colour.
        assert len({look.colour for look in looks.values()}) == min(n, 7) + 1

    @staticmethod
    def grey(colour):
        red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
        return 0.299 * red + 0.587 * green + 0.114 * blue

    @pytest.mark.parametrize("suffix", ["png", "svg", "pdf", "csv"])
    def test_equal_figures_give_equal_files_and_nothing_else(self, tmp_path, suffix):
        paths = [tmp_path / f"{name}.{suffix}" for name in "ab"]
        for path in paths:
            figure, numbers = plot()
            style.save(figure, numbers, [path])
        first, second = (path.read_bytes() for path in paths)
        assert first == second
        assert sorted(tmp_path.iterdir()) == paths

    @pytest.mark.parametrize("suffix", ["png", "svg", "pdf"])
    def test_last_digits_of_a_layout_do_not_show(self, tmp_path, suffix):
        """Solved twice, a layout may differ in them, and files with it."""
        paths = [tmp_path / f"{name}.{suffix}" for name in "ab"]
        for path, nudge in zip(paths, [0, 1e-14], strict=True):
            figure = style.new_figure("A title", 3)
            for part in figure.subfigures(2, 1):
                part.subplots(1, 2)
            figure.get_layout_engine().execute(figure)
            figure.set_layout_engine(Nudging(nudge))
            style.save(figure, pd.DataFrame(), [path])
        first, second = (path.read_bytes() for path in paths)
        assert first == second

    def test_text_of_svg_finds_a_font_on_machines_that_lack_ours(self, tmp_path):
        path = tmp_path / "figure.svg"
        style.save(style.new_figure("A title", 2), pd.DataFrame(), [path])
        (family,) = set(re.findall(r"font(?:-family)?: ([^;\"]+)", path.read_text()))
        assert family.endswith("sans-serif")

    def test_the_numbers_stand_beside_the_figure(self, tmp_path):
        paths = [tmp_path / f"figure.{suffix}" for suffix in ("svg", "pdf", "csv")]
        numbers = pd.DataFrame({"name": ["a", "b"], "score": [1 / 3, 2]})
        style.save(style.new_figure("A title", 2), numbers, paths)
        assert sorted(tmp_path.iterdir()) == sorted(paths)
        assert paths[2].read_text() == "name,score\na,0.333333\nb,2\n"


#: What a user may have set for figures of their own.
HOSTILE = """
text.usetex: True
font.size: 40
font.family: monospace
savefig.dpi: 30
savefig.bbox: tight
axes.prop_cycle: cycler("color", ["red"])
axes.formatter.use_locale: True
lines.linestyle: --
figure.facecolor: black
svg.fonttype: path
"""
FORMATS = ("svg", "pdf", "png")
SAVE = """
import sys
from speechcodes.figures import style
import pandas as pd
from test_style import plot
style.save(*plot(), sys.argv[1:])
"""


@pytest.mark.parametrize("where", ["MATPLOTLIBRC", "working directory"])
def test_the_users_own_settings_change_no_figure(tmp_path, where):
    (tmp_path / "matplotlibrc").write_text(HOSTILE)
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    path = os.pathsep.join([*sys.path, os.path.dirname(__file__)])
    usual = {k: v for k, v in os.environ.items() if not k.startswith("MPL")}
    usual |= {"PYTHONPATH": path}
    hostile = {"MPLBACKEND": "module://matplotlib_inline.backend_inline"}
    if where == "MATPLOTLIBRC":
        hostile[where] = str(tmp_path / "matplotlibrc")
    working = tmp_path if where == "working directory" else ours
    for folder, around, cwd in [
        (ours, usual, ours),
        (theirs, usual | hostile, working),
    ]:
        folder.mkdir()
        paths = [folder / f"f.{ending}" for ending in FORMATS]
        command = [sys.executable, "-c", SAVE, *paths]
        subprocess.run(command, env=around, cwd=cwd, check=True)
    for ending in FORMATS:
        name = f"f.{ending}"
        assert (ours / name).read_bytes() == (theirs / name).read_bytes(), ending
