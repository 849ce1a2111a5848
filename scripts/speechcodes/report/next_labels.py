"""Sentences on which utterances to label next, and whether choosing them helps."""

import numpy as np
import pandas as pd

from speechcodes import names
from speechcodes.experiment.comparison import AREA as MEAN
from speechcodes.report.words import with_classifier


def sentences(table: pd.DataFrame, metric: str) -> list[str]:
    """Say whether labelling by choice beats labelling at random, and what to do.

    Parameters
    ----------
    table : pd.DataFrame
        `statistics/{segment}/next_to_label.csv` of the variant that scored best.
    metric : str
        One of `names.METRICS`.

    Returns
    -------
    list of str
        What was found, what it rests on, and what the list holds.
    """
    rows = table[table["metric"] == metric]
    mean = rows[rows["percentage"] == MEAN].iloc[0]
    steps = rows[rows["percentage"] != MEAN].sort_values("percentage")
    return [_found(mean, metric), _tried(steps, mean, metric), _to_do(mean)]


def _found(mean, metric):
    """Say whether it helps."""
    word = names.metric(metric)
    if np.isnan(mean["low"]):
        return (
            "Whether choosing what to label beats labelling at random is not known: "
            "there are too few test speakers for an interval."
        )
    by = (
        f"by {abs(mean['difference']):.3f} in {word} on average "
        f"({mean['low']:+.3f} to {mean['high']:+.3f})"
    )
    if mean["low"] > 0:
        return f"Choosing what to label beats labelling at random, {by}."
    if mean["high"] < 0:
        return f"Choosing what to label is worse than labelling at random, {by}."
    return (
        "Choosing what to label is not shown to beat labelling at random: the mean "
        f"difference in {word} is {mean['difference']:+.3f} ({mean['low']:+.3f} to "
        f"{mean['high']:+.3f})."
    )


def _tried(steps, mean, metric):
    """Say what that rests on."""
    told = [
        f"{step.chosen:.3f} and {step.random:.3f} ({step.labelled} to "
        f"{step.percentage} %)"
        for step in steps.itertuples()
    ]
    return (
        f"Choosing what to label was tried where labels are known, on "
        f"{with_classifier(mean)}: {names.metric(metric)} by choice and at random is "
        f"{names.listed(told)}."
    )


def _to_do(mean):
    """Say what the list holds."""
    if mean["low"] > 0:
        return (
            "Label what the list `next_to_label.csv` names first: uncertain "
            "utterances, each unlike the others."
        )
    return "Label at random; the list `next_to_label.csv` is in random order."
