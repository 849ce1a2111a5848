"""Figures of scores against the share of labelled data used."""

import math
import textwrap

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullLocator

from speechcodes import names as words
from speechcodes.errors import InputError
from speechcodes.figures import style
from speechcodes.storage.files import read_scores

X_LABEL = "Labelled utterances used (%)"
INTERVALS = "95\N{NO-BREAK SPACE}% intervals"

#: Height of a row of panels in inches.
PANEL = 2.3

_ESTIMATE = ["score", "low", "high"]


def draw_learning_curves(inputs: dict, settings: dict):
    """Draw all classifiers; see `registry.draw` and `learning_curves`."""
    return _draw(inputs, settings, "All classifiers")


def draw_learning_curve(inputs: dict, settings: dict):
    """Draw one classifier; see `registry.draw` and `learning_curves`."""
    classifier = settings["classifier"]
    title = words.classifier(classifier)
    return _draw(inputs, settings, title, classifier=classifier)


def _draw(inputs, settings, title, **wanted):
    tables = read_scores(inputs["intervals"]), read_scores(inputs["chance"])
    segment, metric = settings["segment"], settings["metric"]
    table = numbers(*tables, segment, metric=metric, **wanted)
    return learning_curves(table, title, settings), table


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


def numbers(intervals, chance, segment, **wanted):
    """Return the scores that a figure draws, each with its level of chance.

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
    segment : str
        Name of the variant.
    **wanted
        Column to value, such as the metric and the classifier drawn.

    Returns
    -------
    pd.DataFrame
        The columns of `intervals`, and chance, chance_low and chance_high, empty
        where a feature set is not compared on a unit.

    Raises
    ------
    InputError
        If a table has no such rows.
    """
    rows = select(intervals, f"scores of segment variant {segment}", **wanted)
    levels = select(chance, f"chance of segment variant {segment}", **wanted)
    keys = ["feature_set", "classifier", "percentage", "unit", "metric"]
    names = {name: f"chance_{name}".removesuffix("_score") for name in _ESTIMATE}
    levels = levels[[*keys, *_ESTIMATE]].rename(columns=names)
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


@style.styled
def learning_curves(table, title, settings: dict) -> Figure:
    """Draw scores against the labelled data used, a panel per classifier.

    Each feature set is drawn in the unit on which it is compared.

    Parameters
    ----------
    table : pd.DataFrame
        Of `numbers`.
    title : str
    """
    rows = table[table["main"]].sort_values("percentage")
    names = style.classifiers(rows["classifier"])
    looks = style.feature_sets(rows["feature_set"])
    rows = dodged(rows, looks)
    height = PANEL * rows_of_panels(len(names)) if len(names) > 1 else 3.2
    figure = style.new_figure(
        f"{title}, segment variant {settings['segment']}",
        2.2 + height,
        (
            *_caption(rows),
            scored_on(rows, settings["folds"]),
            style.sentence(settings["note"]),
        ),
    )
    body = figure.subfigures()
    for name, axes in grid(body, names).items():
        of_classifier = rows[rows["classifier"] == name]
        draw_curves(axes, of_classifier, "score", looks)
        _draw_chance(axes, of_classifier)
    body.supylabel(_score_label(rows, settings["metric"]), **Y_LABEL)
    style.legend_below(body)
    return figure


#: How labels of common y axes are set.
Y_LABEL = {"fontsize": "medium", "multialignment": "center", "linespacing": 1.3}


def rows_of_panels(n: int) -> int:
    """Return how many rows a `grid` of n panels has."""
    return math.ceil(n / 3)


