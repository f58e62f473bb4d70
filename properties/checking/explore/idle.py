"""Which control loops have nothing to do in a scope: what can be exhausted holds few processes.

A loop is left out where none of its requests could change anything: what it would act on is not there, and nobody in
the scope makes it. (It may look: the collector asks whether an owner is there whose event it has not seen yet.) What a
controller of one's own makes is read off its grants. So the runs of the rest stay what they are, and every property
that does not speak of the loop keeps its answer. One thing is assumed beyond that, and said: a kubelet that crashes is
back before its Lease has run out, else each crash would bring both loops that watch nodes into play.
`tests/properties/checking/explore/test_idle.py` walks through whole scopes, and sees these loops write nothing.
"""

from collections.abc import Callable
from typing import Any

import attrs

from seatrial.model.api.apps import Deployment, ReplicaSet
from seatrial.model.api.core import Node, Pod, Service, ServiceAccount
from seatrial.model.api.rbac import ClusterRoleBinding, RoleBinding
from seatrial.model.client.controller import Controller
from seatrial.model.controllers.nodelifecycle import CONDITION_TAINTS, TAINT_OF_CONDITION
from seatrial.model.controllers.tainteviction import get_no_execute_taints
from seatrial.model.loops import short_name
from seatrial.model.scope import Scope
from seatrial.properties.premises import allows, deletes, every, holds, manifests, some
from seatrial.properties.property import Where

CREATES, DELETES, WRITES = ("create",), ("delete", "deletecollection"), ("create", "update", "patch")
ANYTHING = "*"
DEFAULT_REVISIONS = 10


def may(scope: Scope, verbs: tuple[str, ...], concerns: Callable[[str], bool]) -> bool:
    """May a controller of one's own do one of these to a resource of this sort, by its grants?

    What bindings grant beyond that is not looked up: with one, or in a scope that grants everything, it may do all.
    """
    own = [each for each in scope.controllers if isinstance(each, Controller)]
    if not scope.secured or any(isinstance(each, ClusterRoleBinding | RoleBinding) for each in manifests(scope)):
        return bool(own)
    return any(any(verb in (*verbs, ANYTHING) for verb in rule.verbs) and any(map(concerns, rule.resources))
               for each in own for rule in each.grants)


def own(verbs: tuple[str, ...], *resources: str) -> Where:
    """Scopes in which a controller of one's own may do this to one of these resources."""
    return lambda scope: may(scope, verbs, lambda resource: resource.partition("/")[0] in (*resources, ANYTHING))


def deletes_owners(scope: Scope) -> bool:
    """Scopes in which a controller of one's own may delete something that can own something: any but a pod."""
    return may(scope, DELETES, lambda resource: resource.partition("/")[0] != "pods")


def user_writes(resource: str) -> Where:
    """Scopes in which a user may do something to objects of this resource."""
    return lambda scope: any(scope.budgets.get(each.verb) and each.target[0] == resource for each in scope.users)


def cleans_up(scope: Scope) -> bool:
    """Scopes in which a Deployment may have more old ReplicaSets than it keeps: it deletes one then."""
    rollouts = (scope.budgets.get("set-image") or 0) + (scope.budgets.get("apply") or 0)
    return (bool(rollouts) and own(CREATES, "deployments")(scope)) or any(
        isinstance(each, Deployment) and kept_revisions(each) < rollouts for each in manifests(scope))


def kept_revisions(deployment: Deployment) -> int:
    """How many old ReplicaSets it keeps."""
    limit = deployment.spec.revision_history_limit
    return DEFAULT_REVISIONS if limit is None else limit


def has_owned(scope: Scope) -> bool:
    """Scopes in which something has an owner from the beginning, who may not be there."""
    return any(each.metadata.owner_references for each in manifests(scope))


def wants_load_balancer(scope: Scope) -> bool:
    """Scopes with a Service that has a load balancer, or wants one."""
    return any(isinstance(each, Service) and (each.spec.type == "LoadBalancer" or each.metadata.finalizers)
               for each in manifests(scope))


def lacks_account(scope: Scope) -> bool:
    """Scopes in which a namespace that something is in has no account `default`."""
    there = {each.metadata.namespace for each in scope.objects
             if isinstance(each, ServiceAccount) and each.metadata.name == "default"}
    return any(each.metadata.namespace not in there for each in manifests(scope) if each.metadata.namespace)


def is_unhealthy(node: Any) -> bool:  # noqa: ANN401 -- any object
    """Is it a Node that is cordoned, not ready or short of something, or tainted as if it were?"""
    return isinstance(node, Node) and (
        bool(node.spec.unschedulable)
        or any((each.type, each.status) in TAINT_OF_CONDITION for each in node.status.conditions)
        or any(each.key in CONDITION_TAINTS for each in node.spec.taints))


