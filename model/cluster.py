"""The cluster: one immutable value, the Actions it offers, and the one function that moves it.

    cluster = start(scope)
    cluster = step(cluster, enabled(cluster)[0])

`enabled` is the reference: a deterministic total order over everything that can happen. `Run` keeps the same set up
to date from what each step wrote (`seatrial.model.run`).
"""

from collections.abc import Iterator
from typing import Any

import attrs

from seatrial.model import clock, cloud, node, users, users_drain, users_pages
from seatrial.model.actions import Action
from seatrial.model.client import process
from seatrial.model.faults import FAULTS
from seatrial.model.steps import Step
from seatrial.model.system import System
from seatrial.model.view import Cell, Cells, View

STEPS: tuple[Step, ...] = tuple(dict.fromkeys((
    *clock.STEPS, *process.STEPS, *node.STEPS, *cloud.STEPS, *users.STEPS, *users_drain.STEPS,
    *users_pages.STEPS, *(step for fault in FAULTS for step in fault.steps))))
BY_NAME = {step.name: step for step in STEPS}
ANCHORS: tuple[str, ...] = tuple(sorted({step.anchor for step in STEPS}))
BY_ANCHOR = {table: tuple(step for step in STEPS if step.anchor == table) for table in ANCHORS}


class NotEnabled(ValueError):  # noqa: N818 -- it names what is wrong
    """An Action was taken that the cluster does not offer."""


@attrs.frozen
class Cluster:
    """A state of the world: its cells, and the system they belong to."""

    system: System = attrs.field(eq=False, repr=False)
    cells: Cells

    def __getitem__(self, cell: Cell) -> Any:  # noqa: ANN401 -- each cell has a type of its own
        return self.cells.get(cell)

    def view(self) -> View:
        """A view to look at it with."""
        return View(self.cells)

    def objects(self, resource: str) -> tuple[Any, ...]:
        """The live objects of a resource, in key order."""
        return tuple(value for _, value in self.view().scan("object", "", resource))

    def get(self, resource: str, key: str) -> Any:  # noqa: ANN401 -- each resource has a type of its own
        """A live object, or None."""
        return self.cells.get(Cell("object", "", resource, key))


def anchors(cells: Cells) -> Iterator[Cell]:
    """All cells that may offer an Action, in order."""
    for table in ANCHORS:
        yield from cells.keys_between(Cell(table), Cell(table + "\0"))


def offers(view: View, system: System, anchor: Cell) -> tuple[Action, ...]:
    """What one cell makes possible, in order."""
    return tuple(action for step in BY_ANCHOR[anchor.table] for action in step.offers(view, system, anchor))


def enabled(cluster: Cluster) -> tuple[Action, ...]:
    """Every Action that can be taken, in a deterministic total order: by anchor, then as offered."""
    view = cluster.view()
    return tuple(action for anchor in anchors(cluster.cells) for action in offers(view, cluster.system, anchor))


def take(view: View, system: System, action: Action) -> None:
    """Takes an Action on a view; raises NotEnabled for a step that does not exist."""
    if action.step not in BY_NAME:
        message = f"{action}: there is no step {action.step!r}; the steps are {', '.join(sorted(BY_NAME))}"
        raise NotEnabled(message)
    BY_NAME[action.step].run(view, system, action)


def step(cluster: Cluster, action: Action) -> Cluster:
    """The world after an Action; `enabled` must have offered it."""
    view = View(cluster.cells)
    take(view, cluster.system, action)
    return Cluster(cluster.system, view.commit())


def is_environment(action: Action) -> bool:
    """Does the environment take this Action (a user, a fault, a call's bad outcome)? It is never fair."""
    return BY_NAME[action.step].environment or (action.step == "Request" and action.choice not in ("ok", "unreachable"))
