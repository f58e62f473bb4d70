"""What never happens to a Service: it shares an address or a port, or shows an unready pod as ready."""

from collections.abc import Iterator

from seatrial.model.actions import Action
from seatrial.model.api.core import Pod, Service
from seatrial.model.api.discovery import Endpoint
from seatrial.model.api.meta import key_of
from seatrial.model.client.local import Local
from seatrial.model.cluster import Cluster
from seatrial.model.controllers.endpointslice import Writing
from seatrial.model.controllers.pods import is_pod_ready
from seatrial.model.meta.labels import matches_labels
from seatrial.model.network.addresses import needs_node_ports
from seatrial.model.scope import Scope
from seatrial.properties.changes import decided
from seatrial.properties.premises import every, has_pods, holds, manifests
from seatrial.properties.property import ALWAYS, SOMETIMES, STEP, Property, objects

SLICES = "endpointslice-controller"
DOCS = "https://kubernetes.io/docs/concepts/services-networking/"


def cluster_ip_unique(cluster: Cluster) -> str | None:
    """No two Services have one cluster IP."""
    seen: dict[str, str] = {}
    for service in cluster.objects("services"):
        key, address = key_of(service.metadata), service.spec.cluster_ip
        if address in ("", "None"):
            continue
        if address in seen:
            return f"{address} is the cluster IP of Service {seen[address]} and of Service {key}"
        seen[address] = key
    return None


def node_port_unique(cluster: Cluster) -> str | None:
    """No two Services listen on one port of the nodes, with one protocol."""
    seen: dict[tuple[int, str], str] = {}
    for service in cluster.objects("services"):
        key = key_of(service.metadata)
        for port in service.spec.ports:
            taken = (port.node_port, port.protocol or "TCP")
            if port.node_port and seen.get(taken, key) != key:
                return f"{taken[1]} port {taken[0]} of the nodes is of Service {seen[taken]} and of Service {key}"
            seen[taken] = key
    return None


def endpoints_subset_of_ready(before: Cluster, action: Action, after: Cluster) -> str | None:
    """What the EndpointSlice controller decides to show as ready, it saw ready, selected and not in deletion."""
    call = decided(action, after) if action.process == SLICES and action.step == "Sync" else None
    if call is None or not isinstance(call.memo, Writing):
        return None
    local = Local(before.view(), SLICES)
    service: Service | None = local.get("services", action.key)
    if service is None or service.spec.publish_not_ready_addresses:
        return None
    for endpoint in ready_endpoints(call.memo):
        name = endpoint.target_ref.name if endpoint.target_ref is not None else ""
        why = unfit(service, local.get("pods", f"{service.metadata.namespace}/{name}"))
        if why:
            return f"the EndpointSlice controller decides to show pod {name} as ready for {action.key}: {why}"
    return None


def ready_endpoints(memo: Writing) -> Iterator[Endpoint]:
    """The ready endpoints in the slices that a sync writes."""
    for group in memo.groups:
        for write in group.writes:
            if write.verb != "delete":
                yield from (each for each in write.slice.endpoints if each.conditions.ready)


def unfit(service: Service, pod: Pod | None) -> str:
    """Why a pod is no ready endpoint of a Service, or ""."""
    if pod is None:
        return "it sees no such pod"
    if not matches_labels(service.spec.selector, pod.metadata.labels):
        return "the selector does not match it"
    if pod.metadata.deletion_timestamp is not None:
        return "it sees it in deletion"
    return "" if is_pod_ready(pod) else "it sees it not ready"


def some_services_have_addresses(cluster: Cluster) -> str | None:
    """A Service has a cluster IP."""
    found = next((each for each in cluster.objects("services") if each.spec.cluster_ip not in ("", "None")), None)
    return f"Service {key_of(found.metadata)} has the address {found.spec.cluster_ip}" if found else None


def some_service_has_a_node_port(cluster: Cluster) -> str | None:
    """A Service has a node port."""
    for service in cluster.objects("services"):
        if any(port.node_port for port in service.spec.ports):
            return f"Service {key_of(service.metadata)} has a node port"
    return None


def some_endpoint_is_ready(cluster: Cluster) -> str | None:
    """An EndpointSlice shows a ready pod."""
    for each in cluster.objects("endpointslices"):
        for endpoint in each.endpoints:
            if endpoint.conditions.ready and endpoint.target_ref is not None:
                return f"pod {endpoint.target_ref.name} is a ready endpoint in {key_of(each.metadata)}"
    return None


def gives_addresses(scope: Scope) -> bool:
    """Scopes with a Service that has a cluster IP, or is created with one."""
    return any(
        isinstance(each, Service)
        and (each.spec.cluster_ip not in ("", "None") or each not in scope.objects)
        and each.spec.type != "ExternalName"
        for each in manifests(scope)
    )


def gives_node_ports(scope: Scope) -> bool:
    """Scopes with a Service that has a node port, or is created with one."""
    return any(
        isinstance(each, Service)
        and (any(port.node_port for port in each.spec.ports) or each not in scope.objects)
        and needs_node_ports(each)
        for each in manifests(scope)
    )


def selects_pods(scope: Scope) -> bool:
    """Scopes with a Service that selects the pods of some template there."""
    services = [each for each in manifests(scope) if isinstance(each, Service) and each.spec.selector]
    labels = [
        (each.metadata.namespace, template.metadata.labels)
        for each in manifests(scope)
        if (template := getattr(getattr(each, "spec", None), "template", None)) is not None and each.spec.replicas
    ]
    labels += [(each.metadata.namespace, each.metadata.labels) for each in manifests(scope) if isinstance(each, Pod)]
    return any(
        namespace == service.metadata.namespace and matches_labels(service.spec.selector, held)
        for service in services
        for namespace, held in labels
    )


PROPERTIES = (
    Property(
        "cluster_ip_unique",
        ALWAYS,
        "clients of one Service would reach another one",
        cluster_ip_unique,
        DOCS + "cluster-ip-allocation/",
        sibling="some_services_have_addresses",
        reads=objects("services"),
        where=every(holds(Service), gives_addresses),
    ),
    Property(
        "endpoints_subset_of_ready",
        STEP,
        "traffic must not go to pods that cannot take it",
        endpoints_subset_of_ready,
        DOCS + "endpoint-slices/#conditions",
        restrictions="judged on what the controller saw when it decided; not for publishNotReadyAddresses",
        sibling="some_endpoint_is_ready",
        reads=(("plan", ""),),
        needs=(SLICES, "kubelet", "kube-scheduler"),
        where=every(has_pods, selects_pods),
    ),
    Property(
        "node_port_unique",
        ALWAYS,
        "clients of one Service would reach another one",
        node_port_unique,
        DOCS + "service/#type-nodeport",
        sibling="some_service_has_a_node_port",
        reads=objects("services"),
        where=every(holds(Service), gives_node_ports),
    ),
    Property(
        "some_endpoint_is_ready",
        SOMETIMES,
        "the premise of endpoints",
        some_endpoint_is_ready,
        reads=objects("endpointslices"),
    ),
    Property(
        "some_service_has_a_node_port",
        SOMETIMES,
        "the premise of node ports",
        some_service_has_a_node_port,
        reads=objects("services"),
    ),
    Property(
        "some_services_have_addresses",
        SOMETIMES,
        "the premise of cluster IPs",
        some_services_have_addresses,
        reads=objects("services"),
    ),
)
