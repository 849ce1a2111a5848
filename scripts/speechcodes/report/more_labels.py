"""Sentences about more labels: what they would bring, and of whom."""

from typing import NamedTuple

import pandas as pd

from speechcodes import names


class MoreLabels(NamedTuple):
    """What is told of one classifier, on the feature set that scores best today."""

    classifier: str
    feature_set: str
    #: What half as many labels again would bring, or why that is not told.
    forecast: str
    #: Whether speakers or utterances bring more; empty where that is not known.
    speakers: str


def tell(
    intervals: pd.DataFrame, forecast: pd.DataFrame, speakers: pd.DataFrame, metric: str
) -> list[MoreLabels]:
    """Tell of each classifier, the one with the best score first.

    Parameters
    ----------
    intervals, forecast, speakers : pd.DataFrame
        Of one segment variant.
    metric : str
    """
    main = intervals[intervals["main"] & (intervals["metric"] == metric)]
    today = main[main["percentage"] == main["percentage"].max()]
    best = today.sort_values("score", ascending=False, kind="stable")
    told = []
    for row in best.drop_duplicates("classifier").to_dict("records"):
        of_curve = {key: row[key] for key in ("feature_set", "classifier", "metric")}
        told.append(
            MoreLabels(
                row["classifier"],
                row["feature_set"],
                _of_forecast(row, _rows(forecast, of_curve).sort_values("times")),
                _of_speakers(_rows(speakers, of_curve)),
            )
        )
    return told


def held(back_test: pd.DataFrame, metric: str) -> str:
    """Say how often such forecasts held, or nothing where none could be tested."""
    rows = back_test[(back_test["metric"] == metric) & (back_test["reason"] == "")]
    if rows.empty:
        return ""
    n = len(rows)
    gains = rows["measured_gain"].between(rows["gain_low"], rows["gain_high"])
    scores = rows["measured_score"].between(rows["score_low"], rows["score_high"])
    return (
        f"Made from at most half of the labels, such intervals held what the others "
        f"brought in {gains.sum()} of {n} curve{'s' if n > 1 else ''}, and the score "
        f"with all in {scores.sum()}; curves share speakers, so that this is less "
        "evidence than it seems."
    )


def _rows(table, wanted):
    """The rows that have a value in each of some columns."""
    for column, value in wanted.items():
        table = table[table[column] == value]
    return table


def _of_forecast(today, rows):
    metric = names.metric(today["metric"])
    who = f"{names.classifier(today['classifier'])} on "
    who += names.feature_set(today["feature_set"])
    begin = f"{who}: {metric} is {today['score']:.3f} with today's labels."
    first = rows.iloc[0]
    if first["reason"]:
        return f"{begin} Nothing is promised of more of them: {first['reason']}."
    more = first["utterances"] - today["n_training_utterances"]
    text = (
        f"{begin} Another {more:.0f} labelled utterances of the same speakers would "
        f"bring about {_signed(first, 'gain')}"
    )
    if pd.notna(first["gain_new_speakers"]):
        text += (
            f"; {more:.0f} of new speakers {_signed(first, 'gain_new_speakers')}, if "
            "more speakers go on helping as they did so far"
        )
    furthest = rows.iloc[-1]
    return (
        f"{text}. {furthest['times']:.0f} times today's labels would bring "
        f"{_signed(furthest, 'gain')}."
    )


def _of_speakers(rows):
    known = rows[rows["difference_low"].notna()]
    if known.empty:
        return ""
    row = known.sort_values("percentage").iloc[-1]
    measured = (
        f"At equal numbers of utterances ({row['utterances']:.0f}), "
        f"{row['speakers']:.0f} speakers score {_signed(row, 'difference')} against "
        f"{row['speakers_of_half']:.0f}"
    )
    if row["difference_low"] > 0:
        return f"{measured}: label new speakers rather than more of the same ones."
    if row["difference_high"] < 0:
        return f"{measured}: label more of the same speakers rather than new ones."
    return f"{measured}: which of both brings more is not certain."


def _signed(row, name):
    """A number with its sign, and its interval."""
    low, high = row[f"{name}_low"], row[f"{name}_high"]
    return f"{row[name]:+z.3f} ({low:z.3f} to {high:z.3f})"
