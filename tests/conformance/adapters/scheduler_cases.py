"""What the cases of the scheduler's tables hold, as the model's own values."""

from collections.abc import Callable, Mapping
from typing import Any

from seatrial.model.api.affinity import NodeAffinity, TopologySpreadConstraint
from seatrial.model.api.core import Node, Pod, Service
from seatrial.model.api.meta import LabelSelector
from seatrial.model.api.wire import from_json
from seatrial.model.meta.labels import requirements_of
from seatrial.model.scheduler.framework import Plugin
from seatrial.model.scheduler.node_info import NodeInfo, group_by_node
from seatrial.model.scheduler.plugins import PLUGINS
from seatrial.model.scheduler.plugins.inter_pod_affinity import inter_pod_affinity
from seatrial.model.scheduler.plugins.inter_pod_affinity_score import AffinityArgs
from seatrial.model.scheduler.plugins.node_affinity import node_affinity
from seatrial.model.scheduler.plugins.node_resources_balanced import node_resources_balanced
from seatrial.model.scheduler.plugins.node_resources_fit import FitArgs, node_resources_fit
from seatrial.model.scheduler.plugins.pod_topology_spread import pod_topology_spread
from seatrial.model.scheduler.plugins.spread_constraints import (
    SYSTEM_DEFAULTS,
    Listers,
    Requirements,
    SpreadArgs,
)

Tree = Mapping[str, Any]
BY_NAME = {plugin.name: plugin for plugin in PLUGINS}
OWNERS = (("replicasets", "apps/v1", "ReplicaSet"), ("statefulsets", "apps/v1", "StatefulSet"))


def pod_of(tree: Tree) -> Pod:
    """A pod from its JSON tree; upstream's tables leave out what they do not need."""
    return from_json(Pod, without_type(tree))


def node_of(tree: Tree) -> Node:
    """A node from its JSON tree."""
    return from_json(Node, without_type(tree))


def nodes_of(given: Tree) -> tuple[NodeInfo, ...]:
    """The snapshot of a case."""
    placed: dict[str, list[Pod]] = {}
    for tree in given.get("existing_pods") or ():
        pod = pod_of(tree)
        placed.setdefault(pod.spec.node_name, []).append(pod)
    return group_by_node([node_of(tree) for tree in given["nodes"]], placed)


def namespaces_of(given: Tree) -> Callable[[str], Mapping[str, str] | None]:
    """The labels of the namespaces of a case."""
    held = {tree["metadata"]["name"]: tree["metadata"].get("labels") or {} for tree in given.get("namespaces") or ()}
    return held.get


def listers_of(given: Tree) -> Listers:
    """What gives the pods of a case their default selectors."""
    services = [without_type(tree) for tree in given.get("services") or ()]
    owners = {(version, kind, *name_of(tree)): selector_of(tree) for field, version, kind in OWNERS
              for tree in given.get(field) or ()}
    controllers = {name_of(tree): tree["spec"].get("selector") or {}
                   for tree in given.get("replicationcontrollers") or ()}
    return Listers(tuple([from_json(Service, tree) for tree in services]), controllers, owners)


def name_of(tree: Tree) -> tuple[str, str]:
    """Namespace and name of an object."""
    return tree["metadata"].get("namespace", ""), tree["metadata"]["name"]


def selector_of(tree: Tree) -> Requirements:
    """What a ReplicaSet or StatefulSet selects; without a selector it narrows nothing."""
    selector = tree["spec"].get("selector")
    return () if selector is None else requirements_of(from_json(LabelSelector, selector)) or ()


def without_type(tree: Tree) -> dict[str, Any]:
    """The tree as the model decodes it."""
    return {key: value for key, value in tree.items() if key not in ("apiVersion", "kind")}


def spread_args(args: Tree) -> SpreadArgs:
    """PodTopologySpreadArgs; upstream's own tests leave the type of defaults out for a list of none."""
    if args.get("defaultingType") == "System":
        return SYSTEM_DEFAULTS
    return SpreadArgs(tuple([from_json(TopologySpreadConstraint, each)
                             for each in args.get("defaultConstraints") or ()]))


def plugins_of(given: Tree) -> tuple[Plugin, ...]:
    """The default profile, with the namespaces, Services and owners of a case."""
    fed = {"InterPodAffinity": inter_pod_affinity(namespaces=namespaces_of(given)),
           "PodTopologySpread": pod_topology_spread(listers=listers_of(given))}
    return tuple([fed.get(plugin.name, plugin) for plugin in PLUGINS])


def weights_of(args: Tree) -> tuple[tuple[str, int], ...]:
    """The resources of a scoring configuration; upstream's default is cpu and memory."""
    return tuple((each["name"], each.get("weight", 0)) for each in args.get("resources") or ())


def plugin_of(name: str, given: Tree) -> Plugin:
    """A plugin with the configuration of a case."""
    args = given.get("args") or {}
    if name == "InterPodAffinity":
        return inter_pod_affinity(AffinityArgs(
            args.get("hardPodAffinityWeight", 0), args.get("ignorePreferredTermsOfExistingPods", False)),
            namespaces_of(given))
    if name == "PodTopologySpread":
        return pod_topology_spread(spread_args(args), listers_of(given))
    if name == "NodeAffinity":
        return node_affinity(from_json(NodeAffinity, args.get("addedAffinity") or {}))
    if name == "NodeResourcesBalancedAllocation":
        return node_resources_balanced(weights_of(args))
    if name == "NodeResourcesFit":
        strategy = args.get("scoringStrategy") or {}
        shape = (strategy.get("requestedToCapacityRatio") or {}).get("shape") or ()
        return node_resources_fit(FitArgs(
            tuple(args.get("ignoredResources") or ()), tuple(args.get("ignoredResourceGroups") or ()),
            strategy.get("type", "LeastAllocated"), weights_of(strategy),
            tuple((point.get("utilization", 0), point.get("score", 0)) for point in shape)))
    return BY_NAME[name]
