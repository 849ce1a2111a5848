"""The visual language of all figures: colours, names, sizes, and how they are saved.

Colours are Okabe and Ito's, safe for colour-blind readers, some of them darkened so
that those that meet in one figure also differ in grey. Where there are too many for
that, marker and line style differ, too.
"""

import logging
import textwrap
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import NamedTuple

import matplotlib
import numpy as np
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from speechcodes import names as words
from speechcodes.records import NO_LABEL, VALENCE
from speechcodes.storage.files import replacing, write_table

# Which parts of a font a PDF needs is told line by line.
logging.getLogger("fontTools").setLevel(logging.WARNING)

GREY = "#6B6B6B"
LIGHT_GREY = "#D9D9D9"

#: Colours for what has no colour of its own, in the order of use.
PALETTE = (
    "#0072B2",  # blue
    "#E69F00",  # orange
    "#009E73",  # bluish green
    "#CC79A7",  # reddish purple
    "#56B4E9",  # sky blue
    "#D55E00",  # vermilion
    "#000000",  # black
    "#B8A500",  # yellow, dark enough for lines on white
)
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
#: Line styles of series, in the order of use: the first two differ in grey as they are.
LINES = ("-", "-", (0, (5, 1.5)), (0, (5, 1.5, 1, 1.5)), (0, (2, 1)))
#: Line styles of segment variants, which mark lengths rather than measurements.
DASHES = ("--", ":", "-.", (0, (6, 1, 1, 1, 1, 1)), (0, (1, 3)), (0, (8, 3)))


class Look(NamedTuple):
    """How one series is told from the others: by name, colour, marker and line."""

    label: str
    colour: str
    marker: str
    line: str | tuple = "-"


#: The line of feature sets that are normalised per speaker.
PER_SPEAKER_LINE = (0, (3, 1))
#: Colours of classes, the first three those of negative, neutral and positive. Black is
#: for all classes together, grey for speech without a label.
CLASSES = (
    "#D55E00",  # vermilion
    "#56B4E9",  # sky blue
    "#00513B",  # dark green
    "#E69F00",  # orange
    "#0072B2",  # blue
    "#CC79A7",  # reddish purple
    "#B8A500",  # dark yellow
)
#: Line styles of classes: the next where colours run out.
CLASS_LINES = ("-", (0, (5, 1.5)), (0, (1.5, 1)))
#: The chosen one among several.
CHOSEN = "#D55E00"

#: Width of figures in inches: on a page that shows it 720 pixels wide, small text
#: is 11 pixels high.
WIDTH = 7.5
SMALL = 8.5
#: Letters of small text that fill the width.
LETTERS = 114

_SETTINGS = {
    "font.family": "sans-serif",
    # Those after the first are as wide, for machines that lack it.
    "font.sans-serif": ["DejaVu Sans", "Verdana", "Bitstream Vera Sans"],
    "font.size": 9.5,
    "axes.titlesize": 10,
    "axes.labelsize": 9.5,
    "xtick.labelsize": SMALL,
    "ytick.labelsize": SMALL,
    "legend.fontsize": SMALL,
    "figure.titlesize": 11.5,
    "figure.titleweight": "bold",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": GREY,
    "axes.linewidth": 0.8,
    "axes.axisbelow": True,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "grid.color": LIGHT_GREY,
    "grid.linewidth": 0.6,
    "xtick.color": GREY,
    "ytick.color": GREY,
    "xtick.labelcolor": "black",
    "ytick.labelcolor": "black",
    "legend.edgecolor": "none",
    "legend.fancybox": False,
    "lines.linewidth": 1.8,
    "lines.markersize": 4.5,
    "svg.fonttype": "none",
    "svg.hashsalt": "speechcodes",
    "pdf.fonttype": 42,
}


@contextmanager
def _our_settings():
    with matplotlib.rc_context():
        # A user's matplotlibrc changes no figure.
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(_SETTINGS)
        yield


#: Decorates functions that draw; matplotlib reads some settings only when saving,
#: so `save` is decorated too.
styled = _our_settings()


