"""Queries end in time, and an answer that is not there is never taken for a yes."""

import pytest
import z3

from seatrial.properties.checking.symbolic.query import Limits, SolverGaveUpError, find

X, Y, Z = z3.Ints("x y z")


def test_a_model_or_none() -> None:
    """Of constraints that hold, and of those that cannot."""
    found = find(Limits(), X > 3, X < 5)
    assert found is not None
    assert 4 == found.eval(X).as_long()
    assert None is find(Limits(), X > 3, X < 4)


def test_giving_up_is_an_error_with_the_query() -> None:
    """It can be given to another solver as it is."""
    with pytest.raises(SolverGaveUpError, match="gave up") as raised:
        find(Limits(0.02), X * X * X + Y * Y * Y + Z * Z * Z == 33, X > 10, Y > 10)
    again = z3.Solver()
    again.from_string(raised.value.query)
    assert 3 == len(again.assertions())
