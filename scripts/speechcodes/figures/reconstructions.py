"""Figure of what the chosen autoencoder makes of spectrograms."""

import itertools

import numpy as np
from matplotlib.colors import PowerNorm

from speechcodes.figures import style
from speechcodes.records import LABELS

EXAMPLES = ("best", "median", "worst")
#: Letters of small text above a panel.
_LETTERS = 30

#: Colours of linear magnitudes follow their square root, which lifts the small values
#: that most of a spectrogram consists of.
_GAMMA = {"linear": 0.5, "log": 1}
_MEANING = {
    "linear": "Magnitude (1: the largest of original and reconstruction)",
    "log": "Level (0: −{range_db:g} dB, 1: full scale)",
}


@style.styled
def reconstructions(
    table,
    originals,
    reconstructed,
    settings,
    sampling_rate,
    segment,
    *,
    note="",
):
    """Draw the segments of each class that are reconstructed best, middling and worst.

    One pair of rows per class: the original spectrogram above, and what the
    autoencoder makes of it below; one column for the smallest, the median and the
    largest error.

    Parameters
    ----------
    table : pd.DataFrame
        One row per segment: label, example (one of `EXAMPLES`), utterance, segment
        (its number in the utterance), segments (how many its class has) and error
        (mean squared).
    originals, reconstructed : sequence of np.ndarray, each of shape (frames, bins)
        Of the rows of the table.
    settings : dict
        Of the spectrograms: `step`, time from one frame to the next in s, `scale`,
        `range_db` and `bands`. Linear magnitudes differ so much between segments that
        each pair has a colour scale of its own.
    sampling_rate : int
        In Hz; bins that are no bands reach from 0 to half of it.
    segment : str
        Name of the segment variant.
    note : str
        Added to the caption.

    Returns
    -------
    matplotlib.figure.Figure
    """
    labels = [label for label in LABELS if label in set(table["label"])]
    figure = style.new_figure(
        f"Test segments and their reconstructions, segment variant {segment}",
        1.7 + 2.7 * len(labels),
        (
            "Of the segments of each class, those with the smallest, the median and "
            "the largest error: mean squared, over all frames and bins.",
            f"n: {', '.join(_counts(table, labels))}.",
            style.sentence(note),
        ),
    )
    panels = figure.subplots(
        2 * len(labels), len(EXAMPLES), sharex=True, sharey=True, squeeze=False
    )
    scale, bands = settings["scale"], settings["bands"]
    pairs = [np.stack(pair) for pair in zip(originals, reconstructed, strict=True)]
    if scale == "linear":
        pairs = [pair / (pair.max() if pair.max() > 0 else 1) for pair in pairs]
    lowest = min(pair.min() for pair in pairs)
    norm = PowerNorm(
        _GAMMA[scale], min(0, lowest), max(1, *(pair.max() for pair in pairs))
    )
    top = bands or sampling_rate / 2000
    empty = {(i, j) for i in range(len(labels)) for j in range(len(EXAMPLES))}
    for row, pair in zip(table.itertuples(), pairs, strict=True):
        i, j = labels.index(row.label), EXAMPLES.index(row.example)
        empty.remove((i, j))
        column = panels[2 * i : 2 * i + 2, j]
        column[0].set_title(_title(row), fontsize=style.SMALL)
        for axes, values in zip(column, pair, strict=True):
            image = axes.imshow(
                values.T,
                extent=(0, len(values) * settings["step"], 0, top),
                norm=norm,
                cmap="magma",
                origin="lower",
                aspect="auto",
                interpolation="nearest",
            )
            axes.grid(visible=False)
    for i, j in empty:
        for axes in panels[2 * i : 2 * i + 2, j]:
            axes.set_visible(False)
    panels[0, 0].set_xlim(0, max(map(len, originals)) * settings["step"])
    _label(panels, "mel band" if bands else "frequency (kHz)")
    _colour_bar(figure, image, panels, _MEANING[scale].format(**settings))
    return figure


def _counts(table, labels):
    counts = table.groupby("label")["segments"].first()
    return [f"{label} {style.number(counts[label])}" for label in labels]


def _title(row):
    """Name class, example and segment; of long names the end is shown."""
    suffix = f", segment {row.segment}"
    most = _LETTERS - len(suffix)
    name = row.utterance if len(row.utterance) <= most else f"…{row.utterance[-most:]}"
    return f"{row.label}, {row.example}: error {row.error:.3g}\n{name}{suffix}"


def _label(panels, frequency):
    for axes, what in zip(
        panels[:, 0], itertools.cycle(["original", "reconstruction"]), strict=False
    ):
        axes.set_ylabel(f"{what}\n{frequency}", fontsize=style.SMALL)
    for axes in panels[-1]:
        axes.set_xlabel("Time (s)")


def _colour_bar(figure, image, panels, label):
    bar = figure.colorbar(
        image, ax=panels, location="bottom", aspect=60, fraction=0.03, pad=0.01
    )
    bar.outline.set_visible(False)
    bar.set_label(label)
