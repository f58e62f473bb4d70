"""FrozenMap is a dict that never changes and iterates in key order."""

from collections.abc import Iterator
from functools import total_ordering
from math import log2
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.model import frozen as module
from seatrial.model.frozen import CHUNK, EMPTY, FrozenMap, freeze, thaw
from tests.strategies.json_trees import trees

KEYS = st.integers(0, 400)
DICTS = st.dictionaries(KEYS, st.integers(), max_size=300)
CHANGES = st.dictionaries(KEYS, st.integers(), max_size=80)
BATCHES = st.lists(st.tuples(CHANGES, st.lists(KEYS, max_size=60)), max_size=5)
Batches = list[tuple[dict[int, int], list[int]]]
QUICK = settings(max_examples=150, derandomize=True, database=None, deadline=None)


def apply_batches(start: dict[int, int], batches: Batches) -> tuple[dict[int, int], FrozenMap[int, int]]:
    """The same changes made to a dict and to a FrozenMap."""
    plain, frozen = dict(start), FrozenMap(start)
    for changes, gone in batches:
        kept = [key for key in gone if key not in changes]
        plain = {key: value for key, value in (plain | changes).items() if key not in kept}
        frozen = frozen.update(changes, kept)
    return plain, frozen


@QUICK
@given(DICTS, BATCHES)
def test_it_holds_what_a_dict_holds_in_key_order(start: dict[int, int], batches: Batches) -> None:
    """After any updates and deletions: the same items, size, membership and look-ups as a dict, sorted by key."""
    plain, frozen = apply_batches(start, batches)
    assert sorted(plain.items()) == list(frozen.items())
    assert len(plain) == len(frozen)
    for key in range(-1, 402):
        assert plain.get(key, "none") == frozen.get(key, "none")
        assert (key in plain) == (key in frozen)
    assert bool(plain) == bool(frozen)


@QUICK
@given(DICTS, BATCHES)
def test_equality_and_hash_do_not_depend_on_history(start: dict[int, int], batches: Batches) -> None:
    """A map reached by changes equals, and hashes like, the one built at once; one entry more and it does not."""
    plain, frozen = apply_batches(start, batches)
    fresh = FrozenMap(plain)
    assert fresh == frozen
    assert hash(fresh) == hash(frozen)
    assert repr(fresh) == repr(frozen)
    assert fresh.set(1000, 0) != frozen


@QUICK
@given(DICTS, BATCHES)
def test_an_update_leaves_the_map_it_came_from(start: dict[int, int], batches: Batches) -> None:
    """Nothing done to a successor shows in its ancestor."""
    frozen = FrozenMap(start)
    for changes, gone in batches:
        frozen.update(changes, gone)
    assert sorted(start.items()) == list(frozen.items())


@QUICK
@given(DICTS, st.integers(-1, 402), st.integers(-1, 402))
def test_keys_between_are_the_keys_of_the_half_open_interval(start: dict[int, int], low: int, high: int) -> None:
    """keys_between(low, high) yields, in order, the keys k with low <= k < high."""
    assert [key for key in sorted(start) if low <= key < high] == list(FrozenMap(start).keys_between(low, high))


@QUICK
@given(DICTS, BATCHES)
def test_changed_keys_are_those_whose_values_differ(start: dict[int, int], batches: Batches) -> None:
    """Between a map and its successor, and between unrelated maps, in both directions."""
    plain, frozen = apply_batches(start, batches)
    first = FrozenMap(start)
    expected = [key for key in sorted({*start, *plain}) if start.get(key, "none") != plain.get(key, "none")]
    assert expected == first.changed_keys(frozen)
    assert expected == frozen.changed_keys(first)
    assert expected == first.changed_keys(FrozenMap(plain))
    assert [] == first.changed_keys(first)


def test_a_write_copies_one_chunk() -> None:
    """All chunks but the written one are shared, so a step costs what it writes."""
    before = FrozenMap({number: number for number in range(50 * CHUNK)})
    after = before.set(7, -1)
    shared = {id(chunk) for chunk in before._chunks} & {id(chunk) for chunk in after._chunks}
    assert len(before._chunks) - 1 == len(shared)


def test_chunks_stay_small() -> None:
    """However it grows, no chunk outgrows the bound that makes a write cheap."""
    held: FrozenMap[int, int] = FrozenMap()
    for number in range(1000):
        held = held.set(number * 7919 % 1000, number)
    assert 1000 == len(held)
    assert max(len(keys) for keys, _ in held._chunks) <= CHUNK


