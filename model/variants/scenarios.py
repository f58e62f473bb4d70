"""Objects that the variants' scenarios share: one small ReplicaSet, its pods, a node."""

import attrs

from seatrial.model.api.apps import ReplicaSet, ReplicaSetSpec
from seatrial.model.api.core import (
    Container,
    Namespace,
    Node,
    NodeSpec,
    NodeStatus,
    Pod,
    PodIP,
    PodSpec,
    PodStatus,
    PodTemplateSpec,
    ResourceRequirements,
    Service,
    ServiceAccount,
    ServicePort,
    ServiceSpec,
)
from seatrial.model.api.meta import Condition, LabelSelector, ObjectMeta, Strings, TemplateMeta
from seatrial.model.api.registry import kind_of
from seatrial.model.controllers.claims import controller_reference
from seatrial.model.frozen import EMPTY, FrozenMap

LABELS: Strings = FrozenMap({"app": "web"})
NAMESPACE = (Namespace(ObjectMeta(name="default")), ServiceAccount(ObjectMeta(name="default", namespace="default")))


def pod_spec(requests: Strings = EMPTY) -> PodSpec:
    """A pod of one container."""
    container = Container("web", image="web:1", resources=ResourceRequirements(requests=requests))
    return PodSpec(containers=(container,), restart_policy="Always", scheduler_name="default-scheduler",
                   service_account_name="default", termination_grace_period_seconds=30)


def replicaset(replicas: int, requests: Strings = EMPTY, uid: str = "") -> ReplicaSet:
    """The ReplicaSet default/web."""
    template = PodTemplateSpec(TemplateMeta(LABELS), pod_spec(requests))
    return ReplicaSet(ObjectMeta(name="web", namespace="default", labels=LABELS, uid=uid),
                      ReplicaSetSpec(replicas, selector=LabelSelector(LABELS), template=template))


def pod(name: str, requests: Strings = EMPTY, *, node: str = "", namespace: str = "default", grace: int = 30) -> Pod:
    """A pod that nobody made, bound if a node is given."""
    spec = attrs.evolve(pod_spec(requests), node_name=node, termination_grace_period_seconds=grace)
    return Pod(ObjectMeta(name=name, namespace=namespace, labels=LABELS), spec, PodStatus(phase="Pending"))


def owned_by(each: Pod, owner: ReplicaSet) -> Pod:
    """The pod with this owner as its controller; the owner must have a UID."""
    reference = controller_reference(owner, kind_of("replicasets"))
    return attrs.evolve(each, metadata=attrs.evolve(each.metadata, owner_references=(reference,)))


def answering(each: Pod, address: str) -> Pod:
    """The pod, running and ready at this address."""
    ready = (Condition("Ready", "True", last_transition_time=0),)
    status = PodStatus(phase="Running", conditions=ready, pod_ip=address, pod_ips=(PodIP(address),))
    return attrs.evolve(each, status=status)


def service() -> Service:
    """The Service default/web, for the pods of the ReplicaSet of that name."""
    ports = (ServicePort(port=80, target_port=8080, protocol="TCP"),)
    spec = ServiceSpec(type="ClusterIP", selector=LABELS, ports=ports, cluster_ip="10.96.0.10",
                       cluster_ips=("10.96.0.10",), ip_families=("IPv4",))
    return Service(ObjectMeta(name="web", namespace="default", labels=LABELS), spec)


def node(name: str = "node-1", cpu: str = "4") -> Node:
    """A ready node."""
    room = FrozenMap({"cpu": cpu, "memory": "8Gi", "pods": "110"})
    return Node(ObjectMeta(name=name, labels=FrozenMap({"kubernetes.io/hostname": name})),
                NodeSpec(pod_cidr="10.244.0.0/24"),
                NodeStatus(room, room, (Condition("Ready", "True", last_transition_time=0),)))
