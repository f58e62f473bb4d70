"""The writes to ReplicaSets, one call each."""

from seatrial.model.client.calls import Call, Done, Reply
from seatrial.model.controllers.deployment_plan import CLEAN_UP, SCALED, STATUS, Cleaning, Plan, Scaling
from seatrial.model.controllers.deployment_writes import (
    after_delete,
    after_scale,
    clean_up_deployment,
    scale_replica_sets,
)
from tests.model.controllers.deployments import make_deployment, make_local, make_replica_set

DEPLOYMENT = make_deployment(3, revision_history_limit=0, image="web:9")
ONE, TWO = make_replica_set(DEPLOYMENT, "web:1", 1), make_replica_set(DEPLOYMENT, "web:2", 2, revision=2)
REFUSED = Reply(409, reason="Conflict", message="Conflict!")


def scaling(*, forgiving: bool = False) -> tuple[Call, Scaling]:
    """The first of two scaling calls."""
    plan = Plan(DEPLOYMENT, (ONE, TWO), old=(ONE, TWO))
    call = scale_replica_sets(plan, ((ONE, 0), (TWO, 0)), then=SCALED, forgiving=forgiving)
    assert isinstance(call, Call)
    assert isinstance(call.memo, Scaling)
    return call, call.memo


def test_scaling_goes_one_by_one_and_keeps_what_was_written() -> None:
    """After the last call the plan goes on, with the old ReplicaSets as they were written."""
    local = make_local()
    call, memo = scaling()
    following = after_scale(local, memo, Reply(200, call.body))
    assert isinstance(following, Call)
    plan = after_scale(local, following.memo, Reply(200, following.body))
    assert isinstance(plan, Plan)
    assert (SCALED, [0, 0]) == (plan.then, [each.spec.replicas for each in plan.old])


def test_an_error_ends_the_sync_or_the_scaling() -> None:
    """The rest is not tried either way."""
    assert Done(error="Conflict!") == after_scale(make_local(), scaling()[1], REFUSED)
    plan = after_scale(make_local(), scaling(forgiving=True)[1], REFUSED)
    assert isinstance(plan, Plan)
    assert CLEAN_UP == plan.then


def test_nothing_to_scale_goes_straight_on() -> None:
    """No call is made."""
    plan = scale_replica_sets(Plan(DEPLOYMENT, ()), (), then=SCALED)
    assert isinstance(plan, Plan)
    assert SCALED == plan.then


def test_deleting_goes_on_when_one_is_gone() -> None:
    """NotFound is as good as deleted; any other error ends the sync."""
    empty = tuple(make_replica_set(DEPLOYMENT, image, 0, revision=at) for at, image in enumerate(("web:1", "web:2"), 1))
    call = clean_up_deployment(Plan(DEPLOYMENT, empty), then=STATUS)
    assert isinstance(call, Call)
    memo = call.memo
    assert isinstance(memo, Cleaning)
    assert ("default/web-web-1", "default/web-web-2") == memo.todo
    following = after_delete(memo, Reply(404, reason="NotFound"))
    assert isinstance(following, Call)
    assert "default/web-web-2" == following.key
    assert Done(error="Conflict!") == after_delete(following.memo, REFUSED)
    plan = after_delete(following.memo, Reply(200))
    assert isinstance(plan, Plan)
    assert STATUS == plan.then
