"""The problem in counts has the solutions of the world's constraints, in every encoding and back-end."""

from itertools import product

import attrs
import pytest
from hypothesis import given, settings

from seatrial.model.api.core import NodeSpec
from seatrial.model.frozen import FrozenMap
from seatrial.properties.checking.place import lower_cpsat
from seatrial.properties.checking.place.forms import AT_MOST, Formula, holds, variable
from seatrial.properties.checking.place.lower_cpsat import NoSolverError, ask_cpsat
from seatrial.properties.checking.place.lower_z3 import COUNTS, LARGEST_WEIGHT, UNITS, Asked, ask, fits_units
from seatrial.properties.checking.place.portfolio import decide, in_seconds
from seatrial.properties.checking.place.problem import Problem, is_unguarded, new_problem, reduced
from seatrial.properties.checking.place.question import Question
from seatrial.properties.checking.place.volume import too_much
from seatrial.properties.checking.place.world import World, new_world
from tests.benchmarks.place_workloads import planted
from tests.strategies.placements import batch, questions, zone_nodes
from tests.strategies.scheduler_objects import new_container, new_node

SECONDS = 20.0


def all_values(world: World) -> list[tuple[int, ...]]:
    """Every way to divide the batches among the nodes."""
    rows = [[row for row in product(range(each.count + 1), repeat=world.width) if sum(row) == each.count]
            for each in world.batches]
    return [tuple(value for row in chosen for value in row) for chosen in product(*rows)]


def meets_everything(world: World, values: tuple[int, ...]) -> bool:
    """Is every constraint met, as it is stated, and no refused node used?"""
    return not any(values[world.variable(each.batch, each.node)] for each in world.refusals) and all(
        holds(each.condition, values) for each in world.constraints if values[world.variable(each.batch, each.node)])


@settings(deadline=None, max_examples=100)
@given(questions(most_pods=2))
def test_the_problem_is_solved_by_what_meets_every_constraint(question: Question) -> None:
    """Bounds, sums without guards and smaller numbers change no solution."""
    world = new_world(question)
    problem = new_problem(world)
    for values in all_values(world):
        assert meets_everything(world, values) == problem.is_solved_by(values)


def check_asked(problem: Problem, asked: Asked) -> bool:
    """Is there a solution? If one was found it must be one."""
    assert asked.is_decided
    assert asked.values is None or problem.is_solved_by(asked.values)
    return asked.values is not None


@settings(deadline=None, max_examples=100)
@given(questions(most_pods=3))
def test_all_encodings_and_back_ends_agree(question: Question) -> None:
    """On whether there is a solution; and theirs are solutions. What is too much in sum has none."""
    world = new_world(question)
    problem = new_problem(world)
    expected = check_asked(problem, ask(problem, COUNTS, seconds=SECONDS))
    assert expected == check_asked(problem, ask(problem, UNITS, seconds=SECONDS))
    assert expected == check_asked(problem, decide(problem, in_seconds(SECONDS)).asked)
    assert not (expected and too_much(world, problem) is not None)
    if lower_cpsat.is_installed():
        assert expected == check_asked(problem, ask_cpsat(problem, seconds=SECONDS))


@pytest.mark.parametrize("load", [0.8, 1.0])
def test_a_planted_placement_is_found_again(load: float) -> None:
    """In either encoding, among 30 pods on 12 nodes."""
    problem = new_problem(new_world(planted(30, 12, load, seed=1)))
    assert check_asked(problem, ask(problem, UNITS, seconds=SECONDS))
    assert check_asked(problem, decide(problem, in_seconds(SECONDS)).asked)


