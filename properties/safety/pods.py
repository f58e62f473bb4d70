"""What never happens to a pod."""

from collections.abc import Iterator
from typing import Any

from seatrial.model.actions import Action
from seatrial.model.api.meta import get_controller_of, key_of
from seatrial.model.cluster import Cluster
from seatrial.model.controllers.pods import is_pod_active, is_pod_terminal
from seatrial.properties.property import ALWAYS, SOMETIMES, STEP, Property, objects

POD_DOCS = "https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/"


def changed_objects(before: Cluster, after: Cluster, resource: str) -> Iterator[tuple[Any, Any]]:
    """The objects of a resource that a step changed, before and after; None where there is none."""
    for cell in before.cells.changed_keys(after.cells):
        if cell.table == "object" and cell.kind == resource:
            yield before[cell], after[cell]


def phase_monotone(before: Cluster, action: Action, after: Cluster) -> str | None:
    """A pod that has Succeeded or Failed stays so."""
    del action
    for old, new in changed_objects(before, after, "pods"):
        if old is not None and new is not None and old.metadata.uid == new.metadata.uid \
                and is_pod_terminal(old) and new.status.phase != old.status.phase:
            return f"pod {key_of(new.metadata)} went from {old.status.phase} back to {new.status.phase}"
    return None


def bind_once(before: Cluster, action: Action, after: Cluster) -> str | None:
    """A pod is bound to a node once, and never to another one."""
    del action
    for old, new in changed_objects(before, after, "pods"):
        if old is not None and new is not None and old.metadata.uid == new.metadata.uid \
                and old.spec.node_name and new.spec.node_name != old.spec.node_name:
            return f"pod {key_of(new.metadata)} moved from {old.spec.node_name} to {new.spec.node_name or 'no node'}"
    return None


def replicas_not_exceeded(cluster: Cluster) -> str | None:
    """Never more active pods than the ReplicaSet asks for, or has asked for since it saw them."""
    counts: dict[str, int] = {}
    for pod in cluster.objects("pods"):
        held = get_controller_of(pod.metadata)
        if held is not None and is_pod_active(pod):
            counts[held.uid] = counts.get(held.uid, 0) + 1
    for replicaset in cluster.objects("replicasets"):
        have, most = counts.get(replicaset.metadata.uid, 0), replicaset.spec.replicas or 0
        if have > most:
            return f"ReplicaSet {key_of(replicaset.metadata)} has {have} active pods, {most} desired"
    return None


def some_pod_is_terminal(cluster: Cluster) -> str | None:
    """A pod has ended."""
    found = next((pod for pod in cluster.objects("pods") if is_pod_terminal(pod)), None)
    return f"pod {key_of(found.metadata)} has ended" if found else None


def some_pod_is_bound(cluster: Cluster) -> str | None:
    """A pod is bound."""
    found = next((pod for pod in cluster.objects("pods") if pod.spec.node_name), None)
    return f"pod {key_of(found.metadata)} is bound" if found else None


def some_replicaset_is_complete(cluster: Cluster) -> str | None:
    """A ReplicaSet has all the pods it asks for, and asks for some."""
    for replicaset in cluster.objects("replicasets"):
        have = sum(1 for pod in cluster.objects("pods") if (held := get_controller_of(pod.metadata)) is not None
                   and held.uid == replicaset.metadata.uid and is_pod_active(pod))
        if have and have == replicaset.spec.replicas:
            return f"ReplicaSet {key_of(replicaset.metadata)} has its {have} pods"
    return None


PROPERTIES = (
    Property("bind_once", STEP, "a pod that moves would run twice", bind_once, POD_DOCS, sibling="some_pod_is_bound",
             reads=objects("pods")),
    Property("phase_monotone", STEP, "a job counts what has ended; what ended must stay so", phase_monotone,
             POD_DOCS + "#pod-phase", sibling="some_pod_is_terminal", reads=objects("pods"),
             needs=("kubelet",)),
    Property("replicas_not_exceeded", ALWAYS, "surplus pods take room, locks and licences", replicas_not_exceeded,
             "https://kubernetes.io/docs/concepts/workloads/controllers/replicaset/",
             restrictions="no rescale and no rollout, no create whose answer is lost or late, no adoption, and no "
             "informer that lags behind the expectations' time to live",
             sibling="some_replicaset_is_complete", reads=objects("pods", "replicasets"),
             needs=("replicaset-controller",),
             breaks_under=("lost-create", "late-create", "scale", "set-image", "apply", "recreate", "crash", "delete")),
    Property("some_pod_is_bound", SOMETIMES, "the premise of binding", some_pod_is_bound, reads=objects("pods")),
    Property("some_pod_is_terminal", SOMETIMES, "the premise of ending", some_pod_is_terminal, reads=objects("pods")),
    Property("some_replicaset_is_complete", SOMETIMES, "the premise of surplus", some_replicaset_is_complete,
             reads=objects("pods", "replicasets")),
)
