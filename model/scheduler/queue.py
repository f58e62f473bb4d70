"""The scheduling queue: active and backing-off pods are in the work queue, unschedulable ones are parked in a note.

Mirrors pkg/scheduler/backend/queue/scheduling_queue.go (release 1.36). Upstream's activeQ and backoffQ are one here:
a queued key may be taken at any later step, which covers every back-off; and since 1.33 an idle scheduler takes pods
whose back-off is not over anyway (gate SchedulerPopFromBackoffQ). The order of the active queue is left to the
Action in the same way.

A parked pod is a note: its key, and the plugins that rejected it. An event wakes it if one of these plugins says so;
after five minutes it is tried again in any case. Upstream keeps the events that arrive while a pod is in flight and
looks at them when it is parked. Here a cycle decides and parks in one step, from one snapshot: every event is either
in the snapshot or finds the note, also while the pod's status is still being written, so that none can be lost.
"""

from seatrial.model.api.core import Pod
from seatrial.model.client.local import Local
from seatrial.model.scheduler.events import (
    Change,
    is_pod_worth_requeuing,
    pod_scheduling_properties_change,
)
from seatrial.model.scheduler.framework import PASSED, ClusterEvent, Status, registrations
from seatrial.model.scheduler.plugins import PLUGINS
from seatrial.model.view import Cell, is_present

NOTE = "unschedulable"
FLUSH = "flush"
MAX_IN_UNSCHEDULABLE_SECONDS = 300


def pre_enqueue(pod: Pod) -> Status:
    """The first plugin's objection to queueing the pod at all."""
    for plugin in PLUGINS:
        if plugin.pre_enqueue is not None and not (status := plugin.pre_enqueue(pod)).is_success:
            return status
    return PASSED


def add(local: Local, key: str, pod: Pod) -> None:
    """Queues a pod; a gated one is parked until its gates are gone."""
    status = pre_enqueue(pod)
    if status.is_success:
        local.set_note(NOTE, key, None)
        local.disarm(FLUSH, key)
        local.enqueue(key)
    else:
        local.set_note(NOTE, key, (status.plugin,))


def park(local: Local, key: str, rejectors: tuple[str, ...]) -> None:
    """Puts a rejected pod aside until an event or the flush wakes it."""
    local.set_note(NOTE, key, rejectors)
    local.arm(FLUSH, key, MAX_IN_UNSCHEDULABLE_SECONDS)


def remove(local: Local, key: str) -> None:
    """Takes a pod out, wherever it is."""
    local.view[Cell("queue", local.process, "", key)] = None
    local.set_note(NOTE, key, None)
    local.disarm(FLUSH, key)


def is_queued(local: Local, key: str) -> bool:
    """Is the pod active, or backing off?"""
    return bool(local.view.get(Cell("queue", local.process, "", key), is_present))


def update(local: Local, key: str, old: Pod, new: Pod) -> None:
    """Looks at a waiting pod's own update: a parked one may be worth a try now, one that is nowhere is queued."""
    rejectors = local.note(NOTE, key)
    if rejectors is None:
        if not is_queued(local, key):
            add(local, key, new)
        return
    if any(is_pod_worth_requeuing(PLUGINS, rejectors, Change(event, old, new), new)
           for event in pod_scheduling_properties_change(new, old)):
        add(local, key, new)


def is_awaited(event: ClusterEvent) -> bool:
    """Does any plugin wait for such an event?"""
    return any(each.covers(event) for plugin in PLUGINS for each in registrations(plugin))


def move_all(local: Local, change: Change) -> None:
    """Wakes the parked pods that the event may help (upstream: MoveAllToActiveOrBackoffQueue)."""
    if not is_awaited(change.event):
        return
    for key, rejectors in list(local.notes(NOTE)):
        pod = local.get("pods", key)
        if pod is not None and is_pod_worth_requeuing(PLUGINS, rejectors, change, pod):
            add(local, key, pod)


def flush(local: Local, key: str) -> None:
    """Wakes a pod that was parked for too long, whatever rejected it (upstream: EventUnschedulableTimeout)."""
    pod = local.get("pods", key)
    if pod is not None and local.note(NOTE, key) is not None:
        add(local, key, pod)
