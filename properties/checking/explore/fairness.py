"""Who must get a turn: the units of fairness of a graph, and where each can move.

A unit is (step, process, key), never the choice or the outcome within it; under the named hypothesis `fair choice` it
is the whole Action. Users, faults and bad outcomes belong to no unit: they are never fair. Sets of units are bits in
words of 64, one row per word, so that a set for each of a million states is a few arrays.

A weakly fair unit that stays enabled is taken; a strongly fair one that is enabled again and again is taken again and
again. The system may rest only where no unit is enabled that is assumed to be fair.

Sound only where a key means the same thing in every state: not after states were merged up to renaming of pods or
nodes, which can make one unit's steps look like another's.
"""

from collections.abc import Collection, Iterable
from itertools import pairwise

import attrs
import numpy as np

from seatrial.model.actions import Action
from seatrial.properties.checking.explore.graph import Array, Graph
from seatrial.properties.checking.fair import unit_of

Strong = bool | Collection[str]
WORD = 64
STRETCH = 1 << 20


@attrs.frozen(eq=False)
class Assumed:
    """Which units are assumed to be fair at least weakly, and which of them strongly; a row of words each."""

    weak: Array
    strong: Array

    def without(self, units: Array) -> "Assumed":
        """The same without these units."""
        return Assumed(self.weak & ~units, self.strong & ~units)

    def weakened(self, units: Array) -> "Assumed":
        """The same with these units at most weakly fair."""
        return Assumed(self.weak, self.strong & ~units)


@attrs.frozen(eq=False)
class Fairness:
    """The units of a graph.

    A unit is written as an Action without its choice. `bits[w, a]`: the unit of action number a, if it is in word w.
    `enabled[w, s]`: the units of word w that can move in state s.
    """

    units: tuple[Action, ...]
    bits: Array
    enabled: Array
    assumed: Assumed

    @property
    def words(self) -> int:
        """How many words a set of units takes."""
        return len(self.bits)

    def members(self, row: Array) -> list[int]:
        """The units in a set, by number."""
        return [at for at in range(len(self.units)) if int(row[at // WORD]) >> (at % WORD) & 1]

    def row(self, numbers: Iterable[int]) -> Array:
        """The set of these units."""
        found = [0] * self.words
        for at in numbers:
            found[at // WORD] |= 1 << (at % WORD)
        return np.array(found, np.uint64)


def fairness_of(graph: Graph, *, strong: Strong = False, fair_choice: bool = False) -> Fairness:
    """The units of a graph: all weakly fair, and strongly those whose step is named in `strong` (True: every one).

    It is worked out once for each graph and each way to ask.
    """
    key = ("fairness", strong if isinstance(strong, bool) else frozenset(strong), fair_choice)
    if key not in graph.known:
        graph.known[key] = _worked_out(graph, strong, fair_choice=fair_choice)
    found: Fairness = graph.known[key]
    return found


def _worked_out(graph: Graph, strong: Strong, *, fair_choice: bool) -> Fairness:
    number: dict[Action, int] = {}
    of_action = [-1 if outside else number.setdefault(unit_in(action, fair_choice=fair_choice), len(number))
                 for action, outside in zip(graph.actions, graph.environment.tolist(), strict=True)]
    units, words = tuple(number), max(1, -(-len(number) // WORD))
    bits = np.zeros((words, len(of_action)), np.uint64)
    for action, unit in enumerate(of_action):
        if unit >= 0:
            bits[unit // WORD, action] = 1 << (unit % WORD)
    found = Fairness(units, bits, enabled_units(graph, bits), Assumed(*np.zeros((2, words), np.uint64)))
    return attrs.evolve(found, assumed=Assumed(
        found.row(range(len(units))),
        found.row(at for at, unit in enumerate(units) if is_strong(unit, strong))))


def unit_in(action: Action, *, fair_choice: bool = False) -> Action:
    """The unit of a step of the system."""
    return action if fair_choice else Action(*unit_of(action))


def is_strong(unit: Action, strong: Strong) -> bool:
    """Is this unit assumed to be strongly fair?"""
    return strong if isinstance(strong, bool) else unit.step in strong


def enabled_units(graph: Graph, bits: Array) -> Array:
    """The units that can move in each state, a row of words each."""
    found = np.zeros((len(bits), graph.states), np.uint64)
    cuts = [0, *(np.searchsorted(graph.first, np.arange(STRETCH, len(graph.action), STRETCH)) - 1).tolist(),
            graph.states]
    for begin, end in pairwise(cuts):
        low, high = graph.first[begin], graph.first[end]
        moving = begin + np.flatnonzero(np.diff(graph.first[begin:end + 1]))
        for word in range(len(bits) if len(moving) else 0):
            taken = bits[word][graph.action[low:high]]
            found[word][moving] = np.bitwise_or.reduceat(taken, graph.first[moving] - low)
    return found


def any_bit(rows: Array) -> Array:
    """Which columns have a bit set in some word."""
    found: Array = rows[0] != 0
    for row in rows[1:]:
        found = found | (row != 0)
    return found


def stretches(column: Array) -> Array:
    """Where each stretch of equal values begins."""
    return np.flatnonzero(np.concatenate([np.ones(min(1, len(column)), np.bool_), column[1:] != column[:-1]]))
