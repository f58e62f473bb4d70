"""Asks OR-Tools' CP-SAT for a solution of a problem; an optional back-end.

Counts are bounded integers, and a condition with a guard hangs on a truth value that says whether any of its owners is
there. One worker and a fixed seed: the same question gets the same answer, unless its time runs out. CP-SAT is not
among what seatrial needs: `pip install 'seatrial[cpsat]'` brings it.
"""

from collections.abc import Iterable
from importlib import import_module
from importlib.util import find_spec
from typing import Any, TypeAlias

import attrs

from seatrial.properties.checking.place.forms import ALL, AT_MOST, Formula
from seatrial.properties.checking.place.lower_z3 import Asked
from seatrial.properties.checking.place.problem import Guarded, Problem

CPSAT = "CP-SAT counts"
Term: TypeAlias = Any


class NoSolverError(Exception):
    """The back-end is not installed; the message says how to get it."""


@attrs.frozen(eq=False)
class Model:
    """CP-SAT's model, its variable for each of ours, and OR-Tools' module."""

    cp: Term
    model: Term
    variables: dict[int, Term]


def is_installed() -> bool:
    """Is OR-Tools there?"""
    return find_spec("ortools") is not None


def new_model(problem: Problem) -> Model:
    """The problem in CP-SAT's terms; raises NoSolverError."""
    if not is_installed():
        raise NoSolverError("the back-end cpsat needs OR-Tools, which is not installed; run pip install "
                            "'seatrial[cpsat]', or use the back-end z3")
    cp = import_module("ortools.sat.python.cp_model")
    model = cp.CpModel()
    variables = {at: model.new_int_var(0, problem.bounds[at], f"x{at}") for at in problem.variables}
    made = Model(cp, model, variables)
    for each in problem.sums:
        model.add(total(made, dict.fromkeys(each.variables, 1)) == each.total)
    for formula in problem.always:
        require(made, formula)
    for guarded in problem.guarded:
        require_guarded(made, guarded)
    return made


def ask_cpsat(problem: Problem, *, seconds: float, work: float = 0.0) -> Asked:
    """One question to CP-SAT; `work` limits it in CP-SAT's own seconds (0: not at all).

    With a limit it is asked plainly: what it does to prepare for a long search takes longer than a small one.
    """
    made = new_model(problem)
    solver, status = solve(made, seconds, work)
    if status == made.cp.INFEASIBLE:
        return Asked(none=True)
    if status not in (made.cp.OPTIMAL, made.cp.FEASIBLE):
        return Asked()
    return Asked(values_of(problem, made, solver))


def solve(made: Model, seconds: float, work: float = 0.0) -> tuple[Term, Term]:
    """The solver after it has run, and its status."""
    solver = made.cp.CpSolver()
    if work:
        solver.parameters.max_deterministic_time = work
        solver.parameters.cp_model_probing_level = 0
        solver.parameters.symmetry_level = 0
        solver.parameters.linearization_level = 0
    solver.parameters.max_time_in_seconds = max(0.001, seconds)
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 0
    return solver, solver.solve(made.model)


def values_of(problem: Problem, made: Model, solver: Term) -> tuple[int, ...]:
    """The counts that were found."""
    return tuple([int(solver.value(made.variables[at])) if at in made.variables else 0
                  for at in range(len(problem.bounds))])


def total(made: Model, terms: dict[int, int]) -> Term:
    """A weighted sum."""
    return made.cp.LinearExpr.weighted_sum([made.variables[at] for at in terms], list(terms.values()))


def require(made: Model, formula: Formula, *when: Term) -> None:
    """The condition holds, or one of these truth values does not."""
    if formula.op == AT_MOST:
        enforce(made.model.add(total(made, dict(formula.terms)) <= formula.bound), when)
    elif formula.op == ALL:
        for each in formula.parts:
            require(made, each, *when)
    else:
        chosen = [made.model.new_bool_var("") for _ in formula.parts]
        enforce(made.model.add_bool_or(chosen), when)
        for literal, each in zip(chosen, formula.parts, strict=True):
            require(made, each, literal)


def enforce(constraint: Term, when: Iterable[Term]) -> None:
    """Makes a constraint count only where these truth values hold."""
    for each in when:
        constraint.only_enforce_if(each)


def require_guarded(made: Model, guarded: Guarded) -> None:
    """The condition holds, or none of its owners is there."""
    absent = total(made, dict.fromkeys(guarded.owners, 1)) <= 0
    there = made.model.new_bool_var("")
    made.model.add(absent).only_enforce_if(there.negated())
    require(made, guarded.condition, there)
