"""Small scopes, and random walks through their states: the states that a model of a cluster can really be in."""

from random import Random

import attrs
from hypothesis import strategies as st

from seatrial.model.actions import Action
from seatrial.model.api.apps import Deployment, DeploymentSpec
from seatrial.model.api.core import PodTemplateSpec
from seatrial.model.api.meta import LabelSelector, ObjectMeta, TemplateMeta
from seatrial.model.cluster import Cluster, enabled, step
from seatrial.model.faults import FAULTS
from seatrial.model.frozen import FrozenMap
from seatrial.model.hypotheses import HYPOTHESES
from seatrial.model.run import Run
from seatrial.model.scope import Scope
from seatrial.model.start import start
from seatrial.model.users import Delete, Scale, SetImage
from seatrial.model.users_list import List
from seatrial.model.variants.scenarios import LABELS, NAMESPACE, node, pod_spec, replicaset

EVERY_FAULT = FrozenMap({kind: 1 for fault in FAULTS for kind in fault.budgets})
USERS = (Scale("replicasets", "default/web", 1), Delete("replicasets", "default/web"))
USERS_ONCE = FrozenMap({"scale": 1, "delete": 1})


def deployment(replicas: int) -> Deployment:
    """The Deployment default/web."""
    template = PodTemplateSpec(TemplateMeta(LABELS), pod_spec())
    return Deployment(ObjectMeta(name="web", namespace="default", labels=LABELS),
                      DeploymentSpec(replicas, selector=LabelSelector(LABELS), template=template))


SCOPES: dict[str, Scope] = {
    "replicaset, undisturbed": Scope(controllers=("replicaset",), objects=(*NAMESPACE, replicaset(2))),
    "replicaset, users and every fault": Scope(
        controllers=("replicaset",), objects=(*NAMESPACE, replicaset(2)), users=USERS,
        budgets=EVERY_FAULT.update(USERS_ONCE)),
    "replicaset, versions bounded": Scope(
        controllers=("replicaset",), objects=(*NAMESPACE, replicaset(2)), versions=8, users=USERS,
        budgets=EVERY_FAULT.update(USERS_ONCE)),
    "replicaset, timed": Scope(
        controllers=("replicaset",), objects=(*NAMESPACE, replicaset(2)), budgets=EVERY_FAULT, timed=True,
        hypotheses=tuple(each.name for each in HYPOTHESES)),
    "replicaset and a node, every fault": Scope(
        controllers=("replicaset", "scheduler"), objects=(*NAMESPACE, replicaset(2), node()), kubelets=True,
        budgets=EVERY_FAULT, timed=True),
    "deployment, rollout and every fault": Scope(
        controllers=("deployment", "replicaset"), objects=(*NAMESPACE, deployment(2)),
        users=(SetImage("deployments", "default/web", "web", "web:2"), Scale("deployments", "default/web", 1)),
        budgets=EVERY_FAULT.update({"set-image": 1, "scale": 1})),
}


HISTORY_SCOPES: dict[str, Scope] = {
    f"replicaset, a log of {room}": Scope(
        controllers=("replicaset",), objects=(*NAMESPACE, replicaset(3)), history=room,
        users=(*USERS, List("pods", "default", 1), List("pods", "", 2, full_list_if_expired=True)),
        budgets=FrozenMap({"apiserver": 1, "compaction": 2, "crash": 1, "delete": 1, "drop": 2, "list": 3, "scale": 1}))
    for room in (1, 2, 4)}
"""Scopes in which the past is kept and read: with them `canonical` cannot sort pods, so they stand apart."""


def scope_named(name: str) -> Scope:
    """One of the scopes, with or without a history."""
    return SCOPES[name] if name in SCOPES else HISTORY_SCOPES[name]


@attrs.frozen
class Walk:
    """A seeded random walk of some steps through one of the scopes."""

    scope: str
    seed: int
    steps: int

    def run(self) -> Run:
        """The walk, taken with the incremental machinery."""
        chance, run = Random(self.seed), Run(start(scope_named(self.scope)))  # noqa: S311 -- a walk, not a secret
        for _ in range(self.steps):
            if not run.anchors:
                break
            run.take(chance.choice(run.offered(chance.choice(run.anchors))))
        return run

    def sample(self, count: int = 5) -> list[Cluster]:
        """About `count` of its states, spread evenly, the last one among them."""
        seen = [cluster for cluster, _ in self.states()]
        return seen[:: -max(len(seen) // count, 1)]

    def states(self) -> list[tuple[Cluster, Action | None]]:
        """Its states by plain `step`, each with the action taken next (None at the end)."""
        chance, cluster = Random(self.seed), start(scope_named(self.scope))  # noqa: S311 -- a walk, not a secret
        seen: list[tuple[Cluster, Action | None]] = []
        for _ in range(self.steps):
            offered = enabled(cluster)
            if not offered:
                break
            seen.append((cluster, chance.choice(offered)))
            cluster = step(cluster, seen[-1][1] or offered[0])
        return [*seen, (cluster, None)]


def walks(*scopes: str, most: int = 120) -> st.SearchStrategy[Walk]:
    """Walks of up to `most` steps through these scopes, or through all."""
    return st.builds(Walk, st.sampled_from(scopes or tuple(SCOPES)), st.integers(0, 2**32), st.integers(0, most))
