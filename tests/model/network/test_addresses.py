"""Addresses and ports: the lowest free one, what is asked for, and a refusal when nothing is left."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.model.api.core import Service, ServicePort, ServiceSpec
from seatrial.model.api.meta import ObjectMeta
from seatrial.model.frozen import FrozenMap
from seatrial.model.network.addresses import (
    FIRST_NODE_PORT,
    RangeFull,
    allocate_cluster_ip,
    allocate_node_ports,
    allocate_pod_ip,
    ip_from,
    number_of,
)
from seatrial.model.view import Cell, View


def view_with(*services: Service) -> View:
    """A view of a store with these Services."""
    view = View(FrozenMap())
    for each in services:
        view[Cell("object", "", "services", f"default/{each.metadata.name}")] = each
    return view


def service(name: str, ip: str = "", kind: str = "ClusterIP", ports: tuple[ServicePort, ...] = ()) -> Service:
    """A Service."""
    return Service(ObjectMeta(name=name, namespace="default"), ServiceSpec(type=kind, cluster_ip=ip, ports=ports))


@given(st.integers(min_value=0, max_value=2**32 - 1))
def test_addresses_are_numbers(number: int) -> None:
    """Writing an address and reading it back gives the same number."""
    assert number == number_of(ip_from(number))


@given(st.integers(min_value=0, max_value=5))
def test_pod_addresses_are_free_and_in_range(count: int) -> None:
    """Addresses given one after the other differ, and are neither network, gateway nor broadcast."""
    taken: list[str] = []
    for _ in range(count):
        taken.append(allocate_pod_ip("node-a", "10.244.0.0/29", taken))
    assert [f"10.244.0.{at + 2}" for at in range(count)] == taken


def test_an_address_is_given_again_once_it_is_free() -> None:
    """The lowest free address is given, also when it was held before."""
    assert "10.244.0.2" == allocate_pod_ip("node-a", "10.244.0.0/24", ["10.244.0.3"])


def test_a_full_range_is_an_error() -> None:
    """Without a free address the message says which range is full, and what to do."""
    with pytest.raises(
        RangeFull, match=r"every pod address of 10\.244\.0\.0/30 on node-a is in use: give the range more"
    ):
        allocate_pod_ip("node-a", "10.244.0.0/30", ["10.244.0.2"])


def test_without_a_range_there_is_no_pod_network() -> None:
    """A machine without a range gives no addresses."""
    assert "" == allocate_pod_ip("node-a", "", [])


def test_cluster_ips_are_unique() -> None:
    """The lowest free cluster IP is given; a headless Service keeps None, a name gets nothing."""
    view = view_with(service("a", "10.96.0.1"), service("b", "10.96.0.3"))
    assert "10.96.0.2" == allocate_cluster_ip(view, service("c"))
    assert "None" == allocate_cluster_ip(view, service("c", "None"))
    assert "" == allocate_cluster_ip(view, service("c", kind="ExternalName"))
    assert "10.96.7.7" == allocate_cluster_ip(view, service("c", "10.96.7.7"))
    with pytest.raises(RangeFull, match=r"10\.96\.0\.3 is allocated already"):
        allocate_cluster_ip(view, service("c", "10.96.0.3"))


def test_node_ports_are_unique_by_protocol() -> None:
    """A node port is given once for each protocol, and only to Services that have node ports."""
    tcp, udp = ServicePort(port=80, protocol="TCP"), ServicePort(port=80, protocol="UDP")
    held = service("a", kind="NodePort", ports=(ServicePort(port=80, protocol="TCP", node_port=FIRST_NODE_PORT),))
    view = view_with(held)
    assert (FIRST_NODE_PORT + 1, FIRST_NODE_PORT) == allocate_node_ports(
        view, service("b", kind="NodePort", ports=(tcp, udp))
    )
    assert (0,) == allocate_node_ports(view, service("b", ports=(tcp,)))
    asked = ServicePort(port=80, protocol="TCP", node_port=FIRST_NODE_PORT)
    with pytest.raises(RangeFull, match="30000 is allocated already"):
        allocate_node_ports(view, service("b", kind="NodePort", ports=(asked,)))


def test_a_load_balancer_may_do_without_node_ports() -> None:
    """With allocateLoadBalancerNodePorts false a load balancer gets no node ports."""
    port = ServicePort(port=80, protocol="TCP")
    spec = ServiceSpec(type="LoadBalancer", ports=(port,), allocate_load_balancer_node_ports=False)
    assert (0,) == allocate_node_ports(view_with(), Service(ObjectMeta(name="b", namespace="default"), spec))
    assert (FIRST_NODE_PORT,) == allocate_node_ports(view_with(), service("b", kind="LoadBalancer", ports=(port,)))
