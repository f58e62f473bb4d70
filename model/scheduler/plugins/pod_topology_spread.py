"""PodTopologySpread: how unevenly pods may be spread over the domains of a node label.

Mirrors pkg/scheduler/framework/plugins/podtopologyspread/filtering.go and plugin.go (release 1.36). Upstream compares
the pods of the node's domain, and the new one, with the least of all domains, both as they are before the pod is
placed (`fits_skew_before`). Here the pod is counted already, and its domain is compared with every other one
(`fits_skew`): the domain itself can be the least only if the pod alone is less than the allowed skew, which is at
least 1. Where the counts are known one comparison with the least of the other domains is enough.

Upstream keeps two domains with the least counts, and when pods are added to several other domains (or taken away) it
may take one of these for the least that is not. That happens in preemption only, on no node but one at a time, where
two are enough: the counts here are exact.

Left out, in the cluster's scheduler alone: Services and owners, and so the system's default constraints. They only
score; `Listers` has them where they are known.
"""


import attrs

from seatrial.model.api.core import Node, Pod
from seatrial.model.frozen import EMPTY
from seatrial.model.meta.labels import SelectorError
from seatrial.model.scheduler.framework import (
    ERROR,
    PASSED,
    SKIPPED,
    UNRESOLVABLE,
    Condition,
    Demand,
    Demands,
    Nodes,
    Plugin,
    PreFilterResult,
    Registration,
    Status,
    first_failure,
)
from seatrial.model.scheduler.node_info import NodeInfo, Total, tenants
from seatrial.model.scheduler.plugins import pod_topology_spread_score as scoring
from seatrial.model.scheduler.plugins.node_affinity import Required, required_of
from seatrial.model.scheduler.plugins.spread_constraints import (
    DO_NOT_SCHEDULE,
    NO_LISTERS,
    SYSTEM_DEFAULTS,
    Constraint,
    Constraints,
    Labels,
    Listers,
    SpreadArgs,
    constraints_of,
    has_all_keys,
    is_counted,
    matches_node_inclusion_policies,
    selects,
)

NAME = "PodTopologySpread"
REASON = "node(s) didn't match pod topology spread constraints"
MISSING_LABEL = f"{REASON} (missing required label)"

NOTHING_REQUIRED = Required(EMPTY, None)
Counts = tuple[dict[str, Total], ...]
"""For each constraint: the matching pods of each domain that counts, by the label's value; none is 0."""


@attrs.frozen(eq=False)
class Wanted:
    """A pod with its constraints, and what it requires of nodes."""

    pod: Pod
    constraints: Constraints
    required: Required


@attrs.frozen(eq=False)
class State:
    """What PreFilter found; `least` has the two domains with the least pods of each constraint, the least first."""

    wanted: Wanted
    counts: Counts
    least: tuple[tuple[tuple[int, str], ...], ...]


# Decisions.


def fits_skew(here: Total, others: tuple[Total, ...], max_skew: int, *, too_few: bool) -> Condition:
    """Is the domain, the pod counted, at most so much fuller than every other one?

    With too few domains there is one more, which is empty. `max_skew` is at least 1.
    """
    if too_few:
        return here <= max_skew
    found: Condition = True
    for at, other in enumerate(others):
        close = here - other <= max_skew
        found = close if at == 0 else found & close
    return found


def fits_skew_before(match: Total, own: int, least: Total, max_skew: int) -> Condition:
    """The same as upstream states it, before the pod is placed: `least` is that of all domains, or 0 if too few."""
    return match + own - least <= max_skew


# Gathering.


def want(pod: Pod, args: SpreadArgs = SYSTEM_DEFAULTS, listers: Listers = NO_LISTERS) -> Wanted:
    """The pod's hard constraints; raises SelectorError if one of them cannot be parsed."""
    constraints = constraints_of(pod, DO_NOT_SCHEDULE, args, listers)
    return Wanted(pod, constraints, required_of(pod)) if constraints else Wanted(pod, (), NOTHING_REQUIRED)


def domains_of_node(wanted: Wanted, info: NodeInfo) -> tuple[tuple[int, Constraint, str], ...]:
    """The constraints for which the node counts: their places, and the domain that it is in."""
    labels = info.node.metadata.labels
    if not has_all_keys(wanted.constraints, labels):
        return ()
    return tuple([(at, each, labels[each.topology_key]) for at, each in enumerate(wanted.constraints)
                  if matches_node_inclusion_policies(each, wanted.pod, wanted.required, info)])


