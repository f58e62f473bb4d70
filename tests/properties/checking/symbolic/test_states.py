"""Symbolic states: a variable in every field, and back to plain values."""

import attrs
import pytest
import z3

from seatrial.properties.checking.symbolic.states import (
    StateError,
    at_step,
    concretize,
    domain,
    equal,
    leaves,
    substitute,
    symbolic,
    variables,
)
from tests.properties.checking.symbolic.toys import Crossing, Jobs, Light


@attrs.frozen
class Town:
    """Two crossings and two numbers."""

    north: Crossing
    pair: tuple[int, int]


@attrs.frozen
class Named:
    """A state with a text in it."""

    name: str


def solve(*constraints: object) -> z3.ModelRef:
    """A model of some constraints."""
    solver = z3.Solver()
    solver.add(*constraints)
    assert z3.sat == solver.check()
    return solver.model()


def test_a_model_becomes_a_plain_value_of_the_class() -> None:
    """Nested classes, tuples, enums and truth values; the native comparison holds."""
    town = symbolic(Town)
    model = solve(*domain(town), town.north.cars.term == 3, (town.north.light == Light.AMBER).term,
                  town.pair[1].term == -2, town.north.open.term)
    assert Town(Crossing(Light.AMBER, 3, open=True), (0, -2)) == concretize(model, town)


def test_an_enum_is_one_of_its_members() -> None:
    """No model gives a light that there is not."""
    town = symbolic(Town)
    solver = z3.Solver()
    solver.add(*domain(town), *((town.north.light != each).term for each in Light))
    assert z3.unsat == solver.check()


def test_a_field_that_is_given_stays_as_it_is() -> None:
    """It is no variable."""
    jobs = symbolic(Jobs, limit=5)
    assert 5 == jobs.limit
    assert ["todo", "doing", "done"] == [str(each) for each in variables(jobs)]


def test_a_copy_has_variables_of_its_own() -> None:
    """Named by the step; substitution goes from one to the other."""
    jobs = symbolic(Jobs)
    later = at_step(jobs, 3)
    assert ["limit@3", "todo@3", "doing@3", "done@3"] == [str(each) for each in leaves(later)]
    assert z3.is_true(z3.simplify(equal(later, substitute(jobs, leaves(jobs), leaves(later))).term))
    assert not z3.is_true(z3.simplify(equal(later, jobs).term))


def test_a_field_of_another_type_is_refused_by_name() -> None:
    """The message names the class, the field, the type, and what there may be."""
    with pytest.raises(StateError, match=r"Named: the field name is of type str; .* int, bool, an Enum"):
        symbolic(Named)
    with pytest.raises(StateError, match="neither int"):
        leaves("text")