def grid(body, names):
    """Make a panel for each classifier, up to three in a row, with common axes.

    Parameters
    ----------
    body : matplotlib.figure.SubFigure
    names : dict of str to str
        Classifier to title.

    Returns
    -------
    dict of str to matplotlib.axes.Axes
    """
    columns = min(3, len(names))
    shape = rows_of_panels(len(names)), columns
    panels = style.panels(body, len(names), *shape, sharex=True, sharey=True)
    for axes, title in zip(panels, names.values(), strict=True):
        axes.set_title(title)
    for axes in panels[-columns:]:
        axes.tick_params(labelbottom=True)
        axes.set_xlabel(X_LABEL)
    # Learning curves bend where labels are few: equal factors get equal room there.
    axes.set_xscale("log")
    axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.xaxis.set_major_formatter("{x:g}")
    axes.xaxis.set_minor_locator(NullLocator())
    return dict(zip(names, panels, strict=True))


def dodged(rows, looks):
    """Add a column x: percentages, side by side for all sets where there is but one."""
    x = rows["percentage"]
    if x.nunique() == 1:
        order = rows["feature_set"].map(list(looks).index)
        x = x * (1 + 0.06 * (order - (len(looks) - 1) / 2))
    return rows.assign(x=x)


def draw_curves(axes, rows, value, looks, **line):
    """Draw a line for each feature set, and the band from low to high around it.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
    rows : pd.DataFrame
        Of one classifier, sorted by percentage; see `dodged`.
    value : str
        The column to draw.
    looks : dict of str to style.Look
    **line
        Properties of all lines.
    """
    for name, look in looks.items():
        of_set = rows[rows["feature_set"] == name]
        x = of_set["x"]
        axes.plot(
            x,
            of_set[value],
            color=look.colour,
            marker=look.marker,
            linestyle=look.line,
            # Of many points, only some evenly spaced along the curve are marked.
            markevery=None if len(x) <= 12 else 0.08,
            label=look.label,
            zorder=3,
            **line,
        )
        colours = {"facecolor": (look.colour, 0.2), "edgecolor": (look.colour, 0.4)}
        axes.fill_between(x, of_set["low"], of_set["high"], linewidth=0.8, **colours)


def _draw_chance(axes, rows):
    """Draw the mean level of chance of the feature sets, and its widest interval."""
    levels = rows.groupby("percentage").agg(
        {"chance": "mean", "chance_low": "min", "chance_high": "max"}
    )
    if len(levels) == 1:
        # A line through one point is not seen.
        sides = levels.index[0] * np.array([0.7, 1.4])
        levels = pd.concat([levels, levels]).set_axis(sides)
    axes.fill_between(
        levels.index,
        levels["chance_low"],
        levels["chance_high"],
        facecolor=(style.LIGHT_GREY, 0.6),
        edgecolor=style.GREY,
        linewidth=0.8,
        linestyle=":",
        zorder=0.9,
    )
    axes.plot(levels["chance"], ":", c=style.GREY, lw=1.2, label="chance (measured)")


def draws_of(intervals) -> int:
    """Return how many draws the scores are of, from a table of intervals."""
    return int(intervals.loc[intervals["main"], "draws"].max())


def resampled(intervals) -> str:
    """Name what intervals are over: test and training speakers, and several draws."""
    main = intervals[intervals["main"]]
    over = list(main["resampled"].unique())
    if main["halvings"].min():
        over.append(f"{main['training_voices'].min()} training speakers")
    if draws_of(intervals) > 1:
        over.append("the draws")
    return words.listed(over)


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


def _score_label(rows, metric):
    present = set(rows["unit"])
    units = [f"{unit}s" for unit in ("utterance", "segment") if unit in present]
    name = textwrap.fill(words.METRICS[metric], 38)
    return f"{name}\n(test {' or '.join(units)})"


def _caption(rows):
    draws = draws_of(rows)
    drawn = "one draw" if draws == 1 else f"mean over {style.number(draws)} draws"
    largest = rows.iloc[-1]
    count = style.number(largest["n_training_utterances"])
    yield f"Lines: {drawn}; bands: {INTERVALS} over {resampled(rows)}."
    yield (
        "Grey: the same predictions scored against test labels shuffled within "
        "speakers (mean and widest interval of the feature sets)."
    )
    yield (
        f"{largest['percentage']:g}\N{NO-BREAK SPACE}% are "
        f"{count}\N{NO-BREAK SPACE}utterances."
    )
