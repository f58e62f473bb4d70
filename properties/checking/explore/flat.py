"""Lists of different lengths in one array, each told by a number: what a situation offers, what an Action writes."""

import attrs
import numpy as np

Rows = tuple[tuple[int, ...], ...]


@attrs.define(eq=False)
class Flat:
    """List number n is rows[first[n]:first[n + 1]]; equal lists with an equal tag have one number."""

    columns: int
    first: list[int] = attrs.field(factory=lambda: [0])
    rows: list[tuple[int, ...]] = attrs.field(factory=list)
    tags: list[int] = attrs.field(factory=list)
    _known: dict[tuple[Rows, int], int] = attrs.field(factory=dict)
    _arrays: tuple[np.ndarray, ...] = ()

    def add(self, listed: Rows, tag: int = 0) -> int:
        """The number of this list."""
        number = self._known.get((listed, tag))
        if number is None:
            number = self._known[listed, tag] = len(self.tags)
            self.rows += listed
            self.first.append(len(self.rows))
            self.tags.append(tag)
            self._arrays = ()
        return number

    def at(self, number: int) -> list[tuple[int, ...]]:
        """A list by its number."""
        return self.rows[self.first[number]:self.first[number + 1]]

    def arrays(self) -> tuple[np.ndarray, ...]:
        """Where each list begins, one array for each column, and the tags."""
        if not self._arrays:
            held = np.array(self.rows, np.int64).reshape(-1, self.columns)
            columns = [np.ascontiguousarray(held[:, at]).astype(np.int32) for at in range(self.columns)]
            self._arrays = np.array(self.first, np.int64), *columns, np.array(self.tags, np.uint64)
        return self._arrays
