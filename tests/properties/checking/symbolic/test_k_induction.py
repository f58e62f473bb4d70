"""k-induction proves without an invariant what plain induction cannot."""

import attrs

from seatrial.properties.checking.symbolic.induction import Induction
from seatrial.properties.checking.symbolic.k_induction import KInduction, holds_again, holds_at_first
from seatrial.properties.checking.symbolic.query import Limits
from seatrial.properties.checking.symbolic.system import Clause, CountModel, Transition, compile_model
from seatrial.properties.checking.verdict import PROVED, UNKNOWN, VIOLATED

LIMITS = Limits()


@attrs.frozen
class Shift:
    """Three places that a mark is passed through."""

    first: int
    second: int
    third: int


def shift(s: Shift) -> Shift:
    """From one place to the next; the first is always filled with 0."""
    return Shift(0, s.first, s.second)


MODEL = CountModel("shift", Shift, lambda s: s.first == 0 and s.second == 0 and s.third == 0, (
    Transition("shift", shift),))
CLEAN = Clause("the third place holds 0", lambda s: s.third == 0)


def test_it_needs_as_many_steps_as_the_mark_has_places() -> None:
    """Plain induction fails; k = 3 proves it."""
    assert UNKNOWN == Induction(MODEL, CLEAN, depth=3).check(LIMITS).verdict
    found = KInduction(MODEL, CLEAN).check(LIMITS)
    assert (PROVED, "k-inductive with k = 3") == (found.verdict, found.reason)
    compilation = compile_model(MODEL)
    assert [False, False, True] == [holds_again(compilation, (CLEAN,), k, LIMITS) for k in (1, 2, 3)]


def test_a_claim_that_fails_late_is_refuted() -> None:
    """The first states of every run are looked at too: the step alone would not see it."""
    marked = attrs.evolve(MODEL, initial=lambda s: s.first == 1 and s.second == 0 and s.third == 0)
    assert not holds_at_first(compile_model(marked), (CLEAN,), 3, LIMITS)
    found = KInduction(marked, CLEAN).check(LIMITS)
    assert VIOLATED == found.verdict
    assert found.run is not None
    assert Shift(0, 0, 1) == found.run.states[-1]


def test_a_claim_that_is_not_k_inductive_is_unknown() -> None:
    """It says up to which k."""
    found = KInduction(MODEL, CLEAN, most=2).check(LIMITS)
    assert UNKNOWN == found.verdict
    assert "not k-inductive up to 2" in found.reason
