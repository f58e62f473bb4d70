"""What the scheduler never does: it overfills a node, ignores a taint, binds another pod, or loses count of its queues.

A decision is judged on the snapshot that it was made from: the scheduler's informers and the pods it has assumed. The
store may be ahead of both; that form is `no_overcommit_in_store`.
"""

from collections.abc import Iterator, Mapping

from seatrial.model.actions import Action
from seatrial.model.api.core import Node, Pod
from seatrial.model.api.meta import key_of
from seatrial.model.client.calls import Call, Waiting
from seatrial.model.client.local import Local
from seatrial.model.client.process import queue_cell
from seatrial.model.cluster import Cluster
from seatrial.model.controllers.pods import is_pod_terminal
from seatrial.model.scheduler import cache, queue
from seatrial.model.scheduler.plugins.taint_toleration import tolerates_taint
from seatrial.model.scheduler.requests import pod_requests, rounded_amounts
from seatrial.model.scope import Scope
from seatrial.model.view import Cell
from seatrial.properties.changes import changed_cells, changed_twins, decided, served
from seatrial.properties.premises import allows, every, has_pods, manifests, pod_specs, runs, schedules_pods, some
from seatrial.properties.property import SOMETIMES, STEP, Property, objects

SCHEDULER = "kube-scheduler"
DOCS = "https://kubernetes.io/docs/concepts/"
Amounts = Mapping[str, int]


def is_binding(call: Call | None) -> bool:
    """Is this call a binding?"""
    return call is not None and (call.verb, call.resource, call.subresource) == ("create", "pods", "binding")


def decided_binding(action: Action, after: Cluster) -> tuple[str, str] | None:
    """The key of the pod and the node that a scheduling cycle has just decided to bind, if it has."""
    call = decided(action, after) if action.process == SCHEDULER else None
    return (call.key, call.body[1]) if call is not None and is_binding(call) else None


def overcommitted(pod: Pod, others: tuple[Pod, ...], node: Node) -> str | None:
    """What a pod asks for that its node cannot give beside the others, in words."""
    allocatable = rounded_amounts(node.status.allocatable)
    for name, amount in pod_requests(pod).items():
        total = amount + sum(pod_requests(each).get(name, 0) for each in others)
        if amount and total > allocatable.get(name, 0):
            unit = "m" if name == "cpu" else ""
            return f"with it {total}{unit} of {name} are asked for, {allocatable.get(name, 0)}{unit} can be given"
    if len(others) + 1 > allocatable.get("pods", 0):
        return f"it would be pod number {len(others) + 1}, {allocatable.get('pods', 0)} are allowed"
    return None


def no_overcommit(before: Cluster, action: Action, after: Cluster) -> str | None:
    """The scheduler takes no node that cannot give what its pods, seen or assumed there, and the new one ask for."""
    found = decided_binding(action, after)
    if found is None:
        return None
    key, name = found
    local = Local(before.view(), SCHEDULER)
    pod, node = local.get("pods", key), local.get("nodes", name)
    if pod is None or node is None:
        return f"the scheduler binds pod {key} to {name}, of which it sees only one"
    why = overcommitted(pod, tuple(placed_on(local, name, key)), node)
    return f"the scheduler binds pod {key} to {name}: {why}" if why else None


def placed_on(local: Local, name: str, besides: str) -> Iterator[Pod]:
    """The pods that the scheduler sees, or assumes, on a node."""
    for pod in local.list("pods"):
        key = key_of(pod.metadata)
        held = None if pod.spec.node_name else local.note(cache.NOTE, key)
        if key != besides and name == (pod.spec.node_name if held is None else held.node):
            yield pod


def no_overcommit_in_store(before: Cluster, action: Action, after: Cluster) -> str | None:
    """No binding is stored that makes the pods of a node ask for more than it can give."""
    del action
    for cell, old, new in changed_twins(before, after, "pods"):
        if old.spec.node_name or not new.spec.node_name:
            continue
        node = after.get("nodes", new.spec.node_name)
        others = tuple(
            pod
            for pod in after.objects("pods")
            if pod.spec.node_name == new.spec.node_name
            and key_of(pod.metadata) != cell.key
            and not is_pod_terminal(pod)
        )
        why = overcommitted(new, others, node) if node is not None else "there is no such node"
        if why:
            return f"pod {cell.key} is bound to {new.spec.node_name}: {why}"
    return None


def taints_respected(before: Cluster, action: Action, after: Cluster) -> str | None:
    """The scheduler takes no node that it sees cordoned, or with a taint that the pod does not tolerate."""
    found = decided_binding(action, after)
    if found is None:
        return None
    key, name = found
    local = Local(before.view(), SCHEDULER)
    pod, node = local.get("pods", key), local.get("nodes", name)
    if pod is None or node is None:
        return None
    for taint in node.spec.taints:
        if taint.effect in ("NoSchedule", "NoExecute") and not any(
            tolerates_taint(each, taint) for each in pod.spec.tolerations
        ):
            return f"the scheduler binds pod {key} to {name} in spite of the taint {taint.key}:{taint.effect}"
    if node.spec.unschedulable and not any(
        each.key in ("", "node.kubernetes.io/unschedulable") and each.effect in ("", "NoSchedule")
        for each in pod.spec.tolerations
    ):
        return f"the scheduler binds pod {key} to {name}, which is cordoned"
    return None