def has_unhealthy_node(scope: Scope) -> bool:
    """Scopes with such a Node."""
    return any(is_unhealthy(each) for each in manifests(scope))


def has_evicting_taint(scope: Scope) -> bool:
    """Scopes with a Node that has a NoExecute taint, or is not ready and gets one."""
    return any(isinstance(each, Node) and (
        get_no_execute_taints(each.spec.taints) or any(
            held.type == "Ready" and held.status != "True" for held in each.status.conditions))
               for each in manifests(scope))


def replaces_nodes(scope: Scope) -> bool:
    """Scopes in which a user writes a whole Node."""
    return any(scope.budgets.get(each.verb) and each.verb in ("apply", "recreate") and each.target[0] == "nodes"
               for each in scope.users)


LOSES_NODES = some(allows("node-down", "partition"), has_evicting_taint, own(WRITES, "nodes"), replaces_nodes)
DEPLOYMENTS = some(holds(Deployment), own(CREATES, "deployments"))
REPLICASETS = some(DEPLOYMENTS, holds(ReplicaSet), own(CREATES, "replicasets"))
PODS = some(REPLICASETS, holds(Pod), own(CREATES, "pods"))
SERVICES = some(holds(Service), own(CREATES, "services"))
CRASHES = every(lambda scope: scope.kubelets, allows("crash"))
BACK_IN_TIME = "; a kubelet that crashes is taken to be back before its Lease has run out"


@attrs.frozen
class Need:
    """When a control loop may have something to do, and why it has nothing to do otherwise.

    `assuming`: in which scopes that rests on an assumption, and `assumption` which one it is.
    """

    loop: str
    busy: Where
    otherwise: str
    assuming: Where = lambda _: False
    assumption: str = ""


NEEDS = (
    Need("deployment", DEPLOYMENTS, "there is no Deployment, and nobody makes one"),
    Need("endpointslice", SERVICES, "there is no Service, and nobody makes one"),
    Need("garbage-collector", some(deletes(), cleans_up, has_owned, deletes_owners),
         "nothing is deleted that owns something"),
    Need("namespace", some(deletes("namespaces"), own(DELETES, "namespaces")), "no namespace is deleted"),
    Need("node-lifecycle", some(LOSES_NODES, has_unhealthy_node, user_writes("nodes")), "every node stays as it is",
         CRASHES, BACK_IN_TIME),
    Need("replicaset", REPLICASETS, "there is no ReplicaSet, and nobody makes one"),
    Need("scheduler", PODS, "there is no pod, and nobody makes one"),
    Need("service-lb", some(wants_load_balancer, own(CREATES, "services")), "no Service wants a load balancer"),
    Need("serviceaccount", some(lacks_account, deletes("serviceaccounts"), deletes("namespaces"),
                                own(DELETES, "serviceaccounts", "namespaces"), own(CREATES, "namespaces")),
         "each namespace that something is in has its account"),
    Need("taint-eviction", LOSES_NODES, "no node gets a taint that evicts", CRASHES, BACK_IN_TIME),
)
BY_LOOP = {each.loop: each for each in NEEDS}


def is_needed(scope: Scope, controller: str | Controller) -> bool:
    """May this loop have something to do? One's own always may."""
    if isinstance(controller, Controller):
        return True
    need = BY_LOOP.get(short_name(controller))
    return need is None or need.busy(scope)


def needed_controllers(scope: Scope) -> tuple[str | Controller, ...]:
    """Of the controllers of a scope those that may have something to do."""
    return tuple(each for each in scope.controllers if is_needed(scope, each))


def exhaustible(scope: Scope) -> Scope:
    """The scope with only the processes that may have something to do."""
    return attrs.evolve(scope, controllers=needed_controllers(scope), proxies=scope.proxies and PODS(scope))


def say_idle(whole: Scope, part: Scope) -> tuple[str, ...]:
    """Which loops of a scope one that was made of it does not run, each with the reason."""
    kept = {short_name(each) for each in part.controllers if isinstance(each, str)}
    gone = [BY_LOOP[short_name(each)] for each in whole.controllers
            if isinstance(each, str) and short_name(each) not in kept]
    said = dict.fromkeys(why(each, part) for each in gone)
    lines = [f"{', '.join(each.loop for each in gone if why(each, part) == reason)}: {reason}" for reason in said]
    if whole.proxies and not part.proxies:
        lines.append("kube-proxy: there is no pod, and nobody makes one")
    return tuple(lines)


def why(need: Need, scope: Scope) -> str:
    """Why this loop has nothing to do in a scope, and what that assumes."""
    return need.otherwise + (need.assumption if need.assuming(scope) else "")
