"""Small scopes that the tests of the properties search: one of each kind of thing, as an API server would store it."""

from functools import cache
from typing import Any

import attrs

from seatrial.model import users
from seatrial.model.actions import Action
from seatrial.model.api.apps import (
    Deployment,
    DeploymentSpec,
    DeploymentStrategy,
    ReplicaSet,
    ReplicaSetSpec,
    RollingUpdateDeployment,
)
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
    ResourceQuota,
    ResourceQuotaSpec,
    ResourceQuotaStatus,
    ResourceRequirements,
    Service,
    ServicePort,
    ServiceSpec,
)
from seatrial.model.api.meta import Condition, LabelSelector, ObjectMeta, OwnerReference, TemplateMeta
from seatrial.model.cluster import Cluster
from seatrial.model.frozen import FrozenMap
from seatrial.model.scope import Scope
from seatrial.model.start import start
from seatrial.model.users_list import List
from seatrial.model.view import Cell, View
from seatrial.properties.checking.check import Options, check_cluster, select
from seatrial.properties.checking.verdict import Verdict
from seatrial.properties.checking.walk import Budget
from seatrial.properties.registry import PROPERTIES, property_named

LABELS = FrozenMap({"app": "web"})
REQUESTS = FrozenMap({"cpu": "1"})
BASIC = ("deployment", "replicaset", "scheduler")


def template(restart: str = "Always", image: str = "web:1") -> PodTemplateSpec:
    """A pod of one container that asks for one cpu."""
    container = Container("web", image=image, resources=ResourceRequirements(requests=REQUESTS))
    return PodTemplateSpec(
        TemplateMeta(LABELS),
        PodSpec(
            containers=(container,),
            restart_policy=restart,
            scheduler_name="default-scheduler",
            termination_grace_period_seconds=30,
        ),
    )


def deployment(replicas: int = 2) -> Deployment:
    """The Deployment default/web, which surges by one and may lack none."""
    rolling = DeploymentStrategy("RollingUpdate", RollingUpdateDeployment(max_unavailable=0, max_surge=1))
    return Deployment(
        ObjectMeta(name="web", namespace="default", labels=LABELS),
        DeploymentSpec(
            replicas,
            LabelSelector(LABELS),
            template(),
            rolling,
            revision_history_limit=10,
            progress_deadline_seconds=600,
        ),
    )


def replicaset(replicas: int = 2) -> ReplicaSet:
    """The ReplicaSet default/web."""
    return ReplicaSet(
        ObjectMeta(name="web", namespace="default", labels=LABELS),
        ReplicaSetSpec(replicas, selector=LabelSelector(LABELS), template=template()),
    )


def node(number: int = 1, cpu: str = "4") -> Node:
    """A ready node."""
    room = FrozenMap({"cpu": cpu, "memory": "8Gi", "pods": "110"})
    name = f"node-{number}"
    return Node(
        ObjectMeta(name=name, labels=FrozenMap({"kubernetes.io/hostname": name})),
        NodeSpec(pod_cidr=f"10.244.{number}.0/24"),
        NodeStatus(room, room, (Condition("Ready", "True", last_transition_time=0),)),
    )


def service(kind: str = "ClusterIP", number: int = 1, name: str = "web") -> Service:
    """The Service default/web, with its address and, if it needs one, its node port."""
    port = ServicePort("http", "TCP", port=80, target_port=8080, node_port=0 if kind == "ClusterIP" else 30000 + number)
    address = f"10.96.0.{number}"
    return Service(
        ObjectMeta(name=name, namespace="default"),
        ServiceSpec(
            kind, LABELS, (port,), address, (address,), ip_families=("IPv4",), internal_traffic_policy="Cluster"
        ),
    )


def quota(used: str = "0", hard: str = "2") -> ResourceQuota:
    """A quota of pods that its controller has filled in."""
    limit = FrozenMap({"pods": hard})
    return ResourceQuota(
        ObjectMeta(name="q", namespace="default"),
        ResourceQuotaSpec(limit),
        ResourceQuotaStatus(limit, FrozenMap({"pods": used})),
    )


def shop_namespace() -> Namespace:
    """The namespace shop, active."""
    return Namespace(ObjectMeta(name="shop"), NamespaceSpec(("kubernetes",)), NamespaceStatus("Active"))


def in_shop(value: Any) -> Any:
    """The same object in the namespace shop."""
    return attrs.evolve(value, metadata=attrs.evolve(value.metadata, namespace="shop"))


NODES = (node(1), node(2))
NO_ACTION = Action("Sync")


def _scope(*controllers: str, objects: tuple[Any, ...] = (), **rest: Any) -> Scope:
    """A timed scope of two nodes that run kubelets."""
    return attrs.evolve(
        Scope(controllers=(*BASIC, *controllers), objects=(*NODES, *objects), kubelets=True, timed=True), **rest
    )


