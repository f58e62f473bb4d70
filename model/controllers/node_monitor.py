"""The node lifecycle controller's monitor pass: every node's health, its NoExecute queue and its pods; then the zones.

Mirrors monitorNodeHealth, processTaintBaseEviction and markNodeAsReachable in
pkg/controller/nodelifecycle/node_lifecycle_controller.go and MarkPodsNotReady in pkg/controller/util/node (release
1.36).
A node whose Ready condition has just been set to Unknown is judged by that, as upstream. Upstream looks at several
nodes at a time; here one after another.
"""

import attrs

from seatrial.model.api.core import Node, Pod, Taint
from seatrial.model.api.meta import get_condition, key_of
from seatrial.model.client.calls import Call, Done, Reply
from seatrial.model.client.local import Local
from seatrial.model.controllers.node_health import (
    HEALTH,
    NodeHealth,
    get_heartbeat,
    is_silent,
    observe_lease,
    take_news,
    with_unknown_conditions,
)
from seatrial.model.controllers.node_taints import (
    TaintJob,
    after_taint_reply,
    read_node,
    remove_taint,
    swap_taints,
    taint_exists,
)
from seatrial.model.controllers.node_zones import (
    EXCLUDED_LABEL,
    GONE,
    Zone,
    add_node,
    drop_node,
    get_zone_key,
    handle_disruption,
    has_work,
    keep_zone,
    zone_of,
    zones,
)

NO_EXECUTE = "pass:noexecute"
KNOWN, RETRY = "known", "retry"
HEALTH_UPDATE_ATTEMPTS = 5
NOT_READY = Taint("node.kubernetes.io/not-ready", effect="NoExecute")
UNREACHABLE = Taint("node.kubernetes.io/unreachable", effect="NoExecute")


@attrs.frozen
class Pass:
    """Where a monitor pass is: the nodes still to do (the first one in hand), and what the done ones were like.

    `stage` names what the awaited call is for; `node` is the node in hand as last read, `observed` its Ready condition
    before this pass; `reachable` the taints still to be taken off it; `failed` says that the pass must run again.
    """

    todo: tuple[str, ...]
    stage: str = "begin"
    seen: tuple[tuple[str, bool], ...] = ()
    node: Node | None = None
    observed: str = ""
    attempts: int = 0
    job: TaintJob | None = None
    verb: str = "get"
    reachable: tuple[Taint, ...] = ()
    pods: tuple[str, ...] = ()
    failed: bool = False


def ready_status(node: Node) -> str:
    """The node's Ready condition; "" when it has none."""
    ready = get_condition(node.status.conditions, "Ready")
    return "" if ready is None else ready.status


def begin_monitor(local: Local) -> Call | Done:
    """Gets to know new nodes and zones, and forgets those that are gone."""
    nodes: dict[str, Node] = {node.metadata.name: node for node in local.list("nodes")}
    for name, node in nodes.items():
        zone = zone_of(local, get_zone_key(node))
        if zone is None or zone.state == GONE:
            keep_zone(local, get_zone_key(node), Zone())
        if local.note(KNOWN, name) is None:
            say_node(local, name, "Normal", "RegisteredNode", f"Registered Node {name} in Controller")
    for name, _ in list(local.notes(KNOWN)):
        if name not in nodes:
            local.set_note(KNOWN, name, None)
            local.set_note(HEALTH, name, None)
            local.set_note(RETRY, name, None)
            say_node(local, name, "Normal", "RemovingNode", f"Removing Node {name} from Controller")
    new = tuple(name for name in nodes if local.note(KNOWN, name) is None)
    for name in new:
        local.set_note(KNOWN, name, "")
    return next_reachable(local, Pass(new, "added"))


def say_node(local: Local, name: str, type_: str, reason: str, what: str) -> None:
    """Records the Event."""
    local.emit(f"Node/{name}", type_, reason, f"Node {name} event: {what}")


def next_reachable(local: Local, memo: Pass) -> Call | Done:
    """Takes the NoExecute taints off the nodes to do (new ones, or all when the zones collapse)."""
    while memo.todo:
        node = local.get("nodes", memo.todo[0])
        if node is not None:
            call = mark_reachable(local, attrs.evolve(memo, node=node, reachable=(UNREACHABLE, NOT_READY)))
            if isinstance(call, Call):
                return call
        memo = attrs.evolve(memo, todo=memo.todo[1:])
    if memo.stage == "collapsed":
        return Done(requeue=memo.failed)
    return next_node(local, Pass(tuple(node.metadata.name for node in local.list("nodes"))))


