"""How a Deployment's conditions change."""

import attrs
from hypothesis import given
from hypothesis import strategies as st

from seatrial.model.api.meta import Condition, get_condition
from seatrial.model.controllers.deployment_conditions import (
    NO_LIMIT,
    PAUSED,
    PROGRESSING,
    REPLICA_FAILURE,
    RESUMED,
    TIMED_OUT,
    check_paused_conditions,
    get_replica_failure,
    has_progress_deadline,
    new_deployment_condition,
    remove_deployment_condition,
    set_deployment_condition,
    with_progressing,
)
from tests.model.controllers.deployments import NOW, make_deployment, make_replica_set

CONDITIONS = st.builds(
    new_deployment_condition, st.sampled_from(("Progressing", "Available", "ReplicaFailure")),
    st.sampled_from(("True", "False", "Unknown")), st.sampled_from(("A", "B")), st.sampled_from(("", "m")),
    st.integers(0, 9))


@given(st.lists(CONDITIONS, max_size=5))
def test_there_is_one_condition_of_a_type(conditions: list[Condition]) -> None:
    """Whatever is set in whatever order, a type occurs once, and the last status and reason set stand."""
    held: tuple[Condition, ...] = ()
    for each in conditions:
        held = set_deployment_condition(held, each)
    assert sorted({each.type for each in conditions}) == sorted(each.type for each in held)
    for each in held:
        last = [other for other in conditions if other.type == each.type][-1]
        assert (last.status, last.reason) == (each.status, each.reason)


@given(st.lists(CONDITIONS, max_size=5).map(tuple), CONDITIONS)
def test_setting_twice_is_setting_once(held: tuple[Condition, ...], condition: Condition) -> None:
    """A condition that is there already changes nothing, not even with another time or message."""
    once = set_deployment_condition(held, condition)
    again = attrs.evolve(condition, last_update_time=99, message="other")
    assert once == set_deployment_condition(once, again)


def test_a_changed_condition_goes_to_the_end_and_keeps_its_transition() -> None:
    """A new reason moves the condition; lastTransitionTime moves only with the status."""
    other = new_deployment_condition("Other", "True", "", "", 1)
    held = (new_deployment_condition(PROGRESSING, "True", "A", "", 1), other)
    changed = set_deployment_condition(held, new_deployment_condition(PROGRESSING, "True", "B", "", 5))
    assert ["Other", PROGRESSING] == [each.type for each in changed]
    assert (1, 5) == (changed[1].last_transition_time, changed[1].last_update_time)
    turned = set_deployment_condition(changed, new_deployment_condition(PROGRESSING, "False", "B", "", 7))
    assert 7 == turned[1].last_transition_time


def test_removing_leaves_the_others() -> None:
    """Only conditions of the type go."""
    other = new_deployment_condition("Other", "True", "", "", 1)
    held = (new_deployment_condition(PROGRESSING, "True", "A", "", 1), other)
    assert (other,) == remove_deployment_condition(held, PROGRESSING)


def reason_after_check(*, paused: bool, reason: str, deadline: int | None = 600) -> str | None:
    """The reason of Progressing after the check for a pause."""
    deployment = make_deployment(paused=paused, progress_deadline_seconds=deadline)
    if reason:
        deployment = with_progressing(deployment, "True", reason, "", 1)
    checked = get_condition(check_paused_conditions(deployment, NOW).status.conditions, PROGRESSING)
    return None if checked is None else checked.reason


def test_pausing_and_resuming_are_noted_once() -> None:
    """Progress is Unknown after either, unless the deadline was exceeded, or there is none."""
    assert PAUSED == reason_after_check(paused=True, reason="")
    assert PAUSED == reason_after_check(paused=True, reason="ReplicaSetUpdated")
    assert RESUMED == reason_after_check(paused=False, reason=PAUSED)
    assert "ReplicaSetUpdated" == reason_after_check(paused=False, reason="ReplicaSetUpdated")
    assert TIMED_OUT == reason_after_check(paused=True, reason=TIMED_OUT)
    assert reason_after_check(paused=True, reason="", deadline=None) is None


def test_the_greatest_deadline_is_none() -> None:
    """2147483647 seconds stand for no deadline."""
    assert not has_progress_deadline(make_deployment(progress_deadline_seconds=NO_LIMIT))
    assert has_progress_deadline(make_deployment(progress_deadline_seconds=1))


def test_the_new_replica_sets_failure_comes_first() -> None:
    """The new ReplicaSet's failure is reported, else the oldest one's, else none."""
    deployment = make_deployment()
    sets = [make_replica_set(deployment, image, 1) for image in ("web:1", "web:2")]
    failing = [attrs.evolve(each, status=attrs.evolve(each.status, conditions=(
        Condition(type=REPLICA_FAILURE, status="True", last_transition_time=5, message=each.metadata.name),)))
        for each in sets]
    found = get_replica_failure(failing[1], failing[:1])
    assert found is not None
    assert ("web-web-2", 5) == (found.message, found.last_update_time)
    old = get_replica_failure(sets[1], failing[:1])
    assert old is not None
    assert "web-web-1" == old.message
    assert get_replica_failure(sets[1], sets[:1]) is None
