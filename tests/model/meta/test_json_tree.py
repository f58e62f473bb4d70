"""Trees are compared with their types and copied whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.model.meta.json_tree import Tree, copy_tree, is_same, without_nulls
from tests.strategies.json_trees import SCALARS, trees

WITH_NULLS = trees(st.none() | SCALARS)


@given(WITH_NULLS)
def test_a_copy_is_the_same_and_shares_nothing(tree: Tree) -> None:
    """Changing a copy leaves the original alone."""
    copy = copy_tree(tree)
    assert is_same(tree, copy)
    if isinstance(copy, dict | list):
        copy.clear()
        assert is_same(tree, copy) == (not tree)


@pytest.mark.parametrize(
    "left, right",
    [(1, True), (1, 1.0), (0, False), (0, None), ([1], [True]), ({"a": 1}, {"a": 1.0}), ([], {})],
)
def test_types_count(left: Tree, right: Tree) -> None:
    """Python takes most of these for equal; JSON does not."""
    assert not is_same(left, right)
    assert is_same(left, copy_tree(left))


@given(WITH_NULLS)
def test_nulls_leave_objects_but_not_lists(tree: Tree) -> None:
    """What is left has no null member; lists keep their length."""
    cleaned = without_nulls(tree)
    if isinstance(tree, list):
        assert len(tree) == len(cleaned)
    if isinstance(tree, dict):
        assert sorted(key for key, held in tree.items() if held is not None) == sorted(cleaned)
    assert is_same(cleaned, without_nulls(cleaned))
