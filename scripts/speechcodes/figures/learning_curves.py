"""Figures of the experiment: score against the share of labelled data used."""

import math
import textwrap
from collections import namedtuple

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FixedLocator, NullLocator

from speechcodes import names as words
from speechcodes.errors import InputError
from speechcodes.figures import style
from speechcodes.storage.files import read_scores

X_LABEL = "Labelled training utterances used (%)"
INTERVALS = "95\N{NO-BREAK SPACE}% intervals"

#: Height of a row of panels in inches.
PANEL = 2.3

_WIDTH = 1.9
_SEGMENTS = {"linestyle": "--", "linewidth": 1.0}
_CHANCE = {
    "color": style.GREY,
    "linestyle": ":",
    "linewidth": 1.2,
    "label": "chance (measured)",
}
#: Its edge is seen where bands of scores cover it.
_CHANCE_BAND = {
    "facecolor": style.LIGHT_GREY,
    "edgecolor": style.GREY,
    "alpha": 0.6,
    "linewidth": 0.8,
    "linestyle": ":",
}
_ESTIMATE = ["score", "low", "high"]

#: What is drawn alike: its look, rows, and whether it is a feature set's main curve.
_Curve = namedtuple("_Curve", "look rows main")


def draw_learning_curves(inputs: dict, settings: dict):
    """Draw all classifiers; see `registry.draw` and `overview`."""
    intervals, chance = _read(inputs)
    figure = overview(intervals, chance, settings)
    return figure, numbers(intervals, chance, metric=settings["metric"])


def draw_learning_curve(inputs: dict, settings: dict):
    """Draw one classifier; see `registry.draw` and `learning_curve`."""
    intervals, chance = _read(inputs)
    wanted = {key: settings[key] for key in ("metric", "classifier")}
    figure = learning_curve(intervals, chance, settings)
    return figure, numbers(intervals, chance, **wanted)


def alt_learning_curves(numbers, settings: dict) -> str:
    """Tell the highest score with most labels, and whose it is."""
    scores = numbers[numbers["main"]]
    last = scores[scores["percentage"] == scores["percentage"].max()]
    best = last.loc[last["score"].idxmax()]
    return (
        f"Learning curves of {scores['classifier'].nunique()} classifiers, segments "
        f"{settings['segment']}. With {best['percentage']} % of the labels the highest "
        f"{words.metric(best['metric'])} is {best['score']:.3f}, of "
        f"{words.classifier(best['classifier'])} on "
        f"{words.feature_set(best['feature_set'])}; chance is "
        f"{_mean_chance(scores):.3f}."
    )


def alt_learning_curve(numbers, settings: dict) -> str:
    """Tell where the curve of each feature set begins and ends."""
    scores = numbers[numbers["main"]].sort_values("percentage")
    curves = "; ".join(
        f"{words.feature_set(name)} {curve['score'].iloc[0]:.3f} and "
        f"{curve['score'].iloc[-1]:.3f}"
        for name, curve in scores.groupby("feature_set", sort=False)
    )
    return (
        f"Learning curve of {words.classifier(settings['classifier'])}, segments "
        f"{settings['segment']}: {words.metric(scores['metric'].iloc[0])} at "
        f"{scores['percentage'].min()} and {scores['percentage'].max()} % of the "
        f"labels is, for {curves}; chance is {_mean_chance(scores):.3f}."
    )


def _mean_chance(scores):
    return scores["chance"].astype(float).mean()


def _read(inputs):
    return read_scores(inputs["intervals"]), read_scores(inputs["chance"])


