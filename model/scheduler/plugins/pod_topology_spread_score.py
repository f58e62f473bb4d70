"""The score of PodTopologySpread: nodes whose domains have few matching pods are better.

Mirrors pkg/scheduler/framework/plugins/podtopologyspread/scoring.go (release 1.36). In floating point, as upstream:
the counts of a constraint weigh more the more domains it has, by a logarithm, and the sum is rounded once. Left out:
nothing.
"""

import math
from collections.abc import Callable, Mapping

import attrs

from seatrial.model.api.core import Pod
from seatrial.model.meta.labels import SelectorError
from seatrial.model.scheduler.framework import (
    ERROR,
    MAX_NODE_SCORE,
    PASSED,
    SKIPPED,
    Nodes,
    PreScoreResult,
    Status,
)
from seatrial.model.scheduler.node_info import NodeInfo
from seatrial.model.scheduler.plugins.node_affinity import required_of
from seatrial.model.scheduler.plugins.spread_constraints import (
    HOSTNAME,
    SCHEDULE_ANYWAY,
    Constraints,
    Listers,
    SpreadArgs,
    constraints_of,
    count_pods_match_selector,
    has_all_keys,
    matches_node_inclusion_policies,
)

HALF = 0.5
Counts = tuple[dict[str, int], ...]
"""For each constraint: the matching pods of each domain that a feasible node is in; none for host names."""


@attrs.frozen(eq=False)
class Spread:
    """What PreScore found; nodes that are not in all domains are not scored, if that is required."""

    constraints: Constraints
    counts: Counts
    weights: tuple[float, ...]
    requires_all: bool


def topology_normalizing_weight(size: int) -> float:
    """What one pod weighs where there are so many domains."""
    return math.log(size + 2)


def score_for_count(count: int, max_skew: int, weight: float) -> float:
    """What a domain is worth; a greater skew that is allowed makes differences count for less."""
    return float(count) * weight + float(max_skew - 1)


def round_half_up(value: float) -> int:
    """The nearest whole number of one that is not below zero; a half is rounded up."""
    whole = math.floor(value)
    return whole + 1 if value - whole >= HALF else whole


def scored(nodes: Nodes, constraints: Constraints, *, requires_all: bool) -> Nodes:
    """The nodes that get a score."""
    return tuple([info for info in nodes if not requires_all or has_all_keys(constraints, info.node.metadata.labels)])


def empty_counts(constraints: Constraints, nodes: Nodes) -> Counts:
    """A zero for each domain of the nodes that get a score; a node without the label is in a domain of its own."""
    return tuple([
        {} if each.topology_key == HOSTNAME
        else dict.fromkeys([info.node.metadata.labels.get(each.topology_key, "") for info in nodes], 0)
        for each in constraints])


def count_pods(constraints: Constraints, counts: Counts, pod: Pod, nodes: Nodes) -> None:
    """Adds the matching pods of all nodes that count to the domains that are there."""
    required = required_of(pod)
    for info in nodes:
        for each, held in zip(constraints, counts, strict=True):
            value = info.node.metadata.labels.get(each.topology_key, "")
            if value in held and matches_node_inclusion_policies(each, pod, required, info):
                held[value] += count_pods_match_selector(info, each, pod.metadata.namespace)


def pre_scorer(args: SpreadArgs, listers: Listers) -> Callable[[Pod, Nodes, Nodes], PreScoreResult]:
    """PreScore with this configuration."""

    def pre_score(pod: Pod, feasible: Nodes, nodes: Nodes) -> PreScoreResult:
        """The counts; nothing to score where there is no soft constraint."""
        try:
            constraints = constraints_of(pod, SCHEDULE_ANYWAY, args, listers)
        except SelectorError as error:
            text = f"calculating preScoreState: obtaining pod's soft topology spread constraints: {error}"
            return PreScoreResult(Status(ERROR, (text,), "PodTopologySpread"))
        if not constraints:
            return PreScoreResult(SKIPPED)
        # The system's own defaults spread over host names on nodes without a zone too.
        requires_all = bool(pod.spec.topology_spread_constraints) or not args.system_defaulted
        left = scored(feasible, constraints, requires_all=requires_all)
        counts = empty_counts(constraints, left)
        count_pods(constraints, counts, pod, scored(nodes, constraints, requires_all=requires_all))
        weights = [topology_normalizing_weight(len(left) if each.topology_key == HOSTNAME else len(held))
                   for each, held in zip(constraints, counts, strict=True)]
        return PreScoreResult(PASSED, Spread(constraints, counts, tuple(weights), requires_all))

    return pre_score


def score(state: Spread, pod: Pod, info: NodeInfo) -> int | None:
    """The sum over the domains that the node is in; few pods are best, normalisation turns it round."""
    labels: Mapping[str, str] = info.node.metadata.labels
    if state.requires_all and not has_all_keys(state.constraints, labels):
        return None
    total = 0.0
    for each, held, weight in zip(state.constraints, state.counts, state.weights, strict=True):
        value = labels.get(each.topology_key)
        if value is not None:
            count = count_pods_match_selector(info, each, pod.metadata.namespace) \
                if each.topology_key == HOSTNAME else held[value]
            total += score_for_count(count, each.max_skew, weight)
    return round_half_up(total)


def normalize(scores: tuple[int, ...]) -> tuple[int, ...]:
    """The node with the fewest gets 100, and the others less in proportion; all get 100 if nobody has any."""
    least, greatest = min(scores, default=0), max(scores, default=0)
    if greatest == 0:
        return tuple(MAX_NODE_SCORE for _ in scores)
    return tuple([MAX_NODE_SCORE * (greatest + least - score) // greatest for score in scores])
