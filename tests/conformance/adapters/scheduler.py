"""The scheduler: each plugin by itself, whole cycles, sequences of cycles, queueing hints.

What the plugins that are not modelled answered (statuses, scores, hints) is not compared; cases in which they could
have a say are left out by the predicates below, which look at the input only.
"""

from collections.abc import Callable, Mapping
from typing import Any

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
    Change,
    hints,
    node_scheduling_properties_change,
    pod_scheduling_properties_change,
)
from seatrial.model.scheduler.framework import SKIP, SUCCESS, ClusterEvent, Plugin, Status
from seatrial.model.scheduler.node_info import NodeInfo, group_by_node
from seatrial.model.scheduler.plugins import PLUGINS
from seatrial.model.scheduler.plugins.node_affinity import node_affinity
from seatrial.model.scheduler.plugins.node_resources_balanced import node_resources_balanced
from seatrial.model.scheduler.plugins.node_resources_fit import FitArgs, node_resources_fit
from seatrial.model.scheduler.plugins.taint_toleration import find_untolerated_taint
from seatrial.model.scheduler.requests import container_requests_for_score, pod_requests
from seatrial.model.scheduler.unmodelled import unmodelled_constraints
from tests.conformance.adapter import Adapter
from tests.conformance.cases import Case
from tests.conformance.compare import exactly

Tree = Mapping[str, Any]
BY_NAME = {plugin.name: plugin for plugin in PLUGINS}
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


# Cases of upstream's own tests, which are of release 1.28.


def is_older(given: Tree) -> bool:
    """Is it a case of upstream's own tests?"""
    return "feature_gates" in given


def names_the_taint(given: Tree) -> bool:
    """Was the taint part of the reason?"""
    if not is_older(given) or given.get("filtered_nodes"):
        return False
    pod = pod_of(given["pod"])
    return any(find_untolerated_taint(info.node.spec.taints, pod.spec.tolerations) for info in nodes_of(given))


def asks_more_than_allocatable(given: Tree) -> bool:
    """Is the pod too large for the whole node? That was not told apart yet."""
    if not is_older(given):
        return False
    request = pod_requests(pod_of(given["pod"]))
    return any(amount > info.allocatable.get(name, 0) for info in nodes_of(given) for name, amount in request.items())


# One plugin.


def say(status: Status) -> dict[str, Any]:
    """A status in the oracle's words."""
    return {"code": status.code, "reasons": list(status.reasons)}


def say_of_node(status: Status) -> dict[str, Any]:
    """The same, with the plugin that rejected the node."""
    return say(status) | ({"plugin": status.plugin} if status.plugin else {})


def run_plugin(name: str) -> Callable[[Case], Tree]:
    """One plugin's filter or score; upstream's tables have both in one."""
    filtering, scoring = run_filter(name), run_score(name)

    def run(case: Case) -> Tree:
        said = scoring(case) if case.input["phase"] == "score" else filtering(case)
        if not is_older(case.input):
            return said
        stopped = said.get("prefilter", {}).get("code", SUCCESS) != SUCCESS
        left_out = ("raw_scores", "prescore", *(("filter",) if stopped else ()),
                    *(("prefilter",) if case.input.get("run_prefilter") is False else ()))
        return {"asserted": {key: held for key, held in said.items() if key not in left_out}}

    return run


def compare_plugin(expected: Any, actual: Any) -> str:
    """Exactly; of upstream's own tests what they assert and the table shows: statuses, or scores."""
    if "asserted" not in actual:
        return exactly(expected, actual)
    shown = [key for key, held in actual["asserted"].items() if held is not None and key in expected]
    return exactly({key: expected[key] for key in shown}, {key: actual["asserted"][key] for key in shown}) \
        if shown else f"nothing to compare: {sorted(actual['asserted'])}"


