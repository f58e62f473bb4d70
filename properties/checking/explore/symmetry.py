"""Symmetry: names that are interchangeable, so that states which differ only in which is which are one.

Whoever starts a search says which names are (`Alike`), in two ways.

*Ranked* names, of which there may be many: all that is said of one, in all slots, is added up to a *signature*, with
every other ranked name blotted out; states are one if they have the same signatures, whoever has them. Names that the
API server generates are such names, and may be found during the search. Where a value mentions several, that is not
enough: then names are ranked by their signatures, and each such value counts with its names replaced by their ranks.
Names that tie keep their order, which costs a reduction and never a behaviour.

*Permuted* names, few and known beforehand (nodes): all of the above is done for every permutation of them, and the
least result is the fingerprint. Of these nothing is kept apart.

No canonical state is ever built: what a value says under each permutation comes from tables, and a step changes only
what is said by the slots that it writes. The rows that are stored are those that were reached, so a path through them
is a run. Sound for loops and properties that do not tell names apart; `exchanges` tries whether they do. The reference
is `canonical(cluster, symmetric=True, alike=...)`.
"""

import re
from collections.abc import Iterator
from functools import cache
from itertools import permutations
from typing import Any

import attrs
import numpy as np

from seatrial.model.apiserver.names import SUFFIX_LENGTH
from seatrial.model.canonical import FOREVER, Group, Renaming, exchange, permutations_of, rename
from seatrial.model.frozen import EMPTY, FrozenMap
from seatrial.model.mentions import is_counted, mentioned_in
from seatrial.model.view import Cell
from seatrial.properties.checking.explore.fingerprints import mix, widened
from seatrial.properties.checking.explore.kernels import DERIVED
from seatrial.properties.checking.explore.layout import Code, Layout, Slot
from seatrial.properties.checking.explore.refusals import Refused

SELF, OTHER = "[self]", "[other]"
NUMBERED = 1 << 40  # as a slot, beyond all that there are
NONE, NOWHERE = 0, -1
MOST_TOGETHER = 5
"""Of so many interchangeable names in one value each order is written down."""


@attrs.frozen
class Alike:
    """Names that may change places, as whoever starts a search declares them.

    `permuted`: groups, every permutation of which is tried; of a member all the texts by which it is known. `ranked`:
    groups that are told apart by what is said of them, each with what its names begin with, which a permutation may
    rename. Of the latter the names that the API server generates need not be declared.
    """

    permuted: tuple[Group, ...] = ()
    ranked: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def __attrs_post_init__(self) -> None:
        """Raises ValueError for groups that nothing tells apart."""
        bases = [base for base, _ in self.ranked]
        for base in bases:
            if bases.count(base) > 1:
                message = f"two groups of names begin with {base!r}: declare them as one, or by more of their names"
                raise ValueError(message)


NOBODY = Alike()


@attrs.frozen(eq=False)
class Tables:
    """What the compiled loop needs to fingerprint a state up to renaming.

    `entry[first[slot] + code]` is -1 where nothing is said of an interchangeable name, else e. Its parts are
    part_first[e]:part_first[e + 1]; each adds to what is said of one name, part_name[part], where name 0 is none. What
    it adds is in `says`, for each part so many numbers as there are permutations, then as many second halves. If
    image_first[e] is not -1, the value mentions k > 1 names, those of its parts, and once they are in an order its
    number is image[image_first[e] + place], for each permutation one: `place` has k digits to the base k, the position
    of each. `several` are the slots where that may be so. `group` numbers the base of each name.
    """

    slots: np.ndarray
    first: np.ndarray
    entry: np.ndarray
    part_first: np.ndarray
    part_name: np.ndarray
    says: np.ndarray
    image_first: np.ndarray
    image: np.ndarray
    several: np.ndarray
    group: np.ndarray

    @property
    def ways(self) -> int:
        """How many permutations there are."""
        return len(self.says) // max(1, 2 * len(self.part_name)) or 1


