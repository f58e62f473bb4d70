"""Restarts: who is started again after which exit code, and after how long."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.model.api.core import Container
from seatrial.model.frozen import freeze
from seatrial.model.node.restarts import (
    EXPIRY,
    BackOff,
    container_should_restart,
    is_in_back_off,
    next_back_off,
    runs_to_completion,
)


@pytest.mark.parametrize(
    "policy, after_success, after_failure",
    [("Always", True, True), ("OnFailure", False, True), ("Never", False, False), ("", True, True)],
)
def test_the_pod_policy_decides(policy: str, after_success: bool, after_failure: bool) -> None:
    """Without a policy of its own a container follows its pod's; none means Always."""
    container = Container("c")
    assert (after_success, after_failure) == tuple(container_should_restart(container, policy, code) for code in (0, 1))


def test_a_container_policy_goes_first() -> None:
    """A container's own policy overrides its pod's, and a matching rule overrides both."""
    never = Container("c", restart_policy="Never")
    assert not container_should_restart(never, "Always", 1)
    rules = freeze({"restartPolicyRules": [{"action": "Restart", "exitCodes": {"operator": "In", "values": [42]}}]})
    ruled = Container("c", restart_policy="Never", unmodelled=rules)
    assert [True, False] == [container_should_restart(ruled, "Never", code) for code in (42, 1)]


def test_rules_need_a_policy_of_the_container() -> None:
    """Restart rules without a container policy mean nothing."""
    rules = freeze({"restartPolicyRules": [{"action": "Restart", "exitCodes": {"operator": "NotIn", "values": [1]}}]})
    assert not container_should_restart(Container("c", unmodelled=rules), "Never", 42)


def test_sidecars_do_not_run_to_completion() -> None:
    """Init containers end by themselves, sidecars do not."""
    assert runs_to_completion(Container("c"), "Always", init=True)
    assert not runs_to_completion(Container("c", restart_policy="Always"), "Never", init=True)


def test_the_back_off_doubles_up_to_five_minutes() -> None:
    """A container that fails at once waits 10 s, 20 s, … and never more than 300 s."""
    held, seen = None, []
    for _ in range(7):
        held = next_back_off(held, 0, 0)
        seen.append(held.seconds)
    assert [10, 20, 40, 80, 160, 300, 300] == seen


@given(st.integers(min_value=1, max_value=300), st.integers(min_value=0, max_value=2000))
def test_a_long_run_resets_the_back_off(seconds: int, ran: int) -> None:
    """More than 600 s between a start and the next end, and the next wait is the first one again."""
    after = next_back_off(BackOff(seconds, 0), ran, ran)
    assert (after.seconds == 10) if ran > EXPIRY else (after.seconds == min(2 * seconds, 300))


@given(st.integers(min_value=0, max_value=1000))
def test_waiting_alone_does_not_reset_it(waited: int) -> None:
    """A container that ended at once is in back-off until its seconds are over, however late it is looked at."""
    assert (waited < 40) == is_in_back_off(BackOff(40, 0), 0, waited)
    assert 80 == next_back_off(BackOff(40, 0), 0, waited).seconds
