"""JSON as the API speaks it, to and from the model's typed objects.

Each attrs field of an API type is declared with one of the functions below, which says its JSON name and when Go
leaves it out: values that are empty (`omitempty`), or pointers that are nil, in which case an explicit zero stays.
What a type does not model is kept verbatim in its `unmodelled` field, so decoding and encoding loses nothing, and
whoever asks can list it. Mirrors the JSON tags of staging/src/k8s.io/api (release 1.36); protobuf is left out: it
carries the same values.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, TypeVar, cast

import attrs

from seatrial.model.api.untyped import QUANTITY, canonical_quantity, find_misfit, struct_of
from seatrial.model.frozen import EMPTY, FrozenMap, freeze, thaw
from seatrial.model.meta.timestamps import format_time, parse_time

T = TypeVar("T")


class DecodeError(ValueError):
    """A JSON tree does not have the form of its kind: where, what was expected, what was found."""

    def __init__(self, path: str, expected: str, found: object) -> None:
        super().__init__(f"{path or '(the object)'}: expected {expected}, found {say(found)}")
        self.path, self.expected, self.found = path, expected, found


def say(value: object) -> str:
    """A JSON value in few words."""
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, (list, tuple)):
        return "a list"
    text = {None: "null", True: "true", False: "false"}.get(value) if value is None or value is True or value is False \
        else None
    return text or (f'"{value}"' if isinstance(value, str) else str(value))


@attrs.frozen
class Codec:
    """How one field is read, written and left out."""

    name: str
    read: Callable[[Any, str], Any]
    write: Callable[[Any], Any]
    omit: Callable[[Any], bool]


def _field(name: str, default: Any, read: Any, write: Any, omit: Any) -> Any:  # noqa: ANN401 -- attrs.field is Any
    return attrs.field(default=default, metadata={"wire": Codec(name, read, write, omit)})


def same(value: T) -> T:
    """The value itself."""
    return value


def is_empty(value: object) -> bool:
    """Go's omitempty: nothing, zero, no entries."""
    return value is None or (not value and value is not True)


def is_none(value: object) -> bool:
    """Go's omitempty on a pointer."""
    return value is None


def never(_: object) -> bool:
    """For fields without omitempty."""
    return False


def _read_text(value: object, path: str) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise DecodeError(path, "a string", value)
    return value


def _read_number(value: object, path: str) -> int | None:
    if value is None:
        return None
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise DecodeError(path, "a whole number", value)
    if not -(2**63) <= value < 2**63:
        raise DecodeError(path, "a whole number of 64 bits", value)
    return value


def _read_flag(value: object, path: str) -> bool | None:
    if value is not None and not isinstance(value, bool):
        raise DecodeError(path, "true or false", value)
    return value


def _read_time(value: object, path: str) -> int | None:
    if value is None:
        return None
    try:
        return parse_time(_read_text(value, path))
    except ValueError as error:
        raise DecodeError(path, "a time such as 2026-01-31T23:59:59Z", value) from error


def _read_int_or_string(value: object, path: str) -> int | str | None:
    if value is not None and (isinstance(value, bool) or not isinstance(value, (int, str))):
        raise DecodeError(path, "a whole number or a percentage", value)
    return value


def _read_strings(value: object, path: str) -> FrozenMap[str, str]:
    if value is None:
        return EMPTY
    return FrozenMap({key: _read_text(held, f"{path}[{key}]") for key, held in _mapping(value, path).items()})


def _read_quantities(value: object, path: str) -> FrozenMap[str, str]:
    if value is None:
        return EMPTY
    entries = {}
    for key, held in _mapping(value, path).items():
        amount = canonical_quantity("0" if held is None else held)
        if not amount:
            raise DecodeError(f"{path}[{key}]", QUANTITY, held)
        entries[key] = amount
    return FrozenMap(entries)


