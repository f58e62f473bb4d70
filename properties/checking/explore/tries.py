"""Decision tries: what a pure function did, by the values it read on the way.

A node names the slot that is read next and has a table from codes to nodes; a leaf names an outcome. The tables are
flat numpy arrays, so that compiled loops can walk them; a missing entry goes back to Python once, which runs the
function on a recording view and adds its path. A read through a projection shares one branch among all values of which
the projection says the same: such a value is added without running the function again.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import attrs
import numpy as np

from seatrial.model.view import Projection
from seatrial.properties.checking.explore.kernels import ASKED, LEAF, UNKNOWN
from seatrial.properties.checking.explore.layout import Code, Layout
from seatrial.properties.checking.explore.recording import Read, RecordingView, TooShort
from seatrial.properties.checking.explore.refusals import Impure

SLOT, FIRST, WIDTH = 0, 1, 2
LEAST_WIDTH = 4
Learn = Callable[[RecordingView], int]
Node = int
VIEWS = ("_at", "_below")


def blank(count: int) -> np.ndarray:
    """Nodes that nothing is known of; four numbers each, so that none straddles two cache lines."""
    nodes = np.zeros((count, 4), np.int32)
    nodes[:, SLOT] = UNKNOWN
    return nodes


@attrs.frozen
class Table:
    """The arrays of all tries, as compiled loops read them.

    A row of `nodes` is slot, first, width: `child[first + code]` is the next node for codes below the width. The slot
    of a leaf is LEAF, and its first is the outcome.
    """

    nodes: np.ndarray
    child: np.ndarray


@attrs.define
class Tries:
    """All tries of one search.

    `runs` counts how often Python ran; `looked` has, for each trie, which slots were read, as bits.
    """

    layout: Layout
    runs: int = 0
    roots: list[Node] = attrs.field(factory=list)
    looked: list[int] = attrs.field(factory=list)
    _functions: list[Learn] = attrs.field(factory=list)
    _held: np.ndarray = attrs.field(factory=lambda: blank(1 << 12))
    _child: np.ndarray = attrs.field(factory=lambda: np.full(1 << 16, UNKNOWN, np.int32))
    _at: memoryview = attrs.field(init=False)
    _below: memoryview = attrs.field(init=False)
    _nodes: int = 0
    _cells: int = 0
    _projections: dict[Node, Projection] = attrs.field(factory=dict)
    _branches: dict[tuple[Node, Any], Node] = attrs.field(factory=dict)
    _by_family: dict[Any, dict[int, None]] = attrs.field(factory=dict)
    _by_queue: dict[Any, dict[int, None]] = attrs.field(factory=dict)

    def __attrs_post_init__(self) -> None:
        """Begins without a node."""
        self._view()

    def _view(self) -> None:
        """Python reads single numbers twice as fast through these: four numbers for each node, and all tables."""
        held: Any = self._held.reshape(-1)
        child: Any = self._child
        self._at, self._below = memoryview(held), memoryview(child)

    def __getstate__(self) -> dict[str, Any]:
        return {field.name: getattr(self, field.name) for field in attrs.fields(Tries) if field.name not in VIEWS}

    def __setstate__(self, state: dict[str, Any]) -> None:
        for name, value in state.items():
            setattr(self, name, value)
        self._view()

    def table(self) -> Table:
        """The arrays as they are now; growing replaces them."""
        return Table(self._held, self._child)

    def add(self, function: Learn) -> int:
        """A new trie, of a function that runs on a recording view and answers the number of its outcome."""
        self._functions.append(function)
        self.roots.append(self._new_node())
        self.looked.append(0)
        return len(self.roots) - 1

    def find(self, trie: int, row: Sequence[Code]) -> int | None:
        """The outcome for a row, if its path is known."""
        node = self.roots[trie]
        while (slot := self._at[4 * node + SLOT]) >= 0:
            code = row[slot] if slot < len(row) else 0
            node = self._next(node, code)
            if node < 0:
                return None
        return self._at[4 * node + FIRST] if slot == LEAF else None

    def learn(self, trie: int, row: list[Code]) -> int:
        """The outcome for a row; runs the function unless only projected values were new."""
        known = self._extend(trie, row)
        if known is not None:
            return known
        while True:
            view = RecordingView(self.layout, row)
            try:
                self.runs += 1
                outcome = self._functions[trie](view)
                break
            except TooShort:
                for queue in view.queues:
                    self.forget(self._by_queue.pop(queue, {}))
        for family in view.families:
            self._by_family.setdefault(family, {})[trie] = None
        for queue in view.queues:
            self._by_queue.setdefault(queue, {})[trie] = None
        self._insert(trie, row, view.path, outcome)
        self.settle()
        return outcome

    def repeat(self, trie: int, row: list[Code]) -> int:
        """The outcome of a function on a row that it knows, run anew."""
        outcome = self._functions[trie](RecordingView(self.layout, row))
        self.settle()
        return outcome

    def settle(self) -> None:
        """Forgets what enumerated a family that has a new cell since."""
        while self.layout.activated:
            cell = self.layout.activated.pop()
            for family in ((cell.table, cell.owner, cell.kind), (cell.table, cell.owner), (cell.table, None)):
                self.forget(self._by_family.pop(family, {}))

    def forget(self, tries: Iterable[int]) -> None:
        """Begins some tries anew."""
        for trie in tries:
            self.roots[trie] = self._new_node()

    def _next(self, node: Node, code: Code) -> Node:
        return self._below[self._at[4 * node + FIRST] + code] if code < self._at[4 * node + WIDTH] else UNKNOWN

    def _extend(self, trie: int, row: list[Code]) -> int | None:
        """Follows a row as far as it goes, adding values that a projection takes for known ones."""
        node = self.roots[trie]
        while (slot := self._at[4 * node + SLOT]) >= 0:
            code = row[slot] if slot < len(row) else 0
            following = self._next(node, code)
            if following < 0:
                projection = self._projections.get(node)
                if projection is None:
                    return None
                branch = self._branches.get((node, projection(self.layout.decode(slot, code))))
                if branch is None:
                    return None
                self._set_child(node, code, branch)
                following = branch
            node = following
        return self._at[4 * node + FIRST] if slot == LEAF else None

    def _insert(self, trie: int, row: list[Code], path: list[Read], outcome: int) -> None:
        node = self.roots[trie]
        for slot, projection, said in path:
            self.looked[trie] |= 1 << slot
            held = self._at[4 * node + SLOT]
            if held in (UNKNOWN, ASKED):
                self._at[4 * node + SLOT] = slot
                if projection is not None:
                    self._projections[node] = projection
            elif held != slot or self._projections.get(node) is not projection:
                place = self.layout.places[slot][0]
                message = f"it read {place} where it read {self.layout.places[held][0]} before"
                raise Impure(message)
            code = row[slot] if slot < len(row) else 0
            following = self._next(node, code)
            if following < 0:
                following = self._branches.get((node, said), UNKNOWN) if projection is not None else UNKNOWN
                if following < 0:
                    following = self._new_node()
                    if projection is not None:
                        self._branches[node, said] = following
                self._set_child(node, code, following)
            node = following
        self._at[4 * node + SLOT] = LEAF
        self._at[4 * node + FIRST] = outcome

    def _set_child(self, node: Node, code: Code, following: Node) -> None:
        if code >= self._at[4 * node + WIDTH]:
            self._widen(node, code)
        self._below[self._at[4 * node + FIRST] + code] = following

    def _widen(self, node: Node, code: Code) -> None:
        held = int(self._held[node, WIDTH])
        width = max(LEAST_WIDTH, 1 << int(code).bit_length())
        if self._cells + width > len(self._child):
            grown = np.full(2 * (self._cells + width), UNKNOWN, np.int32)
            grown[:self._cells] = self._child[:self._cells]
            self._child = grown
            self._view()
        begin = int(self._held[node, FIRST])
        self._child[self._cells:self._cells + held] = self._child[begin:begin + held]
        self._held[node, FIRST], self._held[node, WIDTH] = self._cells, width
        self._cells += width

    def _new_node(self) -> Node:
        if self._nodes == len(self._held):
            self._held = np.concatenate([self._held, blank(self._nodes)])
            self._view()
        self._nodes += 1
        return self._nodes - 1
