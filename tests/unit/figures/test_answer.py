"""The answer shows the best learned set and the best other one, with few words."""

import itertools

import numpy as np
import pytest
from drawing import (
    assert_nothing_is_cut,
    assert_ticks_stay_apart,
    caption,
    drawn,
    intervals,
    ranking,
    settings,
)
from matplotlib.text import Text

from speechcodes.figures import answer as figures
from speechcodes.figures import style

#: With 100 % the SVM scores 0.7 and what a set is ahead, k-NN 0.1 less.
AHEAD = {"midterm": 0, "pooled": 0.02, "code": 0.05, "fisher": 0.03}


def draw(folder, ahead, percentages=(5, 20, 100), ranked=None, scores=None, **changes):
    """Draw from tables in a folder; return the figure and its numbers."""
    scores = intervals(ahead, percentages) if scores is None else scores
    levels = scores.assign(score=0.33, low=0.3, high=0.36)
    every = {"intervals": scores, "chance": levels}
    every["ranking"] = ranking(ahead) if ranked is None else ranked
    paths = {name: str(folder / f"{name}.csv") for name in every}
    for name, path in paths.items():
        every[name].to_csv(path, index=False)
    figure, numbers = figures.draw(paths, settings(**changes))
    return drawn(figure), numbers


def curves(axes):
    """Return {colour: scores} of the lines that go through all percentages."""
    return {
        line.get_color(): line.get_ydata().tolist()
        for line in axes.lines
        if line.get_linestyle() not in ("None", ":")
    }


def ends(axes):
    """Return the labels at the ends of lines from below, on one line each."""
    labels = sorted(axes.texts, key=lambda text: text.get_position()[1])
    return [" ".join(text.get_text().split()) for text in labels]


def test_the_best_learned_and_the_best_other_set_of_the_best_classifier(tmp_path):
    figure, numbers = draw(tmp_path, AHEAD)
    assert set(numbers["feature_set"]) == {"code", "pooled"}
    assert set(numbers["classifier"]) == {"svm"}
    (axes,) = figure.axes
    looks = style.feature_sets(["code", "pooled"])
    found = curves(axes)
    assert found[looks["code"].colour] == pytest.approx([0.37, 0.43, 0.75])
    assert found[looks["pooled"].colour] == pytest.approx([0.34, 0.40, 0.72])
    assert len(found) == 2
    assert figure.get_suptitle() == "SVM: code against pooled spectra"
    assert ends(axes) == ["chance", "pooled spectra 0.72", "code 0.75"]


def test_the_rank_decides_not_the_order_of_rows(tmp_path):
    turned = ranking(AHEAD)
    turned["rank"] = turned["rank"].to_numpy()[::-1]
    figure, numbers = draw(tmp_path, AHEAD, ranked=turned)
    # k-NN is first now, and what scores least.
    assert set(numbers["classifier"]) == {"knn"}
    assert set(numbers["feature_set"]) == {"midterm", "fisher"}


@pytest.mark.parametrize("one", ["midterm", "fisher"])
def test_sets_of_one_kind_have_one_line(tmp_path, one):
    ahead = {one: 0.1, {"midterm": "pooled", "fisher": "code"}[one]: 0}
    figure, numbers = draw(tmp_path, ahead)
    assert set(numbers["feature_set"]) == {one}
    assert len(curves(figure.axes[0])) == 1


def test_concatenations_look_as_in_figures_of_all_sets(tmp_path):
    ahead = {"midterm": 0, "egemaps+f0": 0.1, "code+f0": 0.2, "egemaps+code+f0": 0.1}
    figure, numbers = draw(tmp_path, ahead)
    assert set(numbers["feature_set"]) == {"egemaps+f0", "code+f0"}
    looks = style.feature_sets(ahead)
    expected = {looks[name].colour for name in ("egemaps+f0", "code+f0")}
    assert set(curves(figure.axes[0])) == expected


