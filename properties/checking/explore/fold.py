"""`kernels.fold` for many states at once: the fingerprint of what mentions interchangeable names, by their ranks."""

from types import SimpleNamespace
from typing import Any

import numpy as np

from seatrial.properties.checking.explore.fingerprints import widened

Array = np.ndarray[Any, Any]


def folded(rows: Array, g: SimpleNamespace) -> tuple[Array, Array]:
    """Both halves for each row."""
    ranks = ranked(g, spoken(rows, g))
    low, high = np.zeros(len(rows), np.uint64), np.zeros(len(rows), np.uint64)
    for slot in g.sym_slots.tolist():
        at, entry = entries(rows, g, slot)
        place = np.zeros(len(at), np.int64)
        for which, position in members(g, entry):
            named = g.name[position]
            place[which] = place[which] * g.size[g.group[named]] + ranks[at[which], named]
        z = g.image[g.image_first[entry] + place]
        low[at] ^= z
        high[at] ^= widened(z)
    return low, high


def spoken(rows: Array, g: SimpleNamespace) -> Array:
    """What is said of each name in each row, all taken together."""
    said = np.zeros((len(rows), len(g.group)), np.uint64)
    for slot in g.sym_slots.tolist():
        at, entry = entries(rows, g, slot)
        for which, position in members(g, entry):
            said[at[which], g.name[position]] += g.signature[position]
    return said


def entries(rows: Array, g: SimpleNamespace, slot: int) -> tuple[Array, Array]:
    """In which rows a slot mentions names, and by which entry."""
    code = rows[:, slot].astype(np.int64)
    entry = g.sym_entry[g.sym_first[slot] + code]
    at = np.flatnonzero((code != 0) & (entry >= 0))
    return at, entry[at]


def members(g: SimpleNamespace, entry: Array) -> Any:  # noqa: ANN401 -- an iterator of arrays
    """The first name of each entry that has one, then the second: which entries, and the places."""
    many = g.name_first[entry + 1] - g.name_first[entry]
    for number in range(int(many.max(initial=0))):
        which = np.flatnonzero(many > number)
        yield which, g.name_first[entry[which]] + number


def ranked(g: SimpleNamespace, said: Array) -> Array:
    """The rank of each name in its group: of whom more is said goes first, then the one with the lower number."""
    rank = np.zeros(said.shape, np.int64)
    for one in range(len(g.group)):
        for other in range(len(g.group)):
            if g.group[other] == g.group[one] and other != one:
                rank[:, one] += (said[:, other] > said[:, one]) | ((said[:, other] == said[:, one]) & (other < one))
    return rank
