"""Each property of traffic in the end says where it does not arrive when it does not."""

import attrs

from seatrial.model.api.core import LoadBalancerIngress, LoadBalancerStatus, Service
from seatrial.model.api.discovery import Endpoint, EndpointConditions, EndpointSlice, ObjectReference
from seatrial.model.api.meta import ObjectMeta
from seatrial.model.cloud.provider import LoadBalancer, load_balancer_cell
from seatrial.model.cluster import Cluster
from seatrial.model.frozen import FrozenMap
from seatrial.model.node.machine import ContainerRecord, PodSandbox, rules_cell, sandbox_cell
from seatrial.model.node.proxy import PortRule
from tests.properties.worlds import changed, node, pod, says, service, world

KEY, IP = "default/web", "10.244.1.2"
READY = pod(node_name="node-1", phase="Running", ready=True)
RUNNING = (sandbox_cell("node-1", "default/web-1", "u1"), PodSandbox(ip=IP, containers=(ContainerRecord("web"),)))


def slice_of(name: str) -> EndpointSlice:
    """A slice of the Service default/web that shows one pod as ready."""
    reference = ObjectReference("Pod", "default", name)
    labels = FrozenMap({"kubernetes.io/service-name": "web"})
    endpoint = Endpoint((IP,), EndpointConditions(ready=True), target_ref=reference)
    return EndpointSlice(ObjectMeta("web-a", "default", labels=labels), "IPv4", (endpoint,))


def rule(*endpoints: str) -> PortRule:
    """The rule of the Service's port."""
    return PortRule("http", 80, "TCP", "10.96.0.1", internal=endpoints, has_any=bool(endpoints))


def proxied(*endpoints: str) -> Cluster:
    """A node that sends the Service's traffic to these endpoints, and a ready pod."""
    held = changed(world(node(), service(), READY, kubelets=True, proxies=True), RUNNING)
    return changed(held, (rules_cell("node-1", KEY), (rule(*endpoints),)))


def test_endpoints_converge_tells_what_is_missing_or_too_much() -> None:
    """A ready pod without an endpoint is named, and an endpoint of a pod that is not ready."""
    expected = "pod web-1 is ready, and no ready endpoint of Service default/web"
    assert expected == says("endpoints_converge", world(service(), READY))
    expected = "pod web-1 is a ready endpoint of Service default/web, and not ready"
    assert expected == says("endpoints_converge", world(service(), pod(), slice_of("web-1")))
    assert says("endpoints_converge", world(service(), READY, slice_of("web-1"))) is None


def test_traffic_reaches_ready_pod_tells_where_it_goes_instead() -> None:
    """A node without endpoints is named, one that sends to nobody, and one that sends to a pod that is not ready."""
    assert says("traffic_reaches_ready_pod", proxied(f"{IP}:8080")) is None
    expected = "from node-1 port 80 of Service default/web: default/web has endpoints on node-1: none at all"
    assert expected == says("traffic_reaches_ready_pod", proxied())
    expected = "from node-1 port 80 of Service default/web: 10.244.1.9:8080: no pod has this address"
    assert expected == says("traffic_reaches_ready_pod", proxied(f"{IP}:8080", "10.244.1.9:8080"))
    other = (
        sandbox_cell("node-1", "default/web-0", "u0"),
        PodSandbox(ip="10.244.1.3", containers=(ContainerRecord("web"),)),
    )
    expected = "from node-1 port 80 of Service default/web: pod default/web-0 answers, which is not ready"
    assert expected == says("traffic_reaches_ready_pod", changed(proxied(f"{IP}:8080", "10.244.1.3:8080"), other))


def balanced(held: LoadBalancer | None, shown: str = "") -> Cluster:
    """A Service that asks for a load balancer, what the cloud has, and what the status shows."""
    wanted: Service = service("LoadBalancer")
    ingress = (LoadBalancerIngress(ip=shown),) if shown else ()
    status = attrs.evolve(wanted.status, load_balancer=LoadBalancerStatus(ingress))
    cluster = world(node(), attrs.evolve(wanted, status=status))
    return changed(cluster, (load_balancer_cell(cluster.get("services", KEY).metadata.uid), held))


def test_load_balancer_converges_tells_what_is_not_as_asked() -> None:
    """No load balancer, another set of nodes and an address that is not shown are named, each in turn."""
    assert "Service default/web has no load balancer" == says("load_balancer_converges", balanced(None))
    held = LoadBalancer(KEY, "203.0.113.1")
    expected = "the load balancer of Service default/web sends to nothing, not to node-1"
    assert expected == says("load_balancer_converges", balanced(held))
    held = attrs.evolve(held, hosts=("node-1",))
    expected = "the status of Service default/web does not show the address 203.0.113.1 of its load balancer"
    assert expected == says("load_balancer_converges", balanced(held))
    assert says("load_balancer_converges", balanced(held, "203.0.113.1")) is None


def test_load_balancer_converges_tells_one_that_is_left() -> None:
    """A load balancer that nobody asks for is named."""
    left = changed(world(), (load_balancer_cell("gone"), LoadBalancer(KEY, "203.0.113.1")))
    expected = "the load balancer 203.0.113.1 of Service default/web is left, and nobody asks for it"
    assert expected == says("load_balancer_converges", left)
