"""Figures of scores against the share of labelled data used."""

from matplotlib.figure import Figure

from speechcodes import names as words
from speechcodes.figures import captions, style, tables
from speechcodes.figures.axes import (
    Y_LABEL,
    dodged,
    draw_chance,
    grid,
    rows_of_panels,
    score_label,
)
from speechcodes.storage.files import read_scores

#: Most feature sets whose bands can be told apart in one panel.
_TOGETHER = 3


def draw_learning_curves(inputs: dict, settings: dict):
    """Draw all classifiers; see `registry.draw` and `learning_curves`."""
    table = _table(inputs, settings)
    return learning_curves(table, "All classifiers", settings), table


def draw_learning_curve(inputs: dict, settings: dict):
    """Draw one classifier; see `registry.draw`, `learning_curves` and `one_by_one`."""
    classifier = settings["classifier"]
    table = _table(inputs, settings, classifier=classifier)
    few = table["feature_set"].nunique() <= _TOGETHER
    draw = learning_curves if few else one_by_one
    return draw(table, words.classifier(classifier), settings), table


def _table(inputs, settings, **wanted):
    read = read_scores(inputs["intervals"]), read_scores(inputs["chance"])
    return tables.scores(
        *read, settings["segment"], metric=settings["metric"], **wanted
    )


def alt_learning_curves(numbers, settings: dict) -> str:
    """Tell the highest score with most labels, and whose it is."""
    scores = numbers[numbers["main"]]
    last = scores[scores["percentage"] == scores["percentage"].max()]
    best = last.loc[last["score"].idxmax()]
    return (
        f"Learning curves of {scores['classifier'].nunique()} classifiers, segments "
        f"{settings['segment']}. With {best['percentage']} % of the labels the highest "
        f"{words.metric(best['metric'])} is {best['score']:.3f}, of "
        f"{words.classifier(best['classifier'])} on "
        f"{words.feature_set(best['feature_set'])}; chance is "
        f"{_mean_chance(scores):.3f}."
    )


def alt_learning_curve(numbers, settings: dict) -> str:
    """Tell where the curves begin and end, of the best three where there are more."""
    scores = numbers[numbers["main"]].sort_values("percentage")
    names = list(scores["feature_set"].unique())
    which = ""
    if len(names) > _TOGETHER:
        which = f" the best of {len(names)} feature sets,"
        names = list(_best_first(dict.fromkeys(names), scores))[:_TOGETHER]
    curves = "; ".join(
        f"{words.feature_set(name)} {curve.iloc[0]:.3f} and {curve.iloc[-1]:.3f}"
        for name in names
        for curve in [scores.loc[scores["feature_set"] == name, "score"]]
    )
    return (
        f"Learning curve of {words.classifier(settings['classifier'])}, segments "
        f"{settings['segment']}: {words.metric(scores['metric'].iloc[0])} at "
        f"{scores['percentage'].min()} and {scores['percentage'].max()} % of the "
        f"labels is, for{which} {curves}; chance is {_mean_chance(scores):.3f}."
    )


def _mean_chance(scores):
    return scores["chance"].astype(float).mean()


@style.styled
def learning_curves(table, title, settings: dict) -> Figure:
    """Draw scores against the labelled data used, a panel per classifier.

    Each feature set is drawn in the unit on which it is compared. More than three have
    no bands, which would hide each other, and the legend names the best first.

    Parameters
    ----------
    table : pd.DataFrame
        Of `tables.scores`.
    title : str
    """
    rows = table[table["main"]].sort_values("percentage")
    names = style.classifiers(rows["classifier"])
    looks = style.feature_sets(rows["feature_set"])
    few = len(looks) <= _TOGETHER
    if few:
        shown = captions.intervals("bands", rows, rows)
    else:
        looks = _best_first(looks, rows)
        shown = "intervals stand in the figures of each classifier and of the ranking"
    rows = dodged(rows, looks)
    height = 2.3 * rows_of_panels(len(names)) if len(names) > 1 else 3.2
    figure = _figure(title, 2.2 + height, rows, settings, shown)
    body = figure.subfigures()
    panels = grid(body, names)
    for name, axes in panels.items():
        of_classifier = rows[rows["classifier"] == name]
        for feature_set, look in looks.items():
            of_set = of_classifier[of_classifier["feature_set"] == feature_set]
            _draw_curve(axes, of_set, look, linewidth=1.8 if few else 1)
            if few:
                _draw_band(axes, of_set, look)
        draw_chance(axes, of_classifier)
    if rows_of_panels(len(names)) > 1:
        body.supylabel(score_label(rows, settings["metric"]), **Y_LABEL)
    else:  # The middle of the body lies below: there is the legend.
        label = score_label(rows, settings["metric"], 22)
        next(iter(panels.values())).set_ylabel(label, **Y_LABEL)
    style.legend_below(body)
    return figure


