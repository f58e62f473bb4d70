"""Values are written as Go writes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.model.meta.go_format import (
    GoNumberError,
    format_json,
    format_value,
    is_digits,
    parse_int64,
    quote,
)


@pytest.mark.parametrize(
    "text, quoted",
    [("web", '"web"'), ('a"b\\c', '"a\\"b\\\\c"'), ("a\nb\tc", '"a\\nb\\tc"'), ("\x01\x7f", '"\\x01\\x7f"')],
)
def test_quoting(text: str, quoted: str) -> None:
    """Quotes, backslashes and control characters are escaped as `%q` does it."""
    assert quoted == quote(text)


@pytest.mark.parametrize(
    "value, text",
    [
        ({"b": [1, True, None], "a": {"c": "x y"}}, "map[a:map[c:x y] b:[1 true <nil>]]"),
        ((), "[]"),
        ({}, "map[]"),
        ("text", "text"),
    ],
)
def test_values(value: object, text: str) -> None:
    """Maps are sorted and bracketed, texts unquoted, null is `<nil>`."""
    assert text == format_value(value)


def test_json_escapes_html() -> None:
    """encoding/json escapes what could end a script element."""
    assert '{"a":"\\u003cb\\u0026\\u003e","b":[null,true]}' == format_json({"b": [None, True], "a": "<b&>"})


@given(st.integers(-(2**63), 2**63 - 1))
def test_every_64_bit_integer_is_read(number: int) -> None:
    """With and without a sign."""
    assert number == parse_int64(str(number)) == parse_int64(f"{number:+}")


@pytest.mark.parametrize("text", ["", "-", "1_000", " 1", "1.0", "0x1", "\u0661"])
def test_what_is_no_integer_is_refused(text: str) -> None:
    """Python's int() takes more than Go does."""
    with pytest.raises(GoNumberError, match="invalid syntax"):
        parse_int64(text)


@pytest.mark.parametrize("text", ["9223372036854775808", "-9223372036854775809", "9" * 5000])
def test_wider_integers_are_out_of_range(text: str) -> None:
    """64 bits, and no more, however long the text."""
    with pytest.raises(GoNumberError, match="value out of range"):
        parse_int64(text)


def test_digits_are_ascii() -> None:
    """Digits of other scripts are none."""
    assert [True, False, False, False] == [is_digits(text) for text in ("059", "", "5a", "\u0665")]
