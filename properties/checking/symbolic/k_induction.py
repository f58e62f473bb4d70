"""k-induction: the claim holds in the first k states of every run, and wherever it holds k times in a row, once more.

Only runs without a repeated state are looked at in the step: any other run is as long as one of those. It needs no
invariant where plain induction would, but each k makes the query larger.
"""

import attrs
import z3

from seatrial.properties.checking.symbolic.answer import Answer, proved, unknown
from seatrial.properties.checking.symbolic.bmc import DEPTH, extend, search, unroll
from seatrial.properties.checking.symbolic.query import Limits, SolverGaveUpError, answer
from seatrial.properties.checking.symbolic.states import equal
from seatrial.properties.checking.symbolic.system import Clause, Compilation, CountModel, compile_model
from seatrial.properties.checking.verdict import VIOLATED

MOST = 5


@attrs.frozen
class KInduction:
    """The rule: the claim is k-inductive for some k up to `most`, with the help of some clauses."""

    model: CountModel
    claim: Clause
    invariant: tuple[Clause, ...] = ()
    most: int = MOST
    name: str = "k-induction"

    def check(self, limits: Limits) -> Answer:
        """PROVED with the k; VIOLATED with a replayed run; UNKNOWN."""
        compilation, clauses = compile_model(self.model), (*self.invariant, self.claim)
        for k in range(1, self.most + 1):
            try:
                if holds_at_first(compilation, clauses, k, limits) and holds_again(compilation, clauses, k, limits):
                    return proved(f"k-inductive with k = {k}", *(f"always: {each.says}" for each in clauses))
            except SolverGaveUpError as error:
                return unknown(f"{error} with k = {k}", error.query)
        found = search(self.model, self.claim, limits, DEPTH)
        return found if found.verdict == VIOLATED else unknown(f"not k-inductive up to {self.most}; {found.reason}")


def holds_at_first(compilation: Compilation, clauses: tuple[Clause, ...], k: int, limits: Limits) -> bool:
    """Do the clauses hold in the first k states of every run? Raises SolverGaveUpError."""
    run, solver = unroll(compilation), limits.solver()
    solver.add(run.rename(compilation.initial, 0))
    wrong = z3.Not(compilation.all_hold(clauses))
    for at in range(k):
        solver.push()
        solver.add(run.rename(wrong, at))
        if answer(solver) is not None:
            return False
        solver.pop()
        solver.add(*extend(run))
    return True


def holds_again(compilation: Compilation, clauses: tuple[Clause, ...], k: int, limits: Limits) -> bool:
    """After k states in a row in which they hold, do they hold in the next? Raises SolverGaveUpError."""
    run, solver = unroll(compilation), limits.solver()
    holds = z3.And(compilation.domain, compilation.all_hold(clauses))
    for at in range(k):
        solver.add(run.rename(holds, at), *extend(run))
        solver.add(*(z3.Not(equal(run.states[before], run.states[at]).term) for before in range(at)))
    solver.add(run.rename(z3.Not(holds), k))
    return answer(solver) is None
