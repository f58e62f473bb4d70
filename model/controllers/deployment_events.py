"""Which Deployments an event wakes.

Mirrors the event handlers of pkg/controller/deployment/deployment_controller.go (release 1.36). Any event of a
Deployment queues it; one of a ReplicaSet queues its owner or, if it has none, those that could adopt it; a deleted pod
queues a Recreate Deployment that has no other pods. For that upstream lists ReplicaSets live; here the informer's
copies stand in: where they differ, an event of the ReplicaSet is still to come, and queues the Deployment itself.
"""

from collections.abc import Iterator

from seatrial.model.api.apps import Deployment, ReplicaSet
from seatrial.model.api.core import Pod, PodStatus
from seatrial.model.api.meta import ObjectMeta, OwnerReference, get_controller_of, key_of
from seatrial.model.client.local import Local
from seatrial.model.controllers.deployment_scaling import RECREATE
from seatrial.model.controllers.pods import is_pod_terminal
from seatrial.model.meta.labels import SelectorError, matches_selector


def see_pod(pod: Pod) -> Pod:
    """What is read of a pod: identity, owner, and whether it has ended."""
    meta = pod.metadata
    return Pod(
        ObjectMeta(name=meta.name, namespace=meta.namespace, uid=meta.uid, owner_references=meta.owner_references),
        status=PodStatus(phase=pod.status.phase if is_pod_terminal(pod) else ""))


def is_selected(deployment: Deployment, each: ReplicaSet) -> bool:
    """Does the Deployment's selector match? A malformed one, which validation refuses, matches nothing."""
    try:
        return matches_selector(deployment.spec.selector, each.metadata.labels)
    except SelectorError:
        return False


def resolve_controller_ref(local: Local, namespace: str, owner: OwnerReference | None) -> str | None:
    """The key of the Deployment that an owner reference means, if the informer knows it under this UID."""
    if owner is None or owner.kind != "Deployment":
        return None
    key = f"{namespace}/{owner.name}"
    return key if local.has("deployments", key) and local.uid("deployments", key) == owner.uid else None


def enqueue_owner(local: Local, replicaset: ReplicaSet) -> None:
    """Queues the Deployment that owns a ReplicaSet."""
    owner = resolve_controller_ref(local, replicaset.metadata.namespace, get_controller_of(replicaset.metadata))
    if owner is not None:
        local.enqueue(owner)


def enqueue_adopters(local: Local, replicaset: ReplicaSet) -> None:
    """Queues every Deployment that could adopt an orphan (upstream: getDeploymentsForReplicaSet)."""
    if not replicaset.metadata.labels:
        return
    for deployment in local.list("deployments", replicaset.metadata.namespace):
        selector = deployment.spec.selector
        if selector is not None and (selector.match_labels or selector.match_expressions) \
                and is_selected(deployment, replicaset):
            local.enqueue(key_of(deployment.metadata))


def handle_replicaset(local: Local, key: str, old: ReplicaSet | None, new: ReplicaSet | None) -> None:
    """Queues who owned or owns it; for an orphan that is new or changed, who could adopt it."""
    del key
    if new is None or (old is None and new.metadata.deletion_timestamp is not None):
        gone = old if new is None else new
        if gone is not None:
            enqueue_owner(local, gone)
        return
    owner = get_controller_of(new.metadata)
    before = owner if old is None else get_controller_of(old.metadata)
    if old is not None and before != owner:
        enqueue_owner(local, old)
    if owner is not None:
        enqueue_owner(local, new)
    elif old is None or before is not None or old.metadata.labels != new.metadata.labels:
        enqueue_adopters(local, new)


def handle_pod(local: Local, key: str, old: Pod | None, new: Pod | None) -> None:
    """A pod's deletion queues its Deployment, if that is a Recreate one and has no other pods."""
    del key
    if old is None or new is not None:
        return
    owner = get_deployment_for_pod(local, old)
    if owner is None:
        return
    deployment = local.get("deployments", owner)
    if deployment.spec.strategy.type == RECREATE and not has_pods(local, deployment):
        local.enqueue(owner)


def get_deployment_for_pod(local: Local, pod: Pod) -> str | None:
    """The key of the Deployment behind the ReplicaSet that owns a pod."""
    held = get_controller_of(pod.metadata)
    if held is None or held.kind != "ReplicaSet":
        return None
    replicaset = local.get("replicasets", f"{pod.metadata.namespace}/{held.name}")
    if replicaset is None or replicaset.metadata.uid != held.uid:
        return None
    return resolve_controller_ref(local, replicaset.metadata.namespace, get_controller_of(replicaset.metadata))


def has_pods(local: Local, deployment: Deployment) -> bool:
    """Is there a pod of a ReplicaSet that the Deployment selects?"""
    replica_sets = local.list("replicasets", deployment.metadata.namespace)
    selected = tuple(each for each in replica_sets if is_selected(deployment, each))
    return any(True for _ in pods_of(local, deployment, selected))


def pods_of(local: Local, deployment: Deployment, replica_sets: tuple[ReplicaSet, ...]) -> Iterator[tuple[str, Pod]]:
    """The UID of the ReplicaSet and the pod, for each pod that one of these controls; labels do not matter."""
    wanted = {(each.metadata.name, each.metadata.uid) for each in replica_sets}
    for pod in local.list("pods", deployment.metadata.namespace) if wanted else ():
        held = get_controller_of(pod.metadata)
        if held is not None and held.kind == "ReplicaSet" and (held.name, held.uid) in wanted:
            yield held.uid, pod
