"""How a search grows: from one level to the next, and from one scope to the next larger one.

Breadth first, the levels of a finite graph grow ever more slowly and then shrink: their logarithm bends down. A
parabola through the last ones says where that ends, within a factor of a few; as long as it does not bend nothing can
be said.
"""

from itertools import pairwise
from math import exp, log
from statistics import linear_regression

LOOKED_AT = 12
LEAST = 6
FARTHEST = 10_000
MOST = 1 << 60
FAR = 1_000
"""Beyond so many times what was seen, the curve says no more than that it is far."""


def factors(counts: tuple[int, ...]) -> tuple[float, ...]:
    """By what each count is larger than the one before."""
    return tuple(after / before for before, after in pairwise(counts) if before)


def predict(levels: tuple[int, ...]) -> int | None:
    """How many states there will be in all, by the levels that are complete but for the last one; None if unknown."""
    complete = levels[:-1]
    recent = [log(each) for each in factors(complete)[-LOOKED_AT:]]
    if len(recent) < LEAST:
        return None
    slope, start = linear_regression(range(len(recent)), recent)
    if slope >= 0:
        return None
    total, level = float(sum(complete)), float(complete[-1])
    for ahead in range(len(recent), len(recent) + FARTHEST):
        level *= exp(start + slope * ahead)
        total += level
        if level < 1 or total > MOST:
            break
    return max(round(total), sum(levels))


def is_far(states: int, predicted: int) -> bool:
    """Is so much more predicted than was seen that only this can be said of it?"""
    return predicted > FAR * states


def rounded(number: int) -> int:
    """A prediction with the two digits that it may be right in."""
    return int(float(f"{number:.1e}"))
