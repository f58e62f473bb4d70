"""States packed into bytes: one for each slot, and another for each slot that has more than 255 values."""

import attrs
import numpy as np

from seatrial.properties.checking.explore.kernels import DERIVED
from seatrial.properties.checking.explore.layout import Layout

BYTE, WORD = 256, 8
MOST_VALUES = BYTE * BYTE


class TooManyValues(RuntimeError):  # noqa: N818 -- it names what is wrong
    """A cell takes more values than two bytes tell apart: it should be several cells."""


@attrs.frozen(eq=False)
class Packing:
    """`width` slots, derived ones included; `high_slot` have a second byte, in the column of the same place.

    `high_first` is the column of a slot's second byte, or -1; `column_slot` is the slot that a byte belongs to. States
    are multiples of eight bytes long, so that they can be compared eight bytes at a time.
    """

    width: int
    high_slot: np.ndarray
    high_column: np.ndarray
    high_first: np.ndarray
    column_slot: np.ndarray

    @property
    def bytes(self) -> int:
        """How many bytes a state takes."""
        return len(self.column_slot)

    def fits(self, layout: Layout) -> bool:
        """Is there room for every slot and value of a layout?"""
        return self.width >= len(layout) and all(
            len(layout.domains[slot].values) <= BYTE or self.high_first[slot] >= 0
            for slot in range(DERIVED, len(layout)))

    def pack(self, row: np.ndarray) -> np.ndarray:
        """One row of codes, packed."""
        low = row[DERIVED:].astype(np.int64)
        state = np.zeros((1, self.bytes), np.uint8)
        state[0, :len(low)] = low % BYTE
        state[0, self.high_column] = row[self.high_slot] // BYTE
        return state

    def unpack(self, state: np.ndarray) -> np.ndarray:
        """The row of codes of one packed state."""
        row = np.zeros(self.width, np.int32)
        row[DERIVED:] = state[:self.width - DERIVED]
        row[self.high_slot] |= state[self.high_column].astype(np.int32) << 8
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
    high_column = width - DERIVED + np.arange(len(high), dtype=np.int64)
    high_first[high] = high_column
    column_slot = np.full(-(-(width - DERIVED + len(high)) // WORD) * WORD, DERIVED, np.int64)
    column_slot[:width - DERIVED] = np.arange(DERIVED, width)
    column_slot[high_column] = high
    return Packing(width, np.array(high, np.int64), high_column, high_first, column_slot)
