"""Figure of what a run's time went into."""

import pandas as pd
from matplotlib.figure import Figure

from speechcodes.figures import style

#: Rules that are drawn together: of less than this share of all time, or after so many.
_SMALL, _MOST = 0.01, 12
#: Seconds of each unit, and from how many of the largest sum on it is used.
_UNITS = {"hours": (3600, 2 * 3600), "minutes": (60, 120), "seconds": (1, 0)}


def alt(numbers, settings: dict) -> str:
    """Tell how long all took, and what took longest."""
    start = "Bars of the time that the jobs of each rule took"
    if numbers.empty:
        return f"{start}."
    seconds, longest = numbers["seconds"], numbers.loc[numbers["seconds"].idxmax()]
    return (
        f"{start}, {seconds.sum():.0f} s in all; most went into {longest['rule']}, "
        f"{100 * longest['seconds'] / seconds.sum():.0f} %."
    )


@style.styled
def times(table, settings: dict) -> Figure:
    """Draw how long the jobs of each rule took together, a bar per rule.

    Rules that took less than 1 %, or come after twelve others, are one bar. Beside a
    bar stand the time, its share and the number of jobs.

    Parameters
    ----------
    table : pd.DataFrame
        Of `speechcodes.operations.run_times.by_rule`.
    """
    whole = table["seconds"].sum()
    bars = _bars(table, whole)
    most = bars["seconds"].max() if len(bars) else 0
    unit, seconds = _unit(most)
    figure = style.new_figure(
        "What the time went into",
        1.5 + 0.27 * max(3, len(bars)),
        (
            f"Wall time of the last run of {style.number(table['jobs'].sum())} jobs, "
            f"summed: {_amount(whole)} in all, though jobs may run side by side; share "
            "of it, and number of jobs.",
            style.sentence(settings["note"]),
        ),
    )
    axes = figure.subplots()
    lengths = bars["seconds"] / seconds
    drawn = axes.barh(range(len(bars)), lengths, color=style.PALETTE[0])
    labels = []
    for row in bars.itertuples():
        share = row.seconds / whole if whole else 0
        jobs = "1 job" if row.jobs == 1 else f"{style.number(row.jobs)} jobs"
        labels.append(f"{_amount(row.seconds)}, {100 * share:.0f} %, {jobs}")
    axes.bar_label(drawn, labels, padding=4, fontsize=style.SMALL)
    axes.set_yticks(range(len(bars)), bars["rule"])
    axes.set_ylim(len(bars) - 0.4, -0.6)
    # Room for the text beside the longest bar.
    axes.set_xlim(0, 1.5 * most / seconds or 1)
    axes.grid(visible=False)
    axes.set_xlabel(f"Wall time of all jobs ({unit})")
    return figure


def _bars(table, whole):
    """Return the rules to draw, the smallest of them as one row."""
    small = (table["seconds"] < _SMALL * whole) | (table.index >= _MOST)
    if small.sum() < 2:
        return table
    others = table[small]
    row = {
        "rule": f"{len(others)} other rules",
        "jobs": others["jobs"].sum(),
        "seconds": others["seconds"].sum(),
    }
    return pd.concat([table[~small], pd.DataFrame([row])], ignore_index=True)


def _unit(most):
    return next((u, s) for u, (s, least) in _UNITS.items() if most >= least)


def _amount(seconds):
    unit, size = _unit(seconds)
    short = {"hours": "h", "minutes": "min", "seconds": "s"}[unit]
    amount = seconds / size
    number = f"{amount:.3g}" if amount < 1000 else style.number(amount)
    return f"{number}\N{NO-BREAK SPACE}{short}"