def run_filter(name: str) -> Callable[[Case], Tree]:
    """PreFilter and Filter of one plugin on every node."""

    def run(case: Case) -> Tree:
        plugin = plugin_of(name, case.input.get("args") or {})
        pod, nodes = pod_of(case.input["pod"]), nodes_of(case.input)
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
        plugin = plugin_of(name, case.input.get("args") or {})
        pod, nodes = pod_of(case.input["pod"]), nodes_of(case.input)
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


def is_no_score(given: Tree) -> bool:
    """Does the case validate a configuration, or a helper of it, instead of scoring?"""
    return bool(given["phase"] != "score")


def run_score_requests(case: Case) -> Tree:
    """What a pod counts for when nodes are scored."""
    counted = container_requests_for_score(pod_of(case.input["pod"]))
    return {"requests": {name: counted[name] for name in ("cpu", "memory")}}


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
    said: dict[str, Any] = {
        "filter": say_statuses(filtered, nodes), "feasible": [info.name for info in filtered.feasible],
        "skip_filter_plugins": sorted(filtered.skipped),
    }
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
    called = {name: say_of_node(status) for name, status in filtered.statuses}
    absent = say_of_node(filtered.absent) | {"absent": True}
    return {info.name: called.get(info.name, absent) for info in nodes}


def say_scores(result: Result) -> dict[str, Any]:
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
    steps: list[Tree] = []
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
    event = case.input["event"]
    load: Callable[[Tree], Any] = node_of if event["kind"].startswith("node-") else pod_of
    old, new = (load(event[side]) if event.get(side) else None for side in ("old", "new"))
    pod: Pod = load(event["new"]) if event["kind"] == "self-update" else pod_of(case.input["pod"])
    found = []
    for each in events_of(event["kind"], old, new):
        said = hints(PLUGINS, Change(each, old, new), pod)
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
    status = say(enqueue(pod_of(case.input["pod"])))
    return {"preenqueue" if is_older(case.input) else "status": status}


ADAPTERS = (
    Adapter("scheduler", "nodename", run_plugin("NodeName"), compare_plugin),
    Adapter("scheduler", "nodeunschedulable", run_plugin("NodeUnschedulable"), compare_plugin),
    Adapter("scheduler", "nodeaffinity", run_plugin("NodeAffinity"), compare_plugin),
    Adapter("scheduler", "nodeaffinity_score", run_plugin("NodeAffinity"), compare_plugin),
    Adapter("scheduler", "tainttoleration", run_plugin("TaintToleration"), compare_plugin),
    Adapter("scheduler", "tainttoleration_score", run_plugin("TaintToleration"), compare_plugin),
    Adapter("scheduler", "noderesources_fit", run_plugin("NodeResourcesFit"), compare_plugin),
    Adapter("scheduler", "noderesources_fit_score", run_plugin("NodeResourcesFit"), compare_plugin),
    Adapter("scheduler", "noderesources_balanced", run_plugin("NodeResourcesBalancedAllocation"), compare_plugin),
    Adapter("scheduler", "noderesources_leastAllocated", run_plugin("NodeResourcesFit"), compare_plugin),
    Adapter("scheduler", "noderesources_mostAllocated", run_plugin("NodeResourcesFit"), compare_plugin),
    Adapter("scheduler", "noderesources_requestedToCapacityRatio", run_plugin("NodeResourcesFit"), compare_plugin),
    Adapter("scheduler", "noderesources_score_requests", run_score_requests),
    Adapter("scheduler", "nodeports", run_plugin("NodePorts"), compare_plugin),
    Adapter("scheduler", "imagelocality", run_plugin("ImageLocality"), compare_plugin),
    Adapter("scheduler", "cycle", run_cycle, compare_cycle),
    Adapter("scheduler", "sequence", run_sequence, compare_sequence),
    Adapter("scheduler", "queueing_hints", run_queueing_hints, compare_hints),
    Adapter("scheduler", "schedulinggates", run_scheduling_gates),
)
