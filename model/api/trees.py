"""Reading the optional parts of an object's JSON tree.

Go cannot tell an absent field from a null one, and neither do these: both read as empty. The trees have the
right types, since decoding comes before validation.
"""

from collections.abc import Mapping
from typing import Any

Tree = Mapping[str, Any]


def part(tree: Tree, *keys: str) -> Tree:
    """The mapping under a chain of keys; empty where one is absent."""
    for key in keys:
        tree = tree.get(key) or {}
    return tree


def items(tree: Tree, key: str) -> tuple[Any, ...]:
    """The list under key; a null entry reads as an empty mapping."""
    return tuple({} if item is None else item for item in tree.get(key) or ())


def indexed(tree: Tree, key: str, path: str) -> tuple[tuple[str, Any], ...]:
    """The list under key, each entry with its field path below path."""
    return tuple((f"{path}.{key}[{at}]", item) for at, item in enumerate(items(tree, key)))


def texts(tree: Tree, key: str) -> tuple[tuple[str, str], ...]:
    """The text map under key as sorted pairs; null values read as empty text."""
    held = tree.get(key) or {}
    return tuple((name, held[name] or "") for name in sorted(held))


def text(tree: Tree, key: str, default: str = "") -> str:
    """The text under key, or the default where it is absent or empty, as defaulting would fill it in."""
    value = tree.get(key) or default
    return value if isinstance(value, str) else str(value)
