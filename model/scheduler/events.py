"""What happened to a node or a pod, as far as it may help a pod that found no place.

Mirrors pkg/scheduler/framework/events.go (release 1.36): an update is split into the aspects that changed. Left out:
aspects that no modelled plugin waits for (annotations, conditions, declared features, resource claims); they would
wake nobody.
"""

from collections.abc import Iterator

from seatrial.model.api.core import Node, Pod
from seatrial.model.scheduler.framework import ClusterEvent, Plugin, registrations
from seatrial.model.scheduler.requests import pod_requests

NODE_ADD = ClusterEvent("Node", "Add")
NODE_DELETE = ClusterEvent("Node", "Delete")
ASSIGNED_POD_ADD = ClusterEvent("AssignedPod", "Add")
ASSIGNED_POD_DELETE = ClusterEvent("AssignedPod", "Delete")
UNSCHEDULABLE_TIMEOUT = ClusterEvent("*", "UnschedulableTimeout")


def node_scheduling_properties_change(new: Node, old: Node) -> Iterator[ClusterEvent]:
    """The aspects of a node that changed; a cordon that is lifted counts as a taint update."""
    if old.spec.unschedulable and not new.spec.unschedulable:
        yield ClusterEvent("Node", "UpdateNodeTaint")
    if old.status.allocatable != new.status.allocatable:
        yield ClusterEvent("Node", "UpdateNodeAllocatable")
    if old.metadata.labels != new.metadata.labels:
        yield ClusterEvent("Node", "UpdateNodeLabel")
    if old.spec.taints != new.spec.taints:
        yield ClusterEvent("Node", "UpdateNodeTaint")


def pod_scheduling_properties_change(new: Pod, old: Pod) -> Iterator[ClusterEvent]:
    """The aspects of a pod that changed; when there is none of these, a general update."""
    resource = "AssignedPod" if new.spec.node_name else "UnschedulablePod"
    found = False
    if old.metadata.labels != new.metadata.labels:
        found = True
        yield ClusterEvent(resource, "UpdatePodLabel")
    if is_scaled_down(new, old):
        found = True
        yield ClusterEvent(resource, "UpdatePodScaleDown")
    if old.spec.scheduling_gates and not new.spec.scheduling_gates:
        found = True
        yield ClusterEvent(resource, "UpdatePodSchedulingGatesEliminated")
    if len(old.spec.tolerations) != len(new.spec.tolerations):
        found = True
        yield ClusterEvent(resource, "UpdatePodToleration")
    if not found:
        yield ClusterEvent(resource, "Update")


def is_scaled_down(new: Pod, old: Pod) -> bool:
    """Does the pod ask for less of anything?"""
    if old.spec.containers == new.spec.containers and old.spec.resources == new.spec.resources:
        return False
    after = pod_requests(new)
    return any(name not in after or amount > after[name] for name, amount in pod_requests(old).items())


def hints(plugins: tuple[Plugin, ...], event: ClusterEvent, pod: Pod, old: object, new: object) -> dict[str, bool]:
    """For each plugin that waits for such an event: may this one make `pod` schedulable that it rejected?"""
    return {plugin.name: any(each.hint(pod, old, new) for each in registrations(plugin) if each.covers(event))
            for plugin in plugins if any(each.covers(event) for each in registrations(plugin))}


def is_pod_worth_requeuing(
    plugins: tuple[Plugin, ...], rejectors: tuple[str, ...], event: ClusterEvent, pod: Pod, old: object, new: object,
) -> bool:
    """May the event make the pod schedulable that these plugins rejected? Without rejectors anything may."""
    if not rejectors or event == UNSCHEDULABLE_TIMEOUT:
        return True
    return any(each.covers(event) and each.hint(pod, old, new)
               for plugin in plugins if plugin.name in rejectors for each in registrations(plugin))
