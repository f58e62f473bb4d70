"""Topology spread constraints, ready for counting: the pod's own, or the defaults of the plugin's configuration.

Mirrors pkg/scheduler/framework/plugins/podtopologyspread/common.go and plugin.go, and DefaultSelector of
pkg/scheduler/framework/plugins/helper/spread.go (release 1.36, all gates of the plugin at their defaults). Defaults
hold for a pod without constraints that a Service, or the ReplicationController, ReplicaSet or StatefulSet that owns
it, gives a selector; `Listers` has these. Left out: nothing; but the scheduler of the cluster lists neither Services
nor owners, see `pod_topology_spread`.
"""

from collections.abc import Mapping
from functools import lru_cache

import attrs

from seatrial.model.api.affinity import TopologySpreadConstraint
from seatrial.model.api.core import Pod, Service
from seatrial.model.api.meta import get_controller_of
from seatrial.model.frozen import EMPTY
from seatrial.model.meta.labels import EQUALS, Requirement, matches_labels, matches_requirements, requirements_of
from seatrial.model.scheduler.node_info import NodeInfo
from seatrial.model.scheduler.plugins.node_affinity import Required, matches_required
from seatrial.model.scheduler.plugins.taint_toleration import find_untolerated_taint

DO_NOT_SCHEDULE, SCHEDULE_ANYWAY = "DoNotSchedule", "ScheduleAnyway"
HONOR = "Honor"
HOSTNAME, ZONE = "kubernetes.io/hostname", "topology.kubernetes.io/zone"
Requirements = tuple[Requirement, ...]
Labels = Mapping[str, str]


@attrs.frozen
class Constraint:
    """A constraint that can be counted; a selector of None selects nothing, an empty one everything."""

    topology_key: str
    max_skew: int
    selector: Requirements | None
    min_domains: int = 1
    honors_affinity: bool = True
    honors_taints: bool = False


Constraints = tuple[Constraint, ...]


@attrs.frozen
class SpreadArgs:
    """PodTopologySpreadArgs: the default constraints, and whether they are the system's own."""

    default_constraints: tuple[TopologySpreadConstraint, ...] = ()
    system_defaulted: bool = False


SYSTEM_DEFAULTS = SpreadArgs(
    (TopologySpreadConstraint(3, HOSTNAME, SCHEDULE_ANYWAY), TopologySpreadConstraint(5, ZONE, SCHEDULE_ANYWAY)),
    system_defaulted=True,
)


@attrs.frozen(eq=False)
class Listers:
    """What gives a pod without constraints a selector: Services, ReplicationControllers, and other owners.

    ReplicationControllers are known by namespace and name, other owners by apiVersion and kind, namespace and name.
    """

    services: tuple[Service, ...] = ()
    replication_controllers: Mapping[tuple[str, str], Labels] = EMPTY
    owners: Mapping[tuple[str, str, str, str], Requirements] = EMPTY


NO_LISTERS = Listers()


@lru_cache(maxsize=1024)
def parse_constraint(constraint: TopologySpreadConstraint, merged: Requirements) -> Constraint:
    """The constraint, its selector narrowed to what is merged into it; raises SelectorError."""
    selector = requirements_of(constraint.label_selector)
    return Constraint(
        constraint.topology_key, constraint.max_skew, None if selector is None else (*merged, *selector),
        1 if constraint.min_domains is None else constraint.min_domains,
        constraint.node_affinity_policy in ("", HONOR), constraint.node_taints_policy == HONOR)


def filter_topology_spread_constraints(
    constraints: tuple[TopologySpreadConstraint, ...], labels: Labels, action: str
) -> Constraints:
    """Those that are to do this when they cannot be met; raises SelectorError.

    `matchLabelKeys` narrows the selector to pods that have these labels in common with the pod.
    """
    return tuple([
        parse_constraint(each, tuple([Requirement(key, EQUALS, (labels[key],)) for key in sorted(each.match_label_keys)
                                      if key in labels]))
        for each in constraints if each.when_unsatisfiable == action])


def constraints_of(pod: Pod, action: str, args: SpreadArgs, listers: Listers) -> Constraints:
    """The pod's own constraints of this kind; if it has none of any kind, the defaults; raises SelectorError."""
    if pod.spec.topology_spread_constraints:
        return filter_topology_spread_constraints(pod.spec.topology_spread_constraints, pod.metadata.labels, action)
    return build_default_constraints(pod, action, args, listers)


def build_default_constraints(pod: Pod, action: str, args: SpreadArgs, listers: Listers) -> Constraints:
    """The defaults of this kind, for a pod that something gives a selector."""
    if not (listers.services or listers.replication_controllers or listers.owners):
        return ()
    found = filter_topology_spread_constraints(args.default_constraints, pod.metadata.labels, action)
    selector = default_selector(pod, listers) if found else ()
    return tuple([attrs.evolve(each, selector=selector) for each in found]) if selector else ()


def default_selector(pod: Pod, listers: Listers) -> Requirements:
    """What all Services that select the pod select, and its owner does; a ReplicationController overrules Services."""
    meta, merged = pod.metadata, dict[str, str]()
    for service in listers.services:
        wanted = service.spec.selector
        if service.metadata.namespace == meta.namespace and wanted and matches_labels(wanted, meta.labels):
            merged.update(wanted)
    owner = get_controller_of(meta)
    narrowed: Requirements = ()
    if owner is not None and (owner.api_version, owner.kind) == ("v1", "ReplicationController"):
        merged.update(listers.replication_controllers.get((meta.namespace, owner.name), {}))
    elif owner is not None:
        narrowed = listers.owners.get((owner.api_version, owner.kind, meta.namespace, owner.name), ())
    return (*[Requirement(key, EQUALS, (merged[key],)) for key in sorted(merged)], *narrowed)


def selects(constraint: Constraint, labels: Labels) -> bool:
    """Does the constraint speak of a pod with these labels?"""
    return constraint.selector is not None and matches_requirements(constraint.selector, labels)


def has_all_keys(constraints: Constraints, labels: Labels) -> bool:
    """Is a node with these labels in a domain of every constraint?"""
    return all(each.topology_key in labels for each in constraints)


def matches_node_inclusion_policies(constraint: Constraint, pod: Pod, required: Required, info: NodeInfo) -> bool:
    """Does a domain count for the pod because of this node? One that the pod may not be on does not make it count."""
    if constraint.honors_affinity and not matches_required(required, info.name, info.node.metadata.labels):
        return False
    return not constraint.honors_taints or find_untolerated_taint(info.node.spec.taints, pod.spec.tolerations) is None


def is_counted(constraint: Constraint, pod: Pod, namespace: str) -> bool:
    """Does a pod that is there count? Not one that is going, and none at all where the selector is empty.

    Upstream: countPodsMatchSelector.
    """
    return bool(constraint.selector) and pod.metadata.deletion_timestamp is None \
        and pod.metadata.namespace == namespace and selects(constraint, pod.metadata.labels)


def count_pods_match_selector(info: NodeInfo, constraint: Constraint, namespace: str) -> int:
    """How many of the node's pods count."""
    return sum(is_counted(constraint, pod, namespace) for pod in info.pods)

