"""The fairness core of a pass: assumptions that are enough for it, of which none can be left out or weakened.

One assumption after the other is dropped, first for a whole (process, step), then key by key, and put back if the
property no longer holds without it. Dropping assumptions only makes more components fair, so the components stay what
they are, and all those that keep the same units waiting count as one.
Only what strong fairness must take apart is looked at again for each assumption that is tried.
"""

import attrs
import numpy as np

from seatrial.model.actions import Action
from seatrial.properties.checking.explore.components import Components, fair_components, taken_apart
from seatrial.properties.checking.explore.fairness import Assumed, Fairness, any_bit, stretches
from seatrial.properties.checking.explore.graph import Array, Graph
from seatrial.properties.checking.turns import unit_in_words

MOST_KEYS = 64
"""Up to so many keys of a (process, step) are tried one by one."""


@attrs.frozen
class Assumption:
    """That a (process, step) is fair for this unit, or for every one of its keys."""

    unit: Action
    every_key: bool
    strong: bool = False

    def __str__(self) -> str:
        how = "strongly" if self.strong else "weakly"
        if not self.every_key:
            return f"{unit_in_words(self.unit)} is {how} fair"
        whose = f"{self.unit.process}'s {self.unit.step}" if self.unit.process else self.unit.step
        return f"{whose} is {how} fair for every key"


@attrs.frozen
class Core:
    """A subset-minimal set of fairness assumptions; another one may exist. Empty: no fairness is needed."""

    assumptions: tuple[Assumption, ...]


@attrs.define(eq=False)
class _Search:
    """What the property needs to hold: which components must be ruled out, one row of waiting units for each kind."""

    graph: Graph
    fairness: Fairness
    components: Components
    lacking: Array
    everywhere: Array
    somewhere: Array
    kind: Array

    @classmethod
    def over(cls, graph: Graph, fairness: Fairness, components: Components, lacking: Array) -> "_Search":
        which = np.flatnonzero(components.with_some(lacking))
        rows = [components.everywhere[:, which] & ~components.taken[:, which],
                components.somewhere[:, which] & ~components.taken[:, which]]
        kind = np.full(components.count, -1, np.int64)
        order = np.lexsort(np.concatenate(rows)) if len(which) else np.zeros(0, np.int64)
        ranks = np.zeros(len(which), np.int64)
        for row in np.concatenate(rows):
            ranks[stretches(row[order])[1:]] = 1
        begins = np.flatnonzero(np.concatenate([np.ones(min(1, len(which)), np.int64), ranks[1:]]))
        kind[which[order]] = np.cumsum(ranks)
        everywhere, somewhere = (row[:, order[begins]] for row in rows)
        return cls(graph, fairness, components, lacking, everywhere, somewhere, kind)

    def holds(self, assumed: Assumed) -> bool:
        """Is every component ruled out by these assumptions?"""
        weakly = any_bit(self.everywhere & assumed.weak[:, None])
        strongly = any_bit(self.somewhere & assumed.strong[:, None])
        if not (weakly | strongly).all():
            return False
        open_kinds = np.concatenate([~weakly, [False]])
        which = open_kinds[self.kind]
        if not which.any():
            return True
        rest = taken_apart(self.graph, self.fairness, self.components, assumed, which)
        found = next(fair_components(self.graph, self.fairness, rest, assumed, self.lacking), None)
        if found is not None:
            self._remember(found[0], int(found[1][0]))
        return found is None

    def _remember(self, components: Components, which: int) -> None:
        """A part that was fair is fair under every set of assumptions that asks nothing of it."""
        idle = ~components.taken[:, which]
        self.everywhere = np.column_stack([self.everywhere, components.everywhere[:, which] & idle])
        self.somewhere = np.column_stack([self.somewhere, components.somewhere[:, which] & idle])

    def blames(self, units: Array) -> int:
        """How many kinds of components these units keep from being fair."""
        return int(any_bit(self.somewhere & units[:, None]).sum())

    def shrunk(self, assumed: Assumed, groups: list[Array]) -> Assumed:
        """Without those of the groups that are not needed, or no stronger than needed; the useless are tried first."""
        for units in sorted(groups, key=self.blames):
            if self.holds(assumed.without(units)):
                assumed = assumed.without(units)
            elif (assumed.strong & units).any() and self.holds(assumed.weakened(units)):
                assumed = assumed.weakened(units)
        return assumed


def core_of(graph: Graph, fairness: Fairness, components: Components, lacking: Array) -> Core:
    """A smallest-by-dropping set of assumptions under which no component is fair that has a state of `lacking`."""
    search = _Search.over(graph, fairness, components, lacking)
    groups: dict[tuple[str, str], list[int]] = {}
    for at, unit in enumerate(fairness.units):
        groups.setdefault((unit.process, unit.step), []).append(at)
    rows = {group: fairness.row(numbers) for group, numbers in groups.items()}
    everything = fairness.assumed.without(~np.bitwise_or.reduce(components.somewhere, axis=1))
    weak = everything.weakened(everything.strong)
    assumed = search.shrunk(weak if search.holds(weak) else everything, list(rows.values()))
    left = [group for group in groups if (rows[group] & assumed.weak).any()]
    single = [fairness.row([at]) for group in left if len(groups[group]) <= MOST_KEYS for at in groups[group]]
    assumed = search.shrunk(assumed, single)
    return Core(tuple(each for group in left for each in _named(fairness, assumed, groups[group])))


def _named(fairness: Fairness, assumed: Assumed, numbers: list[int]) -> list[Assumption]:
    """The assumptions of one (process, step): in one, if every key is needed alike."""
    needed = [at for at in numbers if (fairness.row([at]) & assumed.weak).any()]
    strong = [bool((fairness.row([at]) & assumed.strong).any()) for at in needed]
    if len(needed) == len(numbers) > 1 and len(set(strong)) == 1:
        first = fairness.units[needed[0]]
        return [Assumption(Action(first.step, first.process), every_key=True, strong=strong[0])]
    return [Assumption(fairness.units[at], every_key=False, strong=each)
            for at, each in zip(needed, strong, strict=True)]
