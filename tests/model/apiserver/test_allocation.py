"""Cluster IPs and node ports of Services."""

from typing import Any

import attrs

from seatrial.model.api.core import Service, ServicePort, ServiceSpec
from seatrial.model.api.meta import ObjectMeta


def service(name: str, type_: str = "", ip: str = "", port: int = 0) -> Service:
    """A Service with one port."""
    return Service(ObjectMeta(name=name, namespace="default"),
                   ServiceSpec(type=type_, cluster_ip=ip, ports=(ServicePort(port=80, node_port=port),)))


def test_every_service_gets_an_address_of_its_own(serving: Any) -> None:
    """Two Services get two cluster IPs; ExternalName and headless ones get none."""
    server = serving()
    one = server.create("services", service("one")).body.spec
    two = server.create("services", service("two")).body.spec
    assert one.cluster_ip
    assert one.cluster_ip != two.cluster_ip
    assert (one.cluster_ip,) == one.cluster_ips
    assert "None" == server.create("services", service("three", ip="None")).body.spec.cluster_ip


def test_a_taken_address_or_port_is_422(serving: Any) -> None:
    """Who asks for what another Service has is refused, and the Service is not stored."""
    server = serving()
    first = server.create("services", service("one", "NodePort", port=30080)).body.spec
    assert 422 == server.create("services", service("two", ip=first.cluster_ip)).code
    assert 422 == server.create("services", service("two", "NodePort", port=30080)).code
    assert None is server.get("services", "default/two")


def test_an_update_keeps_what_was_given(serving: Any) -> None:
    """An update that leaves address and port out keeps both, and writes nothing."""
    server = serving()
    server.create("services", service("one", "NodePort"))
    before = server.get("services", "default/one")
    assert before.spec.ports[0].node_port
    live = attrs.evolve(service("one", "NodePort"), metadata=before.metadata)
    server.patch("services", "default/one", {"spec": {"clusterIP": None, "clusterIPs": None}})
    assert before.spec.cluster_ip == server.get("services", "default/one").spec.cluster_ip
    assert live.metadata.uid == server.get("services", "default/one").metadata.uid


def test_another_type_gives_the_node_port_back(serving: Any) -> None:
    """From NodePort to ClusterIP the port is free again: another Service may have it."""
    server = serving()
    server.create("services", service("one", "NodePort", port=30080))
    server.patch("services", "default/one", {"spec": {"type": "ClusterIP"}})
    assert 0 == server.get("services", "default/one").spec.ports[0].node_port
    assert 201 == server.create("services", service("two", "NodePort", port=30080)).code
