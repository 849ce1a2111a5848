"""Figure of how far class is confounded with speaker and recording."""

from matplotlib.lines import Line2D

from speechcodes.experiment.confounds import (
    BLOCKS,
    FOLDS,
    LARGE_SHARE,
    SPEAKERS,
    SPEAKERS_AND_SESSIONS,
)
from speechcodes.figures import style
from speechcodes.records import LABELS, SPLITS

#: Macro F1 of guessing one of three classes, whatever their shares.
_CHANCE = 1 / len(LABELS)

#: Heights in inches: of the panels above, of the one below without its lines, of each
#: of these, and of title and caption.
_ABOVE, _BELOW, _LINE, _TEXT = 2.3, 1.0, 0.42, 1.3

#: For text on lines of the grid.
_ON_WHITE = {"facecolor": "white", "linewidth": 0, "pad": 2}

_SHUFFLED = "utterances shuffled"
_HELD_OUT = {
    SPEAKERS: "whole speakers held out",
    SPEAKERS_AND_SESSIONS: "whole speakers or sessions held out",
    BLOCKS: "contiguous blocks held out",
}
_EXPLAINED = {
    SPEAKERS: "Open: whole speakers are held out, so that it cannot.",
    SPEAKERS_AND_SESSIONS: (
        "Open: whole speakers are held out, and whole sessions where the speaker is "
        "unknown."
    ),
    BLOCKS: (
        "Open: as no speaker is known, blocks of each class that stand together by "
        "name are held out; they share few recordings with the rest."
    ),
}


@style.styled
def confounds(table, note=""):
    """Draw how classes spread over speakers, and what holding speakers out costs.

    Above, one panel per split: the share of each class that its most frequent
    speaker gives, or its utterances where no speaker of the corpus is known. Below,
    the macro F1 of both kinds of cross-validation, one line per segment variant and
    feature set; this part is left out where the table has none.

    Parameters
    ----------
    table : pd.DataFrame
        Of `speechcodes.experiment.confounds.table`.
    note : str
        Added to the caption.

    Returns
    -------
    matplotlib.figure.Figure
    """
    classes = _by_class(table)
    scores = _by_feature_set(table)
    heights = [_ABOVE, _BELOW + _LINE * len(scores)][: 2 if scores else 1]
    caption = [*_explain_shares(classes), *_explain_scores(scores)]
    figure = style.new_figure(
        "Are classes confounded with speakers or recordings?",
        sum(heights) + _TEXT,
        (*caption, style.sentence(note)),
    )
    parts = figure.subfigures(len(heights), 1, height_ratios=heights, squeeze=False)
    _draw_classes(parts[0, 0], classes)
    if scores:
        _draw_scores(parts[1, 0].subplots(), scores)
    return figure


def _by_class(table):
    """Return the quantities of each class, by split and label."""
    rows = table[table["label"].isin(LABELS)]
    return rows.pivot(index=["split", "label"], columns="quantity", values="value")


def _by_feature_set(table):
    """Return the rows of each segment variant and feature set, by quantity."""
    rows = table[table["segment"] != ""]
    return {
        pair: of_pair.set_index("quantity")
        for pair, of_pair in rows.groupby(["segment", "feature_set"], sort=False)
    }


def _held_out(scores):
    """Return what was held out; it is the same for all but in rare cases."""
    found = [
        rows.at["grouped_macro_f1", "detail"]
        for rows in scores.values()
        if "grouped_macro_f1" in rows.index
    ]
    return list(dict.fromkeys(found))


def _explain_shares(classes):
    unknown = int(classes["unknown_speaker"].sum())
    if not classes["speakers"].any():
        return ["No speaker is known."]
    whole = style.number(classes["utterances"].sum())
    return [
        "Bars: share of a class that its most frequent speaker gives; dashed: "
        f"{100 * LARGE_SHARE:.0f} %, above which one voice may stand for a class.",
        f"The speakers of {style.number(unknown)} of {whole} utterances are unknown; "
        "they count as utterances only."
        if unknown
        else "",
    ]


def _explain_scores(scores):
    held_out = _held_out(scores)
    if not held_out:
        return []
    return [
        "Below: an SVM learns from part of the training split and is scored on the "
        f"rest, in at most {FOLDS} folds (n: utterances).",
        "Filled: utterances are divided at random, so that it may recognise speakers "
        "instead of classes.",
        *(_EXPLAINED[kind] for kind in held_out),
        "A large gap means that scores of the first kind tell nothing of new speakers.",
    ]


