"""The search: level after level, compiled where every situation is known, in Python where one is new."""

from collections.abc import Iterator

import attrs
import numpy as np

from seatrial.model.actions import Action
from seatrial.properties.checking.explore import kernels
from seatrial.properties.checking.explore.layout import Code
from seatrial.properties.checking.explore.packing import Packing, packing_for
from seatrial.properties.checking.explore.situations import Situations
from seatrial.properties.checking.explore.space import Space
from seatrial.properties.checking.explore.visited import Visited

CHUNK = 1 << 13
BUFFER = 1 << 16
SPARE = 16
"""So many slots may appear before the states of the frontier must be packed anew."""


@attrs.frozen
class Options:
    """How to search: fingerprints of 128 bits or 64, with the graph kept or not, local steps first or not.

    `symmetry`: how many generated names of one base are interchangeable, or 0 for none.
    """

    wide: bool = True
    graph: bool = False
    local_first: bool = False
    symmetry: int = 0
    most_states: int | None = None


@attrs.frozen(eq=False)
class Level:
    """States found together: packed, with their fingerprints, and as bits which judges spoke of each."""

    states: np.ndarray
    lows: np.ndarray
    highs: np.ndarray
    truth: np.ndarray
    masks: np.ndarray

    def __len__(self) -> int:
        return len(self.states)


@attrs.frozen(eq=False)
class Trail:
    """Whence the states of a level came: the place of the parent in the level before, and the number of its Action."""

    parents: np.ndarray
    ordinals: np.ndarray


@attrs.frozen
class Sighting:
    """A judge spoke: of a state (level, place), or of the step with this ordinal from it."""

    judge: int
    level: int
    place: int
    ordinal: int | None = None


