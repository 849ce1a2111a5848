"""Learning curves draw the numbers of their tables, and say what they mean."""

import numpy as np
import pandas as pd
import pytest
from drawing import (
    assert_nothing_is_cut,
    assert_ticks_stay_apart,
    bands,
    caption,
    drawn,
    legend_labels,
    lines,
    settings,
)

from speechcodes import names
from speechcodes.errors import InputError
from speechcodes.figures import learning_curves, style
from speechcodes.figures.tables import scores as table_scores

BLUE, ORANGE = style.PALETTE[:2]
PERCENTAGES = (2, 10, 100)
SCORES = {
    ("midterm", "utterance"): [0.40, 0.50, 0.55],
    ("code", "utterance"): [0.42, 0.46, 0.47],
    ("code", "segment"): [0.38, 0.41, 0.43],
}
GUESSES = {
    ("midterm", "utterance"): (0.30, 0.25, 0.36),
    ("code", "utterance"): (0.34, 0.28, 0.39),
    ("code", "segment"): (0.90, 0.10, 0.95),
}
UNITS = {"utterance": 1480, "segment": 1700}


def interval_table(scores=SCORES, percentages=PERCENTAGES, classifiers=("svm",)):
    """Make intervals from 0.1 below to 0.2 above the scores, in no order."""
    rows = [
        {"feature_set": feature_set, "classifier": classifier, "unit": unit}
        | {"percentage": percentage, "n_training_utterances": 50 * percentage}
        | {"n": UNITS[unit], "resampled": "6 test speakers", "draws": 10}
        | {"training_voices": 9, "halvings": 0}
        | {"main": unit == "utterance" or (feature_set, "utterance") not in scores}
        | {"metric": "macro_f1", "score": score}
        | {"low": score - 0.1, "high": score + 0.2}
        for classifier in classifiers
        for (feature_set, unit), values in scores.items()
        for percentage, score in zip(percentages, values, strict=True)
    ]
    return pd.DataFrame(rows[::-1])


def chance_table(guesses=GUESSES, percentages=PERCENTAGES, classifiers=("svm",)):
    """Make the same chance at every percentage."""
    return pd.DataFrame(
        {"feature_set": feature_set, "classifier": classifier, "unit": unit}
        | {"percentage": percentage, "metric": "macro_f1"}
        | {"score": score, "low": low, "high": high}
        for classifier in classifiers
        for (feature_set, unit), (score, low, high) in guesses.items()
        for percentage in percentages
    )


def tables(percentages=PERCENTAGES, classifiers=("svm",), sets=("midterm", "code")):
    """Make both tables, of feature sets whose scores rise."""
    scores = {
        (name, "utterance"): 0.4 + 0.01 * i + np.linspace(0, 0.1, len(percentages))
        for i, name in enumerate(sets)
    }
    guesses = dict.fromkeys(scores, (0.33, 0.3, 0.36))
    return (
        interval_table(scores, percentages, classifiers),
        chance_table(guesses, percentages, classifiers),
    )


def draw(intervals, chance, metric="macro_f1", **changes):
    """Draw the learning curves of all classifiers of the tables."""
    table = table_scores(intervals, chance, "long", metric=metric)
    wanted = settings(metric=metric, **changes)
    return drawn(learning_curves.learning_curves(table, "All classifiers", wanted))


def chance_line(axes):
    """Return the dotted line of axes."""
    (line,) = (line for line in axes.lines if line.get_linestyle() == ":")
    return line


def test_lines_are_scores_and_bands_their_intervals():
    (axes,) = draw(interval_table(), chance_table()).axes
    shown = lines(axes)
    for label, name in [("mid-term", "midterm"), ("code", "code")]:
        assert shown[label].get_xdata().tolist() == [2, 10, 100]
        assert shown[label].get_ydata().tolist() == SCORES[name, "utterance"]
    found = bands(axes)
    assert set(found) == {BLUE, ORANGE, style.LIGHT_GREY}
    assert found[BLUE] == {2: [0.3, 0.6], 10: [0.4, 0.7], 100: [0.45, 0.75]}
    assert found[ORANGE] == {2: [0.32, 0.62], 10: [0.36, 0.66], 100: [0.37, 0.67]}


