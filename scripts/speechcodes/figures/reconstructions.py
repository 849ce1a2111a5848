"""Figure of what the chosen autoencoder makes of spectrograms."""

import math

import numpy as np
from matplotlib.colors import PowerNorm
from matplotlib.figure import Figure

from speechcodes.figures import style

EXAMPLES = ("best", "median", "worst")
#: Most classes of which all examples are shown; of more, only the median is.
_ALL_EXAMPLES = 6
#: Letters of small text above a panel.
_LETTERS = 30
#: Of them, those of the name of a class.
_LONGEST = 10

#: Colours of linear magnitudes follow their square root, which lifts the small values
#: that most of a spectrogram consists of.
_GAMMA = {"linear": 0.5, "log": 1}
_MEANING = {
    "linear": "Magnitude (1: the largest of original and reconstruction)",
    "log": "Level (0: −{range_db:g} dB, 1: full scale)",
}


def alt(numbers, settings: dict) -> str:
    """Tell the range of the errors of the median segments."""
    errors = numbers.loc[numbers["example"] == "median", "error"]
    errors = errors if len(errors) else numbers["error"]
    return (
        f"Spectrograms of test segments {settings['segment']} of "
        f"{numbers['label'].nunique()} classes, above what the chosen autoencoder "
        f"makes of them. Median segments of a class have a mean squared error of "
        f"{errors.min():.3g} to {errors.max():.3g}."
    )


@style.styled
def reconstructions(table, originals, reconstructed, settings: dict) -> Figure:
    """Draw the segments of each class that are reconstructed best, middling and worst.

    Three pairs of panels per row: the original spectrogram above, and what the
    autoencoder makes of it below. Of many classes only the median segments are shown.

    Parameters
    ----------
    table : pd.DataFrame
        One row per segment: label, example (one of `EXAMPLES`), utterance, segment
        (its number in the utterance), segments (how many its class has) and error
        (mean squared).
    originals, reconstructed : sequence of np.ndarray, each of shape (frames, bins)
        Of the rows of the table.
    settings : dict
        Its `spectrogram` has `step`, time from one frame to the
        next in s, `scale`, `range_db` and `bands`. Linear magnitudes differ so much
        between segments that each pair has a colour scale of its own. Bins that are no
        bands reach from 0 to half the `sampling_rate` in Hz.
    """
    labels = [c for c in settings["classes"] if c in set(table["label"])]
    segments = table.groupby("label")["segments"].first()
    counts = [f"{label} {style.number(segments[label])}" for label in labels]
    pairs = [np.stack(pair) for pair in zip(originals, reconstructed, strict=True)]
    table = table.assign(place=range(len(table)))
    what = "those with the smallest, the median and the largest error"
    if len(labels) > _ALL_EXAMPLES:
        table = _typical(table)
        what = "the one with the median error"
    rows = math.ceil(len(table) / len(EXAMPLES))
    figure = style.new_figure(
        "Test segments and their reconstructions, segment variant "
        f"{settings['segment']}",
        1.7 + 2.7 * rows,
        (
            f"Of the segments of each class, {what}: mean squared, over all frames "
            "and bins.",
            f"n: {', '.join(counts)}.",
            style.of_fold(settings["folds"]),
            style.sentence(settings["note"]),
        ),
    )
    panels = figure.subplots(
        2 * rows, len(EXAMPLES), sharex=True, sharey=True, squeeze=False
    )
    of_pairs = panels.reshape(rows, 2, -1).transpose(0, 2, 1).reshape(-1, 2)
    settings, sampling_rate = settings["spectrogram"], settings["sampling_rate"]
    scale, bands = settings["scale"], settings["bands"]
    if scale == "linear":
        pairs = [pair / (pair.max() if pair.max() > 0 else 1) for pair in pairs]
    lowest = min(pair.min() for pair in pairs)
    highest = max(pair.max() for pair in pairs)
    norm = PowerNorm(_GAMMA[scale], min(0, lowest), max(1, highest))
    for row, both in zip(table.itertuples(), of_pairs, strict=False):
        both[0].set_title(_title(row), fontsize=style.SMALL)
        for axes, values in zip(both, pairs[row.place], strict=True):
            length = len(values) * settings["step"]
            image = axes.imshow(
                values.T,
                extent=(0, length, 0, bands or sampling_rate / 2000),
                norm=norm,
                cmap="magma",
                origin="lower",
                aspect="auto",
                interpolation="nearest",
            )
            axes.grid(visible=False)
    for axes in of_pairs[len(table) :].flat:
        axes.set_visible(False)
    panels[0, 0].set_xlim(0, max(map(len, originals)) * settings["step"])
    frequency = "mel band" if bands else "frequency (kHz)"
    for i, axes in enumerate(panels[:, 0]):
        shown = "reconstruction" if i % 2 else "original"
        axes.set_ylabel(f"{shown}\n{frequency}", fontsize=style.SMALL)
    for axes in panels[-1]:
        axes.set_xlabel("Time (s)")
    bar = figure.colorbar(
        image, ax=panels, location="bottom", aspect=60, fraction=0.03, pad=0.01
    )
    bar.outline.set_visible(False)
    bar.set_label(_MEANING[scale].format(**settings))
    return figure


def _typical(table):
    """Return the example that stands for each class: the median if there is one."""
    first = table.assign(others=table["example"] != "median").sort_values("others")
    return first.drop_duplicates("label").sort_index()


def _title(row):
    """Name class, example and segment; of long names the end is shown."""
    suffix = f", segment {row.segment}"
    most = _LETTERS - len(suffix)
    name = row.utterance if len(row.utterance) <= most else f"…{row.utterance[-most:]}"
    label = style.shortened(row.label, _LONGEST)
    return f"{label}, {row.example}: error {row.error:.3g}\n{name}{suffix}"
