"""Figure of the answer: the best learned feature set and the best other one."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.ticker import FixedLocator

from speechcodes import names as words
from speechcodes.figures import captions, style, tables
from speechcodes.figures.axes import draw_chance, scale_percentages, some
from speechcodes.storage.files import read_scores

#: In inches: narrow, so that type is large where the figure fills a column of text.
_WIDTH, _HEIGHT = 5.8, 4.4
#: Letters of a line of the title, and of a label beside the axes.
_TITLE, _LABEL = 58, 20
#: Most labelled ticks, and most intervals of a curve.
_TICKS, _WHISKERS = 6, 12


def draw(inputs: dict, settings: dict):
    """Draw the answer; see `registry.draw` and `answer`."""
    segment, wanted = settings["segment"], {"metric": settings["metric"]}
    ranking = read_scores(inputs["ranking"])
    ranking = tables.select(ranking, f"ranking of segment variant {segment}", **wanted)
    wanted["classifier"], names = leaders(ranking)
    read = read_scores(inputs["intervals"]), read_scores(inputs["chance"])
    table = tables.scores(*read, segment, **wanted)
    table = table[table["main"] & table["feature_set"].isin(names)]
    # The same as in figures of all sets.
    looks = style.feature_sets(ranking["feature_set"])
    return answer(table, looks, settings), table


def alt(numbers, settings: dict) -> str:
    """Tell what each curve ends in, and the level of chance."""
    last = numbers[numbers["percentage"] == numbers["percentage"].max()]
    last = last.sort_values("score", ascending=False)
    scores = [
        f"{score:.3f} for {words.feature_set(name)}"
        for name, score in zip(last["feature_set"], last["score"], strict=True)
    ]
    return (
        f"Learning curves of {words.classifier(last['classifier'].iloc[0])}, segments "
        f"{settings['segment']}. With {last['percentage'].iloc[0]} % of the labels, "
        f"{last['n_training_utterances'].iloc[0]} utterances, "
        f"{words.metric(last['metric'].iloc[0])} is {words.listed(scores)}; chance is "
        f"{last['chance'].astype(float).mean():.3f}."
    )


def leaders(ranking) -> tuple[str, list[str]]:
    """Return the classifier of the first rank, and with it the sets to look at first.

    Parameters
    ----------
    ranking : pd.DataFrame
        Of one metric: columns rank, feature_set and classifier.

    Returns
    -------
    classifier : str
    feature_sets : list of str
        The best that is learned and the best that is not, the better one first; one
        where all are of a kind.
    """
    ranked = ranking.sort_values("rank")
    classifier = ranked["classifier"].iloc[0]
    names = ranked.loc[ranked["classifier"] == classifier, "feature_set"]
    best = {words.is_learned(name): name for name in names[::-1]}
    return classifier, [name for name in names if name in best.values()]


@style.styled
def answer(table, looks, settings: dict) -> Figure:
    """Draw scores against the labels used, as a share and as a number of utterances.

    Parameters
    ----------
    table : pd.DataFrame
        Of `tables.scores`: one classifier and one or two feature sets, each in the
        unit on which it is compared.
    looks : dict of str to style.Look
        At least of these feature sets.
    """
    rows = table.sort_values("percentage")
    last = rows[rows["percentage"] == rows["percentage"].max()]
    order = last.sort_values("score", ascending=False)["feature_set"]
    looks = {name: looks[name] for name in order}
    figure = style.new_figure(
        style.in_lines(_title(rows["classifier"].iloc[0], looks), _TITLE),
        _HEIGHT,
        (
            f"Lines: {captions.mean_of(rows)}; "
            f"{captions.intervals('whiskers', rows, rows)}.",
            "Chance: the same predictions, test labels shuffled within speakers.",
            captions.scored_on(rows, settings["folds"]),
            style.sentence(settings["note"]),
        ),
        _WIDTH,
    )
    axes = figure.subplots()
    draw_chance(axes, rows)
    ends = {"chance": axes.lines[0]}
    for i, (name, look) in enumerate(reversed(looks.items())):
        of_set = rows[rows["feature_set"] == name]
        label = f"{look.label}\N{NO-BREAK SPACE}{of_set['score'].iloc[-1]:.2f}"
        # Whiskers of one percentage stand side by side.
        dodge = 0.98 + 0.04 * i if len(looks) > 1 else 1
        ends[label] = _draw_curve(axes, of_set, look, dodge)
    _label_percentages(axes, rows)
    axes.set_ylabel(words.METRICS[settings["metric"]])
    _label_ends(figure, axes, ends)
    return figure


def _title(classifier, looks):
    """Say what is drawn; where all are per speaker, once."""
    shown = [look.label for look in looks.values()]
    how = " (per speaker)"
    if all(name.endswith(how) for name in shown):
        shown = [name.removesuffix(how) for name in shown]
    else:
        how = ""
    return f"{words.classifier(classifier)}: {' against '.join(shown)}{how}"


def _draw_curve(axes, rows, look, dodge):
    """Draw one curve, and whiskers from low to high; return its line."""
    line = {"color": look.colour, "linestyle": look.line, "linewidth": 2.2}
    (curve,) = axes.plot(rows["percentage"] * dodge, rows["score"], **line, zorder=3)
    rows = rows[rows["percentage"].isin(some(rows["percentage"], _WHISKERS))]
    axes.errorbar(
        rows["percentage"] * dodge,
        rows["score"],
        yerr=np.abs(rows[["low", "high"]].T - rows["score"]),
        color=look.colour,
        linestyle="",
        marker=look.marker,
        markersize=6,
        elinewidth=1.3,
        capsize=3,
        zorder=3,
    )
    return curve


def _label_percentages(axes, rows):
    """Write the share of labels below the axis, and below that how many these are."""
    scale_percentages(axes)
    counts = rows.groupby("percentage")["n_training_utterances"].max()
    shown = some(counts.index, _TICKS)
    axes.xaxis.set_major_locator(FixedLocator(shown))
    labels = [f"{p:g}\N{NO-BREAK SPACE}%\n{style.number(counts[p])}" for p in shown]
    axes.set_xticklabels(labels)
    axes.set_xlabel("Labelled utterances used: share, and how many")


def _label_ends(figure, axes, lines):
    """Write what each line is at its end, at such heights that labels do not meet."""
    axes.margins(x=0.04)
    ends = {text: line.get_xydata()[-1] for text, line in lines.items()}
    labels = [
        axes.annotate(
            style.in_lines(text, _LABEL),
            end,
            xytext=(1.03, end[1]),
            textcoords=axes.get_yaxis_transform(),
            va="center",
            annotation_clip=False,
            arrowprops={"arrowstyle": "-", "color": style.GREY, "linewidth": 0.6},
        )
        for text, end in sorted(ends.items(), key=lambda item: item[1][1])
    ]
    # How high a label is, is known only where it stands: without its line.
    figure.get_layout_engine().execute(figure)
    to_data = axes.transData.inverted()
    boxes = [to_data.transform_bbox(Text.get_window_extent(label)) for label in labels]
    heights = [1.1 * box.height for box in boxes]
    places = apart([box.y0 + box.height / 2 for box in boxes], heights, axes.get_ylim())
    for label, y in zip(labels, places, strict=True):
        label.set_y(y)


def apart(wanted, heights, limits) -> list[float]:
    """Return places as near to those wanted as need be for labels not to overlap.

    Parameters
    ----------
    wanted : sequence of float
        Centres, in rising order.
    heights : sequence of float
    limits : (float, float)
        Between which all labels stand if there is room.

    >>> apart([1, 1.5, 8], [2, 2, 2], (0, 10))
    [1.0, 3.0, 8.0]
    """
    bottom, top = limits
    places = []
    for place, height in zip(wanted, heights, strict=True):
        places.append(max(float(place), bottom + height / 2))
        bottom = places[-1] + height / 2
    for i in reversed(range(len(places))):
        places[i] = min(places[i], top - heights[i] / 2)
        top = places[i] - heights[i] / 2
    return places
