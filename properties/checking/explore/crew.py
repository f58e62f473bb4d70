"""The threads of a search, the buffers that each fills, and what was learnt in the form that the loops take.

Nothing here outlasts a pause: it is all made anew. Compiled loops let go of the interpreter's lock, so that two threads
really run side by side; what they write never depends on which is faster.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import attrs
import numpy as np

from seatrial.properties.checking.explore.fingerprints import numbered
from seatrial.properties.checking.explore.kernels import DERIVED, LOOKED, OWN
from seatrial.properties.checking.explore.layout import Layout
from seatrial.properties.checking.explore.situations import Situations
from seatrial.properties.checking.explore.symmetry import Tables

MISSES, RECENT = 4096, 1 << 15
LEAST_OFFERED, MOST_OFFERED, OFFERED_BYTES = 13, 1 << 17, 1 << 25
"""So much that anchors offer is kept, at least as a power of two: less where more is said of interchangeable names."""
Array = np.ndarray[Any, Any]


@attrs.frozen(eq=False)
class Candidates:
    """What one thread found to follow: fingerprints, and of each who: state, ordinal, outcome, Action.

    `misses` are situations that no trie knows (state, trie), `events` broken step properties (state, ordinal, flags).
    """

    lows: Array
    highs: Array
    who: Array
    misses: Array
    events: Array
    counts: Array

    @classmethod
    def blank(cls, length: int, misses: int, *, wide: bool) -> "Candidates":
        """Buffers for so many."""
        return cls(np.empty(length, np.uint64), np.empty(length if wide else 0, np.uint64),
                   np.empty((length, 4), np.int32), np.empty((misses, 2), np.int64), np.empty((length, 3), np.uint64),
                   np.zeros(8, np.int64))

    @staticmethod
    def recent(*, adding: bool) -> Array:
        """Room for the latest candidates, where these are not added as soon as they are found."""
        return np.zeros(0 if adding else RECENT, np.uint64)

    def only(self) -> "Candidates":
        """Those that were found this time."""
        many = self.counts[0]
        return Candidates(self.lows[:many], self.highs[:many], self.who[:many], self.misses, self.events, self.counts)

    def __len__(self) -> int:
        return len(self.lows)


@attrs.frozen(eq=False)
class Learnt:
    """What Situations know, as arguments: of `expand`, of `emit` and of `judge`. Out of date once more is learnt.

    `sizes`: how many slots, anchors, Actions, judges, interchangeable names, and permutations of names there are.
    `roots` are those of the tries, `tables` those of the symmetry. `watchers`: for each slot, as bits, which anchors'
    offers depend on it, for loops that do not find out themselves.
    """

    expand: tuple[Any, ...]
    emit: tuple[Any, ...]
    judge: tuple[Any, ...]
    sizes: tuple[int, int, int, int, int, int]
    roots: tuple[int, ...]
    tables: Tables
    watchers: Array | None

    def scratch(self, words: int, memo: "Memo") -> tuple[Array, ...]:
        """What `expand` works in, for states of so many times eight bytes, and the memo."""
        width, anchors, actions, *_ = self.sizes
        bits = -(-anchors // 64)
        return (np.zeros(width, np.int32), np.zeros(words, np.uint64), np.zeros(-(-width // 64), np.uint64),
                memo.watchers, np.zeros(bits, np.uint64),
                np.zeros(anchors, np.int64), np.zeros(bits, np.uint64), np.zeros(anchors, np.uint64),
                np.zeros((1, -(-width // 64)), np.uint64), *np.zeros((2, actions + 1), np.int32),
                np.zeros(actions + 1, np.int64), np.zeros(width, np.int64), np.zeros(width, np.int32), *self.notes(),
                memo.ever, memo.habits, *memo.situations)

    def notes(self) -> tuple[Array, ...]:
        """What `kernels.fold` remembers of what is said of each name."""
        width, *_, names, ways = self.sizes
        said, mixed = np.zeros((2, names * 2 * ways), np.uint64)
        total, tally = np.zeros((2, 2 * ways), np.uint64)
        return (np.zeros(width, np.int32), said, mixed, total, tally, np.zeros(names, np.bool_),
                np.zeros(names, np.uint64), np.zeros(names, np.int64), np.zeros(1, np.uint64))

    def grows_to(self, later: "Learnt") -> bool:
        """Was nothing of this forgotten, so that what was worked out from it is still right?"""
        return self.tables is later.tables and self.roots == later.roots[:len(self.roots)]

    def judge_scratch(self, words: int) -> tuple[Array, ...]:
        """What `judge` works in."""
        width, _, _, judges, *_ = self.sizes
        bits = -(-width // 64)
        return (np.zeros(width, np.int32), np.zeros(words, np.uint64), np.zeros(bits, np.uint64),
                np.zeros((judges, bits), np.uint64), np.zeros(judges, np.bool_), np.zeros(judges, np.int64))


@attrs.define(eq=False)
class Memo:
    """What anchors offered by what they looked at, kept by a thread from one call of `expand` to the next.

    `ever` and `watchers` say, as bits, which slots each anchor ever looked at, and who looked at each slot; `habits`
    count how often its situations repeat.
    """

    ever: Array = attrs.field(factory=lambda: np.zeros((0, 0), np.uint64))
    watchers: Array = attrs.field(factory=lambda: np.zeros((0, 0), np.uint64))
    habits: Array = attrs.field(factory=lambda: np.zeros((0, 3), np.int64))
    situations: tuple[Array, ...] = ()
    _of: Learnt | None = None

    def fit(self, learnt: Learnt) -> None:
        """Makes room for what was learnt; forgets everything if what is known is not what was known, and more."""
        if self._of is learnt:
            return
        width, anchors, actions = learnt.sizes[:3]
        words = -(-width // 64)
        if (self._of is None or not self._of.grows_to(learnt) or self.ever.shape[1] != words
                or 2 * max(actions, OWN * anchors) > len(self.situations[1])):
            self.ever, self.watchers = np.zeros((2, 0, 0), np.uint64)
            self.situations = blank_situations(self.situations, words, max(actions, OWN * anchors), *learnt.sizes[-2:])
        self._of = learnt
        self.ever = padded(self.ever, anchors, words)
        self.habits = padded(self.habits, anchors, 3)
        self.watchers = padded(self.watchers, 64 * words, -(-anchors // 64))
        if learnt.watchers is not None:
            self.watchers = learnt.watchers


def blank_situations(held: tuple[Array, ...], words: int, actions: int, names: int, ways: int) -> tuple[Array, ...]:
    """Room for situations: where each is by its key, what they are, what each offers, and how many there are.

    All Actions together fit in many times over. There are fewer places than situations, so that those which come again
    and again stay in the processor's cache. The room that was `held` is used again if it fits.
    """
    room = min(MOST_OFFERED, OFFERED_BYTES // (8 * names * (2 * ways + 1)))
    offered = 1 << max(room.bit_length() - 1, LEAST_OFFERED, (4 * actions).bit_length())
    shapes = ((offered // 4, 2), (offered, LOOKED + words), (offered, 3), (offered * (names + 2),),
              (offered * names * 2 * ways,), (2,))
    if tuple(array.shape for array in held) != shapes:
        kinds = np.uint64, np.int64, np.uint64, np.uint64, np.uint64, np.int64
        return tuple(np.zeros(shape, kind) for shape, kind in zip(shapes, kinds, strict=True))
    held[0].fill(0)
    held[-1].fill(0)
    return held


def padded(array: Array, rows: int, columns: int) -> Array:
    """The array with at least so many rows and columns."""
    if array.shape[0] >= rows and array.shape[1] >= columns:
        return array
    found = np.zeros((max(rows, array.shape[0]), max(columns, array.shape[1])), array.dtype)
    found[:array.shape[0], :array.shape[1]] = array
    return found


def learnt_of(known: Situations, width: int, *, local_first: bool, symmetry: bool, finds_out: bool) -> Learnt:
    """The arguments, for rows of so many slots."""
    table = known.tries.table()
    tries = np.array(known.tries.roots, np.int64), table.nodes.reshape(-1), table.child
    writes, tables = known.writes.arrays(), known.tables(symmetry=symmetry)
    numbers = numbers_of(known.layout, tables)
    expand = (
        *mentions_of(known), np.array(known.anchors, np.int64), np.array(known.offer_trie, np.int64),
        np.array(known.action_trie, np.int64), np.array(known.environment, np.bool_),
        np.array(known.action_names, np.bool_), *tries, *numbers, *known.offers.arrays()[:2], *writes,
        *attrs.astuple(known.choice(local_first=local_first), recurse=False),
        *attrs.astuple(tables, recurse=False))
    emit = (*writes[:3], known.affected_by(width), len(tables.first) != 0, *numbers[:2])
    sizes = width, len(known.anchors), len(known.actions), len(known.judges), len(tables.group), tables.ways
    return Learnt(expand, emit, (np.array(known.judge_trie, np.int64), *tries), sizes, tuple(known.tries.roots),
                  tables, None if finds_out else watchers_of(known, width))


def watchers_of(known: Situations, width: int) -> Array:
    """For each slot, as bits, the anchors whose offers depend on it."""
    found = [[0] * -(-len(known.anchors) // 64) for _ in range(64 * -(-width // 64))]
    for which, (anchor, trie) in enumerate(zip(known.anchors, known.offer_trie, strict=True)):
        slots = known.tries.looked[trie] | 1 << anchor
        while slots:
            found[(slots & -slots).bit_length() - 1][which >> 6] |= 1 << (which & 63)
            slots &= slots - 1
    return np.array(found, np.uint64)


def numbers_of(layout: Layout, tables: Tables) -> tuple[Array, Array, Array]:
    """Where the random-looking numbers of each slot's codes begin, those for fingerprints, and those for keys.

    Those for fingerprints are 0 for what mentions interchangeable names.
    """
    sizes = [len(domain.values) for domain in layout.domains]
    first = np.cumsum([0, *sizes]).astype(np.int64)
    slots = np.repeat(np.arange(len(sizes)), sizes)
    numbers = numbered(slots, np.arange(first[-1]) - first[slots])
    keys = numbers[:, 0].copy()
    if len(tables.first):
        numbers[first[DERIVED]:][tables.entry >= 0] = 0
    return first[:-1], numbers, keys


def mentions_of(known: Situations) -> tuple[Array, Array, Array, int]:
    """Which slots can mention a generated name, where each has its masks, the masks, and how many names there are."""
    slots: list[int] = []
    first: list[int] = []
    flat: list[int] = []
    for slot in range(DERIVED, len(known.layout) if known.layout.names else 0):
        masks = known.layout.mentions(slot)
        if any(masks):
            slots.append(slot)
            first.append(len(flat))
            flat += masks
    return np.array(slots, np.int64), np.array(first, np.int64), np.array(flat, np.uint64), len(known.layout.names)


@attrs.define(eq=False)
class Crew:
    """So many threads, with buffers of their own; pickled as nothing but their number."""

    threads: int = 1
    learnt: Learnt | None = None
    _pool: ThreadPoolExecutor | None = None
    _buffers: list[Candidates] = attrs.field(factory=list)
    _memos: list[Memo] = attrs.field(factory=list)

    def memos(self, count: int, learnt: Learnt) -> list[Memo]:
        """A memo for each of so many threads."""
        self._memos += [Memo() for _ in range(len(self._memos), count)]
        for memo in self._memos[:count]:
            memo.fit(learnt)
        return self._memos[:count]

    def __getstate__(self) -> int:
        return self.threads

    def __setstate__(self, threads: int) -> None:
        self.__init__(threads)  # type: ignore[misc]

    def run(self, calls: list[Callable[[], Any]]) -> list[Any]:
        """The answers of all calls, made side by side."""
        if len(calls) == 1:
            return [calls[0]()]
        if self._pool is None:
            self._pool = ThreadPoolExecutor(self.threads - 1)
        others = [self._pool.submit(call) for call in calls[1:]]
        return [calls[0](), *(each.result() for each in others)]

    def buffers(self, count: int, length: int, misses: int, *, wide: bool) -> list[Candidates]:
        """Buffers for so many threads, of at least this length."""
        if any(len(each) < length or len(each.misses) < misses for each in self._buffers):
            self._buffers.clear()
        while len(self._buffers) < count:
            self._buffers.append(Candidates.blank(length, misses, wide=wide))
        return self._buffers[:count]
