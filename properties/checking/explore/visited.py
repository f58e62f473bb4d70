"""The states that were seen: a table of fingerprints with open addressing, which grows when it is full.

A fingerprint's topmost bit says in which half of the table it is, so that two threads can each fill one.
"""

from functools import partial

import attrs
import numpy as np

from seatrial.properties.checking.explore.crew import Crew
from seatrial.properties.checking.explore.loops import Loops
from seatrial.properties.checking.explore.space import Space

FULL = 0.7
SMALLEST, LARGE = 1 << 16, 1 << 19


@attrs.define(eq=False)
class Visited:
    """Fingerprints of 64 bits, or 128 when `wide`; `numbered` keeps each state's number beside it."""

    wide: bool
    numbered: bool
    space: Space = attrs.field(factory=Space)
    keys: np.ndarray = attrs.field(init=False)
    index: np.ndarray = attrs.field(init=False)
    held: int = 0

    def __attrs_post_init__(self) -> None:
        """Begins without a state."""
        self._allocate(SMALLEST)

    def _allocate(self, size: int) -> None:
        keys = self.space.zeros(2 * size if self.wide else size, np.uint64)
        self.index = self.space.zeros(size if self.numbered else 0, np.int32)
        self.keys = keys

    @property
    def bits(self) -> int:
        """How wide the fingerprints are."""
        return 128 if self.wide else 64

    @property
    def size(self) -> int:
        """How many fingerprints there is space for."""
        return len(self.keys) // (2 if self.wide else 1)

    @property
    def room(self) -> int:
        """How many more fit before it must grow."""
        return int(FULL * self.size) - self.held

    def make_room(self, most: int, loops: Loops, crew: Crew) -> None:
        """Grows until `most` more fit."""
        size = self.size
        while int(FULL * size) - self.held < most:
            size *= 2 if size >= LARGE else 4  # small ones are soon full again
        if size > self.size:
            keys, index = self.keys, self.index
            self._allocate(size)
            halves = [[0], [1]] if crew.threads > 1 and size > LARGE else [[0, 1]]
            crew.run([partial(self._take_over, keys, index, loops, each) for each in halves])

    def _take_over(self, keys: np.ndarray, index: np.ndarray, loops: Loops, halves: list[int]) -> None:
        for half in halves:
            loops.rehash(keys, self.wide, index, self.keys, self.index, half)

    @property
    def bytes(self) -> int:
        """How many bytes it takes."""
        return int(self.keys.nbytes + self.index.nbytes)

    @property
    def in_memory(self) -> int:
        """How many of them are in memory."""
        return self.space.in_memory(self.keys) + self.space.in_memory(self.index)
