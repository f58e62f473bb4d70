"""Liveness by a rank, under weak fairness: the goal is reached, and kept, whatever the order of steps.

The rule, for every state in which the invariant holds and the goal does not: one transition is *helpful*; it is fair,
enabled, and whatever it chooses it strictly lowers the rank (or reaches the goal); every other transition that is not
the environment's lowers the rank, or keeps it and leaves the same transition helpful and enabled, or reaches the goal.
In a goal state every transition stays in the goal. The rank is a list of integers, compared from the first one on,
none below 0. A rank that fails proves nothing: then a run is looked for in which the goal is never reached.
"""

from collections.abc import Iterator

import attrs
import z3

from seatrial.properties.checking.symbolic.answer import Answer, proved, say_change, say_state, unknown
from seatrial.properties.checking.symbolic.induction import first_failure
from seatrial.properties.checking.symbolic.lasso import LOOP_STEPS, search_unfulfilled
from seatrial.properties.checking.symbolic.lift import lift
from seatrial.properties.checking.symbolic.query import Limits, SolverGaveUpError, find
from seatrial.properties.checking.symbolic.states import concretize
from seatrial.properties.checking.symbolic.system import (
    Clause,
    Compilation,
    Compiled,
    CountModel,
    Predicate,
    compile_model,
)
from seatrial.properties.checking.symbolic.terms import Term, Value, bool_term, int_term, truth
from seatrial.properties.checking.verdict import VIOLATED


@attrs.frozen
class Measure:
    """One component of a rank: in words, and as a function of the state."""

    says: str
    of: Predicate


@attrs.frozen
class Helpful:
    """A fair transition, and where it is the one that helps, if none before it in the list is."""

    transition: str
    when: Predicate


@attrs.frozen
class Ranking:
    """The rule: under weak fairness, and with a quiet environment, the goal is reached for good."""

    model: CountModel
    goal: Clause
    invariant: tuple[Clause, ...]
    rank: tuple[Measure, ...]
    helpful: tuple[Helpful, ...]
    depth: int = LOOP_STEPS
    name: str = "ranking, weak fairness"

    def check(self, limits: Limits) -> Answer:
        """PROVED; VIOLATED with a run that never reaches the goal; UNKNOWN with the condition that failed."""
        try:
            failed = first_failure(compile_model(self.model), self.invariant, limits) or next(
                broken_conditions(self, limits), "")
        except SolverGaveUpError as error:
            return unknown(str(error), error.query)
        if not failed:
            return proved("each helpful step lowers the rank, and no other raises it", *explain(self))
        found = search_unfulfilled(self.model, self.goal, limits, self.depth)
        return found if found.verdict == VIOLATED else unknown(f"{failed}; {found.reason}", found.query)


def explain(rule: Ranking) -> Iterator[str]:
    """The invariant, the rank and the helpful transitions in words."""
    yield from (f"always: {each.says}" for each in rule.invariant)
    yield "rank: " + ", then ".join(each.says for each in rule.rank)
    yield "helpful: " + ", else ".join(each.transition for each in rule.helpful)
    yield f"goal, kept once reached: {rule.goal.says}"


@attrs.frozen(eq=False)
class Ranked:
    """A ranking rule over terms: the goal, the rank and the helpful transition of a state."""

    rule: Ranking
    compilation: Compilation
    fair: tuple[Compiled, ...]

    def goal(self, state: Value) -> Term:
        """Is it a goal state?"""
        return self.compilation.holds(self.rule.goal.holds, state)

    def rank(self, state: Value) -> tuple[Term, ...]:
        """Its rank."""
        return tuple(int_term(lift(each.of)(state)) for each in self.rule.rank)

    def helps(self, state: Value) -> tuple[Term, ...]:
        """For each helpful transition: is it the first whose condition holds?"""
        found: list[Term] = []
        for each in self.rule.helpful:
            here = bool_term(truth(lift(each.when)(state)))
            found.append(z3.And(here, *(z3.Not(earlier) for earlier in found)))
        return tuple(found)

    def enabled(self, each: Compiled, state: Value) -> Term:
        """Can it be taken, with the choices of its witness?"""
        transition = each.transition
        choices = () if transition.witness is None else lift(transition.witness)(state)
        return bool_term(truth(lift(transition.enabled)(state, *choices)))


