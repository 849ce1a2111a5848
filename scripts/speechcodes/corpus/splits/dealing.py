"""Deal groups into bins, each class as evenly as whole groups allow."""

from bisect import insort
from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from itertools import combinations
from math import ceil, inf, sqrt
from operator import add, itemgetter, mul, sub
from typing import NamedTuple

#: Exchanges between bins that one search looks at, at most: they take 0.1 s.
BUDGET = 200_000
#: A search ends when so many orders have led to the best that was found.
AGREEING = 4
#: Groups of a bin that are compared at once: always the heaviest, which have much
#: speech or a rare class, and some of the others, in turn.
HEAVIEST, OTHERS = 10, 30
#: A class is even where no bin is further from the mean than this share of it, or than
#: one utterance.
TOLERANCE = 0.01
#: Weight of the number of groups, where each class has the weight 1.
WEIGHT_OF_NUMBER = 0.001
#: Smaller differences are taken for rounding errors.
ROUNDING = 1e-9


class _Problem(NamedTuple):
    """Groups as vectors of their counts, scaled by class."""

    #: Of each group, a number per class; the last is for the group itself.
    vectors: dict[str, list[float]]
    #: Squared lengths of the vectors.
    norms: dict[str, float]
    #: Sum of a bin's vectors if all bins are the same.
    means: list[float]
    #: Distance from the means at which a bin is even enough.
    tolerance: list[float]


def deal(
    counts: Mapping[str, Sequence[int]],
    bins: int,
    seed: str,
    budget: int = BUDGET,
    weights: Sequence[float] | None = None,
) -> list[list[str]]:
    """Deal groups into bins by a local search from several starts.

    It minimises the sum, over classes and bins, of the squared relative deviation from
    the mean, so that a rare class counts as much as a frequent one. A start is a
    shuffled row of groups, cut into pieces of nearly equal size; then groups are moved
    or exchanged between two bins as long as that helps. The search ends as soon as all
    classes are even. In a large corpus few exchanges do that, so that one group more
    moves few others.

    Parameters
    ----------
    counts
        Each group's number of utterances per class, which has a weight of 1 or of
        `weights`.
    budget
        Exchanges to look at, at most.

    Returns
    -------
    list of list of str
        Names of each bin's groups; no bin is empty if there are as many groups.
    """
    problem = _problem(counts, bins, weights)
    best, least, agreeing, order = [], inf, 0, 0
    while budget > 0 and agreeing < AGREEING:
        dealt = _cut(shuffled(counts, f"{seed}:{order}"), problem, bins)
        sums = [_sum(problem, members) for members in dealt]
        budget -= len(counts) + _improve(dealt, sums, problem, budget)
        if _is_even(dealt, sums, problem):
            return dealt
        cost = sum(sum(map(mul, total, total)) for total in sums)
        if cost < least - ROUNDING:
            best, least, agreeing = dealt, cost, 0
        agreeing += cost < least + ROUNDING
        order += 1
    return best


def shuffled(names: Iterable[str], key: str) -> list[str]:
    """Return names in an order that depends on each alone: one more moves no other."""
    secret = key.encode()
    return sorted(
        names, key=lambda n: blake2b(n.encode(), digest_size=8, key=secret).digest()
    )


def _problem(counts, bins, weights):
    """Scale counts so that a class' squared mean over bins is its weight."""
    totals = [sum(column) for column in zip(*counts.values(), strict=True)]
    roots = [sqrt(weight) for weight in weights or [1.0] * len(totals)]
    per_class = list(zip(totals, roots, strict=True))
    scales = [root * bins / total if total else 0.0 for total, root in per_class]
    number = sqrt(WEIGHT_OF_NUMBER) * bins / max(1, len(counts))
    vectors = {name: [*map(mul, row, scales), number] for name, row in counts.items()}
    norms = {name: sum(map(mul, vector, vector)) for name, vector in vectors.items()}
    means = [root if total else 0.0 for total, root in per_class]
    # A scale is what one utterance counts.
    tolerance = [
        max(TOLERANCE * root, scale * (1 - ROUNDING))
        for root, scale in zip(roots, scales, strict=True)
    ]
    return _Problem(vectors, norms, [*means, 0.0], [*tolerance, inf])


