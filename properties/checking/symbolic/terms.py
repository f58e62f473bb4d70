"""Symbolic integers, truth values and enums: what plain Python functions are run on to be proved.

They wrap Z3's terms, which model code never sees: comparing two of those gives an object that counts as true or false
by its looks alone, and an `if` on it would quietly take one branch. Here `bool()` of a symbolic value raises with the
place in the code, unless an executor that forks (`seatrial.properties.checking.symbolic.fork`) decides it.

Integers are mathematical, without a largest one: replica counts, seconds and percentages stay far below 2**31, where
Go's and Python's agree. `//` and `%` are Python's, which for a positive divisor are SMT-LIB's too; others are refused.
"""

import enum
import inspect
from collections.abc import Callable
from contextvars import ContextVar
from pathlib import Path
from typing import Any, TypeAlias

import attrs
import z3

HERE = Path(__file__).parent
EVALUATOR = "expressions.py"
"""The module that runs lifted code: it names the line of the construct itself."""
Term: TypeAlias = Any
Value: TypeAlias = Any
Bool: TypeAlias = "SBool | bool"
Decide: TypeAlias = Callable[["SBool"], bool]

DECIDER: ContextVar[Decide | None] = ContextVar("decider", default=None)
"""Who decides the truth of a symbolic value: nobody, or the executor that forks."""


class NotLiftableError(TypeError):
    """Code that cannot be run on symbolic values: where, what, and how to write it instead."""


class SymbolicBranchError(NotLiftableError):
    """A symbolic value was used as a plain truth value, outside lifted code."""


def calling_place() -> str:
    """The file and line of the nearest caller outside of this package; "" in lifted code, which has its own."""
    frame = inspect.currentframe()
    while frame is not None and Path(frame.f_code.co_filename).is_relative_to(HERE):
        if Path(frame.f_code.co_filename).name == EVALUATOR:
            return ""
        frame = frame.f_back
    return "" if frame is None else f"{frame.f_code.co_filename}:{frame.f_lineno}: "


class SInt:
    """An integer that is not known yet."""

    __slots__ = ("term",)

    def __init__(self, term: Term) -> None:
        self.term = term

    def __add__(self, other: Value) -> Value:
        return _calculate(other, lambda to: self.term + to)

    __radd__ = __add__

    def __sub__(self, other: Value) -> Value:
        return _calculate(other, lambda to: self.term - to)

    def __rsub__(self, other: Value) -> Value:
        return _calculate(other, lambda to: to - self.term)

    def __mul__(self, other: Value) -> Value:
        return _calculate(other, lambda to: self.term * to)

    __rmul__ = __mul__

    def __floordiv__(self, other: Value) -> Value:
        return integer(self.term / _divisor(other))

    def __mod__(self, other: Value) -> Value:
        return integer(self.term % _divisor(other))

    def __rfloordiv__(self, other: Value) -> Value:
        return _divisor(self)

    __rmod__ = __rfloordiv__

    def __neg__(self) -> Value:
        return integer(-self.term)

    def __pos__(self) -> "SInt":
        return self

    def __abs__(self) -> Value:
        return integer(z3.If(self.term >= 0, self.term, -self.term))

    def __lt__(self, other: Value) -> Value:
        return _compare(other, lambda to: self.term < to)

    def __le__(self, other: Value) -> Value:
        return _compare(other, lambda to: self.term <= to)

    def __gt__(self, other: Value) -> Value:
        return _compare(other, lambda to: self.term > to)

    def __ge__(self, other: Value) -> Value:
        return _compare(other, lambda to: self.term >= to)

    def __eq__(self, other: object) -> Value:  # the answer is a term
        return _compare(other, lambda to: self.term == to)

    def __ne__(self, other: object) -> Value:  # the answer is a term
        return _compare(other, lambda to: self.term != to)

    def __bool__(self) -> bool:
        return bool(truth(self))

    def __index__(self) -> int:
        raise NotLiftableError(f"{calling_place()}a count that is not known is used as a place in a tuple or as the "
                               "length of a range; compare it with each place that there is instead")

    def __hash__(self) -> int:
        raise NotLiftableError(f"{calling_place()}an integer that is not known is used as a key; use keys that are "
                               "known, and let the values be unknown")

    def __repr__(self) -> str:
        return f"<{self.term}>"


