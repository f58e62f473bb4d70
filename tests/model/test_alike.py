"""Nodes are alike if nothing but what they are called tells them apart."""

from typing import Any

import attrs
import pytest

from seatrial.model.alike import BLIND, alike_nodes
from seatrial.model.api.core import Node, Taint
from seatrial.model.api.registry import KINDS
from seatrial.model.canonical import permutations_of, permuted
from seatrial.model.client.calls import Done
from seatrial.model.client.controller import Controller
from seatrial.model.frozen import FrozenMap, freeze
from seatrial.model.loops import LOOPS
from seatrial.model.scope import Scope
from seatrial.model.start import start
from seatrial.model.users import Cordon, Drain, Scale
from seatrial.model.variants.scenarios import NAMESPACE, node, pod, replicaset

NAMES = ("node-1", "node-10", "node-2")


def scope(*machines: Node, **others: Any) -> Scope:
    """A finite scope with these nodes, or with three that are alike."""
    given: dict[str, Any] = {"controllers": ("replicaset", "scheduler"), "kubelets": True, "names": 3, "versions": 16,
             "objects": (*NAMESPACE, *(machines or map(node, NAMES)), replicaset(1))}
    return Scope(**given | others)


def names(asked: Scope) -> list[tuple[str, ...]]:
    """The names of the nodes that are alike, group by group."""
    return [tuple(member[0] for member in group) for group in alike_nodes(start(asked))]


def with_spec(name: str, **spec: Any) -> Node:
    """A node whose spec is different."""
    return attrs.evolve(node(name), spec=attrs.evolve(node(name).spec, **spec))


def labelled(name: str, **labels: str) -> Node:
    """A node with more labels."""
    meta = node(name).metadata
    return attrs.evolve(node(name), metadata=attrs.evolve(meta, labels=meta.labels.update(labels)))


def test_equal_nodes_are_alike() -> None:
    """With all by which each is known: its name, UID, address, and the network of its pods."""
    assert [NAMES] == names(scope())
    (group,) = alike_nodes(start(scope(*(with_spec(name, pod_cidr=f"10.244.{number}.0/24")
                                         for number, name in enumerate(NAMES)))))
    assert [("node-1", "nodes:node-1", "192.168.0.1", "10.244.0"),
            ("node-10", "nodes:node-10", "192.168.0.2", "10.244.1"),
            ("node-2", "nodes:node-2", "192.168.0.3", "10.244.2")] == [
        tuple(text for text in dict.fromkeys(member) if text and "/" not in text) for member in group]


def test_what_no_loop_reads_may_differ() -> None:
    """A manifest of a real node says much of it: its machine's ID, its kernel's boot ID."""
    told = [attrs.evolve(node(name), status=attrs.evolve(
        node(name).status, unmodelled=freeze({"nodeInfo": {"machineID": f"m{name}", "osImage": "linux"}})))
        for name in NAMES]
    assert [NAMES] == names(scope(*told))


@pytest.mark.parametrize("other", [
    node("node-2", cpu="2"), labelled("node-2", zone="b"), with_spec("node-2", unschedulable=True),
    with_spec("node-2", taints=(Taint("dedicated", "", "NoSchedule"),)), with_spec("node-2", provider_id="cloud://2"),
], ids=["cpu", "label", "unschedulable", "taint", "one has a provider"])
def test_nodes_that_differ_are_not_alike(other: Node) -> None:
    """Negative control: in anything that somebody could read."""
    assert [("node-1", "node-10")] == names(scope(node("node-1"), other, node("node-10")))


def test_two_kinds_of_nodes_are_two_groups() -> None:
    """Each node may take the place of its like only."""
    large = [node(f"large-{number}", cpu="16") for number in range(2)]
    assert [("large-0", "large-1"), ("node-1", "node-2")] == names(scope(node("node-1"), node("node-2"), *large))


@pytest.mark.parametrize("others", [
    {"users": (Drain("node-2"),)}, {"users": (Cordon("node-2"), Scale("replicasets", "default/web", 2))},
    {"objects": (*NAMESPACE, *map(node, NAMES), pod("alone", node="node-2"))},
    {"objects": (*NAMESPACE, *map(node, NAMES), attrs.evolve(pod("alone"), spec=attrs.evolve(
        pod("alone").spec, node_selector=FrozenMap({"kubernetes.io/hostname": "node-2"}))))},
], ids=["drained", "cordoned", "a pod is bound", "a pod selects it"])
def test_a_node_that_something_names_is_not_like_the_others(others: dict[str, Any]) -> None:
    """Negative control: by a user, an object, or a selector."""
    assert [("node-1", "node-10")] == names(scope(**others))


def test_nodes_that_are_named_alike_are_alike() -> None:
    """Users who may drain any of them tell none apart."""
    assert [NAMES] == names(scope(users=tuple(map(Drain, NAMES))))


@pytest.mark.parametrize("loop", ["node-lifecycle", "garbage-collector", Controller("mine", (), lambda *_: Done()),
                                  Controller("kube-scheduler", (), lambda *_: Done())])
def test_loops_that_may_tell_nodes_apart_forbid_it(loop: str | Controller) -> None:
    """Negative control: those that go through nodes by name, and those that nobody looked into."""
    others = ("replicaset",) if isinstance(loop, Controller) and loop.name == "kube-scheduler" else (
        "replicaset", "scheduler")
    assert [] == names(scope(controllers=(*others, loop)))


def test_where_versions_are_compared_by_order_nodes_differ() -> None:
    """Each object has another version there, as in a real cluster."""
    assert [] == names(scope(versions=0))


def test_of_many_nodes_four_are_exchanged() -> None:
    """There are 24 permutations at most, of all groups together."""
    many = [node(f"node-{number}") for number in range(6)] + [node(f"large-{number}", cpu="16") for number in range(2)]
    assert [("node-0", "node-1", "node-2", "node-3")] == names(scope(*many))


def test_the_first_cluster_is_the_same_under_each_permutation() -> None:
    """Which is what makes them alike; a longer name that holds a shorter one is left alone."""
    cluster = start(scope())
    ways = permutations_of(alike_nodes(cluster))
    assert 6 == len(ways)
    assert {cluster} == {permuted(cluster, way) for way in ways}
    assert cluster != permuted(cluster, FrozenMap({"node-1": "node-2"}))


def test_the_loops_that_are_blind_exist() -> None:
    """A name that is written wrongly would forbid what it should allow."""
    assert [] == sorted(set(BLIND) - {loop.name for loop in LOOPS})
    assert "nodes" in {kind.resource for kind in KINDS}
