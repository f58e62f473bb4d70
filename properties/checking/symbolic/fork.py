"""A second executor, to check the first: the native function itself runs, once for each way its branches may go.

Wherever Python asks a symbolic value for its truth, the run follows one side that is possible, and the other side
is run later from the start. It explodes where lifting does not (each `or` in a loop doubles the paths), so it serves at
small sizes only: there both must give the same term.
"""

from collections.abc import Callable, Iterator
from typing import Any

import attrs
import z3

from seatrial.properties.checking.symbolic.lift import lift
from seatrial.properties.checking.symbolic.query import Limits, find
from seatrial.properties.checking.symbolic.states import leaves
from seatrial.properties.checking.symbolic.terms import DECIDER, SBool, Term, Value

PATHS = 4096


class TooManyPathsError(RuntimeError):
    """A function that branches too often to be run path by path."""


@attrs.define(eq=False)
class Explorer:
    """One run: the decisions to repeat, those taken so far, and those to be run later."""

    prefix: tuple[bool, ...]
    solver: Term
    taken: list[bool] = attrs.Factory(list)
    conditions: list[Term] = attrs.Factory(list)
    later: list[tuple[bool, ...]] = attrs.Factory(list)

    def decide(self, value: SBool) -> bool:
        """Repeats a decision, or takes a possible one and leaves the other for later."""
        at = len(self.taken)
        if at < len(self.prefix):
            chosen = self.prefix[at]
        else:
            chosen = self.solver.check(value.term) != z3.unsat
            if chosen and self.solver.check(z3.Not(value.term)) != z3.unsat:
                self.later.append((*self.taken, False))
        condition = value.term if chosen else z3.Not(value.term)
        self.taken.append(chosen)
        self.conditions.append(condition)
        self.solver.add(condition)
        return chosen


def paths(function: Callable[..., Any], *arguments: Value, most: int = PATHS) -> Iterator[tuple[Term, Value]]:
    """Each way through the native function: its condition, its result; raises TooManyPathsError."""
    todo: list[tuple[bool, ...]] = [()]
    for _ in range(most):
        if not todo:
            return
        run = Explorer(todo.pop(), Limits().solver())
        token = DECIDER.set(run.decide)
        try:
            found = function(*arguments)
        finally:
            DECIDER.reset(token)
        todo += run.later
        yield z3.And(run.conditions), found
    if todo:
        raise TooManyPathsError(f"{function.__name__} has more than {most} paths: compare it at a smaller size")


def disagreement(function: Callable[..., Any], *arguments: Value, most: int = PATHS) -> Term | None:
    """Values for which the lifted function and some path of the native one differ; None when they never do.

    Raises TooManyPathsError, and SolverGaveUpError.
    """
    lifted = leaves(lift(function)(*arguments))
    for condition, found in paths(function, *arguments, most=most):
        for one, two in zip(lifted, leaves(found), strict=True):
            model = find(Limits(), condition, one != two)
            if model is not None:
                return model
    return None
