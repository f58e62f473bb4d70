"""Totals and conditions over counts that are not chosen yet: what a filter sees in a solver's world.

A `Form` is a sum of variables with integer weights plus a constant; it is added, multiplied by ints and compared, as
the totals of `seatrial.model.scheduler.framework.Demand` are. Comparing gives a `Formula`, or a plain bool where no
variable is left. Variables are numbers, their values counts of pods. Products of two forms, division and negation are
left out: no filter needs them.

Neither has a truth value: an `if`, `and` or `not` on one would quietly take one branch, so `bool()` raises. Terms are
dicts that nobody changes once they are in a form: comparing with an int shares them, which keeps building cheap.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NoReturn, TypeAlias

Terms: TypeAlias = Mapping[int, int]
Condition: TypeAlias = "Formula | bool"

AT_MOST: Final = "at most"
ALL: Final = "all"
ANY: Final = "any"


class UndecidedError(TypeError):
    """A form or formula was used as a truth value; the message says what to write instead."""


def refuse_truth(what: str) -> NoReturn:
    """Raises: nothing is known yet about a form or a formula."""
    raise UndecidedError(f"{what} has no truth value before a solver has chosen the counts; combine conditions with & "
                         "and |, and keep `if`, `and`, `or` and `not` for what is known of pods and nodes")


class Form:
    """A sum of weighted variables and a constant."""

    __slots__ = ("constant", "terms")

    def __init__(self, terms: Terms, constant: int = 0) -> None:
        self.terms = terms
        self.constant = constant

    def __add__(self, other: "Form | int") -> "Form":
        if isinstance(other, int):
            return Form(self.terms, self.constant + other) if other else self
        return Form(_merged(self.terms, other.terms), self.constant + other.constant)

    __radd__ = __add__

    def __mul__(self, factor: int) -> "Form | int":
        if not isinstance(factor, int):
            return NotImplemented
        if factor == 1:
            return self
        return Form({at: weight * factor for at, weight in self.terms.items()}, self.constant * factor) if factor else 0

    __rmul__ = __mul__

    def __neg__(self) -> "Form":
        return Form({at: -weight for at, weight in self.terms.items()}, -self.constant)

    def __sub__(self, other: "Form | int") -> "Form":
        return self + -other

    def __rsub__(self, other: int) -> "Form":
        return -self + other

    def __le__(self, other: "Form | int") -> Condition:
        return at_most(self, other) if isinstance(other, int) else at_most(self - other, 0)

    def __lt__(self, other: "Form | int") -> Condition:
        return self <= other - 1

    def __ge__(self, other: "Form | int") -> Condition:
        return -self <= -other

    def __gt__(self, other: "Form | int") -> Condition:
        return -self <= -other - 1

    def __eq__(self, other: object) -> Condition:  # type: ignore[override]  # the answer is a formula
        if not isinstance(other, Form | int):
            return NotImplemented
        return both((self <= other, self >= other))

    def __ne__(self, other: object) -> Condition:  # type: ignore[override]  # the answer is a formula
        if not isinstance(other, Form | int):
            return NotImplemented
        return either((self < other, self > other))

    def __hash__(self) -> int:
        return refuse_truth("a total that is not known, as a key of a dict or set,")

    def __bool__(self) -> bool:
        return refuse_truth(f"the total {self}")

    def __repr__(self) -> str:
        return f"<{_said(self.terms, self.constant)}>"


class Formula:
    """A condition: a sum of weighted variables is at most a bound, or all or any of several conditions."""

    __slots__ = ("bound", "op", "parts", "terms")

    def __init__(self, op: str, parts: tuple["Formula", ...], terms: Terms, bound: int) -> None:
        self.op = op
        self.parts = parts
        self.terms = terms
        self.bound = bound

    def __and__(self, other: Condition) -> Condition:
        return both((self, other))

    def __rand__(self, other: Condition) -> Condition:
        return both((other, self))

    def __or__(self, other: Condition) -> Condition:
        return either((self, other))

    def __ror__(self, other: Condition) -> Condition:
        return either((other, self))

    def __bool__(self) -> bool:
        return refuse_truth(f"the condition {self}")

    def __repr__(self) -> str:
        if self.op == AT_MOST:
            return f"<{_said(self.terms, 0)} <= {self.bound}>"
        return f"<{self.op} of {self.parts}>"


def variable(at: int) -> Form:
    """The form that is one variable."""
    return Form({at: 1})


def at_most(form: Form, bound: int) -> Condition:
    """Is the form's value at most the bound?"""
    if not form.terms:
        return form.constant <= bound
    return Formula(AT_MOST, (), form.terms, bound - form.constant)