def test_chance_is_the_mean_and_the_widest_interval_of_what_is_drawn():
    (axes,) = draw(interval_table(), chance_table()).axes
    # Segments of a set drawn per utterance do not count.
    assert chance_line(axes).get_ydata() == pytest.approx([0.32] * 3)
    grey = bands(axes)[style.LIGHT_GREY]
    assert grey == dict.fromkeys(PERCENTAGES, [0.25, 0.39])


def test_words():
    figure = draw(interval_table(), chance_table(), note="synthetic", folds=4)
    assert figure.axes[0].get_xlabel() == "Labelled utterances used (%)"
    assert figure.axes[0].get_ylabel() == "Macro F1\n(test utterances)"
    assert legend_labels(figure) == ["mid-term", "code", "chance (measured)"]
    assert caption(figure) == (
        "Lines: mean over 10 draws; bands: 95 % intervals over 6 test speakers and "
        "the draws. Dotted: the same predictions scored against test labels shuffled "
        "within speakers (mean and widest interval of the feature sets). "
        "100 % are 5 000 utterances. "
        "Scored on 1 480 test utterances, 4 folds together. Synthetic."
    )
    halved = interval_table().assign(halvings=10)
    assert "over 6 test speakers, 9 training speakers and the draws." in caption(
        draw(halved, chance_table())
    )


def test_a_set_without_utterances_is_drawn_by_segment():
    scores = {key: SCORES[key] for key in SCORES if key != ("code", "utterance")}
    figure = draw(interval_table(scores).assign(draws=1), chance_table())
    (axes,) = figure.axes
    assert lines(axes)["code"].get_ydata().tolist() == SCORES["code", "segment"]
    assert bands(axes)[ORANGE][2] == [0.28, 0.58]
    assert bands(axes)[style.LIGHT_GREY][2] == [0.1, 0.95]
    label = figure.axes[0].get_ylabel()
    assert label == "Macro F1\n(test utterances or\nsegments)"
    assert "Lines: one draw; bands: 95 % intervals over 6 test speakers." in (
        caption(figure)
    )
    # A line may end at the hyphen.
    assert (
        "Scored: mid-term on 1 480 test utterances, code on 1 700 test segments."
    ) in caption(figure).replace("- ", "-")


def test_curves_of_one_percentage_stand_side_by_side():
    (axes,) = draw(*tables((20,))).axes
    shown = lines(axes)
    places = [shown[x].get_xdata().item() for x in ("mid-term", "code")]
    assert places == pytest.approx([19.4, 20.6])
    assert len(chance_line(axes).get_xdata()) == 2


def test_numbers_are_the_scores_drawn_beside_their_chance():
    wanted = {"metric": "macro_f1", "classifier": "svm"}
    intervals = interval_table(classifiers=("svm", "knn"))
    guesses = {key: GUESSES[key] for key in GUESSES if key[1] == "utterance"}
    chance = chance_table(guesses, classifiers=("svm", "knn"))
    found = table_scores(intervals, chance, "long", **wanted)
    assert len(found) == 9 and set(found["classifier"]) == {"svm"}
    found = found.set_index(["feature_set", "unit", "percentage"]).sort_index()
    row = found.loc["midterm", "utterance", 100]
    assert row[["score", "low", "high"]].tolist() == pytest.approx([0.55, 0.45, 0.75])
    chance = ["chance", "chance_low", "chance_high"]
    assert row[chance].tolist() == [0.30, 0.25, 0.36]
    assert found.loc["code", "segment"][chance].isna().all(axis=None)


def test_what_is_missing_is_named():
    intervals, chance = tables()
    with pytest.raises(InputError, match="scores of .* uar; there is macro_f1"):
        table_scores(intervals, chance, "long", metric="uar")
    with pytest.raises(InputError, match="chance of .* macro_f1; there is none at all"):
        table_scores(intervals, chance[:0], "long", metric="macro_f1")


def test_a_panel_per_classifier_with_its_own_chance():
    some = [*names.CLASSIFIERS, "perceptron"]
    chance = chance_table(classifiers=some)
    chance.loc[chance["classifier"] == "knn", ["score", "low", "high"]] += 0.01
    figure = draw(interval_table(classifiers=some[::-1]), chance)
    titles = [axes.get_title() for axes in figure.axes]
    assert titles == [*(c.title for c in names.CLASSIFIERS.values()), "perceptron"]
    for axes, title in zip(figure.axes, titles, strict=True):
        expected = 0.33 if title == "k-NN" else 0.32
        assert chance_line(axes).get_ydata() == pytest.approx([expected] * 3)
        assert bands(axes)[BLUE][100] == [0.45, 0.75]