def test_whiskers_are_intervals_beside_each_other(tmp_path):
    figure, _ = draw(tmp_path, {"midterm": 0, "code": 0.01})
    (axes,) = figure.axes
    whiskers = {
        round(float(segment[0][0]), 3): segment[:, 1].tolist()
        for collection in axes.collections
        if hasattr(collection, "get_segments")
        for segment in collection.get_segments()
    }
    assert len(whiskers) == 6
    left, right = sorted(x for x in whiskers if x > 50)
    assert left < 100 < right
    assert whiskers[left] == pytest.approx([0.65, 0.75])
    assert whiskers[right] == pytest.approx([0.66, 0.76])


def test_chance_is_dotted_in_its_grey_interval(tmp_path):
    figure, _ = draw(tmp_path, AHEAD)
    (axes,) = figure.axes
    (line,) = (line for line in axes.lines if line.get_linestyle() == ":")
    assert line.get_ydata() == pytest.approx([0.33] * 3)
    area = axes.collections[0]
    assert area.get_paths()[0].vertices[:, 1].min() == pytest.approx(0.3)
    assert area.get_paths()[0].vertices[:, 1].max() == pytest.approx(0.36)


def test_labels_are_counted_below_their_share(tmp_path):
    figure, _ = draw(tmp_path, AHEAD, (5, 20, 100))
    ticks = [label.get_text() for label in figure.axes[0].get_xticklabels()]
    # Three utterances are one per cent.
    assert ticks == ["5\xa0%\n15", "20\xa0%\n60", "100\xa0%\n300"]


def test_words(tmp_path):
    ahead = {"egemaps+f0@speaker": 0, "fisher@speaker": 0.1}
    figure, numbers = draw(tmp_path, ahead, folds=5, note="synthetic")
    title = "SVM: Fisher vectors against eGeMAPS + pitch (per speaker)"
    assert " ".join(figure.get_suptitle().split()) == title
    assert caption(figure) == (
        "Lines: mean over 10 draws; whiskers: 95 % intervals over 12 test speakers, 18 "
        "training speakers and the draws. Chance: the same predictions, test labels "
        "shuffled within speakers. Scored on 60 test utterances, 5 folds together. "
        "Synthetic."
    )
    assert figures.alt(numbers, settings()) == (
        "Learning curves of SVM, segments long. With 100 % of the labels, 300 "
        "utterances, macro F1 is 0.800 for Fisher vectors (per speaker) and 0.700 for "
        "eGeMAPS features + pitch functionals (per speaker); chance is 0.330."
    )


def test_without_intervals_it_is_said_why(tmp_path):
    bare = intervals(AHEAD).assign(low=np.nan, high=np.nan)
    figure, _ = draw(tmp_path, AHEAD, scores=bare)
    assert "no intervals, as test speakers are too few" in caption(figure)


@pytest.mark.parametrize("percentages", [(20,), (50, 100), range(1, 101)])
@pytest.mark.parametrize("near", [0, 0.0001, 0.3])
def test_nothing_is_cut_and_no_labels_meet(tmp_path, percentages, near):
    ahead = {"wav2vec2_large_mean_and_deviation": 0, "midterm+fisher@speaker": near}
    figure, _ = draw(tmp_path, ahead, percentages)
    assert_nothing_is_cut(figure)
    assert_ticks_stay_apart(figure)
    boxes = [Text.get_window_extent(text) for text in figure.axes[0].texts]
    assert len(boxes) == 3
    for one, other in itertools.combinations(boxes, 2):
        assert not one.overlaps(other)


def test_letters_are_large_where_it_fills_a_column(tmp_path):
    figure, _ = draw(tmp_path, AHEAD)
    pixels = 640 / figure.get_size_inches()[0] / 72
    sizes = [t.get_fontsize() for t in figure.findobj(lambda a: hasattr(a, "get_text"))]
    assert min(sizes) * pixels >= 12


@pytest.mark.parametrize(
    ("wanted", "limits", "places"),
    [
        ([1, 5], (0, 10), [1, 5]),  # far apart
        ([1, 1.5, 8], (0, 10), [1, 3, 8]),  # pushed up
        ([9, 9.5], (0, 10), [7, 9]),  # and down again below the top
        ([0, 0], (0, 10), [1, 3]),  # above the bottom
    ],
)
def test_labels_are_moved_as_little_as_need_be(wanted, limits, places):
    assert figures.apart(wanted, [2] * len(wanted), limits) == pytest.approx(places)