def gather(wanted: Wanted, nodes: Nodes) -> Counts:
    """The counts of all pods on all nodes."""
    counts: Counts = tuple([{} for _ in wanted.constraints])
    namespace = wanted.pod.metadata.namespace
    for info in nodes:
        for at, constraint, value in domains_of_node(wanted, info):
            held = counts[at]
            for pod, amount in tenants(info):
                if is_counted(constraint, pod, namespace):
                    held[value] = held.get(value, 0) + amount
            held.setdefault(value, 0)
    return counts


def add_pod(counts: Counts, wanted: Wanted, pod: Pod, info: NodeInfo, amount: Total = 1) -> Counts:
    """Counts a pod on a node, in place; with a negative amount it is taken away (upstream: updateWithPod).

    Unlike `gather`, whether the pod is going does not matter, nor whether the selector is empty.
    """
    if pod.metadata.namespace == wanted.pod.metadata.namespace:
        for at, constraint, value in domains_of_node(wanted, info):
            if selects(constraint, pod.metadata.labels):
                counts[at][value] = counts[at].get(value, 0) + amount
    return counts


def own_matches(wanted: Wanted) -> tuple[int, ...]:
    """For each constraint: does the pod itself match, wherever it goes (1), or not (0)?"""
    return tuple([int(selects(each, wanted.pod.metadata.labels)) for each in wanted.constraints])


def own_gathered(wanted: Wanted, info: NodeInfo) -> tuple[int, ...]:
    """For each constraint: does `gather` count the pod itself on this node (1), or not (0)?"""
    found = [0] * len(wanted.constraints)
    for at, constraint, _ in domains_of_node(wanted, info):
        found[at] = int(is_counted(constraint, wanted.pod, wanted.pod.metadata.namespace))
    return tuple(found)


# The demands of a node.


def demands_of_node(
    wanted: Wanted, counts: Counts, uncounted: tuple[int, ...], others: tuple[tuple[Total, ...], ...], info: NodeInfo
) -> tuple[Demand, ...]:
    """What must hold, in upstream's order; after a label that the node lacks nothing more is asked.

    `uncounted` is what the pod adds on this node to `counts`, `others` the other domains to compare with.
    """
    labels, found = info.node.metadata.labels, []
    for at, each in enumerate(wanted.constraints):
        value = labels.get(each.topology_key)
        if value is None:
            found.append(Demand(condition=False, reason=MISSING_LABEL, code=UNRESOLVABLE))
            break
        here = counts[at].get(value, 0) + uncounted[at]
        condition = fits_skew(here, others[at], each.max_skew, too_few=len(counts[at]) < each.min_domains)
        found.append(Demand(condition, REASON))
    return tuple(found)


def all_others(wanted: Wanted, counts: Counts, labels: Labels) -> tuple[tuple[Total, ...], ...]:
    """For each constraint the totals of all domains but the node's."""
    return tuple([tuple([total for value, total in held.items() if value != labels.get(each.topology_key)])
                  for each, held in zip(wanted.constraints, counts, strict=True)])


def least_others(state: State, labels: Labels) -> tuple[tuple[int, ...], ...]:
    """For each constraint the least total of all domains but the node's."""
    return tuple([tuple([total for total, value in least if value != labels.get(each.topology_key)])[:1]
                  for each, least in zip(state.wanted.constraints, state.least, strict=True)])


def new_state(wanted: Wanted, counts: Counts) -> State:
    """The state, with the domains that have the least pods."""
    return State(wanted, counts, tuple([tuple(sorted((total, value) for value, total in held.items())[:2])
                                        for held in counts]))


# Queueing hints.


def is_involved(other: Pod, pod: Pod) -> bool:
    """Is the other pod this one, or does it have, or may it get, a place in the same namespace?"""
    if other.metadata.uid == pod.metadata.uid:
        return True
    return bool(other.spec.node_name or other.status.nominated_node_name) \
        and other.metadata.namespace == pod.metadata.namespace


