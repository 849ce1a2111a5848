"""Figures of how long utterances are, and what a minimum length would keep."""

from itertools import cycle

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from speechcodes.figures import style
from speechcodes.records import NO_LABEL, WHOLE
from speechcodes.storage.files import read_scores

#: The label of all utterances together.
_ALL = "all"
_LOOK_OF_ALL = style.Look("all", "#000000", "o")
#: What a box and its whiskers show, in per cent of the utterances.
_PERCENTILES = {"low": 2.5, "lower": 25, "median": 50, "upper": 75, "high": 97.5}
#: What matplotlib calls them.
_OF_BOX = dict(zip(_PERCENTILES, ["whislo", "q1", "med", "q3", "whishi"], strict=True))


def draw_durations(inputs: dict, settings: dict):
    """Draw how long utterances are; see `registry.draw` and `box_plots`."""
    table = quantiles(read_scores(inputs["durations"]), settings["classes"])
    return box_plots(table, settings), table


def draw_share_kept(inputs: dict, settings: dict):
    """Draw what a minimum length keeps; see `registry.draw` and `share_kept`."""
    durations = read_scores(inputs["durations"])
    table = shares(durations, settings["classes"], segment_seconds(settings))
    return share_kept(table, settings), table


def alt_durations(numbers, settings: dict) -> str:
    """Tell the medians of the classes with the shortest and the longest utterances."""
    known = numbers[numbers["utterances"] > 0]
    shortest, longest = (
        known.loc[index]
        for index in (known["median"].idxmin(), known["median"].idxmax())
    )
    return (
        f"Box plots of how long {known['utterances'].sum()} utterances are, per "
        f"class: medians lie between {shortest['median']:.2f} s "
        f"({_called(shortest['label'])}) and {longest['median']:.2f} s "
        f"({_called(longest['label'])})."
    )


def alt_share_kept(numbers, settings: dict) -> str:
    """Tell the share of all utterances that each segment variant keeps."""
    of_all = numbers[numbers["label"] == _ALL]
    kept = [
        f"{row.share:.0f} % for segments {name}"
        for row in of_all[of_all["segment"] != ""].itertuples()
        for name in row.segment.split()
    ]
    start = "Curves of the share of utterances that a minimum length keeps, per class"
    return f"{start}: {' and '.join(kept)}." if kept else f"{start}."


def segment_seconds(settings: dict) -> dict:
    """Return the length in s of the segments of each variant that has one length.

    >>> segments = {"2k": {"samples": 2000}, "all": {"samples": WHOLE}}
    >>> segment_seconds({"segments": segments, "sampling_rate": 8_000})
    {'2k': 0.25}
    """
    return {
        name: variant["samples"] / settings["sampling_rate"]
        for name, variant in settings["segments"].items()
        if variant["samples"] != WHOLE
    }


def quantiles(durations, classes):
    """Return what the boxes show: number and quantiles of the lengths of each class.

    Parameters
    ----------
    durations : pd.DataFrame
        Columns utterance, label (a class or `records.NO_LABEL`) and seconds.
    classes : sequence of str
        Of which to draw a box each, whether it has utterances or not.

    Returns
    -------
    pd.DataFrame
        Columns label, utterances, and in s low (2.5th percentile), lower, median,
        upper (quartiles) and high (97.5th percentile).
    """
    rows = []
    for label, seconds in _by_label(durations, classes).items():
        # Of no utterance, nothing is known.
        values = np.percentile(
            seconds if len(seconds) else [np.nan], list(_PERCENTILES.values())
        )
        numbers = dict(zip(_PERCENTILES, values, strict=True))
        rows.append({"label": label, "utterances": len(seconds), **numbers})
    return pd.DataFrame(rows)


@style.styled
def box_plots(table, settings: dict) -> Figure:
    """Draw how long utterances are, a box per class.

    Boxes show quartiles and median, and whiskers leave out 2.5 % at each end. A line
    stands at the length of each segment variant.

    Parameters
    ----------
    table : pd.DataFrame
        Of `quantiles`.
    """
    lengths = segment_seconds(settings)
    figure = style.new_figure(
        "Length of utterances",
        1.9 + 0.3 * max(3, len(table)),
        (
            "Boxes: quartiles and median; whiskers: 2.5th and 97.5th percentile.",
            "n: utterances.",
            style.sentence(settings["note"]),
        ),
    )
    axes = figure.subplots()
    _boxes(axes, table)
    _mark(axes, lengths)
    axes.set_xlim(left=0)
    axes.set_xlabel("Length (s)")
    if lengths:
        figure.legend(loc="outside right upper")
    return figure


