"""Figures of how far feature sets are ahead of the baseline, and how surely."""

from itertools import groupby

import numpy as np
import pandas as pd
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from speechcodes import names as words
from speechcodes.figures import style
from speechcodes.figures.learning_curves import (
    INTERVALS,
    PANEL,
    draws_of,
    grid,
    label_grid,
    legend_size,
    line_and_band,
    main_key,
    resampled,
    rows_of_panels,
    scored_on,
    select,
    shifts,
)
from speechcodes.figures.study import readings
from speechcodes.storage.files import read_scores

_AT_ONCE = "95\N{NO-BREAK SPACE}% for all percentages of a classifier at once"
_SHADE = {"alpha": 0.13, "linewidth": 0}
_CROSS = {
    "linestyle": "",
    "marker": "x",
    "markersize": 4,
    "markeredgewidth": 1,
    "color": "black",
}
#: Height of a row of bars or crosses and of a line of text, as shares of the axis.
_BAR, _TEXT = 0.045, 0.12


def draw(inputs: dict, settings: dict):
    """Draw differences; see `registry.draw` and `differences`."""
    scores = read_scores(inputs["scores"])
    table = numbers(
        read_scores(inputs["differences"]),
        scores[scores["segment"] == settings["segment"]],
        settings["metric"],
    )
    return differences(table, read_scores(inputs["intervals"]), settings), table


def alt(numbers, settings: dict) -> str:
    """Tell the largest difference, and how many are beyond doubt."""
    largest = numbers.loc[numbers["difference"].abs().idxmax()]
    return (
        f"Differences in {words.metric(largest['metric'])} between feature sets at "
        f"each percentage, segments {settings['segment']}. The largest is "
        f"{largest['difference']:+.3f}, of {words.feature_set(largest['feature_set'])} "
        f"against {words.feature_set(largest['baseline'])} with "
        f"{words.classifier(largest['classifier'])} at {largest['percentage']} %. The "
        f"simultaneous interval excludes zero at {(_signs(numbers) != 0).sum()} of "
        f"{len(numbers)} points."
    )


def numbers(table, scores, metric):
    """Return the differences that `differences` draws, beside the study's reading.

    Parameters
    ----------
    table : pd.DataFrame
        Differences of one segment variant, of all metrics.
    scores : pd.DataFrame
        Scores of every draw of the variant, as in `study.study`.
    metric : str

    Returns
    -------
    pd.DataFrame
        The rows of the metric, and study_difference, the difference of the first draw
        by the study's measure; and study_reversed, the share of all draws in which it
        has the other sign than the mean difference.

    Raises
    ------
    InputError
        If there are no rows of this metric.
    """
    rows = select(table, "differences", metric=metric)
    keys = ["baseline", "feature_set", "classifier", "percentage"]
    every = [
        readings(scores, baseline).assign(baseline=baseline)
        for baseline in rows["baseline"].unique()
    ]
    draws = pd.concat(every, ignore_index=True)
    first = draws[draws["draw"] == draws["draw"].min()].drop(columns="draw")
    draws = draws.merge(rows[[*keys, "difference"]], on=keys)
    other_sign = draws["study_difference"] * draws["difference"] < 0
    share = other_sign.groupby([draws[key] for key in keys]).mean()
    rows = rows.merge(first, how="left", on=keys)
    return rows.merge(share.rename("study_reversed").reset_index(), how="left", on=keys)


