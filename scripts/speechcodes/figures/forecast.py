"""Figure of what more labels would bring: scores measured, and forecast beyond them."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullLocator

from speechcodes import names as words
from speechcodes.figures import style
from speechcodes.figures.captions import resampled, scored_on
from speechcodes.figures.tables import select
from speechcodes.storage.files import read_scores

INTERVALS = "95\N{NO-BREAK SPACE}% intervals"
#: Feature sets that are drawn: those that score best with all labels.
MOST = 3
_NUMBERS = ["utterances", "score", "low", "high", "gain_low", "gain_high"]


def draw(inputs: dict, settings: dict):
    """Draw forecasts; see `registry.draw` and `forecasts`."""
    wanted = {key: settings[key] for key in ("classifier", "metric")}
    intervals = read_scores(inputs["intervals"])
    table = numbers(intervals, read_scores(inputs["forecast"]), wanted)
    return forecasts(table, intervals, settings), table


def alt(numbers, settings: dict) -> str:
    """Tell today's score of each feature set, and that with most labels."""
    told = []
    for name, rows in numbers.groupby("feature_set", sort=False):
        measured, beyond = (rows[rows["forecast"] == is_it] for is_it in (False, True))
        today, furthest = (f"{r['score'].iloc[-1]:.3f}" for r in (measured, rows))
        known = f"{words.feature_set(name)} {today} today"
        if len(beyond):
            known += f" and {furthest} with {beyond['utterances'].iloc[-1]:.0f} labels"
        told.append(known if len(beyond) else f"{known}, and no forecast")
    return (
        f"Learning curves of {words.classifier(settings['classifier'])} drawn out "
        f"beyond today's labels, segments {settings['segment']}: "
        f"{words.metric(numbers['metric'].iloc[0])} is, for {'; '.join(told)}."
    )


def numbers(intervals, forecast, wanted: dict):
    """Return the scores of the best feature sets, measured and forecast.

    Parameters
    ----------
    intervals : pd.DataFrame
        Of one segment variant, as in `tables.scores`.
    forecast : pd.DataFrame
        Of the same: columns feature_set, classifier, metric, times, utterances, score
        and gain, each with its low and high end, and reason, which is empty where
        something is forecast.
    wanted : dict
        Classifier and metric.

    Returns
    -------
    pd.DataFrame
        Columns feature_set, metric, utterances, score, low, high, gain_low and
        gain_high (today's score and what is gained at least and at most), forecast
        (whether it is) and reason; those of the best feature set first.

    Raises
    ------
    InputError
        If there are no such rows.
    """
    measured = select(intervals[intervals["main"]], "scores", **wanted)
    measured = measured.sort_values("percentage")
    measured = measured.rename(columns={"n_training_utterances": "utterances"})
    last = measured.groupby("feature_set", sort=False)["score"].last()
    best = last.sort_values(ascending=False, kind="stable").index[:MOST]
    beyond = select(forecast, "forecasts", **wanted).sort_values("times")
    reasons = beyond.groupby("feature_set")["reason"].first()
    beyond = beyond[beyond["reason"] == ""]
    today = beyond["score"] - beyond["gain"]
    beyond = beyond.assign(
        low=beyond["score_low"],
        high=beyond["score_high"],
        gain_low=today + beyond["gain_low"],
        gain_high=today + beyond["gain_high"],
        forecast=True,
    )
    same = measured["score"]
    parts = [measured.assign(gain_low=same, gain_high=same, forecast=False), beyond]
    columns = ["feature_set", "metric", *_NUMBERS, "forecast"]
    rows = [
        part.loc[part["feature_set"] == name, columns]
        for name in best
        for part in parts
    ]
    table = pd.concat(rows, ignore_index=True)
    return table.assign(reason=table["feature_set"].map(reasons))


