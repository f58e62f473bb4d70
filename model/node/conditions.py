"""The conditions that the kubelet sets on a pod: Initialized, ContainersReady and Ready.

Mirrors pkg/kubelet/status/generate.go (release 1.36). Each function answers status, reason and message; when
a condition last changed is for the caller to keep.
"""

from seatrial.model.api.containers import is_sidecar
from seatrial.model.api.core import ContainerStatus, Pod
from seatrial.model.api.meta import Condition, get_condition
from seatrial.model.node.phase import find_status

Statuses = tuple[ContainerStatus, ...]
ENDED = {"Succeeded": "PodCompleted", "Failed": "PodFailed"}


def containers_ready_condition(pod: Pod, statuses: Statuses | None, phase: str) -> Condition:
    """Are all regular containers and sidecars ready? `statuses` None: nothing is known of them."""
    if statuses is None:
        return _condition(pod, "ContainersReady", "False", "UnknownContainerStatuses")
    names = [each.name for each in pod.spec.init_containers if is_sidecar(each)]
    names += [each.name for each in pod.spec.containers]
    unknown = [name for name in names if find_status(statuses, name) is None]
    unready = [name for name in names if (status := find_status(statuses, name)) is not None and not status.ready]
    if phase == "Failed" or (phase == "Succeeded" and not unknown):
        return _condition(pod, "ContainersReady", "False", ENDED[phase])
    message = _say(("unknown", unknown), ("unready", unready))
    if message:
        return _condition(pod, "ContainersReady", "False", "ContainersNotReady", message)
    return _condition(pod, "ContainersReady", "True")


def _say(*groups: tuple[str, list[str]]) -> str:
    return ", ".join(f"containers with {word} status: [{' '.join(names)}]" for word, names in groups if names)


def _condition(pod: Pod, kind: str, status: str, reason: str = "", message: str = "") -> Condition:
    return Condition(kind, status, reason=reason, message=message, observed_generation=pod.metadata.generation)


def pod_ready_condition(
    pod: Pod, conditions: tuple[Condition, ...], statuses: Statuses | None, phase: str
) -> Condition:
    """Are its containers ready, and all its readiness gates open?"""
    containers = containers_ready_condition(pod, statuses, phase)
    if containers.status != "True":
        return _condition(pod, "Ready", containers.status, containers.reason, containers.message)
    closed = []
    for gate in pod.spec.readiness_gates:
        found = get_condition(conditions, gate.condition_type)
        if found is None:
            closed.append(f'corresponding condition of pod readiness gate "{gate.condition_type}" does not exist.')
        elif found.status != "True":
            closed.append(f'the status of pod readiness gate "{gate.condition_type}" is not "True", but {found.status}')
    if closed:
        return _condition(pod, "Ready", "False", "ReadinessGatesNotReady", ", ".join(closed))
    return _condition(pod, "Ready", "True")


def pod_initialized_condition(pod: Pod, old: tuple[Condition, ...], statuses: Statuses | None, phase: str) -> Condition:
    """Have all init containers done their part? Once it is True it stays True."""
    if statuses is None and pod.spec.init_containers:
        return _condition(pod, "Initialized", "False", "UnknownContainerStatuses")
    held = statuses or ()
    unknown = [each.name for each in pod.spec.init_containers if find_status(held, each.name) is None]
    incomplete = []
    for each in pod.spec.init_containers:
        status = find_status(held, each.name)
        if status is not None and not (status.started if is_sidecar(each) else status.ready):
            incomplete.append(each.name)
    if phase == "Succeeded" and not unknown:
        return _condition(pod, "Initialized", "True", "PodCompleted")
    if has_any_regular_container_started(pod, held):
        return _condition(pod, "Initialized", "True")
    message = _say(("unknown", unknown), ("incomplete", incomplete))
    was = get_condition(old, "Initialized")
    if not message or (was is not None and was.status == "True"):
        return _condition(pod, "Initialized", "True")
    return _condition(pod, "Initialized", "False", "ContainersNotInitialized", message)


def has_any_regular_container_started(pod: Pod, statuses: Statuses) -> bool:
    """Does a regular container run, or has one ended?"""
    names = [each.name for each in pod.spec.containers]
    return any(each.name in names and (each.state.running or each.state.terminated) for each in statuses)