@style.styled
def differences(table, intervals, settings):
    """Draw by how much feature sets exceed others, one panel per classifier.

    Where there are several baselines, each has panels of its own, one below the other.

    Where the interval for all percentages of a classifier at once excludes zero, the
    panel is shaded in the colour of what is ahead. If several sets are compared,
    bars in their colours at the bottom say so instead. Crosses at the top stand where
    the published study's reading, a single draw by an F1 weighted by how often classes
    are predicted, names the other set ahead than the mean difference does.

    Parameters
    ----------
    table : pd.DataFrame
        Of one segment variant: columns baseline, feature_set, classifier, percentage,
        metric, difference, low, high, simultaneous_low, simultaneous_high,
        study_difference and study_reversed; see `numbers`.
    intervals : pd.DataFrame
        Of the variant: columns feature_set, unit, n, main, resampled and draws.
    settings : dict
        Of `registry.FIGURES`.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    InputError
        If there are no rows of this metric.
    """
    segment, metric = settings["segment"], settings["metric"]
    rows = select(table, f"differences of segment variant {segment}", metric=metric)
    rows = rows.sort_values("percentage").assign(sign=_signs)
    of_baselines = [
        rows[rows["baseline"] == baseline] for baseline in table["baseline"].unique()
    ]
    looks = [_looks(block) for block in of_baselines]
    keys = [
        _legend_keys(block, *of_block)
        for block, of_block in zip(of_baselines, looks, strict=True)
    ]
    feet = [style.foot(legend_size(k)[0]) for k in keys]
    heights = [
        0.5 + PANEL * rows_of_panels(block["classifier"].nunique()) + foot
        for block, foot in zip(of_baselines, feet, strict=True)
    ]
    figure = style.new_figure(
        f"{_title(looks)}, segment variant {segment}",
        1.3 + sum(heights),
        (
            *_caption(rows, [len(others) for _, others in looks], intervals),
            *_explain_crosses(rows, draws_of(intervals)),
            scored_on(intervals, settings["folds"]),
            style.sentence(settings["note"]),
        ),
    )
    parts = figure.subfigures(len(heights), 1, height_ratios=heights, squeeze=False)
    for part, block, of_block, legend, height, foot in zip(
        parts[:, 0], of_baselines, looks, keys, heights, feet, strict=True
    ):
        if len(heights) > 1:
            title = f"Against {style.short(of_block[0])}"
            part.suptitle(title, x=0.01, ha="left", fontsize="medium")
        body, below = part.subfigures(2, 1, height_ratios=[height - foot, foot])
        _, columns = legend_size(legend)
        below.legend(legend.values(), legend, loc="center", ncols=columns)
        _draw_block(body, block, *of_block, metric)
    return figure


def _draw_block(body, rows, baseline, looks, metric):
    """Draw the differences from one baseline."""
    names = style.classifiers(rows["classifier"])
    panels = grid(body, names, np.unique(rows["percentage"]))
    for name, axes in panels.items():
        _draw_lines(axes, rows[rows["classifier"] == name], looks)
    _make_room(next(iter(panels.values())), looks)
    for name, axes in panels.items():
        _mark_sure(axes, rows[rows["classifier"] == name], baseline, looks)
        _mark_reversed(axes, rows[rows["classifier"] == name], looks)
        _name_sides(axes, baseline, looks)
    label_grid(body, _difference_label(metric, baseline, looks))


def regions(percentages, signs, logarithmic=False):
    """Return where a sign holds: runs of percentages and half the way to the next.

    Parameters
    ----------
    percentages : array-like, shape (n,)
        Sorted.
    signs : array-like, shape (n,)
        Runs of 0 are left out.
    logarithmic : bool
        Whether half the way is that of a logarithmic axis.

    Returns
    -------
    list of (sign, float, float)
        Sign, start and end of each run. It ends at the outermost percentages.

    Examples
    --------
    >>> regions([10, 20, 40, 60], [1, 1, 0, -1])
    [(1, 10.0, 30.0), (-1, 50.0, 60.0)]
    """
    p = np.asarray(percentages, float)
    middles = np.sqrt(p[:-1] * p[1:]) if logarithmic else (p[:-1] + p[1:]) / 2
    edges = [float(edge) for edge in (*p[:1], *middles, *p[-1:])]
    found, start = [], 0
    for sign, run in groupby(signs):
        stop = start + len(list(run))
        if sign:
            found.append((sign, edges[start], edges[stop]))
        start = stop
    return found


def _signs(rows):
    """Return 1 or -1 where the simultaneous interval lies above or below zero."""
    above, below = rows["simultaneous_low"] > 0, rows["simultaneous_high"] < 0
    return above.astype(int) - below.astype(int)


def _looks(rows):
    """Return the look of the baseline, and those of the sets compared with it."""
    baseline = rows["baseline"].iloc[0]
    looks = style.feature_sets({*rows["feature_set"], baseline})
    return looks.pop(baseline), looks


def _title(looks):
    if len(looks) > 1:
        return "Differences between feature sets"
    ((baseline, others),) = looks
    if len(others) > 1:
        return f"Differences from {style.short(baseline)}"
    return f"Difference between {_only(others)} and {style.short(baseline)}"


def _only(looks):
    """Return the name of the only set compared."""
    (look,) = looks.values()
    return style.short(look)


def _draw_lines(axes, rows, looks):
    factors = shifts(len(looks), rows["percentage"])
    for (name, look), factor in zip(looks.items(), factors, strict=True):
        of_set = rows[rows["feature_set"] == name]
        x, y = of_set["percentage"] * factor, of_set["difference"]
        line_and_band(axes, x, y, of_set["low"], of_set["high"], look)
    axes.axhline(0, color="black", linewidth=0.8, zorder=2)


def _height_of_bars(looks):
    return _BAR * len(looks) if len(looks) > 1 else 0


