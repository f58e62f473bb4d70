"""A second API server, whose watch cache lags behind: what a client reads there at version 0 is the past.

It is an informer of every resource that somebody watches, fed from etcd like the others, with a lag of its own per
resource, and does nothing else. Reads without a resourceVersion are fresh through any server (recorded: 0 of 775 were
not), so it serves only the lists at version 0 of a restarted process (`seatrial.model.faults.lagging`). Requests
through it are those through the first: both write to one etcd.
"""

from seatrial.model.client.calls import Call, Done
from seatrial.model.client.controller import Controller, Watch
from seatrial.model.client.informer import EXPIRED, watch_cell
from seatrial.model.view import View

LAGGING = "kube-apiserver-2"


def ignore(local: object, key: str, old: object, new: object) -> None:
    """A watch cache has no handlers."""
    del local, key, old, new


def nothing_to_do(local: object, key: str, choice: str) -> Call | Done:
    """A watch cache has no work queue."""
    del local, key, choice
    return Done()


def lagging_server(clients: tuple[Controller, ...]) -> Controller:
    """The second API server of a system with these clients."""
    resources = sorted({watch.resource for each in clients for watch in each.watches})
    return Controller(LAGGING, watches=tuple(Watch(resource, ignore) for resource in resources), sync=nothing_to_do)


def can_serve(view: View, clients: tuple[Controller, ...]) -> bool:
    """Does its watch cache hold all that these clients list, and will it bring them what comes after?

    Not while it lists again itself: events between its old copy and the new list will never arrive.
    """
    return all(
        view[watch_cell(LAGGING, watch.resource)] not in (None, EXPIRED) for each in clients for watch in each.watches
    )
