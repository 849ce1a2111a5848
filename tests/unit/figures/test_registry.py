"""Every figure is drawn from what its record names, and told in words."""

import importlib
import re
import subprocess
import sys
import typing

import pandas as pd
import pytest
from drawing import (
    CLASSES,
    assert_nothing_is_cut,
    caption,
    drawn,
    settings,
    write_tables,
)

from speechcodes.figures import registry, style
from speechcodes.storage.files import read_scores

GENERIC = registry.FROM_TABLES
#: What figures look different by.
OF_CLASSES = [name for name in GENERIC if "classes" in registry.FIGURES[name].settings]


class Watched(dict):
    """A dictionary that remembers what was read."""

    def __init__(self, *args):
        super().__init__(*args)
        self.read = set()

    def __getitem__(self, key):
        self.read.add(key)
        return super().__getitem__(key)


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    """The tables that figures are drawn from, by number of classes."""
    return {
        n: write_tables(tmp_path_factory.mktemp(str(n)), classes)
        for n, classes in CLASSES.items()
    }


@pytest.mark.parametrize("name", registry.FIGURES)
def test_records_are_complete(name):
    figure = registry.FIGURES[name]
    assert figure.stage in registry.STAGES
    assert figure.per in ("corpus", "segment", "classifier")
    module = importlib.import_module(f"speechcodes.figures.{figure.module}")
    draws = not hasattr(module, f"draw_{name}") and not hasattr(module, "draw")
    assert draws == (name not in GENERIC)
    assert ("segment" in figure.settings) == (figure.per != "corpus")
    assert ("classifier" in figure.settings) == (figure.per == "classifier")
    assert figure.caption.endswith(".") and len(figure.caption) < 300


def test_names_are_found_by_their_stems():
    own = {name for name in registry.FIGURES if name not in GENERIC}
    assert {"reconstructions", "times"} <= own
    assert registry.parse("learning_curve_decision_tree") == (
        "learning_curve",
        "decision_tree",
    )
    with pytest.raises(KeyError, match="nonsense is no figure; there are .*durations"):
        registry.parse("nonsense")


def test_the_registry_loads_no_library_and_names_all_modules(monkeypatch):
    code = "import speechcodes.figures.registry, sys; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert not {"numpy", "pandas", "matplotlib"} & set(loaded.stdout.split())
    # What asks which modules a script needs reads these imports.
    monkeypatch.setattr(typing, "TYPE_CHECKING", True)
    reloaded = importlib.reload(registry)
    assert all(hasattr(reloaded, one.module) for one in registry.FIGURES.values())


@pytest.mark.parametrize("name", GENERIC)
def test_a_figure_reads_what_its_record_names_and_nothing_else(name, tables):
    inputs, wanted = Watched(tables[3]), Watched(settings())
    registry.draw(name, inputs, wanted)
    assert inputs.read == set(registry.FIGURES[name].needs)
    assert wanted.read == set(registry.FIGURES[name].settings)


@pytest.mark.parametrize(
    ("n", "name"),
    [(3, name) for name in GENERIC]
    + [(n, name) for n in CLASSES if n != 3 for name in OF_CLASSES],
)
def test_a_figure_is_drawn_and_told_whatever_the_classes(n, name, tables, tmp_path):
    wanted = settings(classes=CLASSES[n], folds=5, note="the speech is synthetic")
    figure, numbers = registry.draw(name, tables[n], wanted)
    assert_nothing_is_cut(drawn(figure))
    assert "The speech is synthetic." in caption(figure)
    if "folds" in registry.FIGURES[name].settings:
        assert re.search("Fold 1 of 5|5 folds together", caption(figure))
    style.save(figure, numbers, [tmp_path / "figure.csv"])
    read = read_scores(tmp_path / "figure.csv")
    if name in OF_CLASSES:
        assert set(CLASSES[n]) <= set(read["label"])
    told = registry.alt(name, read, wanted)
    assert told.endswith(".") and "nan" not in told
    if "segment" in registry.FIGURES[name].settings:
        assert "segments long" in told


def test_words_hold_the_main_number():
    durations = pd.DataFrame(
        {"label": ["calm", "none"], "utterances": [3, 2], "median": [1.5, 2.25]}
    )
    assert registry.alt("durations", durations, {}) == (
        "Box plots of how long 5 utterances are, per class: medians lie between 1.50 s "
        "(calm) and 2.25 s (no label)."
    )
    times = pd.DataFrame({"rule": ["codes", "scores"], "seconds": [30.0, 10.0]})
    assert registry.alt("times", times, {}) == (
        "Bars of the time that the jobs of each rule took, 40 s in all; most went into "
        "codes, 75 %."
    )
    assert registry.alt("times", times.head(0), {}).endswith("each rule took.")
    differences = pd.DataFrame(
        {
            "baseline": "midterm",
            "feature_set": ["code", "code@speaker"],
            "classifier": "knn",
            "percentage": [5, 50],
            "metric": "uar",
            "difference": [0.125, -0.25],
            "simultaneous_low": [-0.1, -0.4],
            "simultaneous_high": [0.2, -0.1],
        }
    )
    assert registry.alt("differences", differences, {"segment": "2k"}) == (
        "Differences in UAR between feature sets at each percentage, segments 2k. The "
        "largest is -0.250, of codes (per speaker) against mid-term features with k-NN "
        "at 50 %. The simultaneous interval excludes zero at 1 of 2 points."
    )
    confusions = pd.DataFrame(
        [("calm", "calm", 0.5), ("calm", "tense", 0.5), ("tense", "tense", 0.75)]
        + [("tense", "calm", 0.25)],
        columns=["label", "predicted", "share"],
    ).assign(percentage=100)
    assert "tense is recognised most often, 75 % on average, and calm least" in (
        registry.alt("confusions", confusions, {"segment": "2k"})
    )
