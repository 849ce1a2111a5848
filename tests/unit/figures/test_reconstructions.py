"""The figure of reconstructions shows each original above what is made of it."""

import numpy as np
import pandas as pd
import pytest
from drawing import CLASSES, caption, drawn, settings

from speechcodes.figures import reconstructions


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

    def draw(self, table, originals, reconstructed, scale="linear", **changes):
        """Draw segments at 8 kHz, a frame each 0.05 s."""
        spectrogram = {"step": 0.05, "scale": scale, "range_db": 80, "bands": None}
        wanted = settings(spectrogram=spectrogram, **changes)
        return drawn(
            reconstructions.reconstructions(table, originals, reconstructed, wanted)
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
            f"negative, {example}\nan_utterance, segment 2"
            for example in (
                "best: error 0.01",
                "median: error 0.02",
                "worst: error 0.3",
            )
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

    def test_of_many_classes_only_the_median_segments_are_shown(self):
        table = self.table(CLASSES[20])
        # Two segments have no median but the better one.
        table = table.drop(index=[1, 2])
        zeros = np.zeros((len(table), 5, 4))
        figure = self.draw(table, zeros, zeros, classes=CLASSES[20])
        titles = [a.get_title() for a in figure.axes if a.images and a.get_title()]
        assert len(titles) == 20
        assert titles[0].startswith("a_long_na…, best: error 0.01")
        assert titles[1].startswith("class1, median: error 0.02")
        assert "the one with the median error" in caption(figure)