@cache
def no_tables() -> Tables:
    """No name is interchangeable with another."""
    none, nothing = np.zeros(0, np.int64), np.zeros(0, np.uint64)
    return Tables(none, none, none, np.zeros(1, np.int64), nothing, nothing, none, nothing, none,
                  np.zeros(1, np.int64))


@attrs.frozen
class Entry:
    """What one value in one slot says: of which names, in a number for each and permutation; and its images.

    Without a name it has one number for each permutation.
    """

    names: tuple[int, ...]
    numbers: tuple[tuple[int, ...], ...]
    images: tuple[tuple[int, ...], ...] = ()


@attrs.define(eq=False)
class Symmetry:
    """The tables of a layout, kept up to date as it grows; generated names are ranked, too."""

    layout: Layout
    alike: Alike = NOBODY
    _entries: dict[Slot, list[Entry | None]] = attrs.field(factory=dict)
    _numbers: dict[Any, int] = attrs.field(factory=dict)
    _known: tuple[int, ...] = ()
    _names: int = 0
    _tables: Tables = attrs.field(factory=no_tables)
    _permutations: tuple[Renaming, ...] = ()
    _same: dict[str, str] = attrs.field(factory=dict)
    _alike_of: int = 0

    def __attrs_post_init__(self) -> None:
        """Works out the permutations."""
        self._permutations = tuple(exchange(names) for names in permutations_of(self.alike.permuted))

    def tables(self) -> Tables:
        """The tables for everything that is known now."""
        known = tuple(len(domain.values) for domain in self.layout.domains[DERIVED:])
        if len(self.layout.names) != self._names:
            self._entries.clear()
            self._names = len(self.layout.names)
        elif known == self._known:
            return self._tables
        self._known = known
        if self.alike.permuted or self._bases():
            for slot, count in enumerate(known, DERIVED):
                held = self._entries.setdefault(slot, [None])
                held += [self._entry(slot, code) for code in range(len(held), count)]
            self._tables = self._flat()
        return self._tables

    def same(self, text: str) -> str:
        """A text with each interchangeable name replaced by what it has in common with all that are like it."""
        if len(self.layout.names) != self._alike_of:
            self._same.clear()
            self._alike_of = len(self.layout.names)
        found = self._same.get(text)
        if found is None:
            bases = {name: base + OTHER for name, base in self._bases().items()}
            first = exchange(FrozenMap({
                known: column[0] + OTHER for group in self.alike.permuted for column in zip(*group, strict=True)
                if len(dict.fromkeys(column)) > 1 for known in column}))
            found = self._same[text] = first.text(blotting(bases).text(text))
        return found

    def permuted_in(self, text: str) -> tuple[str, ...]:
        """Which of the permuted names a text mentions."""
        return tuple(member[0] for group in self.alike.permuted for member in group
                     if exchange(FrozenMap({member[0]: ""})).text(text) != text)

    def _bases(self) -> dict[str, str]:
        """What each ranked name begins with: those that were declared, then those that were generated."""
        declared = {name: base for base, names in self.alike.ranked for name in names}
        return declared | {name: base_of(name) for name in self.layout.names}

    def _entry(self, slot: Slot, code: Code) -> Entry | None:
        names = self._mentioned(slot, code)
        numbers = {name: self._said(slot, code, {
            other: base + (SELF if other == name else OTHER) for other, base in names.items()}) for name in names}
        place = {name: at for at, name in enumerate(self._bases(), 1)}
        if not names:
            alone = self._said(slot, code, {})
            return Entry((), (alone,)) if len(dict.fromkeys(alone)) > 1 else None
        if len(names) == 1:
            return Entry(tuple(place[name] for name in names), tuple(numbers.values()))
        if len(names) > MOST_TOGETHER:
            message = (f"{self.layout.places[slot][0]} mentions {len(names)} interchangeable names at once, at most "
                       f"{MOST_TOGETHER} are supported: explore without reductions, or fewer of them")
            raise Refused(message)
        images = tuple(self._said(slot, code, {
            name: f"{base}[{position}]" for (name, base), position in zip(names.items(), order, strict=True)})
            for order in orders(len(names)))
        return Entry(tuple(place[name] for name in names), tuple(numbers.values()), images)

    def _mentioned(self, slot: Slot, code: Code) -> dict[str, str]:
        """The ranked names that a value, or its cell, mentions, each with its base."""
        cell, _ = self.layout.places[slot]
        if not is_counted(cell):
            return {}
        mask, value, bases = self.layout.mention(slot, code), self.layout.decode(slot, code), self._bases()
        return {name: base for name, base in bases.items() if (
            mask >> self.layout.names[name] & 1 if name in self.layout.names else mentioned_in(cell, value, name))}

    def _said(self, slot: Slot, code: Code, names: dict[str, str]) -> tuple[int, ...]:
        """A random-looking number, for each permutation, for what a slot says once these names are replaced."""
        cell, place = self.layout.places[slot]
        value, blot, found = self.layout.decode(slot, code), blotting(names), []
        for permutation in self._permutations:
            moved = Cell(cell.table, *(permutation.text(blot.text(part)) for part in cell[1:]))
            said = rename(value, cell.kind, blot) if names else value
            said = rename(said, cell.kind, permutation) if permutation.names else said
            found.append(mix(NUMBERED, self._numbers.setdefault((moved, place, type(said), said),
                                                                len(self._numbers) + 1)))
        return tuple(found)

    def _flat(self) -> Tables:
        bases = self._bases()
        number = {base: at for at, base in enumerate(dict.fromkeys(bases.values()), 1)}
        entry: list[int] = []
        first = np.zeros(len(self.layout), np.int64)
        flat: list[Entry] = []
        slots, several = [], []
        for slot in range(DERIVED, len(self.layout)):
            first[slot] = len(entry)
            held = self._entries[slot]
            for each in held:
                entry.append(NOWHERE if each is None else len(flat))
                if each is not None:
                    flat.append(each)
            if any(held):
                slots.append(slot)
            if any(each is not None and each.images for each in held):
                several.append(slot)
        sizes = [len(each.images) for each in flat]
        low = self._table([row for each in flat for row in each.numbers])
        return Tables(
            np.array(slots, np.int64), first, np.array(entry, np.int64),
            np.cumsum([0, *(len(each.numbers) for each in flat)]).astype(np.int64),
            np.array([name for each in flat for name in each.names or (NONE,)], np.uint64),
            np.concatenate([low, widened(low)], axis=1).reshape(-1),
            np.where(sizes, np.cumsum([0, *sizes])[:-1], NOWHERE).astype(np.int64),
            self._table([row for each in flat for row in each.images]).reshape(-1), np.array(several, np.int64),
            np.array([NONE, *(number[base] for base in bases.values())], np.int64))

    def _table(self, rows: list[tuple[int, ...]]) -> np.ndarray:
        return np.array(rows, np.uint64).reshape(len(rows), len(self._permutations))


def orders(count: int) -> Iterator[tuple[int, ...]]:
    """For each number of `count` digits to that base, the positions that its digits give; what is none is the first."""
    valid = frozenset(permutations(range(count)))
    for number in range(count ** count):
        digits = tuple(number // count ** (count - 1 - at) % count for at in range(count))
        yield digits if digits in valid else tuple(range(count))


def blotting(names: dict[str, str]) -> Renaming:
    """The renaming that replaces these names, wherever they stand; the longest first."""
    pattern = "|".join(re.escape(name) for name in sorted(names, key=lambda each: (-len(each), each)))
    return Renaming(pattern, FrozenMap(names), EMPTY, 0, FOREVER)


def base_of(name: str) -> str:
    """What a generated name begins with."""
    return name[:-SUFFIX_LENGTH]
