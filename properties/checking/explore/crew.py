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
from seatrial.properties.checking.explore.kernels import DERIVED
from seatrial.properties.checking.explore.layout import Layout
from seatrial.properties.checking.explore.situations import Situations
from seatrial.properties.checking.explore.symmetry import Tables

MISSES, RECENT = 4096, 1 << 15
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

    `sizes`: how many slots, anchors, Actions of one anchor, Actions, judges, and interchangeable names there are.
    `watchers`: for each slot, as bits, which anchors' offers depend on it.
    """

    expand: tuple[Any, ...]
    emit: tuple[Any, ...]
    judge: tuple[Any, ...]
    sizes: tuple[int, int, int, int, int, int]
    watchers: Array

    def scratch(self, words: int) -> tuple[Array, ...]:
        """What `expand` works in, for states of so many times eight bytes."""
        width, anchors, most, actions, _, names = self.sizes
        its, effects = np.zeros((2, anchors, most), np.int32), np.zeros((2, anchors, most), np.uint64)
        return (*self.lookout(words, anchors, self.watchers.copy()), np.zeros((anchors, -(-width // 64)), np.uint64),
                *np.zeros((2, anchors), np.int64), *its, *effects, *np.zeros((2, actions + 1), np.int32),
                np.zeros(width, np.int64), np.zeros(width, np.int32), np.zeros(names, np.uint64),
                np.zeros(names, np.int64))

    def judge_scratch(self, words: int) -> tuple[Array, ...]:
        """What `judge` works in."""
        judges = self.sizes[4]
        return (*self.lookout(words, judges, np.zeros((64 * -(-self.sizes[0] // 64), -(-judges // 64)), np.uint64)),
                np.zeros(judges, np.int64))

    def lookout(self, words: int, many: int, watchers: Array) -> tuple[Array, ...]:
        """The row of one state, and what changed since the one before."""
        width = self.sizes[0]
        bits = -(-width // 64)
        return (np.zeros(width, np.int32), np.zeros(words, np.uint64), np.zeros(bits, np.uint64),
                np.zeros((many, bits), np.uint64), np.zeros(many, np.bool_), watchers,
                ~np.zeros(watchers.shape[1], np.uint64))


def learnt_of(known: Situations, width: int, *, local_first: bool, symmetry: int) -> Learnt:
    """The arguments, for rows of so many slots."""
    table = known.tries.table()
    tries = np.array(known.tries.roots, np.int64), table.nodes.reshape(-1), table.child
    writes, tables = known.writes.arrays(), known.tables(symmetry)
    numbers = numbers_of(known.layout, tables)
    expand = (
        *mentions_of(known), np.array(known.anchors, np.int64), np.array(known.offer_trie, np.int64),
        np.array(known.action_trie, np.int64), np.array(known.environment, np.bool_),
        np.array(known.action_names, np.bool_), *tries, *numbers, *known.offers.arrays()[:2], *writes,
        *attrs.astuple(known.choice(local_first=local_first), recurse=False),
        *attrs.astuple(tables, recurse=False))
    emit = (*writes[:3], known.affected_by(width), len(tables.first) != 0, *numbers)
    first = known.offers.arrays()[0]
    sizes = (width, len(known.anchors), int(np.diff(first).max(initial=0)), len(known.actions), len(known.judges),
             len(tables.group))
    return Learnt(expand, emit, (np.array(known.judge_trie, np.int64), *tries), sizes, watchers_of(known, width))


def watchers_of(known: Situations, width: int) -> Array:
    """For each slot, as bits, the anchors whose offers depend on it."""
    found = [[0] * -(-len(known.anchors) // 64) for _ in range(64 * -(-width // 64))]
    for which, (anchor, trie) in enumerate(zip(known.anchors, known.offer_trie, strict=True)):
        slots = known.tries.looked[trie] | 1 << anchor
        while slots:
            found[(slots & -slots).bit_length() - 1][which >> 6] |= 1 << (which & 63)
            slots &= slots - 1
    return np.array(found, np.uint64)


def numbers_of(layout: Layout, tables: Tables) -> tuple[Array, Array]:
    """Where the random-looking numbers of each slot's codes begin, and these.

    They are 0 for what mentions interchangeable names.
    """
    sizes = [len(domain.values) for domain in layout.domains]
    first = np.cumsum([0, *sizes]).astype(np.int64)
    slots = np.repeat(np.arange(len(sizes)), sizes)
    numbers = numbered(slots, np.arange(first[-1]) - first[slots])
    if len(tables.first):
        numbers[first[DERIVED]:][tables.entry >= 0] = 0
    return first[:-1], numbers


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
