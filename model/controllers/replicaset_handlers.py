"""The ReplicaSet controller's event handlers: they settle expectations, and queue whose pods may have changed.

Mirrors the informer callbacks of pkg/controller/replicaset/replica_set.go (addPod, updatePod, deletePod, addRS,
updateRS, deleteRS; release 1.36). Left out: the handlers' log lines, and the resync, which changes nothing.
"""

from collections.abc import Iterator

from seatrial.model.api.apps import ReplicaSet
from seatrial.model.api.core import Pod
from seatrial.model.api.meta import get_controller_of, key_of
from seatrial.model.client.local import Local
from seatrial.model.controllers.expectations import creation_observed, delete_expectations, deletion_observed
from seatrial.model.controllers.pods import is_pod_ready
from seatrial.model.controllers.replicaset_decisions import is_selected


def handle_replicaset(local: Local, key: str, old: ReplicaSet | None, new: ReplicaSet | None) -> None:
    """Any change queues the ReplicaSet; what was expected of another UID is forgotten."""
    if old is not None and (new is None or new.metadata.uid != old.metadata.uid):
        delete_expectations(local, key)
    local.enqueue(key)


def handle_pod(local: Local, key: str, old: Pod | None, new: Pod | None) -> None:
    """Settles expectations and queues the owner; a new orphan, or one that changed, queues who might adopt it."""
    if new is None or new.metadata.deletion_timestamp is not None:
        _handle_deletion(local, key, old, new)
    elif old is None:
        _handle_creation(local, new)
    else:
        _handle_update(local, old, new)


def _handle_creation(local: Local, pod: Pod) -> None:
    owner = resolve(local, pod)
    if owner is not None:
        creation_observed(local, owner)
        local.enqueue(owner)
    elif get_controller_of(pod.metadata) is None:
        _enqueue_adopters(local, pod)


def _handle_update(local: Local, old: Pod, new: Pod) -> None:
    before, after = get_controller_of(old.metadata), get_controller_of(new.metadata)
    if before != after and before is not None and (left := resolve(local, old)) is not None:
        local.enqueue(left)
    if after is None:
        if before is not None or old.metadata.labels != new.metadata.labels:
            _enqueue_adopters(local, new)
        return
    owner = resolve(local, new)
    if owner is None:
        return
    local.enqueue(owner)
    wait = local.get("replicasets", owner).spec.min_ready_seconds
    if wait and not is_pod_ready(old) and is_pod_ready(new):
        local.enqueue_after(owner, wait + 1)


def _handle_deletion(local: Local, key: str, old: Pod | None, new: Pod | None) -> None:
    seen = [new if new is not None else old]
    if old is not None and new is not None and old.metadata.labels != new.metadata.labels:
        seen.append(old)
    for pod in seen:
        owner = resolve(local, pod) if pod is not None else None
        if owner is not None:
            deletion_observed(local, owner, key)
            local.enqueue(owner)


def resolve(local: Local, pod: Pod) -> str | None:
    """The key of the ReplicaSet that controls a pod, if the informer knows it under this UID."""
    held = get_controller_of(pod.metadata)
    if held is None or held.kind != "ReplicaSet":
        return None
    key = f"{pod.metadata.namespace}/{held.name}"
    return key if local.uid("replicasets", key) == held.uid else None


def _enqueue_adopters(local: Local, pod: Pod) -> None:
    for each in _matching(local, pod):
        local.enqueue(key_of(each.metadata))


def _matching(local: Local, pod: Pod) -> Iterator[ReplicaSet]:
    """The ReplicaSets of the pod's namespace whose selector matches it."""
    return (each for each in local.list("replicasets", pod.metadata.namespace) if is_selected(each, pod))
