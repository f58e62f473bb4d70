"""The search: level after level, compiled where every situation is known, in Python where one is new."""

from collections.abc import Iterator
from functools import partial

import attrs
import numpy as np

from seatrial.model.actions import Action
from seatrial.properties.checking.explore.crew import MISSES, Array, Candidates, Crew, Learnt, learnt_of
from seatrial.properties.checking.explore.exchanges import Exchanges
from seatrial.properties.checking.explore.fingerprints import fingerprint
from seatrial.properties.checking.explore.fold import fold_of
from seatrial.properties.checking.explore.levels import COLUMNS, Level, Sighting, Trail, blank_level, joined, spilled
from seatrial.properties.checking.explore.loops import EITHER, NUMBA, Loops, loops_for
from seatrial.properties.checking.explore.packing import Packing, packing_for
from seatrial.properties.checking.explore.situations import Situations
from seatrial.properties.checking.explore.space import Space
from seatrial.properties.checking.explore.visited import Visited
from seatrial.properties.checking.explore.walking import walk

CHUNK, LARGE_CHUNK = 1 << 14, 1 << 16
"""So many states are expanded together; more by two threads, which wait for each other after each."""
BUFFER = 1 << 16
SHARED = 1 << 11
"""From so many states on, their expansion is shared between threads."""
SPARE = 16
"""So many slots may appear before the states of the frontier must be packed anew."""
MOST_THREADS = 2
"""The table of fingerprints has so many parts."""


@attrs.frozen
class Options:
    """How to search: fingerprints of 128 bits or 64, with the graph kept or not, local steps first or not.

    `symmetry`: states are one if they differ only in which of the names that are alike is which. `engine`: "numba", or
    "numpy", which is chosen without being asked for where numba is not installed. `threads`: one or two; two need
    compiled loops and no graph, or one is used. Neither changes an answer; two threads meet states in another order, so
    that local steps which go first may leave others out.
    """

    wide: bool = True
    graph: bool = False
    local_first: bool = False
    symmetry: bool = False
    most_states: int | None = None
    engine: str = NUMBA
    threads: int = 1


