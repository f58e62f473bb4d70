"""In the end a Service's endpoints are its ready pods, nodes send to them, its load balancer is as it asks."""

from seatrial.model.api.core import Pod, Service
from seatrial.model.api.meta import key_of
from seatrial.model.client.process import UP, up_cell
from seatrial.model.cloud.provider import load_balancer_cell, load_balancers
from seatrial.model.cloud.service import is_eligible, wants_load_balancer
from seatrial.model.cluster import Cluster
from seatrial.model.controllers.pods import is_pod_ready
from seatrial.model.meta.labels import matches_labels
from seatrial.model.network.endpoints import service_key_of
from seatrial.model.network.reachability import reachable
from seatrial.model.network.service_ports import should_skip_service
from seatrial.model.node.machine import is_on
from seatrial.model.view import Cell
from seatrial.properties.premises import every, has_pods
from seatrial.properties.property import EVENTUALLY, SOMETIMES, Property
from seatrial.properties.safety.loadbalancers import SERVICES, wants_load_balancers
from seatrial.properties.safety.services import DOCS, SLICES, selects_pods


def ready_pods(cluster: Cluster, service: Service) -> tuple[Pod, ...]:
    """The pods that should answer for a Service: selected, ready, not in deletion."""
    return tuple(
        pod
        for pod in cluster.objects("pods")
        if pod.metadata.namespace == service.metadata.namespace
        and matches_labels(service.spec.selector, pod.metadata.labels)
        and is_pod_ready(pod)
        and pod.metadata.deletion_timestamp is None
    )


def is_followed(service: Service) -> bool:
    """Does the EndpointSlice controller keep slices of this Service's ready pods?"""
    return (
        service.spec.type != "ExternalName"
        and bool(service.spec.selector)
        and not service.spec.publish_not_ready_addresses
        and service.metadata.deletion_timestamp is None
    )


def endpoints_converge(cluster: Cluster) -> str | None:
    """The ready endpoints of every Service are its ready pods."""
    for service in filter(is_followed, cluster.objects("services")):
        key = key_of(service.metadata)
        wanted = {pod.metadata.name for pod in ready_pods(cluster, service)}
        shown = {
            endpoint.target_ref.name
            for each in cluster.objects("endpointslices")
            if service_key_of(each) == key
            for endpoint in each.endpoints
            if endpoint.conditions.ready and endpoint.target_ref is not None
        }
        if wanted - shown:
            return f"pod {min(wanted - shown)} is ready, and no ready endpoint of Service {key}"
        if shown - wanted:
            return f"pod {min(shown - wanted)} is a ready endpoint of Service {key}, and not ready"
    return None


def traffic_reaches_ready_pod(cluster: Cluster) -> str | None:
    """From every node with a proxy each Service with a ready pod is answered, and by ready pods alone."""
    view = cluster.view()
    sources = [
        controller.node
        for name, controller in cluster.system.processes.items()
        if name.startswith("kube-proxy-") and view[up_cell(name)] == UP
    ]
    for service in filter(is_followed, cluster.objects("services")):
        ready = [key_of(pod.metadata) for pod in ready_pods(cluster, service)]
        if should_skip_service(service) or not ready or service.spec.internal_traffic_policy == "Local":
            continue
        for source in sources:
            for port in service.spec.ports:
                why = misled(cluster, source, key_of(service.metadata), port.port, ready)
                if why:
                    return f"from {source} port {port.port} of Service {key_of(service.metadata)}: {why}"
    return None


def misled(cluster: Cluster, source: str, key: str, port: int, ready: list[str]) -> str:
    """What is wrong with the way from a node to a port of a Service, or ""."""
    view = cluster.view()
    if not view.get(Cell("machine", source), is_on):
        return ""
    found = reachable(view, source, key, port)
    if found.reasons:
        return found.reasons[0]
    wrong = next((pod for pod in found.pods if pod not in ready), None)
    return f"pod {wrong} answers, which is not ready" if wrong else ""


def load_balancer_converges(cluster: Cluster) -> str | None:
    """Every Service that asks for a load balancer has one, with all nodes, and shows its address; no other has."""
    view = cluster.view()
    hosts = tuple(node.metadata.name for node in cluster.objects("nodes") if is_eligible(node))
    wanted = {
        service.metadata.uid: service
        for service in cluster.objects("services")
        if wants_load_balancer(service) and service.metadata.deletion_timestamp is None
    }
    for uid, service in wanted.items():
        key, held = key_of(service.metadata), view[load_balancer_cell(uid)]
        if held is None:
            return f"Service {key} has no load balancer"
        if held.hosts != hosts:
            return f"the load balancer of Service {key} sends to {in_words(held.hosts)}, not to {in_words(hosts)}"
        if [each.ip for each in service.status.load_balancer.ingress] != [held.ip]:
            return f"the status of Service {key} does not show the address {held.ip} of its load balancer"
    for uid, each in load_balancers(view):
        if uid not in wanted:
            return f"the load balancer {each.ip} of Service {each.service} is left, and nobody asks for it"
    return None


def in_words(names: tuple[str, ...]) -> str:
    """Names in words."""
    return ", ".join(names) or "nothing"


def some_pod_answers(cluster: Cluster) -> str | None:
    """From some node a Service is answered."""
    view = cluster.view()
    for cell in view.cells("rules"):
        for rule in view[cell]:
            found = reachable(view, cell.owner, cell.key, rule.port)
            if found.pods:
                return f"pod {found.pods[0]} answers for Service {cell.key} from {cell.owner}"
    return None


PROPERTIES = (
    Property(
        "endpoints_converge",
        EVENTUALLY,
        "a ready pod without an endpoint gets no traffic",
        endpoints_converge,
        DOCS + "endpoint-slices/",
        restrictions="not for publishNotReadyAddresses; EndpointSlices of the built-in controller",
        sibling="some_endpoint_is_ready",
        needs=(SLICES, "kubelet", "kube-scheduler"),
        where=every(has_pods, selects_pods),
    ),
    Property(
        "load_balancer_converges",
        EVENTUALLY,
        "clients outside must find the Service, and only it",
        load_balancer_converges,
        DOCS + "service/#loadbalancer",
        restrictions="of the cloud's own class; the cloud does what it is asked in the end",
        sibling="some_load_balancer_exists",
        needs=(SERVICES,),
        where=wants_load_balancers,
    ),
    Property(
        "traffic_reaches_ready_pod",
        EVENTUALLY,
        "rules that lead nowhere are an outage that no status shows",
        traffic_reaches_ready_pod,
        DOCS + "service/",
        restrictions="from nodes with power and a proxy that is up; not with the internal traffic policy Local, not "
        "for headless Services, and without network policies",
        sibling="some_pod_answers",
        needs=(SLICES, "kubelet", "kube-proxy", "kube-scheduler"),
        where=every(has_pods, selects_pods),
    ),
    Property(
        "some_pod_answers",
        SOMETIMES,
        "the premise of traffic",
        some_pod_answers,
        reads=(("rules", ""), ("sandbox", "")),
    ),
)
