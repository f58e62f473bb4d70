"""Patches that set one thing to two values contradict each other."""

from typing import Any

import pytest
from hypothesis import given

from seatrial.model.meta.json_tree import PatchError, copy_tree
from seatrial.model.meta.patch_conflict import conflict_error, has_conflicts, has_merging_conflicts
from seatrial.model.meta.patch_schema import schema_of
from tests.strategies.json_trees import objects

POD = schema_of("v1", "Pod")


@given(objects(), objects())
def test_conflicts_are_mutual_and_never_with_oneself(left: Any, right: Any) -> None:
    """An object never contradicts its copy, and contradiction has no direction."""
    assert not has_conflicts(left, copy_tree(left))
    assert has_conflicts(left, right) == has_conflicts(right, left)


@pytest.mark.parametrize(
    "left, right, conflict",
    [
        ({"a": 1}, {"b": 1}, False),
        ({"a": 1}, {"a": True}, True),
        ({"a": {"b": 1}}, {"a": {"c": 1}}, False),
        ({"a": {"b": 1}}, {"a": 1}, True),
        ({"a": [1]}, {"a": [1, 2]}, True),
        ({"a": [{"b": 1}]}, {"a": [{"c": 1}]}, False),
        ({"a": 1}, {"a": None}, True),
    ],
)
def test_merge_patches(left: Any, right: Any, conflict: bool) -> None:
    """Only members that both name count."""
    assert conflict == has_conflicts(left, right)


@pytest.mark.parametrize(
    "left, right, conflict",
    [
        ({"containers": [{"name": "a", "image": "1"}]}, {"containers": [{"name": "b", "image": "2"}]}, False),
        ({"containers": [{"name": "a", "image": "1"}]}, {"containers": [{"name": "a", "image": "2"}]}, True),
        ({"tolerations": [{"key": "a"}]}, {"tolerations": [{"key": "b"}]}, True),
        ({"tolerations": [{"key": "a"}]}, {"tolerations": [{"key": "a"}, {"key": "b"}]}, True),
        ({"containers": []}, {"containers": {}}, True),
        ({"nodeSelector": {"$patch": "replace"}}, {"nodeSelector": {}}, True),
        ({"nodeSelector": {"a": "1"}}, {"nodeSelector": {"b": "1"}}, False),
        ({"nodeSelector": {"a": "1"}}, {"nodeSelector": "x"}, True),
        ({"$retainKeys": ["a"]}, {"$retainKeys": ["b"]}, False),
    ],
)
def test_strategic_patches(left: Any, right: Any, conflict: bool) -> None:
    """Lists that are merged conflict item by item, others as a whole."""
    assert conflict == has_merging_conflicts({"spec": left}, {"spec": right}, POD)


def test_scalar_lists_conflict_in_no_order() -> None:
    """Finalizers are merged: never a conflict. A list of arguments is compared sorted, as upstream does."""
    merged = {"metadata": {"finalizers": ["a"]}}, {"metadata": {"finalizers": ["b"]}}
    assert not has_merging_conflicts(*merged, POD)

    def args(*words: str) -> dict[str, Any]:
        return {"spec": {"containers": [{"name": "c", "args": list(words)}]}}

    assert not has_merging_conflicts(args("a", "b"), args("b", "a"), POD)
    assert has_merging_conflicts(args("a", "b"), args("a", "c"), POD)


def test_an_item_without_its_key_cannot_be_compared() -> None:
    """The error names the key and the item."""
    side = {"spec": {"containers": [{"image": "x"}]}}
    with pytest.raises(
        PatchError, match=r"cannot find merge key `name` in merging list element:map\[image:x\]"
    ):
        has_merging_conflicts(side, side, POD)


def test_the_error_shows_both_sides() -> None:
    """As YAML, each followed by an empty line."""
    error = conflict_error({"a": 1}, {"a": None})
    assert "patch:\na: 1\n\nconflicts with changes made from original to current:\na: null\n\n" == str(error)
