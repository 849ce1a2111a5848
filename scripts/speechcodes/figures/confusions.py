"""Figure of which classes are taken for which."""

import math

import numpy as np
from matplotlib.figure import Figure

from speechcodes.errors import InputError
from speechcodes.figures import style
from speechcodes.figures.captions import draws_of, scored_on
from speechcodes.storage.files import read_scores

#: Percentages to draw, as near as the experiment has them.
DRAWN = (10, 100)
#: Above this share text on the colour is white.
_DARK = 0.55
#: Most classes whose shares fit into the cells as numbers.
_WITH_NUMBERS = 10
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
def confusions(table, intervals, settings: dict) -> Figure:
    """Draw the confusion matrices of each classifier, side by side.

    Rows are true classes, columns predicted ones; colour and numbers are the share of
    the true class, on average over draws. Of many classes there are colours alone.

    Parameters
    ----------
    table : pd.DataFrame
        Of `select`.
    intervals : pd.DataFrame
        As there.
    """
    classes = list(settings["classes"])
    names = style.classifiers(table["classifier"])
    looks = style.feature_sets(table["feature_set"])
    percentages = sorted(table["percentage"].unique())
    cases = [(p, look) for p in percentages for look in looks.items()]
    # A row per percentage, where it has room.
    columns = min(len(looks), 4 if len(classes) <= 4 else 2)
    shape = math.ceil(len(cases) / columns), columns
    height = 0.4 + max(1.2, 0.155 * len(classes))
    figure = style.new_figure(
        f"Which classes are taken for which, segment variant {settings['segment']}",
        1.5 + len(names) * (0.8 + height * shape[0]),
        (
            *_caption(draws_of(intervals), len(classes)),
            scored_on(intervals, settings["folds"]),
            style.sentence(settings["note"]),
        ),
    )
    parts = figure.subfigures(len(names), 1, squeeze=False)[:, 0]
    for part, (classifier, name) in zip(parts, names.items(), strict=True):
        part.suptitle(name, x=0.01, ha="left", fontsize="medium")
        panels = style.panels(part, len(cases), *shape, sharex=True, sharey=True)
        of_classifier = table[table["classifier"] == classifier]
        for axes, (percentage, (feature_set, look)) in zip(panels, cases, strict=True):
            at = of_classifier["percentage"] == percentage
            at &= of_classifier["feature_set"] == feature_set
            image = _matrix(axes, of_classifier[at], classes)
            label = f"{look.label}, {percentage}\N{NO-BREAK SPACE}%"
            axes.set_title(style.wrapped(label, 80 // columns), fontsize=style.SMALL)
        for axes in panels[-columns:]:
            axes.tick_params(labelbottom=True)
        if len(classes) > _WITH_NUMBERS:
            part.colorbar(
                image, ax=panels, label="share of the true class", aspect=40, pad=0.02
            ).outline.set_visible(False)
        part.supxlabel("predicted", fontsize="medium")
        part.supylabel("true", fontsize="medium")
    return figure


def _matrix(axes, cells, classes):
    table = cells.pivot(index="label", columns="predicted", values="share")
    share = table.reindex(index=classes, columns=classes).to_numpy(float)
    image = axes.imshow(
        np.nan_to_num(share), cmap="Blues", vmin=0, vmax=1, aspect="auto"
    )
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)
    names = [style.shortened(name, _LONGEST) for name in classes]
    axes.set_xticks(range(len(classes)), names, rotation=90)
    axes.set_yticks(range(len(classes)), names)
    axes.tick_params(length=0)
    if len(classes) <= _WITH_NUMBERS:
        for (i, j), part in np.ndenumerate(share):
            text = "–" if np.isnan(part) else f"{100 * part:.0f}"
            colour = "white" if part > _DARK else "black"
            where = {"ha": "center", "va": "center", "fontsize": style.SMALL}
            axes.text(j, i, text, color=colour, **where)
    return image


def _caption(draws, n_classes):
    over = "" if draws == 1 else ", mean over the draws"
    shown = "Numbers: per cent" if n_classes <= _WITH_NUMBERS else "Colour: share"
    yield "Rows: true classes; columns: predicted ones."
    yield f"{shown} of the true class{over}."
    yield "Titles: share of the labelled training utterances used."