def shares(durations, classes, segment_seconds):
    """Return the share of utterances that are at least so long, for every length.

    Parameters
    ----------
    durations, classes
        As in `quantiles`.
    segment_seconds : dict of str to float
        Length of each segment variant in s: lengths reach beyond them, and hold them.

    Returns
    -------
    pd.DataFrame
        Columns label ("all": of all utterances), utterances, seconds (the minimum
        length), segment (of which variant it is the length, if of any; of several,
        divided by spaces) and share, in per cent.
    """
    groups = _by_label(durations, classes)
    groups = {_ALL: np.concatenate(list(groups.values()))} | groups
    lengths = _lengths(groups[_ALL], segment_seconds)
    segments = [
        " ".join(name for name, seconds in segment_seconds.items() if seconds == length)
        for length in lengths
    ]
    tables = [
        pd.DataFrame(
            {
                "label": label,
                "utterances": len(seconds),
                "seconds": lengths,
                "segment": segments,
                "share": share_at_least(seconds, lengths),
            }
        )
        for label, seconds in groups.items()
    ]
    return pd.concat(tables, ignore_index=True)


@style.styled
def share_kept(table, settings: dict) -> Figure:
    """Draw the share of utterances that are at least so long, for every length.

    There is a curve per class and one of all utterances. A minimum length at which the
    curves part changes the balance of classes.

    Parameters
    ----------
    table : pd.DataFrame
        Of `shares`.
    """
    lengths = segment_seconds(settings)
    there = table[table["utterances"] > 0]
    counts = there.groupby("label", sort=False)["utterances"].first()
    figure = style.new_figure(
        "Utterances that a minimum length keeps",
        max(4.4, 1.6 + 0.19 * (len(counts) + len(lengths))),
        (
            "Percentages: share of all utterances that are at least as long as a "
            "segment.",
            "n: utterances.",
            style.sentence(settings["note"]),
        ),
    )
    axes = figure.subplots()
    looks = style.class_looks(label for label in counts.index if label != _ALL)
    for label, n in counts.items():
        look = looks.get(label, _LOOK_OF_ALL)
        rows = there[there["label"] == label]
        axes.plot(
            rows["seconds"],
            rows["share"],
            color=look.colour,
            linestyle=look.line,
            linewidth=2.6 if label == _ALL else 1.5,
            label=f"{look.label} (n = {style.number(n)})",
        )
    of_all = table[table["label"] == _ALL].set_index("seconds")["share"]
    kept = {name: of_all.loc[seconds] for name, seconds in lengths.items()}
    _mark(axes, lengths, {name: f", {share:.0f} %" for name, share in kept.items()})
    axes.plot(lengths.values(), kept.values(), "o", color="black", zorder=3)
    axes.set(xlim=(0, table["seconds"].max()), ylim=(0, 103))
    axes.set(xlabel="Minimum length (s)", ylabel="Utterances at least so long (%)")
    figure.legend(loc="outside right upper")
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


def _by_label(durations, classes):
    """Return the lengths of each class, and of speech without a label if any."""
    labels = [*classes, NO_LABEL]
    found = {
        label: durations.loc[durations["label"] == label, "seconds"].to_numpy()
        for label in labels
    }
    return found if len(found[NO_LABEL]) else {c: found[c] for c in classes}


def _called(label):
    return style.class_looks([label])[label].label


def _boxes(axes, table):
    looks = style.class_looks(table["label"])
    boxes = axes.bxp(
        table.rename(columns=_OF_BOX).to_dict("records"),
        orientation="horizontal",
        showfliers=False,
        widths=0.6,
        patch_artist=True,
        medianprops={"color": "black", "linewidth": 1.8},
    )
    for box, look in zip(boxes["boxes"], looks.values(), strict=True):
        # Pale enough to see the lengths of segments across the boxes.
        box.set(facecolor=(look.colour, 0.45), edgecolor=look.colour)
    names = [
        f"{look.label} (n = {style.number(n)})"
        for look, n in zip(looks.values(), table["utterances"], strict=True)
    ]
    axes.set_yticks(range(1, len(table) + 1), names)
    # The first class at the top.
    axes.set_ylim(len(table) + 0.5, 0.5)
    axes.grid(visible=False, axis="y")
    axes.grid(visible=True, axis="x")


def _mark(axes, segment_seconds, notes=None):
    """Draw a line at the length of each segment variant, with a note in the legend."""
    dashes = cycle(style.DASHES)
    for (name, seconds), dash in zip(segment_seconds.items(), dashes, strict=False):
        label = style.wrapped(f"segments {name}: {seconds:.3g} s", 26)
        if notes:
            label += notes[name]
        line = {"color": style.GREY, "linestyle": dash, "linewidth": 1.2}
        axes.axvline(seconds, label=label, **line)


def _lengths(seconds, segment_seconds):
    """Return the lengths to draw: up to all segments, without the longest tail."""
    longest = max(
        np.percentile(seconds, 99) if len(seconds) else 1.0,
        1.15 * max(segment_seconds.values(), default=0),
    )
    steps = np.linspace(0, longest, 500)
    return np.union1d(steps, list(segment_seconds.values()))
