"""Figures of the experiment: score against the share of labelled data used."""

import math

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, NullLocator

from speechcodes.errors import InputError
from speechcodes.figures import style

X_LABEL = "Labelled training utterances used (%)"
#: The middle 95 % of the draws.
PERCENTILES = (2.5, 97.5)

_LEGEND_COLUMNS = 5

_UNITS = {
    "utterance": {"linestyle": "-", "linewidth": 1.9},
    "segment": {"linestyle": "--", "linewidth": 1.0},
}


@style.styled
def learning_curve(
    scores,
    classifier,
    segment,
    metric="macro_f1",
    *,
    chance=None,
    n_test=None,
    note="",
):
    """Draw the score of one classifier against the labelled data used.

    Parameters
    ----------
    scores : pd.DataFrame
        Columns segment, feature_set, classifier, percentage,
        n_training_utterances, draw, unit (utterance or segment) and `metric`.
    classifier, segment : str
        Whose rows to draw.
    metric : str
        One of `style.METRICS`.
    chance : float, optional
        Score of guessing, drawn as a line.
    n_test : int, optional
        Number of test utterances, for the caption.
    note : str
        Added to the caption.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    InputError
        If there are no such scores.
    """
    rows = _rows(scores, segment)
    rows = rows[rows["classifier"] == classifier]
    if rows.empty:
        raise InputError(
            f"no scores of classifier {classifier} and segment variant {segment}; "
            f"there are those of {', '.join(sorted(set(scores['classifier'])))}"
        )
    name = style.CLASSIFIERS.get(classifier, classifier)
    figure = style.new_figure(
        f"{name}, segment variant {segment}",
        4.9,
        (*_caption(rows, n_test), style.sentence(note)),
    )
    axes = figure.subplots()
    for unit in _UNITS:
        _curves(axes, rows[rows["unit"] == unit], metric, unit)
    percentages = np.unique(rows["percentage"])
    ticks = _percentage_axis(axes, percentages, gap=0.07)
    _utterance_axis(axes, rows, ticks)
    axes.set_xlabel(X_LABEL)
    axes.set_ylabel(f"{style.METRICS[metric]} (test utterances)")
    if chance is not None:
        _chance_line(axes, chance)
        _label_chance(axes, chance)
    axes.legend(loc="best")
    return figure


@style.styled
def overview(
    scores,
    segment,
    metric="macro_f1",
    *,
    chance=None,
    n_test=None,
    note="",
):
    """Draw the scores per utterance of all classifiers side by side.

    Parameters
    ----------
    scores : pd.DataFrame
        As in `learning_curve`.
    segment : str
        Whose rows to draw.
    metric : str
        One of `style.METRICS`.
    chance : float, optional
        Score of guessing, drawn as a line.
    n_test : int, optional
        Number of test utterances, for the caption.
    note : str
        Added to the caption.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    InputError
        If there are no such scores.
    """
    rows = _rows(scores, segment)
    rows = rows[rows["unit"] == "utterance"]
    if rows.empty:
        raise InputError(f"no scores per utterance of segment variant {segment}")
    names = _classifiers(rows)
    columns = min(3, len(names))
    n_rows = math.ceil(len(names) / columns)
    figure = style.new_figure(
        f"All classifiers, segment variant {segment}",
        1.8 + 2.3 * n_rows,
        (*_caption(rows, n_test), _whole(rows), style.sentence(note)),
    )
    handles = _handles(rows, chance)
    lines = math.ceil(len(handles) / _LEGEND_COLUMNS)
    body, foot = style.body_and_foot(figure, lines)
    panels = body.subplots(n_rows, columns, sharex=True, sharey=True, squeeze=False)
    for axes, name in zip(panels.flat, names, strict=False):
        _curves(axes, rows[rows["classifier"] == name], metric, "utterance")
        if chance is not None:
            _chance_line(axes, chance)
        axes.set_title(style.CLASSIFIERS.get(name, name))
    _percentage_axis(panels[0, 0], np.unique(rows["percentage"]), gap=0.05 * columns)
    _tidy(panels, len(names))
    body.supxlabel(X_LABEL, fontsize="medium")
    body.supylabel(f"{style.METRICS[metric]} (test utterances)", fontsize="medium")
    foot.legend(handles=handles, loc="center", ncols=_LEGEND_COLUMNS)
    return figure


def summary(rows, metric):
    """Return mean and percentiles over draws at every percentage.

    Parameters
    ----------
    rows : pd.DataFrame
        Scores of one feature set, classifier and unit: columns percentage and
        `metric`, one row per draw.
    metric : str

    Returns
    -------
    pd.DataFrame
        Columns mean, low and high (the 2.5th and 97.5th percentile), by percentage.
    """
    by_percentage = rows.groupby("percentage")[metric]
    low, high = (by_percentage.quantile(p / 100) for p in PERCENTILES)
    return by_percentage.mean().to_frame("mean").assign(low=low, high=high)


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