@pytest.fixture
def small_nodes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nodes of at most eight entries, so that a few hundred keys make a tree of several levels."""
    monkeypatch.setattr(module, "CHUNK", 8)


@pytest.mark.usefixtures("small_nodes")
def test_a_deep_tree_holds_what_a_dict_holds() -> None:
    """Grown to four levels key by key and shrunk to nothing: items, look-ups, intervals, changes, bounds of nodes."""
    plain: dict[int, int] = {}
    held: FrozenMap[int, int] = FrozenMap()
    depths = set()
    steps = [(number * 7919 % 3001, True) for number in range(3001)] + [(n * 6007 % 3001, False) for n in range(3001)]
    for at, (key, there) in enumerate(steps):
        before = held
        held = held.set(key, at) if there else held.delete(key)
        plain = plain | {key: at} if there else {other: value for other, value in plain.items() if other != key}
        depths.add(held._depth)
        assert [key] == before.changed_keys(held) == held.changed_keys(before)
        if at % 97 == 0:
            assert sorted(plain.items()) == list(held.pairs()) == list(held.items())
            assert len(plain) == len(held)
            assert FrozenMap(plain) == held
            assert [(key, plain[key]) for key in sorted(plain) if 500 <= key < 900] == list(
                held.pairs_between(500, 900))
            assert FrozenMap(plain).changed_keys(EMPTY) == sorted(plain) == EMPTY.changed_keys(held)
            assert all(1 <= len(keys) <= 8 and list(keys) == sorted(keys) for keys in rows(held))
    assert {0, 1, 2, 3} == depths
    assert EMPTY == held


def rows(held: FrozenMap[Any, Any]) -> Iterator[tuple[Any, ...]]:
    """The keys of all nodes; of a row, those that its children really begin with."""
    nodes, depth = list(held._chunks), held._depth
    while nodes:
        for keys, children in nodes:
            if depth:
                assert keys == tuple(child[0][0] for child in children)
            yield keys
        nodes = [child for node in nodes for child in node[1]] if depth else []
        depth -= 1


@pytest.mark.usefixtures("small_nodes")
@settings(QUICK, max_examples=60)
@given(DICTS, BATCHES)
def test_a_deep_tree_takes_batches(start: dict[int, int], batches: Batches) -> None:
    """Many changes at once, across all its nodes."""
    plain, held = apply_batches(start, batches)
    assert sorted(plain.items()) == list(held.pairs())
    assert len(plain) == len(held)
    expected = [key for key in sorted({*start, *plain}) if start.get(key, "none") != plain.get(key, "none")]
    assert expected == FrozenMap(start).changed_keys(held)


def test_a_map_that_shrank_does_not_stay_in_pieces() -> None:
    """Of 20,000 keys every fiftieth stays: the 400 that are left are in few nodes again."""
    held = FrozenMap(dict.fromkeys(range(20_000), 0))
    for key in range(20_000):
        held = held.delete(key) if key % 50 else held
    assert 400 == len(held)
    assert sum(1 for _ in rows(held)) <= 2 * 400 / (CHUNK / 4)


@total_ordering
class Counted:
    """A key that counts how often it is compared."""

    compared = 0

    def __init__(self, number: int) -> None:
        self.number = number

    def __lt__(self, other: "Counted") -> bool:
        Counted.compared += 1
        return self.number < other.number

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Counted) and self.number == other.number

    def __hash__(self) -> int:
        return hash(self.number)


def test_keys_are_compared_a_logarithm_of_times() -> None:
    """A look-up, a write, a new key and a deletion, in maps of a thousand and of a hundred thousand keys."""
    for size in (1_000, 100_000):
        held = FrozenMap({Counted(number): number for number in range(0, 2 * size, 2)})
        Counted.compared = 0
        assert size == held[Counted(size)]
        held.set(Counted(size), 0)
        held.set(Counted(size + 1), 0)
        held.delete(Counted(size))
        assert Counted.compared < 6 * (log2(size) + 6), size


def test_a_missing_key_raises() -> None:
    """Look-ups fail as a dict's do, in an empty map too."""
    for held in (EMPTY, FrozenMap({"a": 1})):
        with pytest.raises(KeyError, match="b"):
            held["b"]
    assert EMPTY is EMPTY.delete("b")


def test_it_is_not_equal_to_another_kind_of_mapping() -> None:
    """A dict with the same items is another thing: it has no order and no hash."""
    assert FrozenMap({"a": 1}) != {"a": 1}


@QUICK
@given(trees())
def test_freezing_and_thawing_gives_the_tree_back(tree: object) -> None:
    """A frozen JSON tree is hashable, and thaws into an equal tree."""
    frozen = freeze(tree)
    assert hash(frozen) == hash(freeze(tree))
    assert tree == thaw(frozen)
