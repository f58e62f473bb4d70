"""The reference search counts every state, and finds what is broken by a shortest trace."""

import pytest

from seatrial.model.canonical import canonical
from seatrial.model.cluster import enabled, step
from seatrial.properties.checking.reference import explore
from tests.properties.checking.scenarios import CONVERGE, EXCEEDED, FORGETFUL, cluster_with


def test_it_counts_what_a_depth_first_search_counts() -> None:
    """States and transitions, by a search written another way."""
    initial = cluster_with("replicaset", refused=1)
    seen, stack, transitions = set(), [canonical(initial)], 0
    while stack:
        cluster = stack.pop()
        if cluster not in seen:
            seen.add(cluster)
            actions = enabled(cluster)
            transitions += len(actions)
            stack += [canonical(step(cluster, action)) for action in actions]
    found = explore(initial, always=(EXCEEDED.predicate,), quietly=(CONVERGE.predicate,))
    assert (True, "", len(seen), transitions) == (found.complete, found.violation, found.states, found.transitions)
    assert found.quiet > 0


def test_the_missing_expectations_are_found_by_a_shortest_trace() -> None:
    """It follows canonical steps to the violation, and no shorter one does."""
    initial = cluster_with(FORGETFUL)
    found = explore(initial, always=(EXCEEDED.predicate,))
    assert "there are 2 pods, 1 desired" == found.violation
    cluster = canonical(initial)
    for action in found.trace:
        assert None is EXCEEDED.predicate(cluster)
        cluster = canonical(step(cluster, action))
    assert found.violation == EXCEEDED.predicate(cluster)
    assert len(found.trace) == found.depth


def test_a_goal_that_is_not_reached_at_rest_is_found() -> None:
    """`quietly` is asked where only users and faults could still move."""
    found = explore(cluster_with("replicaset"), quietly=(lambda _: "never satisfied",))
    assert "never satisfied" == found.violation
    assert not found.complete


@pytest.mark.parametrize("limit", [1, 10])
def test_a_limit_is_no_exhaustion(limit: int) -> None:
    """It says that it is not complete."""
    found = explore(cluster_with("replicaset", refused=1), limit=limit)
    assert (False, "") == (found.complete, found.violation)
    assert found.states > limit


def test_symmetry_merges_states_and_keeps_the_verdict() -> None:
    """Fewer states or as many, never more."""
    initial = cluster_with("replicaset", 2)
    plain, merged = (explore(initial, always=(EXCEEDED.predicate,), symmetric=on) for on in (False, True))
    assert merged.states <= plain.states
    assert (True, True) == (plain.complete, merged.complete)
