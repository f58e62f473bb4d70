"""An immutable sorted map, and plain JSON trees made immutable.

`FrozenMap` is the only mapping the model uses: it iterates in key order, so equal maps print, hash and replay
alike under any `PYTHONHASHSEED`. It is a tree of nodes with at most 64 keys or children each (a B+ tree): a write
copies the nodes above its key and shares the rest with the map it came from, so that reading, writing and comparing
cost the logarithm of what is not touched. Neighbours that together fill less than half a node become one, so that a
map that shrinks does not stay in pieces.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any, Generic, TypeVar, cast

K = TypeVar("K")
V = TypeVar("V")

CHUNK = 64
GONE: Any = object()
Node = tuple[tuple[Any, ...], Any]
"""A leaf: its keys in order, and a dict of them. Or a row: the first key of each child, and the children."""


class FrozenMap(Mapping[K, V], Generic[K, V]):
    """A mapping that never changes, iterates in key order and shares its nodes with its successors."""

    __slots__ = ("_chunks", "_depth", "_firsts", "_hash", "_size")
    _chunks: tuple[Node, ...]
    _depth: int
    _firsts: tuple[K, ...]
    _hash: int | None
    _size: int

    def __init__(self, entries: Mapping[K, V] | Iterable[tuple[K, V]] = ()) -> None:
        pairs = dict(entries)
        self._fill(cut_leaf(sorted(cast("Iterable[Any]", pairs)), pairs), 0, len(pairs))

    def _fill(self, nodes: list[Node], depth: int, size: int) -> None:
        """Puts a root over these nodes, which have `depth` levels of rows below them."""
        while len(nodes) > CHUNK:
            nodes, depth = cut_row(nodes), depth + 1
        while depth and len(nodes) == 1:
            nodes, depth = list(nodes[0][1]), depth - 1
        self._chunks = tuple(nodes)
        self._firsts = tuple([node[0][0] for node in nodes])
        self._depth = depth
        self._size = size
        self._hash = None

    def _leaf_of(self, key: object) -> dict[Any, Any]:
        """The only leaf that may hold a key; the map is not empty."""
        at = bisect_right(cast("Any", self._firsts), key) - 1
        node = self._chunks[max(0, at)]
        depth = self._depth
        while depth:
            firsts, children = node
            at = bisect_right(firsts, key) - 1
            node = children[max(0, at)]
            depth -= 1
        return cast("dict[Any, Any]", node[1])

    def __getitem__(self, key: K) -> V:
        if not self._chunks:
            raise KeyError(key)
        return cast("V", self._leaf_of(key)[key])

    def get(self, key: K, default: Any = None) -> Any:  # noqa: ANN401 -- Mapping.get takes any default
        """Returns the value of `key`, or `default`."""
        return self._leaf_of(key).get(key, default) if self._chunks else default

    def __contains__(self, key: object) -> bool:
        return bool(self._chunks) and key in self._leaf_of(key)

    def __iter__(self) -> Iterator[K]:
        for keys, _ in leaves_of(self._chunks, self._depth):
            yield from keys

    def pairs(self) -> Iterator[tuple[K, V]]:
        """Iterates over (key, value) in key order, without the search for each key that a Mapping's items make."""
        for keys, part in leaves_of(self._chunks, self._depth):
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
        edits: dict[K, Any] = dict(changes)
        edits.update(dict.fromkeys(gone, GONE))
        if not edits:
            return self
        if not self._chunks:
            return FrozenMap({key: value for key, value in edits.items() if value is not GONE})
        edit = edit_rows if self._depth else edit_leaves
        nodes, grown = edit(self._firsts, self._chunks, self._depth, edits)
        made: FrozenMap[K, V] = FrozenMap.__new__(FrozenMap)
        made._fill(nodes, self._depth, self._size + grown)
        return made

    def changed_keys(self, other: "FrozenMap[K, V]") -> list[K]:
        """The keys, in order, whose values differ in two maps; nodes that both share are not looked at."""
        if self is other:
            return []
        old, new = unshared(self._chunks, self._depth, other._chunks, other._depth)  # noqa: SLF001 -- of this class
        changed = [key for key in old if key not in new]
        changed += [key for key, value in new.items()
                    if key not in old or (old[key] is not value and old[key] != value)]
        return sorted(cast("Any", changed))

    def keys_between(self, low: K, high: K) -> Iterator[K]:
        """Iterates, in order, over the keys k with low <= k < high; costs what it yields plus a search."""
        for keys, _ in self._parts_between(low, high):
            yield from keys

    def pairs_between(self, low: K, high: K) -> Iterator[tuple[K, V]]:
        """Iterates over (key, value) of those keys."""
        for keys, part in self._parts_between(low, high):
            for key in keys:
                yield key, part[key]

    def _parts_between(self, low: K, high: K) -> Iterator[tuple[tuple[K, ...], dict[K, V]]]:
        """Those keys leaf by leaf, each with the leaf's dict."""
        if not self._chunks:
            return
        for keys, part in leaves_from(self._firsts, self._chunks, self._depth, low):
            if keys[0] >= high:
                return
            start = bisect_left(keys, low) if keys[0] < low else 0
            stop = bisect_left(keys, high) if keys[-1] >= high else len(keys)
            yield keys[start:stop], part