class SBool:
    """A truth value that is not known yet."""

    __slots__ = ("term",)

    def __init__(self, term: Term) -> None:
        self.term = term

    def __bool__(self) -> bool:
        decide = DECIDER.get()
        if decide is None:
            raise SymbolicBranchError(
                f"{calling_place()}a branch depends on a value that is not known, outside lifted code; call the "
                "function through lift(function), so that both branches are followed")
        return decide(self)

    def __eq__(self, other: object) -> Value:  # the answer is a term
        return truth_value(self.term == bool_term(other)) if isinstance(other, bool | SBool) else False

    def __ne__(self, other: object) -> Value:  # the answer is a term
        return not_(self == other)

    def __and__(self, other: Value) -> Value:
        return and_(self, other) if isinstance(other, bool | SBool) else NotImplemented

    __rand__ = __and__

    def __or__(self, other: Value) -> Value:
        return or_(self, other) if isinstance(other, bool | SBool) else NotImplemented

    __ror__ = __or__

    def __add__(self, other: Value) -> Value:
        return integer(int_term(self)) + other

    __radd__ = __add__

    def __hash__(self) -> int:
        raise NotLiftableError(f"{calling_place()}a truth value that is not known is used as a key")

    def __repr__(self) -> str:
        return f"<{self.term}>"


class SEnum:
    """A member of an enum that is not known yet: its place in the order of definition."""

    __slots__ = ("kind", "term")

    def __init__(self, kind: type[enum.Enum], term: Term) -> None:
        self.kind = kind
        self.term = term

    def __eq__(self, other: object) -> Value:  # the answer is a term
        return truth_value(self.term == enum_term(other)) if enum_kind(other) is self.kind else False

    def __ne__(self, other: object) -> Value:  # the answer is a term
        return not_(self == other)

    def __hash__(self) -> int:
        raise NotLiftableError(f"{calling_place()}a member of {self.kind.__name__} that is not known is used as a key")

    def __repr__(self) -> str:
        return f"<{self.kind.__name__} {self.term}>"


SYMBOLIC = (SInt, SBool, SEnum)


def integer(term: Term) -> Value:
    """A Python int if the term is a number, else an SInt."""
    return term.as_long() if z3.is_int_value(term) else SInt(term)


def truth_value(term: Term) -> Bool:
    """A Python bool if the term is plainly true or false, else an SBool."""
    if z3.is_true(term):
        return True
    return False if z3.is_false(term) else SBool(term)


def int_term(value: Value) -> Term:
    """Z3's term for an integer, or for a truth value that is counted; None for anything else."""
    match value:
        case SInt():
            return value.term
        case SBool():
            return z3.If(value.term, z3.IntVal(1), z3.IntVal(0))
        case int():
            return z3.IntVal(int(value))
    return None


def bool_term(value: Value) -> Term:
    """Z3's term for a truth value; an integer is true unless it is 0."""
    if isinstance(value, SBool):
        return value.term
    if isinstance(value, SInt):
        return value.term != 0
    return z3.BoolVal(bool(value))


def enum_kind(value: Value) -> type[enum.Enum] | None:
    """The enum that a value is a member of; None for anything else."""
    if isinstance(value, SEnum):
        return value.kind
    return type(value) if isinstance(value, enum.Enum) else None


def enum_term(value: Value) -> Term:
    """Z3's term for a member of an enum."""
    if isinstance(value, SEnum):
        return value.term
    members: list[Value] = list(value.__class__)
    return z3.IntVal(members.index(value))


def _calculate(other: Value, operation: Callable[[Term], Term]) -> Value:
    term = int_term(other)
    return NotImplemented if term is None else integer(operation(term))


def _compare(other: Value, operation: Callable[[Term], Term]) -> Value:
    term = int_term(other)
    return NotImplemented if term is None else truth_value(operation(term))


