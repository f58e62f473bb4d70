"""The scheduler: each plugin by itself, whole cycles, sequences of cycles, queueing hints.

What the plugins that are not modelled answered (statuses, scores, hints) is not compared; cases in which they could
have a say are left out by the predicates below, which look at the input only.
"""

from collections.abc import Callable, Mapping
from typing import Any

import attrs

from seatrial.model.api.core import Node, NodeAffinity, Pod
from seatrial.model.api.wire import from_json
from seatrial.model.scheduler.cycle import (
    NO_NODES,
    Filtered,
    Result,
    fit_error_message,
    preemption_message,
    schedule_pod,
)
from seatrial.model.scheduler.events import (
    ASSIGNED_POD_ADD,
    ASSIGNED_POD_DELETE,
    NODE_ADD,
    NODE_DELETE,
    hints,
    node_scheduling_properties_change,
    pod_scheduling_properties_change,
)
from seatrial.model.scheduler.framework import ERROR, SKIP, ClusterEvent, Plugin, Status
from seatrial.model.scheduler.node_info import NodeInfo, group_by_node
from seatrial.model.scheduler.plugins import BY_NAME, PLUGINS
from seatrial.model.scheduler.plugins.node_affinity import node_affinity
from seatrial.model.scheduler.plugins.node_resources_balanced import node_resources_balanced
from seatrial.model.scheduler.plugins.node_resources_fit import FitArgs, node_resources_fit
from seatrial.model.scheduler.priority_sort import less
from seatrial.model.scheduler.unmodelled import unmodelled_constraints
from tests.conformance.adapter import Adapter
from tests.conformance.cases import Case
from tests.conformance.compare import exactly

Tree = Mapping[str, Any]
MODELLED = frozenset(BY_NAME)


# Input.


def pod_of(tree: Tree) -> Pod:
    """A pod from its JSON tree; upstream's tables leave out what they do not need."""
    return from_json(Pod, {key: value for key, value in tree.items() if key not in ("apiVersion", "kind")})


def node_of(tree: Tree) -> Node:
    """A node from its JSON tree."""
    return from_json(Node, {key: value for key, value in tree.items() if key not in ("apiVersion", "kind")})


def nodes_of(given: Tree) -> tuple[NodeInfo, ...]:
    """The snapshot of a case."""
    placed: dict[str, list[Pod]] = {}
    for tree in given.get("existing_pods") or ():
        pod = pod_of(tree)
        placed.setdefault(pod.spec.node_name, []).append(pod)
    return group_by_node([node_of(tree) for tree in given["nodes"]], placed)


def weights_of(args: Tree) -> tuple[tuple[str, int], ...]:
    """The resources of a scoring configuration; upstream's default is cpu and memory."""
    return tuple((each["name"], each.get("weight", 0)) for each in args.get("resources") or ())


def plugin_of(name: str, args: Tree) -> Plugin:
    """A plugin with the configuration of a case."""
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


# One plugin.


def say(status: Status) -> Tree:
    """A status in the oracle's words."""
    return {"code": status.code, "reasons": list(status.reasons)}


def run_filter(name: str) -> Callable[[Case], Tree]:
    """PreFilter and Filter of one plugin on every node."""

    def run(case: Case) -> Tree:
        plugin, pod, nodes = plugin_of(name, case.input.get("args") or {}), pod_of(case.input["pod"]), nodes_of(case.input)
        said: dict[str, Any] = {"filter": None, "feasible": {info.name: True for info in nodes}}
        state, names = None, None
        if plugin.pre_filter is not None:
            found = plugin.pre_filter(pod, nodes)
            state, names = found.state, found.node_names
            said["prefilter"] = say(found.status)
            if not found.status.is_success:
                return said | {"feasible": dict.fromkeys(said["feasible"], found.status.code == SKIP)}
            if names is not None:
                said["prefilter_nodes"] = list(names)
        assert plugin.filter is not None
        statuses = {info.name: plugin.filter(state, pod, info) for info in nodes}
        said["filter"] = {name: say(status) for name, status in statuses.items()}
        said["feasible"] = {each: status.is_success and (names is None or each in names)
                            for each, status in statuses.items()}
        return said

    return run


def run_score(name: str) -> Callable[[Case], Tree]:
    """PreScore, Score and NormalizeScore of one plugin on the filtered nodes, in their order."""

    def run(case: Case) -> Tree:
        plugin, pod, nodes = plugin_of(name, case.input.get("args") or {}), pod_of(case.input["pod"]), nodes_of(case.input)
        by_name = {info.name: info for info in nodes}
        feasible = tuple(by_name[each] for each in
                         case.input.get("filtered_nodes") or [info.name for info in nodes])
        said: dict[str, Any] = {}
        state = None
        if plugin.pre_score is not None:
            found = plugin.pre_score(pod, feasible, nodes)
            state = found.state
            if name != "ImageLocality":
                said["prescore"] = say(found.status)
            if not found.status.is_success:
                return said | {"scores": None}
        assert plugin.score is not None
        raw = tuple(plugin.score(state, pod, info) for info in feasible)
        scores = plugin.normalize(raw) if plugin.normalize else raw
        return said | {"raw_scores": by_node(feasible, raw), "scores": by_node(feasible, scores),
                       "normalized": plugin.normalize is not None}

    return run


