"""What a step costs, counted instead of timed: what it looks up and lists, what it copies, and who is asked again."""

from collections.abc import Iterator
from typing import Any

import attrs

from seatrial.model.actions import Action
from seatrial.model.cluster import Cluster, take
from seatrial.model.frozen import FrozenMap
from seatrial.model.run import Run
from seatrial.model.view import Cell, View


@attrs.frozen
class Cost:
    """The cells that a step looked at, the entries of nodes that its writes copied, the anchors asked again.

    `answered` is what the asking looked at.
    """

    looked: int = 0
    copied: int = 0
    asked: int = 0
    answered: int = 0


class Counting(FrozenMap[Cell, Any]):
    """A map that counts the look-ups and the entries that it yields."""

    __slots__ = ("count",)

    def __init__(self, entries: FrozenMap[Cell, Any]) -> None:
        super().__init__(entries)
        self.count = 0

    def get(self, key: Cell, default: Any = None) -> Any:
        """Counts one."""
        self.count += 1
        return super().get(key, default)

    def __contains__(self, key: object) -> bool:
        self.count += 1
        return super().__contains__(key)

    def keys_between(self, low: Cell, high: Cell) -> Iterator[Cell]:
        """Counts what it yields."""
        for key in super().keys_between(low, high):
            self.count += 1
            yield key

    def pairs_between(self, low: Cell, high: Cell) -> Iterator[tuple[Cell, Any]]:
        """Counts what it yields."""
        for pair in super().pairs_between(low, high):
            self.count += 1
            yield pair


class Asking(Run):
    """A run that counts the anchors that it asks, and what each looks at."""

    __slots__ = ("answered", "asked")

    def __init__(self, cluster: Cluster) -> None:
        self.asked, self.answered = 0, 0
        super().__init__(cluster, record=False)

    def _ask(self, anchor: Cell) -> None:
        self.asked += 1
        super()._ask(anchor)
        self.answered += len(self._footprints.get(anchor, ()))


def cost_of(run: Asking, action: Action) -> Cost:
    """Takes an action, and says what it cost."""
    counting = Counting(run.cluster.cells)
    view = View(counting)
    take(view, run.cluster.system, action)
    looked = counting.count
    after = counting.update(*edits_of(view))
    run.asked = run.answered = 0
    run.take(action)
    assert after == run.cluster.cells
    return Cost(looked, copied(counting, after), run.asked, run.answered)


def edits_of(view: View) -> tuple[dict[Cell, Any], list[Cell]]:
    """What a view's commit writes and removes."""
    written = {cell: value for cell, value in view.writes.items() if value is not None}
    return written, [cell for cell, value in view.writes.items() if value is None and cell in view._base]


def copied(before: FrozenMap[Any, Any], after: FrozenMap[Any, Any]) -> int:
    """The entries of the nodes of a map that it does not share with the one it came from, its root among them."""
    held = {id(body) for _, body in nodes_of(before)}
    return len(after._chunks) + sum(len(keys) for keys, body in nodes_of(after) if id(body) not in held)


def nodes_of(cells: FrozenMap[Any, Any]) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """All nodes of a map, below its root."""
    nodes, depth = list(cells._chunks), cells._depth
    while nodes:
        yield from nodes
        nodes = [child for node in nodes for child in node[1]] if depth else []
        depth -= 1
