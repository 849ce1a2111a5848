"""Figures of how long utterances are, and what a minimum length would keep."""

import math

import numpy as np
import pandas as pd

from speechcodes.figures import style
from speechcodes.records import LABELS, SPLITS, WHOLE

_LEGEND_COLUMNS = 3
#: The label of what holds for all classes of a split.
_ALL = "all"


#: What a box and its whiskers show, in per cent of the utterances.
_PERCENTILES = {"low": 2.5, "lower": 25, "median": 50, "upper": 75, "high": 97.5}


def segment_seconds(segments, sampling_rate):
    """Return the length in s of the segments of each variant that has one length.

    >>> segment_seconds({"2k": {"samples": 2000}, "all": {"samples": WHOLE}}, 8_000)
    {'2k': 0.25}
    """
    return {
        name: variant["samples"] / sampling_rate
        for name, variant in segments.items()
        if variant["samples"] != WHOLE
    }


def quantiles(durations):
    """Return what the boxes show: number and quantiles of the lengths of each class.

    Parameters
    ----------
    durations : pd.DataFrame
        Columns utterance, split, label and seconds. Splits of another name than
        those in `records.SPLITS` are left out.

    Returns
    -------
    pd.DataFrame
        Columns split, label, utterances, and in s low (2.5th percentile), lower,
        median, upper (quartiles) and high (97.5th percentile).
    """
    rows = []
    for split in _splits(durations):
        for label, seconds in _by_label(durations, split).items():
            # Of no utterance, nothing is known.
            values = np.percentile(
                seconds if len(seconds) else [np.nan], list(_PERCENTILES.values())
            )
            numbers = dict(zip(_PERCENTILES, values, strict=True))
            rows.append(
                {"split": split, "label": label, "utterances": len(seconds), **numbers}
            )
    return pd.DataFrame(rows)


