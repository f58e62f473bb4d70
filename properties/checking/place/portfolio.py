"""Several ways to decide a problem, in turns that grow: which of them is quick cannot be told beforehand.

First the linear sums, which refute what is too much at a glance, then a filling that is repaired part by part, then the
search over truth values; whoever did not finish its turn gets another, longer one. Turns are measured in the solver's
own work, so that the answer does not depend on the machine.
"""

from time import monotonic

import attrs

from seatrial.properties.checking.place.lower_cpsat import CPSAT, ask_cpsat
from seatrial.properties.checking.place.lower_z3 import COUNTS, UNITS, Asked, ask, query_of
from seatrial.properties.checking.place.neighbourhood import Solve, solve_in_parts
from seatrial.properties.checking.place.problem import Problem

BACK_ENDS = ("z3", "cpsat")
FIRST_TURNS = ((COUNTS, 150_000), (UNITS, 2_000_000))
GROWTH = 4
ROUNDS = 40
WORK_PER_PART = 1_000_000
CPSAT_PER_PART = 0.1
"""In CP-SAT's own seconds, which it counts by its work."""


@attrs.frozen
class Decided:
    """What an engine said, and which it was."""

    asked: Asked
    engine: str = ""


@attrs.frozen
class Deadline:
    """When to give up."""

    at: float

    @property
    def left(self) -> float:
        """Seconds until then; never negative."""
        return max(0.0, self.at - monotonic())


def in_seconds(seconds: float) -> Deadline:
    """A deadline so many seconds from now."""
    return Deadline(monotonic() + seconds)


def decide(problem: Problem, deadline: Deadline, back_end: str = "z3", *, width: int = 0) -> Decided:
    """A solution, that there is none, or that time ran out; raises NoSolverError.

    With a `width`, variable v is about node v modulo that, and a large problem may be solved part by part.
    """
    if any(each.total > sum(problem.bounds[at] for at in each.variables) for each in problem.sums):
        return Decided(Asked(none=True), "bounds")
    if back_end == "cpsat":
        return decide_by_cpsat(problem, deadline, width)
    turn, query, partial = 0, query_of(problem), tuple[int, ...]()
    while deadline.left > 0:
        grown = GROWTH**turn
        for encoding, work in FIRST_TURNS:
            if encoding == UNITS and width:
                found = in_parts(problem, deadline, width, lambda part: ask(
                    part, UNITS, seconds=deadline.left, work=WORK_PER_PART), grown)
                if found.is_decided:
                    return Decided(found, f"{UNITS}, part by part")
                partial = found.partial
            if deadline.left > 0:
                found = ask(problem, encoding, seconds=deadline.left, work=work * grown)
                if found.is_decided:
                    return Decided(found, encoding)
        turn += 1
    return Decided(Asked(query=query, partial=partial), "Z3")


def decide_by_cpsat(problem: Problem, deadline: Deadline, width: int) -> Decided:
    """The same with CP-SAT as the exact back-end."""
    partial: tuple[int, ...] = ()
    if width:
        found = in_parts(problem, deadline, width, lambda part: ask_cpsat(
            part, seconds=deadline.left, work=CPSAT_PER_PART), 1)
        if found.is_decided:
            return Decided(found, f"{CPSAT}, part by part")
        partial = found.partial
    found = ask_cpsat(problem, seconds=deadline.left)
    return Decided(found if found.is_decided else Asked(query=query_of(problem), partial=partial), CPSAT)


def in_parts(problem: Problem, deadline: Deadline, width: int, solve: Solve, grown: int) -> Asked:
    """Part by part, as long as there is time."""
    return solve_in_parts(problem, width, solve, rounds=ROUNDS * grown, is_late=lambda: deadline.left <= 0)
