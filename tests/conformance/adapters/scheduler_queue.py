"""The scheduling queue: which plugins an event wakes. Hints of plugins that are not modelled are not compared."""

from typing import TYPE_CHECKING, Any

from seatrial.model.scheduler.events import (
    ASSIGNED_POD_ADD,
    ASSIGNED_POD_DELETE,
    NODE_ADD,
    NODE_DELETE,
    Change,
    hints,
    node_scheduling_properties_change,
    pod_scheduling_properties_change,
)
from seatrial.model.scheduler.framework import ClusterEvent
from seatrial.model.scheduler.plugins import PLUGINS
from tests.conformance.adapters.scheduler_cases import BY_NAME, Tree, node_of, pod_of
from tests.conformance.cases import Case
from tests.conformance.compare import exactly

if TYPE_CHECKING:
    from collections.abc import Callable

    from seatrial.model.api.core import Pod


def is_other_event(given: Tree) -> bool:
    """Is the event about a resource that is not modelled (volumes and their classes)?"""
    kind = str(given["event"]["kind"])
    return not kind.startswith(("node-", "pod-", "self-"))


def run_queueing_hints(case: Case) -> Tree:
    """The events that a change is, each with the hint of every plugin that waits for it."""
    event = case.input["event"]
    load: Callable[[Tree], Any] = node_of if event["kind"].startswith("node-") else pod_of
    old, new = (load(event[side]) if event.get(side) else None for side in ("old", "new"))
    pod: Pod = load(event["new"]) if event["kind"] == "self-update" else pod_of(case.input["pod"])
    found = []
    for each in events_of(event["kind"], old, new):
        said = hints(PLUGINS, Change(each, old, new), pod)
        if said:
            found.append({"event": each.resource + each.action, "resource": each.resource, "hints": {
                name: "Queue" if hint else "QueueSkip" for name, hint in said.items()}})
    return {"events": found}


def events_of(kind: str, old: Any, new: Any) -> tuple[ClusterEvent, ...]:
    """What the event handlers make of a change."""
    if kind.startswith("node-"):
        if old is None:
            return (NODE_ADD,)
        return (NODE_DELETE,) if new is None else tuple(node_scheduling_properties_change(new, old))
    if old is None:
        return (ASSIGNED_POD_ADD,)
    return (ASSIGNED_POD_DELETE,) if new is None else tuple(pod_scheduling_properties_change(new, old))


def compare_hints(expected: Any, actual: Any) -> str:
    """Exactly, for the modelled plugins; an event that only others wait for is none."""
    events = []
    for event in expected["events"]:
        held = {name: hint for name, hint in event["hints"].items() if name in BY_NAME}
        if held:
            events.append(dict(event) | {"hints": held})
    return exactly(events, actual["events"])