def _mapping(value: object, path: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise DecodeError(path, "a mapping", value)
    for key in value:
        if not isinstance(key, str):
            raise DecodeError(path, "string keys", key)
    return value


def _items(value: object, path: str) -> tuple[Any, ...]:
    if value is None:
        return ()
    if not isinstance(value, (list, tuple)):
        raise DecodeError(path, "a list", value)
    return tuple(value)


def text(name: str, *, keep: bool = False, default: str = "") -> Any:  # noqa: ANN401 -- attrs.field is Any
    """Declares a string."""
    return _field(name, default, _read_text, same, never if keep else is_empty)


def number(name: str, *, keep: bool = False) -> Any:  # noqa: ANN401 -- attrs.field is Any
    """Declares an integer whose zero value is left out, unless `keep`."""
    return _field(name, 0, lambda value, path: _read_number(value, path) or 0, same, never if keep else is_empty)


def optional_number(name: str) -> Any:  # noqa: ANN401 -- attrs.field is Any
    """Declares a pointer to an integer: None is left out, 0 is written."""
    return _field(name, None, _read_number, same, is_none)


def flag(name: str, *, keep: bool = False) -> Any:  # noqa: ANN401 -- attrs.field is Any
    """Declares a boolean whose false is left out, unless `keep`."""
    return _field(name, default=False, read=lambda value, path: bool(_read_flag(value, path)), write=same,
                  omit=never if keep else is_empty)


def optional_flag(name: str) -> Any:  # noqa: ANN401 -- attrs.field is Any
    """Declares a pointer to a boolean."""
    return _field(name, None, _read_flag, same, is_none)


def time(name: str) -> Any:  # noqa: ANN401 -- attrs.field is Any
    """Declares a time: seconds since the Unix epoch, or None."""
    return _field(name, None, _read_time, format_time, is_none)


def int_or_string(name: str) -> Any:  # noqa: ANN401 -- attrs.field is Any
    """Declares an IntOrString pointer."""
    return _field(name, None, _read_int_or_string, same, is_none)


def strings(name: str) -> Any:  # noqa: ANN401 -- attrs.field is Any
    """Declares a map of strings."""
    return _field(name, EMPTY, _read_strings, thaw, is_empty)


def quantities(name: str) -> Any:  # noqa: ANN401 -- attrs.field is Any
    """Declares a ResourceList: resource name to quantity as text."""
    return _field(name, EMPTY, _read_quantities, thaw, is_empty)


def texts(name: str) -> Any:  # noqa: ANN401 -- attrs.field is Any
    """Declares a list of strings."""

    def read(value: object, path: str) -> tuple[str, ...]:
        return tuple([_read_text(each, f"{path}[{at}]") for at, each in enumerate(_items(value, path))])

    return _field(name, (), read, list, is_empty)


def one(name: str, kind: type[Any], *, keep: bool = False) -> Any:  # noqa: ANN401 -- attrs.field is Any
    """Declares an embedded struct: empty when absent, left out when empty unless `keep`."""
    return _field(name, attrs.Factory(lambda: blank(kind)),
                  lambda value, path: blank(kind) if value is None else from_json(kind, value, path), to_json,
                  never if keep else lambda value: value == blank(kind))


def optional(name: str, kind: type[Any]) -> Any:  # noqa: ANN401 -- attrs.field is Any
    """Declares a pointer to a struct."""
    return _field(name, None, lambda value, path: None if value is None else from_json(kind, value, path), to_json,
                  is_none)


def many(name: str, kind: type[Any], *, keep: bool = False) -> Any:  # noqa: ANN401 -- attrs.field is Any
    """Declares a list of structs, left out when empty unless `keep`."""

    def read(value: object, path: str) -> tuple[Any, ...]:
        return tuple([from_json(kind, each, f"{path}[{at}]") for at, each in enumerate(_items(value, path))])

    return _field(name, (), read, lambda value: [to_json(each) for each in value], never if keep else is_empty)


def unmodelled() -> Any:  # noqa: ANN401 -- attrs.field is Any
    """Declares the field that keeps, verbatim, what a type does not model."""
    return attrs.field(default=EMPTY, repr=False, metadata={"unmodelled": True})


def _make_blank(kind: type[Any]) -> Any:  # noqa: ANN401 -- an instance of the class
    """The empty value of an API type, shared."""
    return kind()


def _list_codecs(kind: type[Any]) -> tuple[tuple[str, Codec], ...]:
    """The fields of an API type that have a JSON name."""
    return tuple((field.name, field.metadata["wire"]) for field in attrs.fields(kind) if "wire" in field.metadata)


def _has_unmodelled(kind: type[Any]) -> bool:
    return any(field.metadata.get("unmodelled") for field in attrs.fields(kind))


# Typed by hand: mypy does not take a class for hashable.
blank = cast("Callable[[type[Any]], Any]", cache(_make_blank))
codecs_of = cast("Callable[[type[Any]], tuple[tuple[str, Codec], ...]]", cache(_list_codecs))
struct_name = cast("Callable[[type[Any]], str]", cache(struct_of))
_keeps_unmodelled = cast("Callable[[type[Any]], bool]", cache(_has_unmodelled))


def from_json(kind: type[T], tree: object, path: str = "") -> T:
    """Decodes a JSON tree into an API type; raises DecodeError with the path of what does not fit."""
    rest = dict(_mapping(tree, path))
    values: dict[str, Any] = {}
    for name, codec in codecs_of(kind):
        if codec.name in rest:
            value = codec.read(rest.pop(codec.name), f"{path}.{codec.name}" if path else codec.name)
            if value is not None:
                values[name] = value
    if _keeps_unmodelled(kind):
        misfit = find_misfit(struct_name(kind), rest, path) if rest else None
        if misfit is not None:
            raise DecodeError(misfit.path, misfit.expected, misfit.found)
        values["unmodelled"] = freeze(rest)
    return kind(**values)


def to_json(value: Any) -> dict[str, Any]:  # noqa: ANN401 -- any API type
    """Encodes an API type as the API server would print it."""
    tree = thaw(value.unmodelled) if _keeps_unmodelled(type(value)) else {}
    for name, codec in codecs_of(type(value)):
        held = getattr(value, name)
        if not codec.omit(held):
            tree[codec.name] = codec.write(held)
    return dict(sorted(tree.items()))


def list_unmodelled(value: Any, path: str = "") -> Iterator[str]:  # noqa: ANN401 -- any API type
    """Lists the JSON paths that were kept but mean nothing to the model."""
    if isinstance(value, tuple):
        for at, each in enumerate(value):
            yield from list_unmodelled(each, f"{path}[{at}]")
        return
    if not attrs.has(type(value)):
        return
    if _keeps_unmodelled(type(value)):
        for key, held in value.unmodelled.items():
            if held not in (None, "", (), EMPTY):
                yield f"{path}.{key}" if path else key
    for name, codec in codecs_of(type(value)):
        yield from list_unmodelled(getattr(value, name), f"{path}.{codec.name}" if path else codec.name)


def is_time(field: Any) -> bool:  # noqa: ANN401 -- an attrs.Attribute
    """Does a field hold a time, as an API type's or by its own word (metadata "time")?"""
    codec = field.metadata.get("wire")
    return bool(field.metadata.get("time")) or (codec is not None and codec.read is _read_time)
