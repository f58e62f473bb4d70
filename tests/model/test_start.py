"""The first cluster of a scope: settled objects, every process up, everything listed and queued."""

import attrs
import pytest

from seatrial.model.api.core import Node, NodeStatus
from seatrial.model.api.meta import ObjectMeta
from seatrial.model.client.calls import Done
from seatrial.model.client.controller import Controller, Watch
from seatrial.model.cluster import enabled
from seatrial.model.frozen import FrozenMap
from seatrial.model.node.machine import image_cell, machine_cell
from seatrial.model.scope import Scope
from seatrial.model.start import gated, processes_of, start
from seatrial.model.steps import budget_cell
from seatrial.model.variants.scenarios import NAMESPACE, node, replicaset
from seatrial.model.view import Cell

MINE = Controller("mine", (Watch("pods"),), lambda local, key, choice: Done())  # noqa: ARG005 -- a Sync's arguments


def test_objects_are_stored_as_a_server_would_have_stored_them() -> None:
    """Each has a UID, a version of its resource, a creation time, and a generation if its kind has one."""
    cluster = start(Scope(objects=(*NAMESPACE, replicaset(1))))
    meta = cluster.get("replicasets", "default/web").metadata
    assert ("replicasets:default/web", 1, 1, 0) == (
        meta.uid, meta.resource_version, meta.generation, meta.creation_timestamp)
    assert 0 == cluster.get("namespaces", "default").metadata.generation


@pytest.mark.parametrize(("bound", "expected"), [(0, [1, 2]), (8, [1, 1])])
def test_versions_that_are_bounded_are_counted_for_each_object(bound: int, expected: list[int]) -> None:
    """Where they are not, one counter serves all objects of a resource."""
    cluster = start(Scope(objects=(node("node-1"), node("node-2")), versions=bound))
    assert expected == [each.metadata.resource_version for each in cluster.objects("nodes")]


def test_what_a_process_watches_is_listed_and_queued() -> None:
    """Its informers hold what is stored, no event waits, and its handlers have queued the keys."""
    cluster = start(Scope(controllers=("replicaset",), objects=(*NAMESPACE, replicaset(1))))
    stored = cluster.get("replicasets", "default/web")
    assert stored == cluster[Cell("copy", "replicaset-controller", "replicasets", "default/web")]
    assert cluster[Cell("queue", "replicaset-controller", "", "default/web")]
    assert [] == [cell for cell in cluster.cells if cell.table == "events"]
    assert ["Sync(replicaset-controller, default/web)"] == [str(action) for action in enabled(cluster)]


def test_an_absent_process_takes_no_step() -> None:
    """Without a controller there is nothing to do, and nobody's informer holds anything."""
    cluster = start(Scope(objects=(*NAMESPACE, replicaset(1))))
    assert () == enabled(cluster)
    assert [] == [cell for cell in cluster.cells if cell.table in ("copy", "watch", "queue")]


def test_a_controller_is_named_short_or_long_or_given() -> None:
    """By its name, without "-controller", or as a value of one's own; any other name is refused, with the choices."""
    found = processes_of(Scope(controllers=("replicaset", "deployment-controller", MINE)))
    assert ["replicaset-controller", "deployment-controller", "mine"] == [each.name for each in found]
    with pytest.raises(ValueError, match=r"no controller 'replicasets'; the controllers are .*replicaset"):
        processes_of(Scope(controllers=("replicasets",)))
    with pytest.raises(ValueError, match="two processes are called 'mine'"):
        start(Scope(controllers=(MINE, MINE)))


def test_a_gate_that_is_off_takes_the_check_of_own_writes_away() -> None:
    """An older release's behaviour is a scope."""
    held = attrs.evolve(MINE, consistent=("pods",), consistency_gate="Consistency")
    assert held == gated(Scope(), held)
    assert () == gated(Scope(gates=FrozenMap({"Consistency": False})), held).consistent


def test_budgets_are_cells_and_none_of_zero_is_kept() -> None:
    """What may go wrong, and how often."""
    cluster = start(Scope(controllers=("replicaset",), objects=NAMESPACE, budgets=FrozenMap({"crash": 2, "drop": 0})))
    assert (2, None) == (cluster[budget_cell("crash")], cluster[budget_cell("drop")])
    assert "Crash(kube-controller-manager)" in [str(action) for action in enabled(cluster)]


def test_every_node_has_a_machine_when_kubelets_run() -> None:
    """Switched on, with an address of its own, and with all images that the scope names, unless it says which."""
    scope = Scope(objects=(*NAMESPACE, node(), node("node-2"), replicaset(1)), kubelets=True, proxies=True)
    cluster = start(scope)
    first, second = (cluster[machine_cell(each.metadata.name)] for each in scope.objects if isinstance(each, Node))
    assert first.address != second.address
    assert cluster[image_cell("node-1", "web:1")]
    bare = start(attrs.evolve(scope, images=()))
    assert not bare[image_cell("node-1", "web:1")]
    assert {"kubelet", "kube-proxy"} <= {name.rpartition("-node")[0].rstrip("-") or name.split("/")[0].split("-node")[0]
                                         for name in cluster.system.processes}


@pytest.mark.parametrize("capacity, expected", [({"memory": "1Gi"}, 2**30), ({}, 2**63 - 1)])
def test_a_machine_has_the_memory_that_its_node_reports(capacity: dict[str, str], expected: int) -> None:
    """In bytes; a node that reports none has more than anybody asks for."""
    held = Node(ObjectMeta(name="n"), status=NodeStatus(capacity=FrozenMap(capacity)))
    assert expected == start(Scope(objects=(held,), kubelets=True)).view()[machine_cell("n")].memory
