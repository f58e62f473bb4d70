"""The garbage collector's graph: copies, virtual nodes, and where a reference and its owner disagree."""

from typing import Any

import attrs
import pytest

from seatrial.model.api.meta import OwnerReference
from seatrial.model.api.registry import kind_of
from seatrial.model.client.local import Local
from seatrial.model.controllers.garbagecollector_graph import (
    Graph,
    Identity,
    Node,
    coordinates,
    get_alternate_owner_identity,
    identify,
    only_uid,
    parse_identity,
    partition_dependents,
    process_change,
    process_deletion,
    process_virtual_deletion,
)
from seatrial.model.frozen import FrozenMap
from seatrial.model.view import Cell, View

PODS, SETS = kind_of("pods"), kind_of("replicasets")
OWNER = Identity("apps/v1", "ReplicaSet", "default", "web", "web")
TO_OWNER = OwnerReference("apps/v1", "ReplicaSet", "web", "web", block_owner_deletion=True)


def make_graph() -> Graph:
    """An empty graph of pods and ReplicaSets."""
    return Graph(Local(View(FrozenMap()), "p"), (PODS, SETS), coordinates)


def show(graph: Graph, resource: str, key: str, node: Node | None) -> None:
    """An informer shows an object, or that it went."""
    kind, cell = kind_of(resource), Cell("copy", "p", resource, key)
    old = graph.local.view[cell]
    graph.local.view[cell] = node
    if node is not None:
        process_change(graph, identify(kind, key, node), old, node)
    else:
        process_deletion(graph, identify(kind, key, old), old)


def queued(graph: Graph) -> list[str]:
    """The keys to do; they are taken."""
    keys = list(graph.local.view.keys("queue", "p"))
    for key in keys:
        graph.local.view[Cell("queue", "p", "", key)] = None
    return keys


def test_an_identity_is_read_as_it_was_written() -> None:
    """A key of the work queue says everything about its object, namespaced or not."""
    node = Identity("v1", "Node", "", "n1", "nodes:n1#2")
    assert [OWNER, node] == [parse_identity(coordinates(each)) for each in (OWNER, node)]


def test_an_unknown_owner_becomes_a_virtual_node() -> None:
    """It is looked at, until an informer shows it: then it is an ordinary node, and nothing is to do."""
    graph = make_graph()
    show(graph, "pods", "default/a", Node("a", (TO_OWNER,)))
    assert [coordinates(OWNER)] == queued(graph)
    assert (OWNER, None) == graph.find(OWNER)
    show(graph, "replicasets", "default/web", Node("web"))
    assert (OWNER, Node("web")) == graph.find(OWNER)
    assert [] == queued(graph)


def test_an_owner_elsewhere_has_the_dependent_looked_at() -> None:
    """In both orders of events: a dependent whose namespace is not its owner's is looked at, and reported."""
    for first, second in ((("pods", "other/a"), ("replicasets", "default/web")),
                          (("replicasets", "default/web"), ("pods", "other/a"))):
        graph = make_graph()
        said: list[Any] = []
        graph.local.view.listeners = said.append
        nodes = {"pods": Node("a", (TO_OWNER,)), "replicasets": Node("web")}
        show(graph, *first, nodes[first[0]])
        queued(graph)
        show(graph, *second, nodes[second[0]])
        assert ["v1 Pod other/a a"] == queued(graph)
        assert ["OwnerRefInvalidNamespace"] == [each.reason for each in said]


def test_a_deleted_owner_is_absent_as_long_as_somebody_refers_to_it() -> None:
    """Its dependents are looked at; with the last of them the absence is forgotten."""
    graph = make_graph()
    show(graph, "replicasets", "default/web", Node("web"))
    show(graph, "pods", "default/a", Node("a", (TO_OWNER,)))
    show(graph, "replicasets", "default/web", None)
    assert ["v1 Pod default/a a"] == queued(graph)
    assert graph.is_absent(OWNER)
    show(graph, "pods", "default/a", None)
    assert not graph.is_absent(OWNER)


