"""What captions of several figures say of draws, intervals, chance and test sets."""

from speechcodes import names as words
from speechcodes.figures import style

CHANCE = (
    "Dotted: the same predictions scored against test labels shuffled within speakers "
    "(mean and widest interval of the feature sets)."
)


def draws_of(intervals) -> int:
    """Return how many draws the scores are of, from a table of intervals."""
    return int(intervals.loc[intervals["main"], "draws"].max())


def mean_of(intervals) -> str:
    """Say what the lines of a table of intervals are, such as `mean over 10 draws`."""
    draws = draws_of(intervals)
    return "one draw" if draws == 1 else f"mean over {style.number(draws)} draws"


def resampled(intervals) -> str:
    """Name what intervals are over: test and training speakers, and several draws."""
    main = intervals[intervals["main"]]
    over = list(main["resampled"].unique())
    if main["halvings"].min():
        over.append(f"{main['training_voices'].min()} training speakers")
    if draws_of(intervals) > 1:
        over.append("the draws")
    return words.listed(over)


def intervals(what: str, rows, scores) -> str:
    """Say what shows 95 % intervals and what these are over, or why there are none.

    Parameters
    ----------
    what : str
        Such as "bands".
    rows : pd.DataFrame
        What is drawn: a column low.
    scores : pd.DataFrame
        As in `resampled`.
    """
    if rows["low"].isna().all():
        return "no intervals, as test speakers are too few"
    return f"{what}: 95\N{NO-BREAK SPACE}% intervals over {resampled(scores)}"


def all_labels(intervals) -> str:
    """Say how many utterances the largest percentage is."""
    largest = intervals.loc[intervals["percentage"].idxmax()]
    count = style.number(largest["n_training_utterances"])
    return (
        f"{largest['percentage']:g}\N{NO-BREAK SPACE}% are "
        f"{count}\N{NO-BREAK SPACE}utterances."
    )


def scored_on(intervals, folds: int = 1) -> str:
    """Say how many test utterances or segments each feature set is compared on.

    Parameters
    ----------
    intervals : pd.DataFrame
        Columns feature_set, unit, n and main.
    folds : int
        In which they were tested.
    """
    main = intervals[intervals["main"]].drop_duplicates("feature_set")
    looks = style.feature_sets(main["feature_set"])
    together = f", {folds} folds together" if folds > 1 else ""
    sets = {}
    for name, row in main.set_index("feature_set").loc[list(looks)].iterrows():
        size = f"{style.number(row['n'])} test {row['unit']}s"
        sets.setdefault(size, []).append(looks[name].label)
    if len(sets) == 1:
        return f"Scored on {next(iter(sets))}{together}."
    parts = (f"{' and '.join(names)} on {size}" for size, names in sets.items())
    return f"Scored: {', '.join(parts)}{together}."