@attrs.define(eq=False)
class Search:
    """A breadth-first search in progress; `levels` yields each level as it is done.

    Between two pieces of work all that it knows is in its fields: it may be left there, written down, and gone on with.
    """

    situations: Situations
    options: Options = attrs.field(factory=Options)
    space: Space = attrs.field(factory=Space)
    states: int = 0
    transitions: int = 0
    quiet: int = 0
    depth: int = 0
    complete: bool = False
    sightings: list[Sighting] = attrs.field(factory=list)
    trails: list[Trail] = attrs.field(factory=list)
    edges: list[np.ndarray] = attrs.field(factory=list)
    truths: list[np.ndarray] = attrs.field(factory=list)
    _packing: Packing = attrs.field(init=False)
    _visited: Visited = attrs.field(init=False)
    _level: Level = attrs.field(init=False)
    _next: list[Level] = attrs.field(factory=list)
    _trail: list[Trail] = attrs.field(factory=list)
    _seen: set[tuple[int, bool]] = attrs.field(factory=set)
    _begun: bool = False
    _expanding: bool = False
    _at: int = 0
    _todo: np.ndarray = attrs.field(factory=lambda: np.zeros(0, np.int64))
    _misses: list[tuple[int, int]] = attrs.field(factory=list)
    _version: int = 0

    def run(self) -> None:
        """Searches until nothing is left, or until the limit."""
        for _ in self.levels():
            if self.options.most_states is not None and self.states > self.options.most_states:
                return
        self.complete = True

    def levels(self) -> Iterator[Level]:
        """Yields every level when its states are judged, before it is expanded."""
        for judged in self.moments():
            if judged:
                yield self._level

    def moments(self) -> Iterator[bool]:
        """Goes on with the search; yields between two pieces of work, True when a level was judged."""
        if not self._begun:
            self._begin()
        while len(self._level):
            if not self._expanding:
                yield from self._judge()
                if self.options.graph:
                    self.truths.append(self._level.truth)
                self._expanding, self._at = True, 0
                yield True
            yield from self._expand()
            if self._is_superseded:
                self._begin_anew()
            else:
                self._descend()
                self._relieve()

    @property
    def _is_superseded(self) -> bool:
        """Did a footprint show that a step was taken alone which others can notice?"""
        return self.options.local_first and self.situations.locality.version != self._version

    def _begin_anew(self) -> None:
        """Forgets what was found, and nothing of what was learnt."""
        self.states = self.transitions = self.quiet = self.depth = self._at = 0
        for held in (self.sightings, self.trails, self.edges, self.truths, self._next, self._trail, self._misses):
            held.clear()
        self._seen.clear()
        self._expanding = False
        self._begin()

    def _descend(self) -> None:
        """Makes what was found the level that is next."""
        trail = Trail(*(np.concatenate([getattr(part, name) for part in self._trail] or [np.zeros(0)])
                        for name in ("parents", "ordinals")))
        self._level = joined(self._next, self._level, self.space)
        self.trails.append(trail)
        self.states += len(self._level)
        self._next, self._trail = [], []
        self._todo, self._expanding = np.flatnonzero(self._level.masks).astype(np.int64), False
        self.depth += bool(len(self._level))

    def _relieve(self) -> None:
        """Moves levels to files when memory is short: they are read in order, or only when a path is asked for."""
        space = self.space
        if space.memory is None:
            return
        space.held = self._visited.in_memory + sum(space.in_memory(array) for array in self._columns())
        if space.held > space.memory:
            self.trails = [Trail(space.spill(each.parents), space.spill(each.ordinals)) for each in self.trails]
            self.edges = [space.spill(each) for each in self.edges]
            self.truths = [space.spill(each) for each in self.truths]
            self._level = spilled(self._level, space)
            self._next = [spilled(level, space) for level in self._next]

    def _begin(self) -> None:
        row = np.array(self.situations.first_row(), np.int32)
        wide = self.options.wide
        self._packing = packing_for(self.situations.layout)
        self._visited = Visited(wide, self.options.graph, self.space)
        tables = self.situations.tables(self.options.symmetry)
        low, high = kernels.fingerprint(row, tables.first, tables.entry)
        self._visited.add(low, high, 0)
        self.states = 1
        everything = np.uint64((1 << len(self.situations.judges)) - 1)
        self._level = Level(self._packing.pack(row), np.array([low], np.uint64), np.array([high] if wide else [], np.uint64),
                            np.zeros(1, np.uint64), np.array([everything], np.uint64))
        self._todo, self._begun = np.flatnonzero(self._level.masks).astype(np.int64), True
        self._version = self.situations.locality.version

    def _learn(self) -> Iterator[bool]:
        """Learns what the compiled loop missed, in its order, and makes room for it."""
        while self._misses:
            state, trie = self._misses[-1]
            self.situations.learn(trie, self._packing.unpack(self._level.states[state]).tolist())
            self._misses.pop()
            yield False
        self._repack()

    def _repack(self) -> None:
        """Makes room for the slots and values that were learnt."""
        if self._packing.fits(self.situations.layout):
            return
        new = packing_for(self.situations.layout, SPARE)
        self._level = attrs.evolve(self._level, states=self._packing.moved_to(new, self._level.states))
        self._next = [attrs.evolve(level, states=self._packing.moved_to(new, level.states)) for level in self._next]
        self._packing = new

    def _judge(self) -> Iterator[bool]:
        """Asks each new state the judges whose answer may have changed."""
        judges = np.array(self.situations.judge_trie, np.int64)
        counts, misses = np.zeros(3, np.int64), np.zeros((len(judges) + 4096, 2), np.int64)
        while len(self._todo):
            yield from self._learn()
            table, pack, level = self.situations.tries.table(), self._packing, self._level
            kernels.judge(self._todo, level.states, level.masks, level.truth, pack.width, pack.high_slot,
                          pack.high_column, judges, np.array(self.situations.tries.roots, np.int64), table.nodes, table.child,
                          misses, counts)
            self._todo = np.concatenate([self._todo[:counts[1]], self._todo[counts[2]:]])
            self._misses = [(state, trie) for state, trie in misses[:counts[0]][::-1].tolist()]
            yield False
        for at in range(len(judges)):
            if (at, False) not in self._seen:
                found = np.flatnonzero(self._level.truth & np.uint64(1 << at))
                if len(found):
                    self._seen.add((at, False))
                    self.sightings.append(Sighting(at, self.depth, int(found[0])))

    def _expand(self) -> Iterator[bool]:
        """Takes every Action of every state of the level."""
        while True:
            yield from self._learn()
            if self._is_superseded:
                return
            if not len(self._todo):
                if self._at == len(self._level):
                    return
                self._todo = np.arange(self._at, min(self._at + CHUNK, len(self._level)), dtype=np.int64)
                self._at += len(self._todo)
            self._expand_some()
            self._relieve()
            yield False

    def _expand_some(self) -> None:
        """Expands what fits the buffers and is known; what is left stays to do."""
        todo = self._todo
        level, known, pack, seen = self._level, self.situations, self._packing, self._visited
        actions, numbered = len(known.actions), self.options.graph
        buffer = max(BUFFER, 4 * actions)
        seen.make_room(buffer)
        out = np.empty((buffer, pack.bytes), np.uint8)
        lows, highs = np.empty(buffer, np.uint64), np.empty(buffer if self.options.wide else 0, np.uint64)
        parents, ordinals = np.empty(buffer, np.uint32), np.empty(buffer, np.uint16)
        masks = np.empty(buffer, np.uint64)
        edges = np.empty((4 * buffer if numbered else 0, 3), np.int32)
        misses, events = np.empty((4096 + actions + len(known.anchors), 2), np.int64), np.empty((buffer, 3), np.uint64)
        counts = np.zeros(8, np.int64)
        table = known.tries.table()
        pending = sum(len(each) for each in self._next)
        kernels.expand(
            todo, level.states, level.lows, level.highs, pack.width, self.states + pending,
            pack.high_slot, pack.high_column, pack.high_first, *mentions_of(known),
            np.array(known.anchors, np.int64), np.array(known.offer_trie, np.int64),
            np.array(known.action_trie, np.int64), np.array(known.environment, np.bool_),
            np.array(known.action_names, np.bool_), np.array(known.tries.roots, np.int64), table.nodes, table.child,
            *known.offers.arrays()[:2], *known.writes.arrays(), known.affected_by(pack.width),
            *attrs.astuple(known.choice(local_first=self.options.local_first), recurse=False),
            *attrs.astuple(known.tables(self.options.symmetry), recurse=False),
            seen.keys, seen.wide, seen.index, seen.room,
            out, lows, highs, parents, ordinals, masks, edges, self.states - len(level), misses, events, counts)
        new, missing, again, transitions, quiet, at, edge, event = counts.tolist()
        seen.held += new
        self.transitions += transitions
        self.quiet += quiet
        self._next.append(Level(out[:new].copy(), lows[:new].copy(), highs[:new].copy(),
                                level.truth[parents[:new]], masks[:new].copy()))
        self._trail.append(Trail(parents[:new].copy(), ordinals[:new].copy()))
        if numbered:
            self.edges.append(edges[:edge].copy())
        for state, ordinal, flags in events[:event].tolist():
            self._note_step(int(state), int(ordinal), int(flags))
        self._todo = np.concatenate([todo[:again], todo[at:]])
        self._misses = [(state, trie) for state, trie in misses[:missing][::-1].tolist()]

    def _note_step(self, state: int, ordinal: int, flags: int) -> None:
        for at in range(flags.bit_length()):
            if flags >> at & 1 and (at, True) not in self._seen:
                self._seen.add((at, True))
                self.sightings.append(Sighting(at, self.depth, state, ordinal))

    @property
    def waiting(self) -> int:
        """How many of the states were not expanded."""
        if self.complete:
            return 0
        found = sum(len(level) for level in self._next)
        return found + (len(self._level) - self._at + len(self._todo) if self._expanding else len(self._level))

    @property
    def bytes(self) -> int:
        """What the table, the frontier, the trails and the edges take."""
        return self._visited.bytes + sum(int(array.nbytes) for array in self._columns())

    def _columns(self) -> Iterator[np.ndarray]:
        """All large arrays but the table of fingerprints."""
        for level in (self._level, *self._next):
            yield from (getattr(level, name) for name in COLUMNS)
        for trail in (*self.trails, *self._trail):
            yield from (trail.parents, trail.ordinals)
        yield from self.edges
        yield from self.truths

    @property
    def bytes_on_disk(self) -> int:
        """How much of that is in files."""
        return self.bytes - self._visited.in_memory - sum(self.space.in_memory(array) for array in self._columns())

    @property
    def by_level(self) -> tuple[int, ...]:
        """How many states each level has; the last may not be complete."""
        found = sum(len(level) for level in self._next)
        return (1, *(len(trail.parents) for trail in self.trails if len(trail.parents)), *([found] if found else []))

    @property
    def fingerprint_bits(self) -> int:
        """How wide the fingerprints are."""
        return self._visited.bits

    def path_to(self, level: int, place: int, ordinal: int | None = None) -> list[Action]:
        """The Actions from the initial state to a state, and the one with this ordinal from there."""
        ordinals = [] if ordinal is None else [ordinal]
        while level:
            trail = self.trails[level - 1]
            ordinals.append(int(trail.ordinals[place]))
            place, level = int(trail.parents[place]), level - 1
        return walk(self.situations, reversed(ordinals))


