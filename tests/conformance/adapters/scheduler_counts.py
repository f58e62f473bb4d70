"""What the scheduler's plugins count before they filter or score, and how that follows pods that come and go."""

from typing import TYPE_CHECKING, Any

from seatrial.model.api.core import Pod
from seatrial.model.scheduler.framework import PASSED, SKIP, Plugin
from seatrial.model.scheduler.node_info import NodeInfo, new_node_info
from seatrial.model.scheduler.plugins.inter_pod_affinity import AFFINITY, ANTI_AFFINITY, Counts
from seatrial.model.scheduler.plugins.pod_topology_spread import State
from seatrial.model.scheduler.plugins.spread_constraints import Constraint, has_all_keys
from tests.conformance.adapters.scheduler_cases import Tree, nodes_of, plugin_of, pod_of
from tests.conformance.cases import Case

if TYPE_CHECKING:
    from seatrial.model.scheduler.plugins.pod_topology_spread_score import Spread

NO_DOMAIN = 2**31 - 1
"""Upstream's least count where there is no domain."""
DEFAULT_ARGS = {"hardPodAffinityWeight": 1, "defaultingType": "System"}


def run_counts(name: str, case: Case) -> Tree:
    """The counts of one plugin, as upstream's own tests look at them."""
    plugin, given = plugin_of(name, case.input), case.input
    pod, nodes = pod_of(given["pod"]), nodes_of(given)
    if given["phase"] == "prescore":
        return say_spread(plugin, pod, nodes, given)
    assert plugin.pre_filter is not None
    assert plugin.add_pod is not None
    found = plugin.pre_filter(pod, nodes)
    state, by_name = found.state, {info.name: info for info in nodes}
    for field, amount in (("added_pod", 1), ("removed_pod", -1)):
        if field in given and state is not None:
            other = pod_of(given[field])
            state = plugin.add_pod(state, other, by_name[given.get("on_node") or other.spec.node_name], amount)
    if name == "InterPodAffinity":
        return say_pairs(state[1] if state else {})
    tracks = given["feature_gates"].get("MinDomainsInPodTopologySpread", False)
    return {"prefilter": {"code": found.status.code, "reasons": list(found.status.reasons)},
            "state": say_state(state, tracks_domains=tracks)}


def say_pairs(counts: Counts) -> Tree:
    """The counts of a pod's own terms."""
    return {field: [{"topologyKey": key, "topologyValue": value, "count": counts[kind, key, value]}
                    for kind, key, value in sorted(counts) if kind == wanted and counts[kind, key, value]]
            for field, wanted in (("affinity_counts", AFFINITY), ("anti_affinity_counts", ANTI_AFFINITY))}


def say_constraint(constraint: Constraint) -> dict[str, Any]:
    """A constraint in upstream's words."""
    return {"maxSkew": constraint.max_skew, "topologyKey": constraint.topology_key,
            "minDomains": constraint.min_domains}


def say_policies(constraint: Constraint) -> dict[str, Any]:
    """Its inclusion policies."""
    return {"nodeAffinityPolicy": "Honor" if constraint.honors_affinity else "Ignore",
            "nodeTaintsPolicy": "Honor" if constraint.honors_taints else "Ignore"}


def say_counts(constraints: tuple[Constraint, ...], counts: tuple[dict[str, int], ...]) -> list[Tree]:
    """The counts of all constraints, by topology pair."""
    pairs = {(each.topology_key, value): total for each, held in zip(constraints, counts, strict=True)
             for value, total in held.items()}
    return [{"topologyKey": key, "topologyValue": value, "count": pairs[key, value]} for key, value in sorted(pairs)]


def say_state(state: State | None, *, tracks_domains: bool) -> Tree:
    """What PreFilter of PodTopologySpread left for Filter; without the gate upstream did not track domains."""
    if state is None:
        return {"constraints": [], "match_counts": [], "domains": {}, "min_match": {}}
    constraints = state.wanted.constraints
    return {
        "constraints": [say_constraint(each) | say_policies(each) for each in constraints],
        "match_counts": say_counts(constraints, state.counts),
        "domains": {each.topology_key: len(held) for each, held in zip(constraints, state.counts, strict=True)}
        if tracks_domains else {},
        "min_match": {each.topology_key: least[0][0] if least else NO_DOMAIN
                      for each, least in zip(constraints, state.least, strict=True)},
    }


def say_spread(plugin: Plugin, pod: Pod, nodes: tuple[NodeInfo, ...], given: Tree) -> Tree:
    """What PreScore of PodTopologySpread left for Score."""
    by_name = {info.name: info for info in nodes}
    feasible = tuple([by_name[name] for name in given.get("filtered_nodes") or by_name])
    assert plugin.pre_score is not None
    found = plugin.pre_score(pod, feasible, nodes)
    said: dict[str, Any] = {"prescore": {"code": found.status.code, "reasons": list(found.status.reasons)}}
    if found.status.code == SKIP:
        return said
    state: Spread = found.state
    return said | {
        "constraints": [say_constraint(each) for each in state.constraints],
        "ignored_nodes": sorted(info.name for info in feasible if state.requires_all
                                and not has_all_keys(state.constraints, info.node.metadata.labels)),
        "pair_counts": say_counts(state.constraints, state.counts),
        "normalizing_weights": list(state.weights),
    }


# Pods that come and go.


def run_prefilter_update(case: Case) -> Tree:
    """Filter before and after pods were added to the state of PreFilter, and taken away."""
    plugin, given = plugin_of(case.input["plugin"], {"args": DEFAULT_ARGS} | dict(case.input)), case.input
    pod, nodes = pod_of(given["pod"]), nodes_of(given)
    assert plugin.pre_filter is not None
    state = plugin.pre_filter(pod, nodes).state
    before = say_filter(plugin, state, pod, nodes)
    placed = {info.name: info for info in nodes}
    for update in given["updates"]:
        info, coming = placed[update["on_node"]], update["op"] == "add"
        other = pod_of(update["pod"]) if coming else next(
            each for each in info.pods if each.metadata.name == update["pod"])
        left = (*info.pods, other) if coming else tuple([each for each in info.pods if each is not other])
        placed[info.name] = new_node_info(info.node, left)
        if state is not None and plugin.add_pod is not None:
            state = plugin.add_pod(state, other, info, 1 if coming else -1)
    return {"filter_before": before, "filter": say_filter(plugin, state, pod, tuple(placed.values()))}


def say_filter(plugin: Plugin, state: Any, pod: Pod, nodes: tuple[NodeInfo, ...]) -> Tree:
    """The verdict on every node; all are passed when there is nothing to filter."""
    assert plugin.filter is not None
    statuses = {info.name: PASSED if state is None else plugin.filter(state, pod, info) for info in nodes}
    return {name: {"code": status.code, "reasons": list(status.reasons)} for name, status in statuses.items()}
