"""The figure of what choosing labels adds shows each step, and what is sure."""

import numpy as np
import pytest
from drawing import assert_nothing_is_cut, caption, drawn, next_to_label, settings

from speechcodes.errors import InputError
from speechcodes.figures import next_to_label as figures


def draw(table, **changes):
    return drawn(figures.next_to_label(table, settings(**changes)))


def points(figure):
    """Return (x, difference, whether it is filled) of each point."""
    (axes,) = figure.axes
    return [
        (*np.ravel(line.get_data()), line.get_markerfacecolor() != "white")
        for line in axes.lines
        if line.get_marker() in ("o", "s")
    ]


def test_steps_come_first_and_filled_is_what_excludes_zero():
    figure = draw(
        figures.numbers(next_to_label((0.05, 0.01, -0.03), 0.015), "macro_f1")
    )
    x, differences, filled = zip(*points(figure), strict=True)
    assert x == (0, 1, 2, 3) and filled == (True, False, True, False)
    assert differences == pytest.approx((0.05, 0.01, -0.03, 0.015))
    (axes,) = figure.axes
    ends = [line.get_segments()[0][:, 1].tolist() for line in axes.collections]
    assert ends[0] == pytest.approx([0.03, 0.07]) and len(ends) == 4
    names = [label.get_text() for label in axes.get_xticklabels()]
    assert names == ["5 to\n10 %", "10 to\n20 %", "20 to\n50 %", "mean"]
    assert "SVM on mid-term features, which scored best." in caption(figure)
    assert_nothing_is_cut(figure)


def test_a_difference_without_an_interval_is_drawn_and_not_called_sure():
    table = next_to_label().assign(low=np.nan, high=np.nan)
    figure = draw(figures.numbers(table, "macro_f1"))
    assert [filled for *_, filled in points(figure)] == [False] * 3
    told = figures.alt(figures.numbers(table, "macro_f1"), settings())
    assert (
        "segments long: +0.030 over all steps; the largest, +0.050, from 5 to 10 %."
        in told
    )


def test_only_one_metric_is_drawn_and_it_must_be_there():
    table = next_to_label()
    with pytest.raises(InputError, match="no next_to_label with metric uar"):
        figures.numbers(table, "uar")
    numbers = figures.numbers(table.sample(frac=1, random_state=1), "macro_f1")
    assert numbers["percentage"].tolist() == [10, 20, 0]
    assert "+0.030 (+0.010 to +0.050) over" in figures.alt(numbers, settings())
