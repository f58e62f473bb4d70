"""The ranking rule proves that a goal is reached and kept; each of its conditions can fail."""

from typing import Any

import attrs
import pytest

from seatrial.properties.checking.symbolic.query import Limits
from seatrial.properties.checking.symbolic.ranking import Helpful, Measure, Ranking, broken_conditions
from seatrial.properties.checking.symbolic.system import Clause, CountModel, Transition
from seatrial.properties.checking.verdict import PROVED, UNKNOWN, VIOLATED
from tests.properties.checking.symbolic.toys import ALL_DONE, COUNTS, FINISH, LAZY, MODEL, RESTLESS, WITHIN

LIMITS = Limits()
RANK = (Measure("to do", lambda s: s.todo), Measure("being done", lambda s: s.doing))
HELPFUL = (Helpful("take", lambda s: s.todo > 0), Helpful("finish", lambda s: s.doing > 0))
INVARIANT = (COUNTS, WITHIN)
RULE = Ranking(MODEL, ALL_DONE, INVARIANT, RANK, HELPFUL)


def test_all_jobs_are_done_in_the_end() -> None:
    """Once nobody reopens any; the invariant holds while they are reopened too."""
    found = RULE.check(LIMITS)
    assert PROVED == found.verdict
    assert "rank: to do, then being done" in found.explained
    assert "helpful: take, else finish" in found.explained


def test_a_goal_that_is_never_reached_is_refuted() -> None:
    """By a run into a state in which nothing has to happen any more."""
    found = attrs.evolve(RULE, model=LAZY, helpful=HELPFUL[:1]).check(LIMITS)
    assert VIOLATED == found.verdict
    assert found.run is not None
    assert found.run.states[-1].doing > 0
    assert "no step that must be taken" in found.run.sentence


def test_a_goal_that_is_lost_again_is_refuted_by_a_loop() -> None:
    """Every fair transition has its turn in it."""
    found = attrs.evolve(RULE, model=RESTLESS).check(LIMITS)
    assert VIOLATED == found.verdict
    assert found.run is not None
    assert found.run.loop is not None
    assert found.run.states[found.run.loop] == found.run.states[-1]


UNFAIR = attrs.evolve(FINISH, name="finish-now-and-then", fair=False)
STEALS = Transition("steal", lambda s: attrs.evolve(s, todo=s.todo + 1, doing=s.doing - 1), lambda s: s.doing > 0)


@pytest.mark.parametrize(("changed", "why"), [
    ({"helpful": HELPFUL[:1]}, "no transition is helpful"),
    ({"rank": (Measure("to do", lambda s: s.todo - 1), RANK[1])}, "the rank 'to do' is below 0"),
    ({"rank": RANK[:1]}, "finish helps but does not lower the rank"),
    ({"rank": RANK[1:]}, "take raises the rank"),
    ({"helpful": (HELPFUL[1], Helpful("take", lambda s: s.todo >= 0))}, ""),
    ({"helpful": (Helpful("finish", lambda s: s.doing >= 0), HELPFUL[0])}, "finish should help but is not enabled"),
    ({"model": CountModel("stealing", MODEL.state, MODEL.initial, (*MODEL.transitions, STEALS))},
     "steal raises the rank"),
    ({"goal": Clause("nothing is to do", lambda s: s.todo == 0),
      "model": CountModel("stealing", MODEL.state, MODEL.initial, (*MODEL.transitions, STEALS))},
     "steal leaves the goal"),
])
def test_each_condition_of_the_rule_is_checked(changed: dict[str, Any], why: str) -> None:
    """Negative controls: a rule that breaks one condition is no proof; an order that breaks none is one."""
    assert why in next(broken_conditions(attrs.evolve(RULE, **changed), LIMITS), "")
    assert (PROVED == attrs.evolve(RULE, depth=2, **changed).check(LIMITS).verdict) == (why == "")


def test_only_what_is_bound_to_be_taken_can_help() -> None:
    """A transition that is not fair, or has choices without a witness, is refused in words."""
    model = CountModel("unfair", MODEL.state, MODEL.initial, (*MODEL.transitions, UNFAIR))
    rule = attrs.evolve(RULE, model=model, helpful=(Helpful("finish-now-and-then", lambda s: s.doing > 0),))
    with pytest.raises(ValueError, match="no fair transition of unfair"):
        rule.check(LIMITS)
    blind = CountModel("blind", MODEL.state, MODEL.initial, (attrs.evolve(MODEL.transitions[0], witness=None), FINISH))
    with pytest.raises(ValueError, match="give it a witness"):
        attrs.evolve(RULE, model=blind).check(LIMITS)


def test_a_rank_that_fails_alone_proves_and_refutes_nothing() -> None:
    """The goal is reached, only the rank is wrong: UNKNOWN."""
    found = attrs.evolve(RULE, rank=RANK[:1], depth=3).check(LIMITS)
    assert UNKNOWN == found.verdict
    assert found.run is None
