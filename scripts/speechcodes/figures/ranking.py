"""Figure of which sets score highest, and which cannot be told from the best."""

from matplotlib.figure import Figure

from speechcodes import names as words
from speechcodes.figures import captions, style, tables
from speechcodes.figures.axes import rows_of_panels
from speechcodes.storage.files import read_scores

#: Letters of a line of a name, and inches of a line of text.
_LETTERS, _LINE = 34, 0.135


def draw(inputs: dict, settings: dict):
    """Draw the ranking; see `registry.draw` and `ranking`."""
    chance = read_scores(inputs["chance"])
    table = numbers(read_scores(inputs["ranking"]), chance, settings)
    return ranking(table, chance, settings), table


def alt(numbers, settings: dict) -> str:
    """Tell which is first, and how many cannot be told from it."""
    first, others = numbers.iloc[0], numbers["as_good"].iloc[1:]
    told = f"; {others.sum()} of {len(others)} others cannot be told from it"
    return (
        f"Feature sets with {first['percentage']} % of the labels, segments "
        f"{settings['segment']}, by {words.metric(first['metric'])}. The highest is "
        f"{first['score']:.3f}, of {words.classifier(first['classifier'])} on "
        f"{words.feature_set(first['feature_set'])}"
        f"{told if len(others) else ''}. Chance is "
        f"{numbers['chance'].astype(float).mean():.3f}."
    )


def numbers(ranking, chance, settings: dict):
    """Return the rows of one metric, by rank, each with its level of chance.

    Parameters
    ----------
    ranking : pd.DataFrame
        Of one segment variant: columns metric, rank, feature_set, classifier,
        percentage, score, low, high, behind, behind_low, behind_high and as_good
        (whether it cannot be told from the first).
    chance : pd.DataFrame
        As in `tables.scores`.

    Returns
    -------
    pd.DataFrame
        With columns chance, chance_low and chance_high.

    Raises
    ------
    InputError
        If there is no row of this metric.
    """
    segment, metric = settings["segment"], settings["metric"]
    rows = tables.scores(
        ranking.assign(unit=""), chance.assign(unit=""), segment, metric=metric
    )
    return rows.drop(columns="unit").sort_values("rank")


@style.styled
def ranking(table, chance, settings: dict) -> Figure:
    """Draw scores with most labels, a row per feature set and a panel per classifier.

    Sets that cannot be told from the best are filled.

    Parameters
    ----------
    table : pd.DataFrame
        Of `numbers`.
    chance : pd.DataFrame
        Columns feature_set, unit and n, for the caption.
    """
    names = style.classifiers(table["classifier"])
    looks = style.feature_sets(table["feature_set"])
    looks = {name: looks[name] for name in table["feature_set"].unique()}
    labels = [style.in_lines(look.label, _LETTERS) for look in looks.values()]
    lines = max(label.count("\n") + 1 for label in labels)
    rows = rows_of_panels(len(names))
    figure = style.new_figure(
        f"Feature sets with {table['percentage'].iloc[0]:g}\N{NO-BREAK SPACE}% of the "
        f"labels, segment variant {settings['segment']}",
        1.7 + rows * (0.6 + (_LINE * lines + 0.1) * len(looks)),
        (
            *_caption(table),
            captions.scored_on(chance.assign(main=True), settings["folds"]),
            style.sentence(settings["note"]),
        ),
    )
    body = figure.subfigures()
    shape = rows, min(3, len(names))
    panels = style.panels(body, len(names), *shape, sharex=True, sharey=True)
    for axes, (classifier, title) in zip(panels, names.items(), strict=True):
        axes.set_title(title)
        axes.tick_params(labelbottom=True)
        _draw_scores(axes, table[table["classifier"] == classifier], looks)
    axes.set_yticks(range(len(looks)), labels)
    axes.set_ylim(len(looks) - 0.5, -0.5)
    body.supxlabel(words.METRICS[settings["metric"]], fontsize="medium")
    return figure


def _draw_scores(axes, rows, looks):
    """Draw the scores of one classifier as points with intervals, and chance."""
    order = list(looks)
    for row in rows.itertuples():
        look, y = looks[row.feature_set], order.index(row.feature_set)
        axes.hlines(y, row.low, row.high, colors=look.colour, linewidth=1.6)
        face = look.colour if row.as_good else "white"
        point = {"marker": "o", "color": look.colour, "markersize": 5.5}
        axes.plot(row.score, y, **point, markerfacecolor=face, zorder=3)
    axes.axvspan(
        rows["chance_low"].min(),
        rows["chance_high"].max(),
        facecolor=(style.LIGHT_GREY, 0.6),
        zorder=0.9,
    )
    axes.axvline(rows["chance"].mean(), linestyle=":", color=style.GREY, linewidth=1.2)
    axes.grid(axis="both")


def _caption(table):
    if table["low"].isna().all():
        yield "There are no intervals, as test speakers are too few."
    else:
        yield "Bars: 95\N{NO-BREAK SPACE}% intervals of each score by itself."
    if len(table) > 1:
        first = table.iloc[0]
        yield (
            f"Filled: cannot be told from the best, "
            f"{words.classifier(first['classifier'])} on "
            f"{words.feature_set(first['feature_set'])}, by an interval of the "
            "difference that holds for all at once."
        )
    yield captions.CHANCE
