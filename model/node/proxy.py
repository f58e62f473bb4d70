"""kube-proxy: turns Services and their EndpointSlices into rules on its node, one cell per Service.

Mirrors pkg/proxy (change trackers, endpointslicecache.go, topology.go, iptables/proxier.go: syncProxyRules),
release 1.36. The rules are in the kernel: they survive a crash of the proxy, not of the machine; a restarted
proxy lists, and removes the rules of Services that are gone. A sync upstream writes all rules at once, at
most once a second; here each Service's rules are a step of their own, which shows more states, not fewer.
Left out: what differs between the iptables, IPVS and nftables back-ends, connection tracking, session
affinity (any endpoint may be chosen), load-balancer source ranges, the topology zone of the node (hints by
zone are then ignored, as without the label). Its informers leave out, as upstream's do (cmd/kube-proxy/app), what
is labelled as headless or as another proxy's.
"""

from functools import partial

import attrs

from seatrial.model.api.core import Service
from seatrial.model.api.discovery import EndpointSlice
from seatrial.model.api.rbac import PolicyRule
from seatrial.model.client.calls import Done
from seatrial.model.client.controller import Controller, Watch
from seatrial.model.client.local import Local
from seatrial.model.network.endpoints import (
    SERVICE_NAME,
    Backend,
    categorize_endpoints,
    endpoints_by_port,
    service_key_of,
)
from seatrial.model.network.service_ports import (
    IPV4,
    ServicePortInfo,
    new_node_port_addresses,
    new_service_port_info,
    should_skip_service,
)
from seatrial.model.node.machine import address_of, machine_cell, rules_cell

PREFIX = "kube-proxy-"
OURS = "!service.kubernetes.io/headless,!service.kubernetes.io/service-proxy-name"


@attrs.frozen
class PortRule:
    """Where a node sends what arrives for one port of a Service.

    `internal` is for its cluster IP, `external` for its node port, external IPs and load balancer; each an
    "address:port" of an endpoint. `has_any`: there are endpoints, if not for this node. `node_port_ips` are the
    addresses of the node on which the node port is served.
    """

    name: str
    port: int
    protocol: str
    cluster_ip: str
    node_port: int = 0
    internal: tuple[str, ...] = ()
    external: tuple[str, ...] = ()
    has_any: bool = False
    node_port_ips: tuple[str, ...] = ()


def handle_slice(local: Local, key: str, old: EndpointSlice | None, new: EndpointSlice | None) -> None:
    """A slice wakes the Service it belongs to, and the one it belonged to."""
    del key
    for each in (old, new):
        service = "" if each is None else service_key_of(each)
        if service:
            local.enqueue(service)


def sync(local: Local, key: str, choice: str, ranges: tuple[str, ...] = ()) -> Done:
    """Installs a Service's rules, or removes them."""
    del choice
    cell = rules_cell(node_of(local), key)
    rules = rules_of(local, key, local.get("services", key), ranges)
    if local.view[cell] != (rules or None):
        local.view[cell] = rules or None
    return Done()


def node_of(local: Local) -> str:
    """The node of a proxy, from its name."""
    return local.process.removeprefix(PREFIX)


def node_port_ips(local: Local, ranges: tuple[str, ...]) -> tuple[str, ...]:
    """The addresses of a proxy's node, of those that it has, on which it serves node ports."""
    address = local.view.get(machine_cell(node_of(local)), address_of)
    return new_node_port_addresses(IPV4, ranges).node_ips((address,)) if address else ()


def rules_of(
    local: Local, key: str, service: Service | None, ranges: tuple[str, ...] = ()
) -> tuple[PortRule, ...]:
    """The rules of each of a Service's ports; none for a Service that is gone or needs none."""
    if service is None or should_skip_service(service):
        return ()
    slices = [each for each in local.list("endpointslices", service.metadata.namespace) if service_key_of(each) == key]
    backends = endpoints_by_port(slices, node_of(local))
    rules = []
    for port in service.spec.ports:
        info = new_service_port_info(service, port)
        rule = rule_of(port.name, info, backends.get((port.name, info.protocol), ()), node_of(local))
        rules.append(attrs.evolve(rule, node_port_ips=node_port_ips(local, ranges)) if rule.node_port else rule)
    return tuple(rules)


def rule_of(name: str, info: ServicePortInfo, backends: tuple[Backend, ...], node: str) -> PortRule:
    """The rule of one port: the policy Local keeps traffic on the node, Cluster lets it go anywhere."""
    found = categorize_endpoints(backends, info, node)
    internal = found.local if info.internal_policy_local else found.cluster
    external = found.local if info.external_policy_local else found.cluster
    return PortRule(
        name,
        info.port,
        info.protocol,
        info.cluster_ip,
        info.node_port,
        _names(internal),
        _names(external) if info.externally_accessible else (),
        found.has_any,
    )


def _names(backends: tuple[Backend, ...] | None) -> tuple[str, ...]:
    return tuple(each.endpoint for each in backends or ())


def started(local: Local) -> None:
    """After a restart it looks at every Service that the node has rules for."""
    for key in tuple(local.view.keys("rules", node_of(local))):
        local.enqueue(key)


def project_service(service: Service) -> Service:
    """What a proxy reads of a Service: not its labels, annotations and conditions."""
    meta = attrs.evolve(
        service.metadata,
        labels=type(service.metadata.labels)(),
        annotations=type(service.metadata.annotations)(),
        resource_version=None,
        generation=0,
    )
    return attrs.evolve(service, metadata=meta, status=attrs.evolve(service.status, conditions=()))


def project_slice(each: EndpointSlice) -> EndpointSlice:
    """What a proxy reads of a slice: of its metadata only the name and the label that names the Service."""
    kept = {key: value for key, value in each.metadata.labels.items() if key == SERVICE_NAME}
    meta = attrs.evolve(
        each.metadata,
        labels=type(each.metadata.labels)(kept),
        annotations=type(each.metadata.annotations)(),
        resource_version=None,
        generation=0,
        owner_references=(),
    )
    return attrs.evolve(each, metadata=meta)


GRANTS = (
    PolicyRule(verbs=("list", "watch"), api_groups=("",), resources=("services",)),
    PolicyRule(verbs=("list", "watch"), api_groups=("discovery.k8s.io",), resources=("endpointslices",)),
)


def kube_proxy(node_name: str, nodeport_addresses: tuple[str, ...] = ()) -> Controller:
    """The kube-proxy of a node: its process and binary are called kube-proxy-NODE.

    `nodeport_addresses` are the ranges of its flag of that name; without any, every address of the node serves.
    """
    name = PREFIX + node_name
    return Controller(
        name,
        watches=(
            Watch("services", project=project_service, labels=OURS),
            Watch("endpointslices", handle_slice, project_slice, labels=OURS),
        ),
        sync=partial(sync, ranges=nodeport_addresses) if nodeport_addresses else sync,
        started=started,
        grants=GRANTS,
        user="system:kube-proxy",
        binary=name,
        node=node_name,
        workers=None,
    )
