"""Axes that several figures share: scores against the percentage of labels used."""

import math
import textwrap

import numpy as np
import pandas as pd
from matplotlib.ticker import LogLocator, NullLocator

from speechcodes import names as words
from speechcodes.figures import style

X_LABEL = "Labelled utterances used (%)"
#: How labels of common y axes are set.
Y_LABEL = {"fontsize": "medium", "multialignment": "center", "linespacing": 1.3}


def rows_of_panels(n: int) -> int:
    """Return how many rows a `grid` of n panels has."""
    return math.ceil(n / 3)


def grid(body, titles):
    """Make a panel for each of some names, up to three in a row, with common axes.

    Parameters
    ----------
    body : matplotlib.figure.SubFigure
    titles : dict of str to str
        Name, such as that of a classifier, to title.

    Returns
    -------
    dict of str to matplotlib.axes.Axes
    """
    columns = min(3, len(titles))
    shape = rows_of_panels(len(titles)), columns
    panels = style.panels(body, len(titles), *shape, sharex=True, sharey=True)
    for axes, title in zip(panels, titles.values(), strict=True):
        axes.set_title(title)
    for axes in panels[-columns:]:
        axes.tick_params(labelbottom=True)
        axes.set_xlabel(X_LABEL)
    scale_percentages(axes)
    axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.xaxis.set_major_formatter("{x:g}")
    return dict(zip(titles, panels, strict=True))


def scale_percentages(axes):
    """Make the x axis logarithmic: learning curves bend where labels are few."""
    axes.set_xscale("log")
    axes.xaxis.set_minor_locator(NullLocator())


def some(percentages, most: int) -> list:
    """Return the least, the largest and some between, about equal factors apart.

    >>> some([5, 10, 20], 5), some(range(1, 101), 5)
    ([5, 10, 20], [1, 3, 10, 32, 100])
    """
    percentages = sorted(set(percentages))
    if len(percentages) <= most:
        return percentages
    logs = np.log(percentages)
    wanted = np.linspace(logs[0], logs[-1], most)
    return sorted({percentages[np.abs(logs - log).argmin()] for log in wanted})


def dodged(rows, looks):
    """Add a column x: percentages, side by side for all sets where there is but one."""
    x = rows["percentage"]
    if x.nunique() == 1:
        order = rows["feature_set"].map(list(looks).index)
        x = x * (1 + 0.06 * (order - (len(looks) - 1) / 2))
    return rows.assign(x=x)


def draw_chance(axes, rows):
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


def score_label(rows, metric, letters=38) -> str:
    """Return the label of an axis of scores, with the unit they are of, in lines."""
    present = set(rows["unit"])
    units = [f"{unit}s" for unit in ("utterance", "segment") if unit in present]
    name = textwrap.fill(words.METRICS[metric], letters)
    return f"{name}\n" + textwrap.fill(f"(test {' or '.join(units)})", letters)
