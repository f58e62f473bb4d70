"""How few nodes take all pods, and where one pod at a time gets stuck."""


import attrs
from hypothesis import given, settings

from seatrial.properties.checking.place.answer import FEASIBLE, INFEASIBLE
from seatrial.properties.checking.place.greedy import greedy
from seatrial.properties.checking.place.pack import pack
from seatrial.properties.checking.place.portfolio import in_seconds
from seatrial.properties.checking.place.question import Question
from seatrial.properties.checking.place.solve import answer, place
from tests.properties.checking.place.oracle import reachable_ends, replays
from tests.strategies.placements import HOST, batch, questions, with_affinity, with_anti_affinity, zone_nodes
from tests.strategies.scheduler_objects import new_container, new_pod


def fewest_by_trial(question: Question) -> int:
    """The fewest nodes with pods in any end that some order reaches."""
    busy = {pod.spec.node_name for pod in question.placed}
    return min(len(busy | {node.metadata.name for at, node in enumerate(question.nodes) if any(row[at] for row in end)})
               for end in reachable_ends(question))


@settings(deadline=None, max_examples=50)
@given(questions())
def test_no_placement_uses_fewer(question: Question) -> None:
    """As trying every order says; the placement that is shown uses so many and replays."""
    if not reachable_ends(question):
        return
    found = pack(question, seconds=20)
    assert FEASIBLE == found.answer.verdict
    assert found.at_least <= fewest_by_trial(question) <= len(found.nodes)
    assert replays(question, found.answer.schedule)
    assert {each.node for each in found.answer.placement} <= set(found.nodes)


def test_the_fewest_are_proved() -> None:
    """Twelve pods of one cpu on nodes of four: three nodes; what keeps pods apart needs more; bound ones count."""
    nodes = zone_nodes(6)
    found = pack(Question(nodes, batches=(batch("web", 12),)))
    assert (True, 3, 3) == (found.is_fewest, found.at_least, len(found.nodes))
    apart = Question(nodes, batches=(batch("web", 5, affinity=with_anti_affinity(HOST, app="web")),))
    assert 5 == pack(apart).at_least
    bound = Question(nodes, (new_pod("x", "n5"),), (batch("web", 3),))
    assert (True, ("n5",)) == (pack(bound).is_fewest, pack(bound).nodes)


def test_without_time_bounds_are_all_there_is() -> None:
    """Nothing is claimed to be fewest that was not proved; what has no placement is not packed."""
    packed = pack(Question(zone_nodes(6), batches=(batch("web", 12),)), seconds=0)
    assert not packed.is_fewest
    none = pack(Question(zone_nodes(1), batches=(batch("web", 12),)))
    assert (INFEASIBLE, ()) == (none.answer.verdict, none.nodes)


def test_one_at_a_time_gets_stuck_where_a_placement_exists() -> None:
    """The small pod takes the emptier, larger node, and the large one is left without; together they fit."""
    question = Question((*zone_nodes(1, cpu="1"), zone_nodes(2, cpu="2")[1]), batches=(
        batch("small", 1), batch("large", 1, containers=(new_container(cpu="2"),))))
    found = greedy(question)
    assert (1, (0, "n1")) == (found.stuck, found.schedule[0])
    assert "0/2 nodes are available: 2 Insufficient cpu." == found.message
    assert FEASIBLE == place(question).verdict
    assert None is greedy(attrs.evolve(question, batches=question.batches[::-1])).stuck


def test_what_is_stuck_does_not_stop_the_others() -> None:
    """As the scheduler goes on to the next pod; with no nodes at all everyone is stuck."""
    question = Question(zone_nodes(1), batches=(batch("a", 1, affinity=with_affinity(HOST, app="b")), batch("b", 2)))
    found = greedy(question)
    assert (0, ((1, "n0"), (1, "n0"))) == (found.stuck, found.schedule)
    assert (0, "no nodes available to schedule pods") == (greedy(attrs.evolve(question, nodes=())).stuck,
                                                         greedy(attrs.evolve(question, nodes=())).message)


@settings(deadline=None, max_examples=50)
@given(questions())
def test_where_one_at_a_time_places_all_there_is_a_placement(question: Question) -> None:
    """So the answer is FEASIBLE wherever the scheduler binds every pod."""
    found = greedy(question)
    assert found.stuck is not None or FEASIBLE == answer(question, in_seconds(20)).verdict
