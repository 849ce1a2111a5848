"""The figure of how much choosing what to label helps."""

import numpy as np
from matplotlib.figure import Figure

from speechcodes import names as words
from speechcodes.figures import style
from speechcodes.figures.axes import Y_LABEL
from speechcodes.figures.tables import select
from speechcodes.storage.files import read_scores

_COLOUR = "#0072B2"


def draw(inputs: dict, settings: dict):
    """Draw what choosing adds to the score; see `registry.draw`."""
    table = numbers(read_scores(inputs["next_to_label"]), settings["metric"])
    return next_to_label(table, settings), table


def alt(numbers, settings: dict) -> str:
    """Tell the mean over all steps, and the largest difference."""
    *_, mean = numbers.itertuples()
    steps = numbers.iloc[:-1]
    largest = steps.loc[steps["difference"].abs().idxmax()]
    between = ""
    if not np.isnan(mean.low):
        between = f" ({mean.low:+.3f} to {mean.high:+.3f})"
    return (
        f"Difference in {words.metric(mean.metric)} between labelling by choice and at "
        f"random, segments {settings['segment']}: {mean.difference:+.3f}{between} over "
        f"all steps; the largest, {largest['difference']:+.3f}, from "
        f"{largest['labelled']} to {largest['percentage']} %."
    )


def numbers(table, metric):
    """Return the rows of a metric, steps first and their mean last.

    Raises InputError if there are no rows of this metric.
    """
    rows = select(table, "next_to_label", metric=metric)
    is_mean = rows["percentage"] == 0
    return rows.assign(is_mean=is_mean).sort_values(
        ["is_mean", "percentage"], ignore_index=True
    )[list(rows)]


@style.styled
def next_to_label(table, settings: dict) -> Figure:
    """Draw the difference at each step, and the mean over all, with intervals.

    Markers are filled where the interval excludes zero.

    Parameters
    ----------
    table : pd.DataFrame
        See `numbers`.
    """
    first = table.iloc[0]
    figure = style.new_figure(
        f"Labelling by choice, segment variant {settings['segment']}",
        4,
        (
            "Points: mean difference; lines: its 95 % interval for other test speakers "
            "and draws, with these training speakers. Filled: zero lies outside.",
            style.sentence(
                f"{words.classifier(first['classifier'])} on "
                f"{words.feature_set(first['feature_set'])}, which scored best"
            ),
            style.sentence(settings["note"]),
        ),
    )
    axes = figure.subplots()
    axes.axhline(0, color="black", linewidth=0.8)
    for x, row in enumerate(table.itertuples()):
        is_sure = row.low > 0 or row.high < 0
        axes.vlines(x, row.low, row.high, color=_COLOUR)
        axes.plot(
            x,
            row.difference,
            color=_COLOUR,
            marker="s" if row.percentage == 0 else "o",
            markersize=7,
            markerfacecolor=_COLOUR if is_sure else "white",
        )
    axes.axvline(len(table) - 1.5, color=style.LIGHT_GREY)
    axes.set_xlim(-0.5, len(table) - 0.5)
    axes.set_xticks(range(len(table)), list(map(_name, table.itertuples())))
    axes.set_xlabel("Share of the training labels, before and after")
    axes.set_ylabel(
        f"Difference in {words.metric(first['metric'])}\n"
        "← random ahead    choice ahead →",
        **Y_LABEL,
    )
    return figure


def _name(row):
    """What stands below a point."""
    if row.percentage == 0:
        return "mean"
    return f"{row.labelled} to\n{row.percentage} %"
