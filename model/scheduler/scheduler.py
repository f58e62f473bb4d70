"""kube-scheduler: takes pods that have no node, one at a time, and binds each to one of the best that can take it.

Mirrors pkg/scheduler/schedule_one.go and eventhandlers.go (release 1.36). A Sync is a scheduling cycle: one decision
from one snapshot. The binding is the plan's call, and other pods are scheduled while it is under way, since the pod
is assumed to be bound. Which of equally good nodes is taken is the Action's choice.

With no nodes at all a pod is queued again at once, as upstream: no plugin rejected it, so no event would wake it.
Upstream writes the condition of a pod that found no place before it looks at the next pod; here others may come in
between, as they may anyway while a binding fails: more interleavings, none fewer.

Left out: preemption (pods of unequal priority are listed as an assumption), volumes and what else `unmodelled` lists,
the system's default spreading (it scores only, and needs the Services and owners of pods: to watch them costs states;
pods are spread by NodeResourcesFit and BalancedAllocation alone), other profiles (a pod for another scheduler's name
is left alone), extenders, metrics. A pod that loses its nominated node may wake one of higher priority, which upstream
does not do: one more try. The informer's view of pods and nodes is projected to what is read, see `cache`.
"""

from typing import Any

import attrs

from seatrial.model.api.core import Node, Pod
from seatrial.model.api.meta import Condition, get_condition
from seatrial.model.api.rbac import PolicyRule
from seatrial.model.client.calls import Call, Done, Patch, Reply
from seatrial.model.client.controller import ANY_CHOICE, Controller, Watch
from seatrial.model.client.local import Local
from seatrial.model.frozen import freeze
from seatrial.model.meta.timestamps import format_time
from seatrial.model.scheduler import cache, queue
from seatrial.model.scheduler.cycle import (
    NO_NODES,
    Result,
    fit_error_message,
    preemption_message,
    schedule_pod,
)
from seatrial.model.scheduler.events import (
    ASSIGNED_POD_ADD,
    ASSIGNED_POD_DELETE,
    NODE_ADD,
    NODE_DELETE,
    Change,
    node_scheduling_properties_change,
    pod_scheduling_properties_change,
)
from seatrial.model.scheduler.plugins import PLUGINS

NAMES = ("", "default-scheduler")
UNSCHEDULABLE, SCHEDULER_ERROR = "Unschedulable", "SchedulerError"
MAX_EVENT_LENGTH = 1024
PATCH_ATTEMPTS = 4
RETRIABLE = ("InternalError", "ServiceUnavailable")


@attrs.frozen
class Binding:
    """A binding is under way: of which pod (UID and generation), to which node."""

    uid: str
    node: str
    generation: int


@attrs.frozen
class Patching:
    """The pod's condition is being written; how often it may still be tried, this time included."""

    patch: Patch
    attempts: int


@attrs.frozen
class Failure:
    """Why a cycle or a binding failed: reason and message of the condition, and the plugins that rejected the pod."""

    reason: str
    message: str
    rejectors: tuple[str, ...] = ()


def is_responsible_for(pod: Pod) -> bool:
    """Is it a pod for this scheduler? Without a name it is: the API server's default."""
    return pod.spec.scheduler_name in NAMES


# The scheduling cycle.


def sync(local: Local, key: str, choice: str) -> Call | Done:
    """Schedules one pod; `choice` is one of the best nodes, or "" for the first of them."""
    pod = local.get("pods", key)
    if pod is None or pod.spec.node_name or not is_responsible_for(pod) or cache.is_assumed(local, key):
        return Done()
    if pod.metadata.deletion_timestamp is not None:
        local.emit(f"Pod/{pod.metadata.name}", "Warning", "FailedScheduling", f"skip schedule deleting pod: {key}")
        return Done()
    seen = cache.snapshot(local)
    if not seen.nodes:
        return fail(local, key, pod, Failure(UNSCHEDULABLE, NO_NODES))
    result = schedule_pod(PLUGINS, pod, seen.nodes, seen.nominated)
    if result.error:
        return fail(local, key, pod, Failure(SCHEDULER_ERROR, result.error))
    if not result.best:
        return reject(local, key, pod, result, len(seen.nodes))
    node = choice if choice in result.best else result.best[0]
    cache.assume(local, key, pod, node)
    memo = Binding(pod.metadata.uid, node, pod.metadata.generation)
    return Call("create", "pods", key, (pod.metadata.uid, node), "binding", memo=memo)


