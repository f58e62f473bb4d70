"""What a rule answers, and runs of a count model: found by a solver, replayed through the native functions.

A replay begins in an initial state and takes each transition as the plain Python functions give it; nothing of the
solver is used. A run that starts anywhere else is "possibly unreachable" and proves nothing.
"""

from collections.abc import Iterator

import attrs

from seatrial.model.actions import Action
from seatrial.properties.checking.replay import ReplayDisagrees
from seatrial.properties.checking.symbolic.system import Clause, CountModel
from seatrial.properties.checking.symbolic.terms import Value
from seatrial.properties.checking.verdict import PROVED, UNKNOWN, VIOLATED, Counterexample


@attrs.frozen
class Taken:
    """A transition that was taken, and what it chose."""

    name: str
    choices: tuple[int, ...] = ()


@attrs.frozen
class Run:
    """A run of a count model: its states, what was taken between them, where it loops back to (None: nowhere)."""

    model: CountModel
    states: tuple[Value, ...]
    taken: tuple[Taken, ...]
    sentence: str
    loop: int | None = None

    def counterexample(self, property_: str) -> Counterexample:
        """The run as the counterexample of a property."""
        actions = tuple(Action(each.name, self.model.name, "", ",".join(map(str, each.choices))) for each in self.taken)
        return Counterexample(property_, actions, self.sentence, len(actions) if self.loop is None else self.loop,
                              self.loop)


@attrs.frozen
class Answer:
    """A rule's verdict and why; the run that violates, what explains the proof, the query that was too hard."""

    verdict: str
    reason: str
    run: Run | None = None
    explained: tuple[str, ...] = ()
    query: str = ""


def proved(reason: str, *explained: str) -> Answer:
    """It holds for all values."""
    return Answer(PROVED, reason, explained=explained)


def violated(run: Run) -> Answer:
    """A run that was replayed breaks it."""
    return Answer(VIOLATED, f"replayed from an initial state in {len(run.taken)} steps: {run.sentence}", run)


def unknown(reason: str, query: str = "") -> Answer:
    """Neither proved nor refuted."""
    return Answer(UNKNOWN, reason, query=query)


def replay(model: CountModel, first: Value, taken: tuple[Taken, ...]) -> tuple[Value, ...]:
    """The states of a run, by the native functions; raises ReplayDisagrees when they do not allow it."""
    if not model.initial(first):
        raise ReplayDisagrees(f"{first} is no initial state of {model.name}")
    states = [first]
    for each in taken:
        transition = model.transition(each.name)
        if not transition.enabled(states[-1], *each.choices):
            raise ReplayDisagrees(f"{each.name}{each.choices} is not enabled in {states[-1]}")
        states.append(transition.step(states[-1], *each.choices))
    return tuple(states)


def refuted_by(model: CountModel, claim: Clause, states: tuple[Value, ...], taken: tuple[Taken, ...]) -> Run:
    """The run at whose end a claim fails, replayed; raises ReplayDisagrees."""
    seen = replay(model, states[0], taken)
    if seen != states:
        raise ReplayDisagrees(f"the solver and the functions of {model.name} disagree: {states[-1]} and {seen[-1]}")
    if claim.holds(seen[-1]):
        raise ReplayDisagrees(f"the claim '{claim.says}' holds in {seen[-1]}, where the solver says that it fails")
    return Run(model, seen, taken, f"not so: {claim.says}; there {say_state(seen[-1])}")


# In words.


def say_state(state: Value) -> str:
    """A state's fields, those that are 0 left out."""
    shown = [f"{name} = {value}" for name, value in fields_of(state) if value not in (0, False)]
    return ", ".join(shown) or "everything is 0"


def fields_of(state: Value, prefix: str = "") -> Iterator[tuple[str, Value]]:
    """The fields of a state with their values, those of its parts too."""
    for field in attrs.fields(type(state)):
        value = getattr(state, field.name)
        if attrs.has(type(value)):
            yield from fields_of(value, f"{prefix}{field.name}.")
        else:
            yield f"{prefix}{field.name}", value


def say_change(before: Value, after: Value) -> str:
    """What a step changed."""
    old = dict(fields_of(before))
    changed = [f"{name} {old[name]} -> {value}" for name, value in fields_of(after) if value != old[name]]
    return ", ".join(changed) or "nothing changes"


def say_run(run: Run) -> Iterator[str]:
    """A run as numbered steps."""
    yield f"    0. at first: {say_state(run.states[0])}"
    for at, each in enumerate(run.taken):
        chosen = dict(zip(run.model.transition(each.name).choices, each.choices, strict=True))
        with_ = f" ({', '.join(f'{name} = {value}' for name, value in chosen.items())})" if chosen else ""
        yield f"    {at + 1}. {each.name}{with_}: {say_change(run.states[at], run.states[at + 1])}"
    if run.loop is not None:
        yield f"    and so on from step {run.loop} for ever"
    yield f"    {run.sentence}"


