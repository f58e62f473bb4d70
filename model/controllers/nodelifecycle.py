"""The node lifecycle controller: a node that falls silent is marked Unknown, its pods NotReady, and it is tainted.

Mirrors pkg/controller/nodelifecycle/node_lifecycle_controller.go (release 1.36). Its loops are keys here, and each is
run when something it reads has changed, not every 5 s or 100 ms; a pass that failed in part runs again.

    pass:monitor     monitorNodeHealth (`seatrial.model.controllers.node_monitor`)
    pass:noexecute   doNoExecuteTaintingPass: the first node of each zone's queue, while there are tokens
    NODE             doNoScheduleTaintingPass: NoSchedule taints by condition and cordon
    NS/POD           processPod: a pod that appears on a node that is not ready

Left out: the labels beta.kubernetes.io/os and arch,
which the kubelet sets as well.
"""

import attrs

from seatrial.model.api.core import Node, Pod, Taint
from seatrial.model.api.rbac import PolicyRule
from seatrial.model.client.calls import Call, Done, Reply
from seatrial.model.client.controller import Controller, Watch
from seatrial.model.client.local import Local
from seatrial.model.controllers.node_health import HEALTH, NodeHealth
from seatrial.model.controllers.node_monitor import (
    NO_EXECUTE,
    NOT_READY,
    UNREACHABLE,
    Pass,
    begin_monitor,
    mark_not_ready,
    ready_status,
    resume_monitor,
    say_pod_not_ready,
)
from seatrial.model.controllers.node_taints import TaintJob, after_taint_reply, read_node, swap_taints, taint_exists
from seatrial.model.controllers.node_zones import TOKEN, keep_zone, refill, take_token, zone_of, zones

MONITOR = "pass:monitor"
UNSCHEDULABLE = "node.kubernetes.io/unschedulable"
TAINT_OF_CONDITION = {
    ("Ready", "False"): NOT_READY.key,
    ("Ready", "Unknown"): UNREACHABLE.key,
    ("MemoryPressure", "True"): "node.kubernetes.io/memory-pressure",
    ("DiskPressure", "True"): "node.kubernetes.io/disk-pressure",
    ("NetworkUnavailable", "True"): "node.kubernetes.io/network-unavailable",
    ("PIDPressure", "True"): "node.kubernetes.io/pid-pressure",
}
CONDITION_TAINTS = (*TAINT_OF_CONDITION.values(), UNSCHEDULABLE)


@attrs.frozen
class Tainting:
    """A change of one node's taints outside of a monitor pass; `zone` is the queue it came from, or None."""

    job: TaintJob
    verb: str = "get"
    zone: str | None = None
    zones: tuple[str, ...] = ()


@attrs.frozen
class Marking:
    """One pod that is being marked."""


def sync(local: Local, key: str, choice: str) -> Call | Done:
    """Runs one pass, or handles one node or pod."""
    del choice
    if key == MONITOR:
        return begin_monitor(local)
    if key == NO_EXECUTE:
        return next_zone(local, tuple(name for name, _ in zones(local)))
    if "/" in key:
        return process_pod(local, key)
    local.enqueue(MONITOR)
    return do_no_schedule_tainting(local, key)


# The tainting passes, and single pods.


def next_zone(local: Local, names: tuple[str, ...]) -> Call | Done:
    """Taints the first node in each zone's queue, as long as the zone has tokens (doNoExecuteTaintingPass)."""
    while names:
        key = names[0]
        zone = zone_of(local, key)
        taken = take_token(local, key, zone) if zone is not None and zone.queue else None
        if taken is None:
            names = names[1:]
            continue
        keep_zone(local, key, taken)
        node: Node | None = local.get("nodes", taken.queue[0])
        ready = "" if node is None else ready_status(node)
        if node is not None and ready in ("False", "Unknown"):
            wanted, opposite = (NOT_READY, UNREACHABLE) if ready == "False" else (UNREACHABLE, NOT_READY)
            return taint(swap_taints(node, (wanted,), (opposite,), local.now), key, names) or Done()
        if node is None or ready:
            keep_zone(local, key, attrs.evolve(taken, queue=taken.queue[1:]))
    return Done()