def bind_uid_match(before: Cluster, action: Action, after: Cluster) -> str | None:
    """A binding binds the very pod that it was made for, to the node that it names."""
    call = served(before, action)
    if call is None or not is_binding(call):
        return None
    for cell, old, new in changed_twins(before, after, "pods"):
        uid, node = call.body
        if cell.key == call.key and old.spec.node_name != new.spec.node_name:
            if uid and uid != new.metadata.uid:
                return f"a binding made for another pod of this name bound pod {cell.key} to {new.spec.node_name}"
            if new.spec.node_name != node:
                return f"a binding to {node} bound pod {cell.key} to {new.spec.node_name}"
    return None


def single_queue_membership(before: Cluster, action: Action, after: Cluster) -> str | None:
    """A pod waits in one queue of the scheduler at most, and in none once the scheduler has seen it bound."""
    del action
    for cell, _, _ in changed_cells(before, after, "copy", "note", "queue"):
        if cell.owner != SCHEDULER or (cell.table, cell.kind) not in QUEUES:
            continue
        active = after[queue_cell(SCHEDULER, cell.key)] is not None
        parked = after[Cell("note", SCHEDULER, queue.NOTE, cell.key)] is not None
        pod = after[Cell("copy", SCHEDULER, "pods", cell.key)]
        if active and parked:
            return f"pod {cell.key} is in the scheduler's active queue and parked as unschedulable"
        if (active or parked) and pod is not None and pod.spec.node_name:
            return f"pod {cell.key} waits in the scheduler's queue, which has seen it bound to {pod.spec.node_name}"
    return None


QUEUES = (("copy", "pods"), ("note", queue.NOTE), ("queue", ""))


def some_pod_waits_to_be_scheduled(cluster: Cluster) -> str | None:
    """A pod is in the scheduler's queue."""
    found = next(cluster.view().keys("queue", SCHEDULER), None)
    return f"pod {found} waits to be scheduled" if found else None


def some_binding_is_decided(cluster: Cluster) -> str | None:
    """The scheduler has decided where to bind a pod."""
    for key, plan in cluster.view().scan("plan", SCHEDULER):
        if isinstance(plan, Waiting) and is_binding(plan.call):
            return f"pod {key} is about to be bound to {plan.call.body[1]}"
    return None


def some_node_is_avoided(cluster: Cluster) -> str | None:
    """The scheduler sees a node that is tainted or cordoned while a pod waits."""
    for name, node in cluster.view().scan("copy", SCHEDULER, "nodes"):
        if (node.spec.taints or node.spec.unschedulable) and some_pod_waits_to_be_scheduled(cluster):
            return f"a pod waits while {name} is tainted or cordoned"
    return None


def taints_nodes(scope: Scope) -> bool:
    """Scopes with a tainted or cordoned node, or in which one may become so."""
    return some(allows("cordon", "drain"), every(runs("node-lifecycle"), allows("node-down", "partition")))(
        scope
    ) or any(each.spec.taints or each.spec.unschedulable for each in manifests(scope) if isinstance(each, Node))


def leaves_nodes_to_the_scheduler(scope: Scope) -> bool:
    """Scopes in which no pod names its node itself."""
    return schedules_pods(scope) and not any(spec.node_name for spec in pod_specs(scope))


PROPERTIES = (
    Property(
        "bind_uid_match",
        STEP,
        "a pod of the same name may ask for something else",
        bind_uid_match,
        DOCS + "overview/working-with-objects/names/#uids",
        sibling="some_binding_is_decided",
        reads=objects("pods"),
        needs=(SCHEDULER,),
        where=schedules_pods,
    ),
    Property(
        "no_overcommit",
        STEP,
        "a pod that asks for room must get it",
        no_overcommit,
        DOCS + "configuration/manage-resources-containers/#how-pods-with-resource-requests-are-scheduled",
        restrictions="judged on what the scheduler saw and assumed when it decided",
        sibling="some_binding_is_decided",
        reads=(("plan", ""),),
        needs=(SCHEDULER,),
        where=schedules_pods,
    ),
    Property(
        "no_overcommit_in_store",
        STEP,
        "a node that promised more than it has fails pods or evicts them",
        no_overcommit_in_store,
        DOCS + "configuration/manage-resources-containers/#how-pods-with-resource-requests-are-scheduled",
        restrictions="one scheduler, which learns the fate of every binding and never lists from the past, and no "
        "pod that names its node itself",
        sibling="some_binding_is_decided",
        reads=objects("pods"),
        needs=(SCHEDULER,),
        breaks_under=("lost", "late", "lagging"),
        where=leaves_nodes_to_the_scheduler,
    ),
    Property(
        "single_queue_membership",
        STEP,
        "a pod in two queues is scheduled twice, one in the wrong queue never",
        single_queue_membership,
        DOCS + "scheduling-eviction/scheduling-framework/",
        sibling="some_pod_waits_to_be_scheduled",
        reads=QUEUES,
        needs=(SCHEDULER,),
        where=has_pods,
    ),
    Property(
        "taints_respected",
        STEP,
        "a taint keeps pods away from a node that is not for them",
        taints_respected,
        DOCS + "scheduling-eviction/taint-and-toleration/",
        restrictions="judged on what the scheduler saw when it decided",
        sibling="some_node_is_avoided",
        reads=(("plan", ""),),
        needs=(SCHEDULER,),
        where=every(has_pods, taints_nodes),
    ),
    Property(
        "some_binding_is_decided", SOMETIMES, "the premise of room", some_binding_is_decided, reads=(("plan", ""),)
    ),
    Property(
        "some_node_is_avoided",
        SOMETIMES,
        "the premise of taints",
        some_node_is_avoided,
        reads=(("copy", "nodes"), ("queue", "")),
    ),
    Property(
        "some_pod_waits_to_be_scheduled",
        SOMETIMES,
        "the premise of queues",
        some_pod_waits_to_be_scheduled,
        reads=(("queue", ""),),
    ),
)
