"""Figure of the codes as points in a plane: do they go by class, or by speaker?"""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from speechcodes.features import projection
from speechcodes.figures import style
from speechcodes.records import ROLES
from speechcodes.storage import hdf5
from speechcodes.storage.files import read_table

#: Points drawn of a role; more would lie on one another.
MOST = 2000
#: Speakers that are told apart.
_NAMED = 7
_OTHERS = "#B8B8B8"
#: Points of a panel up to which they are shapes in SVG and PDF, not pixels.
_SHAPES = 500
#: How often classes take turns in being drawn.
_LAYERS = 20
#: Letters of a speaker's name; of longer ones the end is shown.
_LONGEST = 14


def draw(inputs: dict, settings: dict):
    """Draw codes of training and test segments in a plane; see `registry.draw`."""
    tables, features = [], []
    files = zip(("training", "test"), inputs["codes"], inputs["roles"], strict=True)
    for role, of_codes, of_roles in files:
        values, utterance, segment = hdf5.read(
            [of_codes], "codes", "utterance", "segment"
        )
        who = read_table(of_roles).set_index("utterance")[["label", "speaker"]]
        table = pd.DataFrame({"role": role, "utterance": utterance, "segment": segment})
        tables.append(table.join(who, on="utterance"))
        features.append(values)

    table, features = pd.concat(tables, ignore_index=True), np.concatenate(features)
    points, explained = projection.plane(features)
    table[["component_1", "component_2"]] = points
    between = projection.variance_between_columns(features, table)
    numbers = sample(table)
    return codes(numbers, explained, between, settings), numbers


def alt(numbers, settings: dict) -> str:
    """Tell how many points of how many classes and speakers there are."""
    return (
        f"Codes of {len(numbers)} segments {settings['segment']} as points in two "
        f"dimensions, coloured once by their {numbers['label'].nunique()} classes and "
        f"once by their {numbers['speaker'].nunique()} speakers."
    )


def sample(table, seed=1):
    """Return at most `MOST` rows of each role, drawn at random.

    Parameters
    ----------
    table : pd.DataFrame
        With a column role.
    seed : int, optional
    """
    rng = np.random.default_rng(seed)
    kept = [
        np.sort(rng.choice(rows, min(MOST, len(rows)), replace=False))
        for rows in table.groupby("role", sort=False).indices.values()
    ]
    return table.iloc[np.concatenate(kept)]


@style.styled
def codes(table, explained, between, settings: dict) -> Figure:
    """Draw codes of training and test segments in a plane, by class and by speaker.

    One row of panels per role; the left one in the colours of classes, the right one
    in those of the speakers with the most segments, all others in grey. Titles say how
    much of the variance lies between classes, and between speakers.

    Parameters
    ----------
    table : pd.DataFrame
        One row per segment: role, label, speaker (empty where unknown), component_1
        and component_2.
    explained : np.ndarray, shape (2,)
        Share of the variance of the codes that each component explains.
    between : dict of str to dict
        Role to the shares of its variance between "label" and between "speaker", NaN
        where there is none.
    """
    roles = [role for role in ROLES if role in set(table["role"])]
    looks = style.class_looks(settings["classes"])
    figure = style.new_figure(
        f"What do codes go by? Segment variant {settings['segment']}",
        1.3 + max(2.9, 0.4 + 0.185 * len(looks)) * len(roles),
        (
            *_caption(table, roles),
            style.of_fold(settings["folds"]),
            style.sentence(settings["note"]),
        ),
    )
    panels = figure.subplots(len(roles), 2, sharex=True, sharey=True, squeeze=False)
    for (left, right), role in zip(panels, roles, strict=True):
        rows = table[table["role"] == role]
        _by_class(left, rows, looks)
        _by_speaker(right, rows)
        for axes, column, word in [
            (left, "label", "class"),
            (right, "speaker", "speaker"),
        ]:
            axes.set_title(f"{role}, by {word}{_share(between[role][column])}")
            axes.grid(visible=True, axis="both")
            for points in axes.collections:
                # As shapes, thousands of points make a large file.
                points.set_rasterized(len(rows) > _SHAPES)
    panels[0, 0].locator_params(nbins=5)
    for axes in panels[-1]:
        axes.set_xlabel(f"Component 1 ({_percent(explained[0])} of the variance)")
    for axes in panels[:, 0]:
        axes.set_ylabel(f"Component 2 ({_percent(explained[1])})")
    return figure


def _caption(table, roles):
    counts = table["role"].value_counts()
    n = " and ".join(f"{style.number(counts[role])} {role}" for role in roles)
    yield (
        f"Points: {n}, each the code of one segment, on the first two principal "
        "components of all of them."
    )
    yield (
        "Titles: share of the variance of whole codes that lies between classes or "
        "speakers, corrected for their number: 0 if codes know nothing of them."
    )


def _percent(share):
    return f"{100 * share:.0f}\N{NO-BREAK SPACE}%"


def _share(share):
    if np.isnan(share):
        return ""
    # Below 0 by chance alone.
    return f": {_percent(max(0, share))} of variance"


def _by_class(axes, rows, looks):
    # Drawn class after class, the last would cover the others where points are dense.
    mixed = np.random.default_rng(0).permutation(len(rows))
    for some in np.array_split(mixed, _LAYERS):
        part = rows.iloc[some]
        for label, look in looks.items():
            _scatter(axes, part[part["label"] == label], look)
    _legend(axes, looks.values())


def _by_speaker(axes, rows):
    looks = _speakers(rows["speaker"])
    rest = rows[~rows["speaker"].isin(looks)]
    others = []
    if len(rest):
        others = [style.Look("others or unknown", _OTHERS, ".")]
        _scatter(axes, rest, *others)
    for speaker, look in looks.items():
        _scatter(axes, rows[rows["speaker"] == speaker], look)
    _legend(axes, [*looks.values(), *others])


def _speakers(speakers):
    """Return the look of each speaker that is told apart, the most frequent first."""
    counts = speakers[speakers != ""].sort_values().value_counts()
    looks = {}
    for i, speaker in enumerate(counts.index[:_NAMED]):
        short = speaker if len(speaker) <= _LONGEST else f"…{speaker[1 - _LONGEST :]}"
        looks[speaker] = style.series(i, short)
    return looks


def _scatter(axes, rows, look):
    axes.scatter(
        rows["component_1"],
        rows["component_2"],
        s=14,
        color=look.colour,
        marker=look.marker,
        alpha=0.75,
        linewidth=0,
    )


def _legend(axes, looks):
    axes.legend(
        handles=[
            Line2D([], [], linestyle="", color=x.colour, marker=x.marker, label=x.label)
            for x in looks
        ],
        loc="center left",
        bbox_to_anchor=(1, 0.5),
        handletextpad=0.1,
        borderaxespad=0.2,
    )
