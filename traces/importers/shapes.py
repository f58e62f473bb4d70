"""The types of the fields of built-in kinds: what decoding would refuse before validation sees it.

A shape is one of the words below, a mapping from field names to shapes, `[shape]` for a list, or
`Table(shape)` for a mapping with free keys. Fields that a shape does not name are not looked at: whether they
exist is not a question of types. null passes, since Go reads it as absent, but not as an entry of a list of
scalars. Mirrors the types of
staging/src/k8s.io/api, release 1.36.
"""

import base64
import binascii
from collections.abc import Iterator
from typing import Any, Final

import attrs

from seatrial.model.meta.quantity import QuantityError, parse_quantity
from seatrial.model.meta.timestamps import TimeError, parse_time
from seatrial.traces.importers.errors import Path, described

TEXT: Final = "text"
FLAG: Final = "flag"
INT32: Final = "int32"
INT64: Final = "int64"
INT_OR_TEXT: Final = "int or text"
QUANTITY: Final = "quantity"
TIME: Final = "time"
BASE64: Final = "base64"
ANYTHING: Final = "anything"


@attrs.frozen
class Table:
    """A mapping whose keys are free and whose values have one shape."""

    values: Any


@attrs.frozen
class Mismatch:
    """A value of the wrong type: where, what was expected, what was found, how to write it."""

    path: Path
    expected: str
    found: str
    fix: str


_WORDS: Final = {
    TEXT: ("text", 'write it in quotes, such as "1.10"'),
    FLAG: ("true or false", "write true or false without quotes"),
    INT32: ("a whole number", "write digits without quotes"),
    INT64: ("a whole number", "write digits without quotes"),
    INT_OR_TEXT: ("a whole number or text", 'write a number such as 8080 or text such as "25%"'),
    QUANTITY: ("a quantity", "write a number with a unit, such as 500m, 1.5 or 64Mi"),
    TIME: ("a time", "write it as 2026-01-31T23:59:59Z"),
    BASE64: ("text in base64", "encode the value (base64), or put plain text under stringData"),
}
_LIMITS: Final = {INT32: 2**31, INT64: 2**63}


def mismatches(value: Any, shape: Any, path: Path = ()) -> Iterator[Mismatch]:
    """Every place below value whose type is not that of the shape, in the order of the tree."""
    if value is None or shape == ANYTHING:
        return
    if isinstance(shape, str):
        yield from _check_scalar(value, shape, path)
    elif isinstance(shape, list):
        if not isinstance(value, list):
            yield Mismatch(path, "a list", described(value), "start each entry with a dash: - ...")
            return
        for at, item in enumerate(value):
            if item is None and isinstance(shape[0], str):
                yield from _check_scalar(item, shape[0], (*path, at))
            yield from mismatches(item, shape[0], (*path, at))
    elif not isinstance(value, dict):
        yield Mismatch(path, "a mapping", described(value), "write it as key: value lines, indented")
    elif isinstance(shape, Table):
        for key, item in value.items():
            yield from mismatches(item, shape.values, (*path, key))
    else:
        for key, item in value.items():
            if key in shape:
                yield from mismatches(item, shape[key], (*path, key))


def _check_scalar(value: Any, shape: str, path: Path) -> Iterator[Mismatch]:
    expected, fix = _WORDS[shape]
    if _is_scalar(value, shape):
        return
    if shape in _LIMITS and isinstance(value, int) and not isinstance(value, bool):
        low, high = -_LIMITS[shape], _LIMITS[shape] - 1
        expected, fix = f"a whole number from {low} to {high}", "write a number in that range"
    elif shape == INT_OR_TEXT and isinstance(value, int) and not isinstance(value, bool):
        expected, fix = "a whole number of 32 bits", "write a number in that range"
    yield Mismatch(path, expected, described(value), fix)


def _is_scalar(value: Any, shape: str) -> bool:
    match shape:
        case "text":
            return isinstance(value, str)
        case "flag":
            return isinstance(value, bool)
        case "int32" | "int64":
            return _is_whole(value) and -_LIMITS[shape] <= value < _LIMITS[shape]
        case "int or text":
            return isinstance(value, str) or (_is_whole(value) and abs(value) < 2**31)
        case "quantity":
            return _is_quantity(value)
        case "time":
            return isinstance(value, str) and _is_time(value)
        case _:
            return isinstance(value, str) and _is_base64(value)


def _is_whole(value: Any) -> bool:
    """A whole number; one written as 3.0 counts, as it does for Go."""
    if isinstance(value, bool):
        return False
    return isinstance(value, int) or (isinstance(value, float) and value.is_integer() and abs(value) < 2**53)


def _is_quantity(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return False
    try:
        parse_quantity(value if isinstance(value, str) else _number_text(value))
    except QuantityError:
        return False
    return True


def _number_text(value: float) -> str:
    return repr(value)


def _is_time(value: str) -> bool:
    try:
        parse_time(value)
    except TimeError:
        return False
    return True


def _is_base64(value: str) -> bool:
    try:
        base64.b64decode("".join(value.split()), validate=True)
    except (binascii.Error, ValueError):
        return False
    return True
