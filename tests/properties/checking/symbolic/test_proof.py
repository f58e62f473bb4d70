"""A proof's verdict says what it is about; a control counts only when it fails as expected."""

import attrs
import pytest

from seatrial.properties.checking.symbolic.answer import Answer
from seatrial.properties.checking.symbolic.induction import Induction
from seatrial.properties.checking.symbolic.proof import Proof, prove
from seatrial.properties.checking.symbolic.query import Limits, SolverGaveUpError
from seatrial.properties.checking.symbolic.system import CountModel
from seatrial.properties.checking.verdict import UNKNOWN, VIOLATED
from tests.properties.checking.symbolic.toys import BROKEN, COUNTS, MODEL, WITHIN

PROOF = Proof("jobs", WITHIN.says, "count model", ("every number of jobs",), (), Induction(MODEL, WITHIN, (COUNTS,)),
              refinement="refinement proved to 2")
CONTROL = attrs.evolve(PROOF, name="jobs-twice", rule=Induction(BROKEN, WITHIN), expected=VIOLATED, control_of="jobs")


@attrs.frozen
class Weary:
    """A rule that gives up."""

    model: CountModel = MODEL
    name: str = "weary"

    def check(self, limits: Limits) -> Answer:
        """Raises."""
        raise SolverGaveUpError(f"no answer in {limits.seconds} s", "(check-sat)")


def test_a_verdict_names_the_model_and_how_far_it_was_compared() -> None:
    """As it is printed; it is the expected one."""
    found = prove(PROOF)
    assert "PROVED (count model; refinement proved to 2)" == found.verdict
    assert found.is_expected
    assert None is found.counterexample
    assert found.seconds > 0


def test_a_control_must_fail() -> None:
    """A replayed run makes it so; one that is proved is not as expected."""
    found = prove(CONTROL)
    assert ("VIOLATED (replayed from an initial state)", True) == (found.verdict, found.is_expected)
    assert found.counterexample is not None
    assert "jobs-twice" == found.counterexample.property
    assert not prove(attrs.evolve(PROOF, expected=VIOLATED)).is_expected


def test_a_solver_that_gives_up_has_failed() -> None:
    """UNKNOWN, with the query, and never as expected: nothing may be expected to be unknown."""
    found = prove(attrs.evolve(PROOF, rule=Weary()), Limits(2))
    assert (UNKNOWN, "(check-sat)", False) == (found.answer.verdict, found.answer.query, found.is_expected)
    assert "UNKNOWN (no answer in 2 s)" == found.verdict
    with pytest.raises(ValueError, match="expects UNKNOWN: expect PROVED or VIOLATED"):
        attrs.evolve(PROOF, expected=UNKNOWN)
