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
from speechcodes.names import feature_set as called
from speechcodes.records import ROLES
from speechcodes.storage.files import read_scores

#: Heights in inches: of the panels above without its bars, of each of these, of the
#: panel below without its lines, of each of these, and of title and caption.
_ABOVE, _BAR, _BELOW, _LINE, _TEXT = 0.9, 0.27, 1.0, 0.42, 1.3

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


def draw(inputs: dict, settings: dict):
    """Draw confounds; see `registry.draw` and `confounds`."""
    table = read_scores(inputs["confounds"])
    return confounds(table, settings), table


def alt(numbers, settings: dict) -> str:
    """Tell the largest gap between the two kinds of cross-validation."""
    gaps = numbers[numbers["quantity"] == "macro_f1_gap"]
    start = (
        "Bars of the largest share of a class that one speaker gives, and macro F1 "
        "among training utterances, cross-validated with utterances shuffled and with "
        "whole speakers held out"
    )
    if gaps.empty:
        return f"{start}: there is too little speech for it."
    largest = gaps.loc[gaps["value"].idxmax()]
    return (
        f"{start}: the largest gap is {largest['value']:.2f}, of "
        f"{called(largest['feature_set'])}, segments {largest['segment']}."
    )


@style.styled
def confounds(table, settings):
    """Draw how classes spread over speakers, and what holding speakers out costs.

    Above, one panel per role: the share of each class that its most frequent speaker
    gives, or its utterances where no speaker of the corpus is known. Below, the macro
    F1 of both kinds of cross-validation, one line per segment variant and feature set;
    this part is left out where the table has none.

    Parameters
    ----------
    table : pd.DataFrame
        Of `speechcodes.experiment.confounds.table`.
    settings : dict
        Of `registry.FIGURES`.

    Returns
    -------
    matplotlib.figure.Figure
    """
    names = list(settings["classes"])
    classes = _by_class(table, names)
    scores = _by_feature_set(table)
    heights = [_ABOVE + _BAR * max(3, len(names))]
    heights += [_BELOW + _LINE * len(scores)] * bool(scores)
    caption = [*_explain_shares(classes), *_explain_scores(scores)]
    figure = style.new_figure(
        "Are classes confounded with speakers or recordings?",
        sum(heights) + _TEXT,
        (*caption, style.sentence(settings["note"])),
    )
    parts = figure.subfigures(len(heights), 1, height_ratios=heights, squeeze=False)
    _draw_classes(parts[0, 0], classes, names)
    if scores:
        # Of guessing one of the classes, whatever their shares.
        _draw_scores(parts[1, 0].subplots(), scores, chance=1 / len(names))
    return figure


def _by_class(table, names):
    """Return the quantities of each class, by role and label."""
    rows = table[table["label"].isin(names)]
    return rows.pivot(index=["role", "label"], columns="quantity", values="value")


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
        "Below: an SVM learns from part of the training utterances and is scored on "
        f"the rest, in at most {FOLDS} folds (n: utterances).",
        "Filled: utterances are divided at random, so that it may recognise speakers "
        "instead of classes.",
        *(_EXPLAINED[kind] for kind in held_out),
        "A large gap means that scores of the first kind tell nothing of new speakers.",
    ]


def _draw_classes(figure, classes, names):
    """Draw one panel per role, with the numbers of each class beside its bar."""
    roles = [role for role in ROLES if role in classes.index]
    known = classes["speakers"].any()
    groups = "speakers" if known else "sessions"
    looks = style.class_looks(names)
    panels = figure.subplots(1, len(roles), sharey=True, squeeze=False)[0]
    for axes, role in zip(panels, roles, strict=True):
        of_role = classes.loc[role].reindex(names)
        lengths = of_role["utterances"]
        if known:
            lengths = 100 * of_role["largest_speaker_share"].fillna(0)
            axes.axvline(100 * LARGE_SHARE, color=style.GREY, linestyle="--", lw=1)
        axes.barh(names, lengths, 0.6, color=[look.colour for look in looks.values()])
        axes.set_title(role)
        axes.grid(visible=False, axis="y")
        axes.grid(visible=True, axis="x")
        axes.locator_params(axis="x", nbins=4)
        axes.set_xlabel("Largest speaker's share (%)" if known else "Utterances")
        beside = axes.secondary_yaxis("right")
        numbers = of_role[[groups, "utterances"]].fillna(0).map(style.number)
        beside.set_yticks(range(len(names)), numbers.agg(" / ".join, axis=1))
        beside.tick_params(length=0)
        beside.spines["right"].set_visible(False)
        if known and not of_role["speakers"].any():
            _say(axes, 0.5, 0.5, "no speaker is known", axes.transAxes, ha="center")
    beside.set_ylabel(f"{groups} / utterances", color=style.GREY, fontsize=style.SMALL)
    # The first class at the top.
    panels[0].set_ylim(len(names) - 0.5, -0.5)


def _draw_scores(axes, scores, chance):
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
    axes.axvline(chance, color=style.GREY, linestyle=":", linewidth=1.2, zorder=1)
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.4, -0.6)
    # Room for the gap beside a score of 1.
    axes.set(xlim=(0, 1.15), xticks=[0, 0.2, 0.4, 0.6, 0.8, 1])
    axes.grid(axis="x")
    axes.set_xlabel("Macro F1 (training utterances held out)")
    only = f", segment variant {variants[0]}" if len(variants) == 1 else ""
    axes.set_title(f"Cross-validation{only}", loc="left", pad=22)
    axes.legend(
        handles=_handles(_held_out(scores), chance),
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


def _handles(held_out, chance):
    marker = {"color": style.GREY, "linestyle": "", "marker": "o", "markersize": 7}
    hollow = {"markerfacecolor": "white", "markeredgewidth": 1.6}
    guessing = f"guessing ({chance:.2f})"
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