def new_figure(title, height, caption=(), width=WIDTH):
    """Make an empty figure with a title above and a caption below.

    Parameters
    ----------
    title : str
    height, width : float
        In inches.
    caption : iterable of str
        Sentences; empty ones are left out.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure = Figure(figsize=(width, height), layout="constrained")
    figure.get_layout_engine().set(w_pad=0.06, h_pad=0.06)
    figure.suptitle(title, x=0.01, ha="left")
    if text := " ".join(sentence for sentence in caption if sentence):
        figure.supxlabel(
            textwrap.fill(text, int(LETTERS * width / WIDTH)),
            x=0.01,
            ha="left",
            fontsize=SMALL,
            color=GREY,
            linespacing=1.35,
        )
    return figure


def panels(part, n, rows, columns, **shared):
    """Make n panels in a grid, row by row.

    Parameters
    ----------
    part : matplotlib.figure.FigureBase
    n, rows, columns : int
    **shared
        Of `subplots`: sharex, sharey.

    Returns
    -------
    list of matplotlib.axes.Axes
    """
    every = part.subplots(rows, columns, squeeze=False, **shared).flat
    for axes in every[n:]:
        axes.remove()
    return list(every[:n])


def legend_below(part):
    """Put one legend of all panels below them.

    Parameters
    ----------
    part : matplotlib.figure.SubFigure
        Without a label of a common x axis, which would stand in the same place.
    """
    keys = {}
    for axes in part.axes:
        handles, labels = axes.get_legend_handles_labels()
        keys |= dict(zip(labels, handles, strict=True))
    if keys:
        part.legend(
            keys.values(),
            [in_lines(label, 46) for label in keys],
            loc="outside lower center",
            ncols=3 if max(map(len, keys)) < 26 else 2,
        )


def sentence(note: str) -> str:
    """Turn an optional note into a sentence of a caption, or an empty string."""
    return f"{note[0].upper()}{note[1:].rstrip('.')}." if note else ""


def of_fold(folds: int) -> str:
    """Say, where there are several folds, that a figure shows the first.

    >>> of_fold(5), of_fold(1)
    ('Fold 1 of 5.', '')
    """
    return f"Fold 1 of {folds}." if folds > 1 else ""


def class_looks(classes):
    """Return the look of each class, the same in whatever order they are given.

    Negative, neutral and positive have colours of their own; the others get those
    that are left, by alphabet. Classes of one colour differ in marker and line.

    Parameters
    ----------
    classes : iterable of str
        Up to 20; `records.NO_LABEL` stands for speech without a label.

    Returns
    -------
    dict of str to Look
    """
    classes = list(classes)
    positions = {name: i for i, name in enumerate(VALENCE) if name in classes}
    free = (i for i in count() if i not in positions.values())
    for name in sorted({*classes} - {*VALENCE, NO_LABEL}):
        positions[name] = next(free)
    looks = {NO_LABEL: Look("no label", GREY, ".", (0, (1, 1)))}
    for name, i in positions.items():
        turn, colour = divmod(i, len(CLASSES))
        marker = MARKERS[i % len(MARKERS)]
        looks[name] = Look(name, CLASSES[colour], marker, CLASS_LINES[turn])
    return {name: looks[name] for name in classes}


def feature_sets(names):
    """Return the look of each feature set, those known first.

    Parameters
    ----------
    names : iterable of str
        Those in `names.FEATURE_SETS`, plain or with `@speaker`, have looks of their
        own: per speaker in a colour near to that of the plain set, and dashed. Any
        other gets the next colour and marker that are free, by alphabet.

    Returns
    -------
    dict of str to Look
    """
    names = set(names)
    looks = {}
    for name, known in words.FEATURE_SETS.items():
        plain = Look(known.short, known.colour, known.marker)
        per_speaker = Look(
            f"{known.short} (per speaker)",
            known.colour_per_speaker,
            known.marker,
            PER_SPEAKER_LINE,
        )
        looks |= {name: plain, name + words.PER_SPEAKER: per_speaker}
    looks = {name: look for name, look in looks.items() if name in names}
    taken = {look.colour for look in looks.values()}
    free = (i for i in count() if i >= len(PALETTE) or PALETTE[i] not in taken)
    for name in sorted(names - set(looks)):
        looks[name] = series(next(free), words.feature_set(name, short=True))
    return looks


def classifiers(names):
    """Return the label of each classifier, those known first, others by alphabet."""
    there = set(names)
    known = [name for name in words.CLASSIFIERS if name in there]
    ordered = [*known, *sorted(there.difference(known))]
    return {name: words.classifier(name) for name in ordered}


def series(position, label):
    """Return the look of the series at a position, for what has no look of its own."""
    # Colours used a second time meet other markers than the first.
    turn = position // len(PALETTE)
    return Look(
        label,
        PALETTE[position % len(PALETTE)],
        MARKERS[(position + turn) % len(MARKERS)],
        LINES[position % len(LINES)],
    )


def wrapped(text, width=40):
    """Break lines after spaces and underscores, keeping the breaks there are."""
    # Only spaces are broken at, so each underscore is followed by one for a moment.
    lines = [
        line
        for part in text.split("\n")
        for line in textwrap.wrap(
            part.replace("_", "_ "), width, break_on_hyphens=False
        )
    ]
    return "\n".join(line.replace("_ ", "_") for line in lines)


def in_lines(label, width):
    """Break a longer label of a feature set, before `per speaker` if that fits.

    >>> in_lines("pitch + codes (per speaker)", 20)
    'pitch + codes\\n(per speaker)'
    """
    anywhere = wrapped(label, width)
    before = wrapped(label.replace(" (per speaker)", "\n(per speaker)"), width)
    return before if before.count("\n") == anywhere.count("\n") else anywhere


def shortened(name: str, most: int) -> str:
    """Cut a name that has more letters.

    >>> shortened("disgusted", 12), shortened("disgusted", 5)
    ('disgusted', 'disg…')
    """
    return name if len(name) <= most else f"{name[: most - 1]}…"


def number(n):
    """Write a whole number with thin spaces between thousands."""
    return f"{n:,.0f}".replace(",", "\N{THIN SPACE}")


def _round_places(figure):
    """Round where axes stand: the solver of the layout leaves other last digits."""
    for part in figure.subfigs:
        box = part.bbox_relative
        box.p0, box.p1 = np.round(box.p0, 6), np.round(box.p1, 6)
        _round_places(part)
    for axes in figure.get_axes():
        place = axes.get_position(original=True).get_points()
        axes.set_position(Bbox(np.round(place, 6)))


@styled
def save(figure, numbers, paths):
    """Write a figure, and the numbers behind it, each in the format of its file's name.

    Equal figures give equal files, and no half-written file is ever visible.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
    numbers : pd.DataFrame
    paths : iterable of str
        Ending in .svg (text stays text), .pdf, .png (200 dpi), or .csv for the numbers.
    """
    dates = {".svg": {"Date": None}, ".pdf": {"CreationDate": None}}
    # Once for all formats: it takes as long as drawing one.
    if figure.axes and (layout := figure.get_layout_engine()):
        layout.execute(figure)
        figure.set_layout_engine("none")
        _round_places(figure)
    for path in map(Path, paths):
        if path.suffix == ".csv":
            write_table(path, numbers, float_format="%.6g")
            continue
        with replacing(path) as beside:
            figure.savefig(beside, dpi=200, metadata=dates.get(path.suffix))
