"""What kube-proxy makes of a Service and one of its ports, for one family of addresses.

Mirrors pkg/proxy/serviceport.go and pkg/proxy/util (ShouldSkipService, NodePortAddresses), release 1.36.
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

import attrs

from seatrial.model.api.core import Service, ServicePort

IPV4, IPV6 = "IPv4", "IPv6"


@attrs.frozen
class ServicePortInfo:
    """A Service's port, as rules are made from it; addresses and ranges as text, `sticky` in seconds."""

    cluster_ip: str
    port: int
    protocol: str = "TCP"
    node_port: int = 0
    session_affinity: str = "None"
    sticky: int = 0
    external_policy_local: bool = False
    internal_policy_local: bool = False
    external_ips: tuple[str, ...] = ()
    source_ranges: tuple[str, ...] = ()
    load_balancer_vips: tuple[str, ...] = ()
    health_check_node_port: int = 0

    @property
    def externally_accessible(self) -> bool:
        """Can it be reached from outside the cluster?"""
        return bool(self.node_port or self.load_balancer_vips or self.external_ips)

    @property
    def uses_cluster_endpoints(self) -> bool:
        """Does some of its traffic go to endpoints anywhere? External traffic from within the cluster does."""
        return not self.internal_policy_local or self.externally_accessible

    @property
    def uses_local_endpoints(self) -> bool:
        """Does some of its traffic stay on the node?"""
        return self.internal_policy_local or (self.external_policy_local and self.externally_accessible)


def should_skip_service(service: Service) -> bool:
    """Has kube-proxy nothing to do with it: no cluster IP, or only a name?"""
    return service.spec.cluster_ip in ("", "None") or service.spec.type == "ExternalName"


def family_of(text: str) -> str:
    """The family of an address; "" for what is none."""
    try:
        return IPV6 if isinstance(ip_address(text), IPv6Address) else IPV4
    except ValueError:
        return ""


def cluster_ip_of_family(service: Service, family: str) -> str:
    """The Service's cluster IP of a family, or ""."""
    spec = service.spec
    if not spec.ip_families:
        return spec.cluster_ip if family_of(spec.cluster_ip) == family else ""
    pairs = zip(spec.ip_families, spec.cluster_ips, strict=False)
    return next((ip for held, ip in pairs if held == family), "")


def external_policy_local(service: Service) -> bool:
    """Does external traffic stay on the node it arrives at? Only where there can be any."""
    reachable = service.spec.type in ("LoadBalancer", "NodePort") or (
        service.spec.type in ("", "ClusterIP") and bool(service.spec.external_ips)
    )
    return reachable and service.spec.external_traffic_policy == "Local"


def new_service_port_info(service: Service, port: ServicePort, family: str = IPV4) -> ServicePortInfo:
    """What rules are made from; addresses of the other family are left out."""
    spec = service.spec
    local = external_policy_local(service)
    affinity: Any = spec.unmodelled.get("sessionAffinityConfig", {})
    sticky = affinity.get("clientIP", {}).get("timeoutSeconds", 0) if spec.session_affinity == "ClientIP" else 0
    health = spec.unmodelled.get("healthCheckNodePort", 0) if spec.type == "LoadBalancer" and local else 0
    vips = tuple(
        each.ip
        for each in service.status.load_balancer.ingress
        if family_of(each.ip) == family and each.unmodelled.get("ipMode", "VIP") == "VIP"
    )
    return ServicePortInfo(
        cluster_ip_of_family(service, family),
        port.port,
        port.protocol or "TCP",
        port.node_port,
        spec.session_affinity,
        sticky,
        local,
        spec.internal_traffic_policy == "Local",
        tuple(each for each in spec.external_ips if family_of(each) == family),
        _source_ranges(spec.unmodelled.get("loadBalancerSourceRanges", ()), family),
        vips,
        health,
    )


def _network(text: str) -> IPv4Network | IPv6Network | None:
    try:
        return ip_network(text.strip(), strict=False)
    except ValueError:
        return None


def _source_ranges(texts: tuple[str, ...], family: str) -> tuple[str, ...]:
    """The ranges of a family; a range of everything is as good as none."""
    wanted = IPv6Network if family == IPV6 else IPv4Network
    found = [each for each in map(_network, texts) if isinstance(each, wanted)]
    if any(each.prefixlen == 0 for each in found):
        return ()
    return tuple(str(each) for each in found)


@attrs.frozen
class NodePortAddresses:
    """The node's addresses on which node ports are served: their ranges, and what follows from them."""

    ranges: tuple[IPv4Network | IPv6Network, ...]
    match_all: bool
    contains_ipv4_loopback: bool

    def node_ips(self, interfaces: tuple[str, ...]) -> tuple[str, ...]:
        """The addresses, of these of the node's interfaces, that lie in a range; sorted, each once."""
        found = {str(ip): True for each in self.ranges for ip in map(_ip_of, interfaces) if ip in each}
        return tuple(sorted(found))


def _ip_of(interface: str) -> IPv4Address | IPv6Address:
    return ip_address(interface.partition("/")[0])


def new_node_port_addresses(family: str, cidrs: tuple[str, ...]) -> NodePortAddresses:
    """Reads --nodeport-addresses for one family; without a range of it, all addresses count."""
    wanted = IPv6Network if family == IPV6 else IPv4Network
    found = [each for each in map(_network, cidrs) if isinstance(each, wanted)] or [
        ip_network("::/0" if family == IPV6 else "0.0.0.0/0")
    ]
    loopback = False
    ranges: list[IPv4Network | IPv6Network] = []
    for each in found:
        if isinstance(each, IPv4Network):
            loopback = loopback or each.network_address.is_loopback or ip_address("127.0.0.0") in each
        if each.prefixlen == 0:
            return NodePortAddresses((each,), match_all=True, contains_ipv4_loopback=loopback)
        ranges.append(each)
    return NodePortAddresses(tuple(ranges), match_all=False, contains_ipv4_loopback=loopback)
