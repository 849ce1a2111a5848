"""Figure of how far feature sets are ahead of others, and how surely."""

import math
from typing import NamedTuple

import pandas as pd
from matplotlib.colors import LinearSegmentedColormap, to_hex
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import blended_transform_factory

from speechcodes import names as words
from speechcodes.figures import captions, style, tables
from speechcodes.figures.axes import some
from speechcodes.figures.study import readings
from speechcodes.storage.files import read_scores

#: Most percentages in a row, and their colours from few labels to all.
_MOST = 5
_SHADES = LinearSegmentedColormap.from_list("shades", ["#8FBCE0", "#0B2E59"])
#: Most classifiers side by side.
_COLUMNS = 4
#: Inches: between percentages, between pairs, of a line of text, and of panels from
#: which on there are ticks above, too.
_STEP, _GAP, _TEXT, _TALL = 0.075, 0.11, 0.15, 5
#: Height of the key in inches.
_KEY = 0.35
#: Letters of a line of the name of a set, and of a heading.
_NAME, _HEADING = 26, 84
#: How points and the study's crosses look.
_POINT = {
    "linestyle": "",
    "marker": "o",
    "markersize": 3.6,
    "markeredgewidth": 0.9,
    "zorder": 3,
}
_CROSS = {
    "linestyle": "",
    "marker": "x",
    "color": "black",
    "markersize": 4,
    "label": "the study's reading differs",
}


class _Line(NamedTuple):
    """A line of the figure: a heading, or the pair of a baseline and another set."""

    text: str
    pair: tuple
    top: float  # in inches from above
    height: float

    @property
    def middle(self):
        return self.top + self.height / 2


def draw(inputs: dict, settings: dict):
    """Draw differences; see `registry.draw` and `differences`."""
    rows = tables.select(
        read_scores(inputs["differences"]), "differences", metric=settings["metric"]
    )
    if settings["protocol"] == "study":
        scores = read_scores(inputs["scores"])
        rows = with_readings(rows, scores[scores["segment"] == settings["segment"]])
    return differences(rows, read_scores(inputs["intervals"]), settings), rows


def alt(numbers, settings: dict) -> str:
    """Tell the largest difference, and how many are beyond doubt."""
    largest = numbers.loc[numbers["difference"].abs().idxmax()]
    return (
        f"Differences in {words.metric(largest['metric'])} between feature sets at "
        f"each percentage, segments {settings['segment']}. The largest is "
        f"{largest['difference']:+.3f}, of {words.feature_set(largest['feature_set'])} "
        f"against {words.feature_set(largest['baseline'])} with "
        f"{words.classifier(largest['classifier'])} at {largest['percentage']} %. The "
        f"simultaneous interval excludes zero at {_is_sure(numbers).sum()} of "
        f"{len(numbers)} points."
    )


def with_readings(rows, scores):
    """Return differences beside what the published study would have read.

    Parameters
    ----------
    rows : pd.DataFrame
        Differences of one segment variant and metric.
    scores : pd.DataFrame
        Scores of every draw of the variant, as in `study.study`.

    Returns
    -------
    pd.DataFrame
        With columns study_difference, the difference of the first draw by the study's
        measure; and study_reversed, the share of all draws in which it has the other
        sign than the mean difference. Empty for the best reference.
    """
    keys = ["baseline", "feature_set", "classifier", "percentage"]
    every = [
        readings(scores, baseline).assign(baseline=baseline)
        for baseline in rows["baseline"].unique()
        if baseline != words.BEST_REFERENCE
    ]
    draws = pd.concat(every, ignore_index=True)
    first = draws[draws["draw"] == draws["draw"].min()].drop(columns="draw")
    draws = draws.merge(rows[[*keys, "difference"]], on=keys)
    other_sign = draws["study_difference"] * draws["difference"] < 0
    share = other_sign.groupby([draws[key] for key in keys]).mean()
    rows = rows.merge(first, how="left", on=keys)
    return rows.merge(share.rename("study_reversed").reset_index(), how="left", on=keys)


