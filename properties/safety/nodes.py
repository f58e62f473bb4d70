"""What node trouble never causes: evictions from a node without a taint, a node given up that is heard of."""

from seatrial.model.actions import Action
from seatrial.model.api.core import Node, Pod, Taint
from seatrial.model.api.meta import get_condition
from seatrial.model.client.calls import Call, StatusPatch
from seatrial.model.client.local import Local
from seatrial.model.cluster import Cluster
from seatrial.model.controllers.tainteviction import TAINTED, WORK, get_no_execute_taints
from seatrial.model.node.heartbeat import lease_cell
from seatrial.model.scope import Scope
from seatrial.properties.changes import changed_cells, decided
from seatrial.properties.premises import allows, every, has_pods, manifests, runs, runs_kubelets
from seatrial.properties.property import SOMETIMES, STEP, Property, objects

UNREACHABLE = Taint("node.kubernetes.io/unreachable", effect="NoExecute")
EVICTION, LIFECYCLE = "taint-eviction-controller", "node-lifecycle-controller"
DOCS = "https://kubernetes.io/docs/concepts/"


def no_eviction_without_taint(before: Cluster, action: Action, after: Cluster) -> str | None:
    """No eviction is planned from a node of which the controller has seen no NoExecute taint."""
    del action
    for cell, old, new in changed_cells(before, after, "note"):
        if cell.owner != EVICTION or cell.kind != WORK or new is None or old is not None:
            continue
        local = Local(before.view(), EVICTION)
        pod: Pod | None = local.get("pods", cell.key)
        name = pod.spec.node_name if pod is not None else ""
        node: Node | None = local.get("nodes", name) if name else None
        taints = () if node is None else get_no_execute_taints(node.spec.taints)
        if not taints and not local.note(TAINTED, name):
            return f"pod {cell.key} is to be evicted from {name or 'no node'}, which has no NoExecute taint"
    return None


def no_silence_without_cause(before: Cluster, action: Action, after: Cluster) -> str | None:
    """No node is decided to be Unknown while its Lease is held."""
    call: Call | None = decided(action, after) if action.process == LIFECYCLE else None
    if call is None or call.resource != "nodes" or call.subresource != "status" or call.verb not in ("update", "patch"):
        return None
    body = call.body
    conditions = body.conditions if isinstance(body, StatusPatch) else body.status.conditions
    ready = get_condition(conditions, "Ready")
    if ready is not None and ready.status == "Unknown" and before[lease_cell(call.key)] is None:
        return f"the node lifecycle controller decides that {call.key} is silent, while its Lease is renewed"
    return None


def some_eviction_is_planned(cluster: Cluster) -> str | None:
    """An eviction is planned."""
    found = next(cluster.view().keys("note", EVICTION, WORK), None)
    return f"pod {found} is to be evicted" if found else None


def some_node_is_unknown(cluster: Cluster) -> str | None:
    """A node is taken for lost."""
    for node in cluster.objects("nodes"):
        ready = get_condition(node.status.conditions, "Ready")
        if ready is not None and ready.status == "Unknown":
            return f"node {node.metadata.name} is taken for lost"
    return None


def loses_nodes(scope: Scope) -> bool:
    """Scopes in which a node may fall silent, and somebody listens."""
    return every(runs_kubelets, runs("node-lifecycle"), allows("node-down", "partition"))(scope)


def evicts(scope: Scope) -> bool:
    """Scopes in which a node may get a NoExecute taint, or has one."""
    return loses_nodes(scope) or any(
        get_no_execute_taints(each.spec.taints) for each in manifests(scope) if isinstance(each, Node)
    )


PROPERTIES = (
    Property(
        "no_eviction_without_taint",
        STEP,
        "a healthy node keeps its pods",
        no_eviction_without_taint,
        DOCS + "scheduling-eviction/taint-and-toleration/#taint-based-evictions",
        restrictions="judged on what the controller had seen when it planned the eviction: one that is under way goes "
        "on when the taint is taken back",
        sibling="some_eviction_is_planned",
        reads=(("note", WORK),),
        needs=(EVICTION, "kube-scheduler"),
        where=every(has_pods, evicts),
    ),
    Property(
        "no_silence_without_cause",
        STEP,
        "a node that is heard of must not lose its pods",
        no_silence_without_cause,
        DOCS + "architecture/nodes/#node-controller",
        restrictions="judged when the update is decided: the Lease may be renewed before it is written",
        sibling="some_node_is_unknown",
        reads=(("plan", ""),),
        needs=(LIFECYCLE,),
        where=loses_nodes,
    ),
    Property(
        "some_eviction_is_planned",
        SOMETIMES,
        "the premise of evictions",
        some_eviction_is_planned,
        reads=(("note", WORK),),
    ),
    Property("some_node_is_unknown", SOMETIMES, "the premise of silence", some_node_is_unknown, reads=objects("nodes")),
)
