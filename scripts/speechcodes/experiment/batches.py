"""Which percentages share a job.

Imported while the workflow is parsed, so that nothing here takes long to import.
"""

from collections.abc import Callable, Iterable, Iterator

#: Estimated seconds that the percentages of a job take at most, unless it has but one.
LONGEST = 120


def batches(
    percentages: Iterable[int], seconds: Callable[[int], float]
) -> dict[str, list[int]]:
    """Group percentages into jobs, each long enough to be worth its start.

    A job has all percentages within a range of whole numbers. The range from 0 to 100
    is divided in its middle, and each half again, only while what it holds takes longer
    than `LONGEST`: one percentage more or less touches one job (or divides it), and
    leaves all others as they are.

    Parameters
    ----------
    percentages : iterable of int
        From 1 to 100.
    seconds : callable
        Estimates how long one percentage takes.

    Returns
    -------
    dict
        Range, like "50-100", to the percentages in it; both in increasing order.
    """
    return dict(_divide(sorted(percentages), 0, 100, seconds))


def _divide(percentages, first, last, seconds) -> Iterator[tuple[str, list[int]]]:
    """Yield the ranges between two percentages, and what each holds."""
    if len(percentages) > 1 and sum(map(seconds, percentages)) > LONGEST:
        # From 50 on, halves of the speakers give all they have: these fits are shared.
        middle = (first + last + 1) // 2
        below = [one for one in percentages if one < middle]
        yield from _divide(below, first, middle - 1, seconds)
        yield from _divide(percentages[len(below) :], middle, last, seconds)
    elif percentages:
        yield f"{first}-{last}", percentages
