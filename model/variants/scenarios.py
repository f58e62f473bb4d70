"""Objects that the variants' scenarios share: one small ReplicaSet, its pods, a node."""

from seatrial.model.api.apps import ReplicaSet, ReplicaSetSpec
from seatrial.model.api.core import (
    Container,
    Namespace,
    Node,
    NodeSpec,
    NodeStatus,
    PodSpec,
    PodTemplateSpec,
    ResourceRequirements,
    ServiceAccount,
)
from seatrial.model.api.meta import Condition, LabelSelector, ObjectMeta, Strings, TemplateMeta
from seatrial.model.frozen import EMPTY, FrozenMap

LABELS: Strings = FrozenMap({"app": "web"})
NAMESPACE = (Namespace(ObjectMeta(name="default")), ServiceAccount(ObjectMeta(name="default", namespace="default")))


def pod_spec(requests: Strings = EMPTY) -> PodSpec:
    """A pod of one container."""
    container = Container("web", image="web:1", resources=ResourceRequirements(requests=requests))
    return PodSpec(containers=(container,), restart_policy="Always", scheduler_name="default-scheduler",
                   service_account_name="default", termination_grace_period_seconds=30)


def replicaset(replicas: int, requests: Strings = EMPTY) -> ReplicaSet:
    """The ReplicaSet default/web."""
    template = PodTemplateSpec(TemplateMeta(LABELS), pod_spec(requests))
    return ReplicaSet(ObjectMeta(name="web", namespace="default", labels=LABELS),
                      ReplicaSetSpec(replicas, selector=LabelSelector(LABELS), template=template))


def node(name: str = "node-1", cpu: str = "4") -> Node:
    """A ready node."""
    room = FrozenMap({"cpu": cpu, "memory": "8Gi", "pods": "110"})
    return Node(ObjectMeta(name=name, labels=FrozenMap({"kubernetes.io/hostname": name})),
                NodeSpec(pod_cidr="10.244.0.0/24"),
                NodeStatus(room, room, (Condition("Ready", "True", last_transition_time=0),)))
