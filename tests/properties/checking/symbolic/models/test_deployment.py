"""The rollout's count model: what a sync does with what it sees."""

import attrs
import pytest

from seatrial.model.controllers.deployment_scaling import cleanup_unhealthy_replicas
from seatrial.properties.checking.symbolic.models.deployment import (
    MODEL,
    Rollout,
    can_delete_too_many,
    can_see_old,
    can_sync,
    delete_too_many,
    finish,
    go_on,
    is_at_work,
    roll_back,
    scale_old,
    stop,
    sync,
)

FIRST = Rollout(3, 1, 1, 3, 3, 3, 3, 3, 3, 0, 0, 0, 0, 0, 0, 0, cleaned=False)


def test_a_rollout_comes_to_its_end_by_its_own_transitions() -> None:
    """Each taken as its witness says, whichever changes something next."""
    model, state = MODEL.quiet().at_once(), FIRST
    assert model.initial(state)
    for _ in range(200):
        moved = [after for each in model.transitions if each.enabled(state) and (after := each.step(state)) != state]
        if not moved:
            break
        state = moved[0]
    assert (0, 0, 3, 3, 3) == (state.old_size, state.old_pods, state.new_size, state.new_pods, state.new_available)


def test_a_write_with_an_old_copy_is_a_conflict() -> None:
    """Nothing changes; with a fresh one it does."""
    stale = attrs.evolve(FIRST, new_size=1, seen_new_size=0)
    assert stale == sync(cleanup_unhealthy_replicas, stale)
    assert 1 == sync(cleanup_unhealthy_replicas, FIRST).new_size


def test_a_sync_goes_on_with_what_it_has_created() -> None:
    """Though the informer shows none of it: the old one shrinks in the same sync, which ends then."""
    created = sync(cleanup_unhealthy_replicas, FIRST)
    assert (1, 0, True, False) == (created.created, created.seen_new_size, is_at_work(created), can_sync(created))
    gone_on = go_on(cleanup_unhealthy_replicas, created)
    assert (2, 1, 0, False) == (gone_on.old_size, gone_on.new_size, gone_on.created, is_at_work(gone_on))
    assert (3, 1, False) == (stop(created).old_size, stop(created).new_size, is_at_work(stop(created)))


def test_a_sync_makes_its_two_writes_one_by_one() -> None:
    """Unhealthy replicas go first; then, unless the old ReplicaSet has changed, as many as may."""
    sick = attrs.evolve(FIRST, old_size=4, seen_old_size=4, old_status=2, seen_old_status=2, new_size=3,
                        seen_new_size=3, new_status=3, seen_new_status=3)
    cleaned = sync(cleanup_unhealthy_replicas, sick)
    assert (2, True) == (cleaned.old_size, cleaned.cleaned)
    assert (0, False) == (finish(cleaned).old_size, finish(cleaned).cleaned)
    assert 2 == finish(attrs.evolve(cleaned, old_status=1)).old_size


def test_pods_that_are_not_available_go_first() -> None:
    """As the ranking of victims has it."""
    state = attrs.evolve(FIRST, old_size=1, old_available=1)
    assert (2, 1) == (scale_old(state, 1).old_pods, scale_old(state, 1).old_available)


@pytest.mark.parametrize(("size", "status", "may"), [
    (3, 3, False), (2, 3, True), (1, 1, True), (0, 1, False), (1, 4, False),
])
def test_a_copy_moves_towards_what_is_true(size: int, status: int, may: bool) -> None:
    """By some step, and never beyond."""
    assert may == can_see_old(attrs.evolve(FIRST, old_size=1, old_status=1), size, status)


def test_one_pod_more_than_asked_for_may_go() -> None:
    """An old one, and only if there is one."""
    assert (2, 2) == (delete_too_many(FIRST).old_pods, delete_too_many(FIRST).old_available)
    assert not can_delete_too_many(attrs.evolve(FIRST, old_pods=0))


def test_rolling_back_twice_changes_nothing() -> None:
    """Old and new change places."""
    assert FIRST == roll_back(roll_back(FIRST))
    assert 3 == roll_back(FIRST).new_size
