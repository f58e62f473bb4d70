"""Footprints: who reads, writes and appends to what; and so whose order could show.

An access is a mode and a key, the family of a cell: with all generated names taken for one, what was learnt of one pod
holds of the next. What was learnt of a name that may change places (a node's) is noted under each of the others, too.
Two accesses clash if their order could show: a read and a write, two writes, two appends to one queue. To take the
oldest event of a queue clashes with no append, and to look for an event with none that does not bring it.

An agent is a process about a key, or something outside of all processes: users, faults, machines, calls whose client
gave up. What is outside is possible only while certain cells are filled (a budget, the call): these are its *closers*.
Facts are only ever added.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import attrs

from seatrial.model.actions import Action
from seatrial.model.canonical import Renaming, exchange, permutations_of
from seatrial.model.client.informer import WatchEvent, is_fed
from seatrial.model.client.process import PRIVATE
from seatrial.model.etcd.store import object_cell
from seatrial.model.view import Cell, Family
from seatrial.properties.checking.explore.layout import Layout, Slot
from seatrial.properties.checking.explore.recording import RecordingView, is_full
from seatrial.properties.checking.explore.symmetry import Symmetry

HARMLESS = (is_fed, is_full)
"""What an append reads: does the watch want events, and is there room in this layout?"""
DELIVER, REQUEST = "Deliver", "Request"
READ, SEEK, WRITE, APPEND, TAKE, WITHIN, EMPTY_ALL = (
    "read", "seek", "write", "append", "take", "write within", "empty all")
PAIRS = ((READ, WRITE), (WRITE, WRITE), (READ, APPEND), (WRITE, APPEND), (APPEND, APPEND), (READ, TAKE), (WRITE, TAKE),
         (READ, WITHIN), (SEEK, WRITE))
CLASHES = frozenset((*PAIRS, *((two, one) for one, two in PAIRS)))
LOOKS = (READ, SEEK)
Key = tuple[str, ...]
Access = tuple[Key, str]
Closers = tuple[Cell, ...]
Reads = list[tuple[Cell, Any]]
NAMES: Key = ("mentioned",)
"""A look at which generated names are free: it depends on everything."""


@attrs.frozen
class Agent:
    """Who does something: a process about a key, or something outside, while its closers are filled (None: always).

    `idle`: only while the process had no plan. `anchor`: the cell that offers it, where others may fill that. `fresh`:
    the processes that had nothing in memory before.
    """

    process: str = ""
    key: str = ""
    closers: Closers | None = None
    anchor: Cell | None = None
    idle: bool = False
    fresh: tuple[str, ...] = ()


def of_process(cell: Cell) -> bool:
    """Is this cell in the memory of a process?"""
    return cell.table in PRIVATE


def budgets_in(cells: Iterable[Cell]) -> Closers:
    """The budgets among cells, in order."""
    return tuple(sorted({cell for cell in cells if cell.table == "budget"}))


@attrs.define(eq=False)
class Footprints:
    """All accesses of all steps and offers so far; `count` says how many facts there are.

    `of_action` has, for each step that a process takes on its own behalf, what it touched in any situation.
    """

    layout: Layout
    symmetry: Symmetry | None = None
    count: int = 0
    of_action: dict[Action, dict[Access, None]] = attrs.field(factory=dict)
    agents: dict[Action, Agent] = attrs.field(factory=dict)
    _held: dict[Key, dict[tuple[str, Agent], None]] = attrs.field(factory=dict)
    _fillers: dict[str, dict[Cell | None, None]] = attrs.field(factory=dict)
    _anchors: dict[Action, Cell] = attrs.field(factory=dict)
    _visible: dict[Key, None] = attrs.field(factory=dict)
    _offers: dict[str, dict[tuple[Key, tuple[Action, ...]], None]] = attrs.field(factory=dict)
    _rivals: dict[str, dict[Cell | None, None]] = attrs.field(factory=dict)
    _exchanges: tuple[Renaming, ...] = ()

    def __attrs_post_init__(self) -> None:
        """Works out which names may change places."""
        if self.symmetry is not None:
            self._exchanges = tuple(exchange(names) for names in permutations_of(self.symmetry.alike.permuted))

    def key_of(self, place: tuple[Any, ...]) -> Key:
        """The family of a cell, or of what was enumerated, whatever its generated names."""
        found = tuple(part or "" for part in place[:3])
        named = len(found) == len(Family._fields) and any(name in found[2] for name in self.layout.names)
        return (*found[:2], "*") if named else found

    def judged(self, places: Iterable[tuple[Any, ...]]) -> None:
        """Notes what a predicate of states looked at: steps that write there are visible."""
        for place in places:
            for image in self._images(self.key_of(place)):
                self._add(self._visible, image)

    def is_visible(self, key: Key) -> bool:
        """Does a predicate of states look there?"""
        return key in self._visible

    # What is learnt of offers.

    def offered(self, anchor: Cell, reads: Reads, view: RecordingView, actions: tuple[Action, ...], *,
                outside: bool) -> None:
        """Notes on what it depends what a cell offers; `outside`: it offers nothing but what users and faults do."""
        for action in actions:
            self._anchors.setdefault(action, anchor)
        left = budgets_in(cell for cell in (anchor, *(cell for cell, _ in reads))
                          if cell.table == "budget" and view.held(self.layout.slot(cell)))
        if of_process(anchor):
            self._note_own_offers(anchor, reads, actions, left)
            agent = Agent(anchor.owner, anchor.key if anchor.table == "plan" else "", idle=self._is_idle(anchor, view))
        else:
            agent = Agent(closers=left or None if outside else None)
        for key, mode in self._looked(reads, view) if actions else ():
            if agent.process != self._owner(key) or key[0] == "events":
                self._hold((key, mode), agent)

    def _note_own_offers(self, anchor: Cell, reads: Reads, actions: tuple[Action, ...], left: Closers) -> None:
        """What, outside of its memory, decides what a process can do; and the budgets that let its calls go astray."""
        for text in self._renamings():
            offers, rivals = (facts.setdefault(text(anchor.owner), {}) for facts in (self._offers, self._rivals))
            renamed = tuple(Action(*(text(part) for part in attrs.astuple(action))) for action in actions)
            for cell, _ in reads:
                if not of_process(cell) and cell.table != "budget":
                    self._add(offers, (tuple(text(part) for part in self.key_of(cell)), renamed))
            if anchor.table == "plan" and len(actions) > 1:
                for budget in left or (None,):
                    self._add(rivals, budget)

    def _is_idle(self, anchor: Cell, view: RecordingView) -> bool:
        """Was it made sure that the process had no plan at all?"""
        return ("plan", anchor.owner, "") in view.families and not any(
            view.held(slot) for slot, _, _ in view.path if self.layout.places[slot][0][:2] == ("plan", anchor.owner))

    def rivals_of(self, process: str) -> Closers | None:
        """The budgets by which a process's calls may go astray; None if they may for another reason."""
        found = self._rivals.get(process, {})
        return None if None in found else tuple(cell for cell in found if cell is not None)

    def outer_reads(self, process: str, own: dict[Action, None]) -> Iterator[Key]:
        """What, outside of its memory, decides whether a process can take some of these Actions and nothing else."""
        for key, actions in self._offers.get(process, {}):
            if all(action in own for action in actions):
                yield key

    # What is learnt of steps.

    def taken(self, action: Action, reads: Reads, view: RecordingView, after: dict[Slot, bool],
              again: tuple[Cell, ...], *, environment: bool) -> tuple[Access, ...]:
        """Notes what a step touched, its judges included, and answers it.

        `after` says which written slots it left filled; `again` has the objects that it made of names used before.
        """
        agent = self._agent_of(action, view, environment=environment)
        found = dict.fromkeys(self._accesses(action, reads, view, again), None)
        if agent.process:
            known = self.of_action.setdefault(action, {})
            for access in found:
                self._add(known, access)
        emptied = {} if agent.process else self._emptied(view, after)
        agent = attrs.evolve(agent, fresh=tuple(owner for owner, before in emptied.items() if not before))
        for owner, before in emptied.items():
            if before:
                self._hold((("memory", owner), EMPTY_ALL), agent)
        for access in found:
            if self._owner(access[0]) not in emptied:
                self._hold(access, agent)
        self._note_fillers(view, after)
        return tuple(found)

    def _agent_of(self, action: Action, view: RecordingView, *, environment: bool) -> Agent:
        anchor = self._anchors.get(action)
        if environment and action.step != REQUEST:
            agent = Agent(closers=budgets_in(view.writes) or None)
        elif anchor is not None and of_process(anchor):
            agent = Agent(action.process, action.key if anchor.table == "plan" else f"{action.step} {action.key}")
        else:
            agent = Agent(anchor=anchor)
        self.agents.setdefault(action, agent)
        return agent

    def _emptied(self, view: RecordingView, after: dict[Slot, bool]) -> dict[str, bool]:
        """The processes of which nothing is left in memory after a step, or was before: was there something before?"""
        found = {}
        for owner in dict.fromkeys(cell.owner for cell in view.writes if of_process(cell)):
            before = left = False
            for slot, (cell, _) in enumerate(self.layout.places):
                if cell.owner == owner and of_process(cell):
                    before |= view.held(slot)
                    left |= after.get(slot, view.held(slot))
            if not before or not left:
                found[owner] = before
        return found

    def _note_fillers(self, view: RecordingView, after: dict[Slot, bool]) -> None:
        """Who fills a cell that is in no process's memory: users and faults while they have a budget, or anybody."""
        for cell in view.writes:
            if not of_process(cell) and not self.layout.is_queue(cell) and after.get(self.layout.slot(cell)):
                known = self._fillers.setdefault(cell.table, {})
                for budget in budgets_in(view.writes) or (None,):
                    self._add(known, budget)

    def _accesses(self, action: Action, reads: Reads, view: RecordingView, again: tuple[Cell, ...]) -> Iterator[Access]:
        feed = Cell("events", action.process, action.key) if action.step == DELIVER else None
        yield from self._looked([(cell, how) for cell, how in reads if cell != feed], view)
        for cell in view.writes:
            key = self.key_of(cell)
            if cell in view.appended:
                for item in view.appended_items(cell):
                    if isinstance(item, WatchEvent) and object_cell(cell.kind, item.key) in again:
                        yield (*key, self._same(item.key)), WRITE
            yield key, APPEND if cell in view.appended else TAKE if cell == feed else WRITE
            yield from ((key[:2], WITHIN), ((key[0], ""), WITHIN))

    def _looked(self, reads: Reads, view: RecordingView) -> Iterator[Access]:
        for cell, how in reads:
            if cell.table == "mentioned":
                yield NAMES, READ
            elif cell in view.sought:
                yield self.key_of(cell), SEEK
                yield from (((*self.key_of(cell), self._same(mark[0])), READ) for mark in view.sought[cell])
            elif how not in HARMLESS:
                yield self.key_of(cell), READ
        for family in view.families:
            yield self.key_of(family), READ

    # What follows.

    def clashes(self, accesses: Iterable[Access], process: str, key: str | None = None) -> Closers | None:
        """What must be empty for nobody's access to clash with these, or None if somebody's always may.

        No step of `process` itself counts; with a `key`, only those do not that are about it, or need that there is no
        plan. A step that writes outside of its process's memory clashes with whatever takes that memory away.
        """
        clashing: dict[Agent, None] = {}
        outside = False
        for place, mode in accesses:
            if place == NAMES or (mode not in LOOKS and place in self._visible):
                return None
            outside |= mode not in (*LOOKS, WITHIN) and self._owner(place) != process
            for other, agent in self._held.get(place, {}):
                if (mode, other) in CLASHES and not (
                        agent.process == process and (key is None or agent.key == key or agent.idle)):
                    clashing[agent] = None
        if outside:
            clashing |= dict.fromkeys(self._emptiers(process), None)
        return self._closers_of_all(clashing, process)

    def intruders(self, process: str) -> Closers | None:
        """What must be empty for nobody else to write to a process's memory; None if somebody always may."""
        memory = (facts for key, facts in self._held.items()
                  if self._owner(key) == process and len(key) == len(Family._fields))
        return self._closers_of_all([agent for facts in memory for mode, agent in facts
                                     if mode == WRITE and agent.process != process], process)

    def _closers_of_all(self, agents: Iterable[Agent], process: str) -> Closers | None:
        """What must be empty for none of these agents to do it again, or None."""
        closers: dict[Cell, None] = {}
        for agent in agents:
            found = self._closers_of(agent, process)
            if found is None:
                return None
            closers |= dict.fromkeys(found, None)
        return tuple(closers)

    def _closers_of(self, agent: Agent, process: str) -> Closers | None:
        """What must be empty for an agent never to do it again, while a process has something in memory."""
        if process in agent.fresh:
            before = [each.closers for each in self._emptiers(process)]
            return tuple(cell for cells in before for cell in cells or ()) if before and None not in before else None
        if agent.process or agent.closers is not None or agent.anchor is None:
            return agent.closers
        fillers = self._fillers.get(agent.anchor.table, {None: None})
        if None in fillers:
            return None
        return (*self.layout.active((agent.anchor.table, None)), *(cell for cell in fillers if cell is not None))

    def _emptiers(self, process: str) -> list[Agent]:
        """What takes all of a process's memory."""
        return [agent for _, agent in self._held.get(("memory", process), {})]

    # How facts are kept.

    def _owner(self, key: Key) -> str:
        """The process in whose memory a family is, or ""."""
        return key[1] if len(key) > 1 and key[0] in PRIVATE else ""

    def _same(self, text: str) -> str:
        return text if self.symmetry is None else self.symmetry.same(text)

    def _renamings(self) -> tuple[Callable[[str], str], ...]:
        """What becomes of a text under every exchange of names that may change places."""
        return tuple(each.text for each in self._exchanges) if len(self._exchanges) > 1 else (str,)

    def _images(self, key: Key) -> Iterator[Key]:
        return (tuple(text(part) for part in key) for text in self._renamings())

    def _add(self, facts: dict[Any, None], fact: Any) -> None:  # noqa: ANN401 -- facts of several kinds
        if fact not in facts:
            facts[fact] = None
            self.count += 1

    def _hold(self, access: Access, agent: Agent) -> None:
        key, mode = access
        if (mode, agent) in self._held.get(key, {}):
            return
        for text in self._renamings():
            renamed = attrs.evolve(agent, process=text(agent.process), key=text(agent.key),
                                   fresh=tuple(text(each) for each in agent.fresh))
            self._add(self._held.setdefault(tuple(text(part) for part in key), {}), (mode, renamed))
