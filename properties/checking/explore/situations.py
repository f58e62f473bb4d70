"""What Python knows of a search: slots, tries, Actions, outcomes; and how each is learnt from the step functions."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import attrs
import numpy as np

from seatrial.model.actions import Action
from seatrial.model.apiserver.names import OutOfNames
from seatrial.model.view import Cell, View
from seatrial.properties.checking.explore import kernels
from seatrial.properties.checking.explore.flat import Flat
from seatrial.properties.checking.explore.footprints import REQUEST
from seatrial.properties.checking.explore.kernels import DERIVED
from seatrial.properties.checking.explore.layout import Code, Layout, Slot
from seatrial.properties.checking.explore.local_first import Choice, Locality, no_choice
from seatrial.properties.checking.explore.recording import Moved, RecordingView
from seatrial.properties.checking.explore.refusals import Impure
from seatrial.properties.checking.explore.symmetry import Symmetry, Tables, no_tables
from seatrial.properties.checking.explore.transitions import TransitionSystem
from seatrial.properties.checking.explore.tries import Tries

StateJudge = Callable[[View], str | None]
StepJudge = Callable[[RecordingView, Action], str | None]
UNMENTIONED = (0,) * DERIVED
MOST_JUDGES = 63
NO_BITS = np.zeros(0, np.uint64)
LOCAL = int(kernels.LOCAL)
TWICE, EVERY = 256, 16


@attrs.define(eq=False)
class Situations:
    """Everything that is learnt once and used for every state.

    `judges` are asked of each state, `step_judges` of each step after it was taken; at most 63 of each. Of the judges,
    those in `always` are of properties that hold always, those in `at_rest` are asked only where the system has nothing
    left to do. `families` names each judge, if several say the same of one name each: together they tell no two apart.
    `audited`: what steps touch is looked at, so that a search may take some of them alone. `felt` names a bound of the
    scope that was met.
    """

    system: TransitionSystem
    judges: tuple[StateJudge, ...] = ()
    step_judges: tuple[StepJudge, ...] = ()
    always: frozenset[int] = frozenset()
    at_rest: frozenset[int] = frozenset()
    families: tuple[str, ...] = ()
    audited: bool = True
    layout: Layout = attrs.field(init=False)
    tries: Tries = attrs.field(init=False)
    locality: Locality = attrs.field(init=False)
    actions: list[Action] = attrs.field(factory=list)
    action_trie: list[int] = attrs.field(factory=list)
    environment: list[bool] = attrs.field(factory=list)
    action_names: list[bool] = attrs.field(factory=list)
    anchors: list[Slot] = attrs.field(factory=list)
    offer_trie: list[int] = attrs.field(factory=list)
    judge_trie: list[int] = attrs.field(factory=list)
    offers: Flat = attrs.field(factory=lambda: Flat(1))
    writes: Flat = attrs.field(factory=lambda: Flat(2))
    felt: str = ""
    _affected: dict[Any, int] = attrs.field(factory=dict)
    _bits: np.ndarray = attrs.field(factory=lambda: NO_BITS)
    _numbers: dict[Action, int] = attrs.field(factory=dict)
    _anchored: int = 0
    _symmetry: Symmetry = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        """Raises ValueError for more judges than bits."""
        if max(len(self.judges), len(self.step_judges)) > MOST_JUDGES:
            message = f"at most {MOST_JUDGES} properties of a kind fit one search: ask for fewer with --property"
            raise ValueError(message)
        self.layout = Layout(self.system.queues, self.system.sort)
        self.tries = Tries(self.layout)
        self._symmetry = Symmetry(self.layout, self.system.alike)
        self.locality = Locality(self.layout, self._symmetry)
        self.judge_trie = [self.tries.add(partial(self._judge, at)) for at in range(len(self.judges))]

    def first_row(self) -> list[Code]:
        """The row of the initial cells."""
        sparse: dict[Slot, Code] = {}
        for cell, value in self.system.initial.pairs():
            self.layout.encode_cell(sparse, cell, value)
        self.tries.settle()
        self.refresh()
        return [sparse.get(slot, 0) for slot in range(len(self.layout))]

    def refresh(self) -> None:
        """Finds the anchors among cells that may be filled since the last time."""
        filled = self.layout.filled
        for cell in filled[self._anchored:]:
            if cell.table in self.system.anchors:
                self.anchors.append(self.layout.slot(cell))
                self.offer_trie.append(self.tries.add(partial(self._offer, cell)))
        self._anchored = len(filled)

    def derived(self, row: Sequence[Code]) -> list[Code]:
        """A row with its derived slots worked out."""
        seen = self.layout.mentioned(row)
        return [*([seen >> bit & 1 for bit in range(DERIVED)] if seen else UNMENTIONED), *row[DERIVED:]]

    def learn(self, trie: int, row: Sequence[Code]) -> int:
        """The outcome of a trie for a row, whose derived slots are worked out first; raises Impure."""
        known, before = self.derived(row), self.tries.runs
        try:
            outcome = self.tries.learn(trie, known)
        except Impure as error:
            raise self._named(trie, error) from error
        if self.tries.runs > before and is_sampled(self.tries.runs):
            self._try_again(trie, known, outcome)
        self.refresh()
        return outcome

    def _try_again(self, trie: int, row: list[Code], outcome: int) -> None:
        """Runs a function once more on what it read; raises Impure if it does something else."""
        again = self.tries.repeat(trie, row)
        if again == outcome:
            return
        if trie in self.judge_trie or trie in self.offer_trie:
            raise self._named(trie, Impure("it said something else the second time, from the same cells"))
        slots, flags = self._changes(row, outcome)
        others, others_flags = self._changes(row, again)
        if slots != others or flags != others_flags:
            told = [slot for slot in sorted({*slots, *others}) if slots.get(slot) != others.get(slot)]
            words = (f"it left {self.layout.places[told[0]][0]} otherwise" if told
                     else "the properties of steps said something else")
            raise self._named(trie, Impure(f"{words} the second time, from the same cells"))

    def _changes(self, row: list[Code], outcome: int) -> tuple[dict[Slot, Code], int]:
        """The slots that an outcome changes in a row, and its flags."""
        held = {slot: row[slot] if slot < len(row) else 0 for slot in range(len(self.layout))}
        written = {slot: code if code >= 0 else held[-1 - code] for slot, code in self.writes.at(outcome)}
        return {slot: code for slot, code in written.items() if held[slot] != code}, self.writes.tags[outcome]

    def _named(self, trie: int, error: Impure) -> Impure:
        """What is impure, by name."""
        if trie in self.judge_trie:
            return error.of(f"property number {self.judge_trie.index(trie) + 1}")
        if trie in self.offer_trie:
            cell = self.layout.places[self.anchors[self.offer_trie.index(trie)]][0]
            return error.of(f"what {cell} offers", cell.owner)
        action = self.actions[self.action_trie.index(trie)]
        return error.of(str(action), action.process)

    def _offer(self, cell: Cell, view: RecordingView) -> int:
        offered = self.system.offers(view, cell)
        if self.audited:
            outside = all(self.system.environment(action) and action.step != REQUEST for action in offered)
            self.locality.offered(cell, view, offered, outside=outside)
        return self.offers.add(tuple((self.number(action),) for action in offered))

    def number(self, action: Action) -> int:
        """The number of an Action."""
        found = self._numbers.get(action)
        if found is None:
            found = self._numbers[action] = len(self.actions)
            self.actions.append(action)
            self.action_trie.append(self.tries.add(partial(self._take, found)))
            self.environment.append(self.system.environment(action))
            self.action_names.append(False)
        return found

    def _take(self, number: int, view: RecordingView) -> int:
        action = self.actions[number]
        try:
            self.system.take(view, action)
        except OutOfNames as bound:
            self.felt = str(bound)
            return self.writes.add(())
        flags = sum(1 << at for at, judge in enumerate(self.step_judges) if judge(view, action))
        read = {slot: said for slot, projection, said in view.path if projection is None}
        if any(slot < DERIVED for slot in read):
            self.action_names[number] = True
        written = [self._encoded(slot, value) for slot, value in view.outcome()]
        if self.audited:
            after = {slot: bool(code) if code >= 0 else view.held(-1 - code) for slot, code in written}
            if self.locality.taken(action, view, after, environment=self.environment[number]):
                flags |= LOCAL
            self._forget_superseded()
        return self.writes.add(tuple((slot, code) for slot, code in written if read.get(slot) != code), flags)

    def _forget_superseded(self) -> None:
        """Forgets what was learnt of steps that are judged otherwise since."""
        superseded = self.locality.territory.superseded
        if superseded:
            self.tries.forget(self.action_trie[at] for at, action in enumerate(self.actions) if (
                action in superseded or (action.step == REQUEST and action.process in superseded)))
            superseded.clear()

    def _encoded(self, slot: Slot, value: Any) -> tuple[Slot, Code]:  # noqa: ANN401 -- any value of a cell
        if not isinstance(value, Moved):
            return slot, self.layout.encode(slot, value)
        if self.layout.domains[slot] is not self.layout.domains[value.slot]:
            message = f"{self.layout.places[value.slot]} was copied to {self.layout.places[slot]}: give them one sort"
            raise ValueError(message)
        self.layout.fill(self.layout.places[slot][0])
        return slot, -1 - value.slot

    def _judge(self, at: int, view: RecordingView) -> int:
        said = self.judges[at](view)
        looked = dict.fromkeys((self.layout.places[slot][0] for slot, _, _ in view.path), None)
        if self.audited and at in self.always:
            self.locality.judged(view)
        for place in (*looked, *view.families) if at not in self.at_rest else ():
            before = self._affected.get(place, 0)
            if not before >> at & 1:
                self._affected[place] = before | 1 << at
                self._bits = NO_BITS
        return int(said is not None)

    def choice(self, *, local_first: bool) -> Choice:
        """What the compiled loop chooses local steps by, or that it is to choose none; raises ValueError unaudited."""
        if not local_first:
            return no_choice(len(self.actions))
        if not self.audited:
            message = "local steps cannot go first where nobody looked at what steps touch: leave `audited` on"
            raise ValueError(message)
        choice = self.locality.choice(self.actions)
        self._forget_superseded()
        return choice

    def tables(self, *, symmetry: bool) -> Tables:
        """What the compiled loop fingerprints states up to renaming by, or that it is not to."""
        return self._symmetry.tables() if symmetry else no_tables()

    def affected_by(self, width: int) -> np.ndarray:
        """Which judges may change their mind when a slot is written, as bits, for `width` slots."""
        known = len(self._bits)
        if known < len(self.layout.places):
            self._bits = np.concatenate((self._bits, np.array(
                [self._affected_at(cell) for cell, _ in self.layout.places[known:]], np.uint64)))
        return np.pad(self._bits, (0, width - len(self._bits)))

    def _affected_at(self, cell: Cell) -> int:
        bits = 0
        for place in (cell, cell[:3], (cell.table, cell.owner), (cell.table, None)):
            bits |= self._affected.get(place, 0)
        return bits


def is_sampled(run: int) -> bool:
    """Is this one of the runs that are made twice? The first ones all are, and one in sixteen of the others."""
    return run <= TWICE or run % EVERY == 0
