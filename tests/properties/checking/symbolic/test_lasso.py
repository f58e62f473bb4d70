"""Lassos: runs that get stuck, or go round for ever, with every fair transition having its turn."""

import attrs

from seatrial.properties.checking.symbolic.lasso import Lasso, search_stuck, search_unfulfilled
from seatrial.properties.checking.symbolic.query import Limits
from seatrial.properties.checking.symbolic.system import Clause, Transition
from seatrial.properties.checking.verdict import UNKNOWN, VIOLATED
from tests.properties.checking.symbolic.toys import ALL_DONE, LAZY, MODEL, RESTLESS

LIMITS = Limits()


def test_an_oscillation_is_found() -> None:
    """The loop is replayed, and the goal fails in it."""
    found = Lasso(RESTLESS, ALL_DONE).check(LIMITS)
    assert VIOLATED == found.verdict
    run = found.run
    assert run is not None
    assert run.loop is not None
    assert run.states[run.loop] == run.states[-1]
    assert not all(ALL_DONE.holds(each) for each in run.states[run.loop:])
    assert {"take", "finish", "reopen"} == {each.name for each in run.taken[run.loop:]}


def test_a_loop_of_the_environment_is_none() -> None:
    """In it the environment is quiet: what a user does again and again is no oscillation of the system."""
    assert UNKNOWN == Lasso(MODEL, ALL_DONE, depth=5).check(LIMITS).verdict


def test_an_unfair_loop_is_none() -> None:
    """Where reopening alone goes round with finishing, a job to do stays to do: that it is taken is bound to happen."""
    clear = Clause("nothing is to do", lambda s: s.todo == 0)
    spin = Transition("spin", lambda s: s)
    spinning = attrs.evolve(MODEL, transitions=(*MODEL.transitions, spin))
    assert UNKNOWN == Lasso(spinning, clear, depth=4).check(LIMITS).verdict
    lazy = attrs.evolve(spinning, transitions=(*(attrs.evolve(each, fair=False) for each in MODEL.transitions), spin))
    assert VIOLATED == Lasso(lazy, clear, depth=4).check(LIMITS).verdict


def test_a_state_in_which_nothing_must_happen_is_found() -> None:
    """The shortest loop there is."""
    found = search_stuck(LAZY, ALL_DONE, LIMITS, 4)
    assert VIOLATED == found.verdict
    assert found.run is not None
    assert ["take"] == [each.name for each in found.run.taken]
    assert UNKNOWN == search_unfulfilled(MODEL, ALL_DONE, LIMITS, 3).verdict
