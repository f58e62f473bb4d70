"""kube-proxy's decisions: Services, their endpoints, node ports."""

from collections.abc import Mapping
from typing import Any

from seatrial.model.api.core import Service
from seatrial.model.api.discovery import EndpointSlice
from seatrial.model.api.wire import from_json
from seatrial.model.network.endpoints import Backend, Ports, categorize_endpoints, endpoints_by_port, service_key_of
from seatrial.model.network.service_ports import (
    ServicePortInfo,
    cluster_ip_of_family,
    new_node_port_addresses,
    new_service_port_info,
    should_skip_service,
)
from tests.conformance.adapter import Adapter
from tests.conformance.cases import Case

ZONE = "topology.kubernetes.io/zone"
HOST = "kubernetes.io/hostname"


def load_backend(tree: Mapping[str, Any]) -> Backend:
    """An endpoint as the table writes it."""
    return Backend(
        tree["endpoint"],
        tree["isLocal"],
        tree["ready"],
        tree["serving"],
        tree["terminating"],
        tuple(tree["zoneHints"] or ()),
        tuple(tree["nodeHints"] or ()),
    )


def say_backend(backend: Backend) -> dict[str, Any]:
    """An endpoint as the table writes it."""
    return {
        "endpoint": backend.endpoint,
        "isLocal": backend.is_local,
        "nodeHints": backend.node_hints or None,
        "ready": backend.ready,
        "serving": backend.serving,
        "terminating": backend.terminating,
        "zoneHints": backend.zone_hints or None,
    }


def run_categorize_endpoints(case: Case) -> dict[str, Any]:
    """The endpoints for each policy; upstream's own table gives the policies, not a Service."""
    given = case.input
    if "nodeName" not in given:
        return run_upstream_categorize_endpoints(given)
    service = from_json(Service, given["service"])
    info = new_service_port_info(service, service.spec.ports[given["port"]])
    found = categorize_endpoints(
        tuple(map(load_backend, given["endpoints"])), info, given["nodeName"], (given["nodeLabels"] or {}).get(ZONE, "")
    )
    everything = None if found.all is None else sorted(each.endpoint for each in found.all)
    return {
        "allEndpoints": everything,
        "clusterEndpoints": say_names(found.cluster),
        "hasAnyEndpoints": found.has_any,
        "localEndpoints": say_names(found.local),
        "usesClusterEndpoints": info.uses_cluster_endpoints,
        "usesLocalEndpoints": info.uses_local_endpoints,
    }


def run_upstream_categorize_endpoints(given: Mapping[str, Any]) -> dict[str, Any]:
    """The same for upstream's own table, whose endpoints carry only what a case needs."""
    service = given["service"]
    info = ServicePortInfo(
        "10.96.0.10",
        80,
        node_port=service.get("nodePort", 0),
        internal_policy_local=service.get("internalPolicyLocal", False),
        external_policy_local=service.get("externalPolicyLocal", False),
    )
    plain = {"isLocal": False, "zoneHints": None, "nodeHints": None}
    backends = tuple(load_backend(plain | each) for each in given["endpoints"] or ())
    labels = given["nodeLabels"] or {}
    found = categorize_endpoints(backends, info, labels.get(HOST, ""), labels.get(ZONE, ""))
    cluster, local = say_names(found.cluster) or [], say_names(found.local) or []
    return {
        "allEndpoints": sorted(say_names(found.all) or []),
        "clusterEndpoints": cluster if info.uses_cluster_endpoints else None,
        "hasAnyEndpoints": found.has_any,
        "localEndpoints": local if info.uses_local_endpoints else None,
    }


def is_of_an_older_release(given: Mapping[str, Any]) -> bool:
    """Needs an annotation before hints count, or does not let terminating endpoints serve."""
    if "nodeName" in given:
        return False
    endpoints = given["endpoints"] or ()
    hinted = any(each.get("zoneHints") for each in endpoints) and not given["service"].get("hintsAnnotation")
    leaving = any(each["terminating"] for each in endpoints) and not given["proxyTerminatingEndpointsEnabled"]
    return bool(hinted or leaving)


def say_names(backends: tuple[Backend, ...] | None) -> list[str] | None:
    """The addresses of endpoints, or null."""
    return None if backends is None else [each.endpoint for each in backends]


