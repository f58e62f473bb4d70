"""The scheduling queue."""

from seatrial.model.api.core import NodeSpec, Pod, PodSchedulingGate, Toleration
from seatrial.model.client.local import Local
from seatrial.model.frozen import FrozenMap
from seatrial.model.scheduler import queue
from seatrial.model.scheduler.events import ASSIGNED_POD_ADD, ASSIGNED_POD_DELETE, NODE_ADD, Change
from seatrial.model.view import Cell, View
from tests.strategies.scheduler_objects import new_node, new_pod

NAME, KEY = "kube-scheduler", "default/p"
TIMER = Cell("timer", NAME, queue.FLUSH, KEY)


def local_with(pod: Pod) -> Local:
    """A scheduler whose informer shows this pod."""
    return Local(View(FrozenMap({Cell("copy", NAME, "pods", KEY): pod})), NAME)


def where(local: Local) -> str:
    """Where the pod is."""
    found = ["queued"] if queue.is_queued(local, KEY) else []
    return " ".join(found + ([f"parked by {','.join(held)}"] if (held := local.note(queue.NOTE, KEY)) else []))


def test_an_event_wakes_whom_it_can_help() -> None:
    """A pod parked for lack of resources is woken by a deletion, not by an addition; its timer stops."""
    local = local_with(new_pod())
    queue.park(local, KEY, ("NodeResourcesFit",))
    assert 300 == local.view[TIMER]
    queue.move_all(local, Change(ASSIGNED_POD_ADD, None, new_pod("a", "n1")))
    assert "parked by NodeResourcesFit" == where(local)
    queue.move_all(local, Change(ASSIGNED_POD_DELETE, new_pod("a", "n1")))
    assert "queued" == where(local)
    assert local.view[TIMER] is None


def test_a_closed_node_wakes_nobody() -> None:
    """A node that is added cordoned does not help a pod that no open node was left for."""
    local = local_with(new_pod())
    queue.park(local, KEY, ("NodeUnschedulable",))
    queue.move_all(local, Change(NODE_ADD, None, new_node(spec=NodeSpec(unschedulable=True))))
    assert "parked by NodeUnschedulable" == where(local)


def test_the_flush_wakes_whatever_the_reason() -> None:
    """Five minutes later it is tried again; a pod that is not parked any more is left where it is."""
    local = local_with(new_pod())
    queue.flush(local, KEY)
    assert not where(local)
    queue.park(local, KEY, ("NodeAffinity",))
    queue.flush(local, KEY)
    assert "queued" == where(local)


def test_a_gated_pod_stays_parked() -> None:
    """No event and no flush queues it, until its gates are gone."""
    gated = new_pod(scheduling_gates=(PodSchedulingGate("g"),))
    local = local_with(gated)
    queue.add(local, KEY, gated)
    queue.move_all(local, Change(NODE_ADD, None, new_node()))
    queue.flush(local, KEY)
    assert "parked by SchedulingGates" == where(local)
    queue.update(local, KEY, gated, new_pod())
    assert "queued" == where(local)


def test_a_pods_own_update_may_help_it() -> None:
    """A new toleration helps a pod that taints kept away, not one that lacks resources."""
    tolerant = new_pod(tolerations=(Toleration(operator="Exists"),))
    for plugin, expected in (("TaintToleration", "queued"), ("NodeResourcesFit", "parked by NodeResourcesFit")):
        local = local_with(tolerant)
        queue.park(local, KEY, (plugin,))
        queue.update(local, KEY, new_pod(), tolerant)
        assert expected == where(local)


def test_a_pod_that_is_nowhere_is_queued_by_its_update() -> None:
    """As upstream: whatever was dropped comes back with its next change; removing takes it out of everything."""
    local = local_with(new_pod())
    queue.update(local, KEY, new_pod(), new_pod())
    assert "queued" == where(local)
    queue.park(local, KEY, ("NodeName",))
    queue.remove(local, KEY)
    assert not where(local)
    assert local.view[TIMER] is None
