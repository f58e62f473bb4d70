"""Strongly connected components of a part of the graph, and which units move in each: where a run can go for ever.

A run that goes on for ever without users and faults ends in one component of what it may visit; one that visits and
takes everything in it is as fair as any. A component in which a fair unit could always move and never does is none for
a fair run, and neither is any part of it. A strongly fair unit that can move somewhere in a component and never does
rules out only the states where it can: what is left is taken apart again. A single state is a component too, with or
without a step back to itself: the system may rest there if nothing that must move can.
"""

from collections.abc import Iterator

import attrs
import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from seatrial.properties.checking.explore.fairness import Assumed, Fairness, any_bit, stretches
from seatrial.properties.checking.explore.graph import Array, Graph, offsets


@attrs.frozen(eq=False)
class Components:
    """Component number c has the states `states[starts[c]:starts[c + 1]]`; `edges` are those within one component.

    `label` is by place in `states`. A column per component: the units that can move in each of its states
    (`everywhere`), in one of them (`somewhere`), and that do within it (`taken`).
    """

    states: Array
    starts: Array
    label: Array
    edges: Array
    everywhere: Array
    somewhere: Array
    taken: Array

    @property
    def count(self) -> int:
        """How many components."""
        return len(self.starts) - 1

    def members(self, component: int) -> Array:
        """The states of one component."""
        return self.states[self.starts[component]:self.starts[component + 1]]

    def with_some(self, mask: Array) -> Array:
        """Which components have a state in the mask."""
        found = np.zeros(self.count, np.bool_)
        found[self.label[mask[self.states]]] = True
        return found


def split(graph: Graph, fairness: Fairness, inside: Array, among: Array | None = None) -> Components:
    """The components of the states in the mask `inside`, by the system's own steps between them.

    `among`: the edges that can matter, in order, none of the environment's; by default all are looked at.
    """
    number = np.cumsum(inside, dtype=np.int32) - np.int32(1)
    if among is None:
        among = np.flatnonzero(~graph.environment[graph.action] & inside[graph.source] & inside[graph.target])
    else:
        among = among[inside[graph.source[among]] & inside[graph.target[among]]]
    among = among.astype(np.int32, copy=False)
    states = np.flatnonzero(inside).astype(np.int32)
    source, target = number[graph.source[among]], number[graph.target[among]]
    label = components_of_pairs(source, target.copy(), len(states))
    edges = among[label[source] == label[target]]
    return _described(graph, fairness, states, label, edges)


def components_of_pairs(source: Array, target: Array, states: int) -> Array:
    """The number of the component of each state, by steps sorted by source; `target` is overwritten.

    Steps between the same two states are united first: scipy (1.17 at least) never comes back from a matrix with the
    same entry twice.
    """
    matrix = csr_array((np.ones(len(target)), target, offsets(source, states).astype(np.int32)),
                       shape=(states, states))
    matrix.sum_duplicates()
    found: Array = connected_components(matrix, directed=True, connection="strong")[1]
    return found


def _described(graph: Graph, fairness: Fairness, states: Array, label: Array, edges: Array) -> Components:
    order = np.argsort(label, kind="stable")
    starts = offsets(label, 0)
    begins, words = starts[:-1], fairness.words
    everywhere, somewhere, taken = np.zeros((3, words, len(begins)), np.uint64)
    sorted_states = states[order]
    place = np.full(graph.states, -1, np.int32)
    place[sorted_states] = np.arange(len(states), dtype=np.int32)
    source, action = graph.source[edges], graph.action[edges]
    turns = stretches(source)
    for word in range(words if len(states) else 0):
        enabled = fairness.enabled[word][sorted_states]
        everywhere[word] = np.bitwise_and.reduceat(enabled, begins)
        somewhere[word] = np.bitwise_or.reduceat(enabled, begins)
        own = np.zeros(len(states), np.uint64)
        if len(turns):
            own[place[source[turns]]] = np.bitwise_or.reduceat(fairness.bits[word][action], turns)
        taken[word] = np.bitwise_or.reduceat(own, begins)
    return Components(sorted_states, starts, label[order], edges, everywhere, somewhere, taken)


def waiting(components: Components, assumed: Assumed) -> tuple[Array, Array]:
    """Which components keep a weakly fair unit waiting in every state, and which a strongly fair one in some."""
    idle = ~components.taken
    return (any_bit(components.everywhere & idle & assumed.weak[:, None]),
            any_bit(components.somewhere & idle & assumed.strong[:, None]))


def fair_components(graph: Graph, fairness: Fairness, components: Components, assumed: Assumed,
                    lacking: Array) -> Iterator[tuple[Components, Array]]:
    """Where a fair run can stay for ever and see a state of the mask `lacking` again and again.

    Yields components, and which of them are such; those that strong fairness takes apart come later, in their parts.
    """
    while components.count:
        weakly, strongly = waiting(components, assumed)
        live = components.with_some(lacking) & ~weakly
        found = live & ~strongly
        if found.any():
            yield components, np.flatnonzero(found)
        if not (live & strongly).any():
            return
        components = taken_apart(graph, fairness, components, assumed, live & strongly)


def taken_apart(graph: Graph, fairness: Fairness, components: Components, assumed: Assumed,
                which: Array) -> Components:
    """What is left of these components without the states where a strongly fair unit waits that never moves."""
    waits = components.somewhere & ~components.taken & assumed.strong[:, None]
    kept = which[components.label]
    states, label = components.states[kept], components.label[kept]
    bad = any_bit(np.stack([fairness.enabled[word][states] & waits[word][label] for word in range(fairness.words)]))
    inside = np.zeros(graph.states, np.bool_)
    inside[states[~bad]] = True
    return split(graph, fairness, inside, components.edges)
