"""The garbage collector at work: what has no owner goes, what has one stays, whatever happens in between."""

from itertools import product

import attrs
import pytest

from seatrial.model.api.apps import Deployment, ReplicaSet
from seatrial.model.api.core import ConfigMap, Pod
from seatrial.model.api.meta import ObjectMeta, OwnerReference
from seatrial.model.api.registry import kind_of
from seatrial.model.client.calls import Call, DeleteOptions
from seatrial.model.client.controller import Controller
from seatrial.model.cluster import Cluster
from seatrial.model.controllers.claims import controller_reference
from seatrial.model.controllers.garbagecollector import Settings, controller
from seatrial.model.controllers.garbagecollector_graph import coordinates, only_uid
from seatrial.model.frozen import FrozenMap
from seatrial.model.scope import Scope
from seatrial.model.start import start
from tests.model.controllers.schedules import FAULTS, ask, settle

SEEDS = range(10)
KINDS = tuple(kind_of(each) for each in ("configmaps", "deployments", "pods", "replicasets"))
COLLECTOR = controller(Settings(KINDS))
WEB = Deployment(ObjectMeta(name="web", namespace="default", uid="web"))
WEB_1 = ReplicaSet(ObjectMeta(name="web-1", namespace="default", uid="web-1",
                              owner_references=(controller_reference(WEB, kind_of("deployments")),)))


def make_pod(name: str, *owners: OwnerReference, namespace: str = "default") -> Pod:
    """A pod without a node, so that it goes at once."""
    return Pod(ObjectMeta(name=name, namespace=namespace, uid=f"{namespace}-{name}", owner_references=owners))


def refer(owner: ReplicaSet, *, blocks: bool = True) -> OwnerReference:
    """A reference to a ReplicaSet."""
    return attrs.evolve(controller_reference(owner, kind_of("replicasets")), block_owner_deletion=blocks)


POD = make_pod("web-1-a", refer(WEB_1))


def begin(*objects: object, collector: Controller = COLLECTOR, faults: bool = True) -> Cluster:
    """A cluster with these objects and the collector."""
    return start(Scope(controllers=(collector,), objects=objects, secured=False,
                       budgets=FAULTS if faults else FrozenMap()))


def names(cluster: Cluster) -> list[str]:
    """What is there."""
    return [each.metadata.name for kind in KINDS for each in cluster.objects(kind.resource)]


@pytest.mark.parametrize(("seed", "policy"), list(product(SEEDS, ("Background", "Foreground"))))
def test_deleting_an_owner_deletes_its_dependents(seed: int, policy: str) -> None:
    """The whole tree goes, and what has no owner stays, under every kind of fault."""
    cluster = begin(WEB, WEB_1, POD, ConfigMap(ObjectMeta(name="other", namespace="default")))
    options = DeleteOptions(propagation_policy=policy)
    cluster, reply = ask(cluster, Call("delete", "deployments", "default/web", options=options))
    assert reply.ok
    assert ["other"] == names(settle(cluster, seed))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_foreground_deletion_goes_from_the_leaves_up(seed: int) -> None:
    """An owner that is deleted in the foreground is there as long as a dependent that blocks it."""

    def check(cluster: Cluster) -> None:
        kept = names(cluster)
        assert "web" in kept or "web-1" not in kept
        assert "web-1" in kept or "web-1-a" not in kept

    options = DeleteOptions(propagation_policy="Foreground")
    cluster, _ = ask(begin(WEB, WEB_1, POD), Call("delete", "deployments", "default/web", options=options))
    assert [] == names(settle(cluster, seed, check=check))


@pytest.mark.parametrize("seed", SEEDS)
def test_orphans_survive(seed: int) -> None:
    """A deletion with the policy Orphan leaves the dependents, without their references."""
    options = DeleteOptions(propagation_policy="Orphan")
    cluster, _ = ask(begin(WEB, WEB_1, POD), Call("delete", "deployments", "default/web", options=options))
    cluster = settle(cluster, seed)
    assert ["web-1-a", "web-1"] == names(cluster)
    assert () == cluster.get("replicasets", "default/web-1").metadata.owner_references


@pytest.mark.parametrize("seed", SEEDS)
def test_an_object_with_a_living_owner_is_never_deleted(seed: int) -> None:
    """Of two owners one is gone: the object stays at every step, and in the end loses only that reference."""
    gone = OwnerReference("apps/v1", "ReplicaSet", "gone", "gone")

    def check(cluster: Cluster) -> None:
        assert "two" in names(cluster)

    cluster = settle(begin(WEB, WEB_1, make_pod("two", gone, refer(WEB_1)), make_pod("one", gone)), seed, check=check)
    assert ["web", "two", "web-1"] == names(cluster)
    assert ("web-1",) == tuple(each.uid for each in cluster.get("pods", "default/two").metadata.owner_references)


@pytest.mark.parametrize("seed", SEEDS)
def test_an_owner_in_another_namespace_is_none(seed: int) -> None:
    """A pod that names an owner of another namespace goes; the owner's own dependents stay at every step."""

    def check(cluster: Cluster) -> None:
        assert "web-1-a" in names(cluster)

    foreign = make_pod("foreign", refer(WEB_1), namespace="another")
    assert ["web", "web-1-a", "web-1"] == names(settle(begin(WEB, WEB_1, POD, foreign), seed, check=check))


def test_owners_told_apart_by_their_uid_alone_lose_dependents() -> None:
    """Seeded bug: a reference from another namespace that is looked at first has the real owner's pods deleted."""
    collector = controller(Settings(KINDS, only_uid))
    foreign = make_pod("foreign", refer(WEB_1), namespace="another")
    ends = [names(settle(begin(WEB, WEB_1, POD, foreign, collector=collector, faults=False), seed)) for seed in SEEDS]
    assert any("web-1-a" not in each for each in ends)
    assert coordinates is Settings().coordinates


@pytest.mark.parametrize("seed", SEEDS)
def test_a_circle_in_the_foreground_is_broken(seed: int) -> None:
    """Two objects that own each other do not wait for each other for ever."""
    one = ReplicaSet(ObjectMeta(name="one", namespace="default", uid="one"))
    two = ReplicaSet(ObjectMeta(name="two", namespace="default", uid="two", owner_references=(refer(one),)))
    one = attrs.evolve(one, metadata=attrs.evolve(one.metadata, owner_references=(refer(two),)))
    options = DeleteOptions(propagation_policy="Foreground")
    cluster, _ = ask(begin(one, two), Call("delete", "replicasets", "default/one", options=options))
    assert [] == names(settle(cluster, seed))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_memory_ends_empty(seed: int) -> None:
    """When all is done the collector remembers nothing of what is gone: its notes stay finite."""
    cluster, _ = ask(begin(WEB, WEB_1, POD), Call("delete", "deployments", "default/web"))
    cluster = settle(cluster, seed)
    assert [] == list(cluster.view().cells("note", COLLECTOR.name))
