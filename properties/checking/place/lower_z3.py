"""Asks Z3 for a solution of a problem, in either of two encodings, as SMT-LIB text in a context of its own.

*counts*: each variable is an integer. A sum that cannot be met for reasons of volume is refuted by linear arithmetic
at once, where a search over pods would try them all. *units*: a count up to n is n truth values, of which the first
ones hold; sums are pseudo-Boolean. That is often quicker to find a placement in, and as pods of a batch stand in no
order, it has no symmetry between them.

Work is limited by Z3's own count of it, not by the clock: the same question gets the same answer on every machine,
unless its time runs out first. Text is written because Z3 reads it faster than Python builds its terms.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, TypeAlias

import attrs
import z3

from seatrial.properties.checking.place.forms import ALL, AT_MOST, Formula, Terms, atoms
from seatrial.properties.checking.place.problem import Problem
from seatrial.properties.checking.symbolic.query import QUERY_MEGABYTES

Term: TypeAlias = Any
Lower: TypeAlias = Callable[[Formula], str]
COUNTS: Final = "Z3 counts"
UNITS: Final = "Z3 units"
CHECK: Final = "\n(check-sat)\n"
LARGEST_WEIGHT: Final = 2**31 - 1
"""Z3's pseudo-Boolean solver holds weights in 32 bits."""


@attrs.frozen
class Asked:
    """What a solver said: values for all variables, that there are none, or (neither) that it gave up.

    `query` is what was too hard, `partial` counts that break nothing but do not add up.
    """

    values: tuple[int, ...] | None = None
    none: bool = False
    query: str = ""
    partial: tuple[int, ...] = ()

    @property
    def is_decided(self) -> bool:
        """Did it answer?"""
        return self.none or self.values is not None


def ask(problem: Problem, encoding: str, *, seconds: float, work: int = 0) -> Asked:
    """One question to Z3; `work` limits it in Z3's units (0: not at all)."""
    query = query_of(problem, encoding)
    if encoding == UNITS and not fits_units(problem):
        return Asked(query=query)
    solver = z3.SimpleSolver(ctx=z3.Context())
    solver.set("timeout", max(1, int(seconds * 1000)))
    solver.set("max_memory", QUERY_MEGABYTES)
    if work:
        solver.set("rlimit", work)
    solver.from_string(query.removesuffix(CHECK))
    found = solver.check()
    if found == z3.unknown:
        return Asked(query=query)
    return Asked(none=True) if found == z3.unsat else Asked(values_of(problem, solver.model()))


def query_of(problem: Problem, encoding: str = COUNTS) -> str:
    """The problem as SMT-LIB text."""
    return "\n".join(lines_of(problem, encoding)) + CHECK


def values_of(problem: Problem, model: Term) -> tuple[int, ...]:
    """The counts in a model of Z3's, of either encoding."""
    found = [0] * len(problem.bounds)
    for each in model.decls():
        name, value = each.name(), model[each]
        if name[0] == "x":
            found[int(name[1:])] = value.as_long()
        elif name[0] == "u" and z3.is_true(value):
            found[int(name[1:].partition("_")[0])] += 1
    return tuple(found)


def lines_of(problem: Problem, encoding: str) -> Iterator[str]:
    """The problem as SMT-LIB."""
    if encoding == UNITS:
        yield from unit_lines(problem)
    else:
        yield from count_lines(problem)


# Counts.


def count_lines(problem: Problem) -> Iterator[str]:
    """Every variable an integer."""
    for at in problem.variables:
        yield f"(declare-const x{at} Int)(assert (<= 0 x{at} {problem.bounds[at]}))"
    for each in problem.sums:
        yield f"(assert (= {sum_of(dict.fromkeys(each.variables, 1))} {each.total}))"
    for formula in problem.always:
        yield f"(assert {count_text(formula)})"
    for guarded in problem.guarded:
        yield f"(assert (or (<= {sum_of(dict.fromkeys(guarded.owners, 1))} 0) {count_text(guarded.condition)}))"


def sum_of(terms: Terms) -> str:
    """A weighted sum of integers."""
    parts = [f"x{at}" if weight == 1 else f"(* {number(weight)} x{at})" for at, weight in terms.items()]
    if len(parts) > 1:
        return f"(+ {' '.join(parts)})"
    return parts[0] if parts else "0"


def number(value: int) -> str:
    """An integer; SMT-LIB has no negative literals."""
    return str(value) if value >= 0 else f"(- {-value})"


def count_text(formula: Formula) -> str:
    """A condition over integers."""
    if formula.op == AT_MOST:
        return f"(<= {sum_of(formula.terms)} {number(formula.bound)})"
    return joined(formula, count_text)


def joined(formula: Formula, lower: Lower) -> str:
    """Several conditions."""
    return f"({'and' if formula.op == ALL else 'or'} {' '.join(lower(each) for each in formula.parts)})"


# Units.


def unit_lines(problem: Problem) -> Iterator[str]:
    """Every variable as many truth values as it may be: `u7_3` says that variable 7 is at least 3."""
    for at in problem.variables:
        bound = problem.bounds[at]
        yield "".join(f"(declare-const u{at}_{unit} Bool)" for unit in range(1, bound + 1))
        yield "".join(f"(assert (or u{at}_{unit} (not u{at}_{unit + 1})))" for unit in range(1, bound))

    def lower(formula: Formula) -> str:
        return unit_text(formula, problem.bounds)

    for each in problem.sums:
        terms = dict.fromkeys(each.variables, 1)
        yield f"(assert {lower(Formula(AT_MOST, (), terms, each.total))})"
        yield f"(assert {lower(Formula(AT_MOST, (), dict.fromkeys(each.variables, -1), -each.total))})"
    for formula in problem.always:
        yield f"(assert {lower(formula)})"
    for guarded in problem.guarded:
        text = lower(guarded.condition)
        yield from (f"(assert (or (not u{at}_1) {text}))" for at in guarded.owners)


def unit_text(formula: Formula, bounds: tuple[int, ...]) -> str:
    """A condition over truth values."""
    if formula.op != AT_MOST:
        return joined(formula, lambda part: unit_text(part, bounds))
    return pseudo_boolean(formula.terms, formula.bound, bounds)


def pseudo_boolean(terms: Mapping[int, int], bound: int, bounds: tuple[int, ...]) -> str:
    """A weighted sum of truth values is at most a bound; a negative weight is a positive one of the opposite."""
    literals, weights = [], []
    for at, weight in terms.items():
        for unit in range(1, bounds[at] + 1):
            literals.append(f"u{at}_{unit}" if weight > 0 else f"(not u{at}_{unit})")
            weights.append(abs(weight))
            bound -= min(weight, 0)
    if bound < 0 or sum(weights) <= bound:
        return "false" if bound < 0 else "true"
    if all(weight == 1 for weight in weights):
        return f"((_ at-most {bound}) {' '.join(literals)})"
    return f"((_ pble {bound} {' '.join(map(str, weights))}) {' '.join(literals)})"


def fits_units(problem: Problem) -> bool:
    """Are all weights small enough for this encoding?"""
    formulas = (*problem.always, *[each.condition for each in problem.guarded])
    return all(sum(abs(weight) * problem.bounds[at] for at, weight in atom.terms.items()) + abs(atom.bound)
               <= LARGEST_WEIGHT for formula in formulas for atom in atoms(formula))
