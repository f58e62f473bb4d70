"""A restarted program lists from an API server that lags, and sees the past (the gate WatchListClient is off).

Since WatchListClient (default in 1.36; all 660 initial lists recorded) a restarted process starts fresh. Older releases
and other clients list at resourceVersion 0, which a lagging server answers from its watch cache (recorded: 5 of 520
such reads were older than an acknowledged write). What happened since then arrives as events, later. The scope needs
the second server (`seatrial.model.apiserver.lagging`) among its processes.
"""

from collections.abc import Iterator

from seatrial.model.actions import Action
from seatrial.model.apiserver.lagging import LAGGING, can_serve
from seatrial.model.client.links import can_reach
from seatrial.model.client.process import DOWN, UP, start, up_cell
from seatrial.model.faults.fault import Fault
from seatrial.model.steps import Step, has_budget, spend
from seatrial.model.system import System
from seatrial.model.view import Cell, View

BUDGET = "lagging"


def offer_stale_restart(view: View, system: System, anchor: Cell) -> Iterator[Action]:
    """A program that is down may be started again on the past, while the budget lasts."""
    if system.scope.gate("WatchListClient") or LAGGING not in system.processes or anchor.owner == LAGGING:
        return
    if view[anchor] != DOWN or not has_budget(view, BUDGET):
        return
    loops = system.processes_of(anchor.owner)
    if loops and can_reach(view, system, loops[0].name) and can_serve(view, loops):
        yield Action("RestartStale", anchor.owner)


def run_stale_restart(view: View, system: System, action: Action) -> None:
    """It lists the copies of the lagging server, and the events that wait there are to come."""
    spend(view, BUDGET)
    view[up_cell(action.process)] = UP
    for controller in system.processes_of(action.process):
        start(view, controller, LAGGING)


FAULT = Fault(
    "lagging",
    "a program that starts again lists from an API server that lags, and sees the past",
    (Step("RestartStale", "up", offer_stale_restart, run_stale_restart, environment=True,
          say="{process} starts again and lists from an API server that lags: it sees the past"),),
)
