"""What a Deployment's status says, and when it is looked at again."""

import attrs
from hypothesis import given
from hypothesis import strategies as st

from seatrial.model.api.apps import Deployment, DeploymentStatus
from seatrial.model.api.meta import get_condition
from seatrial.model.controllers.deployment_conditions import (
    AVAILABLE,
    NEW_RS_AVAILABLE,
    PROGRESSING,
    REPLICA_SET_UPDATED,
    TIMED_OUT,
    with_progressing,
)
from seatrial.model.controllers.deployment_status import (
    AT_ONCE,
    NEVER,
    calculate_rollout_status,
    calculate_status,
    deployment_complete,
    deployment_progressing,
    deployment_timed_out,
    get_terminating_replica_count,
    requeue_after,
    requeue_stuck_deployment,
)
from tests.model.controllers.deployments import NOW, make_deployment, make_replica_set

COUNTS = st.integers(0, 50)
ONE_READY = DeploymentStatus(
    observed_generation=1, replicas=3, updated_replicas=3, ready_replicas=1, available_replicas=1)
FOUR = st.tuples(COUNTS, COUNTS, COUNTS, COUNTS)


@given(FOUR)
def test_no_change_is_no_progress(counts: tuple[int, int, int, int]) -> None:
    """The same counts never count as progress, or a stuck rollout would never time out."""
    assert not deployment_progressing(counts, counts)


def test_each_kind_of_progress_counts() -> None:
    """One more new, ready or available replica, or one old one less, is progress; one fewer of them is none."""
    held = (5, 3, 2, 2)
    for better in ((6, 4, 2, 2), (4, 3, 2, 2), (5, 3, 3, 2), (5, 3, 2, 3)):
        assert deployment_progressing(held, better)
    for worse in ((6, 3, 2, 2), (4, 2, 2, 2), (5, 3, 1, 2), (5, 3, 2, 1)):
        assert not deployment_progressing(held, worse)


@given(st.integers(0, 3), st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 3)), st.integers(0, 2))
def test_complete_means_all_new_and_available(desired: int, counts: tuple[int, int, int], observed: int) -> None:
    """Only with exactly the desired replicas, all new and available, in a status of this generation."""
    expected = counts == (desired, desired, desired) and observed >= 1
    assert expected == deployment_complete(desired, counts, observed=observed, generation=1)


@given(st.integers(0, 1000), st.integers(0, 600), st.integers(0, 5000))
def test_a_requeue_finds_the_deadline_exceeded(last: int, deadline: int, now: int) -> None:
    """A sync at the time asked for sees the deadline exceeded; at once only if it is reached already."""
    after = requeue_after(last, deadline, now)
    if after == AT_ONCE:
        assert now >= last + deadline
    else:
        assert not deployment_timed_out("ReplicaSetUpdated", last, deadline, now)
        assert deployment_timed_out("ReplicaSetUpdated", last, deadline, now + after)


def test_a_finished_rollout_does_not_time_out() -> None:
    """NewReplicaSetAvailable never times out; ProgressDeadlineExceeded stays; an unknown time is long ago."""
    assert not deployment_timed_out(NEW_RS_AVAILABLE, 0, 1, NOW)
    assert deployment_timed_out(TIMED_OUT, NOW, 600, NOW)
    assert deployment_timed_out(REPLICA_SET_UPDATED, None, 600, NOW)


def test_unavailable_counts_what_is_asked_for() -> None:
    """The field unavailableReplicas is the sum of spec.replicas less the available ones, never below 0."""
    deployment = make_deployment(3)
    new = make_replica_set(deployment, "web:1", 3, available=1)
    old = make_replica_set(deployment, "web:0", 0, available=1)
    status = calculate_status(deployment, new, (old,), NOW)
    assert (1, 2, 3, 3) == (
        status.observed_generation, status.available_replicas, status.replicas, status.updated_replicas)
    assert 1 == status.unavailable_replicas
    assert 0 == calculate_status(deployment, None, (old,), NOW).unavailable_replicas


