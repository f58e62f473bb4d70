"""What a type keeps without modelling it must still have the JSON type that its field has in Go.

An object with a number where text belongs is refused when it is read, whether or not the model knows the field. Which
type a field has is read from the tables of meta/patch_schema; mirrors sigs.k8s.io/json as the API server uses it
(release 1.36): names are compared by case, and a field that a struct does not have is dropped, so it is not looked at.
Left out: kinds outside the tables, and times, which nothing that is unmodelled depends on.
"""

import binascii
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any, Final

import attrs

from seatrial.model.meta.patch_schema import BUILT_IN_FIELDS
from seatrial.model.meta.quantity import MILLI, QuantityError, format_quantity, parse_quantity, round_up

_PREFIXES: Final[Mapping[str, str]] = {
    "apps": "appsv1.", "discovery": "discoveryv1.", "rbac": "rbacv1.", "scheduling": "schedulingv1.",
}
_OPAQUE: Final = ("Time", "MicroTime", "FieldsV1", "RawExtension")
_QUANTITIES: Final = frozenset((
    "allocatable", "allocatedResources", "capacity", "default", "defaultRequest", "hard", "limits", "max",
    "maxLimitRequestRatio", "min", "overhead", "requests", "resources", "used"))
_BYTES: Final = (("ConfigMap", "binaryData"), ("Secret", "data"))
_BITS: Final[Mapping[str, int]] = {"int32": 32, "int64": 64}
QUANTITY: Final = 'a quantity such as "500m" or "1Gi"'


@attrs.frozen
class Misfit:
    """A value that does not fit its field: where, what was expected, what was found."""

    path: str
    expected: str
    found: Any


def struct_of(kind: type[Any]) -> str:
    """The name in the tables of the struct that an API type models; "" for one that they do not hold."""
    module = kind.__module__.rpartition(".")[2]
    for name in (_PREFIXES.get(module, "") + kind.__name__, kind.__name__):
        if name in BUILT_IN_FIELDS:
            return name
    return ""


def find_misfit(struct: str, tree: Mapping[str, Any], path: str) -> Misfit | None:
    """The first member of a struct's JSON object whose value has another type than its field."""
    types = field_types(struct)
    for name in sorted(tree):
        if name in types and tree[name] is not None:
            inside = f"{path}.{name}" if path else name
            found = _misfit(types[name], (struct, name), tree[name], inside)
            if found is not None:
                return found
    return None


@cache
def field_types(struct: str) -> Mapping[str, str]:
    """The Go types of a struct's fields, by JSON name, pointers as what they point to."""
    declared = (entry.partition("@")[0].partition(":") for entry in BUILT_IN_FIELDS.get(struct, "").split())
    return {name: (kind or "string").removeprefix("*") for name, _, kind in declared}


def _misfit(kind: str, field: tuple[str, str], value: Any, path: str) -> Misfit | None:  # noqa: ANN401 -- a JSON value
    if kind.startswith("[]"):
        return _list_misfit(kind[2:], field, value, path)
    if kind in _OPAQUE:
        return None
    if kind == "Quantity":
        return None if canonical_quantity(value) else Misfit(path, QUANTITY, value)
    if kind == "IntOrString":
        fits = isinstance(value, (int, str)) and not isinstance(value, bool)
        return None if fits else Misfit(path, "a whole number or a percentage", value)
    if kind == "map":
        return _map_misfit(field, value, path)
    if kind in BUILT_IN_FIELDS:
        return find_misfit(kind, value, path) if isinstance(value, Mapping) else Misfit(path, "a mapping", value)
    return _scalar_misfit(kind, value, path)


def _list_misfit(item: str, field: tuple[str, str], value: Any, path: str) -> Misfit | None:  # noqa: ANN401 -- JSON
    if not isinstance(value, (list, tuple)):
        return Misfit(path, "a list", value)
    found = (_misfit(item, field, each, f"{path}[{at}]") for at, each in enumerate(value) if each is not None)
    return next((misfit for misfit in found if misfit is not None), None)


def _map_misfit(field: tuple[str, str], value: Any, path: str) -> Misfit | None:  # noqa: ANN401 -- a JSON value
    if not isinstance(value, Mapping):
        return Misfit(path, "a mapping", value)
    for key in sorted(value):
        held, inside = value[key], f"{path}[{key}]"
        if held is None:
            continue
        if field[1] in _QUANTITIES:
            if not canonical_quantity(held):
                return Misfit(inside, QUANTITY, held)
        elif not isinstance(held, str):
            return Misfit(inside, "a string", held)
        elif field in _BYTES and not _is_base64(held):
            return Misfit(inside, "text in base64", held)
    return None


def _scalar_misfit(kind: str, value: Any, path: str) -> Misfit | None:  # noqa: ANN401 -- a JSON value
    if kind == "string":
        return None if isinstance(value, str) else Misfit(path, "a string", value)
    if kind == "bool":
        return None if isinstance(value, bool) else Misfit(path, "true or false", value)
    whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    bits = _BITS.get(kind, 64)
    if isinstance(value, bool) or not whole:
        return Misfit(path, "a whole number", value)
    fits = -(2 ** (bits - 1)) <= value < 2 ** (bits - 1)
    return None if fits else Misfit(path, f"a whole number of {bits} bits", value)


def _is_base64(text: str) -> bool:
    """Go's decoder passes over line ends and nothing else."""
    try:
        binascii.a2b_base64(text.replace("\n", "").replace("\r", ""), strict_mode=True)
    except ValueError:
        return False
    return True


def canonical_quantity(value: object) -> str:
    """A quantity as Go prints it back, rounded up to thousandths (SetDefaults_ResourceList); "" if it is none."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return ""
    return _canonical_text(str(value).strip())


@lru_cache(maxsize=4096)
def _canonical_text(text: str) -> str:
    try:
        return format_quantity(round_up(parse_quantity(text), MILLI)[0])
    except QuantityError:
        return ""
