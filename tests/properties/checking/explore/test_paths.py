"""Shortest paths: fewest faults first, then fewest steps, as repeated relaxation finds them."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from seatrial.properties.checking.explore.paths import FAULT, UNREACHED, one_of, search_paths
from tests.properties.checking.explore.small_graphs import Small, mask, steps
from tests.strategies.small_graphs import small_graphs, subsets


def relaxed(small: Small, starts: dict[int, int], within: frozenset[int]) -> list[int]:
    """The cost of each state, by relaxing every edge until nothing changes."""
    cost = [starts.get(state, UNREACHED) for state in range(small.states)]
    for _ in range(small.states):
        for source, target, _, outside in small.edges:
            if target in within and cost[source] != UNREACHED:
                cost[target] = min(cost[target], cost[source] + 1 + FAULT * outside)
    return cost


@given(st.data())
def test_every_path_is_as_cheap_as_can_be(data: st.DataObject) -> None:
    """From several starts of different costs, through some of the states; and each is a path of that cost."""
    small = data.draw(small_graphs(7))
    within = data.draw(subsets(small))
    starts = data.draw(st.dictionaries(st.integers(0, small.states - 1), st.integers(0, 3), min_size=1))
    graph = small.graph()
    paths = search_paths(graph, np.array(list(starts)), costs=np.array(list(starts.values())),
                         within=mask(small, *within))
    assert relaxed(small, starts, within) == paths.cost.tolist()
    for state in np.flatnonzero(paths.reached()).tolist():
        edges = paths.to(state)
        begin = int(graph.source[edges[0]]) if edges else state
        faults = sum(bool(graph.environment[graph.action[edge]]) for edge in edges)
        assert paths.cost[state] == starts[begin] + len(edges) + FAULT * faults
        assert [state] == graph.target[edges[-1:]].tolist() or not edges


def test_it_stops_when_that_is_enough() -> None:
    """What costs more than the nearest wanted state is not looked at."""
    small = steps("A 0 1", "A 1 2", "A 2 3")
    paths = search_paths(small.graph(), np.array([0]), enough=one_of(mask(small, 1, 2)))
    assert [True, True, False, False] == paths.reached().tolist()
