"""Filling in what a client left out, without touching what needs nothing.

Every function returns the very value that it was given when there is nothing to fill in, so that defaulting what is
defaulted already costs next to nothing and keeps identities.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from seatrial.model.evolve import evolve
from seatrial.model.frozen import FrozenMap

T = TypeVar("T")
Tree = FrozenMap[str, Any]


def fill(value: T, **defaults: object) -> T:
    """The value with each field that is empty ("" or None) set to its default."""
    changes = {name: default for name, default in defaults.items() if getattr(value, name) in ("", None)}
    return evolve(value, **changes) if changes else value


def replace(value: T, **fields: object) -> T:
    """The value with these fields, itself when they are the very ones that it has."""
    changes = {name: new for name, new in fields.items() if getattr(value, name) is not new}
    return evolve(value, **changes) if changes else value


def fill_tree(tree: Tree, defaults: Mapping[str, Any]) -> Tree:
    """A frozen JSON object with each entry that is absent or null set to its default."""
    missing = {key: default for key, default in defaults.items() if tree.get(key) is None}
    return tree.update(missing) if missing else tree


def fill_unmodelled(value: T, defaults: Mapping[str, Any]) -> T:
    """The value with defaults for fields that its type does not model."""
    return replace(value, unmodelled=fill_tree(value.unmodelled, defaults))  # type: ignore[attr-defined]


def change_entry(tree: Tree, key: str, change: Callable[[Any], Any]) -> Tree:
    """A frozen JSON object with one entry changed; itself when the entry is absent or null, or stays as it is."""
    held = tree.get(key)
    if held is None:
        return tree
    changed = change(held)
    return tree if changed is held else tree.set(key, changed)


def each(values: tuple[T, ...], change: Callable[[T], T]) -> tuple[T, ...]:
    """A tuple with every item changed; itself when none is."""
    changed = tuple([change(value) for value in values])
    return values if all(new is old for new, old in zip(changed, values, strict=True)) else changed
