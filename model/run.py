"""A run: a cluster that moves, its history, and its enabled Actions kept up to date.

`enabled` of `seatrial.model.cluster` asks every anchor again after every step; a Run asks only those whose footprint
the step has written to. `tests/model/test_run.py` shows that both always agree.

A Run keeps its history only for those who tell it: with `record=False` it holds the present alone, so that its memory
does not grow with its steps (`tests/model/test_endurance.py`).
"""

from bisect import bisect_left, insort
from typing import Any

from seatrial.model.actions import Action
from seatrial.model.cluster import ANCHORS, Cluster, anchors, offers, take
from seatrial.model.view import Cell, Family, View

ANCHOR_TABLES = frozenset(ANCHORS)


class Run:
    """A cluster in motion; the only mutable thing in the model, and nothing in the model depends on it.

    `length` is how many actions led to its cluster, `written` and `happenings` what the last one did.
    """

    __slots__ = ("_dependents", "_footprints", "_offering", "_offers", "_recorded", "anchors", "cluster", "happenings",
                 "length", "written")

    def __init__(self, cluster: Cluster, taken: tuple[Action, ...] = (), *, record: bool = True) -> None:
        """Begins at a cluster; `taken` are the actions that led there, if it is not the beginning of all.

        `record`: keep the actions, one entry for each step; else the run keeps no history.
        """
        self.cluster = cluster
        self.length = len(taken)
        self._recorded: list[Action] | None = list(taken) if record else None
        self.written: dict[Cell, Any] = {}
        self.happenings: list[Any] = []
        self.anchors: list[Cell] = []
        self._offers: dict[Cell, tuple[Action, ...]] = {}
        self._footprints: dict[Cell, tuple[Any, ...]] = {}
        self._dependents: dict[Any, dict[Cell, None]] = {}
        self._offering: dict[Action, Cell] = {}
        for anchor in anchors(cluster.cells):
            self._ask(anchor)

    @property
    def actions(self) -> list[Action]:
        """The actions that led to its cluster; raises ValueError for a run that keeps none."""
        if self._recorded is None:
            raise ValueError("this run keeps no history: make it with Run(cluster), without record=False")
        return self._recorded

    @property
    def enabled(self) -> tuple[Action, ...]:
        """Every Action that can be taken, in the order of the reference."""
        return tuple(action for anchor in self.anchors for action in self._offers[anchor])

    def offered(self, anchor: Cell) -> tuple[Action, ...]:
        """What one of `anchors` offers."""
        return self._offers[anchor]

    def can(self, action: Action) -> bool:
        """Can this Action be taken now?"""
        return action in self._offering

    def take(self, action: Action) -> Cluster:
        """Takes an Action, and asks again whoever read what it wrote."""
        view = View(self.cluster.cells)
        view.listeners = self.happenings.append
        self.happenings.clear()
        take(view, self.cluster.system, action)
        before = self.cluster.cells
        self.written = {cell: value for cell, value in view.writes.items() if before.get(cell) != value}
        self.cluster = Cluster(self.cluster.system, view.commit())
        self.length += 1
        if self._recorded is not None:
            self._recorded.append(action)
        for anchor in sorted(self._touched()):
            self._ask(anchor)
        return self.cluster

    def _touched(self) -> dict[Cell, None]:
        """The anchors that a step may have changed."""
        touched: dict[Cell, None] = {}
        for cell in self.written:
            if cell.table in ANCHOR_TABLES:
                touched[cell] = None
            for read in (cell, Family(*cell[:3]), (cell.table, cell.owner), (cell.table, None)):
                touched.update(self._dependents.get(read, ()))
        return touched

    def _ask(self, anchor: Cell) -> None:
        """Asks one anchor again what it offers, and remembers what it looked at."""
        for read in self._footprints.pop(anchor, ()):
            others = self._dependents[read]
            del others[anchor]
            if not others:
                del self._dependents[read]
        offered: tuple[Action, ...] = ()
        if anchor in self.cluster.cells:
            reads: list[tuple[Any, ...]] = []
            offered = offers(View(self.cluster.cells, reads), self.cluster.system, anchor)
            footprint = tuple(dict.fromkeys(read[0] for read in reads))
            self._footprints[anchor] = footprint
            for read in footprint:
                self._dependents.setdefault(read, {})[anchor] = None
        for action in self._offers.get(anchor, ()):
            self._offering.pop(action, None)
        self._offering.update(dict.fromkeys(offered, anchor))
        at = bisect_left(self.anchors, anchor)
        known = at < len(self.anchors) and self.anchors[at] == anchor
        if offered:
            self._offers[anchor] = offered
            if not known:
                insort(self.anchors, anchor)
        elif known:
            del self.anchors[at], self._offers[anchor]
