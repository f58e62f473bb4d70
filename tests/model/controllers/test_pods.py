"""Which pods are active, ready and available, and which of two is deleted first."""

import attrs
import pytest

from seatrial.model.api.core import ContainerStatus, Pod, PodStatus
from seatrial.model.api.meta import Condition, ObjectMeta
from seatrial.model.controllers.pods import (
    DELETION_COST,
    compare,
    deletion_cost,
    find_min_next_pod_availability_check,
    is_pod_active,
    is_pod_available,
    is_pod_ready,
    is_pod_terminal,
    is_pod_terminating,
    is_settled_by_uid,
    max_restarts,
    rank_by_age,
)
from seatrial.model.frozen import FrozenMap

NOW = 1000


def make(name: str = "p", *, phase: str = "Running", node: str = "n", ready: int | None = 0, created: int = 0,
         dying: bool = False, cost: str = "", restarts: int = 0) -> Pod:
    """A pod; `ready` is since when, None for not."""
    meta = ObjectMeta(name=name, creation_timestamp=created, deletion_timestamp=NOW if dying else None,
                      annotations=FrozenMap({DELETION_COST: cost} if cost else {}))
    conditions = () if ready is None else (Condition("Ready", "True", last_transition_time=ready),)
    held = Pod(meta, status=PodStatus(phase=phase, conditions=conditions,
                                      container_statuses=(ContainerStatus("c", restart_count=restarts),)))
    return attrs.evolve(held, spec=attrs.evolve(held.spec, node_name=node))


@pytest.mark.parametrize(("pod", "expected"), [
    (make(), (True, False, False)), (make(dying=True), (False, True, False)),
    (make(phase="Succeeded"), (False, False, True)), (make(phase="Failed", dying=True), (False, False, True)),
])
def test_a_pod_is_active_terminating_or_terminal(pod: Pod, expected: tuple[bool, bool, bool]) -> None:
    """Exactly one of the three."""
    assert expected == (is_pod_active(pod), is_pod_terminating(pod), is_pod_terminal(pod))


def test_availability_is_readiness_for_long_enough() -> None:
    """Ready since 990, minReadySeconds 10: available at 1000, not at 999; without a wait at once; unready never."""
    pod = make(ready=990)
    assert (True, False, True) == (
        is_pod_available(pod, 10, 1000), is_pod_available(pod, 10, 999), is_pod_available(pod, 0, 990))
    assert not is_pod_available(make(ready=None), 0, NOW)
    assert not is_pod_ready(make(ready=None))


def test_the_next_availability_check_is_the_soonest() -> None:
    """Pods that are available, or not ready, are not waited for."""
    pods = (make(ready=995), make(ready=992), make(ready=900), make(ready=None))
    assert 2 == find_min_next_pod_availability_check(pods, 10, NOW)
    assert None is find_min_next_pod_availability_check(pods, 1, NOW)


@pytest.mark.parametrize(("text", "cost"), [
    ("", 0), ("7", 7), ("-7", -7), ("0", 0), ("007", 0), ("+7", 0), ("7.5", 0), ("-", 0), ("2147483647", 2147483647),
    ("2147483648", 0), ("-2147483648", -2147483648), ("\u0667", 0),
])
def test_a_malformed_deletion_cost_is_none(text: str, cost: int) -> None:
    """Only a 32-bit decimal without a leading zero or plus counts."""
    assert cost == deletion_cost(make(cost=text))


FIRST = make("first")
ORDER = [
    (make(node=""), FIRST, "without a node"),
    (make(phase="Pending"), FIRST, "pending before running"),
    (make(phase="Unknown"), FIRST, "unknown before running"),
    (make(ready=None), FIRST, "not ready"),
    (make(cost="-1"), FIRST, "cheaper"),
    (make(ready=900), FIRST, "ready for a shorter time"),
    (make(restarts=3), FIRST, "more restarts"),
    (make(created=900), FIRST, "younger"),
]


@pytest.mark.parametrize(("goes", "stays"), [(one, two) for one, two, _ in ORDER], ids=[words for *_, words in ORDER])
def test_who_goes_first(goes: Pod, stays: Pod) -> None:
    """One difference decides, in both directions."""
    assert compare((goes, 0), (stays, 0), NOW) < 0 < compare((stays, 0), (goes, 0), NOW)


def test_the_pod_with_more_relatives_on_its_node_goes() -> None:
    """Doubled-up pods first, before any time is looked at."""
    assert compare((FIRST, 3), (make(ready=900), 1), NOW) < 0


def test_criteria_are_asked_in_order() -> None:
    """A pod without a node goes before one that costs less; readiness is asked before the cost."""
    assert compare((make(node="", cost="100"), 0), (make(cost="-100"), 0), NOW) < 0
    assert compare((make(ready=None, cost="100"), 0), (make(cost="-100"), 0), NOW) < 0


def test_similar_ages_tie_and_the_uid_settles_them() -> None:
    """800 and 900 seconds have one logarithm: a tie by UID; equal ages tie by the order of the cache."""
    similar = (make(ready=200), make(ready=100))
    assert 0 == compare((similar[0], 0), (similar[1], 0), NOW)
    assert is_settled_by_uid(*similar)
    assert 0 == compare((FIRST, 0), (make("other"), 0), NOW)
    assert not is_settled_by_uid(FIRST, make("other"))
    assert rank_by_age(NOW, NOW) == -1


def test_sidecars_count_their_restarts_apart() -> None:
    """The most restarts of any container, and of any init container that keeps running."""
    assert (3, 0) == max_restarts(make(restarts=3))
