"""Which Deployments an event wakes."""

import attrs

from seatrial.model.api.apps import Deployment, ReplicaSet
from seatrial.model.api.meta import LabelSelector
from seatrial.model.controllers.deployment_events import handle_pod, handle_replicaset, see_pod
from seatrial.model.frozen import EMPTY, FrozenMap
from tests.model.controllers.deployments import (
    KEY,
    NOW,
    disown,
    make_deployment,
    make_local,
    make_pod,
    make_replica_set,
    queued,
)

DEPLOYMENT = make_deployment(image="web:2")
OWNED = make_replica_set(DEPLOYMENT, "web:1", 1)
ORPHAN = disown(OWNED)


def woken(old: ReplicaSet | None, new: ReplicaSet | None, *cached: Deployment) -> list[str]:
    """The keys queued by an event of a ReplicaSet."""
    local = make_local(*(cached or (DEPLOYMENT,)))
    handle_replicaset(local, "", old, new)
    return queued(local)


def relabelled(replicaset: ReplicaSet, **labels: str) -> ReplicaSet:
    """The ReplicaSet with other labels."""
    return attrs.evolve(replicaset, metadata=attrs.evolve(replicaset.metadata, labels=FrozenMap(labels)))


def test_any_event_wakes_the_owner() -> None:
    """Added, changed, deleted, or first seen in deletion."""
    dying = attrs.evolve(OWNED, metadata=attrs.evolve(OWNED.metadata, deletion_timestamp=NOW))
    for old, new in ((None, OWNED), (OWNED, OWNED), (OWNED, None), (None, dying), (OWNED, dying)):
        assert [KEY] == woken(old, new)


def test_a_deployment_of_another_uid_is_not_the_owner() -> None:
    """A Deployment deleted and created again does not own what its predecessor owned."""
    again = attrs.evolve(DEPLOYMENT, metadata=attrs.evolve(DEPLOYMENT.metadata, uid="again"))
    assert [] == woken(None, OWNED, again)


def test_orphans_wake_who_might_adopt_them() -> None:
    """A new orphan, one that was released, one whose labels changed; not one that only changed otherwise."""
    assert [KEY] == woken(None, ORPHAN)
    assert [KEY] == woken(OWNED, ORPHAN)
    assert [KEY] == woken(relabelled(ORPHAN, app="other"), ORPHAN)
    assert [] == woken(ORPHAN, ORPHAN)
    assert [] == woken(ORPHAN, None)
    assert [] == woken(None, relabelled(ORPHAN, app="other"))
    assert [] == woken(None, relabelled(ORPHAN))


def test_an_empty_selector_adopts_nothing() -> None:
    """A Deployment that selects everything is not woken for orphans."""
    greedy = attrs.evolve(DEPLOYMENT, spec=attrs.evolve(DEPLOYMENT.spec, selector=LabelSelector()))
    assert [] == woken(None, ORPHAN, greedy)


def test_a_new_owner_wakes_the_old_one_too() -> None:
    """Adoption and release concern both sides."""
    other = attrs.evolve(DEPLOYMENT, metadata=attrs.evolve(DEPLOYMENT.metadata, name="other", uid="other-uid"))
    taken = make_replica_set(other, "web:1", 1)
    assert ["default/other", KEY] == woken(OWNED, taken, DEPLOYMENT, other)


def pod_deleted(*, recreate: bool, others: int = 0) -> list[str]:
    """The keys queued when a pod is gone and `others` are left."""
    deployment = make_deployment(recreate=recreate)
    owner = make_replica_set(deployment, "web:1", 1)
    left = [make_pod(f"left-{at}", owner, "Failed") for at in range(others)]
    local = make_local(deployment, owner, *left)
    handle_pod(local, "", see_pod(make_pod("gone", owner)), None)
    return queued(local)


def test_the_last_pod_wakes_a_recreate_deployment() -> None:
    """Only Recreate waits for pods, and only the last one counts, ended or not."""
    assert [KEY] == pod_deleted(recreate=True)
    assert [] == pod_deleted(recreate=True, others=1)
    assert [] == pod_deleted(recreate=False)


def test_other_pods_wake_nobody() -> None:
    """A pod without an owner, of an unknown ReplicaSet, or one that only changed."""
    deployment = make_deployment(recreate=True)
    owner = make_replica_set(deployment, "web:1", 1)
    local = make_local(deployment, owner)
    free = make_pod("free", owner)
    handle_pod(local, "", attrs.evolve(free, metadata=attrs.evolve(free.metadata, owner_references=())), None)
    handle_pod(local, "", make_pod("odd", make_replica_set(deployment, "web:7", 1)), None)
    handle_pod(local, "", free, free)
    handle_pod(local, "", None, free)
    assert [] == queued(local)


def test_a_pod_is_seen_by_what_is_read_of_it() -> None:
    """Labels, node and readiness make no event; that a pod ended does."""
    pod = make_pod("p", OWNED)
    changed = attrs.evolve(pod, metadata=attrs.evolve(pod.metadata, labels=EMPTY, resource_version=9))
    assert see_pod(pod) == see_pod(changed) == see_pod(make_pod("p", OWNED, "Pending"))
    assert see_pod(pod) != see_pod(make_pod("p", OWNED, "Failed"))