def do_no_schedule_tainting(local: Local, name: str) -> Call | Done:
    """Brings the NoSchedule taints in line with the node's conditions and its cordon."""
    node: Node | None = local.get("nodes", name)
    if node is None:
        return Done()
    keys = [key for each in node.status.conditions if (key := TAINT_OF_CONDITION.get((each.type, each.status)))]
    if node.spec.unschedulable:
        keys.append(UNSCHEDULABLE)
    wanted = tuple(Taint(key, effect="NoSchedule") for key in keys)
    held = tuple(each for each in node.spec.taints if each.effect == "NoSchedule" and each.key in CONDITION_TAINTS)
    add = tuple(each for each in wanted if not taint_exists(held, each))
    remove = tuple(each for each in held if not taint_exists(wanted, each))
    if not add and not remove:
        return Done()
    return taint(swap_taints(node, add, remove, local.now)) or Done()


def taint(job: TaintJob, zone: str | None = None, names: tuple[str, ...] = ()) -> Call | None:
    """Begins a job."""
    call = read_node(job)
    return None if call is None else attrs.evolve(call, memo=Tainting(job, zone=zone, zones=names))


def process_pod(local: Local, key: str) -> Call | Done:
    """A pod that appears on a node that is not ready is marked at once."""
    pod: Pod | None = local.get("pods", key)
    if pod is None or not local.has("nodes", pod.spec.node_name):
        return Done()
    health: NodeHealth | None = local.note(HEALTH, pod.spec.node_name)
    if health is None or health.ready in ("", "True"):
        return Done()
    marked = mark_not_ready(pod, local.now)
    return Done() if marked is None else Call("update", "pods", key, marked, "status", memo=Marking())


# Resume.


def resume(local: Local, key: str, memo: object, reply: Reply) -> Call | Done:
    """Continues with the health, the taints or the pods of a node."""
    match memo:
        case Pass():
            return resume_monitor(local, memo, reply)
        case Tainting():
            return after_tainting(local, memo, reply)
        case Marking():
            say_pod_not_ready(local, key)
            return Done() if reply.ok or reply.is_reason("NotFound") else Done(error=reply.message)
    raise TypeError(f"the node lifecycle controller has no plan with the memo {memo!r}")


def after_tainting(local: Local, memo: Tainting, reply: Reply) -> Call | Done:
    """Goes on with a tainting pass; a node that could not be tainted stays in its zone's queue."""
    job, call, fine = after_taint_reply(memo.job, memo.verb, reply)
    if call is not None:
        return attrs.evolve(call, memo=attrs.evolve(memo, job=job, verb=call.verb))
    if memo.zone is None:
        return Done() if fine else Done(error=f"failed to swap taints of node {job.node}")
    zone = zone_of(local, memo.zone)
    if fine and zone is not None and job.node in zone.queue:
        keep_zone(local, memo.zone, attrs.evolve(zone, queue=tuple(each for each in zone.queue if each != job.node)))
    return next_zone(local, memo.zones)


def fire(local: Local, timer: str, key: str) -> None:
    """A zone's next token is there."""
    if timer == TOKEN:
        refill(local, key)
    local.enqueue(NO_EXECUTE)


# Event handlers.


def handle_node(local: Local, key: str, old: Node | None, new: Node | None) -> None:
    """Any change of a node queues it, and with it the monitor pass."""
    del old
    if new is None:
        local.enqueue(MONITOR)
    else:
        local.enqueue(key)


def handle_pod(local: Local, key: str, old: Pod | None, new: Pod | None) -> None:
    """A pod that is bound is queued."""
    if new is not None and new.spec.node_name and (old is None or old.spec.node_name != new.spec.node_name):
        local.enqueue(key)


CONTROLLER = Controller(
    "node-lifecycle-controller",
    watches=(Watch("nodes", handle_node), Watch("pods", handle_pod)),
    sync=sync,
    resume=resume,
    fire=fire,
    grants=(
        PolicyRule(("delete", "get", "list", "patch", "update", "watch"), ("",), ("nodes",)),
        PolicyRule(("patch", "update"), ("",), ("nodes/status", "pods/status")),
        PolicyRule(("delete", "get", "list", "watch"), ("",), ("pods",)),
        PolicyRule(("get", "list", "watch"), ("coordination.k8s.io",), ("leases",)),
        PolicyRule(("create", "patch", "update"), ("", "events.k8s.io"), ("events",)),
    ),
    user="system:serviceaccount:kube-system:node-controller",
    binary="kube-controller-manager",
    workers=None,
)
