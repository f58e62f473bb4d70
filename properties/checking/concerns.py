"""Which properties a step concerns, worked out once for all steps that write to the same places.

Asking each property of each step costs more than most steps do. So a place (table and kind) is asked about once, and a
set of places once; a run has some dozens of either.
"""

from collections.abc import Iterable

from seatrial.model.view import Cell
from seatrial.properties.property import Property

Place = tuple[str, str]


class Concerns:
    """Properties, in their order, by the cells that they read; says what `Property.concerns` says of each."""

    __slots__ = ("_by_mask", "_by_place", "properties")

    def __init__(self, properties: tuple[Property, ...]) -> None:
        self.properties = properties
        self._by_place: dict[Place, int] = {}
        self._by_mask: dict[int, tuple[Property, ...]] = {}

    def of(self, written: Iterable[Cell]) -> tuple[Property, ...]:
        """The properties whose answer writing these cells may have changed; one that reads anything, always."""
        mask = 0
        for cell in written:
            place = cell.table, cell.kind
            found = self._by_place.get(place)
            if found is None:
                found = self._by_place[place] = self._mask_of(cell)
            mask |= found
        chosen = self._by_mask.get(mask)
        if chosen is None:
            chosen = self._by_mask[mask] = tuple(
                each for at, each in enumerate(self.properties) if not each.reads or mask >> at & 1)
        return chosen

    def _mask_of(self, cell: Cell) -> int:
        """One bit for each property that reads the place of this cell."""
        return sum(1 << at for at, each in enumerate(self.properties) if each.concerns({cell: None}))
