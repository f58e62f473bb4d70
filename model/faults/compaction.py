"""Compaction: etcd forgets what was before the present, of every resource at once.

One revision for the whole store, so one moment for all resources, each at the revision that it then has. Who asks for
it makes a difference (the Action's choice):

    etcdctl         an operator, or a script: the API server is not told, and goes on serving what its watch cache
                    holds; older lists and continue tokens are 410 only after it was restarted (recorded)
    kube-apiserver  its own compactor, every five minutes (etcd3/compact.go): its watch cache drops the states that
                    etcd has forgotten, so they are 410 at once, and keeps the events, so watches resume
                    (cacher/compactor.go, release 1.36)

Always at the present: what an earlier revision would have left readable is readable, too, where no compaction has
happened, and what it takes away is taken away by a compaction in that earlier moment. So every answer to one request
is covered. Left out: two answers of which only a compaction at an earlier revision gives both (of two old versions
one expired and one not), the periodic compactor's own step (a log is cut by length, `seatrial.model.etcd.history`),
and a compaction without physical removal, which differs in disk space only.
"""

from collections.abc import Iterator

from seatrial.model.actions import Action
from seatrial.model.client.process import DOWN, up_cell
from seatrial.model.etcd.history import (
    FLOOR,
    compact,
    current_revision,
    drop_snapshots,
    mark_of,
    resources_with_history,
)
from seatrial.model.faults.fault import Fault
from seatrial.model.steps import Step, has_budget, spend
from seatrial.model.system import System
from seatrial.model.view import Cell, View

BUDGET = "compaction"
OPERATOR, API_SERVER = "etcdctl", "kube-apiserver"


def offer_compact(view: View, system: System, anchor: Cell) -> Iterator[Action]:
    """There is something to forget; the API server's compactor runs while the API server does."""
    if anchor.kind != BUDGET or not system.scope.history or not has_budget(view, BUDGET):
        return
    if not any(is_behind(view, resource) for resource in resources_with_history(view)):
        return
    yield Action("Compact", "etcd", "", OPERATOR)
    if view[up_cell(API_SERVER)] != DOWN:
        yield Action("Compact", "etcd", "", API_SERVER)


def is_behind(view: View, resource: str) -> bool:
    """Was a resource written since the last compaction?"""
    return mark_of(view, resource, FLOOR) < current_revision(view, resource)


def run_compact(view: View, system: System, action: Action) -> None:
    """Of each resource etcd keeps the present."""
    del system
    spend(view, BUDGET)
    for resource in resources_with_history(view):
        if is_behind(view, resource):
            compact(view, resource, current_revision(view, resource))
        if action.choice == API_SERVER:
            drop_snapshots(view, resource)


FAULT = Fault(
    "compaction",
    "etcd forgets what was before the present: older lists and continue tokens expire (410)",
    (Step("Compact", "budget", offer_compact, run_compact, environment=True,
          say="etcd is compacted at the present, asked by {choice}"),),
)
