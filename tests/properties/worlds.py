"""Small scopes that the tests of the properties search: one of each kind of thing, as an API server would store it."""

from collections.abc import Callable
from functools import cache
from typing import Any

import attrs

from seatrial.model import users
from seatrial.model.api.apps import Deployment, DeploymentSpec, DeploymentStrategy, ReplicaSet, ReplicaSetSpec, RollingUpdateDeployment
from seatrial.model.api.core import (
    Container,
    Namespace,
    NamespaceSpec,
    NamespaceStatus,
    Node,
    NodeSpec,
    NodeStatus,
    PodSpec,
    PodTemplateSpec,
    ResourceQuota,
    ResourceQuotaSpec,
    ResourceQuotaStatus,
    ResourceRequirements,
    Service,
    ServicePort,
    ServiceSpec,
)
from seatrial.model.api.meta import Condition, LabelSelector, ObjectMeta, TemplateMeta
from seatrial.model.cloud.service import CONTROLLER as LOAD_BALANCERS
from seatrial.model.cluster import Cluster
from seatrial.model.controllers import endpointslice, garbagecollector, namespace, nodelifecycle, serviceaccount, tainteviction
from seatrial.model.frozen import FrozenMap
from seatrial.model.scope import Scope
from seatrial.model.start import start
from seatrial.properties.checking.check import Options, check_cluster, select
from seatrial.properties.checking.verdict import Report, Verdict
from seatrial.properties.checking.walk import Budget
from seatrial.properties.registry import PROPERTIES

LABELS = FrozenMap({"app": "web"})
REQUESTS = FrozenMap({"cpu": "1"})
BASIC = ("deployment", "replicaset", "scheduler")


def template(restart: str = "Always", image: str = "web:1") -> PodTemplateSpec:
    """A pod of one container that asks for one cpu."""
    container = Container("web", image=image, resources=ResourceRequirements(requests=REQUESTS))
    return PodTemplateSpec(TemplateMeta(LABELS), PodSpec(
        containers=(container,), restart_policy=restart, scheduler_name="default-scheduler",
        termination_grace_period_seconds=30))


def deployment(replicas: int = 2) -> Deployment:
    """The Deployment default/web, which surges by one and may lack none."""
    rolling = DeploymentStrategy("RollingUpdate", RollingUpdateDeployment(max_unavailable=0, max_surge=1))
    return Deployment(ObjectMeta(name="web", namespace="default", labels=LABELS), DeploymentSpec(
        replicas, LabelSelector(LABELS), template(), rolling, revision_history_limit=10, progress_deadline_seconds=600))


def replicaset(replicas: int = 2) -> ReplicaSet:
    """The ReplicaSet default/web."""
    return ReplicaSet(ObjectMeta(name="web", namespace="default", labels=LABELS),
                      ReplicaSetSpec(replicas, selector=LabelSelector(LABELS), template=template()))


def node(number: int = 1, cpu: str = "4") -> Node:
    """A ready node."""
    room = FrozenMap({"cpu": cpu, "memory": "8Gi", "pods": "110"})
    name = f"node-{number}"
    return Node(ObjectMeta(name=name, labels=FrozenMap({"kubernetes.io/hostname": name})),
                NodeSpec(pod_cidr=f"10.244.{number}.0/24"),
                NodeStatus(room, room, (Condition("Ready", "True", last_transition_time=0),)))


def service(kind: str = "ClusterIP", number: int = 1, name: str = "web") -> Service:
    """The Service default/web, with its address and, if it needs one, its node port."""
    port = ServicePort("http", "TCP", port=80, target_port=8080, node_port=0 if kind == "ClusterIP" else 30000 + number)
    address = f"10.96.0.{number}"
    return Service(ObjectMeta(name=name, namespace="default"), ServiceSpec(
        kind, LABELS, (port,), address, (address,), ip_families=("IPv4",), internal_traffic_policy="Cluster"))


def quota(used: str = "0", hard: str = "2") -> ResourceQuota:
    """A quota of pods that its controller has filled in."""
    limit = FrozenMap({"pods": hard})
    return ResourceQuota(ObjectMeta(name="q", namespace="default"), ResourceQuotaSpec(limit),
                         ResourceQuotaStatus(limit, FrozenMap({"pods": used})))


def default_namespace() -> Namespace:
    """The namespace shop, active."""
    return Namespace(ObjectMeta(name="shop"), NamespaceSpec(("kubernetes",)), NamespaceStatus("Active"))


def in_shop(value: Any) -> Any:  # noqa: ANN401 -- any object
    """The same object in the namespace shop."""
    return attrs.evolve(value, metadata=attrs.evolve(value.metadata, namespace="shop"))
