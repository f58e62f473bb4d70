"""Shortest paths: as few steps of users and faults as possible, then as few steps as possible.

Breadth first, a whole distance at a time; the states at one distance are one array.
"""

from collections.abc import Callable
from heapq import heappop, heappush

import attrs
import numpy as np

from seatrial.properties.checking.explore.graph import Array, Graph

FAULT = 1 << 32
"""What a step of the environment costs more than another: more than any path is long."""
UNREACHED = np.iinfo(np.int64).max


@attrs.frozen(eq=False)
class Paths:
    """What each state costs to reach, and the last edge on the way there (-1 where a path begins)."""

    graph: Graph
    cost: Array
    last: Array

    def reached(self) -> Array:
        """Which states a path leads to, as a mask."""
        found: Array = self.cost != UNREACHED
        return found

    def to(self, state: int) -> list[int]:
        """The edges of a path to a state."""
        edges: list[int] = []
        while (edge := int(self.last[state])) >= 0:
            edges.append(edge)
            state = int(self.graph.source[edge])
        return edges[::-1]


def never(states: Array) -> bool:
    """All paths are wanted."""
    del states
    return False


def one_of(mask: Array) -> Callable[[Array], bool]:
    """Until a state of the mask is reached."""
    return lambda states: bool(mask[states].any())


def edges_from(graph: Graph, states: Array) -> Array:
    """The edges that leave these states, state by state."""
    begins = graph.first[states]
    many = graph.first[states + 1] - begins
    ends = np.cumsum(many)
    return np.arange(ends[-1] if len(ends) else 0) + np.repeat(begins - (ends - many), many)


def search_paths(graph: Graph, starts: Array, *, costs: Array | None = None, within: Array | None = None,
                 enough: Callable[[Array], bool] = never) -> Paths:
    """Shortest paths from `starts` (at these costs, by default none) through the states of a mask.

    Stops when `enough` says so of the states that were reached last, all those of one cost.
    """
    cost, last = np.full(graph.states, UNREACHED, np.int64), np.full(graph.states, -1, np.int32)
    costs = np.zeros(len(starts), np.int64) if costs is None else costs
    waiting: dict[int, list[tuple[Array, Array]]] = {}
    for each in np.unique(costs).tolist():
        found = np.asarray(starts)[costs == each]
        waiting[each] = [(found, np.full(len(found), -1, np.int32))]
    due = sorted(waiting)
    while due:
        now = heappop(due)
        states = _settled(waiting.pop(now), now, cost, last)
        if enough(states):
            break
        edges = edges_from(graph, states)
        if within is not None:
            edges = edges[within[graph.target[edges]]]
        edges = edges[cost[graph.target[edges]] == UNREACHED]
        outside = graph.environment[graph.action[edges]]
        for then, those in ((now + 1, edges[~outside]), (now + 1 + FAULT, edges[outside])):
            if len(those):
                if then not in waiting:
                    heappush(due, then)
                waiting.setdefault(then, []).append((graph.target[those], those.astype(np.int32)))
    return Paths(graph, cost, last)


def _settled(reached: list[tuple[Array, Array]], now: int, cost: Array, last: Array) -> Array:
    """The states that are reached now for the first time, in order; of several edges the first counts."""
    states = np.concatenate([states for states, _ in reached])
    edges = np.concatenate([edges for _, edges in reached])
    new = cost[states] == UNREACHED
    states, at = np.unique(states[new], return_index=True)
    cost[states], last[states] = now, edges[new][at]
    return states
