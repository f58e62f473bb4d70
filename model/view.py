"""Cells, the unit of reading and writing, and the view through which a step touches them.

A cell that was never written, or was written None, is empty; empty cells take no room in a cluster. A step is a
function of a view: it reads the cluster it started from plus its own writes. What it reads can be recorded, and a
step depends on nothing else: `tests/model/test_view.py` changes unread cells and looks for a difference.
"""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from seatrial.model.frozen import FrozenMap
from seatrial.model.mentions import is_counted, mentioned_in


class Cell(NamedTuple):
    """The address of one small frozen value: table, owner (a process, a node or nobody), kind, key."""

    table: str
    owner: str = ""
    kind: str = ""
    key: str = ""


class Family(NamedTuple):
    """All cells that differ only in their key."""

    table: str
    owner: str = ""
    kind: str = ""


LAST = "\U0010ffff"


def bounds(family: Family, start: str = "") -> tuple[Cell, Cell]:
    """The interval of a family's cells whose keys have this start: no key goes on with the last code point."""
    return Cell(*family, start), Cell(*family, start + LAST)


Cells = FrozenMap[Cell, Any]
Projection = Callable[[Any], Any]


class View:
    """Reads the cells a step starts from, and collects what it writes."""

    __slots__ = ("_base", "_families", "listeners", "reads", "writes")

    def __init__(self, base: Cells, reads: list[tuple[Any, ...]] | None = None) -> None:
        self._base = base
        self._families: set[Family] = set()
        self.writes: dict[Cell, Any] = {}
        self.reads = reads
        self.listeners: Callable[[Any], None] | None = None

    def __getitem__(self, cell: Cell) -> Any:  # noqa: ANN401 -- each cell has a type of its own
        if cell in self.writes:
            return self.writes[cell]
        value = self._base.get(cell)
        if self.reads is not None:
            self.reads.append((cell, None, value))
        return value

    def get(self, cell: Cell, projection: Projection) -> Any:  # noqa: ANN401 -- the projection's result
        """Reads what `projection` says of a cell: branch on what you need, not on the whole value."""
        if cell in self.writes:
            return projection(self.writes[cell])
        value = projection(self._base.get(cell))
        if self.reads is not None:
            self.reads.append((cell, projection, value))
        return value

    def __setitem__(self, cell: Cell, value: object) -> None:
        self.writes[cell] = value
        self._families.add(Family(*cell[:3]))

    def copy(self, dst: Cell, src: Cell) -> None:
        """Moves a value without looking at it."""
        if self.reads is not None and src not in self.writes:
            self.reads.append((src, copied, None))
        self[dst] = self._silently(src)

    def push(self, queue: Cell, item: object) -> None:
        """Appends to a first-in first-out cell without looking at it."""
        self[queue] = (item, *(self._silently(queue) or ()))

    def oldest(self, queue: Cell) -> Any:  # noqa: ANN401 -- each queue has items of its own type
        """Returns the oldest item of a first-in first-out cell, or None."""
        return self.get(queue, oldest_of)

    def pop(self, queue: Cell) -> Any:  # noqa: ANN401 -- each queue has items of its own type
        """Takes the oldest item of a first-in first-out cell, or None."""
        item = self.oldest(queue)
        if item is not None:
            self[queue] = self._silently(queue)[:-1] or None
        return item

    def awaits(self, queue: Cell, of: Projection, mark: object) -> bool:
        """Is there an item in a first-in first-out cell of which the projection says this?"""
        return any(of(item) == mark for item in self[queue] or ())

    def _silently(self, cell: Cell) -> Any:  # noqa: ANN401 -- each cell has a type of its own
        return self.writes[cell] if cell in self.writes else self._base.get(cell)

    def keys(self, table: str, owner: str = "", kind: str = "", start: str = "") -> Iterator[str]:
        """Iterates, in order, over the keys of a family's cells that are not empty; only over those with this start."""
        family = Family(table, owner, kind)
        if self.reads is not None:
            self.reads.append((family, None, None))
        found = [cell[3] for cell in self._base.keys_between(*bounds(family, start))]
        if family in self._families:
            merged = dict.fromkeys(found, True)
            for cell, value in self.writes.items():
                if cell[:3] == family and cell[3].startswith(start):
                    merged[cell[3]] = value is not None
            found = sorted(key for key, there in merged.items() if there)
        return iter(found)

    def cells(self, table: str, owner: str | None = None) -> Iterator[Cell]:
        """Iterates, in order, over the cells of a table (of one owner) that are not empty."""
        if self.reads is not None:
            self.reads.append(((table, owner), None, None))
        low = Cell(table, owner or "")
        high = Cell(table + "\0") if owner is None else Cell(table, owner + "\0")
        found = dict.fromkeys(self._base.keys_between(low, high), True)
        for cell, value in self.writes.items():
            if low <= cell < high:
                found[cell] = value is not None
        return iter(sorted(cell for cell, there in found.items() if there))

    def scan(self, table: str, owner: str = "", kind: str = "", start: str = "") -> Iterator[tuple[str, Any]]:
        """Iterates, in key order, over (key, value) of a family's cells that are not empty; as `keys` does.

        A family that this step has not written to needs no search for each of its keys.
        """
        family = Family(table, owner, kind)
        if family in self._families:
            for key in self.keys(table, owner, kind, start):
                yield key, self[Cell(table, owner, kind, key)]
            return
        if self.reads is not None:
            self.reads.append((family, None, None))
        for cell, value in self._base.pairs_between(*bounds(family, start)):
            if cell in self.writes:
                yield cell[3], self.writes[cell]
                continue
            if self.reads is not None:
                self.reads.append((cell, None, value))
            yield cell[3], value

    def mentions(self, name: str) -> bool:
        """Did any cell, before this step, mention a generated name, in its place or in its value?"""
        return any(mentioned_in(cell, value, name) for cell, value in self._base.pairs() if is_counted(cell))

    def emit(self, happening: object) -> None:
        """Says that something was done which leaves no trace in the state (a Kubernetes Event)."""
        if self.listeners is not None:
            self.listeners(happening)

    def commit(self) -> Cells:
        """Returns the cells with all writes made."""
        changes = {cell: value for cell, value in self.writes.items() if value is not None}
        gone = [cell for cell, value in self.writes.items() if value is None and cell in self._base]
        return self._base.update(changes, gone)


def copied(_: object) -> None:
    """The projection under which a blind copy is recorded: nothing was learnt."""


def oldest_of(queue: tuple[Any, ...] | None) -> Any:  # noqa: ANN401 -- each queue has items of its own type
    """Projection: the oldest item of a first-in first-out cell (they are stored newest first)."""
    return queue[-1] if queue else None


def is_present(value: object) -> bool:
    """Projection: is there anything?"""
    return value is not None