def _deletions(resource: str, key: str, *policies: str) -> dict[str, Any]:
    """A user who may delete this object once, in any of these ways."""
    listed = tuple(users.Delete(resource, key, policy) for policy in policies)
    return {"users": listed, "budgets": FrozenMap({"delete": 1})}


IMAGES = tuple(users.SetImage("deployments", "default/web", "web", image) for image in ("web:2", "web:3"))
SCALES = tuple(users.Scale("deployments", "default/web", count) for count in (1, 3))
SCOPES = {
    "plain": _scope(objects=(deployment(),)),
    "service": _scope("endpointslice", objects=(deployment(), service("NodePort")), proxies=True),
    "rollout": _scope(
        objects=(deployment(),), users=IMAGES, budgets=FrozenMap({"set-image": 2}), images=("web:1", "web:2", "web:3")
    ),
    "scale": _scope(objects=(deployment(),), users=SCALES, budgets=FrozenMap({"scale": 2})),
    "delete": _scope(
        "garbage-collector",
        objects=(deployment(),),
        **_deletions("deployments", "default/web", "Background", "Foreground", "Orphan"),
    ),
    "namespace": _scope(
        "namespace",
        "serviceaccount",
        "garbage-collector",
        objects=(shop_namespace(), in_shop(deployment())),
        **_deletions("namespaces", "shop", "Background"),
    ),
    "quota": Scope(controllers=("replicaset",), objects=(replicaset(2), quota())),
    "nodes": _scope(
        "node-lifecycle",
        "taint-eviction",
        objects=(deployment(),),
        budgets=FrozenMap({"node-down": 1, "partition": 1}),
    ),
    "load balancer": _scope(
        "service-lb",
        objects=(deployment(1), service("LoadBalancer")),
        users=(users.Delete("services", "default/web"),),
        budgets=FrozenMap({"delete": 1, "cloud": 1}),
    ),
    "list": _scope(
        objects=(deployment(),),
        history=4,
        users=(List("pods", "default", 1), *SCALES),
        budgets=FrozenMap({"list": 2, "scale": 2, "compaction": 1}),
    ),
    "drain": _scope(objects=(deployment(),), users=(users.Drain("node-1"),), budgets=FrozenMap({"drain": 1})),
}

# A namespace is as a rule deleted before its pods have a node: it takes many walks to see them end.
STEPS = {"namespace": 20_000}


@cache
def verdicts(name: str) -> dict[str, Verdict]:
    """What a short walk through one of `SCOPES` says, by property."""
    initial = start(SCOPES[name])
    options = Options(budget=Budget(STEPS.get(name, 4000)), shorten=False)
    report = check_cluster(initial, select(initial, PROPERTIES, asked=False), options)
    return {each.property: each for each in report.verdicts}


# States and steps made by hand.


def world(*objects: Any, controllers: tuple[Any, ...] = (), **rest: Any) -> Cluster:
    """The first cluster of a scope with these objects."""
    return start(Scope(controllers=controllers, objects=objects, **rest))


def changed(cluster: Cluster, *changes: tuple[Cell, Any]) -> Cluster:
    """The cluster with these cells written by nobody."""
    view = View(cluster.cells)
    for cell, value in changes:
        view[cell] = value
    return Cluster(cluster.system, view.commit())


def object_of(resource: str, value: Any) -> tuple[Cell, Any]:
    """An object and the cell that it is stored in."""
    meta = value.metadata
    return Cell("object", "", resource, f"{meta.namespace}/{meta.name}" if meta.namespace else meta.name), value


def says(name: str, cluster: Cluster) -> str | None:
    """What a property of states says."""
    return property_named(name).predicate(cluster)


def says_of(name: str, before: Cluster, after: Cluster, action: Action = NO_ACTION) -> str | None:
    """What a property of steps says."""
    return property_named(name).predicate(before, action, after)


def pod(
    name: str = "web-1",
    *,
    node_name: str = "",
    phase: str = "Pending",
    uid: str = "u1",
    ready: bool = False,
    owner: str = "",
    deleted: bool = False,
) -> Pod:
    """A pod of one cpu in the namespace default; `owner` is the UID of the ReplicaSet web."""
    owners = (OwnerReference("apps/v1", "ReplicaSet", "web", owner, controller=True),) if owner else ()
    meta = ObjectMeta(
        name,
        "default",
        uid=uid,
        labels=LABELS,
        resource_version=1,
        owner_references=owners,
        deletion_timestamp=30 if deleted else None,
        deletion_grace_period_seconds=30 if deleted else None,
    )
    conditions = (Condition("Ready", "True", last_transition_time=0),) if ready else ()
    return Pod(meta, attrs.evolve(template().spec, node_name=node_name), PodStatus(phase, conditions))