def test_a_guard_is_dropped_only_where_it_says_nothing() -> None:
    """Where all that is summed is guarded alike, and nothing at all is allowed; else the guard stays."""
    total = Formula(AT_MOST, (), {0: 2, 1: 1}, 3)
    assert is_unguarded(total, (0, 1))
    assert not is_unguarded(total, (0,))
    assert not is_unguarded(Formula(AT_MOST, (), {0: 2, 1: 1}, -1), (0, 1))
    assert not is_unguarded(Formula(AT_MOST, (), {0: 2, 1: -1}, 3), (0, 1))
    full = Question(zone_nodes(1, cpu="1"), batches=(batch("idle", 1, containers=(new_container(cpu="0"),)),))
    over = attrs.evolve(full, placed=tuple(attrs.evolve(each.pod, spec=attrs.evolve(
        each.pod.spec, node_name="n0", containers=(new_container(cpu="4"),))) for each in full.batches))
    assert check_asked(new_problem(new_world(over)), ask(new_problem(new_world(over)), COUNTS, seconds=SECONDS))


def test_numbers_are_divided_by_what_they_share() -> None:
    """The bound is rounded down."""
    found = reduced(Formula(AT_MOST, (), {0: 4, 1: 6}, 11))
    assert ({0: 2, 1: 3}, 5) == (found.terms, found.bound)


def test_weights_beyond_32_bits_are_not_asked_in_units() -> None:
    """Z3 would count them wrong; counts take them."""
    large = LARGEST_WEIGHT
    formula = variable(0) * large + variable(1) * (large - 1) <= large
    assert isinstance(formula, Formula)
    problem = Problem((1, 1), (), (formula,), ())
    assert not fits_units(problem)
    assert not ask(problem, UNITS, seconds=SECONDS).is_decided
    assert ask(problem, COUNTS, seconds=SECONDS).values is not None


def test_a_query_that_is_too_hard_is_kept() -> None:
    """As SMT-LIB; another solver can be asked."""
    problem = new_problem(new_world(planted(60, 20, 1.0, seed=1)))
    asked = ask(problem, UNITS, seconds=SECONDS, work=1000)
    assert not asked.is_decided
    assert "(check-sat)" in asked.query
    found = decide(problem, in_seconds(0.0))
    assert not found.asked.is_decided


def test_a_back_end_that_is_not_there_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sentence, not a traceback from an import."""
    monkeypatch.setattr(lower_cpsat, "is_installed", lambda: False)
    with pytest.raises(NoSolverError, match=r"pip install 'seatrial\[cpsat\]'"):
        ask_cpsat(Problem((), (), (), ()), seconds=1)


def test_too_much_is_seen_on_the_nodes_that_may_be_used() -> None:
    """Of all nodes, or of those that a label leaves; enough is not too much."""
    slim = batch("web", 4)
    assert too_much(*both_of(Question(zone_nodes(1), batches=(slim,)))) is None
    found = too_much(*both_of(Question(zone_nodes(1), batches=(attrs.evolve(slim, count=5),))))
    assert found is not None
    assert ((0,), (0,), 5000, 4000, "Insufficient cpu") == (found.batches, found.nodes, found.needed, found.available,
                                                           found.reason)


def test_nodes_that_nobody_may_use_have_nothing_to_give() -> None:
    """A cordoned node's room does not count, one that only some may use counts for them."""
    cordoned = new_node("n9", labels={"disk": "ssd"}, spec=NodeSpec(unschedulable=True), cpu="64")
    question = Question((*zone_nodes(1), cordoned), batches=(batch("web", 5),))
    world = new_world(question, lean=True)
    assert too_much(world, new_problem(world)) is not None
    open_ = attrs.evolve(question, nodes=(*zone_nodes(1), attrs.evolve(cordoned, spec=NodeSpec())))
    assert too_much(*both_of(open_)) is None
    picky = attrs.evolve(open_, nodes=(*zone_nodes(1, cpu="64"), new_node("n9", labels={"disk": "ssd"})), batches=(
        batch("web", 5, node_selector=FrozenMap({"disk": "ssd"})),))
    found = too_much(*both_of(picky))
    assert found is not None
    assert (1,) == found.nodes


def both_of(question: Question) -> tuple[World, Problem]:
    """A question's world and problem."""
    world = new_world(question)
    return world, new_problem(world)
