"""A cluster whose cells are read through a recording view, so that properties are asked as they are.

Properties look at clusters; the explorer wants to know which slots they looked at. `RecordedCells` answers what the
model and the properties ask of a cluster's cells, and nothing else.
"""

from collections.abc import Callable, Iterator
from typing import Any, cast

from seatrial.model.actions import Action
from seatrial.model.cluster import Cluster
from seatrial.model.system import System
from seatrial.model.view import Cell, Cells, View
from seatrial.properties.checking.explore.recording import RecordingView
from seatrial.properties.property import Property


class RecordedCells:
    """The cells of a state, or of a state after a step; each look at them is on record."""

    __slots__ = ("_view",)

    def __init__(self, view: RecordingView) -> None:
        """The cells as this view shows them."""
        self._view = view

    def get(self, cell: Cell, default: object = None) -> Any:  # noqa: ANN401 -- each cell has a type of its own
        """A cell's value, or the default when it is empty."""
        value = self._view[cell]
        return default if value is None else value

    def __contains__(self, cell: Cell) -> bool:
        return self._view[cell] is not None

    def keys_between(self, low: Cell, high: Cell) -> Iterator[Cell]:
        """The cells from `low` up to `high` that are not empty: of a table, of an owner, of (a part of) a family."""
        if high.table != low.table:
            return self._view.cells(low.table)
        if high.owner != low.owner:
            return self._view.cells(low.table, low.owner)
        found = self._view.keys(low.table, low.owner, low.kind, low.key)
        return (Cell(low.table, low.owner, low.kind, key) for key in found)

    def pairs_between(self, low: Cell, high: Cell) -> Iterator[tuple[Cell, Any]]:
        """The same cells with their values."""
        return ((cell, self._view[cell]) for cell in self.keys_between(low, high))

    def changed_keys(self, other: "RecordedCells") -> Iterator[Cell]:
        """The cells that the step to `other` wrote; it may have written what was there."""
        return iter(sorted(other._view.writes))  # noqa: SLF001 -- of its own class


def recorded(system: System, view: RecordingView) -> Cluster:
    """The cluster that a recording view shows."""
    return Cluster(system, cast("Cells", RecordedCells(view)))


def judge_of(system: System, prop: Property) -> Callable[[View], str | None]:
    """Asks a property of states."""
    return lambda view: prop.predicate(recorded(system, cast("RecordingView", view)))


def step_judge_of(system: System, prop: Property) -> Callable[[RecordingView, Action], str | None]:
    """Asks a property of steps."""
    return lambda view, action: prop.predicate(recorded(system, view.initially()), action, recorded(system, view))
