"""What a plain YAML scalar means, as kubectl reads it (sigs.k8s.io/yaml, goyaml.v2/resolve.go).

YAML 1.1 booleans (`yes`, `on`, `y`) are booleans, base-60 numbers are text, timestamps stay text, integers
may be written in hexadecimal, octal and binary and with underscores. A number too large for a double is text,
as it is there.
"""

import math
import re
from typing import TypeAlias

_TRUE = ("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON")
_FALSE = ("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF")
_NULL = ("", "~", "null", "Null", "NULL")
WORDS: dict[str, bool | float | None] = {
    **dict.fromkeys(_TRUE, True),
    **dict.fromkeys(_FALSE, False),
    **dict.fromkeys(_NULL),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), math.nan),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), math.inf),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), -math.inf),
}
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_INTEGER = re.compile(r"[-+]?(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9][0-9]*)\Z")
_MAX_DIGITS = 400
CORE = "tag:yaml.org,2002:"


Scalar: TypeAlias = str | int | float | bool | None


def resolve_plain(text: str) -> Scalar:
    """The value of a plain scalar without a tag."""
    if text in WORDS:
        return WORDS[text]
    if text[0] not in "+-.0123456789":
        return text
    bare = text.replace("_", "") if text[0] != "." else text
    if _INTEGER.match(bare) and len(bare) <= _MAX_DIGITS:
        return _integer(bare)
    if _FLOAT.match(bare):
        number = float(bare)
        return text if math.isinf(number) else number
    return text


def _integer(text: str) -> int:
    sign = -1 if text[0] == "-" else 1
    digits = text.lstrip("+-").lower()
    octal = len(digits) > 1 and digits[0] == "0" and digits[1] in "01234567"
    return sign * (int(digits, 8) if octal else int(digits, 0))


def resolve_tagged(tag: str, text: str) -> Scalar:
    """The value of a scalar with one of YAML's own tags; ValueError if the text is not of that type."""
    if tag in {"!", CORE + "str", CORE + "timestamp"}:
        return text
    value = resolve_plain(text) if text else None
    wanted: dict[str, type | tuple[type, ...]] = {"int": int, "float": (int, float), "bool": bool}
    name = tag.removeprefix(CORE)
    if name == "null" and value is None:
        return None
    if name in wanted and isinstance(value, wanted[name]) and (name == "bool" or not isinstance(value, bool)):
        return float(value) if name == "float" and isinstance(value, int) else value
    raise ValueError(name)


def key_text(value: Scalar) -> str | None:
    """The text that a mapping key becomes in JSON; None when it cannot be a key."""
    match value:
        case bool():
            return str(value).lower()
        case int():
            return str(value)
        case float():
            return None if math.isnan(value) else f"{value:g}"
        case _:
            return value