@style.styled
def learning_curve(intervals, chance, settings):
    """Draw the score of one classifier against the labelled data used.

    Each feature set is drawn in the unit on which it is compared. Segments of a set
    that is compared on utterances are a thin line, unless the two agree.

    Parameters
    ----------
    intervals : pd.DataFrame
        Of one segment variant: columns feature_set, classifier, percentage,
        n_training_utterances, unit ("utterance" or "segment"), n (test units), main
        (whether it is compared on this unit), resampled (what stands for independent
        cases, such as "6 test speakers"), draws, metric, score, low and high.
    chance : pd.DataFrame
        What the same predictions score against shuffled labels: columns feature_set,
        classifier, percentage, unit, metric, score, low and high.
    settings : dict
        Of `registry.FIGURES`.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    InputError
        If a table has no rows of this classifier and metric.
    """
    classifier, segment = settings["classifier"], settings["segment"]
    metric = settings["metric"]
    wanted = {"metric": metric, "classifier": classifier}
    rows = select(intervals, f"scores of segment variant {segment}", **wanted)
    guesses = select(chance, f"chance of segment variant {segment}", **wanted)
    curves = _curves(rows, with_segments=True)
    (name,) = style.classifiers([classifier]).values()
    figure = style.new_figure(
        f"{name}, segment variant {segment}",
        5.4,
        (
            *_caption(rows),
            scored_on(rows, settings["folds"]),
            style.sentence(settings["note"]),
        ),
    )
    axes = body_above_legend(figure, _legend_keys(curves)).subplots()
    ticks = percentage_axis(axes, np.unique(rows["percentage"]), gap=0.07)
    _draw_chance(axes, _widest(guesses, curves))
    _draw_curves(axes, curves, classifier)
    _utterance_axis(axes, rows, ticks)
    axes.set(xlabel=X_LABEL, ylabel=wrapped(_score_label(curves, metric)))
    return figure


@style.styled
def overview(intervals, chance, settings):
    """Draw the scores of all classifiers side by side.

    Parameters
    ----------
    intervals, chance : pd.DataFrame
        As in `learning_curve`.
    settings : dict
        Of `registry.FIGURES`.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    InputError
        If a table has no rows of this metric.
    """
    segment, metric = settings["segment"], settings["metric"]
    rows = select(intervals, f"scores of segment variant {segment}", metric=metric)
    guesses = select(chance, f"chance of segment variant {segment}", metric=metric)
    curves = _curves(rows)
    caption = (*_caption(rows), scored_on(rows, settings["folds"]), _whole(rows))
    names = style.classifiers(rows["classifier"])
    figure = style.new_figure(
        f"All classifiers, segment variant {segment}",
        2.1 + PANEL * rows_of_panels(len(names)),
        (*caption, style.sentence(settings["note"])),
    )
    body = body_above_legend(figure, _legend_keys(curves))
    panels = grid(body, names, np.unique(rows["percentage"]))
    for name, axes in panels.items():
        of_panel = guesses[guesses["classifier"] == name]
        _draw_chance(axes, _widest(of_panel, curves))
        _draw_curves(axes, curves, name)
    label_grid(body, _score_label(curves, metric))
    return figure


def numbers(intervals, chance, **wanted):
    """Return the scores that a figure draws, each with its level of chance.

    Parameters
    ----------
    intervals, chance : pd.DataFrame
        As in `learning_curve`.
    **wanted
        Column to value, such as the metric and the classifier drawn.

    Returns
    -------
    pd.DataFrame
        The columns of `intervals`, and chance, chance_low and chance_high, empty
        where a feature set is not compared on a unit.
    """
    keys = ["feature_set", "classifier", "percentage", "unit", "metric"]
    names = {name: f"chance_{name}".removesuffix("_score") for name in _ESTIMATE}
    levels = chance[[*keys, *_ESTIMATE]].rename(columns=names)
    rows = select(intervals, "scores", **wanted)
    return rows.merge(levels, how="left", on=keys)


def select(table, what, **wanted):
    """Return the rows that have a value in each of some columns.

    Parameters
    ----------
    table : pd.DataFrame
    what : str
        What the rows are, for the error.
    **wanted
        Column to value.

    Raises
    ------
    InputError
        If there are none; names the column and the values it has.
    """
    for column, value in wanted.items():
        rows = table[table[column] == value]
        if rows.empty:
            there = ", ".join(sorted(map(str, set(table[column])))) or "none at all"
            raise InputError(f"no {what} with {column} {value}; there is {there}")
        table = rows
    return table


