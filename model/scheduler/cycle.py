"""One scheduling cycle: which nodes can take the pod, which of them are best, and what to say when none can.

Mirrors schedulePod, findNodesThatFitPod, evaluateNominatedNode and prioritizeNodes of pkg/scheduler/schedule_one.go,
RunFilterPluginsWithNominatedPods of pkg/scheduler/framework/runtime/framework.go, and FitError of
pkg/scheduler/framework/types.go (release 1.36): a pure function of a pod and a snapshot.

Nominated pods have no place yet, but one that is kept for them (`status.nominatedNodeName`): those of the same or a
higher priority count on that node, and a pod must fit with them and without them. A pod's own nominated node is looked
at first, and if it fits, alone. Left out: extenders, sampling of nodes (up to 100 nodes all are looked at) and
opportunistic batching (it only picks the node to look at first).
"""

from typing import Any

import attrs

from seatrial.model.api.core import Pod
from seatrial.model.scheduler.framework import PASSED, SKIP, UNRESOLVABLE, Nodes, Plugin, Status
from seatrial.model.scheduler.node_info import NodeInfo, new_node_info

NO_NODES = "no nodes available to schedule pods"
Plugins = tuple[Plugin, ...]
Pods = tuple[Pod, ...]
States = dict[str, Any]


@attrs.frozen
class PluginScore:
    """A plugin's scores of the feasible nodes, in their order."""

    weight: int
    raw: tuple[int, ...]
    normalized: tuple[int, ...]


@attrs.frozen
class Filtered:
    """The feasible nodes, why each other one is not, and what PreFilter said.

    `statuses` has the nodes that Filter was called for; `absent` is the status of all others.
    """

    feasible: Nodes = ()
    statuses: tuple[tuple[str, Status], ...] = ()
    absent: Status = PASSED
    pre_filter: Status = PASSED
    skipped: tuple[str, ...] = ()
    rejectors: tuple[str, ...] = ()


@attrs.frozen(eq=False)
class Prepared:
    """What PreFilter left for Filter: the filters to run, their states, the nodes to look at and who narrowed them."""

    filters: Plugins
    states: States
    names: tuple[str, ...] | None
    narrowing: tuple[str, ...]
    skipped: tuple[str, ...]


@attrs.frozen
class Result:
    """What a cycle decided: the best nodes (ties are left to the caller), or why there is none.

    `error` is set when the cycle failed without a verdict about the pod; scores are None where a plugin skipped.
    """

    filtered: Filtered
    best: tuple[str, ...] = ()
    scores: tuple[tuple[str, PluginScore | None], ...] = ()
    totals: tuple[int, ...] = ()
    error: str = ""


def schedule_pod(plugins: Plugins, pod: Pod, nodes: Nodes, nominated: Pods = ()) -> Result:
    """Filters, then scores; one feasible node is taken without scoring. Needs at least one node."""
    filtered = find_nodes_that_fit_pod(plugins, pod, nodes, nominated)
    feasible = filtered.feasible
    if not filtered.pre_filter.is_success and not filtered.pre_filter.is_rejected:
        return Result(filtered, error=filtered.pre_filter.message)
    if len(feasible) <= 1:
        return Result(filtered, tuple(info.name for info in feasible))
    return prioritize_nodes(plugins, pod, nodes, filtered)


def find_nodes_that_fit_pod(plugins: Plugins, pod: Pod, nodes: Nodes, nominated: Pods = ()) -> Filtered:
    """Runs PreFilter once and Filter on each node that is left; the first plugin that rejects a node speaks for it.

    `nominated` are the waiting pods with a nominated node, the pod itself or not.
    """
    prepared = run_pre_filter_plugins(plugins, pod, nodes)
    if isinstance(prepared, Filtered):
        return prepared
    elsewhere: Nodes = ()
    if pod.status.nominated_node_name:
        own = tuple([info for info in nodes if info.name == pod.status.nominated_node_name])
        found = _filter_nodes(prepared, pod, own, nominated)
        if found.feasible:
            return attrs.evolve(found, absent=PASSED)
        elsewhere = tuple([info for info in own if prepared.names is not None and info.name not in prepared.names])
    left = nodes if prepared.names is None else tuple([info for info in nodes if info.name in prepared.names])
    return _filter_nodes(prepared, pod, (*left, *elsewhere), nominated)


