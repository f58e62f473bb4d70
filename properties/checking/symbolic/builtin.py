"""Python's own functions, for values that are not known: min, max, sum, any, all, len, abs, sorted is refused.

A comprehension with an unknown condition has no known length: it is a `Guarded` sequence, each item with the condition
under which it is there, and may only be added up, counted, or asked any() and all() of.
"""

from collections.abc import Callable, Mapping
from typing import Any

import attrs

from seatrial.properties.checking.symbolic.terms import Bool, NotLiftableError, Value, and_, implies, merge, or_, truth


@attrs.frozen(eq=False)
class Guarded:
    """The items of a comprehension, each with the condition under which it is there."""

    items: tuple[tuple[Bool, Value], ...]


def lifted_min(*values: Value) -> Value:
    """The least."""
    return _extreme(values, lambda one, two: one <= two)


def lifted_max(*values: Value) -> Value:
    """The greatest."""
    return _extreme(values, lambda one, two: one >= two)


def _extreme(values: tuple[Value, ...], comes_first: Callable[[Value, Value], Bool]) -> Value:
    items = _items(values[0], "min and max") if len(values) == 1 else values
    found = items[0]
    for each in items[1:]:
        found = merge(truth(comes_first(found, each)), found, each)
    return found


def lifted_sum(values: Value, start: Value = 0) -> Value:
    """The total."""
    total = start
    for guard, value in _guarded(values):
        total = total + merge(guard, value, 0)
    return total


def lifted_any(values: Value) -> Bool:
    """Is any of them true?"""
    return or_(*(and_(guard, truth(value)) for guard, value in _guarded(values)))


def lifted_all(values: Value) -> Bool:
    """Are all of them true?"""
    return and_(*(implies(guard, truth(value)) for guard, value in _guarded(values)))


def lifted_len(values: Value) -> Value:
    """How many there are."""
    return lifted_sum(Guarded(tuple((guard, 1) for guard, _ in values.items))) if isinstance(
        values, Guarded) else len(values)


def lifted_abs(value: Value) -> Value:
    """The distance from 0."""
    return abs(value)


def lifted_bool(value: Value = False) -> Bool:  # noqa: FBT002 -- bool() without an argument
    """A value as a condition."""
    return truth(value)


def lifted_int(value: Value = 0) -> Value:
    """An integer, or a truth value counted as 0 or 1."""
    return value + 0


def lifted_tuple(values: Value = ()) -> tuple[Value, ...]:
    """The items as a tuple."""
    return tuple(_items(values, "tuple"))


def lifted_list(values: Value = ()) -> list[Value]:
    """The items as a list."""
    return list(_items(values, "list"))


def _items(values: Value, used_by: str) -> tuple[Value, ...]:
    if isinstance(values, Guarded):
        raise NotLiftableError(f"gives {used_by} a comprehension whose condition is not known, and so not its length; "
                               "keep every item, and count those that matter with sum(1 for ... if ...)")
    return tuple(values)


def _guarded(values: Value) -> tuple[tuple[Bool, Value], ...]:
    return values.items if isinstance(values, Guarded) else tuple((True, value) for value in values)


LIFTED: Mapping[Callable[..., Any], Callable[..., Any]] = {
    min: lifted_min, max: lifted_max, sum: lifted_sum, any: lifted_any, all: lifted_all, len: lifted_len,
    abs: lifted_abs, bool: lifted_bool, int: lifted_int, tuple: lifted_tuple, list: lifted_list,
}
AS_IT_IS = (range, zip, enumerate, reversed, isinstance, type)
"""What works on sequences of symbolic values as it is: it looks at their number, not at what they are."""
