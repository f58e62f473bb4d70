"""Partition: a node's kubelet and proxy cannot reach the API server, and later can again.

Their requests are unreachable, their watches stop; containers and proxy rules stay as they are. When the link is back
each watch resumes at its last version, as after any broken connection, or lists again if its window was outrun
meanwhile (`seatrial.model.faults.watches`). The other members of the control plane, and the network between pods, are
not affected: a node that loses its whole network is the fault `node`.
"""

from collections.abc import Iterator

from seatrial.model.actions import Action
from seatrial.model.client.informer import CONNECTED, DROPPED
from seatrial.model.client.links import is_cut, link_cell
from seatrial.model.faults.fault import Fault
from seatrial.model.steps import Step, spend
from seatrial.model.system import System
from seatrial.model.view import Cell, View

BUDGET = "partition"


def nodes_of(system: System) -> tuple[str, ...]:
    """The nodes on which processes run, in order."""
    return tuple(dict.fromkeys(each.node for each in system.processes.values() if each.node))


def offer_cut(view: View, system: System, anchor: Cell) -> Iterator[Action]:
    """Any node's link may be cut, while the budget lasts."""
    if anchor.kind != BUDGET:
        return
    for node in nodes_of(system):
        if not is_cut(view, node):
            yield Action("Partition", node)


def run_cut(view: View, system: System, action: Action) -> None:
    """Connections break; what was asked and not yet answered is on its way still."""
    spend(view, BUDGET)
    view[link_cell(action.process)] = "cut"
    for controller in system.processes.values():
        if controller.node != action.process:
            continue
        for cell in view.cells("watch", controller.name):
            if view[cell] == CONNECTED:
                view[cell] = DROPPED


def offer_heal(view: View, system: System, anchor: Cell) -> Iterator[Action]:
    """A cut link is repaired."""
    del view, system
    yield Action("Heal", anchor.owner)


def run_heal(view: View, system: System, action: Action) -> None:
    """The node reaches the API server again."""
    del system
    view[link_cell(action.process)] = None


FAULT = Fault(
    "partition",
    "a node cannot reach the API server",
    (Step("Partition", "budget", offer_cut, run_cut, environment=True,
          say="{process} loses its link to the API server"),
     Step("Heal", "link", offer_heal, run_heal, say="{process} reaches the API server again")),
)