def test_minimum_availability() -> None:
    """Available is True from desired less maxUnavailable on."""
    deployment = make_deployment(4, 1, 1)
    for available, expected in ((2, "False"), (3, "True")):
        new = make_replica_set(deployment, "web:1", 4, available=available)
        found = get_condition(calculate_status(deployment, new, (), NOW).conditions, AVAILABLE)
        assert found is not None
        assert expected == found.status


def test_terminating_replicas_are_unknown_when_one_does_not_say() -> None:
    """A ReplicaSet that was synced and reports no number hides the sum; one that never was does not count."""
    deployment = make_deployment()
    told = make_replica_set(deployment, "web:1", 1)
    told = attrs.evolve(told, status=attrs.evolve(told.status, terminating_replicas=2))
    silent = attrs.evolve(told, status=attrs.evolve(told.status, terminating_replicas=None))
    fresh = attrs.evolve(silent, status=attrs.evolve(silent.status, observed_generation=0))
    assert 2 == get_terminating_replica_count((told, fresh))
    assert get_terminating_replica_count((told, silent)) is None


def progress_of(deployment: Deployment, *, available: int) -> str:
    """The reason of Progressing after a rollout's status was computed."""
    new = make_replica_set(deployment, "web:1", 3, available=available)
    found = get_condition(calculate_rollout_status(deployment, new, (), NOW).conditions, PROGRESSING)
    return "" if found is None else found.reason


def test_progress_is_estimated() -> None:
    """Complete, moving, stuck for too long, or unchanged; nothing without a deadline."""
    deployment = attrs.evolve(make_deployment(3, 1, 0), status=ONE_READY)
    fresh = with_progressing(deployment, "True", "NewReplicaSetCreated", "", NOW - 10)
    stale = with_progressing(deployment, "True", "NewReplicaSetCreated", "", NOW - 700)
    assert NEW_RS_AVAILABLE == progress_of(fresh, available=3)
    assert REPLICA_SET_UPDATED == progress_of(fresh, available=2)
    assert "NewReplicaSetCreated" == progress_of(fresh, available=1)
    assert TIMED_OUT == progress_of(stale, available=1)
    without = attrs.evolve(stale, spec=attrs.evolve(stale.spec, progress_deadline_seconds=None))
    assert "" == progress_of(without, available=1)


def test_progress_renews_the_time_of_its_condition() -> None:
    """The same reason again still counts as an update, so that the deadline starts anew."""
    deployment = attrs.evolve(make_deployment(3, 1, 0), status=ONE_READY)
    deployment = with_progressing(deployment, "True", REPLICA_SET_UPDATED, "", NOW - 10)
    new = make_replica_set(deployment, "web:1", 3, available=2)
    found = get_condition(calculate_rollout_status(deployment, new, (), NOW).conditions, PROGRESSING)
    assert found is not None
    assert (NOW, NOW - 10) == (found.last_update_time, found.last_transition_time)


def test_only_a_rollout_under_way_is_looked_at_again() -> None:
    """A rollout with a deadline that is neither finished nor timed out comes back one second after the deadline."""
    status = DeploymentStatus(observed_generation=1, replicas=3, updated_replicas=3, available_replicas=1)
    deployment = attrs.evolve(make_deployment(3), status=status)
    moving = with_progressing(deployment, "True", REPLICA_SET_UPDATED, "", NOW - 10)
    late = with_progressing(deployment, "False", TIMED_OUT, "", NOW - 10)
    assert 591 == requeue_stuck_deployment(moving, moving.status, NOW)
    assert AT_ONCE == requeue_stuck_deployment(moving, moving.status, NOW + 600)
    assert NEVER == requeue_stuck_deployment(late, late.status, NOW)
    assert NEVER == requeue_stuck_deployment(deployment, status, NOW)
    assert NEVER == requeue_stuck_deployment(moving, attrs.evolve(moving.status, available_replicas=3), NOW)
