"""The layout: which cells a state has, and the number that stands for each value.

A state is a row of small integers, one per slot. A plain cell is one slot; a first-in first-out cell is a slot per
place, newest first, so that an append moves values without looking at them. Number 0 is the empty value, and a slot
that was never written is empty, so that slots may appear during a run and old rows, extended by zeros, stay what they
were. Generated names whose mentions the model asks for have a derived slot each, computed from all others: it is in no
row and no fingerprint.
"""

from collections.abc import Callable, Hashable, Sequence
from typing import Any

import attrs

from seatrial.model.mentions import is_counted, is_within
from seatrial.model.view import Cell, Family
from seatrial.properties.checking.explore.kernels import DERIVED

Slot = int
Place = tuple[Cell, int]
Code = int
EMPTY: Code = 0
Wide = tuple[str, str | None]
FIRST_LENGTH = 2



@attrs.define(eq=False)
class Domain:
    """The values that slots of one sort can hold, and which generated names each mentions, as bits."""

    values: list[Any] = attrs.field(factory=lambda: [None])
    masks: list[int] = attrs.field(factory=lambda: [0])
    codes: dict[Any, Code] = attrs.field(factory=dict)


def itself(cell: Cell) -> Hashable:
    """Each cell has values of its own."""
    return cell


class Layout:
    """Slots by cell, values by slot; it only grows.

    Cells of one `sort` number their values together, so that values can be moved among them unread; so do the places of
    a queue.
    """

    def __init__(self, queues: tuple[str, ...], sort: Callable[[Cell], Hashable] = itself) -> None:
        """Begins with no slot; cells of the tables in `queues` are first-in first-out."""
        self.queue_tables = frozenset(queues)
        self.places: list[Place] = [(Cell("mentioned", key=str(bit)), 0) for bit in range(DERIVED)]
        self.domains: list[Domain] = [Domain([False, True], [0, 0]) for _ in range(DERIVED)]
        self.names: dict[str, int] = {}
        self.activated: list[Cell] = []
        self.filled: list[Cell] = []
        self._sort = sort
        self._sorts: dict[Hashable, Domain] = {}
        self._slots: dict[Place, Slot] = {}
        self._lengths: dict[Cell, int] = {}
        self._place_masks: dict[Cell, tuple[int, int]] = {}
        self._active: dict[Cell, None] = {}
        self._families: dict[Any, list[Cell]] = {}
        self._naming: list[tuple[Slot, int, list[int]]] = []
        self._naming_of = (0, 0)

    def __len__(self) -> int:
        return len(self.places)

    def slot(self, cell: Cell, place: int = 0) -> Slot:
        """The slot of a cell, or of one place in a queue."""
        found = self._slots.get((cell, place))
        if found is None:
            found = self._slots[cell, place] = len(self.places)
            self.places.append((cell, place))
            self.domains.append(self._sorts.setdefault(self._sort(cell), Domain()))
        return found

    def is_queue(self, cell: Cell) -> bool:
        """Is it first-in first-out?"""
        return cell.table in self.queue_tables

    def length(self, queue: Cell) -> int:
        """How many places a queue has."""
        return self._lengths.setdefault(queue, FIRST_LENGTH)

    def lengthen(self, queue: Cell, length: int) -> None:
        """Gives a queue more places; what read it before must be forgotten."""
        self._lengths[queue] = max(length, self.length(queue))

    def encode(self, slot: Slot, value: Any) -> Code:  # noqa: ANN401 -- each cell has a type of its own
        """The number of a value in this slot; None is 0."""
        if value is None:
            return EMPTY
        domain = self.domains[slot]
        key = (type(value), value)
        code = domain.codes.get(key)
        if code is None:
            code = domain.codes[key] = len(domain.values)
            domain.values.append(value)
            domain.masks.append(self._mask(value))
        self.fill(self.places[slot][0])
        return code

    def decode(self, slot: Slot, code: Code) -> Any:  # noqa: ANN401 -- as above
        """The value that a number stands for."""
        return self.domains[slot].values[code]

    def name_slot(self, name: str) -> Slot:
        """The derived slot of a generated name; what known values mention of it is worked out when it is new."""
        if name not in self.names:
            if len(self.names) == DERIVED:
                message = (f"more than {DERIVED} generated names: {name}; lower Scope.names (--names), or have fewer "
                           "owners")
                raise ValueError(message)
            self.names[name] = len(self.names)
            for domain in self._sorts.values():
                domain.masks = [0, *(self._mask(value) for value in domain.values[1:])]
        return self.names[name]

    def _mask(self, value: Any) -> int:  # noqa: ANN401 -- as above
        return sum(1 << bit for name, bit in self.names.items() if is_within(value, name))

    def mentions(self, slot: Slot) -> list[int]:
        """For each value of a slot, which generated names its cell mentions then, as bits."""
        cell = self.places[slot][0]
        if not is_counted(cell):
            return [0] * len(self.domains[slot].values)
        place = self._place_mask(cell)
        return [0, *(mask | place for mask in self.domains[slot].masks[1:])]

    def mentioned(self, row: Sequence[Code]) -> int:
        """Which generated names a row mentions anywhere, as bits."""
        if self._naming_of != (len(self.names), len(self.places)):
            self._naming = [(slot, self._place_mask(cell), self.domains[slot].masks)
                            for slot, (cell, _) in enumerate(self.places[DERIVED:], DERIVED) if is_counted(cell)]
            self._naming_of = len(self.names), len(self.places)
        seen, width = 0, len(row)
        for slot, place, masks in self._naming if self.names else ():
            if slot < width and row[slot]:
                seen |= place | masks[row[slot]]
        return seen

    def mention(self, slot: Slot, code: Code) -> int:
        """Which generated names a value of a slot, or its cell, mentions, as bits."""
        cell = self.places[slot][0]
        if code == EMPTY or not is_counted(cell):
            return 0
        return self._place_mask(cell) | self.domains[slot].masks[code]

    def _place_mask(self, cell: Cell) -> int:
        """Which generated names the place of a cell mentions, as bits."""
        known = self._place_masks.get(cell)
        if known is None or known[0] != len(self.names):
            known = len(self.names), sum(
                1 << bit for name, bit in self.names.items() if name in cell.key or name in cell.kind)
            self._place_masks[cell] = known
        return known[1]

    def fill(self, cell: Cell) -> None:
        """Notes that a cell may be filled from now on: enumerations that left it out are wrong."""
        if cell in self._active:
            return
        self._active[cell] = None
        self.activated.append(cell)
        self.filled.append(cell)
        for family in (Family(*cell[:3]), (cell.table, cell.owner), (cell.table, None)):
            listed = self._families.setdefault(family, [])
            listed.append(cell)
            listed.sort()

    def active(self, family: Family | Wide) -> list[Cell]:
        """The cells of a family (of a table, of a table and an owner) that may be filled, in order."""
        return self._families.get(family, [])

    def encode_cell(self, row: dict[Slot, Code], cell: Cell, value: Any) -> None:  # noqa: ANN401 -- as above
        """Writes a cell's value, or a queue's items, into a sparse row."""
        if not self.is_queue(cell):
            slot = self.slot(cell)
            row[slot] = self.encode(slot, value)
            return
        items = value or ()
        self.lengthen(cell, len(items) + 1)
        for place in range(self.length(cell)):
            slot = self.slot(cell, place)
            row[slot] = self.encode(slot, items[place]) if place < len(items) else EMPTY

    def cells(self, row: list[Code]) -> dict[Cell, Any]:
        """The cells that a row stands for, empty ones left out."""
        found: dict[Cell, Any] = {}
        for slot in range(DERIVED, len(row)):
            if code := row[slot]:
                cell, _ = self.places[slot]
                value = self.domains[slot].values[code]
                found[cell] = (*found.get(cell, ()), value) if self.is_queue(cell) else value
        return found
