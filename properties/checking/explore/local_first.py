"""Local steps first: a step that nobody else can notice is taken alone, before all others.

Two kinds of persistent sets, for properties of safety. (a) A reply whose continuation reads and writes nothing but its
own plan, and a delivery to an informer into which its process does not look: whatever happens before it can as well
happen after it. (b) All deliveries to a process that can do nothing
else, once each of its informers has an event or can get none any more: nothing that others do changes what it will see
first. A crash of the process absorbs both: with or without the step it leads to the same state. Neither kind can go in
circles, as a reply needs a request and a delivery an event.

Nothing of this is declared for a step: it is read off the footprints of everything that was learnt, judges included. A
process of whose memory others see more than appended events is left alone, with the reason; when a footprint shows that
too late, the search begins anew, knowing better.
"""

from collections.abc import Iterator
from typing import Any

import attrs
import numpy as np

from seatrial.model.actions import Action
from seatrial.model.client.informer import is_fed
from seatrial.model.client.process import PRIVATE
from seatrial.model.view import Cell, Family, is_present
from seatrial.properties.checking.explore.kernels import ABSORBING, ALWAYS, DELIVERY, IF_LOCAL, NEVER, OTHER
from seatrial.properties.checking.explore.layout import Layout, Slot
from seatrial.properties.checking.explore.recording import RecordingView, is_full

DELIVER, REPLY = "Deliver", "Reply"
BUSY = ("late", "plan", "queue")
MIRRORS = ("copy", "events")
HARMLESS = (is_fed, is_full)
"""What an append reads: does the watch want events, and is there room in this layout?"""
Process = str
Feed = tuple[Process, str]
ENVIRONMENT = ""


@attrs.frozen(eq=False)
class Choice:
    """What the compiled loop needs to choose: by process, by informer of a process, by Action.

    Lists of one process are idle_slot[idle_first[p]:idle_first[p + 1]] and so on; `feed_open` says that a process other
    than its own writes what an informer watches, `budget_slot` which budgets, until spent, let users or faults do so.
    """

    eligible: np.ndarray
    idle_first: np.ndarray
    idle_slot: np.ndarray
    feed_first: np.ndarray
    feed_slot: np.ndarray
    feed_open: np.ndarray
    budget_first: np.ndarray
    budget_slot: np.ndarray
    alone: np.ndarray
    action_process: np.ndarray
    action_kind: np.ndarray


