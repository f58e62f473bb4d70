"""Which endpoints of a Service's port a node sends traffic to.

Mirrors pkg/proxy/topology.go and pkg/proxy/endpointslicecache.go (release 1.36): ready endpoints, narrowed by
topology hints when every one has them; when none is ready, those that still serve while they terminate.
"""

from collections.abc import Iterable

import attrs

from seatrial.model.api.discovery import Endpoint, EndpointHints, EndpointSlice
from seatrial.model.api.meta import key_of
from seatrial.model.network.service_ports import ServicePortInfo

SERVICE_NAME = "kubernetes.io/service-name"
SAME_NODE, SAME_ZONE = "PreferSameNode", "PreferSameZone"


@attrs.frozen(order=True)
class Backend:
    """One endpoint of a port: "address:port", what its slice says of it, and the hints it carries."""

    endpoint: str
    is_local: bool = False
    ready: bool = True
    serving: bool = True
    terminating: bool = False
    zone_hints: tuple[str, ...] = ()
    node_hints: tuple[str, ...] = ()

    @property
    def is_fallback(self) -> bool:
        """May it serve when no endpoint is ready?"""
        return self.serving and self.terminating


@attrs.frozen
class Categories:
    """Endpoints for the policies Cluster and Local (None: the policy is not used), all, and whether there is any."""

    cluster: tuple[Backend, ...] | None = None
    local: tuple[Backend, ...] | None = None
    all: tuple[Backend, ...] | None = None
    has_any: bool = False


def categorize_endpoints(
    backends: tuple[Backend, ...],
    info: ServicePortInfo,
    node: str,
    zone: str = "",
) -> Categories:
    """Which of a port's endpoints this node uses."""
    if not backends:
        return Categories()
    cluster: tuple[Backend, ...] | None = None
    mode = ""
    if info.uses_cluster_endpoints:
        mode = topology_mode_from_hints(backends, node, zone)
        cluster = tuple(each for each in backends if each.ready and is_available(each, mode, node, zone))
        cluster = cluster or tuple(each for each in backends if each.is_fallback)
    if not info.uses_local_endpoints:
        return Categories(cluster, None, cluster, bool(cluster))
    local, falls_back = _local(backends)
    has_any = bool(cluster) or any(each.ready or each.is_fallback for each in backends)
    if cluster is None:
        return Categories(None, local, local, has_any)
    if not mode and not falls_back:
        return Categories(cluster, local, cluster, has_any)
    both = {each.endpoint: each for each in (*cluster, *(local or ()))}
    return Categories(cluster, local, tuple(both[key] for key in sorted(both)), has_any)


def _local(backends: tuple[Backend, ...]) -> tuple[tuple[Backend, ...] | None, bool]:
    """The endpoints on the node itself, and whether they are terminating ones."""
    ready = tuple(each for each in backends if each.is_local and each.ready)
    if ready:
        return ready, False
    fallback = tuple(each for each in backends if each.is_local and each.is_fallback)
    return (fallback, True) if fallback else (None, False)


def topology_mode_from_hints(backends: tuple[Backend, ...], node: str, zone: str) -> str:
    """Whether hints narrow the choice: to this node, to its zone, or not at all."""
    ready = [each for each in backends if each.ready]
    if not ready:
        return ""
    if all(each.node_hints for each in ready) and any(node in each.node_hints for each in ready):
        return SAME_NODE
    if all(each.zone_hints for each in ready) and any(zone in each.zone_hints for each in ready):
        return SAME_ZONE
    return ""


def is_available(backend: Backend, mode: str, node: str, zone: str) -> bool:
    """Does an endpoint's hint allow this node?"""
    if mode == SAME_NODE:
        return node in backend.node_hints
    return mode != SAME_ZONE or zone in backend.zone_hints


def service_key_of(each: EndpointSlice) -> str:
    """The key of the Service that a slice belongs to, or ""."""
    name = each.metadata.labels.get(SERVICE_NAME, "")
    return f"{each.metadata.namespace}/{name}" if name and each.metadata.namespace and each.metadata.name else ""


Ports = dict[tuple[str, str], tuple[Backend, ...]]


def endpoints_by_port(slices: Iterable[EndpointSlice], node: str) -> Ports:
    """The endpoints of each (port name, protocol) over a Service's slices, sorted, each "address:port" once.

    The same address in two slices is told by the later one, unless that one terminates: slices are taken in the order
    of their names, where upstream's order is random.
    """
    found: dict[tuple[str, str], dict[str, Backend]] = {}
    for each in sorted(slices, key=lambda held: key_of(held.metadata)):
        for port in each.ports:
            if port.name is None or not port.port:
                continue
            held = found.setdefault((port.name, port.protocol or "TCP"), {})
            for endpoint in each.endpoints:
                if not endpoint.addresses:
                    continue
                backend = backend_of(endpoint, port.port, node)
                if backend.endpoint not in held or not backend.terminating:
                    held[backend.endpoint] = backend
    return {key: tuple(held[name] for name in sorted(held)) for key, held in sorted(found.items()) if held}


def backend_of(endpoint: Endpoint, port: int, node: str) -> Backend:
    """One endpoint at one port; a condition that is not said counts as ready, serving, not terminating."""
    conditions, hints = endpoint.conditions, endpoint.hints or EndpointHints()
    return Backend(
        f"{endpoint.addresses[0]}:{port}",
        bool(node) and endpoint.node_name == node,
        conditions.ready is not False,
        conditions.serving is not False,
        bool(conditions.terminating),
        tuple(sorted({each.name for each in hints.for_zones})),
        tuple(sorted({each.name for each in hints.for_nodes})),
    )
