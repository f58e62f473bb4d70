"""The API server goes down and comes back: nothing is stored meanwhile, and every watch must list again.

While it is down every request is unreachable; the store keeps what was acknowledged (recorded: kill -9 lost no
acknowledged write). A restart empties its watch cache, so no watch can resume (recorded: 410). Events that a client's
socket had received before the fault are those delivered before this step. Left out: the client's own time-out, after
which a leader ends itself (`leaderelection lost`): the crash fault covers it.
"""

from collections.abc import Iterator

from seatrial.model.actions import Action
from seatrial.model.client.process import DOWN, UP, up_cell
from seatrial.model.etcd.history import empty_cache
from seatrial.model.faults.fault import Fault
from seatrial.model.faults.watches import expire
from seatrial.model.steps import Step, has_budget, spend
from seatrial.model.system import System
from seatrial.model.view import Cell, View

API_SERVER = "kube-apiserver"
BUDGET = "apiserver"


def offer_stop(view: View, system: System, anchor: Cell) -> Iterator[Action]:
    """An API server that is up may go down, while the budget lasts."""
    del system
    if anchor.owner == API_SERVER and view[anchor] == UP and has_budget(view, BUDGET):
        yield Action("StopAPIServer", API_SERVER)


def run_stop(view: View, system: System, action: Action) -> None:
    """Its watch cache is gone, and with it the place of every watch."""
    del system
    spend(view, BUDGET)
    view[up_cell(action.process)] = DOWN
    for cell in view.cells("watch"):
        expire(view, cell.owner, cell.kind)


def offer_start(view: View, system: System, anchor: Cell) -> Iterator[Action]:
    """Its supervisor starts it again."""
    del system
    if anchor.owner == API_SERVER and view[anchor] == DOWN:
        yield Action("StartAPIServer", API_SERVER)


def run_start(view: View, system: System, action: Action) -> None:
    """It serves what is stored; its watch cache begins at the present."""
    view[up_cell(action.process)] = UP
    if system.scope.history:
        empty_cache(view)


FAULT = Fault(
    "apiserver",
    "the API server goes down, and every watch must list again when it is back",
    (Step("StopAPIServer", "up", offer_stop, run_stop, environment=True,
          say="the API server goes down"),
     Step("StartAPIServer", "up", offer_start, run_start,
          say="the API server is back; every watch must list again")),
)
