"""What is said of labelling by choice follows from the numbers."""

import numpy as np
import pytest
from drawing import next_to_label

from speechcodes.report.next_labels import sentences


def test_where_choice_is_better_the_list_is_in_its_order():
    found, tried, to_do = sentences(next_to_label((0.05, 0.01), 0.03), "macro_f1")
    assert found == (
        "Choosing what to label beats labelling at random, by 0.030 in macro F1 on "
        "average (+0.010 to +0.050)."
    )
    assert tried == (
        "It was tried on speech whose labels are known, with mid-term features and "
        "SVM: macro F1 is from 5 to 10 % 0.550 instead of 0.500 and from 10 to 20 % "
        "0.510 instead of 0.500 where as many are labelled at random."
    )
    assert to_do.startswith("next_to_label.csv lists what has no label in the order")


@pytest.mark.parametrize(
    ("mean", "told"),
    [
        (0.01, "is not shown to beat labelling at random: .* is +0.010 (-0.010 to"),
        (-0.03, "is worse than labelling at random, by 0.030 in macro F1"),
    ],
)
def test_where_it_is_not_one_is_told_to_label_at_random(mean, told):
    found, _, to_do = sentences(next_to_label(mean=mean), "macro_f1")
    for part in told.split(".* "):
        assert part in found
    assert to_do == "Label at random: next_to_label.csv is in random order."


def test_too_few_speakers_tell_nothing():
    table = next_to_label().assign(low=np.nan, high=np.nan)
    found, _, to_do = sentences(table, "macro_f1")
    assert "is not known: there are too few test speakers" in found
    assert to_do.startswith("Label at random")
