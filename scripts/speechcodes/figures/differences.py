"""Figures of how far feature sets are ahead of the baseline, and how surely."""

import pandas as pd
from matplotlib.figure import Figure

from speechcodes import names as words
from speechcodes.figures import style
from speechcodes.figures.learning_curves import (
    INTERVALS,
    PANEL,
    Y_LABEL,
    dodged,
    draw_curves,
    draws_of,
    grid,
    resampled,
    rows_of_panels,
    scored_on,
    select,
)
from speechcodes.figures.study import readings
from speechcodes.storage.files import read_scores

_CROSS = {
    "linestyle": "",
    "marker": "x",
    "color": "black",
    "zorder": 4,
    "label": "the study's reading differs",
}
#: Letters of a name beside the y axis.
_LONGEST = 24


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
        f"simultaneous interval excludes zero at {_is_sure(numbers).sum()} of "
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
    """Draw by how much feature sets exceed others, one panel per classifier.

    Where there are several baselines, each has panels of its own, one below the other.

    Markers are filled where the interval for all that is compared at once excludes
    zero. Crosses stand where the published study's reading, a single draw by an F1
    weighted by how often classes are predicted, names the other set ahead than the mean
    difference does.

    Parameters
    ----------
    table : pd.DataFrame
        Of one segment variant: columns baseline, feature_set, classifier, percentage,
        metric, difference, low, high, simultaneous_low, simultaneous_high,
        study_difference and study_reversed; see `numbers`.
    intervals : pd.DataFrame
        Of the variant: columns feature_set, unit, n, main, resampled and draws.
    """
    rows = table.sort_values("percentage")
    is_reversed = rows["study_difference"] * rows["difference"] < 0
    rows = rows.assign(is_sure=_is_sure(rows), is_reversed=is_reversed)
    blocks = {
        name: rows[rows["baseline"] == name] for name in table["baseline"].unique()
    }
    heights = [
        0.9 + PANEL * rows_of_panels(block["classifier"].nunique())
        for block in blocks.values()
    ]
    figure = style.new_figure(
        f"Differences between feature sets, segment variant {settings['segment']}",
        1.3 + sum(heights),
        (
            *_caption(rows, intervals),
            scored_on(intervals, settings["folds"]),
            style.sentence(settings["note"]),
        ),
    )
    parts = figure.subfigures(len(blocks), 1, height_ratios=heights, squeeze=False)
    for part, (baseline, block) in zip(parts[:, 0], blocks.items(), strict=True):
        _draw_block(part, baseline, block)
    return figure


def _draw_block(part, baseline, rows):
    """Draw the differences from one baseline."""
    looks = style.feature_sets({*rows["feature_set"], baseline})
    base = style.short(looks.pop(baseline))
    part.suptitle(f"Against {base}", x=0.01, ha="left", fontsize="medium")
    rows = dodged(rows, looks)
    for name, axes in grid(part, style.classifiers(rows["classifier"])).items():
        of_classifier = rows[rows["classifier"] == name]
        draw_curves(axes, of_classifier, "difference", looks, fillstyle="none")
        axes.axhline(0, color="black", linewidth=0.8, zorder=2)
        sure = of_classifier[of_classifier["is_sure"]]
        for feature_set, of_set in sure.groupby("feature_set"):
            marks = {"color": looks[feature_set].colour, "linestyle": ""}
            marks |= {"marker": looks[feature_set].marker}
            axes.plot(of_set["x"], of_set["difference"], **marks)
        crossed = of_classifier[of_classifier["is_reversed"]]
        if len(crossed):
            axes.plot(crossed["x"], crossed["difference"], **_CROSS)
    other = style.short(*looks.values()) if len(looks) == 1 else "other set"
    part.supylabel(
        f"Difference in {words.metric(rows['metric'].iloc[0])}\n"
        f"← {style.shortened(base, _LONGEST)} ahead\n"
        f"{style.shortened(other, _LONGEST)} ahead →",
        **Y_LABEL,
    )
    style.legend_below(part)


def _is_sure(rows):
    """Tell where the simultaneous interval excludes zero."""
    return (rows["simultaneous_low"] > 0) | (rows["simultaneous_high"] < 0)


def _caption(rows, intervals):
    yield (
        f"Lines: mean difference; bands: {INTERVALS} of each percentage by itself, "
        f"over {resampled(intervals)}."
    )
    yield (
        "Filled markers: zero lies outside the interval that holds, in this score, for "
        "all comparisons of the report at once, or for all percentages against the "
        "best reference."
    )
    crossed, draws = rows["is_reversed"], draws_of(intervals)
    reading = (
        "the study's reading (one draw, F1 weighted by how often classes are predicted)"
    )
    if not crossed.any():
        yield f"Nowhere does {reading} name another set ahead than the line does."
        return
    others = f"; of all draws {100 * rows['study_reversed'].mean():.0f} % would"
    yield (
        f"Crosses: {reading} names another set ahead than the line does, at "
        f"{crossed.sum()} of {rows['study_difference'].notna().sum()} points"
        f"{'' if draws == 1 else others}."
    )
