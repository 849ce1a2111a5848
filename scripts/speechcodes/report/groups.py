"""Put into words how well groups of test speakers are served."""

import numpy as np
import pandas as pd

from speechcodes import names
from speechcodes.experiment.groups import MUCH
from speechcodes.report.words import count, with_classifier

#: Groups of a column that are told one by one; of more, the extremes are.
MOST = 6


def sentences(groups: pd.DataFrame, metric: str) -> list[str]:
    """Say what each column's groups score, and whether one is behind.

    Parameters
    ----------
    groups : pd.DataFrame
        `groups.csv` of one segment variant, as `files.read_scores` gives it.
    metric : str
    """
    rows = groups[groups["metric"] == metric]
    return [
        " ".join([_scores(column, of_column), *_found(of_column)])
        for column, of_column in rows.groupby("column", sort=False)
    ]


def _scores(column, rows):
    best = rows.iloc[0]
    metric = names.metric(best["metric"])
    said = f"By {column}, {metric} of {with_classifier(best)} is "
    rows = rows.sort_values("score")
    if len(rows) > MOST:
        ends = " to ".join(map(_score, rows.iloc[[0, -1]].itertuples()))
        return f"{said}from {ends}, in {len(rows)} groups."
    return f"{said}{names.listed(map(_score, rows.itertuples()))}."


def _score(row):
    speakers = count(row.speakers, "test speaker")
    about = f"{row.utterances} utterances of {speakers}"
    if not np.isnan(row.low):
        about = f"95 % interval {row.low:.3f} to {row.high:.3f}; {about}"
    return f"{row.score:.3f} for {row.group} ({about})"


def _found(rows):
    """Say how large a difference would be seen, where none was."""
    reach = (rows["difference_high"] - rows["difference_low"]).max() / 2
    if not rows["worse"].any() and reach > 0:
        yield (
            f"No group is behind all others by more than {MUCH} for certain; "
            f"differences below about {reach:.2f} could not be told from chance."
        )