@attrs.define(eq=False)
class Search:
    """A breadth-first search in progress; `levels` yields each level as it is done.

    Between two pieces of work all that it knows is in its fields: it may be left there, written down, and gone on with.
    `told_apart` says, if symmetry was asked for and given up, what tells interchangeable names apart.
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
    told_apart: str = ""
    _exchanges: Exchanges = attrs.field(init=False)
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
    _runs: int = 0
    _at_rest: bool = False
    _resting: Array = attrs.field(factory=lambda: np.zeros(0, np.bool_))
    _unknown: int = 0
    _crew: Crew = attrs.field(init=False)
    _engine: str = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        """Raises ValueError for an engine that there is not, or too many threads."""
        if self.options.threads not in (1, MOST_THREADS):
            message = f"a search has 1 or {MOST_THREADS} threads, not {self.options.threads}"
            raise ValueError(message)
        self._exchanges = Exchanges(self.situations)
        self._use(loops_for(self.options.engine))

    def _use(self, loops: Loops) -> None:
        """Runs on these loops from now on."""
        self._engine = loops.name
        alone = self.options.graph or self._engine != NUMBA
        self._crew = Crew(1 if alone else self.options.threads)

    @property
    def _loops(self) -> Loops:
        return loops_for(self._engine)

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
                if self._tells_apart():
                    self._begin_anew()
                    continue
                if self.options.graph:
                    self.truths.append(self._level.truth)
                self._expanding, self._at = True, 0
                self._resting = np.zeros(len(self._level), np.bool_)
                yield True
            if not self._at_rest:
                yield from self._expand()
            yield from self._judge_rest()
            if self._is_superseded:
                self._begin_anew()
            else:
                self._descend()
                self._relieve()

    @property
    def _is_superseded(self) -> bool:
        """Did a footprint show that a step was taken alone which others can notice?"""
        return self.options.local_first and self.situations.locality.version != self._version

    def _tells_apart(self) -> bool:
        """Does something tell names apart that are taken to be interchangeable? Then they are not, from now on."""
        if not self.options.symmetry:
            return False
        for at in self._exchanges.sample(len(self._level)):
            self.told_apart = self._exchanges.difference(self._packing.unpack(self._level.states[at]).tolist())
            if self.told_apart:
                self.options = attrs.evolve(self.options, symmetry=False)
                return True
        return False

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
        self._crew.learnt = None
        row = np.array(self.situations.first_row(), np.int32)
        wide = self.options.wide
        self._packing = packing_for(self.situations.layout)
        self._visited = Visited(wide, self.options.graph, self.space)
        low, high = fingerprint(row.tolist())
        columns = np.array([low], np.uint64), np.array([high] if wide else [], np.uint64)
        folds = fold_of(row, self.situations.tables(symmetry=self.options.symmetry))
        self._visited.held += self._loops.admit(
            -1, self._visited.keys, wide, self._visited.index, *(half ^ fold for half, fold in zip(
                columns, folds, strict=True)), 0, np.zeros(1, np.bool_), np.zeros(1, np.int32))
        self.states = 1
        everything = [sum(1 << at for at in range(len(self.situations.judges)) if at not in self.situations.at_rest)]
        self._level = Level(self._packing.pack(row), *columns, np.zeros(1, np.uint64), np.array(everything, np.uint64))
        self._todo, self._begun = np.flatnonzero(self._level.masks).astype(np.int64), True
        self._version = self.situations.locality.version

    def _learn(self) -> Iterator[bool]:
        """Learns what the compiled loop missed, in its order, and makes room for it."""
        while self._misses:
            state, trie = self._misses[-1]
            self.situations.learn(trie, self._packing.unpack(self._level.states[state]).tolist())
            self._crew.learnt = None
            self._misses.pop()
            yield False
        self._repack()

    def _learnt(self) -> Learnt:
        """What is known, as the loops take it."""
        if self._crew.learnt is None:
            self._crew.learnt = learnt_of(self.situations, self._packing.width, local_first=self.options.local_first,
                                          symmetry=self.options.symmetry, finds_out=self._loops.name == NUMBA)
        return self._crew.learnt

    def _keep_up(self) -> None:
        """Takes in what was learnt meanwhile by others, such as a path that was walked, and what was compiled."""
        if self.options.engine == EITHER and self._engine != NUMBA and (loops := loops_for(EITHER)).name == NUMBA:
            self._use(loops)
        if self._runs != self.situations.tries.runs:
            self._runs, self._crew.learnt = self.situations.tries.runs, None
            self._repack()

    def _repack(self) -> None:
        """Makes room for the slots and values that were learnt."""
        if self._packing.fits(self.situations.layout):
            return
        new = packing_for(self.situations.layout, SPARE)
        self._level = attrs.evolve(self._level, states=self._packing.moved_to(new, self._level.states))
        self._next = [attrs.evolve(level, states=self._packing.moved_to(new, level.states)) for level in self._next]
        self._packing, self._crew.learnt = new, None

    def _judge(self) -> Iterator[bool]:
        """Asks each new state the judges whose answer may have changed."""
        while len(self._todo):
            yield from self._learn()
            self._judge_some()
            yield False
        for at in range(len(self.situations.judges)):
            if (at, False) not in self._seen:
                found = np.flatnonzero(self._level.truth & np.uint64(1 << at))
                if len(found):
                    self._seen.add((at, False))
                    self.sightings.append(Sighting(at, self.depth, int(found[0])))

    def _judge_rest(self) -> Iterator[bool]:
        """Asks the states in which the system has nothing left to do what is to hold there."""
        bits = sum(1 << at for at in self.situations.at_rest)
        if not bits or self._is_superseded:
            return
        if not self._at_rest:
            self._level = attrs.evolve(self._level, masks=self._resting * np.uint64(bits))
            self._todo, self._at_rest = np.flatnonzero(self._resting).astype(np.int64), True
        yield from self._judge()
        self._at_rest = False

    def _expand(self) -> Iterator[bool]:
        """Takes every Action of every state of the level."""
        while True:
            yield from self._learn()
            if self._is_superseded:
                return
            if not len(self._todo):
                if self._at == len(self._level):
                    return
                chunk = CHUNK if self._crew.threads == 1 else LARGE_CHUNK
                self._todo = np.arange(self._at, min(self._at + chunk, len(self._level)), dtype=np.int64)
                self._at += len(self._todo)
            self._expand_some()
            self._relieve()
            yield False

    def _shares(self) -> list[Array]:
        """What is to do now, for each thread a part; what one of two threads did not know, one goes through alone."""
        todo = self._todo
        if self._unknown:
            return [todo[:self._unknown].copy()]
        if self._crew.threads == 1 or len(todo) < SHARED:
            return [todo.copy()]
        middle = len(todo) // 2
        return [todo[:middle].copy(), todo[middle:].copy()]

    def _leave(self, shares: list[Array], again: list[int], done: list[int], misses: list[Array]) -> None:
        """Notes what is left to do, and what is to be learnt for it."""
        rest = self._todo[sum(len(share) for share in shares):]
        unknown = [share[:many] for share, many in zip(shares, again, strict=True)]
        self._todo = np.concatenate([*unknown, *(share[at:] for share, at in zip(shares, done, strict=True)), rest])
        self._unknown = sum(again) if len(shares) > 1 else 0
        self._misses = [(state, trie) for part in misses for state, trie in part[::-1].tolist()]

    def _judge_some(self) -> None:
        """Asks what is known; what is left stays to do."""
        self._keep_up()
        shares, level, pack, learnt = self._shares(), self._level, self._packing, self._learnt()
        asking = len(shares) == 1
        counts = [np.zeros(3, np.int64) for _ in shares]
        misses = [np.empty((MISSES + len(self.situations.judges), 2), np.int64) for _ in shares]
        self._crew.run([partial(self._loops.judge, share, level.states, level.packed, level.masks, level.truth,
                                pack.column_slot, pack.high_first, *learnt.judge,
                                *learnt.judge_scratch(level.packed.shape[1]), asking, *each)
                        for share, *each in zip(shares, misses, counts, strict=True)])
        self._leave(shares, [each[1] for each in counts], [each[2] for each in counts],
                    [part[:each[0]] for part, each in zip(misses, counts, strict=True)] if asking else [])

    def _expand_some(self) -> None:
        """Expands what fits the buffers and is known; what is left stays to do."""
        self._keep_up()
        shares, level, known, pack, seen = self._shares(), self._level, self.situations, self._packing, self._visited
        learnt, wide, every = self._learnt(), self.options.wide, self.options.graph
        length = max(BUFFER, 4 * len(known.actions))
        seen.make_room(length * len(shares), self._loops, self._crew)
        found = self._crew.buffers(len(shares), length, MISSES + len(known.actions) + len(known.anchors), wide=wide)
        asking = len(shares) == 1
        adding = asking and not every
        self._crew.run([partial(
            self._loops.expand, share, level.states, level.packed, level.lows, level.highs, pack.column_slot,
            pack.high_first, *learnt.expand, *learnt.scratch(level.packed.shape[1], memo), seen.keys, wide, every,
            adding, each.recent(adding=adding), asking, each.lows, each.highs, each.who.view(np.int64), each.misses,
            each.events, self._resting, each.counts)
            for share, each, memo in zip(shares, found, self._crew.memos(len(shares), learnt), strict=True)])
        counts = np.array([each.counts for each in found])
        self.transitions += int(counts[:, 3].sum())
        self.quiet += int(counts[:, 4].sum())
        for each in found:
            for state, ordinal, flags in each.events[:each.counts[6]].tolist():
                self._note_step(int(state), int(ordinal), int(flags))
        self._admit([each.only() for each in found])
        self._leave(shares, counts[:, 2].tolist(), counts[:, 5].tolist(),
                    [each.misses[:each.counts[1]] for each in found] if asking else [])

    def _admit(self, found: list[Candidates]) -> None:
        """Adds what is new among the candidates to the states and to the level that is next."""
        level, pack, seen, learnt = self._level, self._packing, self._visited, self._learnt()
        base = self.states + sum(len(each) for each in self._next)
        fresh = [np.ones(len(each), np.bool_) for each in found]
        target = [np.empty(len(each) if self.options.graph else 0, np.int32) for each in found]
        if self.options.graph or len(found) > 1:
            halves = [-1] if len(found) == 1 else [0, 1]
            self._crew.run([partial(self._admit_half, half, found, fresh, target, base) for half in halves])
        many = [int(np.count_nonzero(each)) for each in fresh]
        seen.held += sum(many)
        out = blank_level(sum(many), pack.bytes, wide=self.options.wide)
        trail = Trail(np.empty(sum(many), np.uint32), np.empty(sum(many), np.uint16))
        places = [slice(sum(many[:at]), sum(many[:at + 1])) for at in range(len(many))]
        self._crew.run([partial(
            self._loops.emit, each.who, each.lows, each.highs, new, level.states, level.packed, level.lows, level.highs,
            pack.high_first, *learnt.emit, out.states[at], out.packed[at], out.lows[at],
            out.highs[at] if self.options.wide else out.highs, trail.parents[at], trail.ordinals[at], out.masks[at])
            for each, new, at in zip(found, fresh, places, strict=True)])
        np.take(level.truth, trail.parents, out=out.truth)
        self._next.append(out)
        self._trail.append(trail)
        if self.options.graph:
            who = found[0].who
            self.edges.append(np.stack([who[:, 0] + np.int32(self.states - len(level)), target[0], who[:, 3]], axis=1))

    def _admit_half(self, half: int, found: list[Candidates], fresh: list[Array], target: list[Array],
                    base: int) -> None:
        for each, new, numbers in zip(found, fresh, target, strict=True):
            self._loops.admit(half, self._visited.keys, self.options.wide, self._visited.index, each.lows, each.highs,
                              base, new, numbers)

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