def _cut(order, problem, bins):
    """Cut a row of groups into pieces of nearly the same size, the heaviest first.

    A cut lies where it is nearest to its share of all, so that one group more moves
    those next to cuts and no others.
    """
    sizes = {name: sum(vector) for name, vector in problem.vectors.items()}
    total = sum(sizes.values())
    dealt, before = [[] for _ in range(bins)], 0.0
    for name in order:
        place = (before + sizes[name] / 2) * bins / total
        dealt[min(int(place), bins - 1)].append(name)
        before += sizes[name]
    for members in dealt:
        members.sort(key=lambda name: -problem.norms[name])
    return dealt


def _sum(problem, members):
    """Add the vectors of some groups."""
    columns = zip(*(problem.vectors[name] for name in members), strict=True)
    return list(map(sum, columns)) or [0.0] * len(problem.means)


def _is_even(dealt, sums, problem):
    """Tell whether each class is even enough, and no bin is empty."""
    return all(dealt) and all(
        abs(value - mean) <= most
        for total in sums
        for value, mean, most in zip(
            total, problem.means, problem.tolerance, strict=True
        )
    )


def _improve(dealt, sums, problem, budget):
    """Move and exchange groups, in place, until nothing helps; return what was spent.

    Bins that differ most come first. Of a large bin, some groups at a time take part.
    """
    spent = turn = quiet = 0
    while spent < budget and not _is_even(dealt, sums, problem):
        # Every group has taken part since something helped.
        if quiet == max(map(_turns, dealt)):
            break
        quiet += 1
        for one, other in _most_different_first(sums):
            if spent >= budget:
                break
            ours, theirs = (_looked_at(dealt[place], turn) for place in (one, other))
            spent += (len(ours) + 1) * (len(theirs) + 1)
            difference = list(map(sub, sums[other], sums[one]))
            given, taken = _best_exchange(ours, theirs, difference, problem)
            if given or taken:
                quiet = 0
                _hand_over(given, one, other, dealt, sums, problem)
                _hand_over(taken, other, one, dealt, sums, problem)
        turn += 1
    return spent


def _turns(members):
    """Count the turns until each group of a bin has taken part."""
    return max(1, ceil((len(members) - HEAVIEST) / OTHERS))


def _looked_at(members, turn):
    """Return the groups of a bin, the heaviest first, that take part in a turn."""
    turns = _turns(members)
    return members[:HEAVIEST] + members[HEAVIEST:][turn % turns :: turns]


def _most_different_first(sums):
    """Return all pairs of bins, those first that differ most."""

    def likeness(pair):
        difference = list(map(sub, sums[pair[0]], sums[pair[1]]))
        return -sum(map(mul, difference, difference))

    return sorted(combinations(range(len(sums)), 2), key=likeness)


def _best_exchange(ours, theirs, difference, problem):
    """Return the group to give and the group to take that help most; None for none.

    Half of what the sum of squares of two bins changes by, where a is given, b is
    taken and d is what the other bin has more: |a|^2 + a d + |b|^2 - b d - 2 a b.
    """
    vectors, norms = problem.vectors, problem.norms
    given = [(norms[a] + sum(map(mul, vectors[a], difference)), a) for a in ours]
    taken = [(norms[b] - sum(map(mul, vectors[b], difference)), b) for b in theirs]
    alone = [(change, a, None) for change, a in given]
    alone += [(change, None, b) for change, b in taken]
    least, *exchange = min(alone, key=itemgetter(0), default=(0, None, None))
    if least > -ROUNDING:
        least, exchange = -ROUNDING, (None, None)
    for change, a in given:
        vector = vectors[a]
        for other, b in taken:
            both = change + other - 2 * sum(map(mul, vector, vectors[b]))
            if both < least:
                least, exchange = both, (a, b)
    return exchange


def _hand_over(name, giver, taker, dealt, sums, problem):
    """Move one group, if any, from a bin to another."""
    if name is None:
        return
    dealt[giver].remove(name)
    insort(dealt[taker], name, key=lambda name: -problem.norms[name])
    sums[giver] = list(map(sub, sums[giver], problem.vectors[name]))
    sums[taker] = list(map(add, sums[taker], problem.vectors[name]))
