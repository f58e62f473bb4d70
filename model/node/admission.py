"""Whether a kubelet admits a pod that is bound to its node.

Mirrors pkg/kubelet/lifecycle/predicate.go and AdmissionCheck in pkg/scheduler/eventhandlers.go (release
1.36). The checks are the scheduler's own filters: room on the node, node affinity, node name, host ports;
then NoExecute taints, the only ones a kubelet looks at. A pod fails them when it was bound by hand, or on a
stale view of the node. Only the first failure is reported. Left out: the second look at affinity with a node
read live, preemption by critical pods, topology, device and CPU managers. A node that reports nothing
allocatable is not held against it.
"""

from typing import Any

import attrs

from seatrial.model.api.core import Container, Node, Pod
from seatrial.model.client.local import Local
from seatrial.model.node.memory import Rejection
from seatrial.model.node.phase import is_static
from seatrial.model.scheduler.node_info import NodeInfo, get_host_ports, new_node_info, total_with, used_ports
from seatrial.model.scheduler.plugins.node_affinity import matches_required, required_of
from seatrial.model.scheduler.plugins.node_name import fits_node_name
from seatrial.model.scheduler.plugins.node_ports import fits_ports
from seatrial.model.scheduler.plugins.node_resources_fit import insufficient_resources
from seatrial.model.scheduler.plugins.taint_toleration import tolerations_tolerate_taint
from seatrial.model.scheduler.requests import pod_requests

OS, OS_LABEL = "linux", "kubernetes.io/os"
TERMINAL = ("Succeeded", "Failed")
REASONS = {
    "NodeAffinity": "node(s) didn't match Pod's node affinity/selector",
    "NodeName": "node(s) didn't match the requested node name",
    "NodePorts": "node(s) didn't have free ports for the requested pod ports",
    "TaintToleration": "node(s) had taints that the pod didn't tolerate",
}


@attrs.frozen
class Insufficient:
    """A resource of which the node has too little: cpu in thousandths, everything else in units."""

    resource: str
    requested: int
    used: int
    capacity: int


Failure = Insufficient | str


def admit(local: Local, pod: Pod) -> Rejection | None:
    """Why a kubelet does not run a pod, judged by what its informers show of its node and of the pods on it."""
    node: Node | None = local.get("nodes", pod.spec.node_name)
    if node is None:
        return None
    others = tuple(
        each
        for each in local.list("pods")
        if each.metadata.uid != pod.metadata.uid and each.status.phase not in TERMINAL
    )
    return check(pod, node, others)


def check(pod: Pod, node: Node, others: tuple[Pod, ...]) -> Rejection | None:
    """The first reason against a pod on a node with these other pods; None when it is admitted."""
    refused = refuse_by_platform(pod, node)
    if refused is not None:
        return refused
    info = new_node_info(node, others)
    failures = general_filter(without_missing_resources(pod, info), info)
    return say(failures[0]) if failures else None


def refuse_by_platform(pod: Pod, node: Node) -> Rejection | None:
    """Does the pod ask for another operating system, or for a strictness that the node lacks?"""
    if pod.metadata.labels.get(OS_LABEL, OS) != OS:
        return Rejection(
            "PodOSSelectorNodeLabelDoesNotMatch",
            f"Failed to admit pod as the `{OS_LABEL}` label doesn't match node label",
        )
    system: Any = pod.spec.unmodelled.get("os", {})
    if system.get("name", OS) != OS:
        return Rejection("PodOSNotSupported", "Failed to admit pod as the OS field doesn't match node OS")
    context: Any = pod.spec.unmodelled.get("securityContext", {})
    features: Any = node.status.unmodelled.get("features", {})
    if context.get("supplementalGroupsPolicy") == "Strict" and not features.get("supplementalGroupsPolicy"):
        return Rejection(
            "SupplementalGroupsPolicyNotSupported", "SupplementalGroupsPolicy=Strict is not supported in this node"
        )
    return None


def without_missing_resources(pod: Pod, info: NodeInfo) -> Pod:
    """The pod without requests for extended resources that its node does not know."""

    def trimmed(containers: tuple[Container, ...]) -> tuple[Container, ...]:
        return tuple(_trimmed(each, info) for each in containers)

    spec = attrs.evolve(
        pod.spec, containers=trimmed(pod.spec.containers), init_containers=trimmed(pod.spec.init_containers)
    )
    return attrs.evolve(pod, spec=spec)


def _trimmed(container: Container, info: NodeInfo) -> Container:
    requests = container.resources.requests
    missing = tuple(name for name in requests if is_extended_resource(name) and name not in info.allocatable)
    if not missing:
        return container
    return attrs.evolve(container, resources=attrs.evolve(container.resources, requests=requests.update({}, missing)))


def is_extended_resource(name: str) -> bool:
    """Is it a resource with a domain of its own, not one of Kubernetes'?"""
    return "/" in name and "kubernetes.io/" not in name and not name.startswith("requests.")


def general_filter(pod: Pod, info: NodeInfo) -> tuple[Failure, ...]:
    """Everything against a pod on a node, in upstream's order."""
    found: list[Failure] = [*_insufficient(pod, info)]
    node = info.node
    if not matches_required(required_of(pod), info.name, node.metadata.labels):
        found.append("NodeAffinity")
    if not fits_node_name(pod.spec.node_name, info.name):
        found.append("NodeName")
    if not fits_ports(get_host_ports(pod), used_ports(info)):
        found.append("NodePorts")
    if not is_static(pod) and any(
        each.effect == "NoExecute" and not tolerations_tolerate_taint(pod.spec.tolerations, each)
        for each in node.spec.taints
    ):
        found.append("TaintToleration")
    return tuple(found)


def _insufficient(pod: Pod, info: NodeInfo) -> list[Insufficient]:
    if not info.node.status.allocatable and not info.node.status.capacity:
        return []
    request, found = pod_requests(pod), []
    for demand in insufficient_resources(request, info):
        name = "pods" if demand.reason == "Too many pods" else demand.reason.removeprefix("Insufficient ")
        if name == "pods":
            found.append(Insufficient(name, 1, len(info.pods), info.allocatable.get(name, 0)))
        else:
            used = total_with(info, request, name) - request[name]
            found.append(Insufficient(name, request[name], used, info.allocatable.get(name, 0)))
    return found


def say(failure: Failure) -> Rejection:
    """A failure as the pod's status tells it."""
    if isinstance(failure, Insufficient):
        return Rejection(
            f"OutOf{failure.resource}",
            f"Node didn't have enough resource: {failure.resource}, requested: {failure.requested}, "
            f"used: {failure.used}, capacity: {failure.capacity}",
        )
    return Rejection(failure, f"Predicate {failure} failed: {REASONS[failure]}")