def both(conditions: Iterable[Condition]) -> Condition:
    """Do all conditions hold?"""
    return _joined(ALL, conditions, neutral=True)


def either(conditions: Iterable[Condition]) -> Condition:
    """Does any condition hold?"""
    return _joined(ANY, conditions, neutral=False)


def _joined(op: str, conditions: Iterable[Condition], *, neutral: bool) -> Condition:
    parts: list[Formula] = []
    for each in conditions:
        if isinstance(each, Formula):
            parts += each.parts if each.op == op else (each,)
        elif each is not neutral:
            return not neutral
    if len(parts) < 2:
        return parts[0] if parts else neutral
    return Formula(op, tuple(parts), {}, 0)


def _merged(one: Terms, two: Terms) -> Terms:
    if len(one) < len(two):
        one, two = two, one
    found = dict(one)
    for at, weight in two.items():
        total = found.get(at, 0) + weight
        if total:
            found[at] = total
        else:
            del found[at]
    return found


def _said(terms: Terms, constant: int) -> str:
    parts = [f"{'' if weight == 1 else f'{weight} '}x{at}" for at, weight in terms.items()]
    return " + ".join([*parts, str(constant)] if constant or not parts else parts)


# Reading.


def value_of(form: Form | int, values: Sequence[int]) -> int:
    """The form's value once every variable has one."""
    if isinstance(form, int):
        return form
    return form.constant + sum(weight * values[at] for at, weight in form.terms.items())


def holds(condition: Condition, values: Sequence[int]) -> bool:
    """Is the condition true once every variable has a value?"""
    if not isinstance(condition, Formula):
        return condition
    if condition.op == AT_MOST:
        return sum(weight * values[at] for at, weight in condition.terms.items()) <= condition.bound
    found = (holds(each, values) for each in condition.parts)
    return all(found) if condition.op == ALL else any(found)


def atoms(condition: Condition) -> Iterator[Formula]:
    """The comparisons of which a condition is made."""
    if isinstance(condition, Formula):
        if condition.op == AT_MOST:
            yield condition
        for each in condition.parts:
            yield from atoms(each)


def restricted(condition: Condition, bounds: Sequence[int]) -> Condition:
    """The condition where every variable is between 0 and its bound: one bound to 0 is left out.

    What then holds, or fails, whatever the values, is a bool.
    """
    if not isinstance(condition, Formula):
        return condition
    if condition.op != AT_MOST:
        parts = [restricted(each, bounds) for each in condition.parts]
        return both(parts) if condition.op == ALL else either(parts)
    terms = {at: weight for at, weight in condition.terms.items() if bounds[at]}
    if sum(weight * bounds[at] for at, weight in terms.items() if weight > 0) <= condition.bound:
        return True
    if sum(weight * bounds[at] for at, weight in terms.items() if weight < 0) > condition.bound:
        return False
    return Formula(AT_MOST, (), terms, condition.bound)


def weakened(condition: Condition) -> Condition:
    """What is left of a condition that once held and has only seen counts grow since.

    A comparison that a growing count can break may have held before and not any more: it says nothing. One that
    growing counts only help still holds.
    """
    if not isinstance(condition, Formula):
        return condition
    if condition.op == AT_MOST:
        return True if any(weight > 0 for weight in condition.terms.values()) else condition
    parts = [weakened(each) for each in condition.parts]
    if all(part is each for part, each in zip(parts, condition.parts, strict=True)):
        return condition
    return both(parts) if condition.op == ALL else either(parts)