def mark_reachable(local: Local, memo: Pass) -> Call | None:
    """Takes one taint after the other off; without any left the node leaves its zone's queue."""
    node = memo.node
    while node is not None and memo.reachable:
        job, memo = remove_taint(node, memo.reachable[0]), attrs.evolve(memo, reachable=memo.reachable[1:])
        call = read_node(job)
        if call is not None:
            return attrs.evolve(call, memo=attrs.evolve(memo, job=job, verb="get"))
    if node is not None:
        key = get_zone_key(node)
        if (zone := zone_of(local, key)) is not None:
            keep_zone(local, key, drop_node(zone, node.metadata.name))
    return None


def next_node(local: Local, memo: Pass) -> Call | Done:
    """Looks at the next node, or at the zones when all nodes were seen."""
    while memo.todo:
        node = local.get("nodes", memo.todo[0])
        if node is not None:
            return try_update_node_health(local, attrs.evolve(memo, node=node, attempts=0))
        memo = attrs.evolve(memo, todo=memo.todo[1:])
    return finish_monitor(local, memo)


def finish_monitor(local: Local, memo: Pass) -> Call | Done:
    """Judges the zones, and wakes the tainting pass if it has something to do."""
    change = handle_disruption(local, memo.seen)
    names = tuple(node.metadata.name for node in local.list("nodes"))
    if change == "left":
        for name in names:
            if (health := local.note(HEALTH, name)) is not None:
                local.set_note(HEALTH, name, attrs.evolve(health, probed=local.now))
    if any(has_work(zone) for _, zone in zones(local)):
        local.enqueue(NO_EXECUTE)
    if change == "entered":
        return next_reachable(local, Pass(names, "collapsed", failed=memo.failed))
    return Done(requeue=memo.failed)


def try_update_node_health(local: Local, memo: Pass) -> Call | Done:
    """Writes Unknown into a silent node's status, if it is not there yet."""
    node = memo.node
    assert node is not None  # noqa: S101 -- narrows the type
    name, lease = node.metadata.name, observe_lease(local, node.metadata.name)
    health: NodeHealth = take_news(local.note(HEALTH, name), node, lease, local.now)
    memo = attrs.evolve(memo, observed=ready_status(node) or "Unknown", stage="health")
    local.set_note(HEALTH, name, health)
    if is_silent(health, node, lease, local.now):
        unknown = with_unknown_conditions(node, local.now)
        memo = attrs.evolve(memo, node=unknown)
        if get_condition(unknown.status.conditions, "Ready") != get_condition(node.status.conditions, "Ready"):
            return Call("update", "nodes", name, unknown, "status", memo=memo)
    return judge_node(local, memo)


def judge_node(local: Local, memo: Pass) -> Call | Done:
    """Counts the node for its zone, and swaps, queues or removes its NoExecute taint (processTaintBaseEviction)."""
    node = memo.node
    assert node is not None  # noqa: S101 -- narrows the type
    ready = ready_status(node)
    if EXCLUDED_LABEL not in node.metadata.labels:
        memo = attrs.evolve(memo, seen=(*memo.seen, (get_zone_key(node), ready == "True")))
    if not ready:
        return leave_node(local, memo)
    memo = attrs.evolve(memo, stage="taints")
    if ready == "True":
        return mark_reachable(local, attrs.evolve(memo, reachable=(UNREACHABLE, NOT_READY))) or mark_pods(local, memo)
    wanted, opposite = (NOT_READY, UNREACHABLE) if ready == "False" else (UNREACHABLE, NOT_READY)
    if taint_exists(node.spec.taints, opposite):
        job = swap_taints(node, (wanted,), (opposite,), local.now)
        call = read_node(job)
        assert call is not None  # noqa: S101 -- there is a taint to add
        return attrs.evolve(call, memo=attrs.evolve(memo, job=job, verb="get"))
    key = get_zone_key(node)
    zone = zone_of(local, key) or Zone()
    again = not taint_exists(node.spec.taints, wanted)
    keep_zone(local, key, add_node(zone, node.metadata.name, again=again))
    return mark_pods(local, memo)


def mark_pods(local: Local, memo: Pass) -> Call | Done:
    """The pods of a node that has just become not ready, or of which some could not be marked, are marked NotReady."""
    node = memo.node
    assert node is not None  # noqa: S101 -- narrows the type
    name, lost = node.metadata.name, ready_status(node) != "True" and memo.observed == "True"
    if lost:
        local.emit(f"Node/{name}", "Normal", "NodeNotReady", f"Node {name} status is now: NodeNotReady")
    elif local.note(RETRY, name) is None or memo.observed == "True":
        return leave_node(local, memo)
    pods = tuple(key_of(pod.metadata) for pod in local.list("pods") if pod.spec.node_name == name)
    local.set_note(RETRY, name, None)
    return next_pod(local, attrs.evolve(memo, stage="pods", pods=pods))