def body_above_legend(figure, keys):
    """Put a legend at the foot of a figure, and return the body for its panels.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
    keys : dict of str to artist or tuple of artists
        What stands before each label.

    Returns
    -------
    matplotlib.figure.SubFigure
    """
    lines, columns = legend_size(keys)
    figure.set_figheight(figure.get_figheight() + 0.19 * (lines - 1))
    body, foot = style.body_and_foot(figure, lines)
    foot.legend(keys.values(), keys, loc="center", ncols=columns)
    return body


def rows_of_panels(n: int) -> int:
    """Return how many rows a `grid` of n panels has."""
    return math.ceil(n / 3)


def grid(body, names, percentages):
    """Make a panel for each classifier, up to three in a row, with common axes.

    Parameters
    ----------
    body : matplotlib.figure.SubFigure
    names : dict of str to str
        Classifier to title.
    percentages : np.ndarray
        Sorted.

    Returns
    -------
    dict of str to matplotlib.axes.Axes
    """
    rows, columns = rows_of_panels(len(names)), min(3, len(names))
    panels = body.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
    for axes in panels.flat[len(names) :]:
        axes.remove()
    for column in panels.T:
        lowest = [axes for axes in column if axes.figure][-1]
        lowest.tick_params(labelbottom=True)
    for axes, title in zip(panels.flat, names.values(), strict=False):
        axes.set_title(title)
    percentage_axis(panels[0, 0], percentages, gap=0.05 * columns)
    return dict(zip(names, panels.flat, strict=False))


def label_grid(body, y_label):
    """Label the common axes of a `grid`."""
    body.supxlabel(X_LABEL, fontsize="medium")
    body.supylabel(
        wrapped(y_label), fontsize="medium", multialignment="center", linespacing=1.3
    )


def wrapped(label):
    """Break the label of a y axis, if long, so that it fits beside a low panel."""
    parts = label.replace(" (", "\n(") if len(label) > 30 else label
    return "\n".join(textwrap.fill(part, 38) for part in parts.split("\n"))


def percentage_axis(axes, percentages, gap, *, logarithmic=None):
    """Scale and tick the x axis; return the percentages that have a tick.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
    percentages : np.ndarray
        Sorted.
    gap : float
        See `spaced_ticks`.
    logarithmic : bool, optional
        By default, where percentages span more than a factor of 8.
    """
    # Learning curves bend where labels are few: equal factors get equal room there.
    if logarithmic is None:
        logarithmic = percentages[-1] > 8 * percentages[0]
    axes.set_xscale("log" if logarithmic else "linear")
    if len(percentages) == 1:
        axes.set_xlim(percentages[0] * 0.5, percentages[0] * 1.5)
    ticks = spaced_ticks(percentages, logarithmic, gap)
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    return ticks


def line_and_band(axes, x, y, low, high, look):
    """Draw a line with some markers, and the band around it.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
    x, y, low, high : array-like, shape (n,)
    look : style.Look
    """
    # Of many points, only some evenly spaced along the curve are marked.
    axes.plot(
        x,
        y,
        markevery=None if len(x) <= 12 else 0.08,
        label=look.label,
        zorder=3,
        **_line(look),
    )
    if len(x) > 1:
        axes.fill_between(x, low, high, color=look.colour, alpha=0.2, linewidth=0.8)
    else:
        # A band of one percentage has no width.
        axes.vlines(x, low, high, color=look.colour, alpha=0.5)


def _line(look):
    """Return the properties of a feature set's line."""
    return {
        "color": look.colour,
        "marker": look.marker,
        "linestyle": look.line,
        "linewidth": _WIDTH,
    }


def main_key(look):
    """Return what stands for a line and its band in a legend."""
    band = Patch(color=look.colour, alpha=0.2, linewidth=0)
    return band, Line2D([], [], **_line(look))


def draws_of(intervals) -> int:
    """Return how many draws the scores are of, from a table of intervals."""
    return int(intervals.loc[intervals["main"], "draws"].max())


