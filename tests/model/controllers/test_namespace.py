"""The namespace controller at work: a namespace in deletion ends empty, and then goes."""

import attrs
import pytest

from seatrial.model.api.core import ConfigMap, Namespace, NamespaceSpec, NamespaceStatus, Pod, PodSpec, Service
from seatrial.model.api.meta import ObjectMeta, get_condition
from seatrial.model.api.registry import KINDS
from seatrial.model.client.calls import Call
from seatrial.model.client.controller import Controller
from seatrial.model.cluster import Cluster
from seatrial.model.controllers.namespace import (
    CONTROLLER,
    Deletable,
    Settings,
    controller,
    estimate_graceful_termination,
    get_estimate,
)
from seatrial.model.scope import Scope
from seatrial.model.start import start
from tests.model.controllers.schedules import FAULTS, ask, settle

SEEDS = range(10)
TEAM = Namespace(ObjectMeta(name="team"), NamespaceSpec(("kubernetes",)), NamespaceStatus("Active"))
RESOURCES = (Deletable("v1", "pods"), Deletable("v1", "configmaps"), Deletable("v1", "services"))
PROCESS = controller(Settings(RESOURCES))
MAP = ConfigMap(ObjectMeta(name="settings", namespace="team"))
OTHER = ConfigMap(ObjectMeta(name="settings", namespace="other"))
CONTENT = (MAP, Service(ObjectMeta(name="web", namespace="team")), Pod(ObjectMeta(name="a", namespace="team")), OTHER)


def begin(*objects: object, process: Controller = PROCESS) -> Cluster:
    """A cluster in which the namespace was just deleted."""
    cluster = start(Scope(controllers=(process,), objects=(TEAM, *objects), secured=False, budgets=FAULTS))
    cluster, reply = ask(cluster, Call("delete", "namespaces", "team"))
    assert reply.ok
    return cluster


def names(cluster: Cluster, namespace: str = "team") -> list[str]:
    """What is in the namespace."""
    return [f"{kind.resource}/{each.metadata.name}" for kind in KINDS for each in cluster.objects(kind.resource)
            if each.metadata.namespace == namespace]


def walk(cluster: Cluster, seed: int, steps: int) -> Cluster:
    """The cluster after so many steps: a namespace that cannot go keeps the controller busy."""
    seen = [cluster]
    with pytest.raises(AssertionError, match="still busy"):
        settle(cluster, seed, adverse=0, limit=steps, check=seen.append)
    return seen[-1]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_deleted_namespace_ends_empty_and_goes(seed: int) -> None:
    """Under every kind of fault the content goes, then the namespace; other namespaces keep theirs."""

    def check(cluster: Cluster) -> None:
        assert cluster.get("namespaces", "team") is not None or [] == names(cluster)

    cluster = settle(begin(*CONTENT), seed, check=check)
    assert [] == names(cluster)
    assert cluster.get("namespaces", "team") is None
    assert ["configmaps/settings"] == names(cluster, "other")


@pytest.mark.parametrize("seed", SEEDS)
def test_without_deletecollection_objects_go_one_by_one(seed: int) -> None:
    """A resource that only knows delete and list is emptied too."""
    resources = tuple(attrs.evolve(each, verbs=("delete", "list")) for each in RESOURCES)
    cluster = settle(begin(*CONTENT, process=controller(Settings(resources))), seed)
    assert ([], None) == (names(cluster), cluster.get("namespaces", "team"))


@pytest.mark.parametrize("seed", SEEDS)
def test_pods_go_first(seed: int) -> None:
    """While a pod is still to stop, nothing else is touched, and the conditions say what went wrong or is left."""
    stopping = Pod(ObjectMeta(name="b", namespace="team"), PodSpec("n1", termination_grace_period_seconds=60))
    cluster = walk(begin(MAP, stopping), seed, 200)
    assert ["configmaps/settings", "pods/b"] == names(cluster)
    assert cluster.get("pods", "team/b").metadata.deletion_timestamp is not None


@pytest.mark.parametrize("seed", SEEDS)
def test_a_finalizer_keeps_the_namespace(seed: int) -> None:
    """An object that waits for its finalizer keeps the namespace, which says so; without it both go."""
    held = attrs.evolve(MAP, metadata=attrs.evolve(MAP.metadata, finalizers=("example.com/a",)))
    cluster = walk(begin(held), seed, 300)
    assert ["configmaps/settings"] == names(cluster)
    said = get_condition(cluster.get("namespaces", "team").status.conditions, "NamespaceFinalizersRemaining")
    assert said is not None
    assert said.message.endswith("finalizers remaining: example.com/a in 1 resource instances")
    kept = cluster.get("configmaps", "team/settings")
    freed = attrs.evolve(kept, metadata=attrs.evolve(kept.metadata, finalizers=()))
    cluster, _ = ask(cluster, Call("update", "configmaps", "team/settings", freed))
    assert settle(cluster, seed).get("namespaces", "team") is None


def test_a_broken_discovery_keeps_every_namespace() -> None:
    """As long as some resources cannot be discovered, an empty namespace stays, and says why."""
    cluster = walk(begin(process=controller(Settings(RESOURCES, "discovery failed for metrics.k8s.io/v1"))), 1, 200)
    said = get_condition(cluster.get("namespaces", "team").status.conditions, "NamespaceDeletionDiscoveryFailure")
    assert said is not None
    assert ("True", "discovery failed for metrics.k8s.io/v1") == (said.status, said.message)


def test_an_active_namespace_is_left_alone() -> None:
    """Nothing is deleted in a namespace that is not in deletion."""
    cluster = settle(start(Scope(controllers=(PROCESS,), objects=(TEAM, *CONTENT), secured=False)), 1)
    assert ["configmaps/settings", "pods/a", "services/web"] == names(cluster)


def test_every_namespaced_kind_is_emptied() -> None:
    """The controller of a scope knows every namespaced kind that is modelled."""
    known = {each.resource for each in CONTROLLER.sync.args[0].resources}  # type: ignore[attr-defined]
    assert {kind.resource for kind in KINDS if kind.namespaced} == known


@pytest.mark.parametrize(("graces", "passed", "expected"), [
    ((), 0, 0), ((30, 60), 0, 60), ((30,), 29, 30), ((30,), 30, 0)])
def test_estimate_graceful_termination(graces: tuple[int, ...], passed: int, expected: int) -> None:
    """The longest grace counts, until it has passed since the namespace's deletion."""
    assert expected == estimate_graceful_termination(graces, passed)


@pytest.mark.parametrize(("estimate", "finalizers", "expected"), [(0, 0, 0), (0, 2, 15), (40, 2, 40)])
def test_get_estimate(estimate: int, finalizers: int, expected: int) -> None:
    """Finalizers are waited for a while; what has neither grace nor finalizer should not be there."""
    assert expected == get_estimate(estimate, finalizers)
