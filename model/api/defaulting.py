"""Defaults of the modelled kinds other than pods.

Mirrors pkg/apis/{apps,core,rbac,discovery,scheduling}/v1/defaults.go (release 1.36). The registry's records name these
functions.
"""

from seatrial.model.api.apps import Deployment, DeploymentStrategy, ReplicaSet, RollingUpdateDeployment
from seatrial.model.api.core import (
    LoadBalancerIngress,
    Namespace,
    Node,
    Service,
    ServicePort,
    ServiceSpec,
    ServiceStatus,
)
from seatrial.model.api.defaulting_pod import default_template
from seatrial.model.api.defaults import Tree, each, fill, fill_tree, fill_unmodelled, replace
from seatrial.model.api.discovery import EndpointSlice
from seatrial.model.api.rbac import ClusterRoleBinding, RoleBinding, Subject
from seatrial.model.api.scheduling import PriorityClass
from seatrial.model.evolve import evolve
from seatrial.model.frozen import EMPTY, FrozenMap

RBAC_GROUP = "rbac.authorization.k8s.io"
NAME_LABEL = "kubernetes.io/metadata.name"
CLIENT_IP_SECONDS = 10800
QUARTER = "25%"


def default_deployment(deployment: Deployment) -> Deployment:
    """A Deployment with its defaults."""
    spec = fill(deployment.spec, replicas=1, revision_history_limit=10, progress_deadline_seconds=600)
    return replace(deployment, spec=replace(
        spec, strategy=default_strategy(spec.strategy), template=default_template(spec.template)))


def default_strategy(strategy: DeploymentStrategy) -> DeploymentStrategy:
    """Rolling update by quarters, unless the client says otherwise."""
    strategy = fill(strategy, type="RollingUpdate")
    if strategy.type != "RollingUpdate":
        return strategy
    rolling = strategy.rolling_update or RollingUpdateDeployment()
    return replace(strategy, rolling_update=fill(rolling, max_unavailable=QUARTER, max_surge=QUARTER))


def default_replica_set(replicaset: ReplicaSet) -> ReplicaSet:
    """A ReplicaSet with its defaults."""
    spec = fill(replicaset.spec, replicas=1)
    return replace(replicaset, spec=replace(spec, template=default_template(spec.template)))


def default_service(service: Service) -> Service:
    """A Service with its defaults; addresses are allocated, not defaulted."""
    spec = fill(service.spec, session_affinity="None", type="ClusterIP")
    if spec.session_affinity == "None" and "sessionAffinityConfig" in spec.unmodelled:
        spec = replace(spec, unmodelled=spec.unmodelled.delete("sessionAffinityConfig"))
    if spec.session_affinity == "ClientIP":
        spec = replace(spec, unmodelled=_default_client_ip(spec.unmodelled))
    spec = replace(spec, ports=each(spec.ports, default_service_port))
    return replace(service, spec=_default_traffic(spec), status=_default_ingress(service.status))


def _default_client_ip(unmodelled: Tree) -> Tree:
    config = unmodelled.get("sessionAffinityConfig") or EMPTY
    client = config.get("clientIP") or EMPTY
    timeout = {"timeoutSeconds": CLIENT_IP_SECONDS}
    if client.get("timeoutSeconds") is not None:
        return unmodelled
    return unmodelled.set("sessionAffinityConfig", FrozenMap({"clientIP": fill_tree(client, timeout)}))


def default_service_port(port: ServicePort) -> ServicePort:
    """A TCP port that leads to the same number."""
    port = fill(port, protocol="TCP")
    return evolve(port, target_port=port.port) if port.target_port in (None, 0, "") else port


def _default_traffic(spec: ServiceSpec) -> ServiceSpec:
    if externally_accessible(spec):
        spec = fill(spec, external_traffic_policy="Cluster")
    if spec.type in ("ClusterIP", "NodePort", "LoadBalancer"):
        spec = fill(spec, internal_traffic_policy="Cluster")
    return fill(spec, allocate_load_balancer_node_ports=True) if spec.type == "LoadBalancer" else spec


def externally_accessible(spec: ServiceSpec) -> bool:
    """Can packets from outside the cluster be for this Service (pkg/api/v1/service: ExternallyAccessible)?"""
    outside = spec.type in ("NodePort", "LoadBalancer")
    return outside or (spec.type == "ClusterIP" and bool(spec.external_ips))


def _default_ingress(status: ServiceStatus) -> ServiceStatus:
    balancer = status.load_balancer
    return replace(status, load_balancer=replace(balancer, ingress=each(balancer.ingress, _default_ip_mode)))


def _default_ip_mode(ingress: LoadBalancerIngress) -> LoadBalancerIngress:
    return fill_unmodelled(ingress, {"ipMode": "VIP"}) if ingress.ip else ingress


def default_namespace(namespace: Namespace) -> Namespace:
    """A namespace is active, and carries its name as a label."""
    namespace = replace(namespace, status=fill(namespace.status, phase="Active"))
    meta = namespace.metadata
    if not meta.name or meta.labels.get(NAME_LABEL) == meta.name:
        return namespace
    return evolve(namespace, metadata=evolve(meta, labels=meta.labels.set(NAME_LABEL, meta.name)))


def default_node(node: Node) -> Node:
    """All of a node's capacity is allocatable, unless it says otherwise; podCIDR is the first of podCIDRs."""
    held = node.spec.unmodelled.get("podCIDRs") or ()
    first = node.spec.pod_cidr or next(iter(held), "")
    if first and (node.spec.pod_cidr != first or held[:1] != (first,)):
        ranges = held if held[:1] == (first,) else (first,)
        unmodelled = node.spec.unmodelled.set("podCIDRs", ranges)
        node = evolve(node, spec=evolve(node.spec, pod_cidr=first, unmodelled=unmodelled))
    if node.status.allocatable or not node.status.capacity:
        return node
    return evolve(node, status=evolve(node.status, allocatable=node.status.capacity))


def default_priority_class(held: PriorityClass) -> PriorityClass:
    """Pods of a class preempt others, unless it says otherwise."""
    return fill(held, preemption_policy="PreemptLowerPriority")


def default_role_binding(binding: RoleBinding) -> RoleBinding:
    """Roles, users and groups are of RBAC's own group."""
    return replace(binding, role_ref=fill(binding.role_ref, api_group=RBAC_GROUP),
                   subjects=each(binding.subjects, default_subject))


def default_cluster_role_binding(binding: ClusterRoleBinding) -> ClusterRoleBinding:
    """The same for the whole cluster."""
    return replace(binding, role_ref=fill(binding.role_ref, api_group=RBAC_GROUP),
                   subjects=each(binding.subjects, default_subject))


def default_subject(subject: Subject) -> Subject:
    """Users and groups are of RBAC's own group, accounts of the core one."""
    return fill(subject, api_group=RBAC_GROUP) if subject.kind in ("User", "Group") else subject


def default_endpoint_slice(endpoints: EndpointSlice) -> EndpointSlice:
    """A slice's ports are TCP ports."""
    return replace(endpoints, ports=each(endpoints.ports, lambda port: fill(port, protocol="TCP")))
