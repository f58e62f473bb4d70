"""Addresses and ports that the cluster gives out: pod IPs, cluster IPs and node ports.

Mirrors the host-local address management that container network plugins use, and pkg/registry/core/service
(ipallocator, portallocator; release 1.36). Upstream draws cluster IPs and node ports at random, and pod IPs
in turn; here the lowest free one is taken: which one is given never matters to a modelled component, only
whether it is taken, and giving an address again at once is the harshest case for whoever still holds an old
endpoint. IPv4 only; a Service of two families is allocated in the first.
"""

from collections.abc import Iterator

from seatrial.model.api.core import Service
from seatrial.model.view import View

SERVICE_CIDR = "10.96.0.0/16"
FIRST_NODE_PORT, LAST_NODE_PORT = 30000, 32767


class RangeFull(ValueError):  # noqa: N818 -- it names what is wrong
    """No address or port of a range is free."""


def number_of(ip: str) -> int:
    """The 32 bits of a dotted IPv4 address."""
    number = 0
    for part in ip.split("."):
        number = number * 256 + int(part)
    return number


def ip_from(number: int) -> str:
    """The dotted IPv4 address of 32 bits."""
    return ".".join(str(number >> shift & 255) for shift in (24, 16, 8, 0))


def hosts_of(cidr: str, reserved: int = 2) -> Iterator[str]:
    """The addresses of a range in order, without the first `reserved` (network, gateway) and the last (broadcast)."""
    base, _, bits = cidr.partition("/")
    size = 1 << (32 - int(bits))
    for at in range(reserved, size - 1):
        yield ip_from(number_of(base) + at)


def allocate_pod_ip(node: str, cidr: str, taken: list[str]) -> str:
    """The lowest address of a machine's range that is not taken; "" without a range: no pod network is modelled.

    Raises RangeFull when all are taken.
    """
    if not cidr:
        return ""
    return _first_free(hosts_of(cidr), taken, f"every pod address of {cidr} on {node} is in use")


def _first_free(candidates: Iterator[str], taken: list[str], why: str) -> str:
    for each in candidates:
        if each not in taken:
            return each
    raise RangeFull(f"{why}: give the range more addresses, or the scope fewer objects")


def allocate_cluster_ip(view: View, service: Service) -> str:
    """The cluster IP of a new Service: the one it asks for, or the lowest free; "" for ExternalName.

    Raises RangeFull when none is free, or when another Service has the one it asks for.
    """
    if service.spec.type == "ExternalName":
        return ""
    asked = service.spec.cluster_ip
    if asked == "None":
        return asked
    taken = [each.spec.cluster_ip for _, each in view.scan("object", "", "services")]
    if asked:
        if asked in taken:
            raise RangeFull(f"spec.clusterIPs: {asked} is allocated already: ask for another, or for none")
        return asked
    return _first_free(hosts_of(SERVICE_CIDR, 1), taken, f"every cluster IP of {SERVICE_CIDR} is in use")


def needs_node_ports(service: Service) -> bool:
    """Does a Service of this type get node ports?"""
    if service.spec.type == "LoadBalancer":
        return service.spec.allocate_load_balancer_node_ports is not False
    return service.spec.type == "NodePort"


def allocate_node_ports(view: View, service: Service) -> tuple[int, ...]:
    """The node port of each of a Service's ports (0 for none): what it asks for, or the lowest free.

    One number serves two ports of a Service when their protocols differ. Raises RangeFull.
    """
    if not needs_node_ports(service):
        return tuple(0 for _ in service.spec.ports)
    taken = [
        (port.node_port, port.protocol or "TCP")
        for _, each in view.scan("object", "", "services")
        if each.metadata.name != service.metadata.name or each.metadata.namespace != service.metadata.namespace
        for port in each.spec.ports
        if port.node_port
    ]
    given: list[int] = []
    mine = [(port.node_port, port.protocol or "TCP") for port in service.spec.ports if port.node_port]
    for port in service.spec.ports:
        protocol = port.protocol or "TCP"
        number = port.node_port or _free_port(taken + mine, protocol)
        if (number, protocol) in taken:
            raise RangeFull(f"spec.ports[].nodePort: {number} is allocated already: ask for another, or for none")
        mine.append((number, protocol))
        given.append(number)
    return tuple(given)


def _free_port(taken: list[tuple[int, str]], protocol: str) -> int:
    for number in range(FIRST_NODE_PORT, LAST_NODE_PORT + 1):
        if (number, protocol) not in taken:
            return number
    raise RangeFull(f"every node port from {FIRST_NODE_PORT} to {LAST_NODE_PORT} is in use")
