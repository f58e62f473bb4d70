"""What an outcome comes to: its exit code, and whether a placement is only an end."""

import pytest

from seatrial.model.api.core import Pod
from seatrial.properties.checking.place.answer import FEASIBLE, INFEASIBLE, UNKNOWN, Answer, Placed
from seatrial.properties.checking.place.question import Batch, Question
from seatrial.traces.place.outcome import Loss, Outcome, Packed
from seatrial.traces.place.questions import Asked

ONE = Question((), (), (Batch("Pod a/b", Pod(), 1),))
PLACED = Answer(FEASIBLE, schedule=((0, "node-1"),))


def outcome(answer: Answer, *losses: str) -> Outcome:
    """An outcome with these verdicts."""
    return Outcome(Asked(ONE, ONE), answer, losses=tuple(Loss("any", verdict) for verdict in losses))


@pytest.mark.parametrize(("answer", "losses", "code"), [
    (PLACED, (), 0),
    (PLACED, (FEASIBLE, FEASIBLE), 0),
    (PLACED, (FEASIBLE, UNKNOWN), 4),
    (PLACED, (UNKNOWN, INFEASIBLE), 1),
    (Answer(INFEASIBLE), (), 1),
    (Answer(UNKNOWN), (), 4),
    (Answer(UNKNOWN), (INFEASIBLE,), 1),
])
def test_the_exit_code_is_of_the_worst(answer: Answer, losses: tuple[str, ...], code: int) -> None:
    """What has no place comes before what is not known."""
    assert code == outcome(answer, *losses).exit_code


def test_a_placement_that_no_order_reaches_is_none() -> None:
    """It is no placement, and yet worth showing."""
    assert outcome(Answer(INFEASIBLE, placement=(Placed(0, "node-1", 1),))).only_at_once
    assert not outcome(Answer(INFEASIBLE)).only_at_once
    assert not outcome(PLACED).only_at_once


def test_bounds_that_meet_are_exact() -> None:
    """Else somebody may still do better."""
    assert Packed(2, ("a", "b")).is_exact
    assert not Packed(1, ("a", "b")).is_exact
