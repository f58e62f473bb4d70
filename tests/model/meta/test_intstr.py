"""Integers stand for themselves, percentages for a share of the total."""

from fractions import Fraction
from math import ceil, floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.model.meta.intstr import (
    IntOrStringError,
    get_scaled_value_from_int_or_percent,
)


@given(st.integers(-200, 300), st.integers(0, 5000))
def test_a_percentage_is_an_exact_share(percentage: int, total: int) -> None:
    """Rounding up and down are those of the exact fraction."""
    share = Fraction(percentage * total, 100)
    text = f"{percentage}%"
    assert ceil(share) == get_scaled_value_from_int_or_percent(text, total, round_up=True)
    assert floor(share) == get_scaled_value_from_int_or_percent(text, total, round_up=False)


@given(st.integers(), st.integers(), st.booleans())
def test_an_integer_is_itself(number: int, total: int, round_up: bool) -> None:
    """The total does not matter for an integer."""
    assert number == get_scaled_value_from_int_or_percent(number, total, round_up)


@pytest.mark.parametrize(
    "text, message",
    [
        ("5", "invalid value for IntOrString: invalid type: string is not a percentage"),
        ("%", 'invalid value for IntOrString: invalid value "%": strconv.Atoi: parsing "": invalid syntax'),
        (
            "9999999999999999999%",
            (
                'invalid value for IntOrString: invalid value "9999999999999999999%": '
                'strconv.Atoi: parsing "9999999999999999999": value out of range'
            ),
        ),
    ],
)
def test_other_texts_are_refused_in_upstreams_words(text: str, message: str) -> None:
    """The message ends up in a condition of the Deployment, so it is upstream's."""
    with pytest.raises(IntOrStringError) as refused:
        get_scaled_value_from_int_or_percent(text, 10, round_up=True)
    assert message == str(refused.value)
