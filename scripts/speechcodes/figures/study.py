"""The figure of a published study: its curves, recomputed ones, and corrected ones."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from speechcodes.errors import InputError
from speechcodes.experiment.published import read_curve
from speechcodes.figures import style
from speechcodes.figures.captions import scored_on
from speechcodes.storage.files import read_scores

_PUBLISHED = {
    "color": style.GREY,
    "linestyle": "",
    "marker": "o",
    "markersize": 4,
    "fillstyle": "none",
    "label": "published",
}
#: Column of the scores to how it is drawn.
_MEASURES = {
    "f1_weighted_by_predictions": {
        "color": "black",
        "linestyle": "-",
        "linewidth": 1.3,
        "label": "recomputed",
    },
    "weighted_f1": {
        "color": style.CHOSEN,
        "linestyle": (0, (4, 1.5)),
        "linewidth": 1.3,
        "label": "corrected",
    },
}


def draw(inputs: dict, settings: dict):
    """Draw a published study; see `registry.draw` and `study`."""
    scores = read_scores(inputs["scores"])
    scores = scores[scores["segment"] == settings["segment"]]
    paths = zip(settings["published"], inputs["published"], strict=True)
    published = {classifier: read_curve(path) for classifier, path in paths}
    figure = study(scores, published, read_scores(inputs["intervals"]), settings)
    return figure, table(scores, published)


def alt(numbers, settings: dict) -> str:
    """Tell how far recomputed curves are from published ones."""
    pairs = numbers[["recomputed", "published"]].apply(pd.to_numeric).dropna()
    start = (
        "Published learning curves with those recomputed by the same protocol and with "
        f"a corrected F1, segments {settings['segment']}"
    )
    if pairs.empty:
        return f"{start}; nothing published is of these percentages."
    most = (pairs["recomputed"] - pairs["published"]).abs().max()
    return f"{start}: published and recomputed scores differ by at most {most:.3f}."


@style.styled
def study(scores, published, intervals, settings: dict) -> Figure:
    """Draw published curves beside recomputed ones, by the study's measure and F1.

    The study weighted the F1 of each class by how often it is predicted, which is
    recomputed; corrected is the F1 weighted by how often each class is true. Scores
    are per segment where a feature set has such, as the study scored.

    Parameters
    ----------
    scores : pd.DataFrame
        Of one segment variant: columns feature_set, classifier, percentage, unit,
        draw, weighted_f1 and f1_weighted_by_predictions.
    published : dict of str to pd.DataFrame
        Classifier to a table with a column percentage and one for each feature set
        published. May be empty or lack classifiers.
    intervals : pd.DataFrame
        Of the variant: columns feature_set, unit, n and main.


    Raises
    ------
    InputError
        If there are no scores.
    """
    segment = settings["segment"]
    if scores.empty:
        raise InputError(f"no scores of segment variant {segment}")
    rows = _as_the_study_scored(scores)
    names = style.classifiers(rows["classifier"])
    looks = style.feature_sets(rows["feature_set"])
    figure = style.new_figure(
        f"The published study, segment variant {segment}",
        2.0 + 1.35 * len(names),
        (
            *_caption(rows),
            scored_on(intervals, settings["folds"]),
            style.sentence(settings["note"]),
        ),
    )
    body = figure.subfigures()
    panels = body.subplots(
        len(names), len(looks), sharex=True, sharey=True, squeeze=False
    )
    units = rows.groupby("feature_set")["unit"].first()
    for axes, (feature_set, look) in zip(panels[0], looks.items(), strict=True):
        title = f"{look.label}, per test {units[feature_set]}"
        axes.set_title(style.wrapped(title, 72 // len(looks)))
    for row, (classifier, name) in zip(panels, names.items(), strict=True):
        row[0].set_ylabel(name)
        for axes, feature_set in zip(row, looks, strict=True):
            at = (rows["classifier"] == classifier) & (
                rows["feature_set"] == feature_set
            )
            _draw_means(axes, rows[at])
            circles = published.get(classifier, pd.DataFrame()).get(
                ["percentage", feature_set]
            )
            if circles is not None:
                axes.plot(
                    "percentage", feature_set, data=circles.dropna(), **_PUBLISHED
                )
    for axes in panels[-1]:
        axes.set_xlabel("Labels used (%)")
    body.supylabel("Weighted F1", fontsize="medium")
    style.legend_below(body)
    return figure


def table(scores, published):
    """Return what `study` draws: means over draws, and what was published.

    Parameters
    ----------
    scores, published
        As in `study`.

    Returns
    -------
    pd.DataFrame
        Columns feature_set, classifier, percentage, unit, recomputed, corrected and
        published; each is empty at percentages where there is none.
    """
    keys = ["feature_set", "classifier", "percentage", "unit"]
    names = {measure: look["label"] for measure, look in _MEASURES.items()}
    means = _as_the_study_scored(scores).groupby(keys, sort=False)[list(_MEASURES)]
    rows = means.mean().rename(columns=names).reset_index()
    long = [
        curve.melt("percentage", var_name="feature_set", value_name="published").assign(
            classifier=classifier
        )
        for classifier, curve in published.items()
    ]
    if not long:
        return rows.assign(published=np.nan)
    on = ["feature_set", "classifier", "percentage"]
    return rows.merge(pd.concat(long).dropna(), how="outer", on=on)


def readings(scores, baseline):
    """Return how far each draw sees feature sets ahead, measured as the study did.

    The study compared single draws by an F1 weighted by how often each class is
    predicted, of segments where a feature set has such.

    Parameters
    ----------
    scores : pd.DataFrame
        As in `study`.
    baseline : str
        The feature set that the others are compared with.

    Returns
    -------
    pd.DataFrame
        Columns feature_set, classifier, percentage, draw and study_difference.
    """
    keys = ["classifier", "percentage", "draw"]
    measured = _as_the_study_scored(scores).pivot(
        index=keys, columns="feature_set", values="f1_weighted_by_predictions"
    )
    ahead = measured.drop(columns=baseline).sub(measured[baseline], axis="index")
    return ahead.reset_index().melt(keys, value_name="study_difference")


def _as_the_study_scored(scores):
    """Return each feature set's scores of segments, or of utterances if it has none."""
    having = scores.loc[scores["unit"] == "segment", "feature_set"]
    return scores[(scores["unit"] == "segment") | ~scores["feature_set"].isin(having)]


def _draw_means(axes, rows):
    means = rows.groupby("percentage")[list(_MEASURES)].mean()
    for measure, look in _MEASURES.items():
        marker = "_" if len(means) == 1 else ""
        axes.plot(means.index, means[measure], marker=marker, markersize=12, **look)


def _caption(rows):
    draws = rows["draw"].nunique()
    if draws > 1:
        yield f"Lines: mean over {draws} draws."
    yield (
        "Recomputed: as the study measured, F1 weighted by how often each class is "
        "predicted. Corrected: weighted by how often it is true."
    )
