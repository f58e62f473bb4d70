"""Kubelet admission: only the first failure is told, and only what the node knows counts."""

import attrs

from seatrial.model.api.core import Container, ContainerPort, Node, NodeStatus, ResourceRequirements, Taint, Toleration
from seatrial.model.api.meta import ObjectMeta
from seatrial.model.frozen import FrozenMap
from seatrial.model.node.admission import check
from tests.model.node.clusters import NODE, make_pod

NODE_OBJECT = Node(ObjectMeta(name=NODE), status=NodeStatus(allocatable=FrozenMap({"cpu": "1", "pods": "2"})))


def asking(port: int = 0, **requests: str) -> Container:
    """A container with requests, and perhaps a port of the node."""
    ports = (ContainerPort(host_port=port, container_port=port, protocol="TCP"),) if port else ()
    return Container("app", ports=ports, resources=ResourceRequirements(requests=FrozenMap(requests)))


def test_a_pod_that_fits_is_admitted() -> None:
    """Room, name and taints: nothing is against it."""
    assert check(make_pod(containers=(asking(cpu="500m"),)), NODE_OBJECT, ()) is None


def test_too_little_room_is_told_with_numbers() -> None:
    """The message says what is requested, used and there."""
    other = make_pod("other", containers=(asking(cpu="800m"),))
    found = check(make_pod(containers=(asking(cpu="500m"),)), NODE_OBJECT, (other,))
    assert found is not None
    assert ("OutOfcpu", "Node didn't have enough resource: cpu, requested: 500, used: 800, capacity: 1000") == (
        found.reason,
        found.message,
    )


def test_a_resource_that_the_node_does_not_know_is_not_counted() -> None:
    """An extended resource that the node does not report is dropped from the request."""
    resources = ResourceRequirements(requests=FrozenMap({"example.com/gpu": "1"}))
    pod = make_pod(containers=(Container("app", resources=resources),))
    assert check(pod, NODE_OBJECT, ()) is None


def test_a_port_of_the_node_is_taken_once() -> None:
    """Two pods cannot have one host port."""
    found = check(
        make_pod(containers=(asking(port=80),)), NODE_OBJECT, (make_pod("other", containers=(asking(port=80),)),)
    )
    assert found is not None
    assert "NodePorts" == found.reason


def test_only_noexecute_taints_count() -> None:
    """The kubelet does not look at NoSchedule; a toleration lifts NoExecute."""
    tainted = attrs.evolve(NODE_OBJECT, spec=attrs.evolve(NODE_OBJECT.spec, taints=(Taint("k", "", "NoSchedule"),)))
    assert check(make_pod(), tainted, ()) is None
    worse = attrs.evolve(NODE_OBJECT, spec=attrs.evolve(NODE_OBJECT.spec, taints=(Taint("k", "", "NoExecute"),)))
    assert check(make_pod(), worse, ()) is not None
    assert check(make_pod(tolerations=(Toleration("k", "Exists"),)), worse, ()) is None
