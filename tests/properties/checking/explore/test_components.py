"""Components are those that mutual reachability gives, and say which units move where."""

from hypothesis import given
from hypothesis import strategies as st

from seatrial.properties.checking.explore.components import split
from seatrial.properties.checking.explore.fairness import fairness_of
from seatrial.properties.checking.turns import unit_in_words
from tests.properties.checking.explore.small_graphs import action_of, closure, mask, steps, unit_of
from tests.strategies.small_graphs import small_graphs, subsets


@given(st.data())
def test_a_component_is_what_reaches_each_other(data: st.DataObject) -> None:
    """Within a part of the graph, by the system's own steps; and with the units of its edges and states."""
    small = data.draw(small_graphs())
    inside = data.draw(subsets(small))
    graph = small.graph()
    fairness = fairness_of(graph)
    found = split(graph, fairness, mask(small, *inside))
    own = [edge for edge in small.edges if not edge[3]]
    pairs = {edge[:2] for edge in own if {*edge[:2]} <= inside}
    reach = {state: closure(frozenset([state]), pairs) for state in inside}
    together = {frozenset(other for other in reach[state] if state in reach[other]) for state in inside}
    assert together == {frozenset(found.members(each).tolist()) for each in range(found.count)}
    for each in range(found.count):
        members = frozenset(found.members(each).tolist())
        can = [{unit_of(edge[2]) for edge in own if edge[0] == state} for state in members]
        moves = {unit_of(edge[2]) for edge in own if {*edge[:2]} <= members}
        for said, expected in ((found.everywhere, set.intersection(*can)), (found.somewhere, set.union(*can)),
                               (found.taken, moves)):
            assert expected == {fairness.units[at] for at in fairness.members(said[:, each])}


def test_two_steps_between_the_same_states_come_to_an_end() -> None:
    """Left to itself, scipy's search for components never does, of a matrix with the same entry twice."""
    small = steps("A 0 1", "B 0 1", "C 0 1", "A 1 0", "B 1 0")
    graph = small.graph()
    assert 1 == split(graph, fairness_of(graph), graph.within()).count


def test_a_unit_in_words() -> None:
    """Process, step and key; the choice only where it is part of the unit."""
    assert ("p's A", "p's A of k", "p's A of k as x") == tuple(
        unit_in_words(action_of(name)) for name in ("A", "A/k", "A/k.x"))
