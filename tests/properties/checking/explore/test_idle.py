"""A loop is left out of a scope only where it would write nothing, and what that assumes is said."""

from random import Random
from typing import Any

import attrs
import pytest

from seatrial.model.api.core import Namespace, NamespaceSpec, Service, ServiceAccount, ServiceSpec, Taint
from seatrial.model.api.meta import Condition, ObjectMeta, OwnerReference
from seatrial.model.api.rbac import PolicyRule
from seatrial.model.client.calls import Done
from seatrial.model.client.controller import Controller, Watch
from seatrial.model.cluster import is_environment
from seatrial.model.faults import FAULTS
from seatrial.model.frozen import FrozenMap
from seatrial.model.loops import BY_NAME, LOOPS, short_name
from seatrial.model.run import Run
from seatrial.model.scope import Scope
from seatrial.model.start import start
from seatrial.model.users import Cordon, Delete, Scale, SetImage
from seatrial.model.variants.scenarios import NAMESPACE, node, pod, replicaset
from seatrial.properties.checking.explore.idle import (
    NEEDS,
    exhaustible,
    needed_controllers,
    say_idle,
)
from tests.model.worlds import REQUESTS, deployment
from tests.properties.checking.scenarios import FORGETFUL

EVERY = tuple(each.name for each in LOOPS)
NODES = (node("node-1"), node("node-2"))
SERVICE = Service(ObjectMeta(name="web", namespace="default"), ServiceSpec(selector=FrozenMap({"app": "web"})))
BALANCED = attrs.evolve(SERVICE, spec=attrs.evolve(SERVICE.spec, type="LoadBalancer"))
ACCOUNT = ServiceAccount(ObjectMeta(name="default", namespace="elsewhere"))
ELSEWHERE = Namespace(ObjectMeta(name="elsewhere"), NamespaceSpec(("kubernetes",)))
IN_HARM = tuple(kind for fault in FAULTS for kind in fault.budgets if kind not in (
    "crash", "recreate", "node-down", "partition", "compaction"))
KEPT = {"replicaset", "scheduler"}
STEPS, SELDOM = 700, 1 / 20


def scope_of(*objects: Any, users: tuple[Any, ...] = (), **budgets: int) -> Scope:
    """These objects, two nodes, every control loop."""
    return Scope(controllers=EVERY, objects=(*NAMESPACE, *NODES, *objects), kubelets=True, users=users,
                 budgets=FrozenMap({kind.replace("_", "-"): count for kind, count in budgets.items()}))


