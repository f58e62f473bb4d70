"""A short fair loop through a component: from where one enters it, to what is still owed, and back.

Greedy: it goes to the nearest step or state that settles something, until nothing is owed. What a loop owes depends on
what it passes: a weakly fair unit only if it can move in every state passed so far, a strongly fair one if it can in
some. The shortest such loop is a hard problem; this one is short because it starts small.
"""

import attrs
import numpy as np

from seatrial.properties.checking.explore.fairness import Assumed, Fairness, any_bit
from seatrial.properties.checking.explore.graph import Array, Graph
from seatrial.properties.checking.explore.paths import one_of, search_paths


@attrs.frozen(eq=False)
class Component:
    """A strongly connected component as a graph of its own: the state at place p has the number `states[p]` outside."""

    states: Array
    graph: Graph


@attrs.define(eq=False)
class Tour:
    """A walk in a component, numbered by itself: where it is, what it passed, and which edges it took."""

    graph: Graph
    bits: Array
    enabled: Array
    assumed: Assumed
    lacking: Array
    at: int
    edges: list[int] = attrs.field(factory=list)
    taken: Array = attrs.field(init=False)
    everywhere: Array = attrs.field(init=False)
    somewhere: Array = attrs.field(init=False)
    lacked: bool = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        """It has seen the state where it begins."""
        self.taken = np.zeros(len(self.bits), np.uint64)
        self.everywhere, self.somewhere = self.enabled[:, self.at], self.enabled[:, self.at]
        self.lacked = bool(self.lacking[self.at])

    def follow(self, edges: list[int]) -> None:
        """Takes these steps."""
        for edge in edges:
            self.at = int(self.graph.target[edge])
            self.taken = self.taken | self.bits[:, self.graph.action[edge]]
            self.everywhere = self.everywhere & self.enabled[:, self.at]
            self.somewhere = self.somewhere | self.enabled[:, self.at]
            self.lacked |= bool(self.lacking[self.at])
        self.edges += edges

    def owed(self) -> tuple[Array, Array]:
        """The units for which the walk must still find a step or a state, and those that must take a step."""
        idle = ~self.taken
        return self.everywhere & idle & self.assumed.weak, self.somewhere & idle & self.assumed.strong

    def settle_something(self) -> bool:
        """Goes to the nearest step or state that settles something; False if nothing is owed."""
        weak, strong = self.owed()
        if self.lacked and not weak.any() and not strong.any():
            return False
        states = any_bit(~self.enabled & (weak & ~strong)[:, None])
        if not self.lacked:
            states = states | self.lacking
        useful = any_bit(self.bits & (weak | strong)[:, None])[self.graph.action]
        sources = np.zeros(self.graph.states, np.bool_)
        sources[self.graph.source[useful]] = True
        paths = search_paths(self.graph, np.array([self.at]), enough=one_of(states | sources))
        hit = paths.reached() & (states | sources)
        nearest = np.flatnonzero(hit & states if (hit & states).any() else hit)[0]
        self.follow(paths.to(int(nearest)))
        if not states[nearest]:
            begin, end = self.graph.first[nearest], self.graph.first[nearest + 1]
            self.follow([int(begin + np.flatnonzero(useful[begin:end])[0])])
        return True

    def go_to(self, state: int) -> None:
        """Goes there by the shortest path."""
        goal = np.zeros(self.graph.states, np.bool_)
        goal[state] = True
        self.follow(search_paths(self.graph, np.array([self.at]), enough=one_of(goal)).to(state))


def fair_loop(component: Component, fairness: Fairness, lacking: Array, state: int) -> list[int]:
    """The edges of a fair loop through a component, numbered as its own graph does, from a state and back to it.

    `state` and the mask `lacking`, of whose states the loop passes one, are numbered as in the whole graph.
    """
    entry, states = int(np.flatnonzero(component.states == state)[0]), component.states
    tour = Tour(component.graph, fairness.bits, fairness.enabled[:, states], fairness.assumed, lacking[states], entry)
    while True:
        while tour.settle_something():
            pass
        if tour.at == entry:
            return tour.edges
        tour.go_to(entry)
