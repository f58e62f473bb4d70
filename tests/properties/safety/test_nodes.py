"""Each property of nodes in trouble says what is wrong when it is."""

import attrs

from seatrial.model.actions import Action
from seatrial.model.api.core import Taint
from seatrial.model.api.meta import Condition
from seatrial.model.client.calls import Call, Waiting
from seatrial.model.client.process import plan_cell
from seatrial.model.controllers.tainteviction import WORK
from seatrial.model.node.heartbeat import EXPIRED, lease_cell
from seatrial.model.view import Cell
from tests.properties.worlds import changed, node, pod, says_of, world

EVICTION, LIFECYCLE = "taint-eviction-controller", "node-lifecycle-controller"


def test_no_eviction_without_taint_tells_the_pod_and_its_node() -> None:
    """An eviction that is planned from a node without a taint is named; from a tainted one it is right."""
    planned = (Cell("note", EVICTION, WORK, "default/web-1"), 0)
    healthy = world(node(), pod(node_name="node-1"), controllers=("taint-eviction",))
    expected = "pod default/web-1 is to be evicted from node-1, which has no NoExecute taint"
    assert expected == says_of("no_eviction_without_taint", healthy, changed(healthy, planned))
    spec = attrs.evolve(node().spec, taints=(Taint("gone", effect="NoExecute"),))
    tainted = world(attrs.evolve(node(), spec=spec), pod(node_name="node-1"), controllers=("taint-eviction",))
    assert says_of("no_eviction_without_taint", tainted, changed(tainted, planned)) is None


def test_no_silence_without_cause_tells_the_node() -> None:
    """A node that is decided to be Unknown while its Lease is held is named; with the Lease expired it is right."""
    status = attrs.evolve(node().status, conditions=(Condition("Ready", "Unknown"),))
    call = Call("update", "nodes", "node-1", attrs.evolve(node(), status=status), "status")
    before, plan = world(node()), (plan_cell(LIFECYCLE, "pass:monitor"), Waiting(call))
    action = Action("Sync", LIFECYCLE, "pass:monitor")
    expected = "the node lifecycle controller decides that node-1 is silent, while its Lease is renewed"
    assert expected == says_of("no_silence_without_cause", before, changed(before, plan), action)
    silent = changed(before, (lease_cell("node-1"), EXPIRED))
    assert says_of("no_silence_without_cause", silent, changed(silent, plan), action) is None
