"""NodeResourcesFit: a node must have room for what the pod asks for; the emptier (by default) the better.

Mirrors pkg/scheduler/framework/plugins/noderesources/fit.go, resource_allocation.go, least_allocated.go,
most_allocated.go and requested_to_capacity_ratio.go (release 1.36). Left out: extended resources that a device class
backs (dynamic resource allocation is not modelled; such a resource counts as one that the node lacks).
"""

from collections.abc import Mapping

import attrs

from seatrial.model.api.core import Node, Pod
from seatrial.model.scheduler.framework import (
    MAX_NODE_SCORE,
    PASSED,
    UNRESOLVABLE,
    UNSCHEDULABLE,
    Condition,
    Demand,
    Demands,
    Nodes,
    Plugin,
    PreFilterResult,
    PreScoreResult,
    Registration,
    Status,
)
from seatrial.model.scheduler.node_info import NodeInfo, Total, new_node_info, sum_non_zero_requests, total_with
from seatrial.model.scheduler.requests import (
    Totals,
    container_requests_for_score,
    is_scalar_resource,
    pod_requests,
)

NAME = "NodeResourcesFit"
BASIC = ("cpu", "memory", "ephemeral-storage")
MAX_UTILIZATION = 100
SHAPE_SCALE = 10
Weights = tuple[tuple[str, int], ...]
Shape = tuple[tuple[int, int], ...]
CPU_AND_MEMORY: Weights = (("cpu", 1), ("memory", 1))


@attrs.frozen
class FitArgs:
    """The plugin's configuration: what it does not look at, and how it scores.

    `strategy` is LeastAllocated, MostAllocated or RequestedToCapacityRatio with its `shape` of (utilization, score).
    """

    ignored_resources: tuple[str, ...] = ()
    ignored_resource_groups: tuple[str, ...] = ()
    strategy: str = "LeastAllocated"
    resources: Weights = CPU_AND_MEMORY
    shape: Shape = ()


DEFAULT_ARGS = FitArgs()


# Decisions: comparisons of totals in the world after placement.


def fits_pods(total: Total, allowed: int) -> Condition:
    """Does the node take so many pods?"""
    return total <= allowed


def fits_resource(requested: int, total: Total, allocatable: int) -> Condition:
    """Is what all its pods take, the new one included, within the node's limit? Who asks for nothing always fits."""
    return requested == 0 or total <= allocatable


def is_resolvable(requested: int, allocatable: int) -> bool:
    """Could the request fit if the node were empty?"""
    return requested <= allocatable


def least_requested_score(total: int, capacity: int) -> int:
    """100 for an empty node, 0 for a full one."""
    return 0 if total > capacity else (capacity - total) * MAX_NODE_SCORE // capacity


def most_requested_score(total: int, capacity: int) -> int:
    """100 for a full node, 0 for an empty one."""
    return min(total, capacity) * MAX_NODE_SCORE // capacity


def broken_linear(shape: Shape, at: int) -> int:
    """The value at a point of the line through these points, flat outside of them; rounded towards zero."""
    before = shape[0]
    for point in shape:
        if at <= point[0]:
            rise, run = (point[1] - before[1]) * (at - before[0]), point[0] - before[0]
            step = abs(rise) // run if run else 0
            return before[1] + (step if rise >= 0 else -step)
        before = point
    return before[1]


