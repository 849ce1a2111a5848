"""Figures of forecasts show what was measured, what is forecast, and what is not."""

import io

import pandas as pd
import pytest
from drawing import (
    assert_nothing_is_cut,
    assert_ticks_stay_apart,
    caption,
    drawn,
    intervals,
    settings,
)
from drawing import forecast as forecasts
from matplotlib.collections import PolyCollection

from speechcodes.errors import InputError
from speechcodes.figures import forecast, style

AHEAD = {"midterm": 0, "code": 0.05, "pca": 0.02, "pooled": -0.1}
PERCENTAGES = (5, 10, 20, 50, 100)
WANTED = {"classifier": "svm", "metric": "macro_f1"}


def table(ahead=AHEAD, reasons=None):
    found = forecasts(ahead, reasons=reasons)
    return forecast.numbers(intervals(ahead, PERCENTAGES), found, WANTED)


def bands(axes):
    """Return {x: (low, high)} of each filled band."""
    found = []
    for band in axes.collections:
        if isinstance(band, PolyCollection):
            points = pd.DataFrame(band.get_paths()[0].vertices, columns=["x", "y"])
            ends = points.groupby("x")["y"].agg(["min", "max"])
            found.append(dict(zip(ends.index, ends.to_numpy(), strict=True)))
    return found


def draw(numbers, ahead=AHEAD, **changes):
    measured = intervals(ahead, PERCENTAGES)
    return drawn(forecast.forecasts(numbers, measured, settings(**changes)))


def test_the_best_three_with_all_labels_are_drawn_the_best_first():
    found = table()
    assert found["feature_set"].unique().tolist() == ["code", "pca", "midterm"]
    titles = [axes.get_title() for axes in draw(found).axes]
    assert titles == ["code", "principal components", "mid-term"]


def test_measured_points_and_forecasts_follow_one_another():
    rows = table().query("feature_set == 'code'")
    assert rows["utterances"].tolist() == [15, 30, 60, 150, 300, 450, 600, 1500, 3000]
    assert rows["forecast"].tolist() == 5 * [False] + 4 * [True]
    # 0.3 and 0.004 more per per cent, then 0.02 more for each doubling.
    assert rows["score"].iloc[[0, 4, 6]].tolist() == pytest.approx([0.37, 0.75, 0.77])
    # Today's score, and what is gained at least and at most.
    ends = rows[["gain_low", "gain_high"]].iloc[6].tolist()
    assert ends == pytest.approx([0.76, 0.79])


def test_bands_begin_at_what_was_measured_today():
    figure = draw(table())
    axes = figure.axes[0]
    score, gain = bands(axes)
    assert score[300] == pytest.approx((0.7, 0.8))
    assert gain[300] == pytest.approx((0.75, 0.75))
    assert gain[600] == pytest.approx((0.76, 0.79))


def test_a_refused_curve_is_shown_as_measured_and_the_caption_says_why():
    found = table(reasons={"pca": "the curve falls", "midterm": "the curve falls"})
    figure = draw(found)
    assert (
        "No forecast of principal components and mid-term: the curve falls."
        in caption(figure)
    )
    assert [len(bands(axes)) for axes in figure.axes] == [2, 0, 0]
    told = forecast.alt(found, settings())
    assert "principal components 0.720 today, and no forecast" in told
    assert "codes 0.750 today and 0.816 with 3000 labels" in told


def test_words_of_the_caption():
    text = caption(draw(table(), folds=4))
    assert text.startswith(
        "Filled markers: measured, with 95 % intervals over 12 test speakers, 18 "
        "training speakers and the draws. Open markers: forecast for more utterances"
    )
    assert "The 3 feature sets that score best with all labels." in text
    assert "60 test utterances, 4 folds together." in text


@pytest.mark.parametrize("n", [1, 2, 4])
def test_nothing_is_cut_whatever_the_number_of_sets(n):
    names = [*AHEAD][:n]
    long = "a_very_long_name_of_a_feature_set_of_ones_own"
    ahead = {name: AHEAD[name] for name in names} | {long: 0.2}
    figure = draw(table(ahead), ahead)
    assert_nothing_is_cut(figure)
    assert_ticks_stay_apart(figure)


def test_too_few_test_speakers_have_neither_intervals_nor_forecasts():
    measured = intervals({"code": 0}, PERCENTAGES).assign(low=float("nan"), high=None)
    measured = measured.astype({"high": float})
    refused = forecasts({"code": 0}, reasons={"code": "there are few"})
    found = forecast.numbers(measured, refused, WANTED)
    figure = drawn(forecast.forecasts(found, measured, settings()))
    style.save(figure, found, [])
    assert "No forecast of code: there are few." in caption(figure)


def test_numbers_are_told_alike_from_a_file():
    found = table()
    read = pd.read_csv(io.StringIO(found.to_csv(index=False)), keep_default_na=False)
    assert forecast.alt(read, settings()) == forecast.alt(found, settings())


def test_a_classifier_without_forecasts_is_an_error():
    with pytest.raises(InputError, match="with classifier tree; there is knn, svm"):
        forecast.numbers(
            intervals(AHEAD), forecasts(AHEAD), WANTED | {"classifier": "tree"}
        )
