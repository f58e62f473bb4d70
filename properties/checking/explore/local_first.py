"""Local steps first: a step that nobody else can notice is taken alone, before all others.

Persistent sets, for properties of safety. (a) A reply whose continuation reads and writes nothing but its own plan, and
a delivery to an informer into which its process does not look: whatever happens before it can as well happen after it.
(b) All deliveries to a process that can do nothing else, once each of its informers has an event or can get none any
more: nothing that others do changes what it will see first. A crash of the process absorbs both: with or without the
step it leads to the same state. Neither kind can go in circles, as a reply needs a request and a delivery an event.
(c) All that a process can do by itself, and requests for what is its own: see `territory`.

Nothing of this is declared for a step: it is read off the footprints of everything that was learnt, judges included. A
process of whose memory others see more than appended events is left alone, with the reason; when a footprint shows that
too late, the search begins anew, knowing better. Where names are interchangeable, a step may have run under one name
only and stand for the same under another: what a footprint shows of one name is known of all that are like it.
"""

from collections.abc import Iterator
from typing import Any

import attrs
import numpy as np

from seatrial.model.actions import Action
from seatrial.model.client.process import PRIVATE
from seatrial.model.etcd.store import object_cell
from seatrial.model.mentions import is_counted
from seatrial.model.view import Cell, Family, is_present
from seatrial.properties.checking.explore.footprints import HARMLESS, REQUEST
from seatrial.properties.checking.explore.kernels import ABSORBING, ALWAYS, DELIVERY, IF_LOCAL, NEVER, OTHER
from seatrial.properties.checking.explore.layout import Layout, Slot
from seatrial.properties.checking.explore.recording import RecordingView
from seatrial.properties.checking.explore.symmetry import Symmetry
from seatrial.properties.checking.explore.territory import Territory

