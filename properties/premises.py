"""In which scopes the premise of a property can be reached: what they hold, and what their budgets allow.

A property whose premise no run of a scope can reach says nothing there; it is left out, not answered UNKNOWN.
"""

from collections.abc import Iterator
from typing import Any

from seatrial.model.api.apps import Deployment, ReplicaSet
from seatrial.model.api.core import Node, Pod, PodSpec
from seatrial.model.api.meta import key_of
from seatrial.model.loops import short_name
from seatrial.model.scope import Scope
from seatrial.model.users import Apply, Delete, Recreate, Scale
from seatrial.properties.property import Where

WORKLOADS = {Deployment: "deployments", ReplicaSet: "replicasets"}


def manifests(scope: Scope) -> Iterator[Any]:
    """The objects that are there at first, and those that users may apply."""
    yield from scope.objects
    for user in scope.users:
        if isinstance(user, Apply | Recreate) and scope.budgets.get(user.verb):
            yield user.manifest


def pod_specs(scope: Scope) -> Iterator[PodSpec]:
    """The spec of every pod and of every template in the scope."""
    for each in manifests(scope):
        spec = getattr(each, "spec", None)
        template = getattr(spec, "template", None)
        if isinstance(each, Pod):
            yield each.spec
        elif template is not None:
            yield template.spec


def holds(*kinds: type) -> Where:
    """Scopes with an object of one of these kinds."""
    return lambda scope: any(isinstance(each, kinds) for each in manifests(scope))


def has_pods(scope: Scope) -> bool:
    """Scopes in which there is a pod, or something that makes pods of a template and asks for some."""
    return makes_pods(scope) or any(isinstance(each, Pod) for each in manifests(scope))


def makes_pods(scope: Scope) -> bool:
    """Scopes with something that makes pods of a template, and asks for some."""
    return any(
        getattr(getattr(each, "spec", None), "template", None) is not None and each.spec.replicas != 0
        for each in manifests(scope)
    )


def allows(*budgets: str) -> Where:
    """Scopes whose budgets allow one of these user actions or faults."""
    return lambda scope: any(scope.budgets.get(kind) for kind in budgets)


def deletes(*resources: str, policy: str = "") -> Where:
    """Scopes in which a user may delete (or recreate) an object of these resources, with this propagation policy."""

    def found(scope: Scope) -> bool:
        return any(
            bool(scope.budgets.get(budget)) and (not resources or resource in resources) and policy in ("", held)
            for budget, resource, held in deletions(scope)
        )

    return found


def deletions(scope: Scope) -> Iterator[tuple[str, str, str]]:
    """What users may delete: the budget, the resource, the propagation policy.

    The fault `recreate` takes whatever has a scale where no user says what to recreate.
    """
    listed = [user for user in scope.users if isinstance(user, Delete | Recreate)]
    for user in listed:
        yield user.verb, user.target[0], user.propagation_policy
    if not any(isinstance(user, Recreate) for user in listed):
        for kind, resource in WORKLOADS.items():
            if any(isinstance(each, kind) for each in scope.objects):
                yield "recreate", resource, "Background"


def runs(*names: str) -> Where:
    """Scopes in which all these control loops run; named with or without "kube-" and "-controller"."""

    def found(scope: Scope) -> bool:
        there = {short_name(each if isinstance(each, str) else each.name) for each in scope.controllers}
        return all(short_name(name) in there for name in names)

    return found


def shrinks(scope: Scope) -> bool:
    """Scopes in which a user may ask for fewer pods of a workload than were asked for before."""
    scales = [user for user in scope.users if isinstance(user, Scale) and scope.budgets.get(user.verb)]
    asked = {(WORKLOADS.get(type(each)), key_of(each.metadata)): each.spec.replicas for each in manifests(scope)
             if type(each) in WORKLOADS}
    for user in scales:
        first = asked.get((user.resource, user.key), 1)
        others = [each.replicas for each in scales if (each.resource, each.key) == (user.resource, user.key)]
        if user.replicas < max(1 if first is None else first, *others):
            return True
    return False


def replaces_pods(scope: Scope) -> bool:
    """Scopes in which pods may be deleted: by a user, by a smaller scale, by a new template, with their owner."""
    return some(
        allows("drain", "set-image"),
        shrinks,
        deletes("pods"),
        every(deletes(*WORKLOADS.values(), "namespaces"), some(runs("garbage-collector"), runs("namespace"))),
    )(scope)


def binds_pods(scope: Scope) -> bool:
    """Scopes in which pods get a node, or have one from the beginning."""
    return every(runs("scheduler"), holds(Node))(scope) or any(spec.node_name for spec in pod_specs(scope))


def schedules_pods(scope: Scope) -> bool:
    """Scopes with pods, and nodes to choose from."""
    return has_pods(scope) and holds(Node)(scope)


def asks_for_two(scope: Scope) -> bool:
    """Scopes in which somebody asks for two pods, or more."""
    asked = [each.spec.replicas for each in manifests(scope)
             if getattr(getattr(each, "spec", None), "template", None) is not None]
    asked += [1 for each in manifests(scope) if isinstance(each, Pod)]
    scaled = [user.replicas for user in scope.users if isinstance(user, Scale) and scope.budgets.get(user.verb)]
    return sum(1 if each is None else each for each in asked) > 1 or max(scaled, default=0) > 1


def may_hold_two(scope: Scope) -> bool:
    """Scopes that may hold two objects of one resource: at first, because somebody asks for two, or in passing.

    In passing: a pod is replaced before it is gone, or made again because the answer to a create was missing. What
    controllers of one's own make is not known.
    """
    named = {(type(each), key_of(each.metadata)) for each in manifests(scope)}
    kinds = [kind for kind, _ in named]
    return (
        len(set(kinds)) < len(kinds)
        or asks_for_two(scope)
        or any(not isinstance(each, str) for each in scope.controllers)
        or (makes_pods(scope) and makes_another(scope))
    )


def makes_another(scope: Scope) -> bool:
    """Scopes in which one that is there may be replaced, or made again."""
    return some(
        allows("lost-create", "late-create", "recreate", "label", "drain", "set-image", "apply"),
        deletes("pods"),
        every(allows("node-down", "partition"), runs("taint-eviction")),
    )(scope)


def every(*conditions: Where) -> Where:
    """Scopes that meet all conditions."""
    return lambda scope: all(condition(scope) for condition in conditions)


def some(*conditions: Where) -> Where:
    """Scopes that meet one of the conditions."""
    return lambda scope: any(condition(scope) for condition in conditions)


def runs_kubelets(scope: Scope) -> bool:
    """Scopes in which nodes run kubelets."""
    return scope.kubelets


def is_secured(scope: Scope) -> bool:
    """Scopes in which requests pass authorization and admission."""
    return scope.secured


def numbers_versions(scope: Scope) -> bool:
    """Scopes with the full revision as resourceVersion, so that versions have an order."""
    return not scope.versions
