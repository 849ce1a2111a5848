"""The figure of reliability: how often classes are right, by their probability."""

import pandas as pd
from matplotlib.figure import Figure

from speechcodes.figures import style

#: How rows are shown that are not calibrated yet, and those that are.
_LOOKS = {"before": ("before calibration", "o", 1), "after": ("calibrated", "s", 0)}
#: Area of the mark of a bin that has all utterances.
_AREA = 220


def draw(inputs: dict, settings: dict):
    """Draw shares of right classes by their probability; see `registry.draw`."""
    table = pd.read_csv(inputs["reliability"])
    return reliability(table, settings), table


def alt(numbers, settings: dict) -> str:
    """Tell how far probabilities and shares lie apart, before and after calibration."""
    gaps = [
        f"{_gap(rows):.3f} {_LOOKS[kind][0]}"
        for kind, rows in numbers.groupby("calibrated", sort=False)
    ]
    return (
        "Share of utterances whose class is right, against its probability. "
        f"Mean gap: {', '.join(gaps) or 'not known'}."
    )


@style.styled
def reliability(table, settings: dict) -> Figure:
    """Draw a mark for each bin of probabilities, larger where there are more of them.

    Parameters
    ----------
    table : pd.DataFrame
        See `speechcodes.predictor.training.Trained`.
    """
    n = int(table["n"].sum() / max(1, table["calibrated"].nunique()))
    figure = style.new_figure(
        "Whether probabilities of labels can be trusted",
        4.8,
        (
            f"n: {n} utterances of training speakers held out, the more of them the "
            "larger a mark."
            if n
            else "No speakers could be held out: too few speak some class.",
            style.sentence(settings["note"]),
        ),
    )
    axes = style.panels(figure, 1, 1, 1)[0]
    axes.plot([0, 1], [0, 1], ":", color=style.GREY, label="as probable as right")
    for kind, rows in table.groupby("calibrated", sort=False):
        name, marker, place = _LOOKS[kind]
        colour = style.PALETTE[place]
        axes.plot(rows["confidence"], rows["accuracy"], "-", color=colour, lw=1)
        axes.scatter(
            rows["confidence"],
            rows["accuracy"],
            _AREA * rows["n"] / n + 8,
            color=colour,
            marker=marker,
            edgecolors="white",
            linewidths=0.6,
            zorder=3,
            label=f"{name}: mean gap {_gap(rows):.3f}",
        )
    axes.set(xlim=(0, 1.02), ylim=(0, 1.02), aspect="equal")
    axes.set(xlabel="Probability of the class predicted", ylabel="Share that is right")
    axes.grid(visible=True, axis="both")
    axes.legend(loc="upper left", fontsize=style.SMALL)
    return figure


def _gap(rows):
    """The mean gap between probability and share, over utterances."""
    gaps = (rows["confidence"] - rows["accuracy"]).abs()
    return (gaps * rows["n"]).sum() / rows["n"].sum()