def _divisor(value: Value) -> Term:
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return z3.IntVal(value)
    what = "a number that is not known and may be 0" if isinstance(value, SYMBOLIC) else repr(value)
    raise NotLiftableError(f"{calling_place()}divides by {what}; divide by a positive constant, or let the quotient be "
                           "a parameter of the proof with quotient * divisor <= dividend among the hypotheses")


# Truth, without branching.


def truth(value: Value) -> Bool:
    """A value as a condition."""
    if isinstance(value, SInt):
        return truth_value(bool_term(value))
    return value if isinstance(value, SBool) else bool(value)


def not_(value: Bool) -> Bool:
    """Not."""
    if not isinstance(value, SBool):
        return not value
    return SBool(value.term.arg(0) if z3.is_not(value.term) else z3.Not(value.term))


def and_(*values: Bool) -> Bool:
    """All of them."""
    open_ = [value for value in values if isinstance(value, SBool)]
    if any(not isinstance(value, SBool) and not value for value in values):
        return False
    if len(open_) < 2:
        return open_[0] if open_ else True
    return SBool(z3.And([value.term for value in open_]))


def or_(*values: Bool) -> Bool:
    """Any of them."""
    open_ = [value for value in values if isinstance(value, SBool)]
    if any(not isinstance(value, SBool) and value for value in values):
        return True
    if len(open_) < 2:
        return open_[0] if open_ else False
    return SBool(z3.Or([value.term for value in open_]))


def implies(one: Bool, two: Bool) -> Bool:
    """The second, if the first."""
    return or_(not_(one), two)


# Either of two values, by a condition.


@attrs.frozen(eq=False)
class Mixed:
    """What two branches leave in one variable that has no common form; an error only if it is used."""

    why: str


def merge(condition: Bool, one: Value, two: Value) -> Value:
    """The first value where the condition holds, else the second: field by field, item by item."""
    if not isinstance(condition, SBool):
        return one if condition else two
    if one is two:
        return one
    if isinstance(one, bool | SBool) and isinstance(two, bool | SBool):
        return _merge_truths(condition, one, two)
    if isinstance(one, int | SInt) and isinstance(two, int | SInt) and not isinstance(one, enum.Enum):
        first, second = int_term(one), int_term(two)
        return one if first.eq(second) else integer(z3.If(condition.term, first, second))
    if (kind := enum_kind(one)) is not None and enum_kind(two) is kind:
        first, second = enum_term(one), enum_term(two)
        return one if first.eq(second) else SEnum(kind, z3.If(condition.term, first, second))
    return _merge_parts(condition, one, two)


def _merge_truths(condition: SBool, one: Bool, two: Bool) -> Bool:
    first, second = bool_term(one), bool_term(two)
    return one if first.eq(second) else truth_value(z3.If(condition.term, first, second))


def _merge_parts(condition: SBool, one: Value, two: Value) -> Value:
    if isinstance(one, Mixed) or isinstance(two, Mixed) or type(one) is not type(two):
        return Mixed(f"a {_name(one)} in one branch and a {_name(two)} in another")
    if isinstance(one, tuple | list):
        if len(one) != len(two):
            return Mixed(f"{len(one)} items in one branch and {len(two)} in another")
        return type(one)(merge(condition, first, second) for first, second in zip(one, two, strict=True))
    if attrs.has(type(one)):
        return type(one)(**{field.alias: merge(condition, getattr(one, field.name), getattr(two, field.name))
                            for field in attrs.fields(type(one))})
    return one if one == two else Mixed(f"{one!r} in one branch and {two!r} in another")


def _name(value: Value) -> str:
    return "value of several forms" if isinstance(value, Mixed) else type(value).__name__


def is_symbolic(value: Value) -> bool:
    """Is anything in it not known yet?"""
    if isinstance(value, (*SYMBOLIC, Mixed)):
        return True
    if isinstance(value, tuple | list):
        return any(is_symbolic(each) for each in value)
    if attrs.has(type(value)):
        return any(is_symbolic(getattr(value, field.name)) for field in attrs.fields(type(value)))
    return False
