"""Figures of reconstructions, codes, confusions and times show what they are given."""

import numpy as np
import pandas as pd
import pytest
from drawing import drawn
from matplotlib.colors import to_hex

from speechcodes.errors import InputError
from speechcodes.figures import codes, confusions, reconstructions, times
from speechcodes.records import LABELS, SPLITS

# Layouts that collapse and empty legends come as warnings.
pytestmark = pytest.mark.filterwarnings("error")


class TestReconstructions:
    def table(self, labels=("negative", "positive"), name="an_utterance"):
        """Make the best, the median and the worst of 1200 segments of some classes."""
        return pd.DataFrame(
            {
                "label": label,
                "example": example,
                "utterance": name,
                "segment": 2,
                "segments": 1200,
                "error": error,
            }
            for label in labels
            for example, error in [("best", 0.01), ("median", 0.02), ("worst", 0.3)]
        )

    def draw(self, table, originals, reconstructed, scale="linear", bands=None):
        """Draw segments at 8 kHz, a frame each 0.05 s."""
        settings = {"step": 0.05, "scale": scale, "range_db": 80, "bands": bands}
        return drawn(
            reconstructions.reconstructions(
                table, originals, reconstructed, settings, 8000, "long"
            )
        )

    def images(self, figure):
        """Return the pairs of original and reconstruction in the order of the table."""
        shown = [axes.images[0] for axes in figure.axes if axes.images]
        classes = np.reshape(shown, (-1, 2, 3))
        return classes.transpose(0, 2, 1).reshape(-1, 2)

    @pytest.mark.parametrize("scale", ["linear", "log"])
    def test_each_original_stands_above_its_reconstruction(self, scale):
        rng = np.random.default_rng(0)
        originals, reconstructed = rng.random((2, 6, 74, 200)).astype("float32")
        reconstructed[0] *= 2
        figure = self.draw(self.table(), originals, reconstructed, scale=scale)
        for i, (above, below) in enumerate(self.images(figure)):
            largest = max(originals[i].max(), reconstructed[i].max())
            unit = largest if scale == "linear" else 1
            assert np.allclose(above.get_array(), originals[i].T / unit)
            assert np.allclose(below.get_array(), reconstructed[i].T / unit)
            assert above.get_clim() == below.get_clim()
            assert above.get_extent() == pytest.approx([0, 3.7, 0, 4])

    def test_titles_tell_class_example_error_and_segment(self):
        zeros = np.zeros((6, 5, 4))
        figure = self.draw(self.table(), zeros, zeros)
        titles = [axes.get_title() for axes in figure.axes]
        assert titles[:3] == [
            "negative, best: error 0.01\nan_utterance, segment 2",
            "negative, median: error 0.02\nan_utterance, segment 2",
            "negative, worst: error 0.3\nan_utterance, segment 2",
        ]
        assert "n: negative 1\N{THIN SPACE}200, positive 1\N{THIN SPACE}200." in (
            figure.get_supxlabel().replace("\n", " ")
        )

    def test_long_names_are_shortened_to_their_end(self):
        name = "MSP-PODCAST_0001_0123_a_long_name_0042"
        zeros = np.zeros((3, 5, 4))
        figure = self.draw(self.table(["neutral"], name), zeros, zeros)
        boxes = [axes.title.get_window_extent() for axes in figure.axes[:3]]
        assert boxes[0].x1 < boxes[1].x0 and boxes[1].x1 < boxes[2].x0
        assert "name_0042, segment 2" in figure.axes[0].get_title()

    def test_a_single_segment(self):
        table = self.table(["neutral"]).head(1)
        zeros = np.zeros((1, 5, 4))
        figure = self.draw(table, zeros, zeros)
        shown = [axes for axes in figure.axes if axes.images]
        assert len(shown) == 2


class TestCodes:
    def table(self, speakers, n=60):
        """Make codes of as many speakers in two splits, in no pattern."""
        rng = np.random.default_rng(0)
        return pd.DataFrame(
            {
                "split": np.repeat(["training", "test"], n),
                "label": rng.choice(LABELS, 2 * n),
                "speaker": [speakers[i % len(speakers)] for i in range(2 * n)],
                "component_1": rng.normal(size=2 * n),
                "component_2": rng.normal(size=2 * n),
            }
        )

    def draw(self, table):
        between = dict.fromkeys(SPLITS, {"label": -0.02, "speaker": 0.314})
        return drawn(codes.codes(table, np.array([0.5, 0.25]), between, "long"))

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
        for axes, split in zip(figure.axes[::2], ("training", "test"), strict=True):
            rows = table[table["split"] == split]
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

    def test_few_speakers_have_a_colour_each(self):
        figure = self.draw(self.table([f"s{i}" for i in range(8)], n=64))
        assert self.shown(figure.axes[1]) == {f"s{i}": 8 for i in range(8)}

    def test_of_many_speakers_those_with_most_segments_are_named(self):
        # Number 3 has three segments more than each of the others.
        speakers = [f"s{i}" for i in range(60)] + ["s3"] * 3
        table = self.table(speakers, n=63)
        found = self.shown(self.draw(table).axes[1])
        named = {f"s{i}": 1 for i in (0, 1, 10, 11, 12)}
        assert found == {"s3": 4, **named, "54 others": 54}

    def test_unknown_speakers_are_grey(self):
        figure = self.draw(self.table(["", "anna"]))
        assert self.shown(figure.axes[1]) == {"anna": 30, "unknown": 30}

    def test_words(self):
        figure = self.draw(self.table(["anna", "ben"]))
        assert [axes.get_title() for axes in figure.axes] == [
            "training, by class: 0\N{NO-BREAK SPACE}% of variance",
            "training, by speaker: 31\N{NO-BREAK SPACE}% of variance",
            "test, by class: 0\N{NO-BREAK SPACE}% of variance",
            "test, by speaker: 31\N{NO-BREAK SPACE}% of variance",
        ]
        below = figure.axes[2]
        assert (
            below.get_xlabel() == "Component 1 (50\N{NO-BREAK SPACE}% of the variance)"
        )
        assert below.get_ylabel() == "Component 2 (25\N{NO-BREAK SPACE}%)"

    def test_a_sample_of_each_split_where_there_are_too_many(self):
        many = pd.DataFrame({"split": ["training"] * 5000 + ["test"] * 30})
        found = codes.sample(many)
        assert found["split"].value_counts().to_dict() == {"training": 2000, "test": 30}
        assert found.index.is_unique and found.equals(codes.sample(many))


