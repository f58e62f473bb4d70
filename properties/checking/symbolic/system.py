"""Count models: a frozen state of counts, its initial states, and the transitions between them, in plain Python.

A transition has a guard and a step, both functions of the state and of what is left open (its choices: which pod, how
many events at once). The functions are lifted once for all proofs; the same ones, untouched, replay counterexamples.
"""

from collections.abc import Callable
from functools import cache, partial
from typing import Any, TypeAlias

import attrs
import z3

from seatrial.properties.checking.symbolic.lift import lift
from seatrial.properties.checking.symbolic.states import domain, leaves, symbolic, variables
from seatrial.properties.checking.symbolic.terms import SBool, SInt, Term, Value, and_, bool_term, truth

Predicate: TypeAlias = Callable[[Any], Any]


def always(state: Value, *choices: Value) -> bool:
    """The guard of a transition that may always be taken."""
    del state, choices
    return True


@attrs.frozen
class Clause:
    """A statement about a state: in words, and as a function."""

    says: str
    holds: Predicate


@attrs.frozen
class Transition:
    """One thing that may happen: `step(state, *choices)`, where `enabled(state, *choices)` allows it.

    `choices` names integers that are chosen anew each time. A `fair` one is taken sooner or later if it stays enabled;
    with choices, `witness(state)` names some that are enabled whenever any are. `environment` marks what users and
    faults do: liveness is judged when they are quiet.
    """

    name: str
    step: Callable[..., Any]
    enabled: Callable[..., Any] = always
    choices: tuple[str, ...] = ()
    fair: bool = False
    environment: bool = False
    witness: Predicate | None = None


@attrs.frozen
class CountModel:
    """A model over counts: the class of its states, those it begins in, and what may happen."""

    name: str
    state: Value
    initial: Predicate
    transitions: tuple[Transition, ...]

    def without(self, *names: str) -> "CountModel":
        """The model in which some transitions never happen; raises ValueError for one that there is not."""
        known = {each.name for each in self.transitions}
        wrong = [name for name in names if name not in known]
        if wrong:
            raise ValueError(f"the model {self.name} has no transition {wrong[0]}; it has {', '.join(sorted(known))}")
        rest = tuple(each for each in self.transitions if each.name not in names)
        return attrs.evolve(self, transitions=rest)

    def quiet(self) -> "CountModel":
        """The model without users and faults."""
        return self.without(*(each.name for each in self.transitions if each.environment))

    def at_once(self) -> "CountModel":
        """Only the runs in which each transition chooses as its witness does: fewer, and so quicker to search."""
        return attrs.evolve(self, transitions=tuple(map(as_witnessed, self.transitions)))

    def transition(self, name: str) -> Transition:
        """A transition by name; raises KeyError."""
        for each in self.transitions:
            if each.name == name:
                return each
        raise KeyError(name)


def as_witnessed(transition: Transition) -> Transition:
    """The transition with the choices of its witness, if it has one."""
    if transition.witness is None:
        return transition
    step = partial(_step_witnessed, transition.step, transition.witness)
    enabled = partial(_enabled_witnessed, transition.enabled, transition.witness)
    return attrs.evolve(transition, step=step, enabled=enabled, choices=(), witness=None)


def _step_witnessed(step: Callable[..., Any], witness: Predicate, state: Value) -> Value:
    return step(state, *witness(state))


def _enabled_witnessed(enabled: Callable[..., Any], witness: Predicate, state: Value) -> Value:
    return enabled(state, *witness(state))


@attrs.frozen(eq=False)
class Compiled:
    """A transition as terms over the variables of the state: its choices, guard, and the state after it."""

    transition: Transition
    choices: tuple[SInt, ...]
    guard: Term
    after: Value

    @property
    def after_terms(self) -> tuple[Term, ...]:
        """The terms of the state after it."""
        return leaves(self.after)


@attrs.frozen(eq=False)
class Compilation:
    """A count model as terms."""

    model: CountModel
    state: Value
    variables: tuple[Term, ...]
    initial: Term
    domain: Term
    transitions: tuple[Compiled, ...]

    def holds(self, predicate: Predicate, state: Value = None) -> Term:
        """A predicate of a state, by default of the one with the model's own variables."""
        return bool_term(lift(predicate)(self.state if state is None else state))

    def all_hold(self, clauses: tuple[Clause, ...], state: Value = None) -> Term:
        """All of some clauses."""
        return z3.And([self.holds(each.holds, state) for each in clauses])


@cache
def compile_transition(transition: Transition, kind: Value) -> Compiled:
    """Lifts one transition; raises NotLiftableError."""
    state = symbolic(kind)
    choices = tuple(SInt(z3.Int(f"{transition.name}?{name}")) for name in transition.choices)
    guard = truth(lift(transition.enabled)(state, *choices))
    return Compiled(transition, choices, bool_term(guard), lift(transition.step)(state, *choices))


@cache
def compile_model(model: CountModel) -> Compilation:
    """Lifts a model's functions; raises NotLiftableError and StateError."""
    state = symbolic(model.state)
    limits = and_(*(SBool(term) for term in domain(state)))
    return Compilation(
        model, state, variables(state), z3.And(bool_term(truth(lift(model.initial)(state))), bool_term(limits)),
        bool_term(limits), tuple(compile_transition(each, model.state) for each in model.transitions))
