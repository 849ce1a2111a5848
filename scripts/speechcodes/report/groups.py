"""Put into words how well groups of test speakers are served."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from speechcodes import names
from speechcodes.experiment.groups import MUCH

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


def warnings(groups: pd.DataFrame, metric: str) -> list[str]:
    """Say which groups are served worse, are too few to tell, or lack a class.

    Takes what `sentences` takes.
    """
    rows = groups[groups["metric"] == metric]
    return [
        warning for row in rows.itertuples() for warning in _warnings_of(row, metric)
    ]


def _scores(column, rows):
    best = rows.iloc[0]
    features = names.feature_set(best["feature_set"])
    said = (
        f"By {column}, {names.metric(best['metric'])} of {features} "
        f"({names.classifier(best['classifier'])}) is "
    )
    rows = rows.sort_values("score")
    if len(rows) > MOST:
        ends = " to ".join(map(_score, rows.iloc[[0, -1]].itertuples()))
        return f"{said}from {ends}, in {len(rows)} groups."
    return f"{said}{names.listed(map(_score, rows.itertuples()))}."


def _score(row):
    about = f"{row.utterances} utterances of {_speakers(row)}"
    if not np.isnan(row.low):
        about = f"95 % interval {row.low:.3f} to {row.high:.3f}; {about}"
    return f"{row.score:.3f} for {row.group} ({about})"


def _speakers(row):
    return f"{row.speakers} test speaker{'' if row.speakers == 1 else 's'}"


def _found(rows):
    """Say how large a difference would be seen, where none was."""
    reach = (rows["difference_high"] - rows["difference_low"]).max() / 2
    if not rows["worse"].any() and reach > 0:
        yield (
            f"No group is behind all others by more than {MUCH} for certain; "
            f"differences below about {reach:.2f} could not be told from chance."
        )


def _warnings_of(row, metric) -> Iterator[str]:
    group = f"{row.column} {row.group}"
    if row.worse:
        yield (
            f"Speech of {group} is served worse: {names.metric(metric)} is "
            f"{row.score:.3f}, {-row.difference:.3f} behind all other speech (95 % "
            f"interval {-row.difference_high:.3f} to {-row.difference_low:.3f}). "
            "More labelled speech of this group may help."
        )
    if np.isnan(row.low):
        yield (
            f"Of {group} there {'is' if row.speakers == 1 else 'are'} "
            f"{_speakers(row)}, too few for an interval: nobody knows how well this "
            "group is served."
        )
    if row.lacking:
        yield (
            f"Of {group} no test utterance is {' or '.join(row.lacking.split())}: "
            "its score is over other classes than those of others, and is not held "
            "against them."
        )
