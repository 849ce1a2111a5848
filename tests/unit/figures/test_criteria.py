"""The figure of criteria shows every autoencoder, the best and the chosen one."""

import numpy as np
import pandas as pd
import pytest
from drawing import drawn, settings, texts

from speechcodes.figures import criteria


class TestCriteria:
    def table(self, n=4):
        """Criteria whose values rise or fall with the score, or are unknown."""
        rising = np.arange(n, dtype=float)
        return pd.DataFrame(
            {
                "name": [f"study1_latent{8 * (i + 1)}" for i in range(n)],
                "chosen": rising == 0,
                "validation_mse": -rising,
                "restored_mse": rising,
                "instability": -rising,
                "speaker_share": np.nan,
                "effective_dimensions": rising + 1,
                "metric": "uar",
                "svm": rising / 10,
                "score": rising / 10,
            }
        )

    def draw(self, table):
        return drawn(criteria.criteria(table, settings(select_by="instability")))

    def test_each_panel_tells_criterion_correlation_and_direction(self):
        figure = self.draw(self.table())
        shown = [(axes.get_title(), axes.get_xlabel()) for axes in figure.axes]
        tell = "rank correlation {} (n = 4)".format
        assert shown == [
            (f"Validation squared error\n{tell('-1.00')}", "lower is better"),
            (
                f"Squared error of restoring from\nnoise\n{tell('+1.00')}",
                "lower is better",
            ),
            (f"Instability under noise\n{tell('-1.00')}", "lower is better"),
            ("Speakers' share of the variance\n", "lower is better"),
            (f"Effective dimensions\n{tell('+1.00')}", "higher is better"),
        ]
        assert figure.subfigs[0].get_supylabel() == "Mean UAR"

    def test_every_autoencoder_is_a_point_the_best_and_the_chosen_marked(self):
        figure = self.draw(self.table())
        others, best, ring = figure.axes[2].lines
        assert sorted(map(tuple, others.get_xydata())) == [
            (-2, pytest.approx(0.2)),
            (-1, pytest.approx(0.1)),
            (0, 0),
        ]
        assert best.get_xydata().tolist() == [[-3, pytest.approx(0.3)]]
        assert ring.get_xydata().tolist() == [[0, 0]]
        told = {text.replace("\N{NO-BREAK SPACE}", " ") for text in texts(figure)}
        assert {"best: latent 32", "chosen: latent 8"} <= told
        assert "chosen by instability under noise" in figure.get_supxlabel()

    @pytest.mark.parametrize("n", [1, 2])
    def test_no_correlation_is_claimed_of_few(self, n):
        figure = self.draw(self.table(n))
        assert not any("rank correlation" in text for text in texts(figure))
        assert "No correlation is given of fewer than 3." in (
            figure.get_supxlabel().replace("\n", " ")
        )
