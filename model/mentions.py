"""Is a generated name mentioned anywhere? Then it is not free to be given again.

In explored scopes (`Scope.names`) the server gives the first of a bounded number of names that no cell mentions: in its
place, or in its value. Upstream draws five letters at random, and never meets a name again in practice; a name that
nothing remembers any more cannot be told from a new one, so using it again loses no behaviour.
"""

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import attrs

from seatrial.model.frozen import FrozenMap

if TYPE_CHECKING:
    from seatrial.model.view import Cell

UNCOUNTED = frozenset(("names", "revision", "clock", "budget", "incarnations", "up", "watch"))
"""Counters and switches: what they say of a name does not keep an object of that name in anybody's mind."""


def is_counted(cell: "Cell") -> bool:
    """Does mentioning a name in this cell keep it from being free?"""
    return cell.table not in UNCOUNTED


def mentioned_in(cell: "Cell", value: Any, name: str) -> bool:  # noqa: ANN401 -- any value of a cell
    """Does a cell mention this name, in its place or in its value?"""
    return name in cell.key or name in cell.kind or (value is not None and is_within(value, name))


@lru_cache(maxsize=1 << 16)
def is_within(value: Any, name: str) -> bool:  # noqa: ANN401 -- any frozen value
    """Is this name part of a text somewhere in a value?"""
    if isinstance(value, str):
        return name in value
    if isinstance(value, tuple):
        return any(is_within(each, name) for each in value)
    if isinstance(value, FrozenMap):
        return any(is_within(key, name) or is_within(each, name) for key, each in value.pairs())
    if attrs.has(type(value)):
        return any(is_within(getattr(value, field.name), name) for field in attrs.fields(type(value)))
    return False
