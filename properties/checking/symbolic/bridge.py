"""From a small explored graph to a proof for all counts: what holds in every small state is guessed to hold always.

The native functions walk the states that are reached with small numbers. Candidates are comparisons of two fields that
hold in all of those; Z3 takes away whatever some transition does not keep, until what is left is inductive. If the
claim is still among it, it is proved for all counts, by those comparisons that its proof uses; if not, nothing is
known, unless the claim fails within a few steps.
"""

from collections.abc import Iterator
from functools import partial
from itertools import product
from typing import Any

import attrs
import z3

from seatrial.properties.checking.symbolic.answer import Answer, fields_of, proved, unknown
from seatrial.properties.checking.symbolic.bmc import DEPTH, search
from seatrial.properties.checking.symbolic.query import Limits, SolverGaveUpError, answer, find
from seatrial.properties.checking.symbolic.states import concretize, leaves
from seatrial.properties.checking.symbolic.system import Clause, Compilation, CountModel, compile_model
from seatrial.properties.checking.symbolic.terms import Value
from seatrial.properties.checking.verdict import VIOLATED

MOST_STATES = 500
STARTS = 20


@attrs.frozen
class Bridge:
    """The rule: the claim, with comparisons that hold in every state reached with numbers up to `up_to`."""

    model: CountModel
    claim: Clause
    up_to: int = 3
    name: str = "bridge from a small graph"

    def check(self, limits: Limits) -> Answer:
        """PROVED with the comparisons; VIOLATED with a replayed run; UNKNOWN."""
        compilation = compile_model(self.model)
        try:
            states = small_states(compilation, self.up_to, limits)
            guessed = [self.claim, *(each for each in candidates(states) if all(each.holds(s) for s in states))]
            left = inductive(compilation, guessed, limits)
            used = used_by(compilation, self.claim, left, limits) if self.claim in left else []
        except SolverGaveUpError as error:
            return unknown(str(error), error.query)
        if used:
            return proved(f"checked to {self.up_to} in {len(states)} states, proved for all",
                          *(f"always: {each.says}" for each in used))
        found = search(self.model, self.claim, limits, DEPTH)
        return found if found.verdict == VIOLATED else unknown(
            f"checked to {self.up_to} in {len(states)} states; no comparison of counts makes it inductive")


def small_states(compilation: Compilation, up_to: int, limits: Limits) -> tuple[Value, ...]:
    """The states that the native functions reach from small initial ones with small choices."""
    model = compilation.model
    todo = list(small_starts(compilation, up_to, limits))
    seen = dict.fromkeys(todo)
    while todo and len(seen) < MOST_STATES:
        state = todo.pop(0)
        for each in model.transitions:
            for choices in product(range(up_to + 1), repeat=len(each.choices)):
                if each.enabled(state, *choices):
                    after = each.step(state, *choices)
                    if after not in seen:
                        seen[after] = None
                        todo.append(after)
    return tuple(seen)


def small_starts(compilation: Compilation, up_to: int, limits: Limits) -> Iterator[Value]:
    """Some initial states with small numbers, each found by the solver."""
    terms = [term for term in leaves(compilation.state) if z3.is_int(term)]
    known = [compilation.initial, *(z3.And(term >= 0, term <= up_to) for term in terms)]
    for _ in range(STARTS):
        found = find(limits, *known)
        if found is None:
            return
        known.append(z3.Or([term != found.eval(term, model_completion=True) for term in terms]))
        yield concretize(found, compilation.state)


def candidates(states: tuple[Value, ...]) -> Iterator[Clause]:
    """Comparisons of fields: with 0, and with each other."""
    names = [name for name, value in fields_of(states[0]) if isinstance(value, int) and not isinstance(value, bool)]
    for name in names:
        yield comparison("", name)
    for one, two in product(names, names):
        if one != two:
            yield comparison(one, two)


def comparison(less: str, more: str) -> Clause:
    """One field is no greater than another, or, without a name, 0 is not."""
    return Clause(f"{less or 0} <= {more}", partial(no_greater, less, more))


def no_greater(less: str, more: str, state: Value) -> Any:  # noqa: ANN401 -- bool or symbolic
    """The comparison itself, for plain and for symbolic states."""
    fields = dict(fields_of(state))
    return (fields[less] if less else 0) <= fields[more]


def inductive(compilation: Compilation, guessed: list[Clause], limits: Limits) -> list[Clause]:
    """The largest part of some clauses that is inductive; raises SolverGaveUpError."""
    left = _kept(compilation, guessed, limits)
    changed = True
    while changed:
        changed = False
        for each in compilation.transitions:
            while (found := _broken_by(compilation, each, left, limits)) is not None:
                left, changed = [clause for clause in left if clause.holds(found)], True
    return left


def used_by(compilation: Compilation, claim: Clause, left: list[Clause], limits: Limits) -> list[Clause]:
    """The claim, and those clauses that keeping it needs, and so on; raises SolverGaveUpError."""
    used, todo = [claim], [claim]
    while todo:
        wanted = todo.pop()
        for each in compilation.transitions:
            solver = limits.solver()
            solver.add(compilation.domain, each.guard, z3.Not(_term(compilation, wanted, each.after)))
            for at, clause in enumerate(left):
                solver.assert_and_track(_term(compilation, clause, compilation.state), f"clause {at}")
            if answer(solver) is not None:
                raise ValueError(f"'{wanted.says}' is not kept by {each.transition.name}, which was shown before")
            names = {str(name) for name in solver.unsat_core()}
            new = [clause for at, clause in enumerate(left) if f"clause {at}" in names and clause not in used]
            used, todo = used + new, todo + new
    return used


def _kept(compilation: Compilation, guessed: list[Clause], limits: Limits) -> list[Clause]:
    left = guessed
    while True:
        wrong = z3.Or([z3.Not(_term(compilation, each, compilation.state)) for each in left] or [z3.BoolVal(False)])  # noqa: FBT003
        model = find(limits, compilation.initial, wrong)
        if model is None:
            return left
        state = concretize(model, compilation.state)
        left = [each for each in left if each.holds(state)]


def _broken_by(compilation: Compilation, each: Any, left: list[Clause], limits: Limits) -> Value | None:  # noqa: ANN401
    before = [_term(compilation, clause, compilation.state) for clause in left]
    after = [z3.Not(_term(compilation, clause, each.after)) for clause in left]
    if not left:
        return None
    model = find(limits, compilation.domain, *before, each.guard, z3.Or(after))
    return None if model is None else concretize(model, each.after)


def _term(compilation: Compilation, clause: Clause, state: Value) -> Any:  # noqa: ANN401 -- a term
    """A clause as a term: the guessed ones need no lifting, which is what makes a thousand of them affordable."""
    if isinstance(clause.holds, partial):
        found = clause.holds(state)
        return z3.BoolVal(found) if isinstance(found, bool) else found.term
    return compilation.holds(clause.holds, state)
