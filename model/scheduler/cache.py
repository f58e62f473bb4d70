"""The scheduler's cache: bound pods as the informer shows them, and assumed ones as if they were bound already.

Mirrors pkg/scheduler/backend/cache (release 1.36). An assumption is a note per pod, made before the binding is sent
and gone when the pod is seen bound (confirmed), seen deleted, or the binding fails (forgotten). It never expires by
itself, as upstream since 1.26 (durationToExpireAssumedPod is 0). A crash loses it: a restarted scheduler counts only
what the API server shows. If the informer sees a pod deleted and recreated as one update (a relist after 410), the
assumption of the old pod goes with it; upstream keeps it until the binding, which cannot succeed any more, has failed.
"""

import attrs

from seatrial.model.api.core import Node, NodeStatus, Pod, PodStatus
from seatrial.model.api.meta import ObjectMeta, key_of
from seatrial.model.client.local import Local
from seatrial.model.scheduler.node_info import NodeInfo, group_by_node

NOTE = "assumed"
POD_SCHEDULED = "PodScheduled"
TERMINAL = ("Succeeded", "Failed")


@attrs.frozen
class Assumed:
    """Where a pod is going to be, and which pod: its UID."""

    node: str
    uid: str


def assume(local: Local, key: str, pod: Pod, node: str) -> None:
    """Counts the pod on the node from now on."""
    local.set_note(NOTE, key, Assumed(node, pod.metadata.uid))


def is_assumed(local: Local, key: str) -> bool:
    """Is the pod of this key assumed to be somewhere?"""
    return local.note(NOTE, key) is not None


def confirm(local: Local, key: str) -> None:
    """The pod was seen bound: the informer's copy counts from now on."""
    local.set_note(NOTE, key, None)


def forget(local: Local, key: str, uid: str) -> Pod | None:
    """Takes an assumption back; returns the pod as it was counted, or None if this pod was not assumed."""
    held = local.note(NOTE, key)
    if held is None or held.uid != uid:
        return None
    local.set_note(NOTE, key, None)
    pod = local.get("pods", key)
    return None if pod is None else place(pod, held.node)


def place(pod: Pod, node: str) -> Pod:
    """The pod as it looks once it is bound."""
    return attrs.evolve(pod, spec=attrs.evolve(pod.spec, node_name=node))


@attrs.frozen(eq=False)
class Snapshot:
    """All nodes with the pods that are, or are assumed to be, on them, and the waiting pods with a nominated node."""

    nodes: tuple[NodeInfo, ...]
    nominated: tuple[Pod, ...] = ()


def snapshot(local: Local) -> Snapshot:
    """What a cycle decides by; nodes and pods in key order."""
    placed: dict[str, list[Pod]] = {}
    nominated = []
    for pod in local.list("pods"):
        node = pod.spec.node_name
        if not node:
            held = local.note(NOTE, key_of(pod.metadata))
            node = "" if held is None else held.node
        if node:
            placed.setdefault(node, []).append(pod)
        elif pod.status.nominated_node_name:
            nominated.append(pod)
    return Snapshot(group_by_node(local.list("nodes"), placed), tuple(nominated))


def project_pod(pod: Pod) -> Pod | None:
    """What the scheduler reads of a pod; one that has ended is not there (its informer selects by phase).

    Of a bound pod the status is not read. That it is being deleted is kept where PodTopologySpread would most likely
    look for it: of a pod that is spread itself (see `seatrial.model.scheduler.unmodelled`). Upstream an update of
    these wakes only plugins that are not modelled, so an event that is not even delivered here changes nothing.
    """
    meta = pod.metadata
    if pod.status.phase in TERMINAL:
        return None
    if pod.spec.node_name:
        going = meta.deletion_timestamp if pod.spec.topology_spread_constraints else None
        return Pod(ObjectMeta(meta.name, meta.namespace, uid=meta.uid, labels=meta.labels, deletion_timestamp=going),
                   pod.spec)
    return Pod(
        ObjectMeta(meta.name, meta.namespace, uid=meta.uid, labels=meta.labels, generation=meta.generation,
                   deletion_timestamp=meta.deletion_timestamp),
        pod.spec,
        PodStatus(conditions=tuple([each for each in pod.status.conditions if each.type == POD_SCHEDULED]),
                  nominated_node_name=pod.status.nominated_node_name))


def project_node(node: Node) -> Node:
    """What the scheduler reads of a node: its name, labels, taints, cordon, allocatable resources and images."""
    meta, status = node.metadata, node.status
    return Node(ObjectMeta(meta.name, uid=meta.uid, labels=meta.labels), node.spec,
                NodeStatus(allocatable=status.allocatable, images=status.images))