class TestConfusions:
    def table(self, percentages=(2, 12, 50, 96), sets=("midterm", "code")):
        """Make confusions of which each is twice as frequent as the one before."""
        return pd.DataFrame(
            {
                "segment": segment,
                "feature_set": feature_set,
                "classifier": classifier,
                "percentage": percentage,
                "n_training_utterances": 10 * percentage,
                "unit": unit,
                "label": label,
                "predicted": predicted,
                "cases": float(2**i),
            }
            for segment in ("long", "short")
            for feature_set in sets
            for classifier in ("knn", "svm")
            for percentage in percentages
            for unit in ("utterance", "segment")
            for i, (label, predicted) in enumerate(
                (label, predicted) for label in LABELS for predicted in LABELS
            )
        )

    def intervals(self, sets=("midterm", "code")):
        return pd.DataFrame(
            {"feature_set": name, "unit": unit, "main": unit == "utterance"}
            for name in sets
            for unit in ("utterance", "segment")
        )

    def draw(self, table, **settings):
        return drawn(confusions.confusions(table, "long", **settings))

    def test_the_nearest_percentages_of_the_units_compared(self):
        table = confusions.select(self.table(), self.intervals(), "long")
        assert set(table["percentage"]) == {12, 96}
        assert set(table["unit"]) == {"utterance"} and set(table["segment"]) == {"long"}
        # 2 sets, 2 classifiers, 2 percentages.
        assert len(table) == 8 * 9

    def test_shares_are_those_of_the_true_class(self):
        table = confusions.select(self.table(), self.intervals(), "long").head(9)
        assert table["share"].tolist() == pytest.approx([1 / 7, 2 / 7, 4 / 7] * 3)

    def test_a_panel_per_classifier_set_and_percentage(self):
        table = confusions.select(self.table(), self.intervals(), "long")
        figure = self.draw(table, draws=10, scored="Scored on 511 test utterances.")
        assert [part.get_suptitle() for part in figure.subfigs] == ["SVM", "k-NN"]
        titles = [axes.get_title().replace("\xa0", " ") for axes in figure.axes]
        assert titles == 2 * [
            "mid-term, 12 %",
            "code, 12 %",
            "mid-term, 96 %",
            "code, 96 %",
        ]
        shares = np.array([[1 / 7, 2 / 7, 4 / 7]] * 3)
        for axes in figure.axes:
            assert np.allclose(axes.images[0].get_array(), shares)
            assert [t.get_text() for t in axes.texts[:4]] == ["14 %", "1", "29 %", "2"]
            assert [t.get_text() for t in axes.texts[-2:]] == ["57 %", "256"]
        assert "mean over the draws" in figure.get_supxlabel().replace("\n", " ")
        assert "Scored on 511 test utterances." in figure.get_supxlabel()

    def test_a_class_without_cases_has_no_shares(self):
        table = confusions.select(
            self.table().assign(cases=0.0), self.intervals(), "long"
        )
        assert {"–", "0"} == {t.get_text() for t in self.draw(table).axes[0].texts}

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


class TestTimes:
    def table(self, **seconds):
        """Make the times of rules of three jobs each."""
        rows = [(rule, 3, amount) for rule, amount in seconds.items()]
        return pd.DataFrame(rows, columns=["rule", "jobs", "seconds"])

    def test_bars_are_times_in_a_fitting_unit(self):
        (axes,) = drawn(times.times(self.table(train=10_800.0, codes=3600.0))).axes
        assert [bar.get_width() for bar in axes.patches] == [3, 1]
        assert [label.get_text() for label in axes.get_yticklabels()] == [
            "train",
            "codes",
        ]
        assert axes.get_xlabel() == "Wall time of all jobs (hours)"
        assert [text.get_text().replace("\xa0", " ") for text in axes.texts] == [
            "3 h, 75 %, 3 jobs",
            "60 min, 25 %, 3 jobs",
        ]

    def test_the_shortest_rules_are_one_bar(self):
        figure = drawn(times.times(self.table(train=990.0, a=6.0, b=4.0)))
        (axes,) = figure.axes
        labels = [label.get_text() for label in axes.get_yticklabels()]
        assert labels == ["train", "2 other rules"]
        assert axes.patches[1].get_width() == pytest.approx(10 / 60)
        assert "the last run of 9 jobs" in figure.get_supxlabel()

    def test_texts_lie_within_the_figure(self):
        rules = {f"a_rule_with_a_long_name_{i}": 9000.0 / (1 + i) for i in range(30)}
        figure = drawn(times.times(self.table(**rules)))
        assert len(figure.axes[0].patches) == 12 + 1
        for text in figure.axes[0].texts:
            assert text.get_window_extent().x1 < figure.bbox.width

    def test_no_job(self):
        drawn(times.times(self.table()))
