"""Getting the new ReplicaSet: created, found, in the way, or refused."""

from collections.abc import Callable

import attrs

from seatrial.model.api.apps import Deployment
from seatrial.model.api.meta import get_condition
from seatrial.model.client.calls import Call, Done, Reply
from seatrial.model.client.local import Local
from seatrial.model.controllers.deployment_conditions import PROGRESSING
from seatrial.model.controllers.deployment_new_replicaset import after_create, get_new_replica_set
from seatrial.model.controllers.deployment_plan import ROLL, Creating, Ending, Plan
from seatrial.model.controllers.deployment_revisions import REVISION, set_deployment_revision
from tests.model.controllers.deployments import (
    KEY,
    Synced,
    accept,
    disown,
    make_deployment,
    make_local,
    make_replica_set,
    sync_once,
)

CLASH = Reply(409, reason="AlreadyExists", message='replicasets.apps "web-web-1" already exists')


def failing(reply: Reply) -> Callable[[Call], Reply]:
    """A server that answers creates so."""
    return lambda call: reply if call.verb == "create" else accept(call)


def progress(done: Synced) -> str:
    """The reason of Progressing in the last status written."""
    found = get_condition(done.calls[-1].body.status.conditions, PROGRESSING)
    return "" if found is None else found.reason


def test_creating_costs_two_status_updates() -> None:
    """Revision and NewReplicaSetCreated first, with observedGeneration still unset; then the computed status."""
    done = sync_once(make_deployment(3))
    assert ["create replicasets", "update deployments status", "update deployments status"] == done.said()
    first, second = done.calls[1].body, done.calls[2].body
    assert ("1", 0, 0) == (
        first.metadata.annotations[REVISION], first.status.observed_generation, first.status.unavailable_replicas)
    assert (1, 3) == (second.status.observed_generation, second.status.unavailable_replicas)
    assert first.metadata.resource_version == second.metadata.resource_version
    assert ("ScalingReplicaSet: Scaled up replica set", " from 0 to 3") == (done.events[0][:40], done.events[0][-12:])


def test_a_failed_create_is_reported() -> None:
    """In an Event and, with a deadline, in the status; the sync ends with the create's error."""
    refused = Reply(403, reason="Forbidden", message="quota!")
    done = sync_once(make_deployment(3), answer=failing(refused))
    assert (["create replicasets", "update deployments status"], Done(error="quota!")) == (done.said(), done.done)
    assert "ReplicaSetCreateError" == progress(done)
    assert "ReplicaSetCreateError" == done.events[0].partition(":")[0]
    silent = sync_once(make_deployment(3, progress_deadline_seconds=None), answer=failing(refused))
    assert ["create replicasets"] == silent.said()


def test_a_namespace_that_ends_is_given_up() -> None:
    """No report, and no retry: every create would fail from now on."""
    done = sync_once(make_deployment(3), answer=failing(
        Reply(403, reason="Forbidden", message="terminating", cause="NamespaceTerminating")))
    assert (["create replicasets"], Done(), ()) == (done.said(), done.done, done.events)


def clash(*cached: object) -> tuple[Local, Plan, Creating]:
    """A create that came back AlreadyExists, with these objects in the cache."""
    deployment = make_deployment(3)
    plan = Plan(deployment, (), hash="web-1", then=ROLL)
    call = get_new_replica_set(make_local(), KEY, plan, then=ROLL, create=True)
    assert isinstance(call, Call)
    assert isinstance(call.memo, Creating)
    return make_local(deployment, *cached), plan, call.memo


def test_a_clash_with_an_unseen_object_is_not_found() -> None:
    """The cache does not show who holds the name: the sync fails, and no collision is counted."""
    local, _, memo = clash()
    assert Done(error='replicaset.apps "web-web-1" not found') == after_create(local, KEY, memo, CLASH)


def test_a_clash_with_the_same_replica_set_goes_on() -> None:
    """It is ours, with our template: a stale cache, no collision; only the revision may be left to write."""
    held = make_replica_set(make_deployment(3), "web:1", 3)
    local, _, memo = clash(held)
    going = after_create(local, KEY, memo, CLASH)
    assert isinstance(going, Call)
    assert "status" == going.subresource
    assert going.body.status.collision_count is None
    revised = set_deployment_revision(make_deployment(3), "1")
    known = attrs.evolve(memo, plan=attrs.evolve(memo.plan, deployment=revised))
    found = after_create(local, KEY, known, CLASH)
    assert isinstance(found, Plan)
    assert (held, ROLL) == (found.new, found.then)


def test_a_clash_with_another_counts_a_collision() -> None:
    """No owner, a foreign one, or another template: the next sync must hash anew; this one ends with AlreadyExists."""
    deployment = make_deployment(3)
    ours = make_replica_set(deployment, "web:1", 3)
    other = make_replica_set(deployment, "web:2", 3)
    named = attrs.evolve(other, metadata=attrs.evolve(other.metadata, name="web-web-1"))
    stranger = attrs.evolve(deployment, metadata=attrs.evolve(deployment.metadata, uid="stranger"))
    for held in (disown(ours), make_replica_set(stranger, "web:1", 3), named):
        local, _, memo = clash(held)
        bumped = after_create(local, KEY, memo, CLASH)
        assert isinstance(bumped, Call)
        body = bumped.body
        assert isinstance(body, Deployment)
        assert (1, Ending(CLASH.message)) == (body.status.collision_count, bumped.memo)


def test_only_the_paths_that_may_create_do() -> None:
    """Without leave to create, no new ReplicaSet is no obstacle."""
    plan = Plan(make_deployment(3), ())
    found = get_new_replica_set(make_local(), KEY, plan, then=ROLL)
    assert attrs.evolve(plan, then=ROLL) == found


def test_min_ready_seconds_are_copied() -> None:
    """A change of minReadySeconds makes no new ReplicaSet: the one there gets it."""
    deployment = make_deployment(3, min_ready_seconds=7)
    done = sync_once(deployment, make_replica_set(make_deployment(3), "web:1", 3))
    assert "update replicasets" == done.said()[0]
    assert 7 == done.calls[0].body.spec.min_ready_seconds