@style.styled
def box_plots(table, segment_seconds, *, note=""):
    """Draw how long utterances are, per split and class.

    One panel per split, with a box per class (quartiles, median, and whiskers that
    leave out 2.5 % at each end), and a line at the length of each segment variant.

    Parameters
    ----------
    table : pd.DataFrame
        Of `quantiles`.
    segment_seconds : dict of str to float
        Length of each segment variant in s.
    note : str
        Added to the caption.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure = style.new_figure(
        "Length of utterances",
        4.9,
        (
            "Boxes: quartiles and median; whiskers: 2.5th and 97.5th percentile.",
            "n: utterances.",
            style.sentence(note),
        ),
    )
    splits = list(table["split"].unique())
    lines = math.ceil(len(segment_seconds) / _LEGEND_COLUMNS)
    body, foot = style.body_and_foot(figure, lines)
    panels = body.subplots(1, len(splits), sharey=True, squeeze=False)[0]
    for axes, split in zip(panels, splits, strict=True):
        _boxes(axes, table[table["split"] == split])
        axes.set_title(split)
        marks = _mark(axes.axhline, segment_seconds)
    panels[0].set_ylim(bottom=0)
    panels[0].set_ylabel("Length (s)")
    foot.legend(handles=marks, loc="center", ncols=_LEGEND_COLUMNS)
    return figure


def shares(durations, segment_seconds):
    """Return the share of utterances that are at least so long, for every length.

    Parameters
    ----------
    durations : pd.DataFrame
        Columns utterance, split, label and seconds. Splits of another name than
        those in `records.SPLITS` are left out.
    segment_seconds : dict of str to float
        Length of each segment variant in s: lengths reach beyond them, and hold them.

    Returns
    -------
    pd.DataFrame
        Columns split, label ("all": of all classes), utterances, seconds (the minimum
        length) and share, in per cent.
    """
    splits = _splits(durations)
    there = durations[durations["split"].isin(splits)]["seconds"].to_numpy()
    lengths = _lengths(there, segment_seconds)
    tables = []
    for split in splits:
        by_label = _by_label(durations, split)
        groups = {_ALL: np.concatenate(list(by_label.values()))} | by_label
        for label, seconds in groups.items():
            columns = {"split": split, "label": label, "utterances": len(seconds)}
            share = share_at_least(seconds, lengths)
            tables.append(pd.DataFrame({**columns, "seconds": lengths, "share": share}))
    return pd.concat(tables, ignore_index=True)


@style.styled
def share_kept(table, segment_seconds, *, note=""):
    """Draw the share of utterances that are at least so long, for every length.

    The first panel compares the splits, the others the classes of one split: a
    minimum length at which their curves part changes the balance of classes.

    Parameters
    ----------
    table : pd.DataFrame
        Of `shares`.
    segment_seconds : dict of str to float
        Length of each segment variant in s, marked with its share.
    note : str
        Added to the caption.

    Returns
    -------
    matplotlib.figure.Figure
    """
    splits = list(table["split"].unique())
    rows = math.ceil((1 + len(splits)) / 2)
    figure = style.new_figure(
        "Utterances that a minimum length keeps",
        0.9 + 2.9 * rows,
        (
            "Percentages: share of a split's utterances at least as long as a segment.",
            f"n: {', '.join(_counts(table))} utterances.",
            style.sentence(note),
        ),
    )
    panels = figure.subplots(rows, 2, sharex=True, sharey=True, squeeze=False)
    first, *others = panels.flat
    _compare_splits(first, table[table["label"] == _ALL], segment_seconds)
    for axes, split in zip(others, splits, strict=False):
        _compare_labels(axes, table[table["split"] == split], segment_seconds)
        axes.set_title(f"{split}, by class")
    for axes in others[len(splits) :]:
        axes.remove()
    first.set(xlim=(0, table["seconds"].max()), ylim=(0, 103))
    for column in panels.T:
        bottom = [axes for axes in column if axes.figure][-1]
        bottom.tick_params(labelbottom=True)
        bottom.set_xlabel("Minimum length (s)")
    for axes in panels[:, 0]:
        axes.set_ylabel("Utterances at least so long (%)")
    return figure


def share_at_least(seconds, lengths):
    """Return the share of utterances at least as long as each length, in per cent.

    >>> share_at_least(np.array([1.0, 2.0, 2.0, 5.0]), [0, 2, 3])
    array([100.,  75.,  25.])
    """
    if not len(seconds):
        return np.full(len(lengths), np.nan)
    shorter = np.searchsorted(np.sort(seconds), lengths, side="left")
    return 100 * (1 - shorter / len(seconds))


def _splits(durations):
    present = set(durations["split"])
    return [split for split in SPLITS if split in present]


def _by_label(durations, split):
    rows = durations[durations["split"] == split]
    return {
        label: rows.loc[rows["label"] == label, "seconds"].to_numpy()
        for label in LABELS
    }


def _boxes(axes, of_split):
    numbers = of_split.rename(
        columns={
            "low": "whislo",
            "lower": "q1",
            "median": "med",
            "upper": "q3",
            "high": "whishi",
        }
    )
    boxes = axes.bxp(
        numbers.to_dict("records"),
        showfliers=False,
        widths=0.6,
        patch_artist=True,
        medianprops={"color": "black", "linewidth": 1.8},
    )
    for box, label in zip(boxes["boxes"], of_split["label"], strict=True):
        # Pale enough to see the lengths of segments across the boxes.
        colour = style.LABELS[label]
        box.set(facecolor=(colour, 0.45), edgecolor=colour)
    counts = of_split[["label", "utterances"]].itertuples(index=False)
    axes.set_xticks(
        range(1, len(of_split) + 1),
        [f"{label}\nn = {style.number(n)}" for label, n in counts],
    )


def _mark(line, segment_seconds):
    """Draw the length of each segment variant with `Axes.axhline` or `axvline`."""
    return [
        line(
            seconds,
            color=style.GREY,
            linestyle=dash,
            linewidth=1.2,
            label=f"segment variant {name}: {seconds:.3g} s",
        )
        for (name, seconds), dash in zip(
            segment_seconds.items(),
            style.dashes(segment_seconds).values(),
            strict=True,
        )
    ]


def _lengths(seconds, segment_seconds):
    """Return the lengths to draw: up to all segments, without the longest tail."""
    longest = max(
        np.percentile(seconds, 99) if len(seconds) else 1.0,
        1.15 * max(segment_seconds.values(), default=0),
    )
    steps = np.linspace(0, longest, 500)
    return np.union1d(steps, list(segment_seconds.values()))


def _counts(table):
    """Say how many utterances each split has."""
    counts = table[table["label"] == _ALL].groupby("split", sort=False)["utterances"]
    return [f"{split} {style.number(n)}" for split, n in counts.first().items()]


def _compare_splits(axes, table, segment_seconds):
    lines = _mark(axes.axvline, segment_seconds)
    for line, (name, seconds) in zip(lines, segment_seconds.items(), strict=True):
        line.set_label(f"{name}: {seconds:.3g} s")
    for split, rows in table.groupby("split", sort=False):
        colour = style.SPLITS[split]
        axes.plot(rows["seconds"], rows["share"], color=colour, label=split)
        axes.plot(*_at(rows, segment_seconds), "o", color=colour)
    axes.set_title("all classes, by split")
    axes.legend(loc="lower left")


def _compare_labels(axes, table, segment_seconds):
    _, shares_of_segments = _at(table[table["label"] == _ALL], segment_seconds)
    lines = _mark(axes.axvline, segment_seconds)
    for line, share in zip(lines, shares_of_segments, strict=True):
        line.set_label(f"{share:.0f} %")
    for label in LABELS:
        rows = table[table["label"] == label]
        if rows["utterances"].any():
            colour = style.LABELS[label]
            axes.plot(rows["seconds"], rows["share"], color=colour, label=label)
    axes.legend(loc="lower left")


def _at(rows, segment_seconds):
    """Return length of each segment variant, and the share of it."""
    share = rows.set_index("seconds")["share"]
    seconds = list(segment_seconds.values())
    return seconds, list(share.loc[seconds])
