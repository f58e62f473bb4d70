"""What kube-proxy reads of a Service: addresses of one family, policies, affinity."""

from seatrial.model.api.core import (
    LoadBalancerIngress,
    LoadBalancerStatus,
    Service,
    ServicePort,
    ServiceSpec,
    ServiceStatus,
)
from seatrial.model.api.meta import ObjectMeta
from seatrial.model.frozen import freeze
from seatrial.model.network.service_ports import (
    IPV4,
    IPV6,
    cluster_ip_of_family,
    external_policy_local,
    new_node_port_addresses,
    new_service_port_info,
)

PORT = ServicePort(name="http", port=80, protocol="TCP")


def service(**spec: object) -> Service:
    """A Service."""
    return Service(ObjectMeta(name="shop", namespace="default"), ServiceSpec(ports=(PORT,), **spec))  # type: ignore[arg-type]


def test_each_family_has_its_own_address() -> None:
    """A Service of two families is one rule in each; without ipFamilies its only address tells."""
    both = service(cluster_ip="10.96.0.1", cluster_ips=("10.96.0.1", "fd00::1"), ip_families=(IPV4, IPV6))
    assert ("10.96.0.1", "fd00::1") == (cluster_ip_of_family(both, IPV4), cluster_ip_of_family(both, IPV6))
    one = service(cluster_ip="10.96.0.1")
    assert ("10.96.0.1", "") == (cluster_ip_of_family(one, IPV4), cluster_ip_of_family(one, IPV6))


def test_the_external_policy_needs_something_external() -> None:
    """ExternalTrafficPolicy Local means nothing to a Service that nobody outside can reach."""
    assert not external_policy_local(service(type="ClusterIP", external_traffic_policy="Local"))
    assert external_policy_local(service(type="NodePort", external_traffic_policy="Local"))
    assert external_policy_local(service(external_ips=("192.0.2.8",), external_traffic_policy="Local"))


def test_a_source_range_of_everything_is_none() -> None:
    """0.0.0.0/0 among the source ranges lifts the others; spaces do not matter."""
    ranges = freeze({"loadBalancerSourceRanges": [" 198.51.100.0/24"]})
    assert ("198.51.100.0/24",) == new_service_port_info(service(unmodelled=ranges), PORT).source_ranges
    everything = freeze({"loadBalancerSourceRanges": ["198.51.100.0/24", "0.0.0.0/0"]})
    assert () == new_service_port_info(service(unmodelled=everything), PORT).source_ranges


def test_a_load_balancer_that_is_a_proxy_has_no_vip() -> None:
    """An ingress address in the mode Proxy gets no rule."""
    held = (LoadBalancerIngress("192.0.2.1"), LoadBalancerIngress("192.0.2.2", unmodelled=freeze({"ipMode": "Proxy"})))
    balanced = Service(
        ObjectMeta(name="shop"), ServiceSpec(type="LoadBalancer"), ServiceStatus(LoadBalancerStatus(held))
    )
    assert ("192.0.2.1",) == new_service_port_info(balanced, PORT).load_balancer_vips


def test_node_ports_are_served_on_addresses_in_range() -> None:
    """Only addresses of the family, in one of the ranges, serve node ports; no range means all of them."""
    some = new_node_port_addresses(IPV4, ("10.0.0.0/8", "::/0"))
    assert ("10.1.2.3",) == some.node_ips(("10.1.2.3/24", "192.168.1.7/24", "fe80::1/64"))
    assert new_node_port_addresses(IPV4, ("::/0",)).match_all
