"""The order of the active queue."""

from hypothesis import given
from hypothesis import strategies as st

from seatrial.model.scheduler.priority_sort import less
from tests.strategies.scheduler_objects import new_pod

priorities = st.sampled_from([None, -1, 0, 10])
entries = st.tuples(priorities.map(lambda priority: new_pod(priority=priority)), st.sampled_from("ab"))


@given(entries, entries, entries)
def test_it_is_a_strict_order(one: tuple, two: tuple, three: tuple) -> None:  # type: ignore[type-arg]
    """Nothing comes before itself, no two before each other, and what comes before a third comes before it."""
    assert not less(*one, *one)
    assert not (less(*one, *two) and less(*two, *one))
    assert less(*one, *three) or not (less(*one, *two) and less(*two, *three))


def test_priority_first_then_waiting_time() -> None:
    """A higher priority wins over a longer wait; no priority is 0."""
    assert less(new_pod(priority=1), "b", new_pod(), "a")
    assert less(new_pod(), "a", new_pod(priority=0), "b")