def mentions_of(known: Situations) -> tuple[np.ndarray, np.ndarray, np.ndarray, int]:
    """Which slots can mention a generated name, where each has its masks, the masks, and how many names there are."""
    slots, first, flat = [], [], []
    for slot in range(kernels.DERIVED, len(known.layout) if known.layout.names else 0):
        masks = known.layout.mentions(slot)
        if any(masks):
            slots.append(slot)
            first.append(len(flat))
            flat += masks
    return np.array(slots, np.int64), np.array(first, np.int64), np.array(flat, np.uint64), len(known.layout.names)


COLUMNS = ("states", "lows", "highs", "truth", "masks")


def joined(parts: list[Level], like: Level, space: Space) -> Level:
    """Levels one after the other; an empty one of the same form if there are none."""
    length = sum(len(part) for part in parts)
    columns = []
    for name in COLUMNS:
        form = getattr(like, name)
        kept = length if len(form) == len(like) else 0
        width = form.shape[1] if form.ndim > 1 else 0
        columns.append(space.zeros(kept, form.dtype, width))
        np.concatenate([getattr(part, name) for part in parts] or [form[:0]], out=columns[-1])
    return Level(*columns)


def spilled(level: Level, space: Space) -> Level:
    """The level in files."""
    return Level(*(space.spill(getattr(level, name)) for name in COLUMNS))


def enabled_in(known: Situations, row: list[Code]) -> list[tuple[int, int]]:
    """The Actions that a row offers, by number, each with its outcome, in the order of the compiled loop."""
    row = known.derived(row)
    return [(action, known.learn(known.action_trie[action], row))
            for anchor, trie in zip(tuple(known.anchors), tuple(known.offer_trie), strict=True) if row[anchor]
            for (action,) in known.offers.at(known.learn(trie, row))]


def after(known: Situations, row: list[Code], outcome: int) -> list[Code]:
    """The row after an outcome."""
    row = [*row, *[0] * (len(known.layout) - len(row))]
    found = list(row)
    for slot, code in known.writes.at(outcome):
        found[slot] = code if code >= 0 else row[-1 - code]
    return found


def walk(known: Situations, ordinals: Iterator[int]) -> list[Action]:
    """The Actions of a path that is given by the place of each among those enabled."""
    row, taken = known.first_row(), []
    for ordinal in ordinals:
        action, outcome = enabled_in(known, row)[ordinal]
        taken.append(known.actions[action])
        row = after(known, row, outcome)
    return taken