def _make_room(axes, looks):
    """Lengthen the y axis at both ends for text and for rows of bars."""
    low, high = axes.get_ylim()
    above, below = _TEXT + _BAR * len(looks), _TEXT + _height_of_bars(looks)
    height = (high - low) / (1 - above - below)
    axes.set_ylim(low - below * height, high + above * height)


def _mark_sure(axes, rows, baseline, looks):
    """Shade, or if several sets are compared underline, what surely differs."""
    for i, (name, look) in enumerate(reversed(looks.items())):
        of_set = rows[rows["feature_set"] == name]
        for sign, start, end in _regions(of_set, axes):
            if len(looks) == 1:
                colour = (look if sign > 0 else baseline).colour
                axes.axvspan(start, end, color=colour, **_SHADE, zorder=0)
            else:
                bar = _BAR * (i + 0.2), _BAR * (i + 0.8)
                axes.axvspan(start, end, *bar, color=look.colour, linewidth=0)


def _reversed(rows):
    """Tell where the study's reading names another set ahead than the mean does."""
    return rows["study_difference"] * rows["difference"] < 0


def _mark_reversed(axes, rows, looks):
    """Cross, below the text at the top, where the study would have read otherwise."""
    for i, (name, look) in enumerate(looks.items()):
        where = rows.loc[(rows["feature_set"] == name) & _reversed(rows), "percentage"]
        if len(where):
            axes.plot(
                where,
                np.full(len(where), 1 - _TEXT - _BAR * (i + 0.5)),
                transform=axes.get_xaxis_transform(),
                **_CROSS | ({"color": look.colour} if len(looks) > 1 else {}),
            )


def _regions(rows, axes):
    if len(rows) != 1:
        logarithmic = axes.get_xscale() == "log"
        return regions(rows["percentage"], rows["sign"], logarithmic)
    # One percentage has no neighbours; its region is the panel.
    (sign,) = rows["sign"]
    return [(sign, *axes.get_xlim())] if sign else []


def _name_sides(axes, baseline, looks):
    """Write at the ends of the y axis who is ahead there."""
    base = style.short(baseline)
    above = f"{_only(looks)} ahead" if len(looks) == 1 else f"ahead of {base}"
    margin = 0.1 * _TEXT
    for text, y, va in (
        (f"{above} ↑", 1 - margin, "top"),
        (f"{base} ahead ↓", _height_of_bars(looks) + margin, "bottom"),
    ):
        axes.text(
            0.02,
            y,
            text,
            va=va,
            transform=axes.transAxes,
            fontsize="small",
            color=style.GREY,
            # Lines of the grid would strike the text through.
            bbox={"facecolor": "white", "alpha": 0.7, "linewidth": 0, "pad": 0.5},
        )


def _difference_label(metric, baseline, looks):
    compared = _only(looks) if len(looks) == 1 else "…"
    return (
        f"Difference in {words.metric(metric)} ({compared} − {style.short(baseline)})"
    )


def _legend_keys(rows, baseline, looks):
    base = style.short(baseline)
    keys = {f"{style.short(x)} − {base}": main_key(x) for x in looks.values()}
    if len(looks) == 1:
        for look, sign in [(*looks.values(), 1), (baseline, -1)]:
            if (rows["sign"] == sign).any():
                label = f"{style.short(look)} ahead (simultaneous interval)"
                keys[label] = Patch(color=look.colour, **_SHADE)
    if _reversed(rows).any():
        keys["the study's reading differs"] = Line2D([], [], **_CROSS)
    return keys


def _caption(rows, compared, intervals):
    yield (
        f"Lines: mean difference; bands: {INTERVALS} of each percentage by itself, "
        f"over {resampled(intervals)}."
    )
    interval = f"simultaneous interval ({_AT_ONCE})"
    if rows["sign"].any():
        marks = ["shaded"] * (1 in compared)
        marks += ["bars at the bottom"] * (max(compared) > 1)
        yield f"{' or '.join(marks).capitalize()}: zero lies outside the {interval}."
    else:
        yield f"No {interval} excludes zero."


def _explain_crosses(rows, draws):
    """Say where a single draw, measured as the study did, would mislead."""
    crossed = _reversed(rows)
    reading = (
        "the study's reading (one draw, F1 weighted by how often classes are predicted)"
    )
    if not crossed.any():
        yield f"Nowhere does {reading} name another set ahead than the line does."
        return
    others = f"; of all draws {100 * rows['study_reversed'].mean():.0f} % would"
    yield (
        f"Crosses: {reading} names another set ahead than the line does, at "
        f"{crossed.sum()} of {len(rows)} points{'' if draws == 1 else others}."
    )
