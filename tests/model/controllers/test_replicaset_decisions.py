"""The ReplicaSet controller's decisions: how many, which, what status."""

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.model.api.apps import ReplicaSet
from seatrial.model.api.core import Pod
from seatrial.model.api.meta import Condition, get_condition
from seatrial.model.controllers.replicaset_decisions import (
    REPLICA_FAILURE,
    calculate_status,
    failure_condition,
    first_batch,
    get_pods_to_delete,
    manage_replicas,
    next_batch,
    tied_choices,
)
from seatrial.model.variants.scenarios import LABELS, replicaset
from tests.model.controllers.test_pods import NOW, make

COUNTS = st.integers(0, 2000)
QUICK = settings(max_examples=200, derandomize=True, database=None, deadline=None)


@QUICK
@given(COUNTS, COUNTS, st.integers(1, 600))
def test_one_sync_closes_the_gap_as_far_as_its_burst_goes(active: int, desired: int, burst: int) -> None:
    """Creates or deletes, never both, never more than the gap or the burst, and something while there is a gap."""
    creations, deletions = manage_replicas(active, desired, burst)
    assert 0 == creations * deletions
    assert min(abs(desired - active), burst) == creations + deletions
    assert (creations > 0) == (active < desired)


@QUICK
@given(st.integers(0, 500))
def test_slow_start_doubles_and_makes_all_calls(count: int) -> None:
    """1, 2, 4, … and the rest: every call is made, in at most one batch more than the logarithm."""
    batch, rest, sizes = first_batch(count), count, []
    while batch:
        sizes.append(batch)
        rest -= batch
        batch = next_batch(batch, rest)
    assert count == sum(sizes)
    assert len(sizes) <= count.bit_length()
    assert all(size == 2**at for at, size in enumerate(sizes[:-1]))


def test_the_least_important_pods_are_deleted() -> None:
    """Unscheduled, then pending, then unready ones; all of them, in the order given, when all must go."""
    pods = (make("old"), make("unready", ready=None), make("pending", phase="Pending"), make("homeless", node=""))
    assert ["homeless", "pending"] == [pod.metadata.name for pod in get_pods_to_delete(pods, (), 2, NOW)]
    assert pods == get_pods_to_delete(pods, (), 4, NOW)


def test_pods_doubled_up_on_a_node_go_first() -> None:
    """Related pods, other ReplicaSets' among them, count by node."""
    pods = (make("alone", node="a"), make("crowded", node="b"))
    assert ["crowded"] == [pod.metadata.name for pod in get_pods_to_delete(pods, (*pods, make("x", node="b")), 1, NOW)]


def test_every_tie_is_a_choice() -> None:
    """Two of three equal pods: three sets, the deterministic one first; a pod that must go is in all of them."""
    equal = tuple(with_uid(make(name)) for name in "abc")
    chosen = tied_choices(equal, equal, 2, NOW)
    assert [["a", "b"], ["a", "c"], ["b", "c"]] == [[pod.metadata.name for pod in some] for some in chosen]
    worst = with_uid(make("worst", node=""))
    mixed = tied_choices((*equal, worst), (*equal, worst), 2, NOW)
    assert [["worst", "a"], ["worst", "b"], ["worst", "c"]] == [[pod.metadata.name for pod in some] for some in mixed]
    assert 1 == len(tied_choices(equal, equal, 3, NOW))


def with_uid(pod: Pod) -> Pod:
    """The pod, its name as its UID."""
    return attrs.evolve(pod, metadata=attrs.evolve(pod.metadata, uid=pod.metadata.name))


def test_the_status_counts_what_was_claimed() -> None:
    """Replicas, fully labeled, ready, available and terminating ones, each by its own rule."""
    owner = replicaset(3)
    owner = attrs.evolve(owner, spec=attrs.evolve(owner.spec, min_ready_seconds=10))
    labeled = [attrs.evolve(pod, metadata=attrs.evolve(pod.metadata, labels=LABELS))
               for pod in (make("a"), make("b", ready=NOW - 5))]
    status = calculate_status(owner, (*labeled, make("c", ready=None)), 4, NOW)
    assert (3, 2, 2, 1, 4) == (status.replicas, status.fully_labeled_replicas, status.ready_replicas,
                               status.available_replicas, status.terminating_replicas)


@pytest.mark.parametrize(("active", "reason"), [(1, "FailedCreate"), (3, "FailedDelete")])
def test_a_failure_is_a_condition_until_it_succeeds(active: int, reason: str) -> None:
    """Set once, kept with its time while it fails, removed when it succeeds; other conditions stay."""
    other = Condition("Other", "True")
    owner = with_conditions((other,))
    failed = failure_condition(owner, active, "quota", 7)
    found = get_condition(failed, REPLICA_FAILURE)
    assert found is not None
    assert (reason, 7, "quota") == (found.reason, found.last_transition_time, found.message)
    assert failed == failure_condition(with_conditions(failed), active, "another", 9)
    assert (other,) == failure_condition(with_conditions(failed), active, "", 9)
    assert (other,) == failure_condition(owner, active, "", 9)


def with_conditions(conditions: tuple[Condition, ...]) -> ReplicaSet:
    """A ReplicaSet of two with these conditions."""
    owner = replicaset(2)
    return attrs.evolve(owner, status=attrs.evolve(owner.status, conditions=conditions))
