"""An immutable sorted map, and plain JSON trees made immutable.

`FrozenMap` is the only mapping the model uses: it iterates in key order, so equal maps print, hash and replay
alike under any `PYTHONHASHSEED`. It is cut into chunks of at most 64 entries: a write copies one chunk and the
row of chunks, the rest is shared with the map it came from.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Generic, TypeVar, cast

K = TypeVar("K")
V = TypeVar("V")

CHUNK = 64
Indices = set[int]


class FrozenMap(Mapping[K, V], Generic[K, V]):
    """A mapping that never changes, iterates in key order and shares its chunks with its successors."""

    __slots__ = ("_chunks", "_firsts", "_hash", "_size")
    _chunks: tuple[tuple[tuple[K, ...], dict[K, V]], ...]
    _firsts: tuple[K, ...]
    _hash: int | None
    _size: int

    def __init__(self, entries: Mapping[K, V] | Iterable[tuple[K, V]] = ()) -> None:
        pairs = dict(entries)
        keys = sorted(cast("Iterable[Any]", pairs))
        chunks = []
        for at in range(0, len(keys), CHUNK // 2):
            part = tuple(keys[at : at + CHUNK // 2])
            chunks.append((part, {key: pairs[key] for key in part}))
        self._fill(tuple(chunks), len(keys))

    def _fill(self, chunks: tuple[tuple[tuple[K, ...], dict[K, V]], ...], size: int) -> None:
        self._chunks = chunks
        self._firsts = tuple([keys[0] for keys, _ in chunks])
        self._size = size
        self._hash = None

    def _chunk_of(self, key: K) -> int:
        return max(bisect_right(cast("Any", self._firsts), key) - 1, 0)

    def __getitem__(self, key: K) -> V:
        if not self._chunks:
            raise KeyError(key)
        return self._chunks[self._chunk_of(key)][1][key]

    def get(self, key: K, default: Any = None) -> Any:  # noqa: ANN401 -- Mapping.get takes any default
        """Returns the value of `key`, or `default`."""
        if not self._chunks:
            return default
        at = bisect_right(cast("Any", self._firsts), key) - 1
        return self._chunks[max(0, at)][1].get(key, default)

    def __contains__(self, key: object) -> bool:
        return bool(self._chunks) and key in self._chunks[self._chunk_of(cast("K", key))][1]

    def __iter__(self) -> Iterator[K]:
        for keys, _ in self._chunks:
            yield from keys

    def pairs(self) -> Iterator[tuple[K, V]]:
        """Iterates over (key, value) in key order, without the search for each key that a Mapping's items make."""
        for keys, part in self._chunks:
            for key in keys:
                yield key, part[key]

    def __len__(self) -> int:
        return self._size

    def __hash__(self) -> int:
        if self._hash is None:
            self._hash = hash(tuple(self.pairs()))
        return self._hash

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if not isinstance(other, FrozenMap):
            return NotImplemented
        if self._size != other._size or (self._hash and other._hash and self._hash != other._hash):
            return False
        return self._chunks == other._chunks or tuple(self.pairs()) == tuple(other.pairs())

    def __repr__(self) -> str:
        return f"FrozenMap({{{', '.join(f'{key!r}: {value!r}' for key, value in self.items())}}})"

    def set(self, key: K, value: V) -> "FrozenMap[K, V]":
        """Returns the map with `key` bound to `value`."""
        return self.update({key: value})

    def delete(self, key: K) -> "FrozenMap[K, V]":
        """Returns the map without `key`; the map itself when it is not there."""
        return self.update({}, (key,)) if key in self else self

    def update(self, changes: Mapping[K, V], gone: Iterable[K] = ()) -> "FrozenMap[K, V]":
        """Returns the map with all `changes` made and the keys in `gone` left out."""
        touched: dict[int, dict[K, V]] = {}
        grown: Indices = Indices()
        for key, value in changes.items():
            at = self._chunk_of(key)
            part = touched.get(at)
            if part is None:
                part = touched[at] = dict(self._chunks[at][1]) if self._chunks else {}
            if key not in part:
                grown.add(at)
            part[key] = value
        for key in gone:
            at = self._chunk_of(key)
            if at not in touched:
                touched[at] = dict(self._chunks[at][1]) if self._chunks else {}
            if touched[at].pop(key, None) is not None:
                grown.add(at)
        return self._rebuilt(touched, grown) if touched else self

    def _rebuilt(self, touched: dict[int, dict[K, V]], grown: Indices) -> "FrozenMap[K, V]":
        chunks = list(self._chunks)
        size = self._size
        for at in sorted(touched, reverse=True):
            part = touched[at]
            if at not in grown and self._chunks:
                chunks[at] = (self._chunks[at][0], part)
                continue
            keys = tuple(sorted(cast("Iterable[Any]", part)))
            size += len(keys) - (len(self._chunks[at][0]) if self._chunks else 0)
            half = len(keys) // 2
            if not keys:
                pieces: list[tuple[tuple[K, ...], dict[K, V]]] = []
            elif len(keys) <= CHUNK:
                pieces = [(keys, part)]
            else:
                pieces = [(some, {key: part[key] for key in some}) for some in (keys[:half], keys[half:])]
            chunks[at : at + 1] = pieces
        made: FrozenMap[K, V] = FrozenMap.__new__(FrozenMap)
        made._fill(tuple(chunks), size)
        return made

    def changed_keys(self, other: "FrozenMap[K, V]") -> list[K]:
        """The keys, in order, whose values differ in two maps; chunks that both share are not looked at."""
        if self is other:
            return []
        chunks, others = self._chunks, other._chunks  # noqa: SLF001 -- another map of this class
        mine = {id(part) for _, part in chunks}
        theirs = {id(part) for _, part in others}
        old: dict[K, V] = {}
        new: dict[K, V] = {}
        for _, part in chunks:
            if id(part) not in theirs:
                old.update(part)
        for _, part in others:
            if id(part) not in mine:
                new.update(part)
        changed = [key for key in old if key not in new]
        changed += [key for key, value in new.items()
                    if key not in old or (old[key] is not value and old[key] != value)]
        return sorted(cast("Any", changed))

    def keys_between(self, low: K, high: K) -> Iterator[K]:
        """Iterates, in order, over the keys k with low <= k < high; costs what it yields plus a search."""
        if not self._chunks:
            return
        for at in range(self._chunk_of(low), len(self._chunks)):
            keys = cast("Any", self._chunks[at][0])
            if keys[0] >= high:
                return
            start = bisect_left(keys, low) if keys[0] < low else 0
            stop = bisect_left(keys, high) if keys[-1] >= high else len(keys)
            yield from keys[start:stop]


EMPTY: FrozenMap[Any, Any] = FrozenMap()


def freeze(tree: object) -> Any:  # noqa: ANN401 -- a JSON tree has no narrower type
    """Makes a JSON tree immutable: mappings become `FrozenMap`, lists become tuples."""
    if isinstance(tree, Mapping):
        return FrozenMap({key: freeze(value) for key, value in tree.items()}) if tree else EMPTY
    if isinstance(tree, (list, tuple)):
        return tuple([freeze(value) for value in tree])
    return tree


def thaw(tree: object) -> Any:  # noqa: ANN401 -- a JSON tree has no narrower type
    """Makes a mutable copy of a frozen JSON tree, fit for `json.dumps`."""
    if isinstance(tree, Mapping):
        return {key: thaw(value) for key, value in tree.items()}
    if isinstance(tree, tuple):
        return [thaw(value) for value in tree]
    return tree


def always(result: V) -> Callable[[object], V]:
    """A function that answers `result` whatever it is asked."""
    return lambda _: result
