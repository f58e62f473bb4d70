"""One thing wrong with one field of an object, in the words that the API server's validation uses.

Mirrors k8s.io/apimachinery/pkg/util/validation/field/errors.go, release 1.36. `cause_of` turns an error into
an entry of the 422's details.causes; importers show `shown` and `detail` in words of their own.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import attrs

from seatrial.model.meta.go_format import format_json, quote

INVALID: Final = "FieldValueInvalid"
REQUIRED: Final = "FieldValueRequired"
NOT_SUPPORTED: Final = "FieldValueNotSupported"
DUPLICATE: Final = "FieldValueDuplicate"
NOT_FOUND: Final = "FieldValueNotFound"
FORBIDDEN: Final = "FieldValueForbidden"
TOO_LONG: Final = "FieldValueTooLong"
TOO_MANY: Final = "FieldValueTooMany"

_WORDS: Final = {
    INVALID: "Invalid value",
    REQUIRED: "Required value",
    NOT_SUPPORTED: "Unsupported value",
    DUPLICATE: "Duplicate value",
    NOT_FOUND: "Not found",
    FORBIDDEN: "Forbidden",
    TOO_LONG: "Too long",
    TOO_MANY: "Too many",
}


@attrs.frozen
class FieldError:
    """What is wrong: the machine-readable reason, the field's path, the value as shown, and why in words.

    `shown` is empty where the message shows no value (required, forbidden, too long, too many).
    """

    reason: str
    field: str
    shown: str
    detail: str

    @property
    def message(self) -> str:
        """The message without the field, as in details.causes."""
        return ": ".join(part for part in (_WORDS[self.reason], self.shown, self.detail) if part)


@attrs.frozen
class Cause:
    """One entry of a Status' details.causes: its reason, its message, and the field it names."""

    reason: str
    message: str
    field: str


Errors = tuple[FieldError, ...]


def cause_of(error: FieldError) -> Cause:
    """The error as an entry of a Status' details.causes."""
    return Cause(error.reason, error.message, error.field)


def shown(value: object) -> str:
    """A value as messages show it: text quoted, the rest as JSON with its entries in the order given."""
    return quote(value) if isinstance(value, str) else _in_order(value)


def _in_order(value: object) -> str:
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{format_json(key)}:{_in_order(value[key])}" for key in value) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(_in_order(item) for item in value) + "]"
    return format_json(value)


def in_key_order(tree: Mapping[str, Any]) -> dict[str, Any]:
    """A Go map, whose keys JSON shows sorted; null values are empty text."""
    return {key: tree[key] or "" for key in sorted(tree)}


def invalid(field: str, value: object, *details: str) -> Errors:
    """One error for each detail: the value breaks a rule."""
    return tuple(FieldError(INVALID, field, shown(value), detail) for detail in details)


def invalid_without_value(field: str, detail: str) -> Errors:
    """A rule over several fields is broken, so no value is shown."""
    return (FieldError(INVALID, field, "", detail),)


def required(field: str, detail: str = "") -> Errors:
    """The field must be given."""
    return (FieldError(REQUIRED, field, "", detail),)


def not_supported(field: str, value: object, supported: Iterable[str]) -> Errors:
    """The value is none of those listed, which the message shows in the given order."""
    listed = ", ".join(quote(name) for name in supported)
    return (FieldError(NOT_SUPPORTED, field, shown(value), f"supported values: {listed}"),)


def duplicate(field: str, value: object) -> Errors:
    """The value stood in the list before."""
    return (FieldError(DUPLICATE, field, shown(value), ""),)


def not_found(field: str, value: object) -> Errors:
    """The value names something that is not there."""
    return (FieldError(NOT_FOUND, field, shown(value), ""),)


def forbidden(field: str, detail: str) -> Errors:
    """The field must not be given here."""
    return (FieldError(FORBIDDEN, field, "", detail),)


def too_long(field: str, limit: int) -> Errors:
    """The value is longer than limit bytes."""
    return (FieldError(TOO_LONG, field, "", f"may not be more than {limit} bytes"),)


def too_many(field: str, count: int, limit: int) -> Errors:
    """The list has more than limit entries."""
    plural = "" if limit == 1 else "s"
    return (FieldError(TOO_MANY, field, str(count), f"must have at most {limit} item{plural}"),)


def nonnegative(field: str, value: int | None) -> Errors:
    """A count must not be negative; None (absent) passes."""
    if value is not None and value < 0:
        return invalid(field, value, "must be greater than or equal to 0")
    return ()


def joined(parts: Iterable[Errors]) -> Errors:
    """The errors of several rules, in order."""
    return tuple(error for part in parts for error in part)