def next_pod(local: Local, memo: Pass) -> Call | Done:
    """Marks the next pod that is ready."""
    while memo.pods:
        pod = local.get("pods", memo.pods[0])
        if pod is not None and (marked := mark_not_ready(pod, local.now)) is not None:
            return Call("update", "pods", memo.pods[0], marked, "status", memo=memo)
        memo = attrs.evolve(memo, pods=memo.pods[1:])
    node = memo.node
    if node is not None and local.note(RETRY, node.metadata.name) is not None:
        return next_node(local, attrs.evolve(memo, todo=memo.todo[1:], failed=True))
    return leave_node(local, memo)


def mark_not_ready(pod: Pod, now: int) -> Pod | None:
    """The pod with Ready False; None when it says so already, or says nothing (MarkPodsNotReady)."""
    held = get_condition(pod.status.conditions, "Ready")
    if held is None or held.status == "False":
        return None
    marked = attrs.evolve(held, status="False", last_transition_time=now)
    conditions = tuple(marked if each is held else each for each in pod.status.conditions)
    return attrs.evolve(pod, status=attrs.evolve(pod.status, conditions=conditions))


def leave_node(local: Local, memo: Pass) -> Call | Done:
    """On to the next one."""
    local.set_note(RETRY, memo.todo[0], None)
    return next_node(local, attrs.evolve(memo, todo=memo.todo[1:]))


# What each reply means.


def resume_monitor(local: Local, memo: Pass, reply: Reply) -> Call | Done:
    """Goes on with the health, the pods or the taints of the node in hand."""
    if memo.stage == "health":
        return after_health(local, memo, reply)
    if memo.stage == "pods":
        return after_pod(local, memo, reply)
    return after_taints(local, memo, reply)


def after_health(local: Local, memo: Pass, reply: Reply) -> Call | Done:
    """A failed update is tried again on the node as it is now; a node that cannot be read is left for this time."""
    name = memo.todo[0]
    if memo.attempts < 0:
        if not reply.ok:
            return next_node(local, attrs.evolve(memo, todo=memo.todo[1:], failed=not reply.is_reason("NotFound")))
        return try_update_node_health(local, attrs.evolve(memo, node=reply.body, attempts=-memo.attempts))
    if reply.ok:
        if (health := local.note(HEALTH, name)) is not None:
            local.set_note(HEALTH, name, attrs.evolve(
                health, ready="Unknown", heartbeat=get_heartbeat(reply.body)))
        return judge_node(local, memo)
    if memo.attempts < HEALTH_UPDATE_ATTEMPTS:
        return Call("get", "nodes", name, memo=attrs.evolve(memo, attempts=-memo.attempts - 1))
    return next_node(local, attrs.evolve(memo, todo=memo.todo[1:], failed=True))


def after_taints(local: Local, memo: Pass, reply: Reply) -> Call | Done:
    """Goes on with the taints of the node in hand; a failure is left to the next pass."""
    assert memo.job is not None  # noqa: S101 -- a taint call has a job
    job, call, fine = after_taint_reply(memo.job, memo.verb, reply)
    if call is not None:
        return attrs.evolve(call, memo=attrs.evolve(memo, job=job, verb=call.verb))
    memo = attrs.evolve(memo, failed=memo.failed or not fine)
    if memo.stage == "taints" and memo.node is not None and ready_status(memo.node) != "True":
        return mark_pods(local, memo)
    following = mark_reachable(local, memo) if fine else None
    if following is not None:
        return following
    if memo.stage == "taints":
        return mark_pods(local, memo)
    return next_reachable(local, attrs.evolve(memo, todo=memo.todo[1:]))


def after_pod(local: Local, memo: Pass, reply: Reply) -> Call | Done:
    """A pod that is gone needs no mark; any other failure is tried again in the next pass."""
    if not reply.is_reason("NotFound"):
        say_pod_not_ready(local, memo.pods[0])
        if not reply.ok:
            local.set_note(RETRY, memo.todo[0], "")
    return next_pod(local, attrs.evolve(memo, pods=memo.pods[1:]))


def say_pod_not_ready(local: Local, key: str) -> None:
    """Records the Event."""
    local.emit(f"Pod/{key.rpartition('/')[2]}", "Warning", "NodeNotReady", "Node is not ready")