@style.styled
def one_by_one(table, title, settings: dict) -> Figure:
    """Draw the learning curves of one classifier, a panel per feature set.

    The panel of a set has its curve in colour, with its band and its last score, and
    the curves of all others in grey. The best set comes first.

    Parameters
    ----------
    table : pd.DataFrame
        Of `tables.scores`.
    title : str
    """
    rows = table[table["main"]].sort_values("percentage")
    looks = _best_first(style.feature_sets(rows["feature_set"]), rows)
    curves = {name: rows[rows["feature_set"] == name] for name in looks}
    curves = {
        name: of_set.assign(x=of_set["percentage"]) for name, of_set in curves.items()
    }
    titles = {name: style.in_lines(look.label, 34) for name, look in looks.items()}
    lines = max(title.count("\n") for title in titles.values())
    figure = _figure(
        title,
        1.9 + (1.5 + 0.16 * lines) * rows_of_panels(len(looks)),
        rows,
        settings,
        f"{captions.intervals('bands', rows, rows)}; in grey the other feature sets; "
        "numbers: the last score",
    )
    body = figure.subfigures()
    for name, axes in grid(body, titles).items():
        axes.title.set_fontsize(style.SMALL)
        for other in looks:
            if other != name:
                line = {"color": "#BDBDBD", "linewidth": 0.7, "zorder": 1}
                # A line through one point is not seen.
                line["marker"] = "." if len(curves[other]) == 1 else ""
                axes.plot("percentage", "score", data=curves[other], **line)
        _draw_band(axes, curves[name], looks[name])
        _draw_curve(axes, curves[name], looks[name])
        draw_chance(axes, rows)
        last = curves[name].iloc[-1]
        axes.annotate(
            f"{last['score']:.2f}",
            (last["x"], last["score"]),
            xytext=(5, 0),
            textcoords="offset points",
            va="center",
            fontsize=style.SMALL,
        )
    body.supylabel(score_label(rows, settings["metric"]), **Y_LABEL)
    return figure


def _best_first(looks, rows):
    """Order looks by the highest score of each feature set with most labels."""
    last = rows[rows["percentage"] == rows["percentage"].max()]
    best = last.groupby("feature_set")["score"].max()
    order = sorted(looks, key=lambda name: -best.get(name, -1))
    return {name: looks[name] for name in order}


def _figure(title, height, rows, settings, shown):
    return style.new_figure(
        f"{title}, segment variant {settings['segment']}",
        height,
        (
            f"Lines: {captions.mean_of(rows)}; {shown}.",
            captions.CHANCE,
            captions.all_labels(rows),
            captions.scored_on(rows, settings["folds"]),
            style.sentence(settings["note"]),
        ),
    )


def _draw_curve(axes, rows, look, **line):
    """Draw the scores of one feature set, sorted by percentage; see `axes.dodged`."""
    axes.plot(
        rows["x"],
        rows["score"],
        color=look.colour,
        marker=look.marker,
        linestyle=look.line,
        # Of many points, only some evenly spaced along the curve are marked.
        markevery=None if len(rows) <= 12 else 0.08,
        label=look.label,
        zorder=3,
        **line,
    )


def _draw_band(axes, rows, look):
    """Draw the band from low to high around the scores of one feature set."""
    colours = {"facecolor": (look.colour, 0.2), "edgecolor": (look.colour, 0.4)}
    axes.fill_between(rows["x"], rows["low"], rows["high"], linewidth=0.8, **colours)
