"""Bounded search: the shortest run from an initial state to one where a claim fails.

It finds, and never proves: that nothing was found within some steps says no more than that.
"""

from collections.abc import Iterator
from time import monotonic
from typing import TypeAlias

import attrs
import z3

from seatrial.properties.checking.symbolic.answer import Answer, Taken, refuted_by, unknown, violated
from seatrial.properties.checking.symbolic.query import Limits, SolverGaveUpError, answer
from seatrial.properties.checking.symbolic.states import at_step, concretize, leaves
from seatrial.properties.checking.symbolic.system import Clause, Compilation, CountModel, Predicate, compile_model
from seatrial.properties.checking.symbolic.terms import Term, Value

DEPTH = 12
SEARCH_SECONDS = 20.0
SMALL = 4
Found: TypeAlias = tuple[tuple[Value, ...], tuple[Taken, ...]]


@attrs.frozen
class Bmc:
    """The rule: look for a run of at most `depth` steps that breaks the claim."""

    model: CountModel
    claim: Clause
    depth: int = DEPTH
    name: str = "bounded search"

    def check(self, limits: Limits) -> Answer:
        """VIOLATED with the shortest run, or UNKNOWN."""
        return search(self.model, self.claim, limits, self.depth)


@attrs.frozen(eq=False)
class Unrolled:
    """The variables of a run, step by step: states, which transition, its choices."""

    compilation: Compilation
    states: list[Value]
    which: list[Term]
    chosen: list[tuple[tuple[Term, ...], ...]]

    def rename(self, term: Term, step: int) -> Term:
        """A term over the model's own variables, as one over those of a step."""
        now = leaves(self.states[step])
        pairs = list(zip(leaves(self.compilation.state), now, strict=True))
        if step < len(self.chosen):
            for each, chosen in zip(self.compilation.transitions, self.chosen[step], strict=True):
                pairs += [(old.term, new) for old, new in zip(each.choices, chosen, strict=True)]
        return z3.substitute(term, *pairs)


def unroll(compilation: Compilation) -> Unrolled:
    """A run of no steps."""
    return Unrolled(compilation, [at_step(compilation.state, 0)], [], [])


def extend(run: Unrolled) -> Iterator[Term]:
    """One more step: the constraints that tie its variables to the state before."""
    at = len(run.which)
    transitions = run.compilation.transitions
    run.states.append(at_step(run.compilation.state, at + 1))
    run.which.append(z3.Int(f"which@{at}"))
    run.chosen.append(tuple(tuple(z3.Int(f"{choice.term}@{at}") for choice in each.choices) for each in transitions))
    yield z3.And(run.which[at] >= 0, run.which[at] < len(transitions))
    after = leaves(run.states[at + 1])
    for number, each in enumerate(transitions):
        same = [new == run.rename(term, at) for new, term in zip(after, each.after_terms, strict=True)]
        yield z3.Implies(run.which[at] == number, z3.And(run.rename(each.guard, at), *same))


def read(run: Unrolled, model: Term) -> tuple[tuple[Value, ...], tuple[Taken, ...]]:
    """The states and transitions of a run that the solver found."""
    states = tuple(concretize(model, each) for each in run.states)
    taken = []
    for which, chosen in zip(run.which, run.chosen, strict=True):
        number = model.eval(which, model_completion=True).as_long()
        values = tuple(model.eval(each, model_completion=True).as_long() for each in chosen[number])
        taken.append(Taken(run.compilation.transitions[number].transition.name, values))
    return states, tuple(taken)


def search(model: CountModel, claim: Clause, limits: Limits, depth: int = DEPTH,
           seconds: float = SEARCH_SECONDS) -> Answer:
    """The shortest run that breaks a claim, replayed; UNKNOWN when there is none within the depth or the time."""
    found = reach(model, lambda compilation: z3.Not(compilation.holds(claim.holds)), limits, depth, seconds)
    if isinstance(found, Answer):
        return found
    return violated(refuted_by(model, claim, *found))


def reach(model: CountModel, target: Predicate, limits: Limits, depth: int,
          seconds: float) -> Found | Answer:
    """The shortest run to a state in which a term, given by the compilation, holds.

    Runs that begin with small numbers, and choose such, are looked for first: they are quicker to find and to read.
    """
    found: Found | Answer = unknown("nothing was looked for")
    for small in (True, False):
        found = _reach(model, target, limits, depth, seconds, small=small)
        if not isinstance(found, Answer):
            return found
    return found


def _reach(model: CountModel, target: Predicate, limits: Limits, depth: int, seconds: float, *,
           small: bool) -> Found | Answer:
    compilation = compile_model(model)
    run, solver = unroll(compilation), limits.solver()
    solver.add(run.rename(compilation.initial, 0))
    if small:
        solver.add(*(is_small(each) for each in leaves(run.states[0])))
    wanted, until = target(compilation), monotonic() + seconds
    for at in range(depth + 1):
        if monotonic() > until:
            return unknown(f"no run found in {seconds:.0f} s, which is as far as {at - 1} steps")
        solver.push()
        solver.add(run.rename(wanted, at))
        try:
            found = answer(solver)
        except SolverGaveUpError as error:
            return unknown(f"{error} after {at} steps", error.query)
        if found is not None:
            return read(run, found)
        solver.pop()
        solver.add(*extend(run))
        if small:
            solver.add(*(is_small(each) for chosen in run.chosen[-1] for each in chosen))
    return unknown(f"no run of up to {depth} steps breaks it: that is no proof")


def is_small(term: Term) -> Term:
    """A number between 0 and SMALL; anything, for a truth value."""
    return z3.BoolVal(True) if z3.is_bool(term) else z3.And(term >= 0, term <= SMALL)  # noqa: FBT003 -- z3's signature
