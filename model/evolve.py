"""A changed copy of a frozen value, made quickly.

`attrs.evolve` looks up every field by its alias; on the way of each request that costs more than all rules together.
This reads the fields in one go and calls the class with them (about a third less time on ObjectMeta).
"""

from collections.abc import Callable, Mapping
from functools import cache
from operator import attrgetter
from typing import Any, TypeVar

import attrs

T = TypeVar("T")


@cache
def _fields_of(kind: type[Any]) -> tuple[Callable[[Any], tuple[Any, ...]], Mapping[str, int]]:
    """How to read all fields of a class, and where each of them stands."""
    names = tuple(field.name for field in attrs.fields(kind))
    if len(names) == 1:
        return (lambda value: (getattr(value, names[0]),)), {names[0]: 0}
    return attrgetter(*names), {name: at for at, name in enumerate(names)}


def evolve(value: T, **changes: object) -> T:
    """The value with some fields changed; raises KeyError for a field that its class does not have."""
    kind: Any = value.__class__
    read, places = _fields_of(kind)
    values = list(read(value))
    for name, change in changes.items():
        values[places[name]] = change
    changed: T = kind(*values)
    return changed
