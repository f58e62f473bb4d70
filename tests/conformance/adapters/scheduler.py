"""The scheduler: each plugin by itself, whole cycles, sequences of cycles.

What the plugins that are not modelled answered (statuses, scores) is not compared; cases in which they could
have a say are left out by the predicates below, which look at the input only.
"""

from collections.abc import Callable
from typing import Any

from seatrial.model.scheduler.cycle import (
    NO_NODES,
    Filtered,
    Result,
    fit_error_message,
    preemption_message,
    schedule_pod,
    score_nodes,
)
from seatrial.model.scheduler.framework import ERROR, SKIP, SUCCESS, Status
from seatrial.model.scheduler.node_info import NodeInfo
from seatrial.model.scheduler.plugins.taint_toleration import find_untolerated_taint
from seatrial.model.scheduler.requests import container_requests_for_score, pod_requests
from seatrial.model.scheduler.unmodelled import unmodelled_constraints
from tests.conformance.adapter import Adapter
from tests.conformance.adapters.scheduler_cases import (
    BY_NAME,
    Tree,
    nodes_of,
    plugin_of,
    plugins_of,
    pod_of,
)
from tests.conformance.adapters.scheduler_counts import run_counts, run_prefilter_update
from tests.conformance.adapters.scheduler_queue import compare_hints, run_queueing_hints
from tests.conformance.adapters.scheduling_helpers import (
    compare_errors,
    run_helper,
    run_match_node_selector_terms,
    run_node_selector_match,
    run_pod_matches,
    run_preferred_terms,
)
from tests.conformance.cases import Case
from tests.conformance.compare import exactly

MODELLED = frozenset(BY_NAME)


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
        if case.input["phase"] not in ("filter", "score"):
            return {"asserted": run_counts(name, case)}
        said = scoring(case) if case.input["phase"] == "score" else filtering(case)
        if not is_older(case.input):
            return said
        stopped = said.get("prefilter", {}).get("code", SUCCESS) != SUCCESS
        left_out = ("raw_scores", *(("prescore",) if name != "InterPodAffinity" else ()),
                    *(("filter",) if stopped else ()),
                    *(("prefilter",) if case.input.get("run_prefilter") is False else ()))
        return {"asserted": {key: held for key, held in said.items() if key not in left_out}}

    return run


def compare_plugin(expected: Any, actual: Any) -> str:
    """Exactly; of upstream's own tests what they assert and the table shows: statuses, or scores."""
    if "asserted" not in actual:
        return exactly(expected, actual)
    shown = [key for key, held in actual["asserted"].items() if held is not None and key in expected]
    return exactly({key: expected[key] for key in shown},
                   {key: without_reasons(expected[key], actual["asserted"][key]) for key in shown}) \
        if shown else f"nothing to compare: {sorted(actual['asserted'])}"


def has_codes_only(expected: Any) -> bool:
    """Are these statuses of which upstream compares the codes?"""
    return isinstance(expected, dict) and any(
        isinstance(held, dict) and "code" in held and "reasons" not in held for held in expected.values())


def without_reasons(expected: Any, actual: Any) -> Any:
    """Statuses without their reasons, where none are expected; of an error upstream expects a part."""
    if isinstance(expected, dict) and expected.get("code") == ERROR == actual["code"] \
            and expected["reasons"][0] in actual["reasons"][0]:
        return expected
    return {name: {"code": held["code"]} for name, held in actual.items()} if has_codes_only(expected) else actual


def run_filter(name: str) -> Callable[[Case], Tree]:
    """PreFilter and Filter of one plugin on every node."""

    def run(case: Case) -> Tree:
        plugin = plugin_of(name, case.input)
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
        plugin = plugin_of(name, case.input)
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
        scores = score_nodes(plugin, state, pod, feasible)
        return said | {"raw_scores": by_node(feasible, scores.raw), "scores": by_node(feasible, scores.normalized),
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
    """Could a plugin that is not modelled have a say? Looks at the input only.

    What `unmodelled_constraints` lists of pod affinity and spread is left out in the cluster, not here: the tables
    have the namespaces, and all of each pod.
    """
    pods = [pod_of(tree) for tree in (*([given["pod"]] if "pod" in given else ()), *(given.get("pods") or ()))]
    lowest = min([pod.spec.priority or 0 for pod in (*pods, *map(pod_of, given.get("existing_pods") or ()))], default=0)
    preempts = given.get("preemption") and any((pod.spec.priority or 0) > lowest for pod in pods)
    return bool(preempts) or any(
        not path.startswith(("spec.priority", "spec.affinity", "spec.topologySpreadConstraints"))
        for pod in pods for path in unmodelled_constraints(pod))


def may_preempt(given: Tree) -> bool:
    """Is there a pod of lower priority?"""
    mine = given["pod"]["spec"].get("priority") or 0
    return any((each["spec"].get("priority") or 0) < mine for each in given.get("existing_pods") or ())


def run_cycle(case: Case) -> Tree:
    """One whole cycle."""
    pod, nodes = pod_of(case.input["pod"]), nodes_of(case.input)
    if not nodes:
        return {"result": "no_nodes", "message": NO_NODES}
    nominated = tuple([pod_of(tree) for tree in case.input.get("nominated_pods") or ()])
    result = schedule_pod(plugins_of(case.input), pod, nodes, nominated)
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
    """Every node's status; that of nodes which Filter was not called for is marked, or none: nobody asked."""
    called = {name: say_of_node(status) for name, status in filtered.statuses}
    absent = None if filtered.absent.is_success else say_of_node(filtered.absent) | {"absent": True}
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
        result = schedule_pod(plugins_of(given), pod, nodes)
        if result.error:
            steps.append({"pod": pod.metadata.name, "result": "error", "message": result.error})
            continue
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


# Gates, and the tables.


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
    Adapter("scheduler", "interpodaffinity", run_plugin("InterPodAffinity"), compare_plugin),
    Adapter("scheduler", "interpodaffinity_score", run_plugin("InterPodAffinity"), compare_plugin),
    Adapter("scheduler", "podtopologyspread", run_plugin("PodTopologySpread"), compare_plugin),
    Adapter("scheduler", "podtopologyspread_score", run_plugin("PodTopologySpread"), compare_plugin),
    Adapter("scheduler", "prefilter_update", run_prefilter_update),
    Adapter("scheduler", "imagelocality", run_plugin("ImageLocality"), compare_plugin),
    Adapter("scheduler", "cycle", run_cycle, compare_cycle),
    Adapter("scheduler", "sequence", run_sequence, compare_sequence),
    Adapter("scheduler", "queueing_hints", run_queueing_hints, compare_hints),
    Adapter("scheduler", "schedulinggates", run_scheduling_gates),
    Adapter("scheduler", "helper", run_helper),
    Adapter("scheduling_helpers", "match_node_selector_terms", run_match_node_selector_terms),
    Adapter("scheduling_helpers", "node_selector_match", run_node_selector_match, compare_errors),
    Adapter("scheduling_helpers", "pod_matches_node_selector_and_affinity", run_pod_matches),
    Adapter("scheduling_helpers", "preferred_scheduling_terms_score", run_preferred_terms, compare_errors),
)
