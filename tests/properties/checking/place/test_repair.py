"""Fillings break nothing, whatever is moved; and what is solved part by part is a solution, or nothing is claimed."""

import attrs
import pytest
from hypothesis import given, settings

from seatrial.properties.checking.place.forms import holds
from seatrial.properties.checking.place.lower_z3 import UNITS, Asked, ask
from seatrial.properties.checking.place.neighbourhood import Parts, fill_in, freed, solve_in_parts
from seatrial.properties.checking.place.problem import Problem, new_problem
from seatrial.properties.checking.place.question import Question
from seatrial.properties.checking.place.repair import Filling, filled, settle
from seatrial.properties.checking.place.world import new_world
from tests.benchmarks.place_workloads import planted
from tests.strategies.placements import batch, questions, zone_nodes

SECONDS = 20.0


def by_units(part: Problem) -> Asked:
    """The exact back-end of these tests."""
    return ask(part, UNITS, seconds=SECONDS)


def assert_breaks_nothing(filling: Filling) -> None:
    """Bounds, sums and conditions hold, and every pod is placed or left over."""
    problem, values = filling.problem, filling.values
    assert all(0 <= value <= bound for value, bound in zip(values, problem.bounds, strict=True))
    assert all(holds(each, values) for each in problem.always)
    assert all(holds(each.condition, values) or not any(values[at] for at in each.owners) for each in problem.guarded)
    for at, each in enumerate(problem.sums):
        assert each.total == sum(values[variable] for variable in each.variables) + filling.left.count(at)


@settings(deadline=None, max_examples=80)
@given(questions(most_pods=4))
def test_a_filling_breaks_nothing(question: Question) -> None:
    """As filled, and after others have made room."""
    filling = filled(new_problem(new_world(question, lean=True)))
    assert_breaks_nothing(filling)
    settle(filling, 20)
    assert_breaks_nothing(filling)


@settings(deadline=None, max_examples=80)
@given(questions(most_pods=4))
def test_parts_find_solutions_or_nothing(question: Question) -> None:
    """Never that there is none: the other nodes were taken as given."""
    world = new_world(question, lean=True)
    problem = new_problem(world)
    found = solve_in_parts(problem, world.width, by_units, rounds=3, is_late=lambda: False)
    assert not found.none
    assert found.values is None or problem.is_solved_by(found.values)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_what_is_left_over_finds_its_place(seed: int) -> None:
    """On loaded nodes best fit leaves some over, others make room; twice the same."""
    world = new_world(planted(60, 30, 0.8, seed), lean=True)
    problem = new_problem(world)
    assert filled(problem).left
    first, second = (solve_in_parts(problem, world.width, by_units, rounds=40, is_late=lambda: False) for _ in range(2))
    assert first.values is not None
    assert problem.is_solved_by(first.values)
    assert first == second


def test_a_part_leaves_the_other_nodes_as_they_are() -> None:
    """Its solution and what is fixed solve the whole, but for the pods that still wait."""
    world = new_world(planted(40, 20, 0.9, 2), lean=True)
    problem = new_problem(world)
    filling = filled(problem)
    before = len(filling.left)
    parts = Parts(problem, world.width, by_units)
    for _ in range(30):
        if filling.left:
            parts.improve(filling)
            assert_breaks_nothing(filling)
    assert len(filling.left) < before


def test_a_part_without_a_solution_changes_nothing() -> None:
    """Negative control: two pods too many stay left over, wherever nodes are freed."""
    question = Question(zone_nodes(3), batches=(batch("web", 14),))
    world = new_world(question, lean=True)
    problem = new_problem(world)
    filling = filled(problem)
    assert [0, 0] == filling.left
    parts = Parts(problem, world.width, by_units)
    parts.improve(filling)
    assert [0, 0] == filling.left
    assert_breaks_nothing(filling)
    assert freed(problem, world.width, frozenset({0}), filling) is not None
    assert not solve_in_parts(problem, world.width, by_units, rounds=3, is_late=lambda: False).is_decided
    assert solve_in_parts(problem, world.width, by_units, rounds=3, is_late=lambda: True).values is None


def test_what_is_fixed_becomes_a_number() -> None:
    """A sum without variables is a bool."""
    world = new_world(Question(zone_nodes(1), batches=(batch("web", 4), batch("db", 1))), lean=True)
    (total,) = (each for each in new_problem(attrs.evolve(world, constraints=tuple(
        each for each in world.constraints if each.reason == "Insufficient cpu"))).always)
    assert fill_in(total, {0: 4, 1: 0}) is True
    assert fill_in(total, {0: 4, 1: 1}) is False
    assert holds(fill_in(total, {0: 3}), [0, 1])
    assert not holds(fill_in(total, {0: 4}), [0, 1])
