"""The rollout's count model: what a sync does with what it sees."""

import attrs
import pytest

from seatrial.model.controllers.deployment_scaling import cleanup_unhealthy_replicas
from seatrial.properties.checking.symbolic.models.deployment import (
    MODEL,
    Rollout,
    can_see_old,
    roll_back,
    scale_old,
    sync,
)

FIRST = Rollout(3, 1, 1, 3, 3, 3, 3, 3, 3, 0, 0, 0, 0, 0, 0)


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
    assert stale == sync(cleanup_unhealthy_replicas, stale, 0)
    assert 1 == sync(cleanup_unhealthy_replicas, FIRST, 0).new_size


def test_a_sync_may_end_after_the_first_of_two_writes() -> None:
    """Unhealthy replicas go, and no more."""
    sick = attrs.evolve(FIRST, old_size=4, seen_old_size=4, old_status=2, seen_old_status=2, new_size=3,
                        seen_new_size=3, new_status=3, seen_new_status=3)
    assert 2 == sync(cleanup_unhealthy_replicas, sick, 1).old_size
    assert 0 == sync(cleanup_unhealthy_replicas, sick, 0).old_size


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


def test_rolling_back_twice_changes_nothing() -> None:
    """Old and new change places."""
    assert FIRST == roll_back(roll_back(FIRST))
    assert 3 == roll_back(FIRST).new_size
