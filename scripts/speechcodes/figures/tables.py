"""Rows of the tables that several figures are drawn from."""

from speechcodes.errors import InputError

_ESTIMATE = ["score", "low", "high"]


def select(table, what, **wanted):
    """Return the rows that have a value in each of some columns.

    Parameters
    ----------
    table : pd.DataFrame
    what : str
        What the rows are, for the error.
    **wanted
        Column to value.

    Raises
    ------
    InputError
        If there are none; names the column and the values it has.
    """
    for column, value in wanted.items():
        rows = table[table[column] == value]
        if rows.empty:
            there = ", ".join(sorted(map(str, set(table[column])))) or "none at all"
            raise InputError(f"no {what} with {column} {value}; there is {there}")
        table = rows
    return table


def scores(intervals, chance, segment, **wanted):
    """Return the scores that a figure draws, each with its level of chance.

    Parameters
    ----------
    intervals : pd.DataFrame
        Of one segment variant: columns feature_set, classifier, percentage,
        n_training_utterances, unit ("utterance" or "segment"), n (test units), main
        (whether it is compared on this unit), resampled (what stands for independent
        cases, such as "6 test speakers"), draws, metric, score, low and high.
    chance : pd.DataFrame
        What the same predictions score against shuffled labels: columns feature_set,
        classifier, percentage, unit, metric, score, low and high.
    segment : str
        Name of the variant.
    **wanted
        Column to value, such as the metric and the classifier drawn.

    Returns
    -------
    pd.DataFrame
        The columns of `intervals`, and chance, chance_low and chance_high, empty
        where a feature set is not compared on a unit.

    Raises
    ------
    InputError
        If a table has no such rows.
    """
    rows = select(intervals, f"scores of segment variant {segment}", **wanted)
    levels = select(chance, f"chance of segment variant {segment}", **wanted)
    keys = ["feature_set", "classifier", "percentage", "unit", "metric"]
    names = {name: f"chance_{name}".removesuffix("_score") for name in _ESTIMATE}
    levels = levels[[*keys, *_ESTIMATE]].rename(columns=names)
    return rows.merge(levels, how="left", on=keys)
