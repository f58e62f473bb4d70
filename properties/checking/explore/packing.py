"""States packed into bytes: one for each slot, and another for each slot that has more than 255 values."""

import attrs
import numpy as np

from seatrial.properties.checking.explore import kernels
from seatrial.properties.checking.explore.layout import DERIVED, Layout

BYTE = 256
MOST_VALUES = BYTE * BYTE


class TooManyValues(RuntimeError):  # noqa: N818 -- it names what is wrong
    """A cell takes more values than two bytes tell apart: it should be several cells."""


@attrs.frozen(eq=False)
class Packing:
    """`width` slots, derived ones included; `high_slot` have a second byte, in the column of the same place.

    `high_first` is the column of a slot's second byte, or -1.
    """

    width: int
    high_slot: np.ndarray
    high_column: np.ndarray
    high_first: np.ndarray

    @property
    def bytes(self) -> int:
        """How many bytes a state takes."""
        return self.width - DERIVED + len(self.high_slot)

    def fits(self, layout: Layout) -> bool:
        """Is there room for every slot and value of a layout?"""
        return self.width >= len(layout) and all(
            len(layout.domains[slot].values) <= BYTE or self.high_first[slot] >= 0 for slot in range(DERIVED, len(layout)))

    def pack(self, row: np.ndarray) -> np.ndarray:
        """One row of codes, packed."""
        low = row[DERIVED:].astype(np.int64)
        return np.concatenate([low % BYTE, row[self.high_slot] // BYTE]).astype(np.uint8).reshape(1, -1)

    def unpack(self, state: np.ndarray) -> np.ndarray:
        """The row of codes of one packed state."""
        row = np.zeros(self.width, np.int32)
        kernels.unpack(state, row, self.high_slot, self.high_column)
        return row

    def moved_to(self, other: "Packing", states: np.ndarray) -> np.ndarray:
        """States of this packing in another one, which has at least as much room."""
        out = np.zeros((len(states), other.bytes), np.uint8)
        out[:, :self.width - DERIVED] = states[:, :self.width - DERIVED]
        out[:, other.high_first[self.high_slot]] = states[:, self.high_column]
        return out


def packing_for(layout: Layout, spare: int = 0) -> Packing:
    """A packing with room for a layout, and for `spare` more slots; raises TooManyValues."""
    width = len(layout) + spare
    high = []
    for slot in range(DERIVED, len(layout)):
        count = len(layout.domains[slot].values)
        if count > MOST_VALUES:
            message = f"{layout.places[slot][0]} has taken {count} values: split it into smaller cells"
            raise TooManyValues(message)
        if count > BYTE // 2:
            high.append(slot)
    high_first = np.full(width, -1, np.int64)
    high_first[high] = width - DERIVED + np.arange(len(high))
    return Packing(width, np.array(high, np.int64), width - DERIVED + np.arange(len(high), dtype=np.int64), high_first)
