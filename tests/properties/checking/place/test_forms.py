"""Forms and formulas mean what ints and bools do, for all values of their variables."""

import operator
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.properties.checking.place.forms import (
    Condition,
    Form,
    Formula,
    UndecidedError,
    atoms,
    both,
    either,
    holds,
    restricted,
    value_of,
    variable,
    weakened,
)

VARIABLES = 3
small = st.integers(-4, 4)
values = st.lists(st.integers(0, 3), min_size=VARIABLES, max_size=VARIABLES)
COMPARE = (operator.le, operator.lt, operator.ge, operator.gt, operator.eq, operator.ne)
Term = Callable[[Sequence[int]], int]
Both = tuple[Form | int, Term]


def total(weights: list[int], constant: int) -> Both:
    """A weighted sum as a form, made by the algebra alone, and as a function of the values."""
    form: Form | int = constant
    for at, weight in enumerate(weights):
        form = form + variable(at) * weight
    return form, lambda chosen: constant + sum(map(operator.mul, weights, chosen))


totals = st.builds(total, st.lists(small, min_size=VARIABLES, max_size=VARIABLES), small)


@st.composite
def conditions(draw: st.DrawFn, depth: int = 2) -> tuple[Condition, Callable[[Sequence[int]], bool]]:
    """A condition as a formula and as a function of the values."""
    if depth == 0 or draw(st.booleans()):
        (one, first), (two, second), compare = draw(totals), draw(totals), draw(st.sampled_from(COMPARE))
        return compare(one, two), lambda chosen: bool(compare(first(chosen), second(chosen)))
    (one_, first_), (two_, second_) = draw(conditions(depth - 1)), draw(conditions(depth - 1))
    combine = draw(st.sampled_from((operator.and_, operator.or_)))
    return combine(one_, two_), lambda chosen: bool(combine(first_(chosen), second_(chosen)))


@given(totals, totals, small, values)
def test_sums_and_products_are_those_of_ints(one: Both, two: Both, factor: int, chosen: list[int]) -> None:
    """Adding, subtracting, negating, multiplying by an int; from either side."""
    (form, function), (other, second) = one, two
    first, more = function(chosen), second(chosen)
    for expected, found in ((first + more, form + other), (first - more, form - other), (-first, -form),
                            (first * factor, form * factor), (factor * first, factor * form), (factor - first,
                            factor - form), (factor + first, sum((form,), start=factor))):
        assert expected == value_of(found, chosen)


@given(conditions(), values)
def test_conditions_are_those_of_ints(condition: tuple[Condition, Callable[[Sequence[int]], bool]],
                                      chosen: list[int]) -> None:
    """All comparisons, and conditions combined with & and |, plain bools among them."""
    formula, function = condition
    assert function(chosen) == holds(formula, chosen)


@given(conditions(), values, values)
def test_a_restricted_condition_is_the_same_within_bounds(
        condition: tuple[Condition, Callable[[Sequence[int]], bool]], chosen: list[int], bounds: list[int]) -> None:
    """And a variable whose bound is 0 is gone."""
    within = [min(value, bound) for value, bound in zip(chosen, bounds, strict=True)]
    found = restricted(condition[0], bounds)
    assert holds(condition[0], within) == holds(found, within)
    assert all(bounds[at] for atom in atoms(found) for at in atom.terms)


@given(conditions(), values, values)
def test_what_once_held_is_weakened_to_what_still_holds(
        condition: tuple[Condition, Callable[[Sequence[int]], bool]], before: list[int], grown: list[int]) -> None:
    """Whatever the counts grow to."""
    after = [value + more for value, more in zip(before, grown, strict=True)]
    assert not holds(condition[0], before) or holds(weakened(condition[0]), after)


def test_weakening_is_not_idle() -> None:
    """Negative control: a bound from above may not hold any more, one from below does."""
    above, below = variable(0) <= 1, variable(0) >= 1
    assert weakened(above) is True
    assert weakened(below) is below
    assert weakened(both((above, below))) is below
    assert weakened(either((above, below))) is True


def test_nothing_without_a_value_has_a_truth_value() -> None:
    """Neither forms nor formulas, nor forms as keys; the message says what to write."""
    for use in (lambda: bool(variable(0)), lambda: bool(variable(0) <= 1), lambda: {variable(0): 1},
                lambda: variable(0) <= 1 and True):
        with pytest.raises(UndecidedError, match="combine conditions with & and"):
            use()


def test_what_has_no_variable_is_plain() -> None:
    """Comparing gives a bool, multiplying by 0 an int; other types are refused."""
    x = variable(0)
    assert (x - x <= 0) is True
    assert (x - x < 0) is False
    assert 0 == x * 0
    assert isinstance(x <= 1, Formula)
    assert (True & (x <= 1)) is not True
    assert (False & (x <= 1)) is False
    assert (True | (x <= 1)) is True
    with pytest.raises(TypeError):
        x * "2"  # type: ignore[operator]
    assert "<2 x0 + x1 + 3>" == repr(x * 2 + variable(1) + 3)
    assert "<x0 <= 1>" == repr(x <= 1)
