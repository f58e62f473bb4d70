"""Crash and restart of a program: all that its control loops hold in memory is lost, its machine notices nothing.

Since WatchListClient (default in 1.36) a restarted process lists fresh; with the gate off it may see the past, which is
a fault of its own (`seatrial.model.faults.lagging`).
"""

from collections.abc import Iterator

from seatrial.model.actions import Action
from seatrial.model.client.links import can_reach
from seatrial.model.client.process import DOWN, UP, forget, start, up_cell
from seatrial.model.faults.fault import Fault
from seatrial.model.steps import Step, has_budget, spend
from seatrial.model.system import System
from seatrial.model.view import Cell, View


def offer_crash(view: View, system: System, anchor: Cell) -> Iterator[Action]:
    """Any program that is up may crash, while the budget lasts."""
    if view[anchor] == UP and system.processes_of(anchor.owner) and has_budget(view, "crash"):
        yield Action("Crash", anchor.owner)


def run_crash(view: View, system: System, action: Action) -> None:
    """Its memory is gone; requests on their way are not."""
    spend(view, "crash")
    view[up_cell(action.process)] = DOWN
    for controller in system.processes_of(action.process):
        forget(view, controller)


def offer_restart(view: View, system: System, anchor: Cell) -> Iterator[Action]:
    """A supervisor starts it again, when the API server can be reached."""
    if view[anchor] != DOWN:
        return
    loops = system.processes_of(anchor.owner)
    if loops and can_reach(view, system, loops[0].name):
        yield Action("Restart", anchor.owner)


def run_restart(view: View, system: System, action: Action) -> None:
    """It lists what it watches and handles each object as new."""
    view[up_cell(action.process)] = UP
    for controller in system.processes_of(action.process):
        start(view, controller)


FAULT = Fault(
    "crash",
    "a program loses its memory and is started again",
    (Step("Crash", "up", offer_crash, run_crash, environment=True, say="{process} crashes: its memory is lost"),
     Step("Restart", "up", offer_restart, run_restart, say="{process} starts again and lists what it watches")),
)