@attrs.define(eq=False)
class Locality:
    """What the footprints learnt so far say of each process's memory; `version` counts what changed.

    `shared` names the processes of whose memory others see more than events that they append, `watched` the plans that
    others look into, each with the reason. `writers` names who appends to an informer's queue: budgets, or None for the
    system itself.
    """

    layout: Layout
    shared: dict[Process, str] = attrs.field(factory=dict)
    watched: dict[Cell, str] = attrs.field(factory=dict)
    writers: dict[Cell, dict[Cell | None, None]] = attrs.field(factory=dict)
    kinds: dict[Action, int] = attrs.field(factory=dict)
    version: int = 0
    _visible: dict[Any, None] = attrs.field(factory=dict)
    loud: dict[Feed, str] = attrs.field(factory=dict)
    waking: dict[Feed, str] = attrs.field(factory=dict)
    _changed: dict[Cell, dict[Process, None]] = attrs.field(factory=dict)
    _needed: dict[Cell, dict[Process, None]] = attrs.field(factory=dict)

    def judged(self, view: RecordingView) -> None:
        """Notes what a predicate of states looked at: steps that write there are visible."""
        for place in (*(self.layout.places[slot][0] for slot, _, _ in view.path), *view.families):
            if place[0] in PRIVATE and place not in self._visible:
                self._visible[place] = None
                self.version += 1

    def offered(self, anchor: Cell, view: RecordingView) -> None:
        """Notes what was read to see what a cell offers."""
        for cell, projection in self._reads(view):
            if cell.table in PRIVATE and cell.owner != anchor.owner:
                self._look_into(cell, projection, f"what {anchor} offers depends on it")
            elif cell.table == "plan" and cell != anchor and projection is not is_present:
                self._watch(cell, f"what {anchor} offers depends on it")
            elif cell.table in MIRRORS and cell != anchor:
                self._note(self.loud, (cell.owner, cell.kind), f"what {anchor} offers depends on it")

    def taken(self, action: Action, view: RecordingView, after: dict[Slot, bool], *, environment: bool) -> None:
        """Notes what a step read and wrote, its judges included; `after` says which written slots it left filled."""
        own = ENVIRONMENT if environment and action.step != "Request" else action.process
        if self._memory(action.process, view, after)[0]:
            self._listen(action, view, own)
        touched: dict[Process, list[Cell]] = {}
        for cell, projection in self._reads(view):
            if cell.table not in PRIVATE:
                self._need(cell, action)
            elif cell.owner == own:
                if cell.table == "plan" and cell.key != action.key and projection is not is_present:
                    self._watch(cell, f"{action} reads it")
            elif projection not in HARMLESS:
                touched.setdefault(cell.owner, []).append(cell)
        for cell in view.writes:
            if cell.table not in PRIVATE:
                self._change(cell, action, own)
            elif cell in view.appended and cell.owner != own:
                self._add_writer(cell, view, environment=environment)
            elif cell.owner != own:
                touched.setdefault(cell.owner, []).append(cell)
        for process, cells in touched.items():
            self._touch(process, cells, action, self._memory(process, view, after), environment=environment)

    def is_local_reply(self, action: Action, view: RecordingView) -> bool:
        """Does a step touch nothing but the plan that it continues?"""
        plan = Cell("plan", action.process, "", action.key)
        return action.step == REPLY and not view.families and all(
            cell == plan for cell in (*view.writes, *(cell for cell, _ in self._reads(view))))

    def may_go_first(self, action: Action) -> bool:
        """Does nobody else look into the plan that this reply continues?"""
        plan = Cell("plan", action.process, "", action.key)
        return plan not in self.watched and not self._is_visible(plan)

    def _reads(self, view: RecordingView) -> Iterator[tuple[Cell, Any]]:
        for slot, projection, _ in view.path:
            yield self.layout.places[slot][0], projection

    def _is_visible(self, cell: Cell) -> bool:
        return any(place in self._visible for place in (cell, cell[:3], (cell.table, cell.owner), (cell.table, None)))

    def _look_into(self, cell: Cell, projection: Any, why: str) -> None:  # noqa: ANN401 -- any projection
        if projection in HARMLESS:
            return
        if cell.table == "plan":
            self._watch(cell, why)
        self._share(cell.owner, why)

    def _listen(self, action: Action, view: RecordingView, own: Process) -> None:
        """Which deliveries wake their process, and which informers does it look into otherwise?"""
        here = (action.process, action.key) if action.step == DELIVER else None
        touched = (*(cell for cell, _ in self._reads(view)), *view.writes, *(
            Cell(*family) for family in view.families if len(family) == len(Family._fields)))
        for cell in touched:
            feed = cell.owner, cell.kind
            if cell.table in MIRRORS and cell.owner == own and feed != here:
                self._note(self.loud, feed, f"{action} looks into it")
                if here is not None:
                    self._note(self.waking, here, f"{action} looks at {cell}")
                    self._note(self.waking, feed, f"{action} looks at {cell}")
        if here is not None:
            for cell in (*view.writes, *(cell for cell, _ in self._reads(view))):
                if (cell.owner, cell.kind) != here or cell.table not in (*MIRRORS, "watch"):
                    self._note(self.loud, here, f"{action} touches {cell}")
            for cell in view.writes:
                if cell.table not in MIRRORS:
                    self._note(self.waking, here, f"{action} writes {cell}")
            for cell, _ in self._reads(view):
                if cell.owner == own and cell.table in PRIVATE and cell.table not in (*MIRRORS, "watch"):
                    self._note(self.waking, here, f"{action} reads {cell}")

    def _note(self, facts: dict[Feed, str], feed: Feed, why: str) -> None:
        if feed not in facts:
            facts[feed] = why
            self.version += 1

    def _need(self, cell: Cell, action: Action) -> None:
        """A delivery that reads what is nobody's memory depends on whoever else changes it."""
        if action.step == DELIVER:
            self._needed.setdefault(cell, {})[action.process] = None
            if any(writer != action.process for writer in self._changed.get(cell, {})):
                self._share(action.process, f"{action} reads {cell}")

    def _change(self, cell: Cell, action: Action, own: Process) -> None:
        if action.step == DELIVER:
            self._share(action.process, f"{action} writes {cell}")
        writers = self._changed.setdefault(cell, {})
        if own not in writers:
            writers[own] = None
            for process in self._needed.get(cell, {}):
                if process != own:
                    self._share(process, f"its deliveries read {cell}, which {action} writes")

    def _add_writer(self, queue: Cell, view: RecordingView, *, environment: bool) -> None:
        """Somebody appends to a queue: the system, or a user or fault while its budget lasts."""
        budgets: list[Cell | None] = [cell for cell in view.writes if cell.table == "budget"] if environment else []
        known = self.writers.setdefault(queue, {})
        for writer in budgets or [None]:
            if writer not in known:
                known[writer] = None
                self.version += 1

    def _touch(self, process: Process, cells: list[Cell], action: Action, memory: tuple[bool, bool], *,
               environment: bool) -> None:
        """Another's step, or the environment's, touches a process's memory: it may if there is none, or none left."""
        before, left = memory
        if not before:
            return
        kind = ABSORBING if environment and not left else OTHER
        if self.kinds.setdefault(action, kind) != kind:
            self.kinds[action] = kind = OTHER
        if kind == ABSORBING:
            return
        for cell in cells:
            if cell.table == "plan":
                self._watch(cell, f"{action} touches it")
            if cell.table in MIRRORS:
                self._note(self.loud, (process, cell.kind), f"{action} touches it")
        if not (environment and action.process == process):
            self._share(process, f"{action} touches its memory")

    def _memory(self, process: Process, view: RecordingView, after: dict[Slot, bool]) -> tuple[bool, bool]:
        """Was there anything in a process's memory before a step, and is there after it?"""
        before = left = False
        for slot, (cell, _) in enumerate(self.layout.places):
            if cell.owner == process and cell.table in PRIVATE:
                before |= view.held(slot)
                left |= after.get(slot, view.held(slot))
        return before, left

    def _share(self, process: Process, why: str) -> None:
        if process not in self.shared:
            self.shared[process] = why
            self.version += 1

    def _watch(self, plan: Cell, why: str) -> None:
        if plan not in self.watched:
            self.watched[plan] = why
            self.version += 1

    def choice(self, actions: list[Action]) -> Choice:
        """The arrays for the compiled loop, as things are known now."""
        processes = sorted({cell.owner for cell in self.layout.filled if cell.table == "events"})
        number = {process: at for at, process in enumerate(processes)}
        idle = [self._slots(process, BUSY) for process in processes]
        feeds = [list(self.layout.active(("events", process))) for process in processes]
        flat = [cell for each in feeds for cell in each]
        budgets = [[self.layout.slot(cell) for cell in self.writers.get(feed, {}) if cell is not None] for feed in flat]
        kinds = [DELIVERY if action.step == DELIVER else self.kinds.get(action, OTHER) for action in actions]
        return Choice(
            np.array([self._is_eligible(process) for process in processes], np.bool_),
            starts(idle), numbers(idle), starts(feeds), np.array([self.layout.slot(cell) for cell in flat], np.int64),
            np.array([None in self.writers.get(feed, {}) and (feed.owner, feed.kind) in self.waking for feed in flat],
                     np.bool_),
            starts(budgets), numbers(budgets),
            np.array([self._alone(action) for action in actions], np.int64),
            np.array([number.get(action.process, -1) for action in actions], np.int64), np.array(kinds, np.int64))

    def _alone(self, action: Action) -> int:
        """May this Action be taken alone: always, if it was local in this situation, or never?"""
        if action.step == REPLY and self.may_go_first(action):
            return IF_LOCAL
        feed = action.process, action.key
        silent = action.step == DELIVER and feed not in self.loud and not any(
            self._is_visible(cell) for cell in self.layout.filled if cell.table in MIRRORS and (
                cell.owner, cell.kind) == feed)
        return ALWAYS if silent else NEVER

    def _is_eligible(self, process: Process) -> bool:
        return process not in self.shared and not any(
            self._is_visible(cell) for cell in self.layout.filled if cell.owner == process and cell.table in PRIVATE)

    def _slots(self, process: Process, tables: tuple[str, ...]) -> list[Slot]:
        return [self.layout.slot(cell) for table in tables for cell in self.layout.active((table, process))]


def no_choice(actions: int) -> Choice:
    """Every Action of every state is taken."""
    none = np.zeros(0, np.int64)
    begin, nowhere = np.zeros(1, np.int64), np.zeros(0, np.bool_)
    return Choice(nowhere, begin, none, begin, none, nowhere, begin, none,
                  np.zeros(actions, np.int64), np.full(actions, -1, np.int64), np.zeros(actions, np.int64))


def starts(lists: list[list[Any]]) -> np.ndarray:
    """Where each list begins in all of them together, and where the last ends."""
    return np.cumsum([0, *(len(each) for each in lists)]).astype(np.int64)


def numbers(lists: list[list[int]]) -> np.ndarray:
    """All lists together."""
    return np.array([each for some in lists for each in some], np.int64)
