"""The figure of what tells a good code: criteria against scores."""

import math

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from speechcodes import names
from speechcodes.experiment.selection_check import (
    FEWEST,
    best,
    correlations,
    directions,
)
from speechcodes.figures import style
from speechcodes.figures.autoencoders import RING, short_names

_COLUMNS = 3
_MARKED = {"markeredgecolor": "white", "markeredgewidth": 0.6, "zorder": 3}


def draw(inputs: dict, settings: dict):
    """Draw criteria against scores; see `registry.draw` and `criteria`."""
    table = pd.read_csv(inputs["criteria"])
    return criteria(table, settings), table


def alt(numbers, settings: dict) -> str:
    """Tell what the chosen autoencoder scores, and the best."""
    highest, chosen = best(numbers), numbers[numbers["chosen"]].iloc[0]
    return (
        f"Mean score of the codes of {len(numbers)} autoencoders against "
        f"{len(directions(numbers))} criteria that need no labels, segments "
        f"{settings['segment']}. The one chosen scores {chosen['score']:.3f}, the "
        f"best, {highest['name']}, {highest['score']:.3f}."
    )


@style.styled
def criteria(table, settings: dict) -> Figure:
    """Draw the mean score of every autoencoder's code against each criterion.

    Parameters
    ----------
    table : pd.DataFrame
        See `speechcodes.experiment.selection_check.table`.
    """
    by = names.criterion(settings["select_by"])
    better, found = directions(table), correlations(table)
    rows = math.ceil(len(better) / _COLUMNS)
    figure = style.new_figure(
        f"What tells a good code without labels, segment variant {settings['segment']}",
        1.5 + 2.5 * rows,
        (
            f"n: {len(table)} autoencoders; chosen by {by}.",
            "Score: mean over classifiers, percentages and draws, for analysis alone.",
            f"No correlation is given of fewer than {FEWEST}."
            if len(table) < FEWEST
            else "",
            style.of_fold(settings["folds"]),
            style.sentence(settings["note"]),
        ),
    )
    body = figure.subfigures()
    panels = style.panels(body, len(better), rows, _COLUMNS, sharey=True)
    for axes, name in zip(panels, better, strict=True):
        _points(axes, table, name)
        axes.set_title(_title(name, *found[name]))
        direction = "higher" if better[name] else "lower"
        axes.set_xlabel(f"{direction} is better")
        axes.xaxis.set_major_locator(MaxNLocator(3))
        axes.margins(0.12)
    body.supylabel(f"Mean {names.metric(table['metric'].iloc[0])}", fontsize="medium")
    style.legend_below(body)
    return figure


def _title(name, correlation, n):
    """Name of a criterion, and its rank correlation with the score."""
    name = names.criterion(name)
    name = style.wrapped(f"{name[0].upper()}{name[1:]}", 32)
    if np.isnan(correlation):
        return f"{name}\n"
    return f"{name}\nrank correlation {correlation:+.2f} (n = {n})"


def _points(axes, table, name):
    """One dot per autoencoder; the best is a star, the chosen one ringed."""
    highest = best(table)
    chosen = table[table["chosen"]].iloc[0]
    short = short_names(list(table["name"]))
    others = table[table["name"] != highest["name"]]
    blue, _, green, *_ = style.PALETTE
    axes.plot(others[name], others["score"], "o", c=blue, ms=6, **_MARKED)
    best_label = f"best: {short[highest['name']]}"
    star = {"color": green, "markersize": 12, "label": best_label}
    axes.plot(highest[name], highest["score"], "*", **star, **_MARKED)
    label = f"chosen: {short[chosen['name']]}"
    axes.plot(chosen[name], chosen["score"], label=label, **RING)
    axes.grid(visible=True, axis="both")
