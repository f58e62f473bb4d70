"""Runs without end: a loop, fair to every fair transition, in which the goal is never reached or is left again.

A transition is treated fairly in a loop when it is taken there, or is disabled somewhere in it. A state in which no
fair transition is enabled is the shortest such loop: nothing has to happen there any more. The environment may lead to
the loop, and is quiet in it. A search finds loops, and proves nothing by finding none.
"""

from time import monotonic

import attrs
import z3

from seatrial.properties.checking.replay import ReplayDisagrees
from seatrial.properties.checking.symbolic.answer import Answer, Run, Taken, replay, say_state, unknown, violated
from seatrial.properties.checking.symbolic.bmc import SEARCH_SECONDS, Unrolled, extend, reach, read, unroll
from seatrial.properties.checking.symbolic.query import Limits, SolverGaveUpError, answer
from seatrial.properties.checking.symbolic.states import equal
from seatrial.properties.checking.symbolic.system import Clause, Compilation, Compiled, CountModel, compile_model
from seatrial.properties.checking.symbolic.terms import Term, Value

LOOP_STEPS = 8


@attrs.frozen
class Lasso:
    """The rule: look for a fair loop within some steps in which the goal does not hold all the time."""

    model: CountModel
    goal: Clause
    depth: int = LOOP_STEPS
    name: str = "lasso search"

    def check(self, limits: Limits) -> Answer:
        """VIOLATED with a run that loops for ever, or UNKNOWN."""
        return search_lasso(self.model, self.goal, limits, self.depth)


def search_unfulfilled(model: CountModel, goal: Clause, limits: Limits, depth: int = LOOP_STEPS) -> Answer:
    """A run that never reaches the goal for good: one that gets stuck, else a loop."""
    found = search_stuck(model, goal, limits, depth)
    return found if found.run is not None else search_lasso(model, goal, limits, depth)


def search_stuck(model: CountModel, goal: Clause, limits: Limits, depth: int) -> Answer:
    """The shortest run to a state outside the goal in which no fair transition changes anything."""
    found = reach(model, lambda compilation: z3.And(
        z3.Not(compilation.holds(goal.holds)),
        *(z3.Not(moves(compilation, each)) for each in compilation.transitions if is_fair(each))),
        limits, depth, SEARCH_SECONDS)
    if isinstance(found, Answer):
        return found
    states, taken = found
    seen = replay(model, states[0], taken)
    if goal.holds(seen[-1]):
        raise ReplayDisagrees(f"the goal '{goal.says}' holds in {seen[-1]}, where the solver says that it fails")
    return violated(Run(model, seen, taken, f"never reached: {goal.says}; no step that must be taken changes anything "
                                            f"any more, with {say_state(seen[-1])}"))


def is_fair(each: Compiled) -> bool:
    """Must it be taken if it stays enabled?"""
    return each.transition.fair and not each.transition.environment


def moves(compilation: Compilation, each: Compiled) -> Term:
    """Is it enabled, for some choice, and does it change the state?"""
    changed = z3.And(each.guard, z3.Not(equal(compilation.state, each.after).term))
    chosen = [choice.term for choice in each.choices]
    return z3.Exists(chosen, changed) if chosen else changed


def search_lasso(model: CountModel, goal: Clause, limits: Limits, depth: int,
                 seconds: float = SEARCH_SECONDS) -> Answer:
    """The shortest run into a fair loop in which the goal fails somewhere."""
    compilation = compile_model(model)
    run, solver = unroll(compilation), limits.solver()
    solver.add(run.rename(compilation.initial, 0))
    until = monotonic() + seconds
    for at in range(1, depth + 1):
        if monotonic() > until:
            return unknown(f"no loop found in {seconds:.0f} s, which is as far as {at - 1} steps")
        solver.add(*extend(run))
        loops = [z3.And(z3.Bool(f"loop@{start}"), is_loop(run, goal, start, at)) for start in range(at)]
        solver.push()
        solver.add(z3.Or(loops))
        try:
            found = answer(solver)
        except SolverGaveUpError as error:
            return unknown(f"{error} after {at} steps", error.query)
        if found is not None:
            start = next(each for each in range(at) if z3.is_true(found.eval(loops[each], model_completion=True)))
            return violated(looping(model, goal, *read(run, found), start))
        solver.pop()
    return unknown(f"no fair loop within {depth} steps: that is no proof")


def is_loop(run: Unrolled, goal: Clause, start: int, end: int) -> Term:
    """The state repeats, the environment is quiet in between, the goal fails somewhere, every fair one has its turn."""
    compilation = run.compilation
    steps = range(start, end)
    parts = [equal(run.states[start], run.states[end]).term,
             z3.Or([z3.Not(run.rename(compilation.holds(goal.holds), at)) for at in steps])]
    for number, each in enumerate(compilation.transitions):
        if each.transition.environment:
            parts += [run.which[at] != number for at in steps]
        if is_fair(each):
            parts.append(z3.Or([z3.Or(run.which[at] == number, z3.Not(run.rename(enabled(each), at)))
                                for at in steps]))
    return z3.And(parts)


def enabled(each: Compiled) -> Term:
    """Is it enabled for some choice?"""
    chosen = [choice.term for choice in each.choices]
    return z3.Exists(chosen, each.guard) if chosen else each.guard


def looping(model: CountModel, goal: Clause, states: tuple[Value, ...], taken: tuple[Taken, ...], start: int) -> Run:
    """The run, replayed; raises ReplayDisagrees when the functions do not bring it back to where the loop begins."""
    seen = replay(model, states[0], taken)
    if seen[start] != seen[-1] or all(goal.holds(each) for each in seen[start:]):
        raise ReplayDisagrees(f"the loop of {model.name} is none: {seen[start]} and {seen[-1]}")
    return Run(model, seen, taken, f"not for good: {goal.says}", start)
