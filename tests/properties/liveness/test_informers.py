"""Each property of informers and queues in the end says who lags when somebody does."""

from seatrial.model.client.calls import Call, Waiting
from seatrial.model.client.process import plan_cell, queue_cell
from seatrial.model.view import Cell
from tests.properties.worlds import changed, node, object_of, pod, says, world

LOOP, KEY = "replicaset-controller", "default/web-1"


def test_informer_resyncs_names_a_copy_that_is_old() -> None:
    """A copy of an object that is gone, or of another state of it, is named."""
    held = world(pod(), controllers=("replicaset",))
    assert says("informer_resyncs", held) is None
    expected = "replicaset-controller's copy of pods default/web-1 is not what is stored"
    assert expected == says("informer_resyncs", changed(held, (Cell("object", "", "pods", KEY), None)))
    assert expected == says("informer_resyncs", changed(held, object_of("pods", pod(phase="Running"))))


def test_queue_drains_names_what_is_left_to_do() -> None:
    """A key that waits and a plan in flight are named."""
    held = changed(world(), (queue_cell(LOOP, KEY), True))
    assert "replicaset-controller still has to sync default/web-1" == says("queue_drains", held)
    held = changed(world(), (plan_cell(LOOP, KEY), Waiting(Call("get", "pods", KEY))))
    assert "replicaset-controller is still in the middle of default/web-1" == says("queue_drains", held)


def test_queue_drains_leaves_a_pod_that_no_node_takes() -> None:
    """The scheduler may try a pod again and again, as long as it has no node."""
    queued = (queue_cell("kube-scheduler", KEY), True)
    assert says("queue_drains", changed(world(pod()), queued)) is None
    expected = "kube-scheduler still has to sync default/web-1"
    assert expected == says("queue_drains", changed(world(node(), pod(node_name="node-1")), queued))
