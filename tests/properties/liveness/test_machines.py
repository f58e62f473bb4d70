"""Each property of machines and nodes in the end says what is wrong when it is."""

import attrs

from seatrial.model.api.core import Taint
from seatrial.model.api.meta import Condition
from seatrial.model.client.links import link_cell
from seatrial.model.node.machine import ContainerRecord, PodSandbox, sandbox_cell
from tests.properties.worlds import changed, node, pod, says, shop_namespace, world

RUNNING = (sandbox_cell("node-1", "default/web-1", "u1"), PodSandbox(containers=(ContainerRecord("web"),)))


def test_no_orphaned_containers_tells_whose_they_were() -> None:
    """Containers of a pod that is gone, or bound elsewhere, are named; those of a pod of the node are not."""
    expected = "containers of pod default/web-1 run on node-1, and the pod is gone"
    assert expected == says("no_orphaned_containers", changed(world(), RUNNING))
    assert expected == says("no_orphaned_containers", changed(world(pod(uid="u2", node_name="node-1")), RUNNING))
    expected = "containers of pod default/web-1 run on node-1, and the pod is bound to node-2"
    assert expected == says("no_orphaned_containers", changed(world(pod(node_name="node-2")), RUNNING))
    assert says("no_orphaned_containers", changed(world(pod(node_name="node-1")), RUNNING)) is None


def test_node_becomes_ready_tells_what_still_says_otherwise() -> None:
    """A node whose kubelet is up and that is Unknown, or tainted, is named; one that is cut off is not."""
    status = attrs.evolve(node().status, conditions=(Condition("Ready", "Unknown"),))
    lost = world(attrs.evolve(node(), status=status), kubelets=True)
    assert "the kubelet of node-1 is up, and its condition Ready is Unknown" == says("node_becomes_ready", lost)
    assert says("node_becomes_ready", changed(lost, (link_cell("node-1"), "cut"))) is None
    spec = attrs.evolve(node().spec, taints=(Taint("node.kubernetes.io/unreachable", effect="NoExecute"),))
    tainted = world(attrs.evolve(node(), spec=spec), kubelets=True)
    expected = "the kubelet of node-1 is up, and the node has the taint node.kubernetes.io/unreachable:NoExecute"
    assert expected == says("node_becomes_ready", tainted)


def test_service_account_appears_names_the_namespace() -> None:
    """An active namespace without its ServiceAccount is named; one that ends needs none."""
    assert "namespace shop has no ServiceAccount default" == says("service_account_appears", world(shop_namespace()))
    held = shop_namespace()
    ending = attrs.evolve(held, metadata=attrs.evolve(held.metadata, deletion_timestamp=0))
    assert says("service_account_appears", world(ending)) is None