def is_helped_by_pod(constraints: Constraints, pod: Pod, old: Pod | None, new: Pod | None) -> bool:
    """Did a pod that counts come or go, or one begin or cease to count, or this pod get a toleration that counts?"""
    if any(each is not None and not is_involved(each, pod) for each in (old, new)):
        return False
    if old is None or new is None:
        return any(selects(each, held.metadata.labels) for each in constraints for held in (old, new) if held)
    if new.metadata.uid == pod.metadata.uid and old.spec.tolerations != new.spec.tolerations \
            and any(each.honors_taints for each in constraints):
        return True
    return any(selects(each, old.metadata.labels) != selects(each, new.metadata.labels) for each in constraints)


def is_helped_by_node(constraints: Constraints, old: Node | None, new: Node | None) -> bool:
    """Did a node of all domains come or go, or change its domains or its taints?"""
    was, now = (each is not None and has_all_keys(constraints, each.metadata.labels) for each in (old, new))
    if old is None or new is None:
        return was or now
    moved = any(old.metadata.labels.get(each.topology_key) != new.metadata.labels.get(each.topology_key)
                for each in constraints)
    return was != now or (now and (moved or old.spec.taints != new.spec.taints))


# The plugin.


def filter_node(state: State, pod: Pod, info: NodeInfo) -> Status:
    """The first constraint that the node does not meet speaks for it."""
    del pod
    others = least_others(state, info.node.metadata.labels)
    return first_failure(
        demands_of_node(state.wanted, state.counts, own_matches(state.wanted), others, info), NAME)


def add_pod_to_state(state: State, pod: Pod, info: NodeInfo, amount: int) -> State:
    """The state with one pod more, or less."""
    counts = tuple([dict(held) for held in state.counts])
    return new_state(state.wanted, add_pod(counts, state.wanted, pod, info, amount))


def pod_topology_spread(args: SpreadArgs = SYSTEM_DEFAULTS, listers: Listers = NO_LISTERS) -> Plugin:
    """The plugin, with its configuration and what gives pods their default selectors."""

    def pre_filter(pod: Pod, nodes: Nodes) -> PreFilterResult:
        """The hard constraints and the counts; a selector that cannot be parsed fails the cycle."""
        try:
            wanted = want(pod, args, listers)
        except SelectorError as error:
            text = f"obtaining pod's hard topology spread constraints: {error}"
            return PreFilterResult(Status(ERROR, (f"get constraints from pod: {text}",), NAME))
        if not wanted.constraints:
            return PreFilterResult(SKIPPED)
        return PreFilterResult(PASSED, new_state(wanted, gather(wanted, nodes)))

    def demands(pod: Pod, nodes: Nodes) -> Demands:
        """Every hard constraint is met."""
        wanted = want(pod, args, listers)
        counts, own = gather(wanted, nodes), own_matches(wanted)

        def of_node(after: NodeInfo) -> tuple[Demand, ...]:
            uncounted = tuple([mine - held for mine, held in zip(own, own_gathered(wanted, after), strict=True)])
            return demands_of_node(
                wanted, counts, uncounted, all_others(wanted, counts, after.node.metadata.labels), after)

        return of_node

    def is_schedulable_after_pod_change(pod: Pod, old: Pod | None, new: Pod | None) -> bool:
        """See `is_helped_by_pod`; where the constraints cannot be parsed any event is worth a try."""
        constraints = hard_constraints(pod)
        return constraints is None or is_helped_by_pod(constraints, pod, old, new)

    def is_schedulable_after_node_change(pod: Pod, old: Node | None, new: Node | None) -> bool:
        """See `is_helped_by_node`; where the constraints cannot be parsed any event is worth a try."""
        constraints = hard_constraints(pod)
        return constraints is None or is_helped_by_node(constraints, old, new)

    def hard_constraints(pod: Pod) -> Constraints | None:
        try:
            return constraints_of(pod, DO_NOT_SCHEDULE, args, listers)
        except SelectorError:
            return None

    return Plugin(
        NAME, filter_node, pre_filter, scoring.score, scoring.pre_scorer(args, listers), scoring.normalize,
        weight=2, demands=demands, add_pod=add_pod_to_state,
        events=(
            Registration("Pod", ("Add", "UpdatePodLabel", "UpdatePodToleration", "Delete"),
                         is_schedulable_after_pod_change),
            Registration("Node", ("Add", "Delete", "UpdateNodeLabel", "UpdateNodeTaint"),
                         is_schedulable_after_node_change),
        ),
    )


PLUGIN = pod_topology_spread()
