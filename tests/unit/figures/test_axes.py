"""Percentages to draw are spread as curves bend."""

import pytest

from speechcodes.figures.axes import some


@pytest.mark.parametrize(
    ("percentages", "most", "expected"),
    [
        ([100], 5, [100]),
        ([20, 5, 5, 100], 5, [5, 20, 100]),
        # Powers of 10^(1/2), as near as there are percentages.
        (range(1, 101), 5, [1, 3, 10, 32, 100]),
        # Equal factors would meet one percentage twice.
        ([1, 90, 92, 94, 96, 100], 5, [1, 90, 100]),
    ],
)
def test_some_percentages_reach_from_the_least_to_the_largest(
    percentages, most, expected
):
    assert some(percentages, most) == expected
