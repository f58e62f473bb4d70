"""Drain: the node is cordoned, and its pods are evicted one by one."""

import attrs

from seatrial.model.api.core import Pod
from seatrial.model.api.meta import ObjectMeta
from seatrial.model.api.unstructured import Unstructured
from seatrial.model.cluster import Cluster, enabled
from seatrial.model.frozen import FrozenMap, freeze
from seatrial.model.scope import Scope
from seatrial.model.start import start
from seatrial.model.users import Drain
from seatrial.model.users_drain import has_disruption_budget
from seatrial.model.view import Cell
from tests.model.node.clusters import change, offers, take
from tests.model.samples import make_namespace, make_node, make_pod

MIRROR = attrs.evolve(make_pod("static", owner=""), metadata=ObjectMeta(
    name="static", namespace="default", annotations=FrozenMap({"kubernetes.io/config.mirror": "x"})))
PODS = (make_pod("one"), make_pod("two", owner=""), make_pod("daemon", owner="DaemonSet"), MIRROR,
        make_pod("elsewhere", node="node-b"))


def cluster_with(*pods: Pod, budget: int = 1) -> Cluster:
    """Two nodes with these pods, the first of which may be drained."""
    objects = (make_namespace(), make_node(), make_node("node-b"), *pods)
    return start(Scope((), objects, users=(Drain("node-a"),), budgets=FrozenMap({"drain": budget})))


def test_a_drain_cordons_and_lists_its_pods() -> None:
    """Pods of DaemonSets, static pods and those of other nodes are left alone; the rest is to be evicted."""
    cluster = take(cluster_with(*PODS), "Drain")
    assert cluster.get("nodes", "node-a").spec.unschedulable
    assert ["default/one", "default/two"] == [each.key for each in enabled(cluster) if each.step == "Evict"]


def test_each_eviction_is_one_request() -> None:
    """An evicted pod is in deletion, the others are not yet; then the drain is over."""
    cluster = take(take(cluster_with(*PODS), "Drain"), "Evict", key="default/two")
    assert cluster.get("pods", "default/two").metadata.deletion_timestamp is not None
    assert cluster.get("pods", "default/one").metadata.deletion_timestamp is None
    assert not offers(take(cluster, "Evict"), "Evict")


def test_a_pod_that_is_gone_needs_no_eviction() -> None:
    """404 is as good as an eviction."""
    cluster = take(cluster_with(make_pod("one")), "Drain")
    gone = change(cluster, lambda view: view.__setitem__(Cell("object", "", "pods", "default/one"), None))
    assert not offers(take(gone, "Evict"), "Evict")


def test_a_disruption_budget_makes_the_drain_not_modelled() -> None:
    """With a budget that selects one of its pods the node is not drained; with one for other pods (control) it is."""
    cluster = cluster_with(*PODS)
    assert offers(cluster, "Drain")
    for labels, expected in (({"app": "web"}, False), ({"app": "db"}, True)):
        spec = {"spec": {"minAvailable": 1, "selector": {"matchLabels": labels}}}
        budget = Unstructured(ObjectMeta(name="web", namespace="default"), freeze(spec))
        cell = Cell("object", "", "poddisruptionbudgets", "default/web")
        with_budget = Cluster(cluster.system, cluster.cells.set(cell, budget))
        assert expected == offers(with_budget, "Drain")
        assert expected != has_disruption_budget(with_budget.view(), PODS[0])


def test_a_drain_spends_its_budget_once() -> None:
    """Its evictions spend nothing; a second drain needs more budget, or an uncordoned node or new pods."""
    drained = take(take(cluster_with(make_pod("one"), budget=2), "Drain"), "Evict")
    again = change(drained, lambda view: view.__setitem__(Cell("object", "", "pods", "default/one"), None))
    assert not offers(again, "Drain")
    assert not offers(cluster_with(*PODS, budget=0), "Drain")
