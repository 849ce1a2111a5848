"""The figure of differences shows every pair, and what is beyond doubt."""

import pandas as pd
import pytest
from drawing import (
    assert_nothing_is_cut,
    bands,
    caption,
    drawn,
    legend_labels,
    lines,
    settings,
)

from speechcodes.errors import InputError
from speechcodes.figures import differences, style

ORANGE = style.PALETTE[1]


def table(percentages=(10, 20, 40, 60), sets=("code",), classifiers=("svm",)):
    """Make differences that fall from 0.3 by 0.2 at each percentage.

    Bands reach 0.05 to both sides, simultaneous intervals 0.15. So they are
    0.3 and 0.1 (not sure), -0.1 (not sure), -0.3, ...
    """
    return pd.DataFrame(
        {"baseline": "midterm", "feature_set": name, "classifier": classifier}
        | {"percentage": percentage, "metric": "macro_f1"}
        | {"difference": value, "low": value - 0.05, "high": value + 0.05}
        | {"simultaneous_low": value - 0.15, "simultaneous_high": value + 0.15}
        # The study's reading sees the same set ahead as the mean does.
        | {"study_difference": value / 2, "study_reversed": 0.2}
        for classifier in classifiers
        for name in sets
        for i, percentage in reversed(list(enumerate(percentages)))
        for value in [0.3 - 0.2 * i]
    )


def draw(rows, **changes):
    """Draw differences of which four utterances of six speakers were tested."""
    main = {"feature_set": ["midterm", "code"], "unit": "utterance", "n": 4}
    intervals = pd.DataFrame(main).assign(
        main=True, draws=10, resampled="6 test speakers", training_voices=9, halvings=10
    )
    return drawn(differences.differences(rows, intervals, settings(**changes)))


def marked(axes, marker):
    """Return where there are markers that are filled, or crosses."""
    return [
        x
        for line in axes.lines
        if line.get_linestyle() == "None" and line.get_marker() == marker
        for x in line.get_xdata()
    ]


def test_line_band_and_what_is_sure():
    (axes,) = draw(table()).axes
    line = lines(axes)["code"]
    assert line.get_xdata().tolist() == [10, 20, 40, 60]
    assert line.get_ydata() == pytest.approx([0.3, 0.1, -0.1, -0.3])
    assert line.get_fillstyle() == "none"
    assert bands(axes)[ORANGE][10] == [0.25, 0.35]
    assert bands(axes)[ORANGE][60] == [-0.35, -0.25]
    assert marked(axes, line.get_marker()) == [10, 60]


def test_words():
    figure = draw(table(), note="synthetic")
    assert figure.subfigs[0].get_supylabel() == (
        "Difference in macro F1\n← mid-term ahead\ncode ahead →"
    )
    assert legend_labels(figure) == ["code"]
    assert caption(figure) == (
        "Lines: mean difference; bands: 95 % intervals of each percentage by "
        "itself, over 6 test speakers, 9 training speakers and the draws. Filled "
        "markers: zero lies outside the interval that holds, in this score, for all "
        "comparisons of the report at once, or for all "
        "percentages against the best reference. Nowhere does the study's reading (one "
        "draw, F1 weighted by how often classes are predicted) name another set ahead "
        "than the line does. Scored on 4 test utterances. Synthetic."
    )
    figure = draw(table(), folds=4)
    assert "Scored on 4 test utterances, 4 folds together." in caption(figure)


def test_crosses_where_the_study_would_have_named_the_other_set():
    # The mean difference falls from 0.3 to 0.1, -0.1 and -0.3.
    rows = table().sort_values("percentage")
    rows["study_difference"] = [0.1, -0.1, 0.1, 0]
    figure = draw(rows)
    assert marked(figure.axes[0], "x") == [20, 40]
    assert legend_labels(figure)[-1] == "the study's reading differs"
    assert (
        "Crosses: the study's reading (one draw, F1 weighted by how often classes "
        "are predicted) names another set ahead than the line does, at 2 of 4 "
        "points; of all draws 20 % would."
    ) in caption(figure)


def test_the_studys_reading_is_the_first_draw_and_the_share_that_of_all():
    # By the study's measure code is ahead by 0.1 in one of two draws, at 20 %.
    measured = {(10, 0): 0.2, (10, 1): 0.3, (20, 0): 0.6, (20, 1): 0.4}
    scores = pd.DataFrame(
        {
            "feature_set": feature_set,
            "classifier": "svm",
            "percentage": percentage,
            "draw": draw,
            "unit": unit,
            "weighted_f1": 0.4,
            "f1_weighted_by_predictions": score,
        }
        for (percentage, draw), of_code in measured.items()
        # As the study did, codes are scored on segments.
        for feature_set, unit, score in [
            ("midterm", "utterance", 0.5),
            ("code", "segment", of_code),
            ("code", "utterance", 0.9),
        ]
    )
    rows = table((10, 20)).assign(difference=-0.05)
    rows = rows.drop(columns=["study_difference", "study_reversed"])
    found = differences.numbers(rows, scores, "macro_f1").set_index("percentage")
    assert found["study_difference"].to_dict() == pytest.approx({10: -0.3, 20: 0.1})
    assert found["study_reversed"].to_dict() == {10: 0, 20: 0.5}
    # Those of other pairs are measured from their own baseline.
    other = rows.assign(baseline="code", feature_set="midterm", difference=0.05)
    both = pd.concat([rows, other], ignore_index=True)
    again = differences.numbers(both, scores, "macro_f1")
    turned = again[again["baseline"] == "code"].set_index("percentage")
    turned = turned["study_difference"].to_dict()
    assert turned == pytest.approx({10: 0.3, 20: -0.1})


def test_every_baseline_has_panels_of_its_own():
    both = {"classifiers": ("svm", "knn")}
    other = table(**both).assign(baseline="pooled", difference=0.1)
    rows = pd.concat([table(sets=("pooled", "code"), **both), other])
    figure = draw(rows)
    titles = [part.get_suptitle() for part in figure.subfigs]
    assert titles == ["Against mid-term", "Against pooled spectra"]
    assert [len(part.axes) for part in figure.subfigs] == [2, 2]
    first, second = (part.axes[0] for part in figure.subfigs)
    assert len(lines(first)) == 2
    assert "other set ahead →" in figure.subfigs[0].get_supylabel()
    line = lines(second)["code"]
    assert line.get_ydata().tolist() == [0.1] * 4
    assert_nothing_is_cut(figure)


def test_one_percentage():
    (axes,) = draw(table((20,), ("pooled", "code"))).axes
    assert [line.get_xdata().item() for line in lines(axes).values()] == (
        pytest.approx([19.4, 20.6])
    )
    assert sorted(marked(axes, "s") + marked(axes, "^")) == pytest.approx([19.4, 20.6])


def test_what_is_missing_is_named():
    with pytest.raises(InputError, match="metric uar; there is macro_f1"):
        differences.numbers(table(), pd.DataFrame(), "uar")


@pytest.mark.parametrize("n", [1, 3])
def test_long_names_are_not_cut(n):
    sets = ("code", "wav2vec2_large_mean_and_deviation", "midterm+code")[-n:]
    rows = table(sets=sets).assign(metric="f1_weighted_by_predictions")
    assert_nothing_is_cut(draw(rows))