class EndpointSliceCache:
    """The slices that a proxy has seen, and those it has not applied yet, by Service.

    Upstream's book-keeping around `endpoints_by_port`; the model's kube-proxy computes from its informer's copies,
    which is what applying everything pending comes to.
    """

    def __init__(self, node: str) -> None:
        self.node = node
        self.applied: dict[str, dict[str, EndpointSlice]] = {}
        self.pending: dict[str, dict[str, tuple[EndpointSlice, bool]]] = {}

    def update_pending(self, each: EndpointSlice, *, remove: bool) -> bool:
        """Notes a slice's change or removal; says whether that is news."""
        service, name = service_key_of(each), each.metadata.name
        if not service:
            return False
        pending, applied = self.pending.get(service, {}), self.applied.get(service, {})
        if name in pending:
            changed = pending[name] != (each, remove)
        elif name in applied:
            changed = remove or applied[name] != each
        else:
            changed = not remove
        if changed:
            self.pending.setdefault(service, {})[name] = (each, remove)
        return changed

    def checkout_changes(self) -> dict[str, tuple[Ports, Ports]]:
        """Applies what is pending; the endpoints by port before and after, for each Service with news."""
        changes = {}
        for service in sorted(self.pending):
            applied = self.applied.setdefault(service, {})
            before = endpoints_by_port(applied.values(), self.node)
            for name, (each, removed) in self.pending[service].items():
                if removed:
                    applied.pop(name, None)
                else:
                    applied[name] = each
            changes[service] = before, endpoints_by_port(applied.values(), self.node)
        self.pending = {}
        return changes


def say_ports(ports: Ports) -> dict[str, Any]:
    """Endpoints by port, as the table writes them."""
    return {
        f"{name}/{protocol}": [say_backend(each) for each in backends] for (name, protocol), backends in ports.items()
    }


def run_endpointslice_cache(case: Case) -> dict[str, Any]:
    """The cache, step by step."""
    cache = EndpointSliceCache(case.input["nodeName"])
    steps: list[dict[str, Any]] = []
    for each in case.input["steps"]:
        if each["op"] == "checkout":
            changes = {
                service: {"previous": say_ports(before), "current": say_ports(after)}
                for service, (before, after) in cache.checkout_changes().items()
            }
            steps.append({"changes": changes})
        else:
            held = from_json(EndpointSlice, each["slice"])
            steps.append({"changed": cache.update_pending(held, remove=each["op"] == "delete")})
    return {"steps": steps}


def run_service_info(case: Case) -> dict[str, Any]:
    """What rules are made from."""
    service, family = from_json(Service, case.input["service"]), case.input["ipFamily"]
    said: dict[str, Any] = {"clusterIP": cluster_ip_of_family(service, family), "skip": should_skip_service(service)}
    if said["skip"]:
        return said
    info = new_service_port_info(service, service.spec.ports[case.input["port"]], family)
    return said | {
        "info": {
            "externalIPs": info.external_ips,
            "externalPolicyLocal": info.external_policy_local,
            "externallyAccessible": info.externally_accessible,
            "healthCheckNodePort": info.health_check_node_port,
            "internalPolicyLocal": info.internal_policy_local,
            "loadBalancerSourceRanges": info.source_ranges,
            "loadBalancerVIPs": info.load_balancer_vips,
            "nodePort": info.node_port,
            "sessionAffinity": info.session_affinity,
            "stickyMaxAgeSeconds": info.sticky,
            "usesClusterEndpoints": info.uses_cluster_endpoints,
            "usesLocalEndpoints": info.uses_local_endpoints,
        }
    }


def run_nodeport_addresses(case: Case) -> dict[str, Any]:
    """The node's addresses that serve node ports."""
    held = new_node_port_addresses(case.input["ipFamily"], tuple(case.input["cidrs"] or ()))
    return {
        "containsIPv4Loopback": held.contains_ipv4_loopback,
        "matchAll": held.match_all,
        "nodeIPs": held.node_ips(tuple(case.input["interfaces"] or ())),
    }


ADAPTERS = (
    Adapter("proxy", "categorize_endpoints", run_categorize_endpoints),
    Adapter("proxy", "endpointslice_cache", run_endpointslice_cache),
    Adapter("proxy", "nodeport_addresses", run_nodeport_addresses),
    Adapter("proxy", "service_info", run_service_info),
)