def leaves_of(nodes: Iterable[Node], depth: int) -> Iterator[Node]:
    """The leaves below some nodes, in order."""
    if not depth:
        return iter(nodes)
    return (leaf for _, children in nodes for leaf in leaves_of(children, depth - 1))


def leaves_from(firsts: tuple[Any, ...], children: tuple[Node, ...], depth: int, low: object) -> Iterator[Node]:
    """The leaves of a row, in order, from the one on that may hold the key `low`."""
    at = max(bisect_right(firsts, low) - 1, 0)
    if not depth:
        yield from children[at:]
        return
    yield from leaves_from(*children[at], depth - 1, low)
    yield from leaves_of(children[at + 1:], depth)


def edit_leaves(firsts: tuple[Any, ...], leaves: tuple[Node, ...], depth: int,
                edits: dict[Any, Any]) -> tuple[list[Node], int]:
    """The leaves of a row after some edits, and by how many entries they have grown."""
    del depth
    parts: dict[int, dict[Any, Any]] = {}
    resized: dict[int, list[Any]] = {}
    for key, value in edits.items():
        at = max(bisect_right(firsts, key) - 1, 0)
        part = parts.get(at)
        if part is None:
            part = parts[at] = leaves[at][1].copy()
        if (key in part) is (value is GONE):
            keys = resized.get(at)
            if keys is None:
                keys = resized[at] = list(leaves[at][0])
            if value is GONE:
                del keys[bisect_left(keys, key)], part[key]
                continue
            insort(keys, key)
        if value is not GONE:
            part[key] = value
    row, grown = list(leaves), 0
    for at in sorted(parts, reverse=True):
        if at in resized:
            grown += len(parts[at]) - len(leaves[at][0])
            row[at : at + 1] = cut_leaf(resized[at], parts[at])
        else:
            row[at] = (leaves[at][0], parts[at])
    return (joined(row) if any(len(keys) < len(leaves[at][0]) for at, keys in resized.items()) else row), grown


def edit_rows(firsts: tuple[Any, ...], rows: tuple[Node, ...], depth: int,
              edits: dict[Any, Any]) -> tuple[list[Node], int]:
    """The rows of a row, with `depth` levels of them, after some edits, and by how many entries they have grown."""
    groups: dict[int, dict[Any, Any]] = {}
    for key, value in edits.items():
        groups.setdefault(max(bisect_right(firsts, key) - 1, 0), {})[key] = value
    row, grown, shrunk = list(rows), 0, False
    edit = edit_rows if depth > 1 else edit_leaves
    for at in sorted(groups, reverse=True):
        nodes, more = edit(*rows[at], depth - 1, groups[at])
        row[at : at + 1] = cut_row(nodes)
        grown += more
        shrunk = shrunk or len(nodes) < len(rows[at][0])
    return (joined(row) if shrunk else row), grown


def cut_leaf(keys: list[Any], part: dict[Any, Any]) -> list[Node]:
    """These entries, whose keys are in order, as leaves of equal size."""
    if len(keys) <= CHUNK:
        return [(tuple(keys), part)] if keys else []
    return [(tuple(some), {key: part[key] for key in some}) for some in pieces(keys)]


def cut_row(nodes: list[Node]) -> list[Node]:
    """These nodes as the children of rows of equal size."""
    some = [nodes] if len(nodes) <= CHUNK else pieces(nodes)
    return [(tuple([node[0][0] for node in each]), tuple(each)) for each in some if each]


def pieces(items: list[Any]) -> list[list[Any]]:
    """A list cut into as few parts of equal size as leave a quarter of each node free."""
    count = -(-len(items) // (CHUNK * 3 // 4))
    ends = [len(items) * at // count for at in range(count + 1)]
    return [items[low:high] for low, high in pairwise(ends)]


def joined(row: list[Node]) -> list[Node]:
    """A row of nodes in which neighbours that together fill less than half a node are one."""
    found: list[Node] = []
    for node in row:
        if found and len(found[-1][0]) + len(node[0]) < CHUNK // 2:
            keys, part = found[-1]
            found[-1] = (keys + node[0], part | node[1] if isinstance(part, dict) else part + node[1])
        else:
            found.append(node)
    return found


def unshared(mine: tuple[Node, ...], depth: int, theirs: tuple[Node, ...],
             other: int) -> tuple[dict[Any, Any], dict[Any, Any]]:
    """The entries of two trees that are not in a node of both."""
    while True:
        held = {id(node[1]) for node in mine}
        common = {id(node[1]) for node in theirs if id(node[1]) in held}
        mine = tuple(node for node in mine if id(node[1]) not in common)
        theirs = tuple(node for node in theirs if id(node[1]) not in common)
        if not depth and not other:
            return merged(mine), merged(theirs)
        deepest = max(depth, other)
        if depth == deepest:
            mine, depth = tuple(child for node in mine for child in node[1]), depth - 1
        if other == deepest:
            theirs, other = tuple(child for node in theirs for child in node[1]), other - 1


def merged(leaves: tuple[Node, ...]) -> dict[Any, Any]:
    """The entries of some leaves."""
    found: dict[Any, Any] = {}
    for _, part in leaves:
        found.update(part)
    return found


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
