"""Symbolic values: arithmetic and truth as Python has them, and nothing that could quietly go one way."""

import pytest
import z3
from hypothesis import given
from hypothesis import strategies as st

from seatrial.properties.checking.symbolic.terms import (
    Mixed,
    NotLiftableError,
    SBool,
    SEnum,
    SInt,
    SymbolicBranchError,
    and_,
    implies,
    is_symbolic,
    merge,
    not_,
    or_,
)
from tests.properties.checking.symbolic.toys import Jobs, Light

X, Y = SInt(z3.Int("x")), SInt(z3.Int("y"))
NUMBERS = st.integers(-50, 50)


def value(found: SInt | SBool | int, x: int, y: int) -> int | bool:
    """What a term comes to for these values."""
    if isinstance(found, int):
        return found
    term = z3.simplify(z3.substitute(found.term, (X.term, z3.IntVal(x)), (Y.term, z3.IntVal(y))))
    return z3.is_true(term) if z3.is_bool(term) else int(term.as_long())


@given(NUMBERS, NUMBERS, st.integers(1, 9))
def test_arithmetic_is_pythons(x: int, y: int, by: int) -> None:
    """Sums, products, and divisions by a positive number, of values below 0 too."""
    assert (x + y - 3) * by == value((X + Y - 3) * by, x, y)
    assert (5 - x, -y, abs(x)) == (value(5 - X, x, y), value(-Y, x, y), value(abs(X), x, y))
    assert (x // by, x % by) == (value(X // by, x, y), value(X % by, x, y))


@given(NUMBERS, NUMBERS)
def test_comparisons_are_pythons(x: int, y: int) -> None:
    """Each of the six, and what is made of them."""
    pairs = [(X < Y, x < y), (X <= Y, x <= y), (X > Y, x > y), (X >= Y, x >= y), (X == Y, x == y), (X != Y, x != y)]
    for symbolic, plain in pairs:
        assert plain == value(symbolic, x, y)
        assert (not plain) == value(not_(symbolic), x, y)
    assert (x < y and x > 0) == value(and_(X < Y, X > 0), x, y)
    assert (x < y or x > 0) == value(or_(X < Y, X > 0), x, y)
    assert (x >= y or x > 0) == value(implies(X < Y, X > 0), x, y)
    assert (x < y) + 1 == value((X < Y) + 1, x, y)


def test_a_branch_on_an_unknown_value_says_where() -> None:
    """It never goes one way in silence; the message names this file."""
    with pytest.raises(SymbolicBranchError, match=r"test_terms.py:\d+: a branch depends on a value"):
        bool(X == 1)
    with pytest.raises(SymbolicBranchError, match="lift"):
        bool(X)


@pytest.mark.parametrize("by", [0, -3, Y])
def test_a_division_that_may_not_be_pythons_is_refused(by: object) -> None:
    """By 0, by a negative number, by an unknown one; the message says what to do."""
    with pytest.raises(NotLiftableError, match=r"test_terms.py:\d+: divides by .*positive constant"):
        _ = X // by
    with pytest.raises(NotLiftableError, match="divides by"):
        _ = X % by


def test_an_unknown_value_is_no_key_and_no_index() -> None:
    """Neither of a dict nor of a tuple."""
    for broken in (lambda: {X: 1}, lambda: {X == 1: 1}, lambda: (1, 2)[X], lambda: range(X)):
        with pytest.raises(NotLiftableError, match=r"test_terms\.py"):
            broken()


def test_known_results_are_plain() -> None:
    """What does not depend on anything unknown is a Python value, so that branches on it need no term."""
    known = {"yes": True, "no": False}
    assert False is and_(known["no"], X == 1)
    assert True is or_(known["yes"], X == 1)
    assert 3 == merge(known["yes"], 3, X)


def test_two_values_are_merged_part_by_part() -> None:
    """Fields and items; what has no common form is an error only when it is used."""
    found = merge(X > 0, Jobs(1, 2, 3, 4), Jobs(1, 0, 3, 9))
    assert (1, 3) == (found.limit, found.doing)
    assert [(2, 4), (0, 9)] == [(value(found.todo, x, 0), value(found.done, x, 0)) for x in (1, -1)]
    assert isinstance(merge(X > 0, (1,), (1, 2)), Mixed)
    assert isinstance(merge(X > 0, None, 1), Mixed)
    light = merge(X > 0, Light.RED, Light.AMBER)
    assert isinstance(light, SEnum)
    assert value(light == Light.RED, 1, 0)
    assert not value(light == Light.RED, 0, 0)
    assert not isinstance(light == 3, SBool)


def test_what_is_symbolic_is_seen_in_every_part() -> None:
    """In a field, and in a tuple."""
    assert is_symbolic(merge(X > 0, Jobs(1, 2, 3, 4), Jobs(1, 2, 9, 4)))
    assert is_symbolic((1, (X,)))
    assert not is_symbolic((1, Jobs(1, 2, 3, 4), "text"))
