"""Territory: which processes may go on by themselves, and which requests concern nobody else.

Both are persistent sets (`docs/decisions/0010-reductions.md`), read off the footprints of everything learnt so far.

*Roaming*: a process each of whose possible steps touches nothing that anybody else touches otherwise takes those, and
all others wait, as long as an event waits for it and no other event could come first. *Own requests*: a request whose
object nobody else can touch any more is taken alone. Both may rest on budgets being spent. A fact that takes something
away begins the search anew.
"""

from typing import Any

import attrs

from seatrial.model.actions import Action
from seatrial.model.view import Cell, is_present
from seatrial.properties.checking.explore.footprints import DELIVER, READ, Access, Closers, Footprints, Key, Reads
from seatrial.properties.checking.explore.layout import Layout, Slot
from seatrial.properties.checking.explore.recording import RecordingView
from seatrial.properties.checking.explore.symmetry import Symmetry

Process = str


@attrs.frozen(eq=False)
class Roaming:
    """Of a process: the Actions that clash with nobody's while `closers` are empty, and who may append to its feeds."""

    actions: dict[Action, None]
    closers: dict[Cell, None]
    feeds: dict[Key, Closers | None]

    def allows(self, other: "Roaming") -> bool:
        """Is everything possible that was thought so before?"""
        return (all(action in self.actions for action in other.actions)
                and all(cell in other.closers for cell in self.closers)
                and all(needs_no_more(other.feeds[feed], self.feeds[feed]) for feed in other.feeds))


def needs_no_more(before: Closers | None, now: Closers | None) -> bool:
    """Must no more cells be empty than before?"""
    return before is None or (now is not None and all(cell in before for cell in now))


