"""From a small graph to all counts: what is guessed is proved, or given up."""

from seatrial.properties.checking.symbolic.bridge import Bridge, candidates, small_states
from seatrial.properties.checking.symbolic.query import Limits
from seatrial.properties.checking.symbolic.system import Clause, compile_model
from seatrial.properties.checking.verdict import PROVED, UNKNOWN, VIOLATED
from tests.properties.checking.symbolic.toys import BROKEN, MODEL, WITHIN, Jobs

LIMITS = Limits()


def test_a_claim_becomes_inductive_by_what_a_small_graph_shows() -> None:
    """Only the comparisons that the proof uses are named."""
    found = Bridge(MODEL, WITHIN).check(LIMITS)
    assert PROVED == found.verdict
    assert "checked to 3" in found.reason
    assert f"always: {WITHIN.says}" in found.explained
    assert len(found.explained) < 8


def test_a_claim_that_fails_is_refuted_and_not_guessed_true() -> None:
    """By a run, even though the numbers are small."""
    assert VIOLATED == Bridge(BROKEN, WITHIN).check(LIMITS).verdict


def test_a_claim_beyond_comparisons_is_unknown() -> None:
    """It holds, and no comparison of two counts makes it inductive."""
    few = Clause("done <= limit", lambda s: s.done <= s.limit)
    found = Bridge(MODEL, few).check(LIMITS)
    assert (UNKNOWN, None) == (found.verdict, found.run)
    assert "no comparison of counts makes it inductive" in found.reason


def test_the_small_graph_is_that_of_the_native_functions() -> None:
    """Every state is reached; the candidates hold in them or not, and are never texts alone."""
    states = small_states(compile_model(MODEL), 2, LIMITS)
    assert Jobs(2, 0, 0, 2) in states
    assert all(WITHIN.holds(each) for each in states)
    true = [each.says for each in candidates(states) if all(each.holds(state) for state in states)]
    assert "done <= limit" in true
    assert "limit <= done" not in true
