"""Sentences about more labels: what they would bring, and of whom."""

import pandas as pd

from speechcodes import names
from speechcodes.report.results import Statistics


def would_help(found: Statistics, best: pd.Series) -> str:
    """Say what more labels would bring to a row of the ranking, or why nobody knows."""
    rows = found.same("forecast", best, by="times")
    if rows.empty:
        return ""
    first = rows.iloc[0]
    if first["reason"]:
        return f"Nothing can be promised: {first['reason']}."
    more = first["utterances"] - best["n_training_utterances"]
    text = (
        f"{more:.0f} more labelled utterances of the same speakers would add about "
        f"{_size(first, 'gain')} to {names.metric(best['metric'])}"
    )
    if pd.notna(first["gain_new_speakers"]):
        text += f", {more:.0f} of new speakers {_size(first, 'gain_new_speakers')}"
    return f"{text}."


def of_whom(found: Statistics, best: pd.Series) -> str:
    """Say whether speakers or utterances bring more; nothing where nobody knows."""
    rows = found.same("speakers", best)
    known = rows[rows["difference_low"].notna()]
    if known.empty:
        return ""
    row = known.iloc[-1]
    measured = (
        f"With {row['utterances']:.0f} utterances either way, {row['speakers']:.0f} "
        f"speakers teach {_size(row, 'difference')} more than "
        f"{row['speakers_of_half']:.0f}"
    )
    if row["difference_low"] > 0:
        return f"{measured} (not corrected): prefer new speakers."
    if row["difference_high"] < 0:
        return f"{measured} (not corrected): prefer the same speakers."
    return "Whether new speakers help more than the same ones is not clear."


def held(back_test: pd.DataFrame, metric: str) -> str:
    """Say how often such forecasts held, or nothing where none could be tested."""
    rows = back_test[(back_test["metric"] == metric) & (back_test["reason"] == "")]
    if rows.empty:
        return ""
    n = len(rows)
    gains = rows["measured_gain"].between(rows["gain_low"], rows["gain_high"])
    scores = rows["measured_score"].between(rows["score_low"], rows["score_high"])
    return (
        "Forecasts made from at most half of the labels covered the measured gain in "
        f"{gains.sum()} of {n} curve{'s' if n > 1 else ''}, and the final score in "
        f"{scores.sum()}. Curves share speakers, so this is weaker evidence than it "
        "looks."
    )


def _size(row, name):
    """A number with its interval."""
    low, high = row[f"{name}_low"], row[f"{name}_high"]
    return f"{row[name]:z.3f} ({low:z.3f} to {high:z.3f})"
