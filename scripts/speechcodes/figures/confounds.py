"""Figure of how far class is confounded with speaker and recording."""

from matplotlib.figure import Figure

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

_HELD_OUT = {
    SPEAKERS: "whole speakers held out",
    SPEAKERS_AND_SESSIONS: "whole speakers or sessions held out",
    BLOCKS: "contiguous blocks held out",
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
def confounds(table, settings: dict) -> Figure:
    """Draw how classes spread over speakers, and what holding speakers out costs.

    Above, one panel per role: the share of each class that its most frequent speaker
    gives, or its utterances where no speaker of the corpus is known. Below, the macro
    F1 of both kinds of cross-validation, one line per segment variant and feature set;
    this part is left out where the table has none.

    Parameters
    ----------
    table : pd.DataFrame
        Of `speechcodes.experiment.confounds.table`.
    """
    names = list(settings["classes"])
    classes = table[table["label"].isin(names)].pivot(
        index=["role", "label"], columns="quantity", values="value"
    )
    scores = table[table["segment"] != ""].set_index(["segment", "feature_set"])
    n_scores = scores.index.nunique()
    heights = [0.9 + 0.27 * max(3, len(names)), 1.3 + 0.42 * n_scores]
    heights = heights[: 1 + bool(n_scores)]
    figure = style.new_figure(
        "Are classes confounded with speakers or recordings?",
        sum(heights) + 1.3,
        (*_caption(classes, n_scores), style.sentence(settings["note"])),
    )
    parts = figure.subfigures(len(heights), 1, height_ratios=heights, squeeze=False)
    _draw_classes(parts[0, 0], classes, names)
    if n_scores:
        axes = parts[1, 0].subplots()
        _draw_scores(axes, scores)
        # Of guessing one of the classes, whatever their shares.
        chance = 1 / len(names)
        dotted = {"color": style.GREY, "linestyle": ":", "linewidth": 1.2}
        axes.axvline(chance, label=f"guessing ({chance:.2f})", **dotted)
        style.legend_below(parts[1, 0])
    return figure


def _caption(classes, n_scores):
    if classes["speakers"].any():
        unknown = int(classes["unknown_speaker"].sum())
        whole = style.number(classes["utterances"].sum())
        yield (
            "Bars: share of a class that its most frequent speaker gives; dashed: "
            f"{100 * LARGE_SHARE:.0f} %, above which one voice may stand for a class. "
            "Beside: speakers / utterances."
        )
        if unknown:
            yield (
                f"The speakers of {style.number(unknown)} of {whole} utterances are "
                "unknown; they count as utterances only."
            )
    else:
        yield "No speaker is known. Beside bars: sessions / utterances."
    if n_scores:
        yield (
            "Below: an SVM learns from part of the training utterances and is scored "
            f"on the rest, in at most {FOLDS} folds (n: utterances). Filled: they are "
            "divided at random, so that it may recognise speakers instead of classes. "
            "A large gap means that such scores tell nothing of new speakers."
        )


def _draw_classes(figure, classes, names):
    """Draw one panel per role, with the numbers of each class beside its bar."""
    roles = [role for role in ROLES if role in classes.index]
    known = classes["speakers"].any()
    colours = [look.colour for look in style.class_looks(names).values()]
    panels = figure.subplots(1, len(roles), sharey=True, squeeze=False)[0]
    for axes, role in zip(panels, roles, strict=True):
        of_role = classes.loc[role].reindex(names)
        lengths = of_role["utterances"]
        axes.set_title(role)
        if known:
            lengths = 100 * of_role["largest_speaker_share"].fillna(0)
            axes.axvline(100 * LARGE_SHARE, color=style.GREY, linestyle="--", lw=1)
            if not of_role["speakers"].any():
                axes.set_title(f"{role}: no speaker is known")
        bars = axes.barh(names, lengths, 0.6, color=colours)
        groups = of_role[["speakers" if known else "sessions", "utterances"]]
        beside = groups.fillna(0).map(style.number).agg(" / ".join, axis=1)
        axes.bar_label(bars, beside, padding=3, fontsize=style.SMALL)
        # Room for the numbers beside the longest bar.
        axes.set_xlim(right=1.7 * max(lengths.max(), 100 * LARGE_SHARE * known))
        axes.grid(visible=False)
        axes.locator_params(axis="x", nbins=4)
        axes.set_xlabel("Largest speaker's share (%)" if known else "Utterances")
    # The first class at the top.
    panels[0].set_ylim(len(names) - 0.5, -0.5)


def _draw_scores(axes, scores):
    """Draw one line per segment variant and feature set, the first at the top."""
    pairs = scores.index.unique()
    variants = pairs.get_level_values("segment").unique()
    sets = style.feature_sets(pairs.get_level_values("feature_set"))
    colour, names = style.PALETTE[0], []
    for y, (segment, feature_set) in enumerate(pairs):
        look = sets[feature_set]
        name = look.label if len(variants) == 1 else f"{segment}, {look.label}"
        rows = scores.loc[[(segment, feature_set)]].set_index("quantity")
        values = rows["value"]
        if "macro_f1_gap" in rows.index:
            shuffled, grouped = values["shuffled_macro_f1"], values["grouped_macro_f1"]
            held_out = _HELD_OUT[rows.at["grouped_macro_f1", "detail"]]
            marks = {"color": colour, "marker": "o", "markersize": 7, "linestyle": ""}
            axes.plot([grouped, shuffled], [y, y], color=colour)
            axes.plot(shuffled, y, label="utterances shuffled", **marks)
            axes.plot(grouped, y, label=held_out, markerfacecolor="white", **marks)
            # Adding 0 turns a rounded -0 into 0.
            gap = round(values["macro_f1_gap"], 2) + 0
            name += f"\nn = {style.number(values['cross_validated'])}, gap {gap:.2f}"
        else:
            why = rows.at["no_cross_validation", "detail"]
            axes.text(0.02, y, why, va="center", fontsize=style.SMALL, color=style.GREY)
        names.append(name)
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.set_xlim(0, 1.02)
    axes.grid(visible=False, axis="y")
    axes.set_xlabel("Macro F1 (training utterances held out)")
    only = f", segment variant {variants[0]}" if len(variants) == 1 else ""
    axes.set_title(f"Cross-validation{only}", loc="left")