def run_pre_filter_plugins(plugins: Plugins, pod: Pod, nodes: Nodes) -> Prepared | Filtered:
    """What Filter needs, or the end of it: a plugin rejected the pod whatever the node, or failed."""
    states: States = {}
    skipped: list[str] = []
    names: tuple[str, ...] | None = None
    narrowing: list[str] = []
    for plugin in plugins:
        if plugin.pre_filter is None:
            continue
        found = plugin.pre_filter(pod, nodes)
        if found.status.code == SKIP:
            skipped.append(plugin.name)
        elif not found.status.is_success:
            return _stop(plugin.name, found.status, tuple(skipped))
        if found.node_names is not None:
            narrowing.append(plugin.name)
            names = found.node_names if names is None else tuple(name for name in names if name in found.node_names)
        states[plugin.name] = found.state
    filters = tuple([plugin for plugin in plugins if plugin.filter and plugin.name not in skipped])
    return Prepared(filters, states, names, tuple(narrowing), tuple(skipped))


def _stop(plugin: str, status: Status, skipped: tuple[str, ...]) -> Filtered:
    if status.is_rejected:
        return Filtered(absent=status, pre_filter=status, rejectors=(plugin,), skipped=skipped)
    failure = Status(status.code, (f'running PreFilter plugin "{plugin}": {status.message}',), plugin)
    return Filtered(absent=failure, pre_filter=failure, skipped=skipped)


def _filter_nodes(prepared: Prepared, pod: Pod, nodes: Nodes, nominated: Pods) -> Filtered:
    feasible, statuses, rejectors = [], [], list(prepared.narrowing)
    absent = PASSED
    if prepared.names is not None:
        narrowing = " ".join(sorted(prepared.narrowing))
        absent = Status(UNRESOLVABLE, (f"node(s) didn't satisfy plugin(s) [{narrowing}]",))
    for info in nodes:
        status = run_filter_plugins_with_nominated_pods(prepared, pod, info, nominated)
        statuses.append((info.name, status))
        if status.is_success:
            feasible.append(info)
        elif status.plugin not in rejectors:
            rejectors.append(status.plugin)
    return Filtered(tuple(feasible), tuple(statuses), absent, PASSED, prepared.skipped, tuple(sorted(rejectors)))


def run_filter_plugins_with_nominated_pods(prepared: Prepared, pod: Pod, info: NodeInfo, nominated: Pods) -> Status:
    """Whether the pod fits with the pods that are to come to the node, and if so, whether it fits without them.

    A filter that PreFilter skipped stays skipped, though a nominated pod might have made it speak; as upstream.
    """
    coming = tuple([each for each in nominated if is_yielded_to(pod, each, info.name)]) if nominated else ()
    if coming:
        states = prepared.states
        for each in coming:
            states = add_pod(prepared.filters, states, each, info)
        status = filter_node(prepared.filters, states, pod, new_node_info(info.node, (*info.pods, *coming)))
        if not status.is_success:
            return status
    return filter_node(prepared.filters, prepared.states, pod, info)


def is_yielded_to(pod: Pod, other: Pod, node: str) -> bool:
    """Is the other pod nominated to this node, and no less important?"""
    return (other.status.nominated_node_name == node and other.metadata.uid != pod.metadata.uid
            and (other.spec.priority or 0) >= (pod.spec.priority or 0))


def add_pod(filters: Plugins, states: States, pod: Pod, info: NodeInfo, amount: int = 1) -> States:
    """The states of PreFilter with a pod more on a node, or with amount -1, less (RunPreFilterExtensionAddPod)."""
    added = {each.name: each.add_pod(states[each.name], pod, info, amount) for each in filters if each.add_pod}
    return {**states, **added}


def filter_node(filters: Plugins, states: States, pod: Pod, info: NodeInfo) -> Status:
    """The verdict of the first plugin that rejects the node, or success."""
    for plugin in filters:
        if plugin.filter is not None:
            status = plugin.filter(states.get(plugin.name), pod, info)
            if not status.is_success:
                return status
    return PASSED