def _draw_classes(figure, classes):
    """Draw one panel per split, with the numbers of each class below its bar."""
    splits = [split for split in SPLITS if split in classes.index]
    known = classes["speakers"].any()
    groups = "speakers" if known else "sessions"
    panels = figure.subplots(1, len(splits), sharey=True, squeeze=False)[0]
    for axes, split in zip(panels, splits, strict=True):
        of_split = classes.loc[split].reindex(LABELS)
        heights = of_split["utterances"]
        if known:
            heights = 100 * of_split["largest_speaker_share"].fillna(0)
            axes.axhline(100 * LARGE_SHARE, color=style.GREY, linestyle="--", lw=1)
        axes.bar(
            LABELS, heights, width=0.6, color=[style.LABELS[label] for label in LABELS]
        )
        axes.set_xticks(range(len(LABELS)), _numbers(of_split, groups))
        axes.set_xlim(-0.5, len(LABELS) - 0.5)
        axes.set_title(split)
        if known and not of_split["speakers"].any():
            _say(axes, 0.5, 0.6, "no speaker is known", axes.transAxes, ha="center")
    panels[0].set_ylabel("Largest speaker's\nshare (%)" if known else "Utterances")
    _head_numbers(panels[0], groups)


def _numbers(of_split, groups):
    return [
        f"{label}\n{style.number(row[groups])}\n{style.number(row['utterances'])}"
        for label, row in of_split.iterrows()
    ]


def _head_numbers(axes, groups):
    """Write what the lines of numbers below the first panel count."""
    tick = axes.xaxis.get_major_ticks()[0]
    axes.annotate(
        f"\n{groups}\nutterances",
        (0, 0),
        xytext=(-4, -tick.get_pad() - tick.get_tick_padding()),
        xycoords="axes fraction",
        textcoords="offset points",
        ha="right",
        va="top",
        fontsize=style.SMALL,
        color=style.GREY,
    )


def _draw_scores(axes, scores):
    """Draw one line per segment variant and feature set, the first at the top."""
    variants = list(dict.fromkeys(segment for segment, _ in scores))
    looks = style.feature_sets(feature_set for _, feature_set in scores)
    names = []
    for y, ((segment, feature_set), rows) in enumerate(scores.items()):
        look = looks[feature_set]
        name = look.label if len(variants) == 1 else f"{segment}, {look.label}"
        if "macro_f1_gap" in rows.index:
            _dumbbell(axes, y, rows["value"], look)
            name += f"\nn = {style.number(rows.at['cross_validated', 'value'])}"
        else:
            why = rows.at["no_cross_validation", "detail"]
            _say(axes, 0.02, y, why, axes.get_yaxis_transform())
        names.append(name)
    axes.axvline(_CHANCE, color=style.GREY, linestyle=":", linewidth=1.2, zorder=1)
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.4, -0.6)
    # Room for the gap beside a score of 1.
    axes.set(xlim=(0, 1.15), xticks=[0, 0.2, 0.4, 0.6, 0.8, 1])
    axes.grid(axis="x")
    axes.set_xlabel("Macro F1 (training utterances held out)")
    only = f", segment variant {variants[0]}" if len(variants) == 1 else ""
    axes.set_title(f"Cross-validation{only}", loc="left", pad=22)
    axes.legend(
        handles=_handles(_held_out(scores)),
        loc="lower left",
        bbox_to_anchor=(0, 1),
        borderaxespad=0.1,
        borderpad=0.2,
        ncols=4,
    )


def _dumbbell(axes, y, values, look):
    shuffled, grouped = values["shuffled_macro_f1"], values["grouped_macro_f1"]
    axes.plot([grouped, shuffled], [y, y], color=look.colour, linewidth=2)
    marker = {"color": look.colour, "marker": look.marker, "markersize": 7}
    axes.plot(grouped, y, markerfacecolor="white", markeredgewidth=1.6, **marker)
    axes.plot(shuffled, y, **marker)
    # Adding 0 turns a rounded -0 into 0.
    gap = round(values["macro_f1_gap"], 2) + 0
    axes.annotate(
        f"gap {gap:.2f}".replace("-", "\N{MINUS SIGN}"),
        (max(shuffled, grouped), y),
        xytext=(9, 0),
        textcoords="offset points",
        va="center",
        fontsize=style.SMALL,
        bbox=_ON_WHITE,
    )


def _handles(held_out):
    marker = {"color": style.GREY, "linestyle": "", "marker": "o", "markersize": 7}
    hollow = {"markerfacecolor": "white", "markeredgewidth": 1.6}
    guessing = f"guessing ({_CHANCE:.2f})"
    return [
        Line2D([], [], label=_SHUFFLED, **marker),
        *(Line2D([], [], label=_HELD_OUT[k], **marker, **hollow) for k in held_out),
        Line2D([], [], color=style.GREY, linestyle=":", linewidth=1.2, label=guessing),
    ]


def _say(axes, x, y, text, transform, **where):
    """Write in place of what there is not."""
    axes.text(
        x,
        y,
        text,
        transform=transform,
        va="center",
        fontsize=style.SMALL,
        color=style.GREY,
        bbox=_ON_WHITE,
        **where,
    )