def test_an_object_that_the_server_lacks_leaves_the_graph_at_once() -> None:
    """Its dependents are looked at then, and not again when the informer shows that it went."""
    graph = make_graph()
    show(graph, "replicasets", "default/web", Node("web"))
    show(graph, "pods", "default/a", Node("a", (TO_OWNER,)))
    process_virtual_deletion(graph, OWNER)
    assert (["v1 Pod default/a a"], None) == (queued(graph), graph.find(OWNER))
    show(graph, "replicasets", "default/web", None)
    assert [] == queued(graph)
    assert [] == list(graph.local.notes("gone"))


def test_a_real_owner_outlives_a_wrong_identity() -> None:
    """That an owner is not where a foreign reference says it is says nothing about the owner."""
    graph = make_graph()
    show(graph, "replicasets", "default/web", Node("web"))
    show(graph, "pods", "default/a", Node("a", (TO_OWNER,)))
    show(graph, "pods", "other/b", Node("b", (TO_OWNER,)))
    queued(graph)
    process_virtual_deletion(graph, attrs.evolve(OWNER, namespace="other"))
    assert (["v1 Pod other/b b"], (OWNER, Node("web"))) == (queued(graph), graph.find(OWNER))
    bug = attrs.evolve(graph, coordinates=only_uid)
    process_virtual_deletion(bug, attrs.evolve(OWNER, namespace="other"))
    assert (["v1 Pod default/a a", "v1 Pod other/b b"], None) == (queued(bug), bug.find(OWNER))


def test_an_object_replaced_within_a_gap_stays_in_the_graph() -> None:
    """A relist that shows another object of the name does not tell the graph that the first one went."""
    graph = make_graph()
    show(graph, "replicasets", "default/web", Node("web"))
    show(graph, "pods", "default/a", Node("a", (TO_OWNER,)))
    show(graph, "replicasets", "default/web", Node("web-2"))
    assert ([], (OWNER, Node("web"))) == (queued(graph), graph.find(OWNER))
    process_virtual_deletion(graph, OWNER)
    assert (["v1 Pod default/a a"], None) == (queued(graph), graph.find(OWNER))


@pytest.mark.parametrize(("node", "expected"), [
    (Node("web", being_deleted=True, waits_for_dependents=True), [coordinates(OWNER), "v1 Pod default/a a"]),
    (Node("web", being_deleted=True, orphans_dependents=True), [f"orphan {coordinates(OWNER)}"]),
    (Node("web", being_deleted=True), []),
    (Node("web", waits_for_dependents=True), []),
])
def test_a_deletion_that_waits_is_queued_once(node: Node, expected: list[str]) -> None:
    """When it begins, and not again at the next change."""
    graph = make_graph()
    show(graph, "replicasets", "default/web", Node("web"))
    show(graph, "pods", "default/a", Node("a", (TO_OWNER,)))
    show(graph, "replicasets", "default/web", node)
    assert sorted(expected) == queued(graph)
    show(graph, "replicasets", "default/web", node)
    assert [] == queued(graph)


def test_a_reference_that_no_longer_blocks_has_its_owner_looked_at() -> None:
    """Taken out or set not to block, it may have been what the owner waited for."""
    for owners in ((), (attrs.evolve(TO_OWNER, block_owner_deletion=False),)):
        graph = make_graph()
        show(graph, "replicasets", "default/web", Node("web"))
        show(graph, "pods", "default/a", Node("a", (TO_OWNER,)))
        show(graph, "pods", "default/a", Node("a", owners))
        assert [coordinates(OWNER)] == queued(graph)


def test_the_next_identity_is_tried_in_turn() -> None:
    """Of several identities under which an owner is sought, the one after the absent one is next, then the first."""
    graph = make_graph()
    refs = [attrs.evolve(TO_OWNER, name=name) for name in ("a", "m", "z")]
    deps = [(Identity("v1", "Pod", "default", each.name, each.name), Node(each.name, (each,))) for each in refs]
    absent = attrs.evolve(OWNER, name="m")
    matching, others = partition_dependents(graph, tuple(deps), absent)
    assert (["m"], ["a", "z"]) == ([each.uid for _, each in matching], [each.uid for _, each in others])
    assert attrs.evolve(OWNER, name="z") == get_alternate_owner_identity(others, absent)
    assert attrs.evolve(OWNER, name="a") == get_alternate_owner_identity(deps[:2], attrs.evolve(OWNER, name="z"))
    assert get_alternate_owner_identity([], absent) is None
