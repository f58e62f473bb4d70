"""One scheduling cycle."""

import attrs
from hypothesis import given
from hypothesis import strategies as st

from seatrial.model.api.affinity import (
    Affinity,
    NodeAffinity,
    NodeSelector,
    NodeSelectorTerm,
    PreferredSchedulingTerm,
    SelectorRequirement,
)
from seatrial.model.api.core import NodeSpec, Pod, PodStatus, Taint
from seatrial.model.frozen import FrozenMap
from seatrial.model.scheduler.cycle import fit_error_message, preemption_message, schedule_pod, score_nodes
from seatrial.model.scheduler.framework import Plugin
from seatrial.model.scheduler.node_info import NodeInfo, new_node_info
from seatrial.model.scheduler.plugins import PLUGINS
from seatrial.model.scheduler.requests import pod_requests
from tests.strategies.pod_relations import BROKEN, apart, blue, near, spread, term, zoned
from tests.strategies.scheduler_objects import milli_cpus, new_container, new_node, new_pod, pods

infos = st.builds(lambda cpu, placed: (cpu, placed), milli_cpus, st.lists(pods(node="n"), max_size=3))


def with_name(name: str) -> Affinity:
    """Requires the node of this name."""
    term = NodeSelectorTerm(match_fields=(SelectorRequirement("metadata.name", "In", (name,)),))
    return Affinity(NodeAffinity(NodeSelector((term,))))


@given(st.lists(infos, min_size=1, max_size=4), pods())
def test_the_best_nodes_have_room(drawn: list[tuple[str, list[Pod]]], pod: Pod) -> None:
    """Wherever the pod goes, what all pods there ask for is within the node's limits."""
    nodes = tuple(new_node_info(new_node(f"n{at}", cpu=cpu), tuple(placed)) for at, (cpu, placed) in enumerate(drawn))
    by_name: dict[str, NodeInfo] = {info.name: info for info in nodes}
    request = pod_requests(pod)
    for name in schedule_pod(PLUGINS, pod, nodes).best:
        info = by_name[name]
        for resource in ("cpu", "memory"):
            total = info.requested.get(resource, 0) + request[resource]
            assert request[resource] == 0 or total <= info.allocatable[resource]


@given(st.lists(infos, min_size=2, max_size=4), pods())
def test_the_order_of_nodes_does_not_matter(drawn: list[tuple[str, list[Pod]]], pod: Pod) -> None:
    """The same nodes are best whatever order they are looked at in."""
    nodes = tuple(new_node_info(new_node(f"n{at}", cpu=cpu), tuple(placed)) for at, (cpu, placed) in enumerate(drawn))
    there, back = (schedule_pod(PLUGINS, pod, order) for order in (nodes, nodes[::-1]))
    assert sorted(there.best) == sorted(back.best)
    assert there.filtered.rejectors == back.filtered.rejectors


def test_ties_are_all_listed() -> None:
    """Equal nodes are all best; the emptier one alone is best otherwise."""
    empty = tuple(new_node_info(new_node(name)) for name in ("a", "b"))
    assert ("a", "b") == schedule_pod(PLUGINS, new_pod(), empty).best
    used = (new_node_info(new_node("a"), (new_pod("x", "a"),)), empty[1])
    assert ("b",) == schedule_pod(PLUGINS, new_pod(), used).best


def test_every_reason_is_counted() -> None:
    """The message counts the nodes of each reason, sorted as text, and says what preemption could do."""
    tainted = new_node("d", spec=NodeSpec(taints=(Taint("k", "v", "NoSchedule"),)))
    nodes = (new_node_info(new_node("a", cpu="1")), new_node_info(new_node("b"), (new_pod("x", "b"),)),
             new_node_info(new_node("c", spec=NodeSpec(unschedulable=True))), new_node_info(tainted))
    pod = new_pod(containers=(new_container(cpu="4"),))
    filtered = schedule_pod(PLUGINS, pod, nodes).filtered
    assert ("NodeResourcesFit", "NodeUnschedulable", "TaintToleration") == filtered.rejectors
    tail = preemption_message(pod, filtered, len(nodes))
    assert (
        "0/4 nodes are available: 1 node(s) had untolerated taint(s), 1 node(s) were unschedulable, 2 Insufficient cpu."
        " no new claims to deallocate, preemption: 0/4 nodes are available: 1 No preemption victims found for incoming "
        "pod, 3 Preemption is not helpful for scheduling."
    ) == fit_error_message(filtered, len(nodes), tail)


def test_a_required_name_narrows_the_nodes() -> None:
    """Nodes with other names are not filtered; their status names the plugin that left them out."""
    nodes = tuple(new_node_info(new_node(name)) for name in ("a", "b"))
    assert ("b",) == schedule_pod(PLUGINS, new_pod(affinity=with_name("b")), nodes).best
    filtered = schedule_pod(PLUGINS, new_pod(affinity=with_name("c")), nodes).filtered
    expected = "0/2 nodes are available: 2 node(s) didn't satisfy plugin(s) [NodeAffinity]."
    assert expected == fit_error_message(filtered, 2)
    assert ("NodeAffinity",) == filtered.rejectors


def test_a_rejection_before_filtering_speaks_for_all_nodes() -> None:
    """Contradictory names are rejected in PreFilter, and the rest of upstream's message is that of its PostFilter."""
    fields = tuple(SelectorRequirement("metadata.name", "In", (name,)) for name in ("a", "b"))
    pod = new_pod(affinity=Affinity(NodeAffinity(NodeSelector((NodeSelectorTerm(match_fields=fields),)))))
    filtered = schedule_pod(PLUGINS, pod, (new_node_info(new_node("a")),)).filtered
    message = fit_error_message(filtered, 1, preemption_message(pod, filtered, 1))
    assert "0/1 nodes are available: pod affinity terms conflict. not found" == message


