"""Placements, and that there are none: as every order that is tried out says."""

import pytest
from hypothesis import given, settings

from seatrial.properties.checking.place.answer import FEASIBLE, INFEASIBLE
from seatrial.properties.checking.place.check import PlaceError, check_question
from seatrial.properties.checking.place.lower_cpsat import is_installed
from seatrial.properties.checking.place.portfolio import BACK_ENDS, in_seconds
from seatrial.properties.checking.place.question import Question
from seatrial.properties.checking.place.solve import answer, place
from tests.benchmarks.place_workloads import planted
from tests.properties.checking.place.oracle import reachable_ends, replays
from tests.strategies.placements import batch, questions, zone_nodes


def is_askable(question: Question) -> bool:
    """Does it pass the check of its input?"""
    try:
        check_question(question)
    except PlaceError:
        return False
    return True


def agrees(question: Question) -> None:
    """The answer is what trying every order says, and a placement is one of its ends, reached by the schedule."""
    ends = reachable_ends(question)
    found = answer(question, in_seconds(20))
    assert (FEASIBLE if ends else INFEASIBLE) == found.verdict, found
    if ends:
        assert replays(question, found.schedule)
        counts = {(each.batch, each.node): each.count for each in found.placement}
        assert tuple(tuple(counts.get((batch, node.metadata.name), 0) for node in question.nodes)
                     for batch in range(len(question.batches))) in ends


@settings(deadline=None, max_examples=150)
@given(questions())
def test_the_answer_is_what_trying_every_order_says(question: Question) -> None:
    """On tiny questions, with every kind of constraint."""
    agrees(question)


@pytest.mark.nightly
@settings(deadline=None, max_examples=3000)
@given(questions())
def test_many_answers_are_what_trying_every_order_says(question: Question) -> None:
    """The same, many times."""
    agrees(question)


def test_what_is_not_there_is_said() -> None:
    """No nodes take no pods; nothing to place is placed; a back-end that there is none of is an error."""
    none = place(Question((), batches=(batch("web", 2),)))
    assert (INFEASIBLE, "there is no node to place 2 pods on") == (none.verdict, none.reason)
    assert FEASIBLE == place(Question(zone_nodes(1))).verdict
    assert FEASIBLE == place(Question(zone_nodes(1), batches=(batch("web", 0),))).verdict
    with pytest.raises(ValueError, match="there is no back-end glpk; use one of z3, cpsat"):
        place(Question(()), back_end="glpk")


@pytest.mark.parametrize("back_end", [each for each in BACK_ENDS if each == "z3" or is_installed()])
def test_both_back_ends_place_and_refute(back_end: str) -> None:
    """Forty pods on a loaded cluster, and five too many; the schedule replays, twice the same."""
    question = planted(40, 16, 0.9, seed=3)
    found = place(question, back_end=back_end, seconds=60)
    assert FEASIBLE == found.verdict
    assert replays(question, found.schedule)
    again = place(question, back_end=back_end, seconds=60)
    assert (found.schedule, found.engine) == (again.schedule, again.engine)
    too_much = planted(40, 16, 1.0, seed=3, extra=5)
    assert INFEASIBLE == place(too_much, back_end=back_end, seconds=60).verdict
