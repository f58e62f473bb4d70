"""Do loops and properties tell names apart that are taken to be interchangeable? Tried on states that a search meets.

A search up to renaming is sound only if they do not. So in some of its states two interchangeable names change places,
and whatever was asked of the state is asked again: each property of states; after a step, each property of steps. Of
names of which every permutation is tried (nodes), the same must be possible as before, and a step must lead to the
same: who wrote the loops of a cluster is not asked whether they look at a node's name. A single difference is proof
that names are told apart: then the search is begun anew without symmetry. That there was none is no proof.

Steps are not compared for names that the API server generates: it gives the first that is free, so exchanging one with
a name that nothing mentions changes which is next.
"""

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, cast

import attrs

from seatrial.model.actions import Action
from seatrial.model.apiserver.names import OutOfNames
from seatrial.model.canonical import Renaming, exchange, place_under, rename, renamed
from seatrial.model.frozen import FrozenMap
from seatrial.model.view import Cell, Cells, View
from seatrial.properties.checking.explore.layout import Code
from seatrial.properties.checking.explore.situations import Situations
from seatrial.properties.checking.explore.symmetry import base_of

if TYPE_CHECKING:
    from seatrial.properties.checking.explore.recording import RecordingView

MOST = 64
"""So many states are tried in one search, at most."""
FROM_ONE_LEVEL = 3


class StepView(View):
    """A step under way; it also shows the state before it, as properties of steps are asked."""

    __slots__ = ()

    def initially(self) -> View:
        """The state before the step."""
        return View(self._base)


@attrs.frozen
class Exchange:
    """Two names, and the renaming that exchanges all by which they are known; `acts`: so do what they do."""

    one: str
    other: str
    renaming: Renaming
    acts: bool


@attrs.define(eq=False)
class Exchanges:
    """What is asked again of the states of one search; `tried` counts them, each of which tries one exchange."""

    situations: Situations
    tried: int = 0
    _kinds: dict[tuple[str, str], int] = attrs.field(factory=dict)

    def sample(self, states: int) -> tuple[int, ...]:
        """The places in a level of so many states at which to try."""
        many = min(FROM_ONE_LEVEL, states, MOST - self.tried)
        return tuple((2 * at + 1) * states // (2 * many) for at in range(many))

    def difference(self, row: list[Code]) -> str:
        """Tries one state: what tells two names apart, in words, or ""."""
        possible = tuple(self.exchanges(row))
        if not possible:
            return ""
        each, cells = possible[self.tried % len(possible)], FrozenMap(self.situations.layout.cells(row))
        self.tried += 1
        other = renamed(cells, each.renaming)
        said = (self.told_by_state(cells, other) or (self.told_by_loops(each, cells, other) if each.acts else "")
                or self.told_by_step(each, cells, other))
        return f"{said} tells {each.one} and {each.other} apart" if said else ""

    def exchanges(self, row: list[Code]) -> Iterator[Exchange]:
        """Neighbours in each group of interchangeable names that the state mentions: they make all permutations."""
        alike, layout = self.situations.system.alike, self.situations.layout
        for group in alike.permuted:
            for mine, its in pairwise(group):
                texts = zip((*mine, *its), (*its, *mine), strict=True)
                yield Exchange(mine[0], its[0], exchange(FrozenMap({
                    old: new for old, new in texts if old != new})), acts=True)
        seen = layout.mentioned(row)
        bases: dict[str, list[str]] = {base: list(names) for base, names in alike.ranked}
        for name, bit in layout.names.items():
            if seen >> bit & 1:
                bases.setdefault(base_of(name), []).append(name)
        for names in bases.values():
            for one, other in pairwise(names):
                yield Exchange(one, other, exchange(FrozenMap({one: other, other: one})), acts=False)

    def told_by_state(self, cells: Cells, other: Cells) -> str:
        """A property of states that answers otherwise once names are exchanged, or as many of its family do not."""
        mine, its = self.answers(cells), self.answers(other)
        return next((name for name in mine if mine[name] != its[name]), "")

    def answers(self, cells: Cells) -> dict[str, int]:
        """Of each property of states, or family of them, how many find something wrong."""
        found: dict[str, int] = {}
        for at, judge in enumerate(self.situations.judges):
            name = self.situations.families[at] if self.situations.families else f"property number {at + 1} of states"
            found[name] = found.get(name, 0) + (judge(View(cells)) is not None)
        return found

    def told_by_loops(self, each: Exchange, cells: Cells, other: Cells) -> str:
        """An Action that is possible on one side only."""
        mine, its = {rename(action, "", each.renaming) for action in self.offered(cells)}, set(self.offered(other))
        return f"whether {min(mine ^ its)} is possible" if mine != its else ""

    def told_by_step(self, each: Exchange, cells: Cells, other: Cells) -> str:
        """A property of steps that answers otherwise, or a loop that does something else: after one step from here."""
        step_judges, take = self.situations.step_judges, self.situations.system.take
        for action, before in self.a_step(cells) if step_judges or each.acts else ():
            after, moved = StepView(other), rename(action, "", each.renaming)
            for cell, value in before.writes.items():
                after[place_under(cell, each.renaming)] = rename(value, cell.kind, each.renaming)
            for at, judge in enumerate(step_judges):
                if (judge(cast("RecordingView", before), action) is None) != (
                        judge(cast("RecordingView", after), moved) is None):
                    return f"property number {at + 1} of steps"
            taken = StepView(other)
            if each.acts:
                take(taken, moved)
                if taken.commit() != after.commit():
                    return f"what {action} does"
        return ""

    def offered(self, cells: Cells) -> Iterator[Action]:
        """All that is possible in a state."""
        system, view = self.situations.system, View(cells)
        for table in system.anchors:
            for anchor in cells.keys_between(Cell(table), Cell(table + "\0")):
                yield from system.offers(view, anchor)

    def a_step(self, cells: Cells) -> Iterator[tuple[Action, StepView]]:
        """One step that is possible, of the kind and process tried least; none if it lacks a free name."""
        possible = sorted(self.offered(cells), key=lambda action: self._kinds.get((action.step, action.process), 0))
        for action in possible[:1]:
            self._kinds[action.step, action.process] = self._kinds.get((action.step, action.process), 0) + 1
            view = StepView(cells)
            try:
                self.situations.system.take(view, action)
            except OutOfNames:
                return
            yield action, view