def prioritize_nodes(plugins: Plugins, pod: Pod, nodes: Nodes, filtered: Filtered) -> Result:
    """Scores the feasible nodes: for each plugin normalised to 100, times its weight, summed."""
    feasible = filtered.feasible
    scores: list[tuple[str, PluginScore | None]] = []
    totals = [0] * len(feasible)
    for plugin in plugins:
        if plugin.score is None:
            continue
        state = None
        if plugin.pre_score is not None:
            found = plugin.pre_score(pod, feasible, nodes)
            if found.status.code == SKIP:
                scores.append((plugin.name, None))
                continue
            if not found.status.is_success:
                return Result(filtered, error=f'running PreScore plugin "{plugin.name}": {found.status.message}')
            state = found.state
        found_scores = score_nodes(plugin, state, pod, feasible)
        scores.append((plugin.name, found_scores))
        totals = [total + plugin.weight * each for total, each in zip(totals, found_scores.normalized, strict=True)]
    return Result(filtered, select_hosts(feasible, tuple(totals)), tuple(scores), tuple(totals))


def score_nodes(plugin: Plugin, state: object, pod: Pod, feasible: Nodes) -> PluginScore:
    """A plugin's scores, raw and normalised; a node that it leaves out gets 0 and does not count for the others."""
    assert plugin.score is not None  # noqa: S101 -- narrows the type
    found = [plugin.score(state, pod, info) for info in feasible]
    raw = tuple([score or 0 for score in found])
    if plugin.normalize is None:
        return PluginScore(plugin.weight, raw, raw)
    if None not in found:
        return PluginScore(plugin.weight, raw, plugin.normalize(raw))
    left = iter(plugin.normalize(tuple([score for score in found if score is not None])))
    return PluginScore(plugin.weight, raw, tuple([0 if score is None else next(left) for score in found]))


def select_hosts(feasible: Nodes, totals: tuple[int, ...]) -> tuple[str, ...]:
    """The names of all nodes with the highest total; upstream draws one of them."""
    greatest = max(totals)
    return tuple([info.name for info, total in zip(feasible, totals, strict=True) if total == greatest])


def fit_error_message(filtered: Filtered, count: int, post_filter: str = "") -> str:
    """Why none of `count` nodes will do, as the pod's condition says it."""
    text = f"0/{count} nodes are available:"
    if not filtered.pre_filter.is_success:
        text += f" {filtered.pre_filter.message}."
    elif reasons := count_reasons(filtered, count):
        text += f" {reasons}."
    return f"{text} {post_filter}" if post_filter else text


def count_reasons(filtered: Filtered, count: int) -> str:
    """Each reason with the number of nodes that it holds for, sorted as text."""
    counted: dict[str, int] = {}
    for _, status in filtered.statuses:
        for reason in status.reasons:
            counted[reason] = counted.get(reason, 0) + 1
    for reason in filtered.absent.reasons:
        if len(filtered.statuses) < count:
            counted[reason] = counted.get(reason, 0) + count - len(filtered.statuses)
    return ", ".join(sorted(f"{number} {reason}" for reason, number in counted.items()))


def preemption_message(pod: Pod, filtered: Filtered, count: int) -> str:
    """What PostFilter adds when no pod can be preempted for this one.

    DynamicResources speaks first. After a PreFilter rejection it fails, and preemption is not tried. Else nodes that
    preemption could not help, and nodes without a pod of lower priority, are counted. Source:
    pkg/scheduler/framework/preemption/preemption.go, release 1.36. Preemption itself is not modelled: with equal
    priorities there is never a victim, so that this is the whole of it.
    """
    if not filtered.pre_filter.is_success:
        return "not found"
    if pod.spec.preemption_policy == "Never":
        return "no new claims to deallocate, preemption: not eligible due to preemptionPolicy=Never."
    helpless = count - sum(status.code != UNRESOLVABLE for _, status in filtered.statuses)
    parts = [f"{count - helpless} No preemption victims found for incoming pod"] if count > helpless else []
    if helpless:
        parts.append(f"{helpless} Preemption is not helpful for scheduling")
    return (f"no new claims to deallocate, preemption: 0/{count} nodes are available: "
            f"{', '.join(sorted(parts))}.")
