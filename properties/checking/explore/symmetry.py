"""Symmetry: generated names of one base are interchangeable, so states that differ only in which is which are one.

No canonical state is ever built. A state's names are ranked by a signature: what its cells say of each, with all other
names blotted out; then the fingerprint is that of the state with its names replaced by their ranks, whose parts come
from tables. Names whose signatures tie keep their order, which costs a reduction and never a behaviour. The rows that
are stored are those that were reached, so a path through them is a run.

Sound for properties that do not tell names apart. The reference is `canonical(cluster, symmetric=True)`.
"""

from collections.abc import Iterator
from itertools import product
from typing import Any

import attrs
import numpy as np

from seatrial.model.apiserver.names import SUFFIX_LENGTH, suffix
from seatrial.model.canonical import SUFFIX, Renaming, rename
from seatrial.model.frozen import EMPTY, FrozenMap
from seatrial.model.view import Cell
from seatrial.properties.checking.explore.fingerprints import mix
from seatrial.properties.checking.explore.kernels import DERIVED
from seatrial.properties.checking.explore.layout import Code, Layout, Slot

SELF, OTHER = "[self]", "[other]"
FOREVER = 1 << 40
NUMBERED = 1 << 40  # as a slot, beyond all that there are


@attrs.frozen(eq=False)
class Tables:
    """What the compiled loop needs to fingerprint a state up to renaming.

    `entry[first[slot] + code]` is -1 where no name is mentioned, else e: of name[name_first[e]:name_first[e + 1]],
    each with its signature, and from image[image_first[e]] on the fingerprints for all ranks of these names, the first
    name's rank counting slowest. `group` numbers the base of each name, `size` is how many names each base has.
    """

    slots: np.ndarray
    first: np.ndarray
    entry: np.ndarray
    name_first: np.ndarray
    name: np.ndarray
    signature: np.ndarray
    image_first: np.ndarray
    image: np.ndarray
    group: np.ndarray
    size: np.ndarray


def no_tables() -> Tables:
    """No name is interchangeable with another."""
    none = np.zeros(0, np.int64)
    return Tables(none, none, none, np.zeros(1, np.int64), none, np.zeros(0, np.uint64), none, np.zeros(0, np.uint64),
                  none, none)


@attrs.frozen
class Entry:
    """What one value in one slot says of names: which, in words for each, and its image for each rank of each."""

    names: tuple[str, ...]
    signatures: tuple[int, ...]
    images: tuple[int, ...]


@attrs.define(eq=False)
class Symmetry:
    """The tables of a layout, kept up to date as it grows."""

    layout: Layout
    most: int
    _entries: dict[Slot, list[Entry | None]] = attrs.field(factory=dict)
    _numbers: dict[Any, int] = attrs.field(factory=dict)
    _known: tuple[int, ...] = ()
    _names: int = 0
    _tables: Tables = attrs.field(factory=no_tables)

    def tables(self) -> Tables:
        """The tables for everything that is known now."""
        known = tuple(len(domain.values) for domain in self.layout.domains[DERIVED:])
        if len(self.layout.names) != self._names:
            self._entries.clear()
            self._names = len(self.layout.names)
        elif known == self._known:
            return self._tables
        self._known = known
        if self.layout.names:
            for slot, count in enumerate(known, DERIVED):
                held = self._entries.setdefault(slot, [None])
                held += [self._entry(slot, code) for code in range(len(held), count)]
            self._tables = self._flat()
        return self._tables

    def _bases(self) -> dict[str, int]:
        return {base: number for number, base in enumerate(dict.fromkeys(base_of(name) for name in self.layout.names))}

    def _entry(self, slot: Slot, code: Code) -> Entry | None:
        mask = self.layout.mention(slot, code)
        names = tuple(name for name, bit in self.layout.names.items() if mask >> bit & 1)
        if not names:
            return None
        signatures = tuple(
            self._number(slot, code, {other: base_of(other) + (SELF if other == name else OTHER) for other in names})
            for name in names)
        images = tuple(
            self._number(slot, code, dict(zip(names, ranked, strict=True))) for ranked in self._ranked(names))
        return Entry(names, signatures, images)

    def _ranked(self, names: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        """The names by every combination of ranks; two of one base never share one, but the table has room for it."""
        return product(*([base_of(name) + suffix(rank) for rank in range(self.most)] for name in names))

    def _number(self, slot: Slot, code: Code, names: dict[str, str]) -> int:
        """A random-looking number for what a slot says after renaming; 0 where two names became one."""
        if len(set(names.values())) < len([name for name in names.values() if not name.endswith(OTHER)]):
            return 0
        cell, place = self.layout.places[slot]
        pattern = "|".join(sorted({base_of(name) + SUFFIX for name in names}, key=lambda each: (-len(each), each)))
        renaming = Renaming(pattern, FrozenMap(names), EMPTY, 0, FOREVER)
        moved = Cell(cell.table, cell.owner, renaming.text(cell.kind), renaming.text(cell.key))
        said = (moved, place, rename(self.layout.decode(slot, code), cell.kind, renaming))
        return mix(NUMBERED, self._numbers.setdefault(said, len(self._numbers) + 1))

    def _flat(self) -> Tables:
        bases = self._bases()
        entry: list[int] = []
        first = np.zeros(len(self.layout), np.int64)
        flat: list[Entry] = []
        slots = []
        for slot in range(DERIVED, len(self.layout)):
            first[slot] = len(entry)
            for each in self._entries[slot]:
                entry.append(-1 if each is None else len(flat))
                if each is not None:
                    flat.append(each)
            if any(self._entries[slot]):
                slots.append(slot)
        names = [self.layout.names[name] for each in flat for name in each.names]
        return Tables(
            np.array(slots, np.int64), first, np.array(entry, np.int64),
            np.cumsum([0, *(len(each.names) for each in flat)]).astype(np.int64), np.array(names, np.int64),
            np.array([number for each in flat for number in each.signatures], np.uint64),
            np.cumsum([0, *(len(each.images) for each in flat)])[:-1].astype(np.int64),
            np.array([number for each in flat for number in each.images], np.uint64),
            np.array([bases[base_of(name)] for name in self.layout.names], np.int64),
            np.full(len(bases), self.most, np.int64))


def base_of(name: str) -> str:
    """What a generated name begins with."""
    return name[:-SUFFIX_LENGTH]
