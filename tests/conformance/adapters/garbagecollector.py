"""The garbage collector: the graph is built from add events, then both queues are worked off, first in, first out."""

from typing import Any

from seatrial.model.api.registry import KINDS
from seatrial.model.client.calls import Call, Done
from seatrial.model.client.local import Local
from seatrial.model.controllers.garbagecollector import Settings, controller
from seatrial.model.controllers.garbagecollector_graph import TO_ORPHAN, see
from seatrial.model.frozen import FrozenMap
from seatrial.model.view import Cell, View
from tests.conformance.adapter import Adapter
from tests.conformance.adapters.controller_sync import Server, decode, path_of, say_event
from tests.conformance.cases import Case
from tests.conformance.compare import as_multiset, as_runs, by_member

MOST_KEYS = 200


class FirstInFirstOut(Local):
    """A process's memory whose work queue remembers the order in which keys came."""

    __slots__ = ("waiting",)

    def __init__(self, view: View, process: str) -> None:
        """Starts with an empty queue."""
        super().__init__(view, process)
        self.waiting: list[str] = []

    def enqueue(self, key: str) -> None:
        """Adds a key that is not waiting yet."""
        if key not in self.waiting:
            self.waiting.append(key)


def run_whole_sync(case: Case) -> list[dict[str, Any]]:
    """What comes of it with an owner's dependents in either order: upstream takes them from a map."""
    return [run_in_order(case, Settings(kinds)) for kinds in (KINDS, KINDS[::-1])]


def same_in_some_order(expected: Any, actual: Any) -> str:
    """One of the orders gives what the real code did."""
    found = [same_outcome(expected, each) for each in actual]
    return "" if "" in found else found[0]


same_outcome = by_member(calls=as_runs, events=as_multiset)


def run_in_order(case: Case, settings: Settings) -> dict[str, Any]:
    """Adds the graph's objects one by one, then works until nothing is queued; what failed is not tried again."""
    collector = controller(settings)
    view = View(FrozenMap({Cell("clock"): 0}))
    events: list[str] = []
    view.listeners = lambda happening: events.append(say_event(happening))
    local = FirstInFirstOut(view, collector.name)
    for tree in case.input["graph"] or ():
        resource, key = path_of(tree)
        node = see(decode(tree))
        view[Cell("copy", collector.name, resource, key)] = node
        collector.watch(resource).handle(local, key, None, node)
    server = Server({**case.input, "cached": case.input["server"] or ()})
    for _ in range(MOST_KEYS):
        if not local.waiting:
            break
        key = next((each for each in local.waiting if not each.startswith(TO_ORPHAN)), local.waiting[0])
        local.waiting.remove(key)
        result: Call | Done = collector.sync(local, key, "")
        while isinstance(result, Call):
            result = collector.resume(local, key, result.memo, server.serve(result))
    return {"calls": server.calls, "events": events}


ADAPTERS = (
    Adapter("controllers/garbagecollector", "sync", run_whole_sync, same_in_some_order),
)
