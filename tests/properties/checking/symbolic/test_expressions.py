"""Expressions on unknown values: attributes, methods, comparison of parts, and what they may not do."""

import enum
from typing import Any

import attrs
import pytest
import z3

from seatrial.properties.checking.symbolic.expressions import equals
from seatrial.properties.checking.symbolic.lift import lift
from seatrial.properties.checking.symbolic.terms import NotLiftableError, SInt

X = SInt(z3.Int("x"))


class Phase(enum.Enum):
    """Two phases."""

    EARLY = 1
    LATE = 2


@attrs.frozen
class Box:
    """A box with a property and a method of its own."""

    held: int
    room: int

    @property
    def free(self) -> int:
        """What still fits."""
        return self.room - self.held if self.held < self.room else 0

    def put(self, count: int) -> "Box":
        """With so many more, as far as they fit."""
        return attrs.evolve(self, held=self.held + min(count, self.free))


def at(term: object, x: int) -> object:
    """What a term comes to."""
    found = z3.simplify(z3.substitute(getattr(term, "term", term), (X.term, z3.IntVal(x))))
    return z3.is_true(found) if z3.is_bool(found) else found.as_long()


@pytest.mark.parametrize("x", [0, 2, 5, 9])
def test_properties_and_methods_are_lifted(x: int) -> None:
    """Their branches too, where nothing was said about them."""
    def use(x: int) -> int:
        return Box(x, 5).put(3).held + Box(x, 5).free

    assert use(x) == at(lift(use)(X), x)


@pytest.mark.parametrize("x", [0, 2, 5])
def test_parts_are_compared(x: int) -> None:
    """Tuples and frozen values, field by field; of other forms they are different."""
    unknown: Any = X
    assert (Box(x, 5) == Box(2, 5)) == at(equals(Box(unknown, 5), Box(2, 5)), x)
    assert ((x, 1) == (5, 1)) == at(equals((X, 1), (5, 1)), x)
    assert not equals((X, 1), (X,))
    assert not equals((X,), [X])


@pytest.mark.parametrize("x", [0, 1])
def test_enums_choose_between_branches(x: int) -> None:
    """As values, not as numbers."""
    def use(x: int) -> int:
        phase = Phase.EARLY if x > 0 else Phase.LATE
        return 10 if phase == Phase.EARLY else 20

    assert use(x) == at(lift(use)(X), x)


def test_what_cannot_be_called_says_so() -> None:
    """With the name of the function and the place."""
    def use(x: int) -> int:
        return len(str(x))

    def unpacks(x: int) -> Any:
        return max(**{"a": x})  # type: ignore[call-overload]  # noqa: PIE804 -- the point

    with pytest.raises(NotLiftableError, match=r"test_expressions.py:\d+: .*calls str with a value that is not known"):
        lift(use)(X)
    with pytest.raises(NotLiftableError, match="makes a dict"):
        lift(unpacks)
    with pytest.raises(NotLiftableError, match="which may not have a value here"):
        lift(lambda x: x + nowhere)(X)  # type: ignore[name-defined]  # noqa: F821 -- the point
