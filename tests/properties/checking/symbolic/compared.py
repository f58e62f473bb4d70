"""Clusters on which count models are compared with the model of objects."""

import attrs

from seatrial.model.api.meta import Condition
from seatrial.model.api.rbac import PolicyRule
from seatrial.model.client.calls import Call, Done, Reply
from seatrial.model.client.controller import Controller, Watch
from seatrial.model.client.local import Local
from seatrial.model.cluster import Cluster
from seatrial.model.controllers import deployment as deployment_controller
from seatrial.model.controllers.pods import is_pod_active, is_pod_ready
from seatrial.model.frozen import FrozenMap
from seatrial.model.scope import Scope
from seatrial.model.start import start
from seatrial.model.users import Scale, SetImage
from seatrial.model.variants.scenarios import NAMESPACE, node, replicaset
from seatrial.properties.checking.explore.bounds import explorable
from seatrial.properties.checking.symbolic.refinements.deployment import REFINEMENT
from seatrial.properties.checking.symbolic.refinements.deployment_runs import deployment

KEY = "default/web"
NO_DEADLINE = 2**31 - 1
ROLLOUT = (SetImage("deployments", KEY, "web", "web:2"),)


def bare(replicas: int, *scales: int, **budgets: int) -> Cluster:
    """A ReplicaSet and its controller, nobody else."""
    users = tuple(Scale("replicasets", KEY, to) for to in scales)
    return start(Scope(("replicaset",), (*NAMESPACE, replicaset(replicas)), users=users, budgets=FrozenMap(budgets)))


def full(replicas: int, *scales: int, **budgets: int) -> Cluster:
    """With a scheduler and two nodes that run kubelets."""
    users = tuple(Scale("replicasets", KEY, to) for to in scales)
    objects = (*NAMESPACE, replicaset(replicas), node("node-1"), node("node-2"))
    return start(Scope(("replicaset", "scheduler"), objects, kubelets=True, users=users, budgets=FrozenMap(budgets)))


def make_ready(local: Local, key: str, choice: str) -> Call | Done:
    """Says of a pod that it runs and is ready."""
    del choice
    pod = local.get("pods", key)
    if pod is None or not is_pod_active(pod) or is_pod_ready(pod):
        return Done()
    status = attrs.evolve(pod.status, phase="Running", conditions=(Condition("Ready", "True", last_transition_time=0),))
    return Call("update", "pods", key, attrs.evolve(pod, status=status), "status")


def ignore(local: Local, key: str, memo: object, reply: Reply) -> Done:
    """Leaves it at that: a pod that has changed comes again."""
    del local, key, memo, reply
    return Done()


NODES = Controller(
    "nodes", watches=(Watch("pods"),), sync=make_ready, resume=ignore,
    grants=(PolicyRule(("get", "list", "watch"), ("",), ("pods",)), PolicyRule(("update",), ("",), ("pods/status",))))
"""Stands for scheduler and kubelets where only the readiness of pods matters: they get ready, sooner or later."""
INATTENTIVE = attrs.evolve(deployment_controller.CONTROLLER, watches=deployment_controller.CONTROLLER.watches[:2])
"""A Deployment controller without its informer of pods, at which it looks for Recreate only."""


def small_rollout(replicas: int, surge: int, unavailable: int, **budgets: int) -> Cluster:
    """A rollout to be explored, at rest: pods get ready by themselves, and there is no progress deadline."""
    each = deployment(replicas, surge, unavailable)
    each = attrs.evolve(each, spec=attrs.evolve(each.spec, progress_deadline_seconds=NO_DEADLINE))
    return start(explorable(Scope(
        (INATTENTIVE, "replicaset", NODES), (*NAMESPACE, each), users=ROLLOUT, at_rest=True,
        budgets=FrozenMap({"set-image": 1, **budgets}), hypotheses=REFINEMENT.hypotheses)))


def full_rollout(replicas: int, surge: int, unavailable: int, nodes: int = 2, **budgets: int) -> Scope:
    """A rollout at rest, with a scheduler and kubelets."""
    objects = (*NAMESPACE, deployment(replicas, surge, unavailable), *(node(f"node-{at + 1}") for at in range(nodes)))
    return Scope(("deployment", "replicaset", "scheduler"), objects, kubelets=True, users=ROLLOUT, at_rest=True,
                 budgets=FrozenMap({"set-image": 1, **budgets}), hypotheses=REFINEMENT.hypotheses)