def choices(local: Local, key: str) -> tuple[str, ...]:
    """The best nodes, when there are several."""
    pod = local.get("pods", key)
    if pod is None or pod.spec.node_name or pod.metadata.deletion_timestamp is not None \
            or not is_responsible_for(pod) or cache.is_assumed(local, key):
        return ANY_CHOICE
    seen = cache.snapshot(local)
    best = schedule_pod(PLUGINS, pod, seen.nodes, seen.nominated).best if seen.nodes else ()
    return best if len(best) > 1 else ANY_CHOICE


def reject(local: Local, key: str, pod: Pod, result: Result, count: int) -> Call | Done:
    """No node will do: says why, and parks the pod."""
    message = fit_error_message(result.filtered, count, preemption_message(pod, result.filtered, count))
    return fail(local, key, pod, Failure(UNSCHEDULABLE, message, result.filtered.rejectors))


def fail(local: Local, key: str, pod: Pod, failure: Failure) -> Call | Done:
    """Queues the pod again, or parks it if plugins rejected it; then writes the condition, if it is a new one.

    Source: handleSchedulingFailure. A pod that is gone, or bound after all, is not queued; its status is written.
    """
    held = local.get("pods", key)
    if held is not None and not held.spec.node_name:
        if failure.rejectors:
            queue.park(local, key, failure.rejectors)
        else:
            queue.add(local, key, held)
    local.emit(f"Pod/{pod.metadata.name}", "Warning", "FailedScheduling", truncate_message(failure.message))
    return patch_condition(local, key, pod, failure)


def truncate_message(message: str) -> str:
    """An Event's note has a greatest length."""
    return message if len(message) <= MAX_EVENT_LENGTH else message[: MAX_EVENT_LENGTH - 4] + " ..."


def patch_condition(local: Local, key: str, pod: Pod, failure: Failure) -> Call | Done:
    """Writes PodScheduled=False, unless it says the same already (upstream: updatePod)."""
    held = get_condition(pod.status.conditions, cache.POD_SCHEDULED)
    if held is not None and (held.status, held.reason, held.message) == ("False", failure.reason, failure.message):
        return Done()
    tree = condition_patch(held, failure, pod.metadata.generation, local.now)
    return patch_status(key, Patching(Patch("strategic", freeze(tree)), PATCH_ATTEMPTS))


def condition_patch(held: Condition | None, failure: Failure, generation: int, now: int) -> dict[str, Any]:
    """The difference to the condition held: all of it, or the type and what changed."""
    wanted: dict[str, Any] = {
        "lastTransitionTime": format_time(now), "message": failure.message, "observedGeneration": generation,
        "reason": failure.reason, "status": "False",
    }
    if held is None:
        return {"status": {"conditions": [wanted | {"lastProbeTime": None, "type": cache.POD_SCHEDULED}]}}
    same = {"message": held.message, "observedGeneration": held.observed_generation, "reason": held.reason,
            "status": held.status}
    if held.status == "False":
        del wanted["lastTransitionTime"]
    changed = {name: value for name, value in wanted.items() if same.get(name) != value}
    return {"status": {"$setElementOrder/conditions": [{"type": cache.POD_SCHEDULED}],
                       "conditions": [changed | {"type": cache.POD_SCHEDULED}]}}


# What a reply means.


def resume(local: Local, key: str, memo: object, reply: Reply) -> Call | Done:
    """Ends the binding, or tries the status again."""
    match memo:
        case Binding():
            return after_binding(local, key, memo, reply)
        case Patching():
            return after_patch(memo, key, reply)
        case _:
            message = f"{key}: the scheduler cannot go on from {memo!r}"
            raise TypeError(message)


def after_binding(local: Local, key: str, memo: Binding, reply: Reply) -> Call | Done:
    """Success needs no more than an Event; whatever else it was, the assumption is forgotten and the pod retried.

    Forgetting counts as a deletion: others may fit now. That the pod is bound after all (the reply was lost, another
    one did it) or gone shows in the informer sooner or later. The condition of a pod that the informer shows as gone is
    not written; upstream tries and is told 404. Source: handleBindingCycleError.
    """
    name = key.rpartition("/")[2]
    if reply.ok:
        local.emit(f"Pod/{name}", "Normal", "Scheduled", f"Successfully assigned {key} to {memo.node}")
        return Done()
    forgotten = cache.forget(local, key, memo.uid)
    if forgotten is not None:
        queue.move_all(local, Change(ASSIGNED_POD_DELETE, forgotten, None))
    pod = local.get("pods", key)
    if pod is None or pod.metadata.uid != memo.uid:
        return Done()
    pod = attrs.evolve(pod, metadata=attrs.evolve(pod.metadata, generation=memo.generation))
    message = f'running Bind plugin "DefaultBinder": {reply.message}'
    return fail(local, key, pod, Failure(SCHEDULER_ERROR, message))


