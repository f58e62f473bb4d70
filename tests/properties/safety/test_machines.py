"""Each property of machines says what is wrong when it is."""

from seatrial.model.actions import Action
from seatrial.model.client.calls import Call, Waiting
from seatrial.model.client.process import plan_cell
from seatrial.model.node.machine import ContainerRecord, PodSandbox, sandbox_cell
from tests.properties.worlds import changed, node, object_of, pod, says_of, world

KEY = "default/web-1"


def test_one_running_container_tells_two_runs() -> None:
    """Two attempts of one container that run at once are named with their machine."""
    runs = (ContainerRecord("web", attempt=0), ContainerRecord("web", attempt=1))
    after = changed(world(), (sandbox_cell("node-1", KEY, "u1"), PodSandbox(containers=runs)))
    expected = f"container web of pod {KEY} runs 2 times on node-1"
    assert expected == says_of("one_running_container", world(), after)


def test_pod_ip_unique_tells_both_pods() -> None:
    """Two live sandboxes with one address are named; a dead one holds none."""
    first = sandbox_cell("node-1", "default/web-0", "u0")
    before = changed(world(), (first, PodSandbox(ip="10.244.1.2")))
    second = (sandbox_cell("node-2", KEY, "u1"), PodSandbox(ip="10.244.1.2"))
    expected = "10.244.1.2 is the address of pod default/web-1 on node-2 and of pod default/web-0 on node-1"
    assert expected == says_of("pod_ip_unique", before, changed(before, second))
    dead = changed(world(), (first, PodSandbox(ip="10.244.1.2", ready=False)))
    assert says_of("pod_ip_unique", dead, changed(dead, second)) is None


def test_node_isolation_tells_what_a_kubelet_may_not_touch() -> None:
    """A kubelet's write to a pod of another node, or to another Node, is named."""
    call = Call("patch", "pods", KEY, subresource="status")
    before = world(node(1), node(2), pod(node_name="node-2"), kubelets=True)
    before = changed(before, (plan_cell("kubelet-node-1", KEY), Waiting(call)))
    action = Action("Request", "kubelet-node-1", KEY, "ok")
    after = changed(before, object_of("pods", pod(node_name="node-2", phase="Running")))
    assert f"the kubelet of node-1 changed pod {KEY} of node-2" == says_of("node_isolation", before, after, action)
    after = changed(before, object_of("nodes", node(2, cpu="8")))
    assert "the kubelet of node-1 changed node node-2" == says_of("node_isolation", before, after, action)
