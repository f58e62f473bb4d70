"""Pods that belong to a node: which of those that are to be placed have a place for certain.

A pod that has one node to go to is nothing to be chosen. It is bound there before a solver is asked, if the scheduler's
filters let it in beside the pods that stand. That loses no placement: what those filters say then (of resources, ports,
taints) does not depend on order, and whoever comes later is refused for its sake. Pods with constraints on other pods
are left as they are.
"""

import attrs

from seatrial.model.api.core import Node, Pod
from seatrial.model.scheduler.cycle import find_nodes_that_fit_pod
from seatrial.model.scheduler.node_info import group_by_node, new_node_info
from seatrial.model.scheduler.plugins.node_affinity import affinity_of, eligible_names
from seatrial.properties.checking.place.question import Batch
from seatrial.properties.checking.place.survive import goes_with_node
from seatrial.properties.checking.place.world import FILTERS

Named = tuple[tuple[str, Batch], ...]
"""Batches, each with the name of its workload."""


def fixed_pods(nodes: tuple[Node, ...], placed: tuple[Pod, ...],
               batches: Named) -> tuple[tuple[tuple[str, Pod], ...], Named]:
    """The daemon pods that fit on their nodes, bound to them, and the batches that are left."""
    by_node: dict[str, list[Pod]] = {}
    for each in placed:
        by_node.setdefault(each.spec.node_name, []).append(each)
    infos = {info.name: info for info in group_by_node(nodes, by_node)}
    fixed, left = [], []
    for name, batch in batches:
        node = node_of_daemon(batch.pod)
        if node not in infos or depends_on_pods(batch.pod) or not find_nodes_that_fit_pod(
                FILTERS, batch.pod, tuple(infos.values())).feasible:
            left.append((name, batch))
            continue
        pod = bound(batch.pod, node)
        infos[node] = new_node_info(infos[node].node, (*infos[node].pods, pod))
        fixed.append((name, pod))
    return tuple(fixed), tuple(left)


def bound(pod: Pod, node: str) -> Pod:
    """The pod on its node; nobody asks any more for what it was pinned there, and so equal nodes have equal pods."""
    affinity = pod.spec.affinity
    if affinity is not None and affinity.node_affinity is not None:
        affinity = attrs.evolve(affinity, node_affinity=attrs.evolve(affinity.node_affinity, required=None))
    return attrs.evolve(pod, spec=attrs.evolve(pod.spec, node_name=node, affinity=affinity))


def depends_on_pods(pod: Pod) -> bool:
    """May what other pods do keep the pod from its node, apart from what they take?"""
    affinity = pod.spec.affinity
    terms = () if affinity is None else (affinity.pod_affinity, affinity.pod_anti_affinity)
    return bool(pod.spec.topology_spread_constraints) or any(each is not None for each in terms)


def node_of_daemon(pod: Pod) -> str:
    """The node that a daemon pod is for, or nothing."""
    if not goes_with_node(pod):
        return ""
    names = eligible_names(affinity_of(pod)) or ()
    return names[0] if len(names) == 1 else ""