@attrs.define(eq=False)
class Territory:
    """What each process has for itself.

    `weaker` counts how often something turned out to be impossible that was thought possible; `superseded` has what
    must be learnt again since: all requests of a process, or an Action.
    """

    layout: Layout
    symmetry: Symmetry | None = None
    roaming: dict[Process, Roaming] = attrs.field(factory=dict)
    weaker: int = 0
    superseded: dict[Process | Action, None] = attrs.field(factory=dict)
    footprints: Footprints = attrs.field(init=False)
    _looked_at: tuple[int, int] = (0, 0)
    _granted: dict[tuple[Process, str, tuple[Access, ...]], None] = attrs.field(factory=dict)
    _spent: dict[Process, Closers] = attrs.field(factory=dict)
    _erased: dict[tuple[str, ...], None] = attrs.field(factory=dict)
    _makers: dict[tuple[str, ...], dict[Action, None]] = attrs.field(factory=dict)

    def __attrs_post_init__(self) -> None:
        """Begins without a footprint."""
        self.footprints = Footprints(self.layout, self.symmetry)

    # One life: an object of a name that nobody ever frees.

    def first_made(self, view: RecordingView) -> list[Cell]:
        """The objects that a step makes under names that nobody frees: nobody has a copy of them, nor an event."""
        return [cell for cell in self._made(view) if self._like(cell) not in self._erased]

    def _made(self, view: RecordingView) -> list[Cell]:
        return [cell for cell in view.writes if cell.table == "object" and not view.held(self.layout.slot(cell))]

    def _note_lives(self, action: Action, view: RecordingView, after: dict[Slot, bool]) -> tuple[Cell, ...]:
        """Notes what a step makes and what it ends; answers what it makes under names that had an object before.

        When a name is freed for the first time, what makes objects of that name is learnt anew.
        """
        made = self._made(view)
        for cell in made:
            self._makers.setdefault(self._like(cell), {})[action] = None
        for cell in view.writes:
            name = self._like(cell)
            if cell.table == "object" and name not in self._erased and not after.get(self.layout.slot(cell), True):
                self._erased[name] = None
                for maker in self._makers.get(name, {}):
                    self._supersede(maker)
        return tuple(cell for cell in made if self._like(cell) in self._erased)

    def _like(self, cell: Cell) -> tuple[str, ...]:
        return cell if self.symmetry is None else tuple(self.symmetry.same(part) for part in cell)

    # Own requests.

    def taken(self, action: Action, reads: Reads, view: RecordingView, after: dict[Slot, bool], *,
              environment: bool) -> tuple[Access, ...]:
        """Notes what a step touched, its judges included, and answers it."""
        again = self._note_lives(action, view, after)
        return self.footprints.taken(action, reads, view, after, again, environment=environment)

    def is_own_request(self, action: Action, view: RecordingView, accesses: tuple[Access, ...]) -> bool:
        """Does a request write an object that nobody else can touch any more, and can it not go astray?

        Cells that must be empty for that are read now, so that the answer is for states that are like this one. Each
        such request uses up a version, and a bound on versions is watched: there is no endless chain of them.
        """
        if not any(cell.table == "object" for cell in view.writes) or not self._grant(action, accesses):
            return False
        before = view.initially()
        return not any(before.get(cell, is_present) for cell in self._spent[action.process])

    def _grant(self, action: Action, accesses: tuple[Access, ...]) -> bool:
        process, key = action.process, action.key
        if self._like(Cell("", process, "", key)) != Cell("", process, "", key):
            return False  # what others of the kind do may have been learnt under this very name
        closers = self._closers_of_request(process, key, accesses)
        if closers is None:
            return False
        self._granted[process, key, accesses] = None
        self._spend(process, closers)
        return True

    def _closers_of_request(self, process: Process, key: str, accesses: tuple[Access, ...]) -> Closers | None:
        others = tuple(access for access in accesses if access[0][:2] != ("plan", process))
        closers, rivals = self.footprints.clashes(others, process, key), self.footprints.rivals_of(process)
        return None if closers is None or rivals is None else (*closers, *rivals)

    def _spend(self, process: Process, closers: Closers) -> None:
        """Adds cells that must be empty for a process's requests to be its own."""
        known = self._spent.get(process)
        more = tuple(sorted({*(known or ()), *closers}))
        if more != known:
            self._spent[process] = more
            if known is not None:
                self._supersede(process)

    def _supersede(self, whose: Process | Action) -> None:
        self.superseded[whose] = None
        self.weaker += 1

    # Roaming.

    def look_again(self) -> None:
        """Works out anew who may do what, if there are new facts."""
        known = self.footprints.count, len(self.layout.filled)
        if self._looked_at == known:
            return
        self._looked_at = known
        for process, key, accesses in tuple(self._granted):
            closers = self._closers_of_request(process, key, accesses)
            if closers is None:
                del self._granted[process, key, accesses]
                self._supersede(process)
            else:
                self._spend(process, closers)
        processes = sorted({cell.owner for cell in self.layout.filled if cell.table == "events"})
        now = {process: found for process in processes if (found := self._roaming_of(process)) is not None}
        self.weaker += sum(process not in now or not now[process].allows(was) for process, was in self.roaming.items())
        self.roaming = now

    def _roaming_of(self, process: Process) -> Roaming | None:
        """What a process may do by itself, if all its deliveries are of that kind, and something else too."""
        prints = self.footprints
        own: dict[Action, None] = {}
        closers: dict[Cell, None] = {}
        known: dict[Any, Closers | None] = {}
        for action, accesses in prints.of_action.items():
            if action.process != process:
                continue
            kind = tuple(accesses)
            if kind not in known:
                known[kind] = prints.clashes(kind, process)
            found = known[kind]
            if found is not None:
                own[action] = None
                closers |= dict.fromkeys(found, None)
            elif action.step == DELIVER:
                return None
        if all(action.step == DELIVER for action in own):
            return None
        for found in (prints.intruders(process), *(
                prints.clashes(((key, READ),), process) for key in prints.outer_reads(process, own))):
            if found is None:
                return None
            closers |= dict.fromkeys(found, None)
        return Roaming(own, closers, {prints.key_of(feed): prints.clashes(((prints.key_of(feed), READ),), process)
                                      for feed in self.layout.active(("events", process))})

    def is_outside(self, action: Action) -> bool:
        """Is it something outside of all processes, although it goes by the name of one (a call that was given up)?"""
        agent = self.footprints.agents.get(action)
        return action.process in self.roaming and agent is not None and agent.anchor is not None
