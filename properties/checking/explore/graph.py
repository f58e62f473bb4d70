"""The graph of an exploration: its states by number, and every step between them.

Edges are columns of 32-bit numbers, sorted by source, so that the steps of a state are one slice. A search that was
cut short leaves states whose steps are not known: they are at the end, and nothing may be concluded from what they
seem to lack.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from seatrial.model.actions import Action
    from seatrial.properties.checking.explore.search import Search

Array = np.ndarray[Any, Any]


@attrs.frozen(eq=False)
class Graph:
    """States 0 (the initial one, from which all others are reached) to `states`; those below `expanded` have all steps.

    Edge number e leads from `source[e]` to `target[e]` by `actions[action[e]]`; the edges of state s are those from
    `first[s]` to `first[s + 1]`. `environment` tells by number which actions are a user's or a fault's.
    """

    states: int
    expanded: int
    actions: tuple[Action, ...]
    environment: Array
    source: Array
    target: Array
    action: Array
    first: Array
    known: dict[Any, Any] = attrs.field(factory=dict, repr=False)
    """What was worked out of it and serves several questions; every entry can be had anew."""

    @property
    def complete(self) -> bool:
        """Is every step of every state known?"""
        return self.expanded == self.states

    def within(self) -> Array:
        """Which states have all their steps, as a mask."""
        return np.arange(self.states) < self.expanded

    def part(self, states: Array, edges: Array) -> Graph:
        """The graph of these states alone, numbered by their places, with these of the edges between them."""
        number = np.full(self.states, -1, np.int32)
        number[states] = np.arange(len(states), dtype=np.int32)
        columns = [number[self.source[edges]], number[self.target[edges]], self.action[edges]]
        return sorted_graph(columns, self.actions, self.environment, len(states), len(states))


def is_sorted(column: Array) -> bool:
    """Does it never decrease?"""
    return bool(np.all(column[1:] >= column[:-1]))


def offsets(source: Array, states: int) -> Array:
    """Where the edges of each state begin, once they are sorted by source, and where the last ends."""
    return np.concatenate([[0], np.cumsum(np.bincount(source, minlength=states))])


def graph_of(edges: Iterable[Array], actions: Sequence[Action], environment: Sequence[bool], states: int,
             expanded: int | None = None) -> Graph:
    """A graph of parts that each have the columns source, target and action.

    The edges of states that are not `expanded` (by default all are) are left out.
    """
    expanded = states if expanded is None else expanded
    parts = [np.asarray(part, np.int32).reshape(-1, 3) for part in edges] or [np.empty((0, 3), np.int32)]
    columns = [np.concatenate([part[:, at] for part in parts]) for at in range(3)]
    if expanded < states:
        kept = columns[0] < expanded
        columns = [column[kept] for column in columns]
    return sorted_graph(columns, tuple(actions), np.array(environment, np.bool_), states, expanded)


def sorted_graph(columns: list[Array], actions: tuple[Action, ...], environment: Array, states: int,
                 expanded: int) -> Graph:
    """A graph of the columns source, target and action, which are put in order if they are not."""
    if not is_sorted(columns[0]):
        order = np.argsort(columns[0], kind="stable")
        columns = [column[order] for column in columns]
    source, target, action = columns
    return Graph(states, expanded, actions, environment, source, target, action, offsets(source, states))


def of_search(search: Search) -> Graph:
    """The graph that a search with `Options(graph=True)` has found; its last level is unexpanded if it was cut off.

    Raises ValueError for a search that kept no graph, or a reduced one: who is owed a turn is not to be read off it.
    """
    options = search.options
    if not options.graph or options.local_first or options.symmetry:
        message = ("liveness needs every step of every state: search with graph=True, local_first=False and "
                   "symmetry=False")
        raise ValueError(message)
    judged = [len(level) for level in search.truths]
    states = sum(judged)
    expanded = states if search.complete else states - judged[-1]
    return graph_of(search.edges, search.situations.actions, search.situations.environment, states, expanded)


def spoken(search: Search, judge: int) -> Array:
    """In which states this judge had something to say: of a goal, where it is lacking."""
    return np.concatenate([level >> np.uint64(judge) & np.uint64(1) for level in search.truths]).astype(np.bool_)
