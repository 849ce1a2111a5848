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
        "Choosing what to label was tried where labels are known, on mid-term "
        "features with the SVM: macro F1 by choice and at random is 0.550 and 0.500 (5 "
        "to 10 %) and 0.510 and 0.500 (10 to 20 %)."
    )
    assert to_do.startswith("Label what the list `next_to_label.csv` names first:")


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
    assert to_do == "Label at random; the list `next_to_label.csv` is in random order."


def test_too_few_speakers_tell_nothing():
    table = next_to_label().assign(low=np.nan, high=np.nan)
    found, _, to_do = sentences(table, "macro_f1")
    assert "is not known: there are too few test speakers" in found
    assert to_do.startswith("Label at random")
