"""Plain JSON trees: what patches are made of and applied to.

A tree is a dict, list, str, int, float, bool or None, as a JSON or YAML reader returns it. Functions here and
in the patch modules never change a tree that they were given; a result may share parts with them. Types
count, as in Go: `1`, `1.0` and `true` are three different values.
"""

from typing import Any, TypeAlias

Tree: TypeAlias = Any
Object: TypeAlias = dict[str, Any]


class PatchError(ValueError):
    """A patch that cannot be applied or made; str() is upstream's message."""


def is_same(left: Tree, right: Tree) -> bool:
    """Tell whether two trees are equal, types included."""
    if type(left) is not type(right):
        return False
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(is_same(held, right[key]) for key, held in left.items())
    if isinstance(left, list):
        return len(left) == len(right) and all(map(is_same, left, right))
    return bool(left == right)


def copy_tree(tree: Tree) -> Tree:
    """Return a copy of `tree` that shares nothing mutable with it."""
    if isinstance(tree, dict):
        return {key: copy_tree(held) for key, held in tree.items()}
    if isinstance(tree, list):
        return [copy_tree(held) for held in tree]
    return tree


def without_nulls(tree: Tree) -> Tree:
    """Return `tree` without the entries that are null; items of lists stay even if they are null."""
    if isinstance(tree, dict):
        return {key: without_nulls(held) for key, held in tree.items() if held is not None}
    if isinstance(tree, list):
        return [without_nulls(held) for held in tree]
    return tree