def test_a_preferred_term_that_cannot_be_parsed_fails_the_cycle() -> None:
    """But only where there is a choice: one feasible node is taken without scoring."""
    pod = new_pod(affinity=Affinity(bad_preference()), node_selector=FrozenMap())
    nodes = tuple(new_node_info(new_node(name)) for name in ("a", "b"))
    assert "must be an integer" in schedule_pod(PLUGINS, pod, nodes).error
    assert ("a",) == schedule_pod(PLUGINS, pod, nodes[:1]).best


def bad_preference() -> NodeAffinity:
    """Prefers nodes whose label is greater than a word."""
    term = NodeSelectorTerm(match_expressions=(SelectorRequirement("cores", "Gt", ("many",)),))
    return NodeAffinity(preferred=(PreferredSchedulingTerm(1, term),))


# Nominated pods.


def nominated(pod: Pod, node: str) -> Pod:
    """The pod, with a node kept for it."""
    return attrs.evolve(pod, status=PodStatus(nominated_node_name=node))


def large(name: str = "p", priority: int = 0) -> Pod:
    """A pod that fills a node of four cpus."""
    return new_pod(name, containers=(new_container(cpu="4"),), priority=priority)


def test_a_place_that_is_kept_is_not_free() -> None:
    """For a pod of the same or a higher priority; one of a lower priority must yield, and nobody yields to itself."""
    nodes = tuple(new_node_info(new_node(name)) for name in ("a", "b"))
    assert ("b",) == schedule_pod(PLUGINS, large(), nodes, (nominated(large("x"), "a"),)).best
    assert ("b",) == schedule_pod(PLUGINS, large(), nodes, (nominated(large("x", 5), "a"),)).best
    assert ("a", "b") == schedule_pod(PLUGINS, large(priority=5), nodes, (nominated(large("x"), "a"),)).best
    assert ("a",) == schedule_pod(PLUGINS, nominated(large(), "a"), nodes, (nominated(large(), "a"),)).best
    filtered = schedule_pod(PLUGINS, large(), nodes[:1], (nominated(large("x"), "a"),)).filtered
    assert ("NodeResourcesFit",) == filtered.rejectors


def test_a_pod_that_is_to_come_is_no_company_yet() -> None:
    """Affinity must be met without it, anti-affinity with it; a spread that it would even out, without it."""
    nodes, coming = (zoned("a", "z1"), zoned("b", "z2")), (nominated(blue("x"), "a"),)
    assert () == schedule_pod(PLUGINS, new_pod(affinity=near(term())), nodes, coming).best
    assert ("b",) == schedule_pod(PLUGINS, new_pod(affinity=apart(term())), nodes, coming).best
    assert ("b",) == schedule_pod(PLUGINS, blue(topology_spread_constraints=(spread(),)), nodes, coming).best


def test_a_filter_that_was_skipped_stays_skipped() -> None:
    """As upstream: a nominated pod that does not want this one beside it is not heard, if nobody else is."""
    nodes = (zoned("a", "z1"),)
    coming = (nominated(new_pod("x", affinity=apart(term())), "a"),)
    assert ("a",) == schedule_pod(PLUGINS, blue(), nodes, coming).best


def test_the_nominated_node_comes_first() -> None:
    """If it fits no other is looked at; if not, or if it is gone, all are."""
    nodes = (new_node_info(new_node("a"), (large("x"),)), new_node_info(new_node("b")), new_node_info(new_node("c")))
    found = schedule_pod(PLUGINS, nominated(new_pod(), "c"), nodes)
    assert ("c",) == found.best
    assert ["c"] == [name for name, _ in found.filtered.statuses]
    assert ("b", "c") == schedule_pod(PLUGINS, nominated(new_pod(), "a"), nodes).best
    assert ("b", "c") == schedule_pod(PLUGINS, nominated(new_pod(), "gone"), nodes).best


def test_a_nominated_node_outside_the_names_is_told_too() -> None:
    """Its status is its own, that of the other nodes is that of the plugin which narrowed them."""
    nodes = tuple(new_node_info(new_node(name)) for name in ("a", "b"))
    filtered = schedule_pod(PLUGINS, nominated(new_pod(affinity=with_name("c")), "a"), nodes).filtered
    expected = ("0/2 nodes are available: 1 node(s) didn't match Pod's node affinity/selector, "
                "1 node(s) didn't satisfy plugin(s) [NodeAffinity].")
    assert expected == fit_error_message(filtered, 2)


# Failures and scores.


def test_a_hard_constraint_that_cannot_be_parsed_fails_the_cycle() -> None:
    """Nothing rejected the pod; the message names the plugin."""
    found = schedule_pod(PLUGINS, new_pod(topology_spread_constraints=(spread(selector=BROKEN),)), (zoned("a", "z1"),))
    assert found.error.startswith('running PreFilter plugin "PodTopologySpread": get constraints from pod: ')
    assert () == found.filtered.rejectors


def test_a_node_without_a_score_gets_nothing_and_counts_for_nobody() -> None:
    """It is not given to normalisation."""
    given_scores: list[tuple[int, ...]] = []

    def normalize(scores: tuple[int, ...]) -> tuple[int, ...]:
        given_scores.append(scores)
        return tuple(score * 10 for score in scores)

    plugin = Plugin("Odd", score=lambda _, __, info: None if info.name == "b" else 3, normalize=normalize)
    found = score_nodes(plugin, None, new_pod(), tuple(new_node_info(new_node(name)) for name in ("a", "b", "c")))
    assert [(3, 3)] == given_scores
    assert ((3, 0, 3), (30, 0, 30)) == (found.raw, found.normalized)
