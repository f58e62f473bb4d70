"""Partition: a node's processes cannot reach the API server until the link is repaired."""

from seatrial.model.client.informer import CONNECTED, DROPPED, watch_cell
from seatrial.model.client.links import can_reach, link_cell
from seatrial.model.cluster import Cluster, enabled
from seatrial.model.node.kubelet import kubelet
from tests.model.node.clusters import budget, change, make_cluster, make_pod, offers, take
from tests.model.schedules import settle

NODES = ("node-a", "node-b")


def cut_off(*, budgets: int = 1) -> Cluster:
    """Two nodes at rest, the first cut off."""
    return take(settle(make_cluster(nodes=NODES, budgets={"partition": budgets})), "Partition", process="node-a")


def test_a_cut_node_sees_and_says_nothing() -> None:
    """Its watches stop and do not resume; the other node's go on."""
    cluster = cut_off()
    watches = [(each, watch) for each in cluster.system.processes.values() for watch in each.watches]
    for process, watch in watches:
        expected = DROPPED if process.node == "node-a" else CONNECTED
        assert expected == cluster[watch_cell(process.name, watch.resource)]
        assert (process.node != "node-a") == can_reach(cluster.view(), cluster.system, process.name)
    assert all(each.process != kubelet("node-a").name for each in enabled(cluster) if each.step == "Rewatch")


def test_its_requests_are_unreachable() -> None:
    """A call that waits finds no API server; with the link whole (control) it is served."""
    cluster = make_cluster(make_pod(), budgets={"partition": 1})
    while not offers(cluster, "Request"):
        fair = [each for each in enabled(cluster) if each.step != "Partition"]
        cluster = take(cluster, fair[0].step, process=fair[0].process, key=fair[0].key, choice=fair[0].choice)
    assert {"ok"} == {each.choice for each in enabled(cluster) if each.step == "Request"}
    cut = take(cluster, "Partition")
    assert {"unreachable"} == {each.choice for each in enabled(cut) if each.step == "Request"}


def test_it_spends_its_budget_and_the_repair_is_free() -> None:
    """One partition per unit of budget; healing spends nothing, and the watches resume."""
    cluster = cut_off()
    assert cluster[budget("partition")] is None
    healed = settle(cluster)
    assert healed[link_cell("node-a")] is None
    assert not offers(healed, "Partition")
    assert all(healed[watch_cell(each.name, watch.resource)] == CONNECTED
               for each in healed.system.processes.values() for watch in each.watches)


def test_without_budget_or_twice_nothing_is_cut() -> None:
    """A node that is cut off cannot be cut again, the other one can; without budget (control) none."""
    again = cut_off(budgets=2)
    assert ["node-b"] == [each.process for each in enabled(again) if each.step == "Partition"]
    spent = change(again, lambda view: view.__setitem__(budget("partition"), None))
    assert not offers(spent, "Partition")