def resampled(intervals) -> str:
    """Name what intervals are over: test speakers and, of several, the draws."""
    main = intervals[intervals["main"]]
    tested = " and ".join(main["resampled"].unique())
    return tested if draws_of(intervals) == 1 else f"{tested} and the draws"


def scored_on(intervals, folds: int = 1) -> str:
    """Say how many test utterances or segments each feature set is compared on.

    Parameters
    ----------
    intervals : pd.DataFrame
        Columns feature_set, unit, n and main.
    folds : int
        In which they were tested.
    """
    main = intervals[intervals["main"]].drop_duplicates("feature_set")
    looks = style.feature_sets(main["feature_set"])
    together = f", {folds} folds together" if folds > 1 else ""
    sets = {}
    for name, row in main.set_index("feature_set").loc[list(looks)].iterrows():
        size = f"{style.number(row['n'])} test {row['unit']}s"
        sets.setdefault(size, []).append(style.short(looks[name]))
    if len(sets) == 1:
        return f"Scored on {next(iter(sets))}{together}."
    parts = (f"{' and '.join(names)} on {size}" for size, names in sets.items())
    return f"Scored: {', '.join(parts)}{together}."


def shifts(n, percentages):
    """Return a factor for the percentages of each of n curves.

    It is 1, unless there is but one percentage, where all would lie on one another.
    """
    if len(set(percentages)) > 1:
        return np.ones(n)
    return 1 + 0.06 * (np.arange(n) - (n - 1) / 2)


def spaced_ticks(values, logarithmic, gap):
    """Choose values to label so that no two labels touch.

    The ends come first, then 1, 2, 5, 10, ..., then other numbers of one digit and
    zeros; the rest only fill wide gaps.

    Parameters
    ----------
    values : np.ndarray
        Sorted and positive.
    logarithmic : bool
        Whether their axis is.
    gap : float
        Least distance as a share of the axis.

    Returns
    -------
    np.ndarray

    Examples
    --------
    >>> spaced_ticks(np.array([2, 4, 6, 8, 10, 98, 100]), False, 0.05)
    array([  2,  10, 100])
    """
    places = np.log(values) if logarithmic else np.asarray(values, float)
    places = (places - places[0]) / (places[-1] - places[0] or 1)
    ranks = [_roughness(value) for value in values]
    ranks[0] = ranks[-1] = 0
    chosen = []
    for i in sorted(range(len(values)), key=lambda i: (ranks[i], i)):
        least = 2 * gap if ranks[i] == 3 else gap
        if all(abs(places[i] - places[j]) >= least for j in chosen):
            chosen.append(i)
    return np.asarray(values)[sorted(chosen)]


def _roughness(value):
    """Rank a number: 1 for 1-2-5 and zeros, 2 for another digit and zeros, 3 else."""
    rounded = f"{value:.0e}"
    if float(rounded) != value:
        return 3
    return 1 if rounded[0] in "125" else 2


def legend_size(labels) -> tuple[int, int]:
    """Return lines and columns of a legend as wide as a figure."""
    lengths = [len(label) for label in labels]
    for lines in range(1, len(lengths) + 1):
        columns = math.ceil(len(lengths) / lines)
        # In points: what surrounds a label, and a letter. Columns are filled first.
        widths = [41 + 5.2 * max(c) for c in np.array_split(lengths, columns)]
        if sum(widths) < 72 * style.WIDTH:
            break
    return lines, columns


def _curves(rows, *, with_segments=False):
    """Return the curves of each feature set, of all its classifiers.

    Those of segments come after the main one they differ from, if asked for.
    """
    curves = []
    for name, look in style.feature_sets(rows["feature_set"]).items():
        of_set = rows[rows["feature_set"] == name]
        single = look._replace(label=f"{look.label}, single segments")
        main = of_set[of_set["main"]]
        segments = of_set[~of_set["main"] & (of_set["unit"] == "segment")]
        only_segments = main["unit"].iloc[0] == "segment"
        curves.append(_Curve(single if only_segments else look, main, True))
        if with_segments and len(segments) and _differ(main, segments):
            curves.append(_Curve(single, segments, False))
    return curves