def by_node(nodes: tuple[NodeInfo, ...], scores: tuple[int, ...]) -> list[Tree]:
    """Scores in the oracle's words."""
    return [{"node": info.name, "score": score} for info, score in zip(nodes, scores, strict=True)]


# Cycles.


def needs_unmodelled_plugins(given: Tree) -> bool:
    """Could a plugin that is not modelled, or a nominated pod, have a say? Looks at the input only."""
    pods = [pod_of(tree) for tree in (*([given["pod"]] if "pod" in given else ()), *(given.get("pods") or ()))]
    others = [pod_of(tree) for tree in given.get("existing_pods") or ()]
    owners = ("services", "replicationcontrollers", "replicasets", "statefulsets")
    return bool(
        given.get("nominated_pods") or given.get("preemption") or any(given.get(each) for each in owners)
        or any(path != "spec.priority" for pod in pods for path in unmodelled_constraints(pod))
        or any(path.startswith("spec.affinity") for pod in others for path in unmodelled_constraints(pod)))


def may_preempt(given: Tree) -> bool:
    """Is there a pod of lower priority?"""
    mine = given["pod"]["spec"].get("priority") or 0
    return any((each["spec"].get("priority") or 0) < mine for each in given.get("existing_pods") or ())


def run_cycle(case: Case) -> Tree:
    """One whole cycle."""
    pod, nodes = pod_of(case.input["pod"]), nodes_of(case.input)
    if not nodes:
        return {"result": "no_nodes", "message": NO_NODES}
    result = schedule_pod(PLUGINS, pod, nodes)
    filtered = result.filtered
    said: dict[str, Any] = {"filter": say_statuses(filtered, nodes), "feasible": [info.name for info in filtered.feasible],
                            "skip_filter_plugins": sorted(filtered.skipped)}
    if result.error:
        return said | {"result": "error", "message": result.error}
    if result.best:
        return said | {"result": "scheduled", "best": list(result.best)} | say_scores(result)
    prefix = fit_error_message(filtered, len(nodes))
    message = prefix if may_preempt(case.input) else fit_error_message(
        filtered, len(nodes), preemption_message(pod, filtered, len(nodes)))
    return said | {"result": "unschedulable", "message": message, "whole_message": not may_preempt(case.input),
                   "unschedulable_plugins": list(filtered.rejectors)}


def say_statuses(filtered: Filtered, nodes: tuple[NodeInfo, ...]) -> Tree:
    """Every node's status, that of nodes which Filter was not called for marked."""
    called = dict(filtered.statuses)
    absent = say(filtered.absent) | ({"plugin": filtered.absent.plugin} if filtered.absent.plugin else {}) | {"absent": True}
    return {info.name: (say(called[info.name]) | ({"plugin": called[info.name].plugin} if called[info.name].plugin else {}))
            if info.name in called else absent for info in nodes}


def say_scores(result: Result) -> Tree:
    """The scores of a cycle that scored."""
    if len(result.filtered.feasible) <= 1:
        return {}
    names = [info.name for info in result.filtered.feasible]
    return {
        "score": {name: None if found is None else {
            "weight": found.weight, "raw": dict(zip(names, found.raw, strict=True)),
            "normalized": dict(zip(names, found.normalized, strict=True)),
        } for name, found in result.scores},
        "total": dict(zip(names, result.totals, strict=True)),
    }


def compare_cycle(expected: Any, actual: Any) -> str:
    """Exactly, but for the answers of other plugins and the tail of the message when a pod could be preempted."""
    expected, actual = dict(expected), dict(actual)
    whole, rejectors = actual.pop("whole_message", True), actual.pop("unschedulable_plugins", None)
    diagnosis = expected.pop("diagnosis", None)
    expected.pop("postfilter", None)
    lines = []
    if not whole:
        full, prefix = expected.pop("message"), actual.pop("message")
        lines.append("" if full.startswith(prefix) else exactly(full, prefix))
    if rejectors is not None:
        lines.append(exactly(diagnosis["unschedulable_plugins"], rejectors))
    for key in ("score", "total"):
        if expected.get("result") == "error":
            expected.pop(key, None)
    if "skip_filter_plugins" in expected:
        expected["skip_filter_plugins"] = [name for name in expected["skip_filter_plugins"] if name in MODELLED]
    if "score" in expected:
        expected["score"] = {name: held for name, held in expected["score"].items()
                             if name in MODELLED or (held and any(held["normalized"].values()))}
    return "\n".join(line for line in (exactly(expected, actual), *lines) if line)


