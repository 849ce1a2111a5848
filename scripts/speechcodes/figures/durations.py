"""Figures of how long utterances are, and what a minimum length would keep."""

import math

import numpy as np

from speechcodes.figures import style
from speechcodes.records import LABELS, SPLITS

_LEGEND_COLUMNS = 3


@style.styled
def box_plots(durations, segment_seconds, *, note=""):
    """Draw how long utterances are, per split and class.

    Parameters
    ----------
    durations : pd.DataFrame
        Columns utterance, split, label and seconds. Splits of another name than
        those in `records.SPLITS` are left out.
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
    splits = _splits(durations)
    lines = math.ceil(len(segment_seconds) / _LEGEND_COLUMNS)
    body, foot = style.body_and_foot(figure, lines)
    panels = body.subplots(1, len(splits), sharey=True, squeeze=False)[0]
    for axes, split in zip(panels, splits, strict=True):
        _boxes(axes, _by_label(durations, split))
        axes.set_title(split)
        marks = _mark(axes.axhline, segment_seconds)
    panels[0].set_ylim(bottom=0)
    panels[0].set_ylabel("Length (s)")
    foot.legend(handles=marks, loc="center", ncols=_LEGEND_COLUMNS)
    return figure


@style.styled
def share_kept(durations, segment_seconds, *, note=""):
    """Draw the share of utterances that are at least so long, for every length.

    The first panel compares the splits, the others the classes of one split: a
    minimum length at which their curves part changes the balance of classes.

    Parameters
    ----------
    durations : pd.DataFrame
        Columns utterance, split, label and seconds. Splits of another name than
        those in `records.SPLITS` are left out.
    segment_seconds : dict of str to float
        Length of each segment variant in s, marked with its share.
    note : str
        Added to the caption.

    Returns
    -------
    matplotlib.figure.Figure
    """
    splits = _splits(durations)
    rows = math.ceil((1 + len(splits)) / 2)
    figure = style.new_figure(
        "Utterances that a minimum length keeps",
        0.9 + 2.9 * rows,
        (
            "Percentages: share of a split's utterances at least as long as a segment.",
            style.sentence(note),
        ),
    )
    panels = figure.subplots(rows, 2, sharex=True, sharey=True, squeeze=False)
    first, *others = panels.flat
    seconds = durations[durations["split"].isin(splits)]["seconds"]
    lengths = _lengths(seconds.to_numpy(), segment_seconds)
    _compare_splits(first, durations, splits, lengths, segment_seconds)
    for axes, split in zip(others, splits, strict=False):
        _compare_labels(axes, _by_label(durations, split), lengths, segment_seconds)
        axes.set_title(f"{split}, by class")
    for axes in others[len(splits) :]:
        axes.remove()
    first.set(xlim=(0, lengths[-1]), ylim=(0, 103))
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


def _boxes(axes, by_label):
    boxes = axes.boxplot(
        list(by_label.values()),
        whis=(2.5, 97.5),
        showfliers=False,
        widths=0.6,
        patch_artist=True,
        medianprops={"color": "black", "linewidth": 1.8},
    )
    for box, label in zip(boxes["boxes"], by_label, strict=True):
        # Pale enough to see the lengths of segments across the boxes.
        colour = style.LABELS[label]
        box.set(facecolor=(colour, 0.45), edgecolor=colour)
    axes.set_xticks(
        range(1, len(by_label) + 1),
        [f"{label}\nn = {style.number(len(s))}" for label, s in by_label.items()],
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


def _compare_splits(axes, durations, splits, lengths, segment_seconds):
    lines = _mark(axes.axvline, segment_seconds)
    for line, (name, seconds) in zip(lines, segment_seconds.items(), strict=True):
        line.set_label(f"{name}: {seconds:.3g} s")
    marks = list(segment_seconds.values())
    for split in splits:
        seconds = durations.loc[durations["split"] == split, "seconds"].to_numpy()
        colour = style.SPLITS[split]
        axes.plot(lengths, share_at_least(seconds, lengths), color=colour, label=split)
        axes.plot(marks, share_at_least(seconds, marks), "o", color=colour)
    axes.set_title("all classes, by split")
    axes.legend(loc="lower left")


def _compare_labels(axes, by_label, lengths, segment_seconds):
    every = np.concatenate(list(by_label.values()))
    shares = share_at_least(every, list(segment_seconds.values()))
    lines = _mark(axes.axvline, segment_seconds)
    for line, share in zip(lines, shares, strict=True):
        line.set_label(f"{share:.0f} %")
    for label, seconds in by_label.items():
        if len(seconds):
            shares = share_at_least(seconds, lengths)
            axes.plot(lengths, shares, color=style.LABELS[label], label=label)
    axes.legend(loc="lower left")
