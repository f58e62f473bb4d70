"""A view that records what a step reads, slot by slot, and what it writes, by value or by where a value came from.

A step is pure, so the values it read decide all that it does: they are a path in a decision trie, and what it wrote is
the leaf. Moving a value unread is written as the slot it came from, so that one leaf serves every value.
"""

from collections.abc import Callable, Iterator
from typing import Any

import attrs

from seatrial.model.frozen import EMPTY
from seatrial.model.view import Cell, Family, Projection, View, is_present
from seatrial.properties.checking.explore.layout import Code, Layout, Slot

Read = tuple[Slot, Projection | None, Any]


class TooShort(Exception):  # noqa: N818 -- it names what is wrong
    """A queue needs more places than the layout gave it; the step is run again with a longer one."""


@attrs.frozen
class Moved:
    """The value that a slot held before the step, unread."""

    slot: Slot


def is_full(place: object) -> bool:
    """Projection: is the last place of a queue taken?"""
    return place is not None


class RecordingView(View):
    """Reads a row of codes.

    `path` is what was read, `families` and `queues` what was enumerated; to the queues in `appended` nothing was done
    but append, of those in `sought` nothing was read but whether they hold these marks.
    """

    __slots__ = ("_disturbed", "_known", "_layout", "_queued", "_row", "appended", "families", "path", "queues",
                 "sought")

    def __init__(self, layout: Layout, row: list[Code]) -> None:
        """Begins a step in the state that a row of a layout stands for."""
        super().__init__(EMPTY)
        self._layout = layout
        self._row = row
        self._known: dict[tuple[Slot, Projection | None], Any] = {}
        self._queued: dict[Cell, list[Any]] = {}
        self.path: list[Read] = []
        self.families: dict[Any, None] = {}
        self.queues: dict[Cell, None] = {}
        self.appended: dict[Cell, None] = {}
        self.sought: dict[Cell, dict[Any, None]] = {}
        self._disturbed: dict[Cell, None] = {}

    def _code(self, slot: Slot) -> Code:
        return self._row[slot] if slot < len(self._row) else 0

    def _read(self, slot: Slot, projection: Projection | None) -> Any:  # noqa: ANN401 -- any value of a cell
        """What a slot held before the step, or what a projection says of it."""
        if (slot, projection) in self._known:
            return self._known[slot, projection]
        if projection is not None and (slot, None) in self._known:
            return projection(self._known[slot, None])
        value = self._layout.decode(slot, self._code(slot))
        if projection is not None:
            value = projection(value)
        self._known[slot, projection] = value
        self.path.append((slot, projection, value if projection is not None else self._code(slot)))
        return value

    def _settle(self, value: Any, projection: Projection | None) -> Any:  # noqa: ANN401 -- as above
        """A value that may be a moved one, read now."""
        if isinstance(value, Moved):
            return self._read(value.slot, projection)
        return value if projection is None else projection(value)

    def __getitem__(self, cell: Cell) -> Any:  # noqa: ANN401 -- as above
        return self._look(cell, None)

    def get(self, cell: Cell, projection: Projection) -> Any:  # noqa: ANN401 -- as above
        """Reads what `projection` says of a cell."""
        return self._look(cell, projection)

    def _look(self, cell: Cell, projection: Projection | None) -> Any:  # noqa: ANN401 -- as above
        if self._layout.is_queue(cell):
            self.sought.pop(cell, None)
            if projection is is_present:
                return self._settle(self._places(cell)[0], is_present)
            items = self._items(cell)
            return items if projection is None else projection(items)
        if cell in self.writes:
            return self._settle(self.writes[cell], projection)
        return self._read(self._layout.slot(cell), projection)

    def __setitem__(self, cell: Cell, value: object) -> None:
        if self._layout.is_queue(cell):
            items = list(value or ())  # type: ignore[call-overload]  # a queue's value is a tuple
            if len(items) >= self._layout.length(cell):
                self._lengthen(cell, len(items) + 1)
            self._queued[cell] = items + [None] * (self._layout.length(cell) - len(items))
            self._disturb(cell)
        super().__setitem__(cell, value)

    def _disturb(self, queue: Cell) -> None:
        self._disturbed[queue] = None
        self.appended.pop(queue, None)

    def _lengthen(self, queue: Cell, length: int) -> None:
        self._layout.lengthen(queue, length)
        message = f"{queue} needs {length} places"
        raise TooShort(message)

    def copy(self, dst: Cell, src: Cell) -> None:
        """Moves a value without looking at it."""
        if self._layout.is_queue(src):
            self[dst] = self[src]
        else:
            self[dst] = self.writes[src] if src in self.writes else Moved(self._layout.slot(src))

    def awaits(self, queue: Cell, of: Projection, mark: object) -> bool:
        """Is there an item in a first-in first-out cell of which the projection says this?"""
        new = queue not in self.queues
        found = any(of(item) == mark for item in self._items(queue) or ())
        if new or queue in self.sought:
            self.sought.setdefault(queue, {})[mark] = None
        return found

    def appended_items(self, queue: Cell) -> list[Any]:
        """What was appended to a queue."""
        return [item for item in self._queued[queue] if item is not None and not isinstance(item, Moved)]

    def _places(self, queue: Cell) -> list[Any]:
        """The places of a queue, newest first, as they are now."""
        self.queues[queue] = None
        if queue not in self._queued:
            length = self._layout.length(queue)
            return [Moved(self._layout.slot(queue, place)) for place in range(length)]
        return self._queued[queue]

    def _items(self, queue: Cell) -> tuple[Any, ...] | None:
        """All items of a queue, newest first."""
        items = []
        for place in self._places(queue):
            value = self._settle(place, None)
            if value is None:
                break
            items.append(value)
        return tuple(items) or None

    def push(self, queue: Cell, item: object) -> None:
        """Appends without looking at anything but whether the last place is free."""
        places = self._places(queue)
        if self._settle(places[-1], is_full):
            self._lengthen(queue, len(places) + 1)
        if queue not in self._disturbed:
            self.appended[queue] = None
        super().__setitem__(queue, places)
        self._queued[queue] = [item, *places[:-1]]

    def oldest(self, queue: Cell) -> Any:  # noqa: ANN401 -- each queue has items of its own type
        """Returns the oldest item, or None."""
        place = self._oldest_place(queue)
        return None if place is None else self._settle(self._places(queue)[place], None)

    def _oldest_place(self, queue: Cell) -> int | None:
        places = self._places(queue)
        return next((at for at in reversed(range(len(places))) if self._settle(places[at], is_present)), None)

    def pop(self, queue: Cell) -> Any:  # noqa: ANN401 -- each queue has items of its own type
        """Takes the oldest item, or None."""
        place = self._oldest_place(queue)
        if place is None:
            return None
        places = list(self._places(queue))
        item = self._settle(places[place], None)
        places[place] = None
        super().__setitem__(queue, places)
        self._queued[queue] = places
        self._disturb(queue)
        return item

    def _there(self, family: Any, fits: Callable[[Cell], bool], start: str = "") -> list[Cell]:  # noqa: ANN401 -- three shapes
        """The cells of a family that are filled now, in order; only those whose key has this start."""
        self.families[family] = None
        cells = dict.fromkeys(self._layout.active(family), None)
        cells.update(dict.fromkeys((cell for cell in self.writes if fits(cell)), None))
        return sorted(cell for cell in cells if cell.key.startswith(start) and self._look(cell, is_present))

    def keys(self, table: str, owner: str = "", kind: str = "", start: str = "") -> Iterator[str]:
        """Iterates, in order, over the keys of a family's cells that are not empty; only over those with this start."""
        family = Family(table, owner, kind)
        return iter([cell.key for cell in self._there(family, lambda cell: cell[:3] == family, start)])

    def cells(self, table: str, owner: str | None = None) -> Iterator[Cell]:
        """Iterates, in order, over the cells of a table (of one owner) that are not empty."""
        return iter(self._there((table, owner), lambda cell: cell.table == table and owner in (None, cell.owner)))

    def scan(self, table: str, owner: str = "", kind: str = "", start: str = "") -> Iterator[tuple[str, Any]]:
        """Iterates, in key order, over (key, value) of a family's cells that are not empty; as `keys` does."""
        family = Family(table, owner, kind)
        self.families[family] = None
        cells = dict.fromkeys(self._layout.active(family), None)
        cells.update(dict.fromkeys((cell for cell in self.writes if cell[:3] == family), None))
        for cell in sorted(cell for cell in cells if cell.key.startswith(start)):
            value = self._look(cell, None)
            if value is not None:
                yield cell.key, value

    def mentions(self, name: str) -> bool:
        """Did any cell, before this step, mention a generated name?"""
        return bool(self._read(self._layout.name_slot(name), None))

    def held(self, slot: Slot) -> bool:
        """Was a slot filled before the step? This is not on record."""
        return self._code(slot) != 0

    def initially(self) -> "RecordingView":
        """The state before the step; what is read of it counts as read by this view."""
        before = RecordingView(self._layout, self._row)
        before._known, before.path = self._known, self.path
        before.families, before.queues = self.families, self.queues
        return before

    def outcome(self) -> list[tuple[Slot, Any]]:
        """What the step wrote: slots, and the values or the `Moved` ones they hold now."""
        written: list[tuple[Slot, Any]] = []
        for cell, value in self.writes.items():
            if cell in self._queued:
                for place, item in enumerate(self._queued[cell]):
                    slot = self._layout.slot(cell, place)
                    if item != Moved(slot):
                        written.append((slot, item))
            elif value != Moved(slot := self._layout.slot(cell)):
                written.append((slot, value))
        return written
