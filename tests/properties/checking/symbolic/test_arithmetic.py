"""Lemmas about integers: for all values, or refuted by values that the native functions agree on."""

import attrs
import pytest

from seatrial.properties.checking.replay import ReplayDisagrees
from seatrial.properties.checking.symbolic.arithmetic import Lemma
from seatrial.properties.checking.symbolic.query import Limits
from seatrial.properties.checking.symbolic.system import Clause
from seatrial.properties.checking.verdict import PROVED, UNKNOWN, VIOLATED


@attrs.frozen
class Two:
    """Two numbers."""

    one: int
    two: int


ORDERED = Clause("one <= two", lambda v: v.one <= v.two)
HALF = Clause("half of one <= half of two", lambda v: v.one // 2 <= v.two // 2)
STRICT = Clause("half of one < half of two", lambda v: v.one // 2 < v.two // 2)


def test_a_lemma_is_proved_or_refuted() -> None:
    """With the values, of which the native functions say the same."""
    assert PROVED == Lemma(Two, (ORDERED,), (HALF,)).check(Limits()).verdict
    found = Lemma(Two, (ORDERED,), (HALF, STRICT)).check(Limits())
    assert VIOLATED == found.verdict
    assert found.run is not None
    assert ORDERED.holds(found.run.states[0])
    assert not STRICT.holds(found.run.states[0])


def test_values_that_the_functions_do_not_confirm_are_an_error() -> None:
    """Never a verdict."""
    with pytest.raises(ReplayDisagrees):
        Lemma(Two, (ORDERED,), (HALF,)).refuted(HALF, Two(1, 2))
    with pytest.raises(ReplayDisagrees):
        Lemma(Two, (ORDERED,), (STRICT,)).refuted(STRICT, Two(2, 1))


def test_what_the_solver_does_not_know_is_unknown() -> None:
    """With the query."""
    cubes = Clause("no cubes differ by that",
                   lambda v: v.one * v.one * v.one != v.two * v.two * v.two + v.one * v.two + 33)
    found = Lemma(Two, (), (cubes,)).check(Limits(0.02))
    assert UNKNOWN == found.verdict
    assert "(check-sat)" in found.query
