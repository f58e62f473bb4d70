"""Small objects that several tests put into a scope."""

from typing import Any

import attrs

from seatrial.model.api.apps import Deployment, DeploymentSpec, ReplicaSet, ReplicaSetSpec
from seatrial.model.api.core import (
    Container,
    Namespace,
    NamespaceSpec,
    NamespaceStatus,
    Node,
    NodeSpec,
    NodeStatus,
    Pod,
    PodSpec,
    PodStatus,
    PodTemplateSpec,
    Service,
    ServicePort,
    ServiceSpec,
    Toleration,
)
from seatrial.model.api.meta import Condition, LabelSelector, ObjectMeta, OwnerReference, TemplateMeta
from seatrial.model.frozen import FrozenMap

LABELS = FrozenMap({"app": "web"})


def make_template(image: str = "web:1") -> PodTemplateSpec:
    """A pod template with one container."""
    return PodTemplateSpec(TemplateMeta(LABELS), PodSpec(containers=(Container("web", image=image),)))


def make_replicaset(replicas: int = 1, name: str = "web") -> ReplicaSet:
    """A ReplicaSet with its selector and template."""
    return ReplicaSet(ObjectMeta(name=name, namespace="default"),
                      ReplicaSetSpec(replicas=replicas, selector=LabelSelector(LABELS), template=make_template()))


def make_deployment(replicas: int = 1, image: str = "web:1", labels: FrozenMap[str, str] = LABELS) -> Deployment:
    """A Deployment with its selector and template."""
    return Deployment(ObjectMeta(name="web", namespace="default", labels=labels),
                      DeploymentSpec(replicas=replicas, selector=LabelSelector(LABELS), template=make_template(image)))


def make_node(name: str = "node-a", ready: str = "True", **spec: Any) -> Node:
    """A node that reported its Ready condition."""
    return Node(ObjectMeta(name=name), attrs.evolve(NodeSpec(), **spec),
                NodeStatus(conditions=(Condition("Ready", ready, last_transition_time=0),) if ready else ()))


def make_pod(
    name: str = "web", node: str = "node-a", tolerations: tuple[Toleration, ...] = (), owner: str = "ReplicaSet"
) -> Pod:
    """A running, ready pod on a node, owned by somebody of this kind."""
    owners = (OwnerReference("apps/v1", owner, "owner", "uid-of-owner", controller=True),) if owner else ()
    return Pod(
        ObjectMeta(name=name, namespace="default", labels=LABELS, owner_references=owners),
        PodSpec(node_name=node, containers=(Container("web", image="web:1"),), tolerations=tolerations),
        PodStatus(phase="Running", conditions=(Condition("Ready", "True", last_transition_time=0),)))


def make_service(kind: str = "LoadBalancer") -> Service:
    """A Service with one port."""
    return Service(ObjectMeta(name="web", namespace="default"),
                   ServiceSpec(type=kind, selector=LABELS, ports=(ServicePort(port=80, protocol="TCP"),)))


def make_namespace(name: str = "default") -> Namespace:
    """An active namespace."""
    return Namespace(ObjectMeta(name=name), NamespaceSpec(("kubernetes",)), NamespaceStatus("Active"))