def ratio_score(shape: Shape, total: int, capacity: int) -> int:
    """The shape's score, out of 100, for the share of the capacity that is taken."""
    scaled = tuple([(utilization, score * (MAX_NODE_SCORE // SHAPE_SCALE)) for utilization, score in shape])
    if total > capacity:
        return broken_linear(scaled, MAX_UTILIZATION)
    return broken_linear(scaled, total * MAX_UTILIZATION // capacity)


def mean_score(scores: tuple[tuple[int, int], ...]) -> int:
    """The mean of (score, weight), rounded down."""
    weights = sum(weight for _, weight in scores)
    return sum(score * weight for score, weight in scores) // weights if weights else 0


def positive_mean_score(scores: tuple[tuple[int, int], ...]) -> int:
    """The mean of those above zero, rounded half up."""
    counted = [(score, weight) for score, weight in scores if score > 0]
    weights = sum(weight for _, weight in counted)
    return (2 * sum(score * weight for score, weight in counted) + weights) // (2 * weights) if weights else 0


# Gathering.


def resource_demands(
    request: Totals, allocatable: Totals, pods: Total, totals: Mapping[str, Total], args: FitArgs = DEFAULT_ARGS
) -> tuple[Demand, ...]:
    """What must hold on a node with so many pods and these totals, of which the pod is a part.

    A demand that an empty node could not meet is unresolvable. In upstream's order; scalar resources, which come in map
    order there, sorted.
    """
    found = [Demand(fits_pods(pods, allocatable.get("pods", 0)), "Too many pods")]
    for name in checked_resources(request, args):
        wanted, limit = request[name], allocatable.get(name, 0)
        found.append(Demand(fits_resource(wanted, totals.get(name, 0), limit), f"Insufficient {name}",
                            UNSCHEDULABLE if is_resolvable(wanted, limit) else UNRESOLVABLE))
    return tuple(found)


def insufficient_resources(request: Totals, info: NodeInfo, args: FitArgs = DEFAULT_ARGS) -> tuple[Demand, ...]:
    """What the node has too little of for one more pod."""
    after = {name: total_with(info, request, name) for name in request}
    demands = resource_demands(request, info.allocatable, info.pod_count + 1, after, args)
    return tuple([each for each in demands if not each.condition])


def checked_resources(request: Totals, args: FitArgs = DEFAULT_ARGS) -> tuple[str, ...]:
    """The requested resources that the filter looks at, in order."""
    scalars = sorted(name for name in request if is_scalar_resource(name) and not is_ignored(name, args))
    return (*[name for name in BASIC if name in request], *scalars)


def is_ignored(name: str, args: FitArgs) -> bool:
    """Was the scheduler told not to look at this extended resource?"""
    extended = "/" in name and "kubernetes.io/" not in name
    return extended and (name in args.ignored_resources or name.partition("/")[0] in args.ignored_resource_groups)


def allocation(info: NodeInfo, request: Totals, totals: Totals, resources: Weights) -> tuple[tuple[int, int, int], ...]:
    """(total after placement, allocatable, weight) of each resource that counts for the score.

    Cpu and memory of `totals`, all else of what is really requested; a scalar resource only if the pod wants it.
    """
    found = []
    for name, weight in resources:
        wanted, allocatable = request.get(name, 0), info.allocatable.get(name, 0)
        if (not wanted and is_scalar_resource(name)) or not allocatable:
            continue
        taken = (totals if name in ("cpu", "memory") else info.requested).get(name, 0)
        found.append((taken + wanted, allocatable, weight))
    return tuple(found)


def score_allocation(args: FitArgs, found: tuple[tuple[int, int, int], ...]) -> int:
    """The strategy's score."""
    if args.strategy == "RequestedToCapacityRatio":
        return positive_mean_score(tuple([(ratio_score(args.shape, total, limit), weight)
                                          for total, limit, weight in found]))
    score = most_requested_score if args.strategy == "MostAllocated" else least_requested_score
    return mean_score(tuple([(score(total, limit), weight) for total, limit, weight in found]))


def is_schedulable_after_pod_event(pod: Pod, old: Pod, new: Pod | None) -> bool:
    """Did a pod with a place go, did this pod ask for less, or did another one give back what this one wants?"""
    if new is None:
        return bool(old.spec.node_name or old.status.nominated_node_name)
    if new.metadata.uid == pod.metadata.uid:
        return True
    before, after = pod_requests(old), pod_requests(new)
    return bool(new.spec.node_name) and any(
        wanted and before.get(name, 0) > after.get(name, 0) for name, wanted in pod_requests(pod).items()
        if name in BASIC or is_scalar_resource(name))


def is_schedulable_after_node_change(pod: Pod, old: Node | None, new: Node) -> bool:
    """Would the pod fit an empty node like this, and was the node not there, or smaller in what the pod wants?"""
    request, info = pod_requests(pod), new_node_info(new)
    if insufficient_resources(request, info):
        return False
    if old is None:
        return True
    before = new_node_info(old).allocatable
    return any(info.allocatable.get(name, 0) > before.get(name, 0)
               for name in ("pods", *[name for name in checked_resources(request) if request[name]]))


def node_resources_fit(args: FitArgs = DEFAULT_ARGS) -> Plugin:
    """The plugin, with its configuration."""

    def pre_filter(pod: Pod, nodes: Nodes) -> PreFilterResult:
        """What the pod asks for."""
        del nodes
        return PreFilterResult(state=pod_requests(pod))

    def filter_node(state: Totals, pod: Pod, info: NodeInfo) -> Status:
        """Nothing is insufficient; preemption cannot help where even an empty node would be too small."""
        del pod
        found = insufficient_resources(state, info, args)
        if not found:
            return PASSED
        code = UNSCHEDULABLE if all(each.code == UNSCHEDULABLE for each in found) else UNRESOLVABLE
        return Status(code, tuple([each.reason for each in found]), NAME)

    def demands(pod: Pod, nodes: Nodes) -> Demands:
        """The node's totals stay within its limits."""
        del nodes
        request = pod_requests(pod)
        return lambda after: resource_demands(request, after.allocatable, after.pod_count, after.requested, args)

    def pre_score(pod: Pod, feasible: Nodes, nodes: Nodes) -> PreScoreResult:
        """What the pod counts for."""
        del feasible, nodes
        return PreScoreResult(state=container_requests_for_score(pod))

    def score(state: Totals, pod: Pod, info: NodeInfo) -> int:
        """How much is left (or taken) once the pod is there."""
        del pod
        return score_allocation(args, allocation(info, state, sum_non_zero_requests(info), args.resources))

    return Plugin(
        NAME, filter_node, pre_filter, score, pre_score, demands=demands,
        events=(
            Registration("Pod", ("Delete", "UpdatePodScaleDown"), is_schedulable_after_pod_event),
            Registration("Node", ("Add", "UpdateNodeAllocatable"), is_schedulable_after_node_change),
        ),
    )


PLUGIN = node_resources_fit()
