"""What happened to a node or a pod, as far as it may help a pod that found no place.

Mirrors pkg/scheduler/framework/events.go (release 1.36): an update is split into the aspects that changed. Left out:
aspects that no modelled plugin waits for (annotations, conditions, declared features, resource claims); they would
wake nobody.
"""

from collections.abc import Iterator
from typing import Any

import attrs

from seatrial.model.api.core import Node, Pod
from seatrial.model.scheduler.framework import ClusterEvent, Plugin, registrations
from seatrial.model.scheduler.requests import pod_requests

NODE_ADD = ClusterEvent("Node", "Add")
NODE_DELETE = ClusterEvent("Node", "Delete")
ASSIGNED_POD_ADD = ClusterEvent("AssignedPod", "Add")
ASSIGNED_POD_DELETE = ClusterEvent("AssignedPod", "Delete")


@attrs.frozen
class Change:
    """An event, with the object before and after it."""

    event: ClusterEvent
    old: Any = None
    new: Any = None


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


def hints(plugins: tuple[Plugin, ...], change: Change, pod: Pod) -> dict[str, bool]:
    """For each plugin that waits for such an event: may this one make `pod` schedulable that it rejected?"""
    found = {}
    for plugin in plugins:
        waiting = [each for each in registrations(plugin) if each.covers(change.event)]
        if waiting:
            found[plugin.name] = any(each.hint(pod, change.old, change.new) for each in waiting)
    return found


def is_pod_worth_requeuing(plugins: tuple[Plugin, ...], rejectors: tuple[str, ...], change: Change, pod: Pod) -> bool:
    """May the event make the pod schedulable that these plugins rejected?"""
    return any(hints(tuple([plugin for plugin in plugins if plugin.name in rejectors]), change, pod).values())
