"""Figure of which classes are taken for which."""

import math

import numpy as np
from matplotlib.patches import Rectangle

from speechcodes.errors import InputError
from speechcodes.figures import style
from speechcodes.figures.learning_curves import draws_of, scored_on
from speechcodes.storage.files import read_scores

#: Percentages to draw, as near as the experiment has them.
DRAWN = (10, 100)
#: Above this share text on the colour is white.
_DARK = 0.55
_TINY = 7.5
#: Most classes of which shares and cases, and of which shares, fit into the cells.
_WITH_CASES, _WITH_SHARES = 4, 10
#: Height in inches of a row of a matrix, and of a matrix at least.
_ROW, _LEAST = 0.155, 1.35
#: Letters of the name of a class.
_LONGEST = 12


def draw(inputs: dict, settings: dict):
    """Draw confusion matrices; see `registry.draw` and `confusions`."""
    intervals = read_scores(inputs["intervals"])
    every = read_scores(inputs["confusions"])
    table = select(every, intervals, settings["segment"])
    return confusions(table, intervals, settings), table


def alt(numbers, settings: dict) -> str:
    """Tell which class is recognised best, and which worst, with most labels."""
    rows = numbers[numbers["percentage"] == numbers["percentage"].max()]
    right = rows[rows["label"] == rows["predicted"]].astype({"share": float})
    shares = right.groupby("label")["share"].mean()
    return (
        f"Confusion matrices of {numbers['label'].nunique()} classes, segments "
        f"{settings['segment']}, per classifier and feature set, with few labels and "
        f"with all. With {rows['percentage'].iloc[0]} % of the labels "
        f"{shares.idxmax()} is recognised most often, {100 * shares.max():.0f} % on "
        f"average, and {shares.idxmin()} least often, {100 * shares.min():.0f} %."
    )


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
def confusions(table, intervals, settings):
    """Draw the confusion matrices of each classifier, side by side.

    Rows are true classes, columns predicted ones; colour is the share of the true
    class. Numbers are that share and, where there is room, the cases below it, on
    average over draws. Of many classes there is but a bar of colours.

    Parameters
    ----------
    table : pd.DataFrame
        Of `select`.
    intervals : pd.DataFrame
        As there.
    settings : dict
        Of `registry.FIGURES`.

    Returns
    -------
    matplotlib.figure.Figure
    """
    classes = list(settings["classes"])
    names = style.classifiers(table["classifier"])
    looks = style.feature_sets(table["feature_set"])
    percentages = sorted(table["percentage"].unique())
    cases = [(p, look) for p in percentages for look in looks.items()]
    columns = _columns(len(percentages), len(looks), len(classes))
    rows = math.ceil(len(cases) / columns)
    height = 0.3 + max(_LEAST, _ROW * len(classes))
    figure = style.new_figure(
        f"Which classes are taken for which, segment variant {settings['segment']}",
        1.5 + len(names) * (0.8 + height * rows),
        (
            *_caption(draws_of(intervals), len(classes)),
            scored_on(intervals, settings["folds"]),
            style.sentence(settings["note"]),
        ),
    )
    parts = figure.subfigures(len(names), 1, squeeze=False)[:, 0]
    for part, (classifier, name) in zip(parts, names.items(), strict=True):
        part.suptitle(name, x=0.01, ha="left", fontsize="medium")
        panels = part.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
        of_classifier = table[table["classifier"] == classifier]
        for axes, (percentage, (feature_set, look)) in zip(
            panels.flat, cases, strict=False
        ):
            at = of_classifier["percentage"] == percentage
            at &= of_classifier["feature_set"] == feature_set
            image = _matrix(axes, of_classifier[at], classes)
            label = f"{style.short(look)}, {percentage}\N{NO-BREAK SPACE}%"
            axes.set_title(style.wrapped(label, 80 // columns), fontsize=style.SMALL)
        for axes in panels.flat[len(cases) :]:
            axes.remove()
        for column in panels.T:
            lowest = [axes for axes in column if axes.figure][-1]
            lowest.tick_params(labelbottom=True)
        if len(classes) > _WITH_SHARES:
            part.colorbar(
                image, ax=panels, label="share of the true class", aspect=40, pad=0.02
            ).outline.set_visible(False)
        part.supxlabel("predicted", fontsize="medium")
        part.supylabel("true", fontsize="medium")
    return figure


def _columns(n_percentages, n_sets, n_classes):
    """Return panels per row: all if they fit, else those of one percentage."""
    fitting = 4 if n_classes <= _WITH_CASES else 2
    every = n_percentages * n_sets
    return every if every <= fitting else min(n_sets, fitting)


def _matrix(axes, cells, classes):
    share = _square(cells, "share", classes)
    cases = _square(cells, "cases", classes)
    image = axes.imshow(
        np.nan_to_num(share), cmap="Blues", vmin=0, vmax=1, aspect="auto"
    )
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)
    places = range(len(classes))
    names = [style.shortened(name, _LONGEST) for name in classes]
    axes.set_xticks(places, names, rotation=90)
    axes.set_yticks(places, names)
    axes.tick_params(length=0)
    for i in places:
        right = Rectangle((i - 0.5, i - 0.5), 1, 1, fill=False, edgecolor="black")
        axes.add_patch(right)
    if len(classes) <= _WITH_SHARES:
        for (i, j), part in np.ndenumerate(share):
            _write(axes, i, j, part, cases[i, j], len(classes) <= _WITH_CASES)
    return image


def _write(axes, i, j, share, cases, with_cases):
    colour = "white" if share > _DARK else "black"
    percent = "–" if np.isnan(share) else f"{100 * share:.0f}"
    texts = [(percent, "center", _TINY)]
    if with_cases:
        unit = "" if np.isnan(share) else " %"
        texts = [(percent + unit, "bottom", style.SMALL), (_count(cases), "top", _TINY)]
    for text, va, size in texts:
        axes.text(j, i, text, ha="center", va=va, color=colour, fontsize=size)


def _square(cells, value, classes):
    table = cells.pivot(index="label", columns="predicted", values=value)
    return table.reindex(index=classes, columns=classes).to_numpy(float)


def _count(cases):
    """Write a mean number of cases: its decimal counts only where it is small."""
    return style.number(cases) if cases >= 10 else f"{cases:.1f}".removesuffix(".0")


def _caption(draws, n_classes):
    over = "" if draws == 1 else ", mean over the draws"
    yield "Rows: true classes; columns: predicted ones; framed: right."
    if n_classes <= _WITH_CASES:
        yield f"Above: share of the true class; below: cases{over}."
    elif n_classes <= _WITH_SHARES:
        yield f"Numbers: per cent of the true class{over}."
    else:
        yield f"Colour: share of the true class{over}."
    yield "Titles: share of the labelled training utterances used."
