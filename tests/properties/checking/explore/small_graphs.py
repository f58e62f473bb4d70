"""Small graphs written by hand, and the same questions answered by trying every set of states.

A graph is said in steps: "A 0 1" is an action of unit A from state 0 to state 1, "A.x 0 1" one of its choices, and a
"!" in front makes it a fault. A run that goes on for ever visits some set of states again and again; every step between
two of them may be taken again and again too, which never hurts fairness. So it is enough to try every set of states in
which each can be reached from each.
"""

from collections.abc import Callable, Iterator
from itertools import combinations
from typing import Any

import attrs
import numpy as np

from seatrial.model.actions import Action
from seatrial.properties.checking.explore.fairness import Strong
from seatrial.properties.checking.explore.graph import Graph, graph_of

Edge = tuple[int, int, Action, bool]
States = frozenset[int]
Assume = Callable[[Action], str]
WEAK, STRONG, NOT = "weak", "strong", "not"


@attrs.frozen
class Small:
    """States 0 to `states`, and edges: source, target, action, is it the environment's?"""

    states: int
    edges: tuple[Edge, ...]

    def graph(self, expanded: int | None = None) -> Graph:
        """It as the product knows it."""
        actions = tuple(dict.fromkeys(edge[2] for edge in self.edges))
        outside = {edge[2]: edge[3] for edge in self.edges}
        rows = [(source, target, actions.index(action)) for source, target, action, _ in self.edges]
        return graph_of([np.array(rows, np.int32)] if rows else [], actions, [outside[each] for each in actions],
                        self.states, expanded)


def action_of(name: str) -> Action:
    """The action with this name: a step of a process "p", with key and choice after a "/" and a "."."""
    head, _, choice = name.partition(".")
    step, _, key = head.partition("/")
    return Action(step, "p", key, choice)


def steps(*said: str) -> Small:
    """A graph from its steps."""
    edges = []
    for each in said:
        name, source, target = each.split()
        edges.append((int(source), int(target), action_of(name.lstrip("!")), name.startswith("!")))
    return Small(1 + max(max(edge[:2]) for edge in edges), tuple(edges))


def mask(small: Small, *states: int) -> Any:
    """These states, as a mask."""
    found = np.zeros(small.states, np.bool_)
    found[list(states)] = True
    return found


def unit_of(action: Action, *, fair_choice: bool = False) -> Action:
    """The unit of an action, said anew."""
    return action if fair_choice else Action(action.step, action.process, action.key)


def assume(strong: Strong) -> Assume:
    """All weakly fair, and those steps strongly."""
    return lambda unit: STRONG if strong is True or (strong and unit.step in strong) else WEAK


def is_fair(small: Small, stay: States, taken: set[Action], assumed: Assume, *, fair_choice: bool = False) -> bool:
    """Is a run fair that visits exactly these states for ever, and takes exactly these units?"""
    own: dict[int, set[Action]] = {state: set() for state in stay}
    for source, _, action, outside in small.edges:
        if source in stay and not outside:
            own[source].add(unit_of(action, fair_choice=fair_choice))
    everywhere = set.intersection(*own.values())
    somewhere = set.union(*own.values())
    waits = {unit for unit in everywhere - taken if assumed(unit) != NOT}
    return not waits and not {unit for unit in somewhere - taken if assumed(unit) == STRONG}


def closure(states: States, pairs: set[tuple[int, int]]) -> States:
    """What can be reached from these states, themselves included."""
    found = set(states)
    while more := {target for source, target in pairs if source in found} - found:
        found |= more
    return frozenset(found)


def endless(small: Small, assumed: Assume, *, fair_choice: bool = False) -> Iterator[States]:
    """Every set of states that a fair run can visit for ever, and no others, without users and faults."""
    for many in range(1, small.states + 1):
        for chosen in combinations(range(small.states), many):
            stay = frozenset(chosen)
            inner = [edge for edge in small.edges if edge[0] in stay and edge[1] in stay and not edge[3]]
            pairs = {edge[:2] for edge in inner}
            taken = {unit_of(edge[2], fair_choice=fair_choice) for edge in inner}
            if all(closure(frozenset([each]), pairs) == stay for each in stay) \
                    and is_fair(small, stay, taken, assumed, fair_choice=fair_choice):
                yield stay


def holds(small: Small, kind: str, lacking: States, premise: States, assumed: Assume, *,
          fair_choice: bool = False) -> bool:
    """The answer to a question, by its definition."""
    pairs = {edge[:2] for edge in small.edges}
    without = {pair for pair in pairs if set(pair) <= lacking}
    owed = closure(premise & lacking, without)
    for stay in endless(small, assumed, fair_choice=fair_choice):
        if {"eventually": stay <= lacking, "again": stay <= lacking, "kept": bool(stay & lacking),
                "leads to": stay <= owed}[kind]:
            return False
    return True
