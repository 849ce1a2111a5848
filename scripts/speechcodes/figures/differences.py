"""Figures of how far feature sets are ahead of the baseline, and how surely."""

from itertools import groupby

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from speechcodes.errors import InputError
from speechcodes.figures import style
from speechcodes.figures.learning_curves import (
    INTERVALS,
    body_above_legend,
    grid,
    grid_height,
    label_grid,
    line_and_band,
    main_key,
    resampled,
    select,
    shifts,
)
from speechcodes.figures.study import readings
from speechcodes.names import is_per_speaker
from speechcodes.names import metric as word

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


def numbers(table, scores, metric):
    """Return the differences that `differences` draws, beside the study's reading.

    They are those of what is normalised alike from the first feature set, or of all
    from it where nothing else is.

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
    """
    rows = table[table["metric"] == metric]
    if rows.empty:
        return rows.assign(study_difference=np.nan, study_reversed=np.nan)
    baseline = rows["baseline"].iloc[0]
    rows = rows[rows["baseline"] == baseline]
    alike = rows["feature_set"].map(is_per_speaker) == is_per_speaker(baseline)
    rows = rows[alike] if alike.any() else rows
    keys = ["feature_set", "classifier", "percentage"]
    draws = readings(scores, baseline)
    first = draws[draws["draw"] == draws["draw"].min()].drop(columns="draw")
    draws = draws.merge(rows[[*keys, "difference"]], on=keys)
    other_sign = draws["study_difference"] * draws["difference"] < 0
    share = other_sign.groupby([draws[key] for key in keys]).mean()
    rows = rows.merge(first, how="left", on=keys)
    return rows.merge(share.rename("study_reversed").reset_index(), how="left", on=keys)


@style.styled
def differences(
    table,
    segment,
    metric="macro_f1",
    *,
    clusters="",
    draws=None,
    scored="",
    note="",
):
    """Draw by how much feature sets exceed the baseline, one panel per classifier.

    Where the interval for all percentages of a classifier at once excludes zero, the
    panel is shaded in the colour of what is ahead. If several sets are compared,
    bars in their colours at the bottom say so instead. Crosses at the top stand where
    the published study's reading, a single draw by an F1 weighted by how often classes
    are predicted, names the other set ahead than the mean difference does.

    Parameters
    ----------
    table : pd.DataFrame
        Of one segment variant: columns baseline (one for all), feature_set,
        classifier, percentage, metric, difference, low, high, simultaneous_low,
        simultaneous_high, study_difference and study_reversed; see `numbers`.
    segment : str
        Name of the segment variant.
    metric : str
        One of `words.METRICS`.
    clusters : str
        What was resampled, such as "6 test speakers".
    draws : int, optional
        Number of draws.
    scored : str
        A sentence that says how many test units there are.
    note : str
        Added to the caption.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    InputError
        If there are no rows of this metric, or several baselines.
    """
    rows = select(table, f"differences of segment variant {segment}", metric=metric)
    rows = rows.sort_values("percentage").assign(sign=_signs)
    baseline, looks = _looks(rows)
    names = style.classifiers(rows["classifier"])
    figure = style.new_figure(
        f"{_title(baseline, looks)}, segment variant {segment}",
        grid_height(names),
        (
            *_caption(rows, looks, resampled(clusters, draws)),
            *_explain_crosses(rows, draws),
            scored,
            style.sentence(note),
        ),
    )
    body = body_above_legend(figure, _legend_keys(rows, baseline, looks))
    panels = grid(body, names, np.unique(rows["percentage"]))
    for name, axes in panels.items():
        _draw_lines(axes, rows[rows["classifier"] == name], looks)
    _make_room(next(iter(panels.values())), looks)
    for name, axes in panels.items():
        _mark_sure(axes, rows[rows["classifier"] == name], baseline, looks)
        _mark_reversed(axes, rows[rows["classifier"] == name], looks)
        _name_sides(axes, baseline, looks)
    label_grid(body, _difference_label(metric, baseline, looks))
    return figure


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
    baselines = set(rows["baseline"])
    if len(baselines) > 1:
        raise InputError(
            f"differences from several baselines: {', '.join(sorted(baselines))}; "
            "there must be one"
        )
    (baseline,) = baselines
    looks = style.feature_sets({*rows["feature_set"], baseline})
    return looks.pop(baseline), looks


def _title(baseline, looks):
    base = style.short(baseline)
    if len(looks) > 1:
        return f"Differences from {base}"
    return f"Difference between {_only(looks)} and {base}"


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
    return f"Difference in {word(metric)} ({compared} − {style.short(baseline)})"


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


def _caption(rows, looks, resampled):
    yield (
        f"Lines: mean difference; bands: {INTERVALS} of each percentage by itself, "
        f"over {resampled}."
    )
    interval = f"simultaneous interval ({_AT_ONCE})"
    if rows["sign"].any():
        what = "Shaded" if len(looks) == 1 else "Bars at the bottom"
        yield f"{what}: zero lies outside the {interval}."
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
