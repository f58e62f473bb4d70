"""Python's own functions on unknown values, and what a comprehension of unknown length may be used for."""

import pytest
import z3

from seatrial.properties.checking.symbolic.builtin import LIFTED, Guarded, lifted_len, lifted_sum, lifted_tuple
from seatrial.properties.checking.symbolic.lift import lift
from seatrial.properties.checking.symbolic.terms import NotLiftableError, SBool, SInt

X = SInt(z3.Int("x"))
SOME = Guarded(((SBool(X.term > 3), 10), (True, 1)))


@pytest.mark.parametrize(("x", "total", "count"), [(4, 11, 2), (3, 1, 1)])
def test_what_is_there_is_added_up_and_counted(x: int, total: int, count: int) -> None:
    """Each item under its condition."""
    pair = (X.term, z3.IntVal(x))
    assert total == z3.simplify(z3.substitute(lifted_sum(SOME).term, pair)).as_long()
    assert count == z3.simplify(z3.substitute(lifted_len(SOME).term, pair)).as_long()


def test_a_sequence_of_unknown_length_is_no_tuple() -> None:
    """Nor are its least or its first known; the message says how to count instead."""
    for use in (lifted_tuple, LIFTED[list], LIFTED[max]):
        with pytest.raises(NotLiftableError, match="count those that matter"):
            use(SOME)
    with pytest.raises(NotLiftableError, match=r"test_builtin.py:\d+: "):
        lift(lambda x: tuple(each for each in (1, 2) if each > x))(X)


def test_on_known_values_they_are_pythons() -> None:
    """Every one of them."""
    assert (1, 3, 6, True, False, 3) == (LIFTED[min]((3, 1, 2)), LIFTED[max](3, 1), LIFTED[sum]((1, 2, 3)),
                                         LIFTED[any]((0, 1)), LIFTED[all]((0, 1)), LIFTED[len]((1, 2, 3)))
    assert (3, True, 2, (1, 2), [1, 2]) == (LIFTED[abs](-3), LIFTED[bool](2), LIFTED[int](2), LIFTED[tuple]([1, 2]),
                                            LIFTED[list]((1, 2)))
