"""The figure of confounds shows shares of speakers, and what holding them out costs."""

import pytest
from drawing import (
    CLASSES,
    caption,
    confound_table,
    counted,
    legend_labels,
    settings,
    texts,
    validated,
)
from drawing import drawn as laid_out

from speechcodes.figures import confounds
from speechcodes.records import VALENCE


def drawn(table, **changes):
    return laid_out(confounds.confounds(table, settings(**changes)))


class TestFigure:
    def test_bars_are_shares_with_numbers_beside(self):
        table = confound_table(*counted("test", 5, 0.4), *counted("training", 6, 0.2))
        training, test = drawn(table).axes
        assert [training.get_title(), test.get_title()] == ["training", "test"]
        assert [bar.get_width() for bar in training.patches] == pytest.approx([20] * 3)
        assert [bar.get_width() for bar in test.patches] == pytest.approx([40] * 3)
        labels = [tick.get_text() for tick in training.get_yticklabels()]
        assert labels == list(VALENCE)
        beside = [text.get_text() for text in training.texts]
        assert beside == ["6 / 1\N{THIN SPACE}200"] * 3
        assert "%" in training.get_xlabel()
        told = caption(training.get_figure(root=True))
        assert "Beside: speakers / utterances." in told

    def test_dumbbells_reach_from_one_score_to_the_other(self):
        rows = [*validated(0.58, 0.28), *validated(0.3, 0.35, name="code")]
        *_, axes = drawn(confound_table(*counted("training", 6, 0.2), *rows)).axes
        for y, (shuffled, grouped) in enumerate([(0.58, 0.28), (0.3, 0.35)]):
            bar, filled, hollow = axes.lines[3 * y : 3 * y + 3]
            assert sorted(bar.get_xdata()) == sorted([shuffled, grouped])
            assert set(bar.get_ydata()) == {y}
            assert hollow.get_xdata() == [grouped]
            assert hollow.get_markerfacecolor() == "white"
            assert filled.get_xdata() == [shuffled]
            assert filled.get_markerfacecolor() != "white"
        assert [tick.get_text() for tick in axes.get_yticklabels()] == [
            "mid-term\nn = 60, gap 0.30",
            "code\nn = 60, gap -0.05",
        ]
        assert "segment variant 30k" in axes.get_title(loc="left")

    def test_variants_are_told_apart(self):
        rows = [*validated(0.5, 0.5), *validated(0.4, 0.4, segment="20k")]
        *_, axes = drawn(confound_table(*counted("training", 6, 0.2), *rows)).axes
        labels = [tick.get_text() for tick in axes.get_yticklabels()]
        assert [label.split(",")[0] for label in labels] == ["30k", "20k"]
        assert labels[0].endswith("gap 0.00")

    @pytest.mark.parametrize(
        ("held_out", "called"),
        [
            ("speakers", "whole speakers held out"),
            ("speakers and sessions", "whole speakers or sessions held out"),
            ("contiguous blocks", "contiguous blocks held out"),
        ],
    )
    def test_both_kinds_of_cross_validation_are_explained(self, held_out, called):
        rows = [*counted("training", 6, 0.2), *validated(0.5, 0.4, held_out)]
        figure = drawn(confound_table(*rows))
        guessing = "guessing (0.33)"
        assert legend_labels(figure) == ["utterances shuffled", called, guessing]
        assert "Filled: they are divided at random" in caption(figure)

    def test_without_speakers_bars_are_utterances(self):
        table = confound_table(
            *counted("training", 0, 0), *validated(0.58, 0.28, "contiguous blocks")
        )
        figure = drawn(table)
        assert [bar.get_width() for bar in figure.axes[0].patches] == [1200] * 3
        assert figure.axes[0].get_xlabel() == "Utterances"
        told = "No speaker is known. Beside bars: sessions / utterances."
        assert told in caption(figure)

    def test_unknown_speakers_of_one_role(self):
        table = confound_table(*counted("training", 6, 0.2), *counted("test", 0, 0))
        figure = drawn(table)
        assert "test: no speaker is known" in texts(figure)
        unknown = "3\N{THIN SPACE}600 of 7\N{THIN SPACE}200 utterances are unknown"
        assert unknown in figure.get_supxlabel().replace("\n", " ")

    def test_without_cross_validation(self):
        rows = counted("training", 6, 0.2)
        assert len(drawn(confound_table(*rows)).axes) == 1
        where = ("training", "", "30k", "code")
        rows.append(("no_cross_validation", *where, 1, "the neutral class has 1"))
        assert "the neutral class has 1" in texts(drawn(confound_table(*rows)))

    @pytest.mark.parametrize("n", CLASSES)
    def test_chance_is_that_of_the_number_of_classes(self, n):
        rows = [row for c in CLASSES[n] for row in counted("test", 5, 0.4, [c])]
        *_, axes = drawn(
            confound_table(*rows, *validated(0.5, 0.4)), classes=CLASSES[n]
        ).axes
        (line,) = (line for line in axes.lines if line.get_linestyle() == ":")
        assert line.get_xdata() == pytest.approx([1 / n] * 2)