DELIVER, REPLY = "Deliver", "Reply"
BUSY = ("late", "plan", "queue")
MIRRORS = ("copy", "events")
Process = str
Feed = tuple[Process, str]
ENVIRONMENT, ANYBODY = "", "[anybody]"


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
    system itself. All of them go by what the `symmetry`, if there is one, makes of names that are interchangeable.
    """

    layout: Layout
    symmetry: Symmetry | None = None
    shared: dict[Process, str] = attrs.field(factory=dict)
    watched: dict[Any, str] = attrs.field(factory=dict)
    writers: dict[Any, dict[Cell | None, None]] = attrs.field(factory=dict)
    kinds: dict[Any, int] = attrs.field(factory=dict)
    version: int = 0
    _visible: dict[Any, None] = attrs.field(factory=dict)
    loud: dict[Any, str] = attrs.field(factory=dict)
    waking: dict[Any, str] = attrs.field(factory=dict)
    _changed: dict[Any, dict[Process, None]] = attrs.field(factory=dict)
    _needed: dict[Any, dict[Process, None]] = attrs.field(factory=dict)
    territory: Territory = attrs.field(init=False)
    _weaker: int = 0

    def __attrs_post_init__(self) -> None:
        """Begins without a footprint."""
        self.territory = Territory(self.layout, self.symmetry)

    def judged(self, view: RecordingView) -> None:
        """Notes what a predicate of states looked at: steps that write there are visible."""
        places = (*(self.layout.places[slot][0] for slot, _, _ in view.path), *view.families)
        self.territory.footprints.judged(places)
        for place in places:
            if place[0] in PRIVATE and self._like(place) not in self._visible:
                self._visible[self._like(place)] = None
                self.version += 1

    def offered(self, anchor: Cell, view: RecordingView, actions: tuple[Action, ...], *, outside: bool) -> None:
        """Notes what was read to see what a cell offers; `outside`: it offers nothing but what users and faults do."""
        reads = list(self._reads(view))
        self.territory.footprints.offered(anchor, reads, view, actions, outside=outside)
        for cell, projection in reads:
            if cell.table in PRIVATE and cell.owner != anchor.owner:
                self._look_into(cell, projection, f"what {anchor} offers depends on it")
            elif cell.table == "plan" and cell != anchor and projection is not is_present:
                self._watch(cell, f"what {anchor} offers depends on it")
            elif cell.table in MIRRORS and cell != anchor:
                self._note(self.loud, (cell.owner, cell.kind), f"what {anchor} offers depends on it")

    def taken(self, action: Action, view: RecordingView, after: dict[Slot, bool], *, environment: bool) -> bool:
        """Notes what a step read and wrote, its judges included; answers whether it may be taken alone, here.

        `after` says which written slots it left filled. Whether a request may can depend on budgets, which are read.
        """
        accesses = self.territory.taken(action, list(self._reads(view)), view, after, environment=environment)
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
        local = self.is_local_reply(action, view) or (
            action.step == REQUEST and not environment and self.territory.is_own_request(action, view, accesses))
        self._give_way()
        return local

    def _give_way(self) -> None:
        """What turned out to be impossible, though it was thought possible, makes what was searched wrong."""
        self.version += self.territory.weaker - self._weaker
        self._weaker = self.territory.weaker

    def is_local_reply(self, action: Action, view: RecordingView) -> bool:
        """Does a step touch nothing but the plan that it continues?"""
        plan = Cell("plan", action.process, "", action.key)
        return action.step == REPLY and not view.families and all(
            cell == plan for cell in (*view.writes, *(cell for cell, _ in self._reads(view))))

    def _like(self, place: tuple[str | None, ...]) -> tuple[str | None, ...]:
        """A place, or a process and a resource, by what its names have in common with those that are like them."""
        return place if self.symmetry is None else tuple([part and self.symmetry.same(part) for part in place])

    def _party(self, process: Process, cell: Cell) -> Process:
        """A process, in relation to a cell: whose a cell of another name is, where that can be told, else anybody's."""
        names = () if self.symmetry is None else self.symmetry.permuted_in(process)
        if self.symmetry is None or not names:
            return process
        return self.symmetry.same(process) if names == self.symmetry.permuted_in(" ".join(cell)) else ANYBODY

    def is_shared(self, process: Process) -> bool:
        """Do others see more of its memory, or of the memory of one like it, than events that they append?"""
        return self._like((process,))[0] in self.shared

    def may_go_first(self, action: Action) -> bool:
        """Does nobody else look into the plan that this reply or request continues?"""
        plan = Cell("plan", action.process, "", action.key)
        return self._like(plan) not in self.watched and not self._is_visible(plan)

    def _reads(self, view: RecordingView) -> Iterator[tuple[Cell, Any]]:
        """What was read, but for what was known before.

        A cell of a name that nothing mentions is empty, and so is a copy of an object that is made under a name which
        nobody ever frees.
        """
        free = [name for name, bit in self.layout.names.items() if (bit, None, 0) in view.path]
        new = self.territory.first_made(view)
        for slot, projection, _ in view.path:
            cell = self.layout.places[slot][0]
            if not (is_counted(cell) and any(name in cell.key or name in cell.kind for name in free)) and not (
                    cell.table == "copy" and object_cell(cell.kind, cell.key) in new):
                yield cell, projection

    def _is_visible(self, cell: Cell) -> bool:
        table, owner, kind, key = self._like(cell)
        return any(place in self._visible for place in (
            (table, owner, kind, key), (table, owner, kind), (table, owner), (table, None)))

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

    def _note(self, facts: dict[Any, str], feed: Feed, why: str) -> None:
        if self._like(feed) not in facts:
            facts[self._like(feed)] = why
            self.version += 1

    def _need(self, cell: Cell, action: Action) -> None:
        """A delivery that reads what is nobody's memory depends on whoever else changes it."""
        if action.step == DELIVER:
            party = self._party(action.process, cell)
            self._needed.setdefault(self._like(cell), {})[party] = None
            if any(differ(writer, party) for writer in self._changed.get(self._like(cell), {})):
                self._share(action.process, f"{action} reads {cell}")

    def _change(self, cell: Cell, action: Action, own: Process) -> None:
        if action.step == DELIVER:
            self._share(action.process, f"{action} writes {cell}")
        writers, party = self._changed.setdefault(self._like(cell), {}), self._party(own, cell)
        if party not in writers:
            writers[party] = None
            for process in self._needed.get(self._like(cell), {}):
                if differ(process, party):
                    self._share(process, f"its deliveries read {cell}, which {action} writes")

    def _add_writer(self, queue: Cell, view: RecordingView, *, environment: bool) -> None:
        """Somebody appends to a queue: the system, or a user or fault while its budget lasts."""
        budgets: list[Cell | None] = [cell for cell in view.writes if cell.table == "budget"] if environment else []
        known = self.writers.setdefault(self._like(queue), {})
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
        alike = self._like(attrs.astuple(action))
        if self.kinds.setdefault(alike, kind) != kind:
            self.kinds[alike] = kind = OTHER
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
        (like,) = self._like((process,))
        if like not in self.shared:
            self.shared[str(like)] = why
            self.version += 1

    def _watch(self, plan: Cell, why: str) -> None:
        if self._like(plan) not in self.watched:
            self.watched[self._like(plan)] = why
            self.version += 1

    def choice(self, actions: list[Action]) -> Choice:
        """The arrays for the compiled loop, as things are known now."""
        self.territory.look_again()
        self._give_way()
        processes = sorted({cell.owner for cell in self.layout.filled if cell.table == "events"})
        number = {process: at for at, process in enumerate(processes)}
        idle = [self._idle(process) for process in processes]
        feeds = [list(self.layout.active(("events", process))) for process in processes]
        flat = [cell for each in feeds for cell in each]
        writers = [self._writers(feed) for feed in flat]
        budgets = [[self.layout.slot(cell) for cell in each if cell is not None] for each in writers]
        return Choice(
            np.array([process in self.territory.roaming or self._is_eligible(process) for process in processes],
                     np.bool_),
            starts(idle), numbers(idle), starts(feeds), np.array([self.layout.slot(cell) for cell in flat], np.int64),
            np.array([None in each for each in writers], np.bool_), starts(budgets), numbers(budgets),
            np.array([self._alone(action) for action in actions], np.int64),
            np.array([-1 if self.territory.is_outside(action) else number.get(action.process, -1)
                      for action in actions], np.int64),
            np.array([self._kind(action) for action in actions], np.int64))

    def _idle(self, process: Process) -> list[Slot]:
        """What must be empty for a process to be chosen."""
        roaming = self.territory.roaming.get(process)
        if roaming is None:
            return self._slots(process, BUSY)
        return [self.layout.slot(cell) for cell in roaming.closers]

    def _writers(self, feed: Cell) -> dict[Cell | None, None]:
        """What must be empty for an informer to get no event that matters; None in it: it always may get one."""
        roaming, name = self.territory.roaming.get(feed.owner), self._like((feed.owner, feed.kind))
        if roaming is None:
            known = self.writers.get(self._like(feed), {})
            return {each: None for each in known if each is not None or name in self.waking}
        if name not in self.waking and name not in self.loud:
            return {}
        closers = roaming.feeds[self.territory.footprints.key_of(feed)]
        return {None: None} if closers is None else dict.fromkeys(closers, None)

    def _kind(self, action: Action) -> int:
        """Is it one of those that a chosen process takes?"""
        roaming = self.territory.roaming.get(action.process)
        if action.step == DELIVER if roaming is None else action in roaming.actions:
            return DELIVERY
        return self.kinds.get(self._like(attrs.astuple(action)), OTHER)

    def _alone(self, action: Action) -> int:
        """May this Action be taken alone: always, if it was local in this situation, or never?"""
        if action.step in (REPLY, REQUEST) and self.may_go_first(action):
            return IF_LOCAL
        feed = action.process, action.key
        silent = action.step == DELIVER and self._like(feed) not in self.loud and not any(
            self._is_visible(cell) for cell in self.layout.filled if cell.table in MIRRORS and (
                cell.owner, cell.kind) == feed)
        return ALWAYS if silent else NEVER

    def _is_eligible(self, process: Process) -> bool:
        return not self.is_shared(process) and not any(
            self._is_visible(cell) for cell in self.layout.filled if cell.owner == process and cell.table in PRIVATE)

    def _slots(self, process: Process, tables: tuple[str, ...]) -> list[Slot]:
        return [self.layout.slot(cell) for table in tables for cell in self.layout.active((table, process))]


def differ(one: Process, other: Process) -> bool:
    """Can these be two processes?"""
    return one != other or one == ANYBODY


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
