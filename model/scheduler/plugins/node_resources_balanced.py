"""NodeResourcesBalancedAllocation: prefers nodes whose resources are used evenly, and placements that make them so.

Mirrors pkg/scheduler/framework/plugins/noderesources/balanced_allocation.go and resource_allocation.go (release
1.36): what counts is how much the pod improves the balance, on a scale of 0 to 100 with 75 for no change.
"""

from math import sqrt

from seatrial.model.api.core import Pod
from seatrial.model.scheduler.framework import MAX_NODE_SCORE, SKIPPED, Nodes, Plugin, PreScoreResult
from seatrial.model.scheduler.node_info import NodeInfo
from seatrial.model.scheduler.plugins.node_resources_fit import CPU_AND_MEMORY, Weights
from seatrial.model.scheduler.requests import Totals, is_scalar_resource, pod_requests

NAME = "NodeResourcesBalancedAllocation"
Usage = tuple[tuple[int, int], ...]


def balance(usage: Usage) -> int:
    """100 minus the standard deviation of the used shares, in per cent; `usage` is (used, allocatable).

    Floating point on purpose: upstream's order of operations decides the last digit.
    """
    shares = [min(used / limit, 1.0) for used, limit in usage]
    deviation = 0.0
    if len(shares) == 2:
        deviation = abs((shares[0] - shares[1]) / 2)
    elif shares:
        total = 0.0
        for share in shares:
            total += share
        mean, squares = total / len(shares), 0.0
        for share in shares:
            squares += (share - mean) * (share - mean)
        deviation = sqrt(squares / len(shares))
    return int((1 - deviation) * MAX_NODE_SCORE)


def balance_gain(after: Usage, before: Usage) -> int:
    """How much better the balance is with the pod than without it: 50 and half of (50 + the difference)."""
    doubled = MAX_NODE_SCORE // 2 + balance(after) - balance(before)
    half = abs(doubled) // 2
    return MAX_NODE_SCORE // 2 + (half if doubled >= 0 else -half)


def gather_usage(info: NodeInfo, request: Totals, resources: Weights) -> tuple[Usage, Usage]:
    """(used, allocatable) of each resource that counts, with the pod and without it."""
    after, before = [], []
    for name, _ in resources:
        wanted, limit = request.get(name, 0), info.allocatable.get(name, 0)
        if (not wanted and is_scalar_resource(name)) or not limit:
            continue
        used = info.requested.get(name, 0)
        after.append((used + wanted, limit))
        before.append((used, limit))
    return tuple(after), tuple(before)


def node_resources_balanced(resources: Weights = CPU_AND_MEMORY) -> Plugin:
    """The plugin, with the resources that it balances."""

    def pre_score(pod: Pod, feasible: Nodes, nodes: Nodes) -> PreScoreResult:
        """What the pod asks for; a pod that asks for none of the resources is not scored."""
        del feasible, nodes
        request = pod_requests(pod)
        if not any(request.get(name, 0) for name, _ in resources):
            return PreScoreResult(SKIPPED)
        return PreScoreResult(state=request)

    def score(state: Totals, pod: Pod, info: NodeInfo) -> int:
        """How much more even the node's use is with the pod."""
        del pod
        return balance_gain(*gather_usage(info, state, resources))

    return Plugin(NAME, score=score, pre_score=pre_score)


PLUGIN = node_resources_balanced()