def _differ(rows, others):
    """Say whether the scores of one classifier differ at any percentage."""
    pair = (r.set_index("percentage")["score"] for r in (rows, others))
    return np.subtract(*pair).abs().max() > 1e-9


def _draw_curves(axes, curves, classifier):
    every = curves[0].rows["percentage"]
    for curve, factor in zip(curves, shifts(len(curves), every), strict=True):
        rows = curve.rows[curve.rows["classifier"] == classifier]
        rows = rows.sort_values("percentage")
        x, y = rows["percentage"] * factor, rows["score"]
        if curve.main:
            line_and_band(axes, x, y, rows["low"], rows["high"], curve.look)
        else:
            axes.plot(x, y, **_thin(curve), zorder=3)


def _thin(curve):
    """Return the properties of a line of segments."""
    alone = curve.rows["percentage"].nunique() == 1
    return {
        "color": curve.look.colour,
        # A line through one point is not seen.
        "marker": curve.look.marker if alone else "",
        "fillstyle": "none",
        "label": curve.look.label,
        **_SEGMENTS,
    }


def _widest(chance, curves):
    """Return mean score, least low and greatest high over the sets, by percentage.

    Only what is drawn counts: of each feature set the unit of its main curve.
    """
    main = [curve.rows for curve in curves if curve.main]
    units = {rows["feature_set"].iloc[0]: rows["unit"].iloc[0] for rows in main}
    rows = chance[chance["unit"] == chance["feature_set"].map(units)]
    return rows.groupby("percentage").agg(
        score=("score", "mean"), low=("low", "min"), high=("high", "max")
    )


def _draw_chance(axes, chance):
    if len(chance) == 1:
        (row,) = chance.itertuples()
        axes.axhspan(row.low, row.high, **_CHANCE_BAND, zorder=1)
        axes.axhline(row.score, **_CHANCE, zorder=2)
    else:
        x, low, high = chance.index, chance["low"], chance["high"]
        axes.fill_between(x, low, high, **_CHANCE_BAND, zorder=1)
        axes.plot(x, chance["score"], **_CHANCE, zorder=2)


def _utterance_axis(axes, rows, ticks):
    """Label the ticks with numbers of utterances, above the axes."""
    numbers = rows.groupby("percentage")["n_training_utterances"].max()
    above = axes.secondary_xaxis("top")
    above.xaxis.set_major_locator(FixedLocator(ticks))
    above.xaxis.set_minor_locator(NullLocator())
    above.set_xticks(ticks, [style.number(numbers[tick]) for tick in ticks])
    above.set_xlabel("Labelled training utterances used")
    above.spines["top"].set_visible(False)


def _legend_keys(curves):
    keys = {
        curve.look.label: main_key(curve.look)
        if curve.main
        else Line2D([], [], **_thin(curve))
        for curve in curves
    }
    chance = Patch(**_CHANCE_BAND), Line2D([], [], **_CHANCE)
    return keys | {_CHANCE["label"]: chance}


def _score_label(curves, metric):
    present = {curve.rows["unit"].iloc[0] for curve in curves if curve.main}
    units = [f"{unit}s" for unit in ("utterance", "segment") if unit in present]
    return f"{words.METRICS[metric]} (test {' or '.join(units)})"


def _caption(rows):
    draws = draws_of(rows)
    drawn = "one draw" if draws == 1 else f"mean over {style.number(draws)} draws"
    yield f"Lines: {drawn}; bands: {INTERVALS} over {resampled(rows)}."
    yield (
        "Grey: the same predictions scored against shuffled test labels (mean and "
        "widest interval of the feature sets)."
    )


def _whole(rows):
    """Say what the largest percentage amounts to."""
    largest = rows.loc[rows["percentage"].idxmax()]
    count = style.number(largest["n_training_utterances"])
    share = f"{largest['percentage']:g}\N{NO-BREAK SPACE}%"
    return f"{share} are {count}\N{NO-BREAK SPACE}utterances."
