"""kube-proxy's decisions: Services, their endpoints, node ports."""

from collections.abc import Mapping
from typing import Any

from seatrial.model.api.core import Service
from seatrial.model.api.discovery import EndpointSlice
from seatrial.model.api.wire import from_json
from seatrial.model.network.endpoints import Backend, EndpointSliceCache, Ports, categorize_endpoints
from seatrial.model.network.service_ports import (
    cluster_ip_of_family,
    new_node_port_addresses,
    new_service_port_info,
    should_skip_service,
)
from tests.conformance.adapter import Adapter
from tests.conformance.cases import Case

ZONE = "topology.kubernetes.io/zone"


def load_backend(tree: Mapping[str, Any]) -> Backend:
    """An endpoint as the table writes it."""
    return Backend(tree["endpoint"], tree["isLocal"], tree["ready"], tree["serving"], tree["terminating"],
                   tuple(tree["zoneHints"] or ()), tuple(tree["nodeHints"] or ()))


def say_backend(backend: Backend) -> dict[str, Any]:
    """An endpoint as the table writes it."""
    return {"endpoint": backend.endpoint, "isLocal": backend.is_local, "nodeHints": backend.node_hints or None,
            "ready": backend.ready, "serving": backend.serving, "terminating": backend.terminating,
            "zoneHints": backend.zone_hints or None}


def run_categorize_endpoints(case: Case) -> dict[str, Any]:
    """The endpoints for each policy."""
    given = case.input
    service = from_json(Service, given["service"])
    info = new_service_port_info(service, service.spec.ports[given["port"]])
    found = categorize_endpoints(tuple(map(load_backend, given["endpoints"])), info, given["nodeName"],
                                 (given["nodeLabels"] or {}).get(ZONE, ""))
    everything = None if found.all is None else sorted(each.endpoint for each in found.all)
    return {
        "allEndpoints": everything, "clusterEndpoints": say_names(found.cluster), "hasAnyEndpoints": found.has_any,
        "localEndpoints": say_names(found.local), "usesClusterEndpoints": info.uses_cluster_endpoints,
        "usesLocalEndpoints": info.uses_local_endpoints,
    }


def say_names(backends: tuple[Backend, ...] | None) -> list[str] | None:
    """The addresses of endpoints, or null."""
    return None if backends is None else [each.endpoint for each in backends]


def say_ports(ports: Ports) -> dict[str, Any]:
    """Endpoints by port, as the table writes them."""
    return {f"{name}/{protocol}": [say_backend(each) for each in backends]
            for (name, protocol), backends in ports.items()}


def run_endpointslice_cache(case: Case) -> dict[str, Any]:
    """The cache, step by step."""
    cache = EndpointSliceCache(case.input["nodeName"])
    steps: list[dict[str, Any]] = []
    for each in case.input["steps"]:
        if each["op"] == "checkout":
            changes = {service: {"previous": say_ports(before), "current": say_ports(after)}
                       for service, (before, after) in cache.checkout_changes().items()}
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
    return said | {"info": {
        "externalIPs": info.external_ips, "externalPolicyLocal": info.external_policy_local,
        "externallyAccessible": info.externally_accessible, "healthCheckNodePort": info.health_check_node_port,
        "internalPolicyLocal": info.internal_policy_local, "loadBalancerSourceRanges": info.source_ranges,
        "loadBalancerVIPs": info.load_balancer_vips, "nodePort": info.node_port,
        "sessionAffinity": info.session_affinity, "stickyMaxAgeSeconds": info.sticky,
        "usesClusterEndpoints": info.uses_cluster_endpoints, "usesLocalEndpoints": info.uses_local_endpoints,
    }}


def run_nodeport_addresses(case: Case) -> dict[str, Any]:
    """The node's addresses that serve node ports."""
    held = new_node_port_addresses(case.input["ipFamily"], tuple(case.input["cidrs"] or ()))
    return {"containsIPv4Loopback": held.contains_ipv4_loopback, "matchAll": held.match_all,
            "nodeIPs": held.node_ips(tuple(case.input["interfaces"] or ()))}


ADAPTERS = (
    Adapter("proxy", "categorize_endpoints", run_categorize_endpoints),
    Adapter("proxy", "endpointslice_cache", run_endpointslice_cache),
    Adapter("proxy", "nodeport_addresses", run_nodeport_addresses),
    Adapter("proxy", "service_info", run_service_info),
)
