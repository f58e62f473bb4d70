"""Eviction by NoExecute taints: steps in which taints or tolerations change, and the time between them."""

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from seatrial.model.api.core import Taint, Toleration
from seatrial.model.api.wire import from_json
from seatrial.model.client.calls import Call, Done
from seatrial.model.client.local import Local
from seatrial.model.controllers.tainteviction import CONTROLLER
from seatrial.model.meta.timestamps import parse_time
from seatrial.model.view import Cell, View
from tests.conformance.adapter import Adapter
from tests.conformance.adapters.controller_sync import Server, go_duration, load_caches, say_event
from tests.conformance.cases import Case
from tests.conformance.compare import as_multiset, by_member

CLOCK = Cell("clock")


def run_whole_sync(case: Case) -> dict[str, Any]:
    """All steps, and the time after the last of them."""
    given = case.input
    view, server, events = load_caches(CONTROLLER, dict(given)), Server(dict(given)), []
    view.listeners = lambda happening: events.append(say_event(happening))
    start = parse_time(given["now"])
    for step in given["steps"]:
        advance(view, server, view[CLOCK] + step.get("after_seconds", 0), start)
        change(view, step)
        work(view, server, start)
    advance(view, server, start + given["end_after_seconds"], start)
    return {"calls": server.calls, "error": None, "events": events, "queue": []}


def advance(view: View, server: Server, until: int, start: int) -> None:
    """Time passes; each timer fires when it is due."""
    while due := sorted((view[cell], cell) for cell in view.cells("timer") if view[cell] <= until):
        view[CLOCK], timer = due[0]
        view[timer] = None
        assert CONTROLLER.fire is not None
        CONTROLLER.fire(Local(view, CONTROLLER.name), timer.kind, timer.key)
        work(view, server, start)
    view[CLOCK] = until


def change(view: View, step: Mapping[str, Any]) -> None:
    """The informer shows other taints of a node, or other tolerations of a pod, and the key is queued."""
    local = Local(view, CONTROLLER.name)
    if not step.get("pod"):
        node = local.get("nodes", step["node"])
        if node is not None:
            taints = tuple(from_json(Taint, each) for each in step.get("taints") or ())
            view[Cell("copy", CONTROLLER.name, "nodes", step["node"])] = attrs.evolve(
                node, spec=attrs.evolve(node.spec, taints=taints))
        local.enqueue(f"node/{step['node']}")
        return
    key = step["pod"] if "/" in step["pod"] else f"default/{step['pod']}"
    pod = local.get("pods", key)
    tolerations = tuple(from_json(Toleration, each) for each in step.get("tolerations") or ())
    view[Cell("copy", CONTROLLER.name, "pods", key)] = attrs.evolve(
        pod, spec=attrs.evolve(pod.spec, tolerations=tolerations))
    local.enqueue(f"pod/{key}")


def work(view: View, server: Server, start: int) -> None:
    """Syncs every queued key to the end of its plan."""
    local = Local(view, CONTROLLER.name)
    while (key := next(view.keys("queue", CONTROLLER.name), None)) is not None:
        view[Cell("queue", CONTROLLER.name, "", key)] = None
        result: Call | Done = CONTROLLER.sync(local, key, "")
        while isinstance(result, Call):
            reply = server.serve(result)
            server.calls[-1]["at"] = go_duration(view[CLOCK] - start)
            result = CONTROLLER.resume(local, key, result.memo, reply)


def same_calls(expected: Any, actual: Any) -> str:
    """The same calls, second by second: the table sorts them by time and object, attempts are 10 ms apart."""
    return as_multiset([dict(each) for each in whole_seconds(expected)], actual)


def whole_seconds(calls: Any) -> Iterator[dict[str, Any]]:
    """The calls with the fraction of a second dropped from their time."""
    for each in calls:
        at = "0s" if each["at"].endswith("ms") else each["at"].partition(".")[0].removesuffix("s") + "s"
        yield {**each, "at": at}


compare = by_member(calls=same_calls, events=as_multiset)
ADAPTERS = (Adapter("controllers/tainteviction", "sync", run_whole_sync, compare),)
