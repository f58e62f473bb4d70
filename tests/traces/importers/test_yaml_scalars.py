"""Plain YAML scalars mean what kubectl takes them for."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.traces.importers.yaml_scalars import CORE, key_text, resolve_plain, resolve_tagged


@pytest.mark.parametrize(
    "text, value",
    [
        ("", None),
        ("~", None),
        ("null", None),
        ("yes", True),
        ("Off", False),
        ("y", True),
        ("N", False),
        ("yellow", "yellow"),
        ("12", 12),
        ("-3", -3),
        ("+7", 7),
        ("1_000", 1000),
        ("0x1F", 31),
        ("0b101", 5),
        ("010", 8),
        ("0o17", 15),
        ("09", 9.0),
        ("1.10", 1.1),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("22:22", "22:22"),
        ("1.2.3", "1.2.3"),
        ("2024-02-30T25:61:00Z", "2024-02-30T25:61:00Z"),
        ("2024-01-01", "2024-01-01"),
        ("1e400", "1e400"),
        ("99999999999999999999", 99999999999999999999),
        ("-", "-"),
        ("500m", "500m"),
    ],
)
def test_plain_scalars(text: str, value: object) -> None:
    """Each form has the value that kubectl's YAML library gives it; no timestamps, no base-60 numbers."""
    assert value == resolve_plain(text)
    assert type(value) is type(resolve_plain(text))


def test_special_floats() -> None:
    """.nan and .inf are numbers."""
    assert math.isnan(float(resolve_plain(".nan") or 0))
    assert -math.inf == resolve_plain("-.inf")


@given(st.integers(-(2**63), 2**64 - 1))
def test_integers_keep_their_value(number: int) -> None:
    """Any 64-bit integer in decimal digits is itself."""
    assert number == resolve_plain(str(number))


@pytest.mark.parametrize(
    "tag, text, value",
    [("str", "12", "12"), ("int", "12", 12), ("float", "1", 1.0), ("bool", "yes", True), ("null", "", None)],
)
def test_tags_of_yaml_itself(tag: str, text: str, value: object) -> None:
    """A scalar may say its type, and `!` says text."""
    assert value == resolve_tagged(CORE + tag, text)
    assert text == resolve_tagged("!", text)


@pytest.mark.parametrize("tag, text", [("int", "twelve"), ("bool", "1"), ("binary", "AAEC"), ("int", "true")])
def test_tags_that_do_not_fit(tag: str, text: str) -> None:
    """Negative control: a wrong or foreign tag is refused."""
    with pytest.raises(ValueError, match=tag):
        resolve_tagged(CORE + tag, text)


@pytest.mark.parametrize("value, text", [(True, "true"), (1, "1"), (1.5, "1.5"), ("a", "a"), (None, None)])
def test_keys_become_text(value: str | float | bool | None, text: str | None) -> None:
    """JSON's keys are text: what YAML reads as another scalar is written out, null cannot be."""
    assert text == key_text(value)
