"""What plugins share."""

from hypothesis import given
from hypothesis import strategies as st

from seatrial.model.scheduler.framework import (
    UNSCHEDULABLE,
    ClusterEvent,
    Plugin,
    Registration,
    Status,
    default_normalize_score,
    registrations,
)

TAINT = ClusterEvent("Node", "UpdateNodeTaint")


@given(st.lists(st.integers(0, 1000), min_size=1).map(tuple), st.booleans())
def test_normalising_keeps_the_order(scores: tuple[int, ...], reverse: bool) -> None:
    """Scores end between 0 and 100, in the same order, or in the opposite one when reversed."""
    found = default_normalize_score(scores, reverse=reverse)
    assert all(0 <= each <= 100 for each in found)
    for one, two in zip(range(len(scores) - 1), range(1, len(scores)), strict=True):
        if scores[one] <= scores[two]:
            assert found[one] >= found[two] if reverse else found[one] <= found[two]


def test_who_waits_for_new_nodes_is_woken_by_taint_updates() -> None:
    """A plugin registered for additions but not for taints is asked about taints too; with no additions it is not."""
    waiting = Plugin("a", events=(Registration("Node", ("Add",)),))
    other = Plugin("b", events=(Registration("Node", ("UpdateNodeLabel",)),))
    assert [True, False] == [any(each.covers(TAINT) for each in registrations(plugin)) for plugin in (waiting, other)]


def test_a_pod_registration_covers_both_kinds_of_pods() -> None:
    """Pod means assigned and unscheduled ones, and no nodes."""
    registration = Registration("Pod", ("Delete",))
    events = [ClusterEvent(each, "Delete") for each in ("AssignedPod", "UnschedulablePod", "Node")]
    assert [True, True, False] == [registration.covers(event) for event in events]


def test_a_rejection_is_a_verdict_an_error_is_none() -> None:
    """Only Unschedulable and UnschedulableAndUnresolvable say something about the pod."""
    codes = (UNSCHEDULABLE, "UnschedulableAndUnresolvable", "Error", "Success", "Skip")
    assert [True, True, False, False, False] == [Status(code).is_rejected for code in codes]
