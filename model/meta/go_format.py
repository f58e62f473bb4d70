"""How Go writes values and numbers into the texts that Kubernetes' clients see.

API messages quote names (`%q`), print maps and lists (`%v`) and repeat the errors of Go's number parser.
Messages are part of what is compared with a real control plane, so their texts are made here, once. Mirrors
the Go standard library: fmt, strconv, encoding/json. Left out: verbs and types that no modelled message
uses, and Go's rules for characters that have no printed form beyond ASCII control characters; names and
selectors in the API are ASCII, so nothing the model decides depends on them.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Final

INT64_MAX: Final = (1 << 63) - 1
INT64_MIN: Final = -(1 << 63)

_ESCAPES: Final[Mapping[str, str]] = {
    "\a": "\\a",
    "\b": "\\b",
    "\f": "\\f",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\v": "\\v",
    "\\": "\\\\",
    '"': '\\"',
}


class GoNumberError(ValueError):
    """A text that Go's number parser refuses; str() is Go's own message."""


def quote(text: str) -> str:
    """Return `text` as Go's `%q` prints it."""
    return '"' + "".join(_quote_character(character) for character in text) + '"'


def _quote_character(character: str) -> str:
    escaped = _ESCAPES.get(character)
    if escaped is not None:
        return escaped
    if ord(character) < 0x20 or ord(character) == 0x7F:
        return f"\\x{ord(character):02x}"
    return character


def format_value(value: object) -> str:
    """Return a JSON tree as Go's `%v` prints it: `map[a:b c:[1 2]]`, keys sorted, `<nil>` for null."""
    if value is None:
        return "<nil>"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return "map[" + " ".join(f"{key}:{format_value(value[key])}" for key in sorted(value)) + "]"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + " ".join(format_value(item) for item in value) + "]"
    return str(value)


def format_json(value: object) -> str:
    """Return a JSON tree as Go's encoding/json writes it: compact, keys sorted, HTML characters escaped."""
    text = json.dumps(value, separators=(",", ":"), sort_keys=True, ensure_ascii=False)
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def is_digits(text: str) -> bool:
    """Tell whether `text` is one or more ASCII digits (`str.isdigit` also accepts other scripts')."""
    return text.isascii() and text.isdigit()


def parse_int64(text: str, function: str = "ParseInt") -> int:
    """Return the signed 64-bit integer that `text` writes in base ten.

    Raises GoNumberError with the message of `strconv.<function>`.
    """
    digits = text[1:] if text[:1] in {"+", "-"} else text
    if not is_digits(digits):
        raise GoNumberError(f"strconv.{function}: parsing {quote(text)}: invalid syntax")
    number = int(digits) if len(digits) < 4000 else INT64_MAX + 1
    signed = -number if text.startswith("-") else number
    if not INT64_MIN <= signed <= INT64_MAX:
        raise GoNumberError(f"strconv.{function}: parsing {quote(text)}: value out of range")
    return signed
