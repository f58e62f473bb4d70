"""Runs of count models: replayed by the native functions alone, and told in words."""

import attrs
import pytest

from seatrial.model.actions import Action
from seatrial.properties.checking.replay import ReplayDisagrees
from seatrial.properties.checking.symbolic.answer import (
    Run,
    Taken,
    refuted_by,
    replay,
    say_change,
    say_run,
    say_state,
)
from seatrial.properties.checking.symbolic.system import Clause
from tests.properties.checking.symbolic.toys import MODEL, Jobs

FIRST = Jobs(3, 2, 0, 0)
TAKEN = (Taken("take", (2,)), Taken("finish"))
STATES = (FIRST, Jobs(3, 0, 2, 0), Jobs(3, 0, 1, 1))


def test_a_run_is_replayed_from_an_initial_state() -> None:
    """By guards and steps; what they do not allow is an error, never a verdict."""
    assert STATES == replay(MODEL, FIRST, TAKEN)
    for first, taken, why in ((Jobs(3, 2, 1, 0), TAKEN, "no initial state"),
                              (FIRST, (Taken("finish"),), r"finish\(\) is not enabled"),
                              (FIRST, (Taken("take", (3,)),), r"take\(3,\) is not enabled")):
        with pytest.raises(ReplayDisagrees, match=why):
            replay(MODEL, first, taken)


def test_a_solver_that_is_wrong_is_found_out() -> None:
    """Another state than the functions give, or a claim that holds where it says that it fails."""
    nothing = Clause("nothing is done", lambda s: s.done == 0)
    assert STATES == refuted_by(MODEL, nothing, STATES, TAKEN).states
    with pytest.raises(ReplayDisagrees, match="disagree"):
        refuted_by(MODEL, nothing, (*STATES[:2], Jobs(3, 0, 0, 2)), TAKEN)
    with pytest.raises(ReplayDisagrees, match="holds in"):
        refuted_by(MODEL, Clause("some are to do", lambda s: s.todo > 0), STATES[:1], ())


def test_a_run_is_an_ordinary_counterexample() -> None:
    """Its transitions are Actions of the model, with what they chose."""
    run = Run(MODEL, STATES, TAKEN, "sentence", loop=1)
    found = run.counterexample("jobs-done")
    assert (Action("take", "jobs", "", "2"), Action("finish", "jobs")) == found.actions
    assert ("jobs-done", "sentence", 1, 1) == (found.property, found.sentence, found.stem, found.loop)
    assert 2 == attrs.evolve(run, loop=None).counterexample("jobs-done").stem


def test_a_run_is_told_by_what_changes() -> None:
    """Numbered, with choices by name, and where it goes round."""
    assert [
        "    0. at first: limit = 3, todo = 2",
        "    1. take (count = 2): todo 2 -> 0, doing 0 -> 2",
        "    2. finish: doing 2 -> 1, done 0 -> 1",
        "    and so on from step 1 for ever",
        "    sentence",
    ] == list(say_run(Run(MODEL, STATES, TAKEN, "sentence", loop=1)))
    assert "everything is 0" == say_state(Jobs(0, 0, 0, 0))
    assert "nothing changes" == say_change(FIRST, FIRST)