SETS = ("midterm", "pooled", "code", "own")


def one_by_one(*tables, **changes):
    """Draw the learning curve of one classifier, a panel per feature set."""
    table = table_scores(*tables, "long", metric="macro_f1")
    return drawn(learning_curves.one_by_one(table, "SVM", settings(**changes)))


def test_more_than_three_sets_have_no_bands_and_the_best_stands_first():
    # Scores rise from one set to the next.
    figure = draw(*tables(sets=SETS))
    (axes,) = figure.axes
    assert set(bands(axes)) == {style.LIGHT_GREY}
    best_first = ["own", "code", "pooled spectra", "mid-term"]
    assert legend_labels(figure) == [*best_first, "chance (measured)"]
    assert "intervals stand in the figures of each classifier" in caption(figure)
    (three,) = draw(*tables(sets=SETS[:3])).axes
    assert len(bands(three)) == 4
    assert lines(axes)["own"].get_linewidth() < lines(three)["code"].get_linewidth()


def test_one_classifier_has_a_panel_for_each_of_more_than_three_sets():
    figure = one_by_one(*tables(sets=SETS))
    panels = dict(zip(SETS[::-1], figure.axes, strict=True))
    titles = [axes.get_title() for axes in figure.axes]
    assert titles == ["own", "code", "pooled spectra", "mid-term"]
    looks = style.feature_sets(SETS)
    for i, name in enumerate(SETS):
        axes, scores = panels[name], 0.4 + 0.01 * i + np.array([0, 0.05, 0.1])
        curve = lines(axes)[looks[name].label]
        assert curve.get_ydata() == pytest.approx(scores)
        assert curve.get_color() == looks[name].colour
        band = bands(axes)[looks[name].colour]
        assert band[100] == [scores[-1] - 0.1, scores[-1] + 0.2]
        assert len(bands(axes)) == 2  # with that of chance
        assert [text.get_text() for text in axes.texts] == [f"{scores[-1]:.2f}"]
        others = [line for line in axes.lines if line.get_color() == "#BDBDBD"]
        assert len(others) == 3
    assert "in grey the other feature sets" in caption(figure)


@pytest.mark.parametrize(("n", "panels"), [(3, 1), (4, 4)])
def test_the_figure_of_a_classifier_depends_on_how_many_sets_there_are(
    n, panels, tmp_path
):
    paths = {}
    both = tables(sets=SETS[:n], classifiers=("svm", "knn"))
    for name, table in zip(("intervals", "chance"), both, strict=True):
        paths[name] = str(tmp_path / name)
        table.to_csv(paths[name], index=False)
    figure, numbers = learning_curves.draw_learning_curve(paths, settings())
    assert len(figure.axes) == panels
    assert set(numbers["classifier"]) == {"svm"}
    told = learning_curves.alt_learning_curve(numbers, settings())
    assert ("the best of 4 feature sets" in told) == (n == 4)
    assert ("mid-term features 0.400 and 0.500" in told) == (n == 3)


@pytest.mark.parametrize("draw", [draw, one_by_one])
def test_without_intervals_it_is_said_why(draw):
    intervals, chance = tables(sets=SETS[:3])
    figure = draw(intervals.assign(low=np.nan, high=np.nan), chance)
    assert "no intervals, as test speakers are too few" in caption(figure)


def test_many_small_panels_are_not_cut_and_their_ticks_stay_apart():
    sets = [*names.FEATURE_SETS, "egemaps+f0+fisher@speaker"]
    for percentages in [(20,), range(1, 101)]:
        figure = one_by_one(*tables(percentages, sets=sets))
        assert len(figure.axes) == len(sets)
        assert_nothing_is_cut(figure)
        assert_ticks_stay_apart(figure)


@pytest.mark.parametrize("columns", [1, 3])
@pytest.mark.parametrize("percentages", [(20,), (20, 100), range(1, 101)])
def test_ticks_do_not_overlap(columns, percentages):
    figure = draw(*tables(percentages, list(names.CLASSIFIERS)[:columns]))
    assert_ticks_stay_apart(figure)


def test_long_names_are_not_cut():
    sets = ("midterm", "code", "wav2vec2_large_mean_and_deviation", "midterm+code")
    metric = "f1_weighted_by_predictions"
    pair = [table.assign(metric=metric) for table in tables(sets=sets)]
    assert_nothing_is_cut(draw(*pair, metric=metric))