def after_patch(memo: Patching, key: str, reply: Reply) -> Call | Done:
    """A server in trouble is asked again, a few times; any other failure is only logged upstream."""
    if memo.attempts <= 1 or not reply.is_reason(*RETRIABLE):
        return Done()
    return patch_status(key, attrs.evolve(memo, attempts=memo.attempts - 1))


def patch_status(key: str, memo: Patching) -> Call:
    """One attempt to write the condition."""
    return Call("patch", "pods", key, memo.patch, "status", memo=memo, heeds_body=False)


# Event handlers.


def handle_node(local: Local, key: str, old: Node | None, new: Node | None) -> None:
    """A node came, went or changed: wakes the pods that this may help."""
    del key
    if new is None:
        queue.move_all(local, Change(NODE_DELETE, old, None))
    elif old is None:
        queue.move_all(local, Change(NODE_ADD, None, new))
    else:
        for event in node_scheduling_properties_change(new, old):
            queue.move_all(local, Change(event, old, new))


def handle_pod(local: Local, key: str, old: Pod | None, new: Pod | None) -> None:
    """A bound pod concerns the cache, a waiting one the queue."""
    if new is not None and new.spec.node_name:
        handle_assigned_pod(local, key, old, new)
    elif old is not None and old.spec.node_name:
        queue.move_all(local, Change(ASSIGNED_POD_DELETE, old, None))
        if new is not None and is_responsible_for(new):
            queue.add(local, key, new)
    elif new is None:
        queue.remove(local, key)
        if cache.is_assumed(local, key):
            handle_assumed_pod_deletion(local, key, old)
        else:
            handle_lost_nomination(local, old, "")
    elif is_responsible_for(new):
        handle_waiting_pod(local, key, old, new)


def handle_assigned_pod(local: Local, key: str, old: Pod | None, new: Pod) -> None:
    """A pod that is seen bound for the first time confirms an assumption, and is nothing for the queue any more."""
    if old is not None and old.spec.node_name and old.metadata.uid != new.metadata.uid:
        queue.move_all(local, Change(ASSIGNED_POD_DELETE, old, None))
        old = None
    if old is not None and old.spec.node_name:
        for event in pod_scheduling_properties_change(new, old):
            queue.move_all(local, Change(event, old, new))
        return
    cache.confirm(local, key)
    queue.remove(local, key)
    queue.move_all(local, Change(ASSIGNED_POD_ADD, None, new))


def handle_waiting_pod(local: Local, key: str, old: Pod | None, new: Pod) -> None:
    """A new pod is queued; an update may wake it; the deletion of an assumed one gives its place back."""
    if old is None:
        queue.add(local, key, new)
        return
    if old.metadata.uid != new.metadata.uid:
        handle_assumed_pod_deletion(local, key, old)
    if not cache.is_assumed(local, key):
        queue.update(local, key, old, new)
        handle_lost_nomination(local, old, new.status.nominated_node_name)
    elif new.metadata.deletion_timestamp is not None and old.metadata.deletion_timestamp is None:
        handle_assumed_pod_deletion(local, key, new)


def handle_assumed_pod_deletion(local: Local, key: str, pod: Pod | None) -> None:
    """The place that an assumed pod held is free again, before its binding has failed."""
    held = local.note(cache.NOTE, key)
    if pod is None or held is None:
        return
    cache.confirm(local, key)
    queue.move_all(local, Change(ASSIGNED_POD_DELETE, cache.place(pod, held.node), None))


def handle_lost_nomination(local: Local, old: Pod | None, node: str) -> None:
    """A place that was kept for a waiting pod is not kept any more: as if the pod had been deleted from it."""
    if old is not None and old.status.nominated_node_name not in ("", node):
        queue.move_all(local, Change(ASSIGNED_POD_DELETE, old, None))


def fire(local: Local, timer: str, key: str) -> None:
    """The only timer: a pod that was unschedulable for five minutes is tried again."""
    del timer
    queue.flush(local, key)


CONTROLLER = Controller(
    "kube-scheduler",
    watches=(Watch("nodes", handle_node, cache.project_node), Watch("pods", handle_pod, cache.project_pod)),
    sync=sync,
    resume=resume,
    choices=choices,
    fire=fire,
    grants=(
        PolicyRule(("get", "list", "watch"), ("",), ("nodes",)),
        PolicyRule(("get", "list", "watch"), ("",), ("pods",)),
        PolicyRule(("create",), ("",), ("bindings", "pods/binding")),
        PolicyRule(("patch", "update"), ("",), ("pods/status",)),
        PolicyRule(("create", "patch", "update"), ("", "events.k8s.io"), ("events",)),
    ),
    user="system:kube-scheduler",
    binary="kube-scheduler",
    workers=None,
)