def ranked(rule: Ranking) -> Ranked:
    """The rule over terms; raises ValueError for a helpful transition that is not fair or not there."""
    compilation = compile_model(rule.model)
    by_name = {each.transition.name: each for each in compilation.transitions}
    for helpful in rule.helpful:
        found = by_name.get(helpful.transition)
        if found is None or not found.transition.fair or found.transition.environment:
            raise ValueError(f"{helpful.transition} is no fair transition of {rule.model.name}: only what is bound to "
                             "be taken can help; mark it fair=True, or name another")
        if found.transition.choices and found.transition.witness is None:
            raise ValueError(f"{helpful.transition} has choices: give it a witness, a function of the state to choices "
                             "that are enabled whenever any are")
    return Ranked(rule, compilation, tuple(by_name[each.transition] for each in rule.helpful))


def is_lower(one: tuple[Term, ...], two: tuple[Term, ...]) -> Term:
    """Is the first rank lower than the second?"""
    found = z3.BoolVal(False)  # noqa: FBT003 -- z3's own signature
    for first, second in zip(reversed(one), reversed(two), strict=True):
        found = z3.Or(first < second, z3.And(first == second, found))
    return found


def is_same(one: tuple[Term, ...], two: tuple[Term, ...]) -> Term:
    """Are two ranks the same?"""
    return z3.And([first == second for first, second in zip(one, two, strict=True)])


def broken_conditions(rule: Ranking, limits: Limits) -> Iterator[str]:
    """The conditions of the rule that fail, in words; raises SolverGaveUpError."""
    here = ranked(rule)
    compilation, state = here.compilation, here.compilation.state
    invariant = z3.And(compilation.domain, compilation.all_hold(rule.invariant))
    goal, rank, helps = here.goal(state), here.rank(state), here.helps(state)
    open_ = z3.And(invariant, z3.Not(goal))

    def asked(what: str, *constraints: Term, after: Value = None) -> Iterator[str]:
        model = find(limits, *constraints)
        if model is not None:
            old = concretize(model, state)
            change = "" if after is None else f"; {say_change(old, concretize(model, after))}"
            yield f"{what} in {say_state(old)}{change}"

    yield from asked("no transition is helpful", open_, z3.Not(z3.Or(helps)))
    for measure, term in zip(rule.rank, rank, strict=True):
        yield from asked(f"the rank '{measure.says}' is below 0", open_, term < 0)
    for each, help_ in zip(here.fair, helps, strict=True):
        yield from asked(f"{each.transition.name} should help but is not enabled", open_, help_,
                         z3.Not(here.enabled(each, state)))
    for each in compilation.transitions:
        if each.transition.environment:
            continue
        name, reached = each.transition.name, here.goal(each.after)
        yield from asked(f"{name} leaves the goal", invariant, goal, each.guard, z3.Not(reached), after=each.after)
        after = here.rank(each.after)
        kept = keeps_helpful(here, helps, each)
        may = z3.Or(reached, is_lower(after, rank), z3.And(is_same(after, rank), kept))
        yield from asked(f"{name} raises the rank, or keeps it and takes the help away", open_, each.guard,
                         z3.Not(may), after=each.after)
    for each, help_ in zip(here.fair, helps, strict=True):
        lower = z3.Or(here.goal(each.after), is_lower(here.rank(each.after), rank))
        yield from asked(f"{each.transition.name} helps but does not lower the rank", open_, help_, each.guard,
                         z3.Not(lower), after=each.after)


def keeps_helpful(here: Ranked, helps: tuple[Term, ...], each: Compiled) -> Term:
    """After this transition the same one is helpful, and enabled."""
    after = here.helps(each.after)
    return z3.And([z3.Implies(before, z3.And(now, here.enabled(fair, each.after)))
                   for before, now, fair in zip(helps, after, here.fair, strict=True)])
