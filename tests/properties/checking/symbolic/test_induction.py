"""Induction proves what is inductive, refutes by a run from an initial state, and otherwise does not know."""

import attrs

from seatrial.properties.checking.symbolic.induction import Induction, first_failure
from seatrial.properties.checking.symbolic.query import Limits
from seatrial.properties.checking.symbolic.system import Clause, compile_model
from seatrial.properties.checking.verdict import PROVED, UNKNOWN, VIOLATED
from tests.properties.checking.symbolic.toys import BROKEN, COUNTS, FEW_DONE, MODEL, WITHIN, Jobs

LIMITS = Limits()


def test_an_inductive_claim_is_proved_for_all_numbers() -> None:
    """With the clauses that make it inductive, which are named."""
    found = Induction(MODEL, FEW_DONE, (COUNTS, WITHIN)).check(LIMITS)
    assert PROVED == found.verdict
    assert (f"always: {COUNTS.says}", f"always: {WITHIN.says}", f"always: {FEW_DONE.says}") == found.explained


def test_a_claim_that_fails_is_refuted_by_a_replayed_run() -> None:
    """From an initial state, by native functions, as short as can be."""
    found = Induction(BROKEN, WITHIN).check(LIMITS)
    assert VIOLATED == found.verdict
    assert found.run is not None
    assert BROKEN.initial(found.run.states[0])
    assert not WITHIN.holds(found.run.states[-1])
    assert ["take", "duplicate"] == [each.name for each in found.run.taken]


def test_a_claim_that_holds_but_is_not_inductive_is_unknown() -> None:
    """The state that breaks the induction is called possibly unreachable, and is no counterexample."""
    found = Induction(MODEL, FEW_DONE, depth=4).check(LIMITS)
    assert UNKNOWN == found.verdict
    assert "lost by finish in a possibly unreachable state" in found.reason
    assert found.run is None


def test_a_claim_that_is_false_at_first_is_said_so() -> None:
    """Before any transition."""
    claim = Clause("something is done", lambda s: s.done > 0)
    assert "fails at first" in first_failure(compile_model(MODEL), (claim,), LIMITS)
    found = Induction(MODEL, claim).check(LIMITS)
    assert (VIOLATED, 0) == (found.verdict, len(found.run.taken) if found.run else -1)


def test_a_solver_without_time_does_not_know() -> None:
    """The query comes along, as SMT-LIB."""
    hard = Clause("no four cubes", lambda s: s.todo * s.todo * s.todo + s.doing * s.doing * s.doing
                  != s.done * s.done * s.done + 33)
    found = Induction(attrs.evolve(MODEL, initial=lambda s: True), hard).check(Limits(0.02))  # noqa: ARG005 -- any state
    assert UNKNOWN == found.verdict
    assert "(check-sat)" in found.query
    assert Jobs is MODEL.state
