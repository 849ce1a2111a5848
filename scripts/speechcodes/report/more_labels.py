"""Sentences about more labels: what they would bring, and of whom."""

import pandas as pd

from speechcodes.report.results import Statistics


def would_help(found: Statistics, best: pd.Series) -> str:
    """Say what more labels would bring to a row of the ranking, or why nobody knows."""
    rows = found.same("forecast", best, by="times")
    if rows.empty:
        return ""
    first, furthest = rows.iloc[0], rows.iloc[-1]
    if first["reason"]:
        return f"Nothing can be promised: {first['reason']}."
    more = first["utterances"] - best["n_training_utterances"]
    text = (
        f"Another {more:.0f} labelled utterances of the same speakers would bring "
        f"about {_signed(first, 'gain')}"
    )
    if pd.notna(first["gain_new_speakers"]):
        text += (
            f"; {more:.0f} of new speakers {_signed(first, 'gain_new_speakers')}, if "
            "more speakers go on helping as they did so far"
        )
    return (
        f"{text}. {furthest['times']:.0f} times today's labels would bring "
        f"{_signed(furthest, 'gain')}."
    )


def of_whom(found: Statistics, best: pd.Series) -> str:
    """Say whether speakers or utterances bring more; nothing where nobody knows."""
    rows = found.same("speakers", best)
    known = rows[rows["difference_low"].notna()]
    if known.empty:
        return ""
    row = known.iloc[-1]
    measured = (
        f"With {row['utterances']:.0f} utterances either way, {row['speakers']:.0f} "
        f"speakers score {_signed(row, 'difference')} against "
        f"{row['speakers_of_half']:.0f}"
    )
    if row["difference_low"] > 0:
        return f"{measured}: label new speakers rather than more of the same ones."
    if row["difference_high"] < 0:
        return f"{measured}: label more of the same speakers rather than new ones."
    return f"{measured}: which of both brings more is not certain."


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


def _signed(row, name):
    """A number with its sign, and its interval."""
    low, high = row[f"{name}_low"], row[f"{name}_high"]
    return f"{row[name]:+z.3f} ({low:+z.3f} to {high:+z.3f})"
