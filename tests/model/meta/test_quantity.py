"""Quantities keep their number and are written canonically."""

from fractions import Fraction
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.model.meta.quantity import (
    BINARY_SI,
    DECIMAL_SI,
    MAX_DIGITS,
    Quantity,
    QuantityError,
    add_quantities,
    compare_quantities,
    format_quantity,
    milli_value,
    negate_quantity,
    parse_quantity,
    round_up,
    scaled_value,
    sign,
    subtract_quantities,
    value,
)

SUFFIXES = {
    "n": Fraction(1, 10**9),
    "u": Fraction(1, 10**6),
    "m": Fraction(1, 1000),
    "": Fraction(1),
    "k": Fraction(10**3),
    "M": Fraction(10**6),
    "G": Fraction(10**9),
    "Ki": Fraction(2**10),
    "Mi": Fraction(2**20),
    "Gi": Fraction(2**30),
    "e2": Fraction(100),
    "E-1": Fraction(1, 10),
}
TEXTS = st.tuples(
    st.sampled_from(("", "-", "+")),
    st.integers(0, 10**7),
    st.sampled_from(("", ".5", ".125", ".")),
    st.sampled_from(tuple(SUFFIXES)),
)


def number_of(quantity: Quantity) -> Fraction:
    """The number that a quantity is."""
    return quantity.unscaled * Fraction(10) ** quantity.exponent


def exact(parts: tuple[str, int, str, str]) -> Fraction:
    """The number that the parts of a text write."""
    signed, whole, fraction, suffix = parts
    magnitude = whole + (Fraction(f"0{fraction}") if len(fraction) > 1 else 0)
    return (-magnitude if signed == "-" else magnitude) * SUFFIXES[suffix]


@given(TEXTS)
def test_a_text_is_its_number(parts: tuple[str, int, str, str]) -> None:
    """No number loses anything down to a billionth; below that it is rounded away from zero."""
    quantity = parse_quantity("".join(map(str, parts)))
    number = exact(parts)
    billionths = ceil(abs(number) * 10**9)
    assert Fraction(billionths, 10**9) == abs(number_of(quantity))
    assert (number > 0) - (number < 0) == sign(quantity)


@given(TEXTS)
def test_the_canonical_text_says_the_same(parts: tuple[str, int, str, str]) -> None:
    """Writing and reading again changes nothing, and writing twice gives one text."""
    quantity = parse_quantity("".join(map(str, parts)))
    text = format_quantity(quantity)
    assert 0 == compare_quantities(quantity, parse_quantity(text))
    assert text == format_quantity(parse_quantity(text))


@given(TEXTS, TEXTS)
def test_sums_and_orders_are_those_of_the_numbers(
    left: tuple[str, int, str, str], right: tuple[str, int, str, str]
) -> None:
    """Adding, subtracting, negating and comparing are exact."""
    first, second = (parse_quantity("".join(map(str, parts))) for parts in (left, right))
    one, two = number_of(first), number_of(second)
    assert one + two == number_of(add_quantities(first, second))
    assert one - two == number_of(subtract_quantities(first, second))
    assert -one == number_of(negate_quantity(first))
    assert (one > two) - (one < two) == compare_quantities(first, second)
    assert (one > 0) - (one < 0) == sign(first)


@pytest.mark.parametrize(
    "text, whole, thousandths",
    [
        ("0", 0, 0),
        ("100m", 1, 100),
        ("2", 2, 2000),
        ("0.1", 1, 100),
        ("64Mi", 67_108_864, 67_108_864_000),
        ("1500u", 1, 2),
        ("-1500m", -2, -1500),
        ("-1n", -1, -1),
        ("-1500.0000000001m", 0, -1499),  # wide and negative: upstream truncates, then adds one
        ("12345678901234567", 12_345_678_901_234_567, 12_345_678_901_234_567_000 % 2**64),
        ("1e30", 0, 0),
    ],
)
def test_values_are_rounded_up_as_upstream_does(text: str, whole: int, thousandths: int) -> None:
    """Value and MilliValue, with their short ways for the common texts, and their overflows."""
    wrapped = thousandths - 2**64 if thousandths >= 2**63 else thousandths
    assert (whole, wrapped) == (value(text), milli_value(text))


@given(st.integers(0, 10**11))
def test_the_short_ways_agree_with_the_long_one(number: int) -> None:
    """The fast paths of the hot helpers give what parsing gives."""
    for text in (str(number), f"{number}m"):
        quantity = parse_quantity(text)
        assert (scaled_value(quantity, 0), scaled_value(quantity, -3)) == (value(text), milli_value(text))


@pytest.mark.parametrize(
    "text, message",
    [
        ("", "quantities must match the regular expression"),
        ("1.2.3", "quantities must match the regular expression"),
        ("5 Mi", "quantities must match the regular expression"),
        ("1Mi+", "unable to parse quantity's suffix"),
        ("1mi", "unable to parse quantity's suffix"),
        ("1e", "unable to parse quantity's suffix"),
        ("1e99999999999999999999", "unable to parse quantity's suffix"),
        (".e-30", "unable to parse numeric part of quantity"),
    ],
)
def test_what_is_no_quantity_is_refused(text: str, message: str) -> None:
    """Three messages, which a 422 repeats."""
    with pytest.raises(QuantityError, match=message):
        parse_quantity(text)


def test_binary_suffixes_stay_binary_only_where_nothing_is_lost() -> None:
    """Small or fractional binary numbers are written in decimal."""
    quantities = (
        Quantity(2048, 0, BINARY_SI),
        Quantity(512, 0, BINARY_SI),
        Quantity(10_247, -1, BINARY_SI),
        Quantity(1024, 0, "other"),
    )
    written = [format_quantity(quantity) for quantity in quantities]
    assert ["2Ki", "512", "1024700m", "1024"] == written


def test_a_binary_quantity_is_capped() -> None:
    """Only binary suffixes are capped at the greatest 64-bit number."""
    assert 2**63 - 1 == value("8.5Ei")
    assert "9223372036854775807" == format_quantity(parse_quantity("8.5Ei"))


def test_rounding_goes_away_from_zero() -> None:
    """Whole numbers are as they were, and a wide one takes the exponent that was asked for."""
    assert (Quantity(-2), False) == round_up(Quantity(-11, -1), 0)
    assert (Quantity(2000, -3, wide=True), True) == round_up(Quantity(2, 0, wide=True), -3)


def test_zero_takes_the_others_format() -> None:
    """A sum that starts at zero is written like what is added."""
    assert BINARY_SI == add_quantities(Quantity(0, 0, DECIMAL_SI), Quantity(1024, 0, BINARY_SI)).format


def test_numbers_too_far_apart_are_refused() -> None:
    """Upstream would run out of memory; comparing such numbers needs no digits and works."""
    huge = parse_quantity(f"1e{MAX_DIGITS + 1}")
    assert 1 == compare_quantities(huge, Quantity(1))
    with pytest.raises(QuantityError, match="may have 2000 digits"):
        add_quantities(huge, Quantity(1))
    with pytest.raises(QuantityError, match="may have 2000 digits, not 5000"):
        parse_quantity("1" * 5000)