def _rows(scores, segment):
    return scores[scores["segment"] == segment]


def _classifiers(rows):
    present = set(rows["classifier"])
    known = [name for name in style.CLASSIFIERS if name in present]
    return known + sorted(present - set(known))


def _curves(axes, rows, metric, unit):
    """Draw mean and band of each feature set that has scores of this unit."""
    for name, look in style.feature_sets(rows["feature_set"]).items():
        curve = summary(rows[rows["feature_set"] == name], metric)
        # Of many points, only some evenly spaced along the curve are marked.
        axes.plot(
            curve.index,
            curve["mean"],
            color=look.colour,
            marker=look.marker if unit == "utterance" or len(curve) == 1 else "",
            fillstyle="full" if unit == "utterance" else "none",
            markevery=None if len(curve) <= 12 else 0.08,
            label=look.label + (", single segments" if unit == "segment" else ""),
            zorder=3,
            **_UNITS[unit],
        )
        if unit == "utterance":
            _band(axes, curve, look.colour)


def _band(axes, curve, colour):
    if len(curve) > 1:
        axes.fill_between(
            curve.index, curve["low"], curve["high"], color=colour, alpha=0.2, lw=0
        )
    else:
        # A band of one percentage has no width.
        axes.vlines(curve.index, curve["low"], curve["high"], color=colour, alpha=0.5)


def _chance_line(axes, chance):
    axes.axhline(chance, color=style.GREY, linestyle=":", linewidth=1.2, zorder=2)


def _label_chance(axes, chance):
    """Write beside the axes, where no curve is, what the line means."""
    axes.annotate(
        f"chance\n{chance:.2f}",
        (1, chance),
        xycoords=("axes fraction", "data"),
        xytext=(4, 0),
        textcoords="offset points",
        va="center",
        fontsize=style.SMALL,
        color=style.GREY,
    )


def _percentage_axis(axes, percentages, gap):
    """Scale and tick the x axis; return the percentages that have a tick."""
    # Learning curves bend where labels are few: equal factors get equal room there.
    logarithmic = percentages[-1] > 8 * percentages[0]
    axes.set_xscale("log" if logarithmic else "linear")
    if len(percentages) == 1:
        axes.set_xlim(percentages[0] * 0.5, percentages[0] * 1.5)
    ticks = spaced_ticks(percentages, logarithmic, gap)
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    return ticks


def _utterance_axis(axes, rows, ticks):
    """Label the ticks with numbers of utterances, above the axes."""
    numbers = rows.groupby("percentage")["n_training_utterances"].max()
    above = axes.secondary_xaxis("top")
    above.xaxis.set_major_locator(FixedLocator(ticks))
    above.xaxis.set_minor_locator(NullLocator())
    above.set_xticks(ticks, [style.number(numbers[tick]) for tick in ticks])
    above.set_xlabel("Labelled training utterances used")
    above.spines["top"].set_visible(False)


def _tidy(panels, used):
    """Remove unused panels and label the x ticks of the lowest of each column."""
    for axes in panels.flat[used:]:
        axes.remove()
    for column in panels.T:
        lowest = [axes for axes in column if axes.figure][-1]
        lowest.tick_params(labelbottom=True)


def _handles(rows, chance):
    looks = style.feature_sets(rows["feature_set"]).values()
    handles = [
        Line2D(
            [],
            [],
            color=look.colour,
            marker=look.marker,
            label=look.label,
            **_UNITS["utterance"],
        )
        for look in looks
    ]
    if chance is not None:
        handles.append(
            Line2D(
                [],
                [],
                color=style.GREY,
                linestyle=":",
                linewidth=1.2,
                label=f"chance ({chance:.2f})",
            )
        )
    return handles


def _caption(rows, n_test):
    draws = rows.groupby("percentage")["draw"].nunique()
    least, most = draws.min(), draws.max()
    if most == 1:
        yield "One draw per percentage."
    else:
        count = f"{most}" if least == most else f"{least} to {most}"
        yield (
            f"Lines: mean over {count} draws per percentage; bands: 2.5th to 97.5th "
            "percentile of the draws."
        )
    if n_test is not None:
        yield f"{style.number(n_test)} test utterances."


def _whole(rows):
    """Say what the largest percentage amounts to."""
    largest = rows.loc[rows["percentage"].idxmax()]
    count = style.number(largest["n_training_utterances"])
    share = f"{largest['percentage']:g}\N{NO-BREAK SPACE}%"
    return f"{share} are {count} utterances."
