"""`kernels.fold` for many states at once: the fingerprint of what mentions interchangeable names.

`g` holds the tables of `symmetry.Tables`, under the names of the arguments of `kernels.expand`. Unsigned numbers wrap.
"""

from types import SimpleNamespace
from typing import Any

import attrs
import numpy as np

from seatrial.properties.checking.explore.fingerprints import widened
from seatrial.properties.checking.explore.symmetry import Tables

Array = np.ndarray[Any, Any]
NAMES = ("sym_slots", "sym_first", "sym_entry", "part_first", "part_name", "part_says", "image_first", "image",
         "several", "group")
GOLDEN = np.uint64(0x9E3779B97F4A7C15)


def folded(rows: Array, g: SimpleNamespace) -> tuple[Array, Array]:
    """Both halves for each row: the least of all ways in which permuted names can change places."""
    said = told(rows, g)
    tally = said[:, 0] + mixed_up(said[:, 1:]).sum(axis=1, dtype=np.uint64)
    together(rows, g, said[:, :, 0], tally)
    at, best = np.arange(len(rows)), np.argmin(tally[:, 0, :], axis=1)
    return mixed_up(tally[at, 0, best]), tally[at, 1, best]


def fold_of(row: Array, tables: Tables) -> tuple[Array, Array]:
    """Both halves for one row, as columns of one."""
    if not len(tables.slots):
        return np.zeros(1, np.uint64), np.zeros(1, np.uint64)
    return folded(row[None], SimpleNamespace(**dict(zip(NAMES, attrs.astuple(tables, recurse=False), strict=True))))


def mixed_up(z: Array) -> Array:
    """A random-looking number for another, and 0 for 0: SplitMix64's finisher."""
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def told(rows: Array, g: SimpleNamespace) -> Array:
    """What is said of each name: row, name, half, permutation."""
    says = g.part_says.reshape(len(g.part_name), 2, -1)
    said = np.zeros((len(rows), len(g.group), *says.shape[1:]), np.uint64)
    for slot in g.sym_slots.tolist():
        at, entry = entries(rows, g, slot)
        for which, part in parts(g, entry):
            said[at[which], g.part_name[part].astype(np.int64)] += says[part]
    return said


def entries(rows: Array, g: SimpleNamespace, slot: int) -> tuple[Array, Array]:
    """In which rows a slot says something, and by which entry."""
    entry = g.sym_entry[g.sym_first[slot] + rows[:, slot].astype(np.int64)]
    at = np.flatnonzero(entry >= 0)
    return at, entry[at]


def parts(g: SimpleNamespace, entry: Array) -> Any:  # noqa: ANN401 -- an iterator of arrays
    """The first part of each entry that has one, then the second: which entries, and the places."""
    many = g.part_first[entry + 1] - g.part_first[entry]
    for number in range(int(many.max(initial=0))):
        which = np.flatnonzero(many > number)
        yield which, g.part_first[entry[which]] + number


def together(rows: Array, g: SimpleNamespace, said: Array, tally: Array) -> None:
    """Adds what is said of several names at once, after each was replaced by its rank among its like."""
    ranks = None
    for slot in g.several.tolist():
        at, entry = entries(rows, g, slot)
        which = np.flatnonzero(g.image_first[entry] >= 0)
        at, entry = at[which], entry[which]
        for many in np.unique(g.part_first[entry + 1] - g.part_first[entry]).tolist():
            ranks = ranked(g, said) if ranks is None else ranks
            some = np.flatnonzero(g.part_first[entry + 1] - g.part_first[entry] == many)
            add_images(g, at[some], entry[some], ranks, tally)


def add_images(g: SimpleNamespace, at: Array, entry: Array, ranks: Array, tally: Array) -> None:
    """Adds these entries, in rows of their own, all of which mention as many names."""
    many = int(g.part_first[entry[0] + 1] - g.part_first[entry[0]])
    name = g.part_name[g.part_first[entry][:, None] + np.arange(many)].astype(np.int64)
    group = g.group[name]
    for way in range(tally.shape[2]):
        rank = ranks[at[:, None], name, way]
        before = (group[:, None, :] < group[:, :, None]) | (
            (group[:, None, :] == group[:, :, None]) & (rank[:, None, :] < rank[:, :, None]))
        position = before.sum(axis=2)
        place = position @ many ** np.arange(many - 1, -1, -1)
        whose = ((rank + 1).astype(np.uint64) * (2 * position + 1).astype(np.uint64) * GOLDEN).sum(
            axis=1, dtype=np.uint64)
        z = g.image[(g.image_first[entry] + place) * tally.shape[2] + way]
        tally[at, 0, way] += mixed_up(z + whose)
        tally[at, 1, way] += mixed_up(widened(z) + whose)


def ranked(g: SimpleNamespace, said: Array) -> Array:
    """The rank of each name in its group: of whom more is said goes first, then the one with the lower number."""
    rank = np.zeros(said.shape, np.int64)
    for one in range(len(g.group)):
        for other in range(len(g.group)):
            if g.group[other] == g.group[one] and other != one:
                rank[:, one] += (said[:, other] > said[:, one]) | ((said[:, other] == said[:, one]) & (other < one))
    return rank
