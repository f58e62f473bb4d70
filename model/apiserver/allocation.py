"""Cluster IPs and node ports of Services, given and kept by the API server.

Mirrors pkg/registry/core/service/storage (alloc.go, storage.go; release 1.36): allocated when a Service is created,
or when an update first needs one, kept by updates that leave them out, given back (nobody holds them any more) when
the type no longer needs them. What is taken is derived from the stored Services. The addresses themselves:
`seatrial.model.network.addresses`. Left out: health check node ports, and families other than the first.
"""

from seatrial.model.api.core import Service, ServicePort
from seatrial.model.api.registry import Kind
from seatrial.model.apiserver.status import invalid
from seatrial.model.client.calls import Reply
from seatrial.model.evolve import evolve
from seatrial.model.network.addresses import RangeFull, allocate_cluster_ip, allocate_node_ports, needs_node_ports
from seatrial.model.view import View

FAMILIES = ("IPv4",)
HEADLESS = "None"


def allocate(view: View, kind: Kind, service: Service, old: Service | None = None) -> Service | Reply:
    """The Service with its addresses and ports, or the 422 when they cannot be had."""
    if old is not None:
        service = patch_allocated_values(old, service)
        if service.spec == old.spec:
            return service
    try:
        return _with_node_ports(view, _with_cluster_ip(view, service, old.spec.cluster_ip if old is not None else ""))
    except RangeFull as error:
        return invalid(kind, service.metadata.name, str(error))


def patch_allocated_values(old: Service, new: Service) -> Service:
    """What was given to the Service before and the client left out (patchAllocatedValues)."""
    spec = new.spec
    if _needs_cluster_ip(old) and _needs_cluster_ip(new) and not spec.cluster_ip:
        spec = evolve(spec, cluster_ip=old.spec.cluster_ip, cluster_ips=old.spec.cluster_ips)
    if not spec.ip_families and old.spec.ip_families and _needs_cluster_ip(new):
        spec = evolve(spec, ip_families=old.spec.ip_families, unmodelled=spec.unmodelled.update(
            {"ipFamilyPolicy": old.spec.unmodelled.get("ipFamilyPolicy", "SingleStack")}))
    if needs_node_ports(old) and needs_node_ports(new):
        held = {(port.protocol, port.port): port.node_port for port in old.spec.ports}
        spec = evolve(spec, ports=tuple(_keep_port(port, held) for port in spec.ports))
    return new if spec is new.spec else evolve(new, spec=spec)


def _keep_port(port: ServicePort, held: dict[tuple[str, int], int]) -> ServicePort:
    kept = held.get((port.protocol, port.port), 0)
    return port if port.node_port or not kept else evolve(port, node_port=kept)


def _needs_cluster_ip(service: Service) -> bool:
    return service.spec.type != "ExternalName"


def _with_cluster_ip(view: View, service: Service, held: str) -> Service:
    spec = service.spec
    if not _needs_cluster_ip(service) or (spec.cluster_ip and spec.cluster_ip == held and spec.cluster_ips):
        return service
    address = allocate_cluster_ip(view, service)
    unmodelled = spec.unmodelled if "ipFamilyPolicy" in spec.unmodelled else spec.unmodelled.set(
        "ipFamilyPolicy", "SingleStack")
    return evolve(service, spec=evolve(
        spec, cluster_ip=address, cluster_ips=(address,), ip_families=spec.ip_families or FAMILIES,
        unmodelled=unmodelled))


def _with_node_ports(view: View, service: Service) -> Service:
    if not needs_node_ports(service):
        return service
    numbers = allocate_node_ports(view, service)
    ports = tuple(port if port.node_port == number else evolve(port, node_port=number)
                  for port, number in zip(service.spec.ports, numbers, strict=True))
    return evolve(service, spec=evolve(service.spec, ports=ports))