@style.styled
def forecasts(table, intervals, settings: dict) -> Figure:
    """Draw measured scores with intervals, and forecasts beyond them, in a panel each.

    Parameters
    ----------
    table : pd.DataFrame
        Of `numbers`.
    intervals : pd.DataFrame
        As there.
    """
    looks = style.feature_sets(table["feature_set"])
    figure = style.new_figure(
        f"{words.classifier(settings['classifier'])} with more labels, "
        f"segment variant {settings['segment']}",
        4.6,
        (
            *_caption(table, intervals, looks),
            scored_on(_drawn(intervals, looks), settings["folds"]),
            style.sentence(settings["note"]),
        ),
    )
    names, body = table["feature_set"].unique(), figure.subfigures()
    shape = 1, len(names)
    panels = style.panels(body, len(names), *shape, sharex=True, sharey=True)
    for axes, name in zip(panels, names, strict=True):
        _draw_curve(axes, table[table["feature_set"] == name], looks[name])
        axes.set_title(style.wrapped(looks[name].label, 72 // len(names)))
    axes.set_xscale("log")
    axes.xaxis.set_major_locator(LogLocator(subs=(1, 3), numticks=99))
    axes.xaxis.set_major_formatter(lambda x, _: _thousands(x))
    axes.xaxis.set_minor_locator(NullLocator())
    body.supxlabel("Labelled utterances to learn from", fontsize="medium")
    body.supylabel(words.METRICS[settings["metric"]], fontsize="medium")
    return figure


def _thousands(n):
    """Write a number of labels shortly, as 500 or 2k."""
    return f"{n:g}" if n < 1000 else f"{n / 1000:g}k"


def _draw_curve(axes, rows, look):
    """Draw one feature set: what was measured, and bands of what is forecast."""
    measured, beyond = rows[~rows["forecast"]], rows[rows["forecast"]]
    known = measured["low"].notna()
    ends = measured["score"] - measured["low"], measured["high"] - measured["score"]
    axes.errorbar(
        measured["utterances"],
        measured["score"],
        np.where(known, ends, 0),
        color=look.colour,
        marker=look.marker,
        elinewidth=0.9,
        capsize=2,
        zorder=3,
    )
    today = measured["utterances"].iloc[-1]
    axes.axvline(today, color=style.GREY, linewidth=0.8, linestyle=":", zorder=0.5)
    axes.annotate(
        "today ",
        (today, 0.02),
        xycoords=axes.get_xaxis_transform(),
        ha="right",
        fontsize="small",
        color=style.GREY,
    )
    if beyond.empty:
        return
    drawn = pd.concat([measured.tail(1), beyond])
    x = drawn["utterances"]
    axes.fill_between(x, drawn["low"], drawn["high"], facecolor=(look.colour, 0.12))
    axes.fill_between(
        x,
        drawn["gain_low"],
        drawn["gain_high"],
        facecolor=(look.colour, 0.3),
        edgecolor=look.colour,
        linewidth=0.6,
    )
    line = {"linestyle": (0, (4, 2)), "marker": look.marker, "fillstyle": "none"}
    axes.plot(x[1:], drawn["score"][1:], color=look.colour, zorder=3, **line)
    axes.plot(x[:2], drawn["score"][:2], color=look.colour, linestyle=(0, (4, 2)))


def _drawn(intervals, looks):
    return intervals[intervals["feature_set"].isin(list(looks))]


def _caption(table, intervals, looks):
    yield f"Filled markers: measured, with {INTERVALS} over {resampled(intervals)}."
    if table["forecast"].any():
        yield (
            "Open markers: forecast for more utterances of the same speakers. Dark "
            f"bands: {INTERVALS} of what is gained over today's score; light bands: of "
            "the score."
        )
    if table["feature_set"].nunique() == MOST:
        yield f"The {MOST} feature sets that score best with all labels."
    refused = table[table["reason"] != ""].drop_duplicates("feature_set")
    for reason, rows in refused.groupby("reason"):
        which = words.listed(looks[name].label for name in rows["feature_set"])
        yield f"No forecast of {which}: {reason}."
