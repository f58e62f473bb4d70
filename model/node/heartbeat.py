"""Heartbeats: a node's Lease without its renewals.

    lease_cell(node)    None        it is held: the kubelet is up and renews it
                        int         the kubelet is silent; when the grace period will be over (timed scopes)
                        EXPIRED     the grace period is over: the node lifecycle controller may take the node for lost

A real kubelet renews its Lease every 10 s and reports its status every 5 min or on a change; the controller
takes the node for lost when it saw no renewal for 40 s (pkg/kubelet/nodelease, pkg/controller/nodelifecycle,
release 1.36). Renewals are left out: while they arrive nobody reads more from them than that they do, so only
the end of the grace period and the first renewal after it are steps. That is sound as long as each renewal is
less than the grace period after the last, which the cell's None stands for. In an untimed scope the grace
period may be over at any step after the kubelet fell silent; in a timed scope 40 s after the step that
notices the silence, which may be late, never early.

    LeaseStops(node)     the silence begins to count (timed scopes only)
    LeaseExpires(node)   the grace period is over; the node's key is queued at the node lifecycle controller
    LeaseRenews(node)    the kubelet is up again and renews; the key is queued again

The steps exist only where `WATCHER` runs: nobody else reads a Lease.
"""

from collections.abc import Iterator

from seatrial.model.actions import Action
from seatrial.model.client.links import is_cut
from seatrial.model.client.process import UP, queue_cell, up_cell
from seatrial.model.node.runtime import kubelet_name
from seatrial.model.steps import Step
from seatrial.model.system import System, binary_of
from seatrial.model.view import Cell, View

EXPIRED = "expired"
GRACE_SECONDS = 40
WATCHER = "node-lifecycle-controller"


def lease_cell(node: str) -> Cell:
    """The Lease of a node."""
    return Cell("lease", node)


def is_expired(lease: int | str | None) -> bool:
    """Projection: is the grace period over?"""
    return lease == EXPIRED


def node_of_binary(system: System, binary: str) -> str:
    """The node whose kubelet runs in this binary; "" for any other program, and when nobody watches Leases."""
    node = binary.removeprefix(kubelet_name(""))
    kubelet = system.processes.get(binary)
    return node if WATCHER in system.processes and kubelet is not None and kubelet.node == node else ""


def is_heard(view: View, node: str) -> bool:
    """Is the kubelet up, and its link to the API server whole?"""
    return bool(view[up_cell(kubelet_name(node))] == UP) and not is_cut(view, node)


def wake_watcher(view: View, system: System, node: str) -> None:
    """The controller looks at the node, if its program is up; a restarted one looks at every node."""
    if view[up_cell(binary_of(system.processes[WATCHER]))] == UP:
        view[queue_cell(WATCHER, node)] = True


def offer_stops(view: View, system: System, anchor: Cell) -> Iterator[Action]:
    """A kubelet that is not up, or is cut off, renews nothing."""
    node = node_of_binary(system, anchor.owner)
    if node and view[lease_cell(node)] is None and not is_heard(view, node):
        yield Action("LeaseStops" if system.scope.timed else "LeaseExpires", node)


def run_stops(view: View, system: System, action: Action) -> None:
    """The grace period begins."""
    del system
    view[lease_cell(action.process)] = int(view[Cell("clock")] or 0) + GRACE_SECONDS


def offer_expires(view: View, system: System, anchor: Cell) -> Iterator[Action]:
    """The kubelet was silent for the whole grace period."""
    del system
    due = view[anchor]
    if due != EXPIRED and due <= (view[Cell("clock")] or 0) and not is_heard(view, anchor.owner):
        yield Action("LeaseExpires", anchor.owner)


def run_expires(view: View, system: System, action: Action) -> None:
    """The controller may see it."""
    view[lease_cell(action.process)] = EXPIRED
    wake_watcher(view, system, action.process)


def offer_renews(view: View, system: System, anchor: Cell) -> Iterator[Action]:
    """The kubelet is up again, and the API server takes its renewal."""
    del system
    if is_heard(view, anchor.owner) and view[up_cell("kube-apiserver")] == UP:
        yield Action("LeaseRenews", anchor.owner)


def run_renews(view: View, system: System, action: Action) -> None:
    """The Lease is held."""
    view[lease_cell(action.process)] = None
    wake_watcher(view, system, action.process)


STEPS = (
    Step("LeaseStops", "up", offer_stops, run_stops, say="the Lease of {process} is renewed no longer"),
    Step("LeaseExpires", "lease", offer_expires, run_expires, say="the Lease of {process} has expired"),
    Step("LeaseRenews", "lease", offer_renews, run_renews, say="the Lease of {process} is renewed again"),
)
