"""A node goes down: its power is cut, and everything that runs on it ends; later it is booted again.

Its kubelet and kube-proxy lose their memory, its containers and sandboxes are dead, its proxy rules gone;
images stay. The API server learns nothing. After NodeUp a supervisor starts the programs again (`Restart`),
and the runtime shows the containers of before as ended with 255. A program of a node without power is `OFF`,
not down: nothing but NodeUp brings it back. Left out: a node that is cut off by the network while its
containers go on.
"""

from collections.abc import Iterator

import attrs

from seatrial.model.actions import Action
from seatrial.model.client.process import DOWN, forget, up_cell
from seatrial.model.faults.fault import Fault
from seatrial.model.node.machine import CREATING, Machine, PodSandbox, machine_cell
from seatrial.model.node.runtime import REBOOTED, stop_pod
from seatrial.model.steps import Step, has_budget, spend
from seatrial.model.system import System, binary_of
from seatrial.model.view import Cell, View

OFF = "off"


def offer_down(view: View, system: System, anchor: Cell) -> Iterator[Action]:
    """Any machine that has power may lose it."""
    del system
    if view[anchor].on and has_budget(view, "node-down"):
        yield Action("NodeDown", anchor.owner)


def run_down(view: View, system: System, action: Action) -> None:
    """Everything on it ends."""
    spend(view, "node-down")
    node = action.process
    machine: Machine = view[machine_cell(node)]
    view[machine_cell(node)] = attrs.evolve(machine, on=False)
    for controller in system.processes.values():
        if controller.node == node:
            forget(view, controller)
            view[up_cell(binary_of(controller))] = OFF
    for table in ("pull", "rules"):
        for cell in view.cells(table, node):
            view[cell] = None
    now = int(view[Cell("clock")] or 0)
    for cell in view.cells("sandbox", node):
        sandbox: PodSandbox = view[cell]
        begun = tuple(each for each in sandbox.containers if each.state != CREATING)
        view[cell] = stop_pod(attrs.evolve(sandbox, containers=begun), now, REBOOTED)


def offer_up(view: View, system: System, anchor: Cell) -> Iterator[Action]:
    """Somebody switches it on again."""
    del system
    if not view[anchor].on:
        yield Action("NodeUp", anchor.owner)


def run_up(view: View, system: System, action: Action) -> None:
    """It boots; its programs are started next."""
    node = action.process
    machine: Machine = view[machine_cell(node)]
    view[machine_cell(node)] = attrs.evolve(machine, on=True)
    for controller in system.processes.values():
        if controller.node == node:
            view[up_cell(binary_of(controller))] = DOWN


FAULT = Fault(
    "node-down",
    "a node loses its power, with everything that runs on it, and is booted again",
    (
        Step("NodeDown", "machine", offer_down, run_down, environment=True, say="{process} loses its power"),
        Step("NodeUp", "machine", offer_up, run_up, say="{process} is booted again"),
    ),
)
