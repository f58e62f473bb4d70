"""Merge patches do what RFC 7386 says, and three-way ones what kubectl apply needs."""

from typing import Any

import pytest
from hypothesis import given

from seatrial.model.meta.json_tree import PatchError, copy_tree, is_same
from seatrial.model.meta.patch_conflict import ConflictError
from seatrial.model.meta.patch_merge import (
    apply_merge_patch,
    create_merge_patch,
    create_three_way_json_merge_patch,
    drop_nulls,
    keep_only_nulls,
)
from tests.strategies.json_trees import objects


@given(objects(), objects())
def test_a_patch_made_from_two_objects_turns_one_into_the_other(original: Any, modified: Any) -> None:
    """Making and applying are inverse, and neither changes what it was given."""
    before = copy_tree([original, modified])
    patch = create_merge_patch(original, modified)
    assert is_same(modified, apply_merge_patch(original, patch))
    assert is_same(before, [original, modified])


@given(objects())
def test_a_patch_between_equals_is_empty(tree: Any) -> None:
    """Nothing to do is said with an empty object."""
    assert {} == create_merge_patch(tree, copy_tree(tree))


@pytest.mark.parametrize(
    "document, patch, result",
    [
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
        ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
        ({"a": "foo"}, ["x", {"y": None}], ["x", {}]),
    ],
)
def test_examples_of_the_rfc(document: Any, patch: Any, result: Any) -> None:
    """Its appendix, where the library agrees with it."""
    assert is_same(result, apply_merge_patch(document, patch))


def test_a_scalar_is_no_patch() -> None:
    """The library wants an object or a list."""
    with pytest.raises(PatchError, match=r"^Invalid JSON Patch$"):
        apply_merge_patch({}, "text")


@given(objects(), objects(), objects())
def test_apply_sets_what_is_wanted_and_keeps_what_others_set(
    original: Any, modified: Any, current: Any
) -> None:
    """After an apply every wanted scalar is there, and what nobody managed is untouched."""
    try:
        patch = create_three_way_json_merge_patch(original, modified, current)
    except ConflictError:
        return
    result = apply_merge_patch(current, patch)
    for key, wanted in modified.items():
        assert isinstance(wanted, dict) or is_same(wanted, result[key])
    for key, held in current.items():
        assert key in original or key in modified or is_same(held, result[key])
    for key in original:
        assert key in modified or key not in result


def test_absent_sides_count_as_empty() -> None:
    """A first apply has no last-applied object."""
    assert {"a": 1} == create_three_way_json_merge_patch(None, {"a": 1}, None)


def test_a_patch_falls_apart_into_deletions_and_the_rest() -> None:
    """Empty objects are values; objects with nothing left are not."""
    patch = {"a": None, "b": {"c": None, "d": 1}, "e": {}, "f": {"g": None}, "h": [None]}
    assert {"a": None, "b": {"c": None}, "f": {"g": None}} == keep_only_nulls(patch)
    assert {"b": {"d": 1}, "e": {}, "h": [None]} == drop_nulls(patch)
