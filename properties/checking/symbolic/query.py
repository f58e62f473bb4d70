"""Questions to the solver, each with a time limit: an answer that it does not have is never taken for a yes."""

import attrs
import z3

from seatrial.properties.checking.symbolic.terms import Term

QUERY_SECONDS = 10.0
QUERY_MEGABYTES = 2048


class SolverGaveUpError(Exception):
    """The solver ran out of time or memory; `query` is what it was asked, as SMT-LIB."""

    def __init__(self, why: str, query: str) -> None:
        super().__init__(why)
        self.query = query


@attrs.frozen
class Limits:
    """How long one query may take."""

    seconds: float = QUERY_SECONDS

    def solver(self, logic: str = "", context: Term = None) -> Term:
        """A solver with this limit, in a context of Z3's, the common one by default."""
        solver = z3.SolverFor(logic, context) if logic else z3.Solver(ctx=context)
        solver.set("timeout", max(1, int(self.seconds * 1000)))
        if not logic:  # Spacer does not give up when it meets this limit, it crashes: it has the one of time alone
            solver.set("max_memory", QUERY_MEGABYTES)
        return solver


def find(limits: Limits, *constraints: Term) -> Term | None:
    """A model of the constraints, None when there is none; raises SolverGaveUpError."""
    solver = limits.solver()
    solver.add(*constraints)
    return answer(solver)


def answer(solver: Term) -> Term | None:
    """What a solver that holds its constraints finds; raises SolverGaveUpError."""
    found = solver.check()
    if found == z3.unknown:
        raise SolverGaveUpError(f"the solver gave up: {solver.reason_unknown()}", solver.to_smt2())
    return solver.model() if found == z3.sat else None
