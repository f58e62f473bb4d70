"""Inductive invariants: true at first, kept by every transition, and enough for the claim; then it holds for ever.

When a step of that fails, the state found is only possibly reachable: a bounded search from the initial states decides
whether the claim really fails. If it finds nothing, the proof has failed and nothing more is known.
"""

from collections.abc import Iterator

import attrs
import z3

from seatrial.properties.checking.symbolic.answer import Answer, proved, say_change, say_state, unknown
from seatrial.properties.checking.symbolic.bmc import DEPTH, search
from seatrial.properties.checking.symbolic.query import Limits, SolverGaveUpError, find
from seatrial.properties.checking.symbolic.states import concretize
from seatrial.properties.checking.symbolic.system import Clause, Compilation, CountModel, compile_model
from seatrial.properties.checking.symbolic.terms import Term
from seatrial.properties.checking.verdict import VIOLATED


@attrs.frozen
class Induction:
    """The rule: the claim follows from clauses that together are inductive."""

    model: CountModel
    claim: Clause
    invariant: tuple[Clause, ...] = ()
    depth: int = DEPTH
    name: str = "induction"

    def check(self, limits: Limits) -> Answer:
        """PROVED; VIOLATED with a replayed run; UNKNOWN with the step that failed."""
        try:
            failed = first_failure(compile_model(self.model), (*self.invariant, self.claim), limits)
        except SolverGaveUpError as error:
            return unknown(str(error), error.query)
        if not failed:
            return proved(f"inductive, with {len(self.invariant)} more clauses",
                          *(f"always: {each.says}" for each in (*self.invariant, self.claim)))
        found = search(self.model, self.claim, limits, self.depth)
        return found if found.verdict == VIOLATED else unknown(f"{failed}; {found.reason}", found.query)


def first_failure(compilation: Compilation, clauses: tuple[Clause, ...], limits: Limits) -> str:
    """Which clause is not inductive, in words; "" when all of them are. Raises SolverGaveUpError."""
    for each in clauses:
        model = find(limits, compilation.initial, z3.Not(compilation.holds(each.holds)))
        if model is not None:
            return f"'{each.says}' fails at first: {say_state(concretize(model, compilation.state))}"
    before = (compilation.domain, compilation.all_hold(clauses))
    return next(_broken(compilation, clauses, before, limits), "")


def _broken(compilation: Compilation, clauses: tuple[Clause, ...], before: tuple[Term, ...],
            limits: Limits) -> Iterator[str]:
    for each in compilation.transitions:
        after = compilation.all_hold(clauses, each.after)
        model = find(limits, *before, each.guard, z3.Not(after))
        if model is None:
            continue
        old, new = concretize(model, compilation.state), concretize(model, each.after)
        lost = next((clause.says for clause in clauses if not clause.holds(new)), "its range")
        yield (f"'{lost}' is lost by {each.transition.name} in a possibly unreachable state: {say_state(old)}; "
               f"{say_change(old, new)}")
