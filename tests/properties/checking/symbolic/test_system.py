"""Count models: their transitions, what is left of them, and how they become terms."""

import pytest
import z3

from seatrial.properties.checking.symbolic.system import CountModel, Transition, always, compile_model
from tests.properties.checking.symbolic.toys import BROKEN, FINISH, MODEL, TAKE, Crossing, Jobs, Light


def test_a_transition_can_be_left_out_by_name() -> None:
    """One that is not there is an error that lists those that are."""
    assert (TAKE, FINISH) == MODEL.without("reopen").transitions
    assert MODEL.without("reopen").transitions == MODEL.quiet().transitions
    assert FINISH is MODEL.transition("finish")
    with pytest.raises(ValueError, match="no transition paint; it has finish, reopen, take"):
        MODEL.without("paint")
    with pytest.raises(KeyError):
        MODEL.transition("paint")


def test_at_once_every_transition_chooses_as_its_witness() -> None:
    """Its runs are runs of the whole model."""
    take = MODEL.at_once().transition("take")
    assert () == take.choices
    state = Jobs(5, 3, 1, 0)
    assert TAKE.step(state, 3) == take.step(state)
    assert take.enabled(state)
    assert not take.enabled(Jobs(5, 0, 1, 0))


def test_terms_are_those_of_the_functions() -> None:
    """The guard and the state after a step, for some numbers."""
    compiled = compile_model(MODEL)
    take = compiled.transitions[0]
    pairs = list(zip((*compiled.variables, take.choices[0].term), map(z3.IntVal, (9, 4, 2, 1, 3)), strict=True))
    after = [z3.simplify(z3.substitute(term, *pairs)).as_long() for term in take.after_terms]
    assert [9, 1, 5, 1] == after
    assert z3.is_true(z3.simplify(z3.substitute(take.guard, *pairs)))


def test_a_state_keeps_to_its_types() -> None:
    """An enum's variable is one of its members, in initial states too."""
    light = Transition("change", lambda s: s, always)
    compiled = compile_model(CountModel("crossing", Crossing, lambda s: s.light != Light.RED, (light,)))
    solver = z3.Solver()
    solver.add(compiled.initial, (compiled.state.light != Light.GREEN).term, (compiled.state.light != Light.AMBER).term)
    assert z3.unsat == solver.check()


def test_models_are_compiled_once() -> None:
    """Transitions are shared by the models that have them."""
    assert compile_model(MODEL) is compile_model(MODEL)
    assert compile_model(MODEL).transitions[0] is compile_model(BROKEN).transitions[0]
