"""Figure of which classes are taken for which."""

import math

import numpy as np
from matplotlib.patches import Rectangle

from speechcodes.errors import InputError
from speechcodes.figures import style
from speechcodes.records import LABELS

#: Percentages to draw, as near as the experiment has them.
DRAWN = (10, 100)
_COLUMNS = 4
_SHORT = {"negative": "neg.", "neutral": "neut.", "positive": "pos."}
#: Above this share text on the colour is white.
_DARK = 0.55
_TINY = 7.5


def select(confusions, intervals, segment):
    """Return the confusion matrices to draw, with the share of each true class.

    Parameters
    ----------
    confusions : pd.DataFrame
        Columns segment, feature_set, classifier, percentage, n_training_utterances,
        unit, label (the true class), predicted and cases (mean over draws).
    intervals : pd.DataFrame
        Of the segment variant: columns feature_set, unit, n and main, which tell the
        unit that a feature set is compared on.
    segment : str
        Name of the segment variant.

    Returns
    -------
    pd.DataFrame
        Rows of the percentages nearest to `DRAWN`, of the units compared, with a
        column share: cases as a share of those of their true class.

    Raises
    ------
    InputError
        If there are none.
    """
    rows = confusions[confusions["segment"] == segment]
    if rows.empty:
        raise InputError(f"no confusions of segment variant {segment}")
    there = rows["percentage"].unique()
    nearest = {min(there, key=lambda p: (abs(p - wanted), p)) for wanted in DRAWN}
    rows = rows[rows["percentage"].isin(nearest)]
    compared = intervals.loc[intervals["main"], ["feature_set", "unit"]]
    rows = rows.merge(compared.drop_duplicates(), on=["feature_set", "unit"])
    keys = ["feature_set", "classifier", "percentage", "label"]
    total = rows.groupby(keys)["cases"].transform("sum")
    return rows.assign(share=rows["cases"] / total.where(total > 0))


@style.styled
def confusions(table, segment, *, draws=None, scored="", note=""):
    """Draw the confusion matrices of each classifier, a row of panels each.

    Rows are true classes, columns predicted ones; colour and upper number are the
    share of the true class, the number below how many cases that is on average over
    draws.

    Parameters
    ----------
    table : pd.DataFrame
        Of `select`.
    segment : str
        Name of the segment variant.
    draws : int, optional
        Number of draws.
    scored : str
        A sentence that says how many test units there are.
    note : str
        Added to the caption.

    Returns
    -------
    matplotlib.figure.Figure
    """
    names = style.classifiers(table["classifier"])
    looks = style.feature_sets(table["feature_set"])
    percentages = sorted(table["percentage"].unique())
    cases = [(p, look) for p in percentages for look in looks.items()]
    columns = _columns(len(percentages), len(looks))
    rows = math.ceil(len(cases) / columns)
    figure = style.new_figure(
        f"Which classes are taken for which, segment variant {segment}",
        1.1 + len(names) * (0.3 + 1.75 * rows),
        (*_caption(draws), scored, style.sentence(note)),
    )
    parts = figure.subfigures(len(names), 1, squeeze=False)[:, 0]
    for part, (classifier, name) in zip(parts, names.items(), strict=True):
        part.suptitle(name, x=0.01, ha="left", fontsize="medium")
        panels = part.subplots(rows, columns, squeeze=False)
        of_classifier = table[table["classifier"] == classifier]
        for axes, (percentage, (feature_set, look)) in zip(
            panels.flat, cases, strict=False
        ):
            at = of_classifier["percentage"] == percentage
            at &= of_classifier["feature_set"] == feature_set
            _matrix(axes, of_classifier[at])
            label = f"{style.short(look)}, {percentage}\N{NO-BREAK SPACE}%"
            axes.set_title(style.wrapped(label, 20), fontsize=style.SMALL)
        for axes in panels.flat[len(cases) :]:
            axes.remove()
        for axes in panels[:, 0]:
            axes.set_ylabel("true")
        for axes in panels[-1]:
            axes.set_xlabel("predicted")
    return figure


def _columns(n_percentages, n_sets):
    """Return panels per row: all if they fit, else those of one percentage."""
    every = n_percentages * n_sets
    return every if every <= _COLUMNS else min(n_sets, _COLUMNS)


def _matrix(axes, cells):
    share = _square(cells, "share")
    cases = _square(cells, "cases")
    axes.imshow(np.nan_to_num(share), cmap="Blues", vmin=0, vmax=1, aspect="auto")
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)
    names = [_SHORT[label] for label in LABELS]
    axes.set_xticks(range(len(LABELS)), names)
    axes.set_yticks(range(len(LABELS)), names)
    axes.tick_params(length=0)
    for i in range(len(LABELS)):
        right = Rectangle((i - 0.5, i - 0.5), 1, 1, fill=False, edgecolor="black")
        axes.add_patch(right)
    for (i, j), part in np.ndenumerate(share):
        colour = "white" if part > _DARK else "black"
        percent = "–" if np.isnan(part) else f"{100 * part:.0f} %"
        for text, va, size in [
            (percent, "bottom", style.SMALL),
            (_count(cases[i, j]), "top", _TINY),
        ]:
            axes.text(j, i, text, ha="center", va=va, color=colour, fontsize=size)


def _square(cells, value):
    table = cells.pivot(index="label", columns="predicted", values=value)
    return table.reindex(index=LABELS, columns=LABELS).to_numpy(float)


def _count(cases):
    """Write a mean number of cases: its decimal counts only where it is small."""
    return style.number(cases) if cases >= 10 else f"{cases:.1f}".removesuffix(".0")


def _caption(draws):
    over = "" if draws == 1 else ", mean over the draws"
    yield (
        "Rows: true classes; columns: predicted ones; framed: right. Above: share of "
        f"the true class; below: cases{over}. Titles: share of the labelled training "
        "utterances used."
    )