@style.styled
def differences(table, intervals, settings: dict) -> Figure:
    """Draw how far sets are ahead: a row per pair, and a column per classifier.

    In a row, up to five percentages stand one below the other, from light, of few
    labels, to dark, of all. Points are filled where the interval for all that is
    compared at once excludes zero. Crosses stand where the published study's reading, a
    single draw by an F1 weighted by how often classes are predicted, names the other
    set ahead than the mean difference does; only the study's protocol has them.

    Parameters
    ----------
    table : pd.DataFrame
        Of one segment variant: columns baseline, feature_set, classifier, percentage,
        metric, difference, low, high, simultaneous_low, simultaneous_high and, with the
        study's protocol, study_difference and study_reversed; see `numbers`.
    intervals : pd.DataFrame
        Of the variant: columns feature_set, unit, n, main, resampled and draws.
    """
    rows = table.assign(is_sure=_is_sure(table), is_reversed=False)
    if "study_difference" in table:
        is_reversed = table["study_difference"] * table["difference"] < 0
        rows = rows.assign(is_reversed=is_reversed)
    shades = _shades(some(rows["percentage"], _MOST))
    lines = _lines(rows, len(shades))
    inches = sum(line.height for line in lines)
    names = style.classifiers(rows["classifier"])
    blocks = math.ceil(len(names) / _COLUMNS)
    columns = math.ceil(len(names) / blocks)
    figure = style.new_figure(
        f"Differences between feature sets, segment variant {settings['segment']}",
        1.3 + _KEY + blocks * (inches + 0.9),
        (
            *_caption(rows, intervals, len(shades)),
            captions.scored_on(intervals, settings["folds"]),
            style.sentence(settings["note"]),
        ),
    )
    key, body = figure.subfigures(2, 1, height_ratios=[_KEY, blocks * (inches + 0.9)])
    shape = blocks, columns
    panels = style.panels(body, len(names), *shape, sharex=True, sharey=True)
    for axes, (classifier, title) in zip(panels, names.items(), strict=True):
        axes.set_title(title)
        axes.tick_params(labelbottom=True, labeltop=inches > _TALL, length=0)
        axes.spines.left.set_visible(False)
        _draw_pairs(axes, rows[rows["classifier"] == classifier], lines, shades)
    pairs = [line for line in lines if line.pair]
    axes.set_yticks([line.middle for line in pairs], [line.text for line in pairs])
    axes.set_ylim(inches, 0)
    axes.xaxis.set_major_locator(
        MaxNLocator(min(7, 12 // columns + 1), steps=[1, 2, 5, 10])
    )
    for axes in panels[::columns]:
        _write_headings(axes, body, lines)
    ahead = (
        f"← the set of the heading ahead     Difference in "
        f"{words.metric(rows['metric'].iloc[0])}     the set of the row ahead →"
    )
    body.supxlabel(ahead, fontsize="medium")
    if inches > _TALL:
        body.suptitle(ahead, fontsize="medium", fontweight="normal")
    _draw_key(key, shades, rows["is_reversed"].any())
    return figure


def _is_sure(rows):
    """Tell where the simultaneous interval excludes zero."""
    return (rows["simultaneous_low"] > 0) | (rows["simultaneous_high"] < 0)


def _shades(percentages):
    """Return a colour for each percentage, darker from one to the next."""
    last = max(1, len(percentages) - 1)
    light = 0 if len(percentages) > 1 else 1
    return {p: to_hex(_SHADES(light + i / last)) for i, p in enumerate(percentages)}


def _groups(pairs):
    """Return {heading: pairs}: the primary, learned sets against others, the rest."""
    looks = style.feature_sets({name for pair in pairs for name in pair})
    groups = {0: {}, 1: {}, 2: {}}
    for baseline, other in pairs:
        kind, what = 2, "Against"
        if baseline == words.BEST_REFERENCE:
            kind, what = 0, "The primary comparison: against"
        elif words.is_learned(other) and not words.is_learned(baseline):
            kind, what = 1, "Learned sets against"
        heading = f"{what} {looks[baseline].label}"
        groups[kind].setdefault(heading, []).append((baseline, other))
    return groups[0] | groups[1] | groups[2]


def _lines(rows, n_percentages):
    """Return the lines of the figure from above."""
    pairs = list(
        rows[["baseline", "feature_set"]]
        .drop_duplicates()
        .itertuples(index=False, name=None)
    )
    looks = style.feature_sets({other for _, other in pairs})
    lines, top = [], 0
    for heading, of_group in _groups(pairs).items():
        texts = [(style.wrapped(heading, _HEADING), ())]
        texts += [
            (style.in_lines(looks[pair[1]].label, _NAME), pair) for pair in of_group
        ]
        for text, pair in texts:
            height = _GAP + _TEXT * (1 + text.count("\n"))
            if pair:
                height = max(height - _GAP / 2, _GAP + _STEP * n_percentages)
            lines.append(_Line(text, pair, top, height))
            top += height
    return lines


def _draw_pairs(axes, rows, lines, shades):
    """Draw the differences of one classifier."""
    middles = {line.pair: line.middle for line in lines if line.pair}
    pairs = zip(rows["baseline"], rows["feature_set"], strict=True)
    rows = rows.assign(y=[middles[pair] for pair in pairs])
    axes.axvline(0, color="black", linewidth=0.8, zorder=1)
    axes.grid(axis="both")
    axes.hlines(
        [line.top for line in lines if line.pair],
        0,
        1,
        transform=axes.get_yaxis_transform(),
        colors=style.LIGHT_GREY,
        linewidth=0.6,
        zorder=0.5,
    )
    axes.grid(visible=False, axis="y")
    for i, (percentage, colour) in enumerate(shades.items()):
        some_rows = rows[rows["percentage"] == percentage]
        y = some_rows["y"] + _STEP * (i - (len(shades) - 1) / 2)
        axes.hlines(y, some_rows["low"], some_rows["high"], colors=colour, linewidth=1)
        point = _POINT | {"color": colour}
        sure = some_rows["is_sure"]
        axes.plot(some_rows["difference"][~sure], y[~sure], **point, mfc="white")
        axes.plot(some_rows["difference"][sure], y[sure], **point)
        crossed = some_rows["is_reversed"]
        if crossed.any():
            where = {"transform": axes.get_yaxis_transform()}
            axes.plot([0.98] * crossed.sum(), y[crossed], **_CROSS, **where)


def _draw_key(key, shades, crossed):
    """Draw what the points stand for."""
    looks = [
        _POINT | {"color": colour, "label": f"{percentage:g}\N{NO-BREAK SPACE}%"}
        for percentage, colour in shades.items()
    ]
    looks[-1]["label"] += " of the labels"
    handles = [Line2D([], [], **look) for look in looks + [_CROSS] * int(crossed)]
    key.legend(handles=handles, loc="center", ncols=len(handles))


def _write_headings(axes, body, lines):
    """Write headings across the names and all panels."""
    # Above the panels beside.
    axes.set_zorder(1)
    where = blended_transform_factory(body.transSubfigure, axes.transData)
    for line in lines:
        if not line.pair:
            axes.text(
                0.01,
                line.middle,
                line.text,
                transform=where,
                va="center",
                fontsize=9,
                fontweight="bold",
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
            ).set_in_layout(False)


def _caption(rows, intervals, n_percentages):
    every = rows["percentage"].nunique()
    shown = f", {n_percentages} of {every} percentages" if every > n_percentages else ""
    yield (
        f"Points: mean difference, from few labels (light) to all (dark){shown}; "
        f"{captions.intervals('bars, of each by itself', rows, intervals)}."
    )
    yield (
        "Filled points: zero lies outside the interval that holds, in this score, for "
        "all comparisons of the report at once, or for all percentages against the "
        "best reference."
    )
    if "study_difference" not in rows:
        return
    crossed, draws = rows["is_reversed"], captions.draws_of(intervals)
    reading = (
        "the study's reading (one draw, F1 weighted by how often classes are predicted)"
    )
    if not crossed.any():
        yield f"Nowhere does {reading} name another set ahead than the mean does."
        return
    others = f"; of all draws {100 * rows['study_reversed'].mean():.0f} % would"
    yield (
        f"Crosses at the right: {reading} names another set ahead than the mean does, "
        f"at {crossed.sum()} of {rows['study_difference'].notna().sum()} points"
        f"{'' if draws == 1 else others}."
    )
