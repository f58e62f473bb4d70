"""Lists are sorted, searched and interleaved as upstream does it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.model.meta.json_tree import PatchError, is_same
from seatrial.model.meta.patch_lists import (
    deduplicate_scalars,
    element_type,
    find_by_key,
    has_same_key,
    holds_objects,
    interleave,
    order_like,
    partition_objects,
    partition_scalars,
    sort_objects,
    sort_scalars,
    split_deletions,
    type_name,
    wrong_type,
)

SCALARS = st.lists(st.sampled_from(("a", "b", "c", 1, True)), max_size=6)


@given(SCALARS)
def test_repeats_are_removed(items: list[Any]) -> None:
    """Every value stays exactly once, with types told apart."""
    kept = deduplicate_scalars(items)
    assert all(not is_same(one, other) for at, one in enumerate(kept) for other in kept[:at])
    assert all(any(is_same(item, other) for other in kept) for item in items)


def test_a_repeat_is_replaced_by_the_last_item() -> None:
    """Upstream's order after removing repeats, which patches show."""
    assert ["a", "d", "b"] == deduplicate_scalars(["a", "a", "b", "d"])


@given(SCALARS)
def test_scalars_are_sorted_by_their_text(items: list[Any]) -> None:
    """Numbers and booleans sort among texts."""
    texts = [
        {True: "true"}.get(item, str(item)) if item is True else str(item) for item in sort_scalars(items)
    ]
    assert sorted(texts) == texts


def test_equal_keys_end_up_reversed() -> None:
    """Upstream's comparison is `<=`, which Go's insertion sort answers by swapping equals."""
    items = [{"name": "a", "n": 1}, {"name": "a", "n": 2}, {"name": "A", "n": 3}]
    assert [3, 2, 1] == [item["n"] for item in sort_objects(items, "name")]


def test_types_are_gos() -> None:
    """What error messages call the types of JSON values."""
    trees: tuple[Any, ...] = (None, {}, [], True, "x", 1, 1.0)
    names = [type_name(tree) for tree in trees]
    assert [
        "%!s(<nil>)",
        "map[string]interface {}",
        "[]interface {}",
        "bool",
        "string",
        "int64",
        "float64",
    ] == names
    expected = "expected a []interface {}, but received a %!s(<nil>)"
    assert expected == str(wrong_type([], None))


@pytest.mark.parametrize(
    "lists, message",
    [
        (([], []), "no elements in any of the given slices"),
        (([[1]],), "lists of lists are not supported"),
        (
            (["a"], ["a", {"$patch": "replace"}]),
            "list element types are not identical: [[a] [a map[$patch:replace]]]",
        ),
    ],
)
def test_lists_have_one_type_of_items(lists: Any, message: str) -> None:
    """Mixed, nested and missing items are refused."""
    with pytest.raises(PatchError) as refused:
        element_type(*lists)
    assert message == str(refused.value)
    assert (True, False) == (holds_objects([{}], []), holds_objects([], ["a"]))


def test_items_are_found_by_key() -> None:
    """The first one counts; something that is no object is an error."""
    items = [{"name": "a"}, {"name": 1}, {"name": True}, {"name": "a"}]
    assert [0, 1, 2, None] == [find_by_key(items, "name", wanted) for wanted in ("a", 1, True, "z")]
    with pytest.raises(PatchError, match="value for key 1 is not a map"):
        find_by_key([{}, "x"], "name", "a")


def test_deletions_stand_apart() -> None:
    """Directives that delete are told from items and from other directives."""
    items = [{"$patch": "delete", "name": "a"}, {"name": "b"}, {"$patch": "merge", "name": "c"}]
    assert ([items[1], items[2]], [items[0]]) == split_deletions(items)
    with pytest.raises(PatchError, match="expected a map"):
        split_deletions(["x"])


def test_order_is_taken_from_another_list() -> None:
    """Items are put in the given order, deletions last; items without the key are refused."""
    items = [{"n": 1}, {"$patch": "delete", "n": 9}, {"n": 3}, {"n": 2}]
    order = [{"n": 3}, {"n": 2}, {"n": 1}]
    assert [3, 2, 1, 9] == [item["n"] for item in order_like(items, order, "n", objects=True)]
    with pytest.raises(PatchError, match=r"map: map\[x:1\] does not contain declared merge key: n"):
        order_like([{"x": 1}], [], "n", objects=True)


def test_server_items_keep_their_place_between_patched_ones() -> None:
    """The order on the server decides between the two; where it does not say, the patch goes first."""
    merged = interleave(["new", "b"], ["a", "c"], ["new", "b"], ["a", "b", "c"], "", objects=False)
    assert ["new", "a", "b", "c"] == merged


def test_partitions() -> None:
    """What another list names goes left, the rest right; types count."""
    assert ((["a", True], [1])) == partition_scalars(["a", 1, True], [True, "a"])
    first, second = {"n": 1}, {"n": 2}
    assert ([second], [first]) == partition_objects([first, second], [{"n": 2}], "n")
    with pytest.raises(PatchError, match="does not contain declared merge key"):
        partition_objects([{}], [], "n")


def test_keys_are_compared_with_their_types() -> None:
    """Without a merge key the items themselves are compared."""
    assert (True, False) == (
        has_same_key({"n": 1}, {"n": 1, "x": 2}, "n"),
        has_same_key({"n": 1}, {"n": True}, "n"),
    )
    assert (True, False) == (has_same_key("a", "a", ""), has_same_key(1, 1.0, ""))
