"""End states and orders: what stands well together cannot always be placed one by one."""

import attrs
import pytest
from hypothesis import given, settings

from seatrial.properties.checking.place.answer import FEASIBLE, INFEASIBLE, UNKNOWN
from seatrial.properties.checking.place.lower_z3 import COUNTS, ask
from seatrial.properties.checking.place.necessity import loose_families, necessary
from seatrial.properties.checking.place.order import fill, replay
from seatrial.properties.checking.place.ordered import is_small_enough, ordered_problem, steps_of
from seatrial.properties.checking.place.portfolio import in_seconds
from seatrial.properties.checking.place.problem import as_stated, new_problem
from seatrial.properties.checking.place.question import Question
from seatrial.properties.checking.place.solve import MUTUAL, Search, answer, checked, place
from seatrial.properties.checking.place.world import World, new_world
from seatrial.properties.checking.replay import ReplayDisagrees
from tests.properties.checking.place.oracle import reachable_ends, replays
from tests.strategies.placements import (
    HOST,
    ZONE,
    batch,
    questions,
    spreading,
    with_affinity,
    with_anti_affinity,
    zone_nodes,
)

MUTUAL_QUESTION = Question(zone_nodes(2), batches=(
    batch("a", 1, affinity=with_affinity(HOST, app="b")), batch("b", 1, affinity=with_affinity(HOST, app="a"))))


def counts_of(world: World, *placed: tuple[int, int]) -> tuple[int, ...]:
    """The values of a placement."""
    values = [0] * (len(world.batches) * world.width)
    for batch_, node in placed:
        values[world.variable(batch_, node)] += 1
    return tuple(values)


def test_mutual_affinity_is_seen() -> None:
    """The end state meets every constraint, no order leads there, and the answer says so, with both in the core."""
    world = new_world(MUTUAL_QUESTION)
    end = counts_of(world, (0, 0), (1, 0))
    assert new_problem(world).is_solved_by(end)
    assert ((), ((0, 0), (1, 0))) == (replay(world, end).taken, replay(world, end).left)
    found = place(MUTUAL_QUESTION)
    assert (INFEASIBLE, MUTUAL) == (found.verdict, found.reason)
    assert {("Deployment default/a", "InterPodAffinity"), ("Deployment default/b", "InterPodAffinity")} == {
        (need.batch, need.plugin) for need in found.core}
    assert not found.schedule
    assert 1 == len({each.node for each in found.placement})


def test_one_that_may_begin_breaks_the_deadlock() -> None:
    """Negative control: if one of the two does not need the other there is an order, that one first."""
    free = attrs.evolve(MUTUAL_QUESTION, batches=(MUTUAL_QUESTION.batches[0], batch("b", 1)))
    found = place(free)
    assert FEASIBLE == found.verdict
    assert [1, 0] == [at for at, _ in found.schedule]


def test_too_many_pods_for_every_order_stay_open() -> None:
    """The end state is shown; nothing is claimed."""
    many = attrs.evolve(MUTUAL_QUESTION, batches=tuple(
        attrs.evolve(each, count=10) for each in MUTUAL_QUESTION.batches), nodes=zone_nodes(2, cpu="40"))
    world = new_world(many)
    assert not is_small_enough(world)
    found = place(many)
    assert UNKNOWN == found.verdict
    assert "too many pods to ask for every order" in found.reason
    assert found.placement


def test_a_large_group_that_wants_itself_begins_once() -> None:
    """Thirty pods that want each other in a zone: all in one, though two halves would stand well in two."""
    group = Question(zone_nodes(4, 2, cpu="30"), batches=(batch("a", 30, affinity=with_affinity(ZONE, app="a")),))
    found = place(group)
    assert FEASIBLE == found.verdict
    assert replays(group, found.schedule)
    assert 1 == len({int(each.node[1:]) % 2 for each in found.placement})
    small = attrs.evolve(group, nodes=zone_nodes(4, 2, cpu="10"))
    assert INFEASIBLE == place(small).verdict


def test_what_later_pods_break_is_no_reason() -> None:
    """One batch spreads, another with its label crowds one zone: the end state breaks the rule, an order exists."""
    question = Question((*zone_nodes(1), zone_nodes(2, 2, cpu="1")[1]), batches=(
        batch("a", 2, topology_spread_constraints=spreading(ZONE, app="a")),
        batch("b", 3, labels={"app": "a"}, node_selector=zone_nodes(1)[0].metadata.labels)))
    world = new_world(question)
    assert ask(new_problem(world), COUNTS, seconds=10).none
    assert as_stated is not necessary(world)
    found = place(question)
    assert FEASIBLE == found.verdict
    assert replays(question, found.schedule)


def test_a_spread_that_all_share_can_be_held_against_the_end() -> None:
    """Nothing is loose then, so what has no end state has no order; with a stranger among the counted it is loose."""
    alike = Question(zone_nodes(2, 2), batches=(batch("a", 2, topology_spread_constraints=spreading(ZONE, app="a")),))
    assert () == tuple(loose_families(new_world(alike)))
    stranger = attrs.evolve(alike, batches=(*alike.batches, batch("b", 1, labels={"app": "a"})))
    assert [0] == [family[0] for family in loose_families(new_world(stranger))]


@settings(deadline=None, max_examples=60)
@given(questions(most_nodes=2, most_batches=2))
def test_the_problem_with_an_order_is_exact(question: Question) -> None:
    """It has a solution exactly where trying every order finds an end, and its steps replay."""
    world = new_world(question)
    asked = ask(ordered_problem(world), COUNTS, seconds=20)
    assert bool(reachable_ends(question)) == (asked.values is not None)
    if asked.values is not None:
        assert steps_of(world, asked.values) == checked(world, asked.values)


@settings(deadline=None, max_examples=60)
@given(questions(most_nodes=2, most_batches=2))
def test_what_is_necessary_holds_in_every_end(question: Question) -> None:
    """Every end that some order reaches solves the weaker problem."""
    world = new_world(question)
    weaker = new_problem(world, necessary(world))
    if all(len(each) == 1 for each in world.members):
        for end in reachable_ends(question):
            assert weaker.is_solved_by(tuple(count for row in end for count in row))


def test_filling_up_counts_what_fits() -> None:
    """Whatever fits is placed, what does not is left; it is what an undecided answer can promise."""
    world = new_world(Question(zone_nodes(2, cpu="2"), batches=(
        batch("web", 3, affinity=with_anti_affinity(HOST, app="web")), batch("db", 2))))
    found = fill(world)
    assert (4, 1) == (len(found.taken), len(found.left))
    undecided = Search(world, in_seconds(0)).run()
    assert INFEASIBLE == undecided.verdict
    tight = Question(zone_nodes(2), batches=(batch("web", 2),))
    late = answer(tight, in_seconds(0))
    assert UNKNOWN == late.verdict
    assert "2 of 2 pods can be placed at least" in late.reason


def test_a_solver_that_is_wrong_is_found_out() -> None:
    """Steps that the filters do not take are an error, never a placement."""
    world = new_world(MUTUAL_QUESTION)
    cells = len(world.batches) * world.width
    values = [0] * (2 * cells)
    values[0], values[cells + world.variable(1, 0)] = 1, 1
    with pytest.raises(ReplayDisagrees, match="where the filters refuse it"):
        checked(world, tuple(values))