def run_sequence(case: Case) -> Tree:
    """Several pods one after the other, each on the first of its best nodes; nobody is preempted."""
    given = dict(case.input)
    steps = []
    for tree in given["pods"]:
        pod, nodes = pod_of(tree), nodes_of(given)
        result = schedule_pod(PLUGINS, pod, nodes)
        if not result.best:
            steps.append({"pod": pod.metadata.name, "result": "unschedulable",
                          "message": fit_error_message(result.filtered, len(nodes))})
            continue
        node = min(result.best)
        steps.append({"pod": pod.metadata.name, "result": "scheduled", "best": sorted(result.best), "node": node,
                      "feasible": [info.name for info in result.filtered.feasible]})
        bound = dict(tree) | {"spec": dict(tree["spec"]) | {"nodeName": node}}
        given["existing_pods"] = [*given["existing_pods"], bound]
    return {"steps": steps}


def compare_sequence(expected: Any, actual: Any) -> str:
    """Exactly; the time a pod starts at is the oracle's own."""
    steps = [{key: held for key, held in step.items() if key != "start_time"} for step in expected["steps"]]
    return exactly(steps, actual["steps"])


# Queue.


def is_other_event(given: Tree) -> bool:
    """Is the event about a resource that is not modelled (volumes and their classes)?"""
    kind = str(given["event"]["kind"])
    return not kind.startswith(("node-", "pod-", "self-"))


def run_queueing_hints(case: Case) -> Tree:
    """The events that a change is, each with the hint of every plugin that waits for it."""
    event, pod = case.input["event"], pod_of(case.input["pod"])
    load: Callable[[Tree], Any] = node_of if event["kind"].startswith("node-") else pod_of
    old, new = (load(event[side]) if event.get(side) else None for side in ("old", "new"))
    if event["kind"] == "self-update":
        pod = new
    found = []
    for each in events_of(event["kind"], old, new):
        said = hints(PLUGINS, each, pod, old, new)
        if said:
            found.append({"event": each.resource + each.action, "resource": each.resource, "hints": {
                name: "Queue" if hint else "QueueSkip" for name, hint in said.items()}})
    return {"events": found}


def events_of(kind: str, old: Any, new: Any) -> tuple[ClusterEvent, ...]:
    """What the event handlers make of a change."""
    if kind.startswith("node-"):
        if old is None:
            return (NODE_ADD,)
        return (NODE_DELETE,) if new is None else tuple(node_scheduling_properties_change(new, old))
    if old is None:
        return (ASSIGNED_POD_ADD,)
    return (ASSIGNED_POD_DELETE,) if new is None else tuple(pod_scheduling_properties_change(new, old))


def compare_hints(expected: Any, actual: Any) -> str:
    """Exactly, for the modelled plugins; an event that only others wait for is none."""
    events = []
    for event in expected["events"]:
        held = {name: hint for name, hint in event["hints"].items() if name in MODELLED}
        if held:
            events.append(dict(event) | {"hints": held})
    return exactly(events, actual["events"])


def run_scheduling_gates(case: Case) -> Tree:
    """PreEnqueue of SchedulingGates."""
    enqueue = BY_NAME["SchedulingGates"].pre_enqueue
    assert enqueue is not None
    return {"status": say(enqueue(pod_of(case.input["pod"])))}


def run_queue_sort(case: Case) -> Tree:
    """Which of two pods comes first, both ways."""
    one, two = ((pod_of(case.input[side]["pod"]), case.input[side]["timestamp"] or "") for side in ("p1", "p2"))
    return {"less": less(one[0], one[1], two[0], two[1]), "less_reversed": less(two[0], two[1], one[0], one[1])}


ADAPTERS = (
    Adapter("scheduler", "nodename", run_filter("NodeName")),
    Adapter("scheduler", "nodeunschedulable", run_filter("NodeUnschedulable")),
    Adapter("scheduler", "nodeaffinity", run_filter("NodeAffinity")),
    Adapter("scheduler", "nodeaffinity_score", run_score("NodeAffinity")),
    Adapter("scheduler", "tainttoleration", run_filter("TaintToleration")),
    Adapter("scheduler", "tainttoleration_score", run_score("TaintToleration")),
    Adapter("scheduler", "noderesources_fit", run_filter("NodeResourcesFit")),
    Adapter("scheduler", "noderesources_fit_score", run_score("NodeResourcesFit")),
    Adapter("scheduler", "noderesources_balanced", run_score("NodeResourcesBalancedAllocation")),
    Adapter("scheduler", "nodeports", run_filter("NodePorts")),
    Adapter("scheduler", "imagelocality", run_score("ImageLocality")),
    Adapter("scheduler", "cycle", run_cycle, compare_cycle),
    Adapter("scheduler", "sequence", run_sequence, compare_sequence),
    Adapter("scheduler", "queueing_hints", run_queueing_hints, compare_hints),
    Adapter("scheduler", "schedulinggates", run_scheduling_gates),
    Adapter("scheduler", "queuesort", run_queue_sort),
)
