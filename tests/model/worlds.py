"""Clusters to measure with: everything that runs on a few nodes, and walks through it that never come to rest."""

from random import Random
from typing import Any

import attrs

from seatrial.model.actions import Action
from seatrial.model.api.apps import Deployment, DeploymentSpec
from seatrial.model.api.core import Namespace, Pod, PodStatus, PodTemplateSpec
from seatrial.model.api.meta import LabelSelector, ObjectMeta, TemplateMeta
from seatrial.model.cluster import Cluster, is_environment
from seatrial.model.frozen import FrozenMap
from seatrial.model.loops import LOOPS
from seatrial.model.run import Run
from seatrial.model.scope import Scope
from seatrial.model.start import start
from seatrial.model.users import Scale, SetImage
from seatrial.model.variants.scenarios import NAMESPACE, node, owned_by, pod, pod_spec, replicaset

REQUESTS = FrozenMap({"cpu": "10m", "memory": "16Mi"})
ELSEWHERE = Namespace(ObjectMeta(name="elsewhere"))
SELDOM = 1 / 100
FOREVER = 10**12
RECURRING = ("scale", "set-image", "crash", "exit", "refused", "lost", "late", "drop", "expire")


def deployment(name: str, replicas: int) -> Deployment:
    """A Deployment with labels of its own."""
    labels = FrozenMap({"app": name})
    template = PodTemplateSpec(TemplateMeta(labels), pod_spec(REQUESTS))
    return Deployment(ObjectMeta(name=name, namespace="default", labels=labels),
                      DeploymentSpec(replicas, selector=LabelSelector(labels), template=template))


def cluster_of(*objects: Any, nodes: int = 3, users: tuple[Any, ...] = (), **budgets: int) -> Cluster:
    """These objects under every control loop, on equal nodes with their kubelets."""
    machines = [node(f"node-{at}", cpu="64") for at in range(nodes)]
    return start(Scope(
        controllers=tuple(each.name for each in LOOPS), objects=(*NAMESPACE, *machines, *objects), kubelets=True,
        timed=True, hypotheses=("lag_below_expectation_ttl",), users=users, images=("web:1", "web:2"),
        budgets=FrozenMap({kind.replace("_", "-"): count for kind, count in budgets.items()})))


def others(pods: int) -> tuple[Pod, ...]:
    """So many pods of nobody, bound to a node that has no kubelet: they are in the way of nothing and nobody."""
    return tuple(attrs.evolve(pod(f"other-{at:04}", REQUESTS, node="elsewhere", namespace="elsewhere"),
                              status=PodStatus(phase="Running")) for at in range(pods))


def restless() -> Cluster:
    """Two Deployments of three replicas on three nodes; users and faults come again and again, without an end."""
    users = tuple(each for name in ("deployments/default/shop", "deployments/default/web") for each in kubectl(name))
    return cluster_of(deployment("web", 3), deployment("shop", 3), users=users, **dict.fromkeys(RECURRING, FOREVER))


def kubectl(name: str) -> tuple[Any, ...]:
    """A user who scales a Deployment down and up, and changes its image there and back."""
    resource, _, key = name.partition("/")
    return (*(Scale(resource, key, replicas) for replicas in (1, 2, 3)),
            *(SetImage(resource, key, "web", image) for image in ("web:1", "web:2")))


def choose(run: Run, chance: Random) -> Action:
    """Any Action; one of a user or a fault is passed over most times, so that the system has time to answer."""
    while True:
        action = chance.choice(run.offered(chance.choice(run.anchors)))
        if not is_environment(action) or chance.random() < SELDOM:
            return action


def coming_up(pods: int) -> Cluster:
    """A Deployment that is about to come up, beside so many pods of others."""
    return cluster_of(deployment("web", 3), ELSEWHERE, *others(pods))


def way_up() -> tuple[Action, ...]:
    """One way in which it comes up and rests; the other pods change nothing of it."""
    chance, run = Random(1), Run(coming_up(0))  # noqa: S311 -- a seeded walk
    while run.anchors:
        run.take(chance.choice(run.offered(chance.choice(run.anchors))))
    return tuple(run.actions)


def owner_of(pods: int, replicas: int) -> Cluster:
    """A ReplicaSet that wants so many replicas and has so many running pods, and nothing but its controller."""
    owner = replicaset(replicas, uid="replicasets:default/web")
    owned = (owned_by(pod(f"web-{at:04}", node="node-1"), owner) for at in range(pods))
    running = (attrs.evolve(each, status=PodStatus(phase="Running")) for each in owned)
    return start(Scope(controllers=("replicaset",), objects=(*NAMESPACE, owner, *running)))
