"""What happened, in the words that plugins wait for."""

from seatrial.model.api.core import NodeSpec, PodSchedulingGate, Taint, Toleration
from seatrial.model.frozen import FrozenMap
from seatrial.model.scheduler.events import (
    ASSIGNED_POD_DELETE,
    NODE_ADD,
    Change,
    is_pod_worth_requeuing,
    node_scheduling_properties_change,
    pod_scheduling_properties_change,
)
from seatrial.model.scheduler.plugins import PLUGINS
from tests.strategies.scheduler_objects import new_container, new_node, new_pod


def test_a_nodes_update_is_split_into_aspects() -> None:
    """Each aspect that changed is an event; lifting a cordon counts as a taint update, setting one does not."""
    plain, closed = new_node(), new_node(spec=NodeSpec(unschedulable=True))
    changed = new_node(labels={"a": "b"}, spec=NodeSpec(taints=(Taint("k", "", "NoSchedule"),)), cpu="5")
    assert ["UpdateNodeAllocatable", "UpdateNodeLabel", "UpdateNodeTaint"] == [
        event.action for event in node_scheduling_properties_change(changed, plain)]
    assert ["UpdateNodeTaint"] == [event.action for event in node_scheduling_properties_change(plain, closed)]
    assert [] == list(node_scheduling_properties_change(closed, plain))


def test_a_pods_update_is_split_into_aspects() -> None:
    """Labels, scaling down, gates and tolerations; anything else is a general update."""
    old = new_pod(scheduling_gates=(PodSchedulingGate("g"),))
    new = new_pod(labels={"a": "b"}, containers=(new_container(cpu="500m"),), tolerations=(Toleration("k"),))
    assert ["UpdatePodLabel", "UpdatePodScaleDown", "UpdatePodSchedulingGatesEliminated", "UpdatePodToleration"] == [
        event.action for event in pod_scheduling_properties_change(new, old)]
    assert ["Update"] == [event.action for event in pod_scheduling_properties_change(old, old)]


def test_only_the_plugins_that_rejected_a_pod_are_asked() -> None:
    """A deleted pod frees resources, so it wakes who had too few, and nobody who has the wrong labels."""
    gone = Change(ASSIGNED_POD_DELETE, new_pod("a", "n1"))
    found = [is_pod_worth_requeuing(PLUGINS, rejectors, gone, new_pod()) for rejectors in
             (("NodeResourcesFit",), ("NodeAffinity",), ("NodeAffinity", "NodeResourcesFit"))]
    assert [True, False, True] == found


def test_a_node_that_cannot_help_wakes_nobody() -> None:
    """A new node is worth a try only where the rejected pod would fit it, were it empty, and matches its labels."""
    pod = new_pod(node_selector=FrozenMap({"disk": "ssd"}), containers=(new_container(cpu="3"),))
    small, plain, right = new_node(cpu="2", labels={"disk": "ssd"}), new_node(), new_node(labels={"disk": "ssd"})
    asked = [(plugin, node) for plugin in ("NodeResourcesFit", "NodeAffinity") for node in (small, plain, right)]
    assert [False, True, True, True, False, True] == [
        is_pod_worth_requeuing(PLUGINS, (plugin,), Change(NODE_ADD, None, node), pod) for plugin, node in asked]