def who_writes(scope: Scope, seed: int) -> dict[str, None]:
    """Whose requests change what is stored, or reach the cloud, in a walk with a few faults that then runs to rest."""
    chance, run = Random(seed), Run(start(scope), record=False)  # noqa: S311 -- a seeded walk
    found: dict[str, None] = {}
    for at in range(STEPS):
        offered = [each for each in run.enabled if not is_environment(each)]
        if not offered or (at < STEPS // 2 and chance.random() < SELDOM):
            offered = list(run.enabled)
        if not offered:
            break
        action = chance.choice(offered)
        run.take(action)
        if action.step == "CloudCall" or (action.step == "Request" and any(
                cell.table == "object" for cell in run.written)):
            found[short_name(action.process)] = None
    return found


def kept_of(scope: Scope) -> set[str]:
    """The loops that a scope keeps, by their short names."""
    return {short_name(each if isinstance(each, str) else each.name) for each in needed_controllers(scope)}


CALM = {
    "replicaset": scope_of(replicaset(2)),
    "deployment": scope_of(deployment("web", 2)),
    "service": scope_of(deployment("web", 1), SERVICE),
    "balanced": scope_of(deployment("web", 1), BALANCED),
    "rollout": scope_of(deployment("web", 1), users=(SetImage("deployments", "default/web", "web", "web:2"),),
                        set_image=1),
    "scale": scope_of(replicaset(1), users=(Scale("replicasets", "default/web", 2),), scale=1),
    "cordon": scope_of(replicaset(1), users=(Cordon("node-1"),), cordon=1),
    "pod": scope_of(pod("alone", REQUESTS)),
    "nothing": scope_of(),
    "elsewhere": scope_of(replicaset(1), ELSEWHERE, ACCOUNT),
}


@pytest.mark.parametrize("name", sorted(CALM))
@pytest.mark.parametrize("fault", ["none", *sorted(IN_HARM)])
def test_who_is_left_out_would_write_nothing(name: str, fault: str) -> None:
    """In walks of the whole scope, with any fault under which it is left out; so what it does changes no state."""
    scope = CALM[name]
    if fault != "none":
        scope = attrs.evolve(scope, budgets=scope.budgets.set(fault, 1))
    assert set(who_writes(scope, seed=len(name) + len(fault))) - {"kubelet-node-1", "kubelet-node-2"} <= kept_of(scope)


@pytest.mark.parametrize("scope, loop", [
    (scope_of(deployment("web", 1)), "deployment"),
    (scope_of(SERVICE), "endpointslice"),
    (scope_of(BALANCED), "service-lb"),
    (scope_of(deployment("web", 1), users=(Delete("deployments", "default/web"),), delete=1), "garbage-collector"),
    (scope_of(ELSEWHERE, users=(Delete("namespaces", "elsewhere"),), delete=1), "namespace"),
    (scope_of(users=(Delete("serviceaccounts", "default/default"),), delete=1), "serviceaccount"),
    (scope_of(replicaset(1), users=(Cordon("node-1"),), cordon=1), "node-lifecycle"),
    (attrs.evolve(scope_of(pod("alone", REQUESTS)), budgets=FrozenMap({"node-down": 1})), "taint-eviction"),
    (scope_of(replicaset(1)), "replicaset"),
    (scope_of(pod("alone", REQUESTS)), "scheduler"),
])
def test_who_writes_something_is_kept(scope: Scope, loop: str) -> None:
    """Negative control: each loop has a scope in which it acts, and there it is not left out."""
    assert any(loop in who_writes(scope, seed) for seed in range(12))
    assert loop in kept_of(scope)


def test_every_loop_has_its_rule() -> None:
    """A loop without one is always kept; there is none at present."""
    assert sorted(short_name(each.name) for each in LOOPS) == [each.loop for each in NEEDS]
    assert {each.loop for each in NEEDS} <= set(BY_NAME)


def cordoned() -> Any:
    """A node on which no pod is to be put."""
    return attrs.evolve(NODES[0], spec=attrs.evolve(NODES[0].spec, unschedulable=True))


def unready() -> Any:
    """A node that is not ready."""
    return attrs.evolve(NODES[0], status=attrs.evolve(NODES[0].status, conditions=(Condition("Ready", "Unknown"),)))


def tainted() -> Any:
    """A node that wants its pods away."""
    return attrs.evolve(NODES[0], spec=attrs.evolve(NODES[0].spec, taints=(Taint("mine", effect="NoExecute"),)))


@pytest.mark.parametrize("objects, more", [
    ((cordoned(),), {"node-lifecycle"}), ((unready(),), {"node-lifecycle", "taint-eviction"}),
    ((tainted(),), {"taint-eviction", "node-lifecycle"}), ((ELSEWHERE,), set()),
    ((attrs.evolve(SERVICE, metadata=attrs.evolve(SERVICE.metadata, namespace="bare")),),
     {"endpointslice", "serviceaccount"}),
    ((attrs.evolve(replicaset(1), metadata=ObjectMeta(name="left", namespace="default", owner_references=(
        OwnerReference("apps/v1", "Deployment", "web", "gone"),))),), {"garbage-collector"})])
def test_what_is_there_keeps_who_looks_after_it(objects: tuple[Any, ...], more: set[str]) -> None:
    """Beside a ReplicaSet with its pods."""
    scope = scope_of(replicaset(1))
    assert KEPT | more == kept_of(attrs.evolve(scope, objects=(*scope.objects, *objects)))


def granted(*rules: PolicyRule) -> Controller:
    """A controller of one's own with these grants."""
    return Controller("mine", (Watch("things"),), lambda *_: Done(), grants=rules)


@pytest.mark.parametrize("verbs, resource, more", [
    (("get", "watch"), "deployments", set()), (("create",), "deployments", {"deployment", "replicaset", "scheduler"}),
    (("*",), "pods", {"scheduler"}), (("create",), "services", {"endpointslice", "service-lb"}),
    (("update",), "nodes", {"node-lifecycle", "taint-eviction"}), (("delete",), "replicasets", {"garbage-collector"}),
    (("create",), "pods/eviction", {"scheduler"}), (("delete",), "namespaces", {
        "garbage-collector", "namespace", "serviceaccount"}), (("*",), "*", {each.loop for each in NEEDS})])
def test_what_ones_own_controller_makes_is_read_off_its_grants(verbs: tuple[str, ...], resource: str,
                                                               more: set[str]) -> None:
    """It is kept itself, with everybody whom it may give something to do."""
    mine = granted(PolicyRule(verbs, ("",), (resource,)))
    scope = attrs.evolve(scope_of(), controllers=(*EVERY, mine))
    assert {"mine", *more} == kept_of(scope)
    assert {"mine", *(each.loop for each in NEEDS)} == kept_of(attrs.evolve(scope, secured=False))


def test_ones_own_stands_beside_what_it_needs() -> None:
    """A ReplicaSet controller of one's own deletes pods, which own nothing."""
    scope = scope_of(replicaset(1))
    assert (*(each for each in EVERY if short_name(each) in KEPT), FORGETFUL) == needed_controllers(
        attrs.evolve(scope, controllers=(*EVERY, FORGETFUL)))


def test_a_small_scope_runs_less() -> None:
    """Without pods no proxy either; everything else stays."""
    scope = attrs.evolve(scope_of(SERVICE), proxies=True)
    assert attrs.evolve(scope, controllers=("endpointslice-controller",), proxies=False) == exhaustible(scope)
    assert exhaustible(attrs.evolve(scope_of(replicaset(1), SERVICE), proxies=True)).proxies


def test_each_loop_that_is_left_out_has_its_reason() -> None:
    """Loops with one reason in one line; a crash is assumed to be short, and that is said."""
    whole = attrs.evolve(scope_of(replicaset(1)), proxies=False)
    assert ("deployment: there is no Deployment, and nobody makes one",
            "endpointslice: there is no Service, and nobody makes one",
            "garbage-collector: nothing is deleted that owns something",
            "namespace: no namespace is deleted",
            "node-lifecycle: every node stays as it is",
            "serviceaccount: each namespace that something is in has its account",
            "taint-eviction: no node gets a taint that evicts",
            "service-lb: no Service wants a load balancer") == say_idle(whole, exhaustible(whole))
    harmed = attrs.evolve(whole, budgets=FrozenMap({"crash": 1}))
    in_time = "a kubelet that crashes is taken to be back before its Lease has run out"
    assert [f"node-lifecycle: every node stays as it is; {in_time}",
            f"taint-eviction: no node gets a taint that evicts; {in_time}"] == [
        line for line in say_idle(harmed, exhaustible(harmed)) if "crash" in line]
    served = attrs.evolve(scope_of(SERVICE), proxies=True)
    assert "kube-proxy: there is no pod, and nobody makes one" == say_idle(served, exhaustible(served))[-1]
    assert () == say_idle(whole, whole)
