"""The scope ladder: from the smallest scope upwards, until the time is spent or something is violated.

A rung holds so many replicas of each workload, so many nodes, and some of the budgets for users and faults: first one
replica on one node without faults, then each kind of fault alone, then more replicas and nodes, then more faults at
once, and at the end the scope itself. Who is violated first is violated in the smallest configuration. A rung that
could not be finished stops those that hold more; of the time that is left a rung gets a part, so that one heavy fault
does not cost all others.
"""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import combinations, product
from time import monotonic
from typing import Any

import attrs

from seatrial.model.api.apps import Deployment, ReplicaSet
from seatrial.model.api.core import Node
from seatrial.model.frozen import FrozenMap
from seatrial.model.scope import Scope
from seatrial.properties.checking.verdict import BOUNDED, HOLDS, UNKNOWN, VIOLATED, Report, Step, Verdict

SHARE = 1 / 4
LEAST_SECONDS = 0.25
MOST_AT_ONCE = 2
Check = Callable[[Scope, float], Report]
Trim = Callable[[Scope], Scope]


def as_it_is(scope: Scope) -> Scope:
    """No smaller."""
    return scope


@attrs.frozen
class Rung:
    """What a scope holds: replicas of each workload and nodes, at most, and the kinds of budgets, each once.

    `whole` is the scope as it was given.
    """

    replicas: int
    nodes: int
    budgets: tuple[str, ...] = ()
    whole: bool = False

    def holds(self, other: "Rung") -> bool:
        """Does it hold all that the other holds?"""
        return self.whole or (self.replicas >= other.replicas and self.nodes >= other.nodes and not other.whole
                              and all(kind in self.budgets for kind in other.budgets))

    @property
    def words(self) -> str:
        """2 replicas, 1 node, crash."""
        parts = [counted(number, what) for number, what in ((self.replicas, "replica"), (self.nodes, "node")) if number]
        told = ", ".join([*parts, " and ".join(self.budgets) or "no faults"])
        return f"the whole scope: {told}" if self.whole else told


def counted(number: int, what: str) -> str:
    """1 node, 2 nodes."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def rungs(scope: Scope) -> Iterator[Rung]:
    """The rungs of a scope, small ones first; none holds more than the scope."""
    replicas, nodes = most_replicas(scope), sum(isinstance(each, Node) for each in scope.objects)
    kinds = tuple(kind for kind, count in scope.budgets.items() if count)
    shapes = sorted(product(range(min(1, replicas), replicas + 1), range(min(1, nodes), nodes + 1)),
                    key=lambda shape: (sum(shape), shape[1]))
    own = {kind: scope.budgets[kind] for kind in kinds}
    for at_once in range(1, max(1, min(len(kinds), MOST_AT_ONCE)) + 1):
        for shape in shapes:
            for some in ([()] if at_once == 1 else []) + list(combinations(kinds, at_once)):
                if shape != (replicas, nodes) or dict.fromkeys(some, 1) != own:
                    yield Rung(*shape, some)
    yield Rung(replicas, nodes, kinds, whole=True)


def most_replicas(scope: Scope) -> int:
    """How many replicas the largest workload asks for."""
    return max((each.spec.replicas or 0 for each in scope.objects if isinstance(each, Deployment | ReplicaSet)),
               default=0)


def scope_of(scope: Scope, rung: Rung) -> Scope:
    """The part of a scope that a rung holds."""
    if rung.whole:
        return scope
    return attrs.evolve(scope, objects=tuple(shrunk(scope.objects, rung)),
                        budgets=FrozenMap(dict.fromkeys(rung.budgets, 1)))


def shrunk(objects: tuple[Any, ...], rung: Rung) -> Iterator[Any]:
    """The objects with no more replicas and nodes than a rung holds; nothing else is taken away."""
    nodes = 0
    for each in objects:
        if isinstance(each, Deployment | ReplicaSet) and (each.spec.replicas or 0) > rung.replicas:
            spec: Any = attrs.evolve(each.spec, replicas=rung.replicas)
            yield attrs.evolve(each, spec=spec)
        elif isinstance(each, Node):
            nodes += 1
            if nodes <= rung.nodes:
                yield each
        else:
            yield each


@attrs.frozen
class Climbed:
    """A rung, the scope that it stands for, and what was found there."""

    rung: Rung
    scope: Scope
    report: Report
    seconds: float

    @property
    def states(self) -> int:
        """How many states were found."""
        return self.report.statistics.states if self.report.statistics else 0

    @property
    def is_finished(self) -> bool:
        """Was the scope exhausted?"""
        return self.report.statistics is not None and self.report.statistics.complete

    @property
    def verdict(self) -> str:
        """The worst verdict of the rung."""
        verdicts = [each.verdict for each in self.report.verdicts]
        return VIOLATED if VIOLATED in verdicts else HOLDS if HOLDS in verdicts and self.is_finished else UNKNOWN


def climb(scope: Scope, check: Check, seconds: float, trim: Trim = as_it_is) -> Iterator[tuple[Climbed, Step]]:
    """Climbs the ladder of a scope; `check` exhausts one scope in at most so many seconds, `trim` makes a rung smaller.

    Ends at the first violation, when the time is spent, or when it is interrupted.
    """
    began = monotonic()
    done: list[Climbed] = []
    todo = list(rungs(scope))
    for at, rung in enumerate(todo):
        left = seconds - (monotonic() - began)
        if done and left * SHARE < LEAST_SECONDS:
            return
        if any(rung.holds(each.rung) for each in done if not each.is_finished):
            continue
        found = climb_one(scope, rung, check, left if at + 1 == len(todo) else left * SHARE, trim)
        done.append(found)
        following = next((each for each in todo[at + 1:] if not any(
            each.holds(other.rung) for other in done if not other.is_finished)), None)
        yield found, row(found, done, following)
        if found.verdict == VIOLATED or found.report.interrupted:
            return


def climb_one(scope: Scope, rung: Rung, check: Check, seconds: float, trim: Trim) -> Climbed:
    """Exhausts one rung, if that can be done in this time."""
    part = trim(scope_of(scope, rung))
    began = monotonic()
    report = check(part, seconds)
    return Climbed(rung, part, report, monotonic() - began)


def row(found: Climbed, done: list[Climbed], following: Rung | None) -> Step:
    """What there is to say of a rung: its growth over the largest one below it, and what the next one may need."""
    below = largest_below(found.rung, [each for each in done if each is not found])
    factor = found.states / below.states if below is not None and found.is_finished else None
    predicted = None if following is None else predict_rung(following, done)
    transitions = found.report.statistics.transitions if found.report.statistics else 0
    return Step(found.rung.words, found.states, transitions, found.seconds, found.verdict, factor, predicted)


def largest_below(rung: Rung, done: list[Climbed]) -> Climbed | None:
    """Of the finished rungs that this one holds, the one with the most states."""
    return max((each for each in done if each.is_finished and rung.holds(each.rung)), key=lambda each: each.states,
               default=None)


def predict_rung(rung: Rung, done: list[Climbed]) -> int | None:
    """How many states a rung may have: what it holds more than a finished one multiplies as it did elsewhere.

    None where one of its parts was never tried.
    """
    base = largest_below(rung, done)
    if base is None or rung.whole:
        return None
    states = float(base.states)
    for kind in rung.budgets:
        if kind not in base.rung.budgets:
            factor = factor_of(done, partial(is_with, kind))
            if factor is None:
                return None
            states *= factor
    for name in ("replicas", "nodes"):
        more = getattr(rung, name) - getattr(base.rung, name)
        if more:
            factor = factor_of(done, partial(is_one_more, name))
            if factor is None:
                return None
            states *= factor ** more
    return round(states)


def is_with(kind: str, one: Rung, two: Rung) -> bool:
    """Is the second rung the first one with this budget?"""
    return two == attrs.evolve(one, budgets=(*one.budgets, kind))


def is_one_more(name: str, one: Rung, two: Rung) -> bool:
    """Is the second rung the first one with one more of these?"""
    return two == attrs.evolve(one, **{name: getattr(one, name) + 1})


def factor_of(done: list[Climbed], differs: Callable[[Rung, Rung], bool]) -> float | None:
    """The largest factor between two finished rungs that differ in this way."""
    finished = [each for each in done if each.is_finished and each.states]
    return max((two.states / one.states for one in finished for two in finished if differs(one.rung, two.rung)),
               default=None)


def summary(climbed: tuple[Climbed, ...], steps: tuple[Step, ...]) -> Report:
    """All rungs as one report: a violation as it is, HOLDS where the whole scope was exhausted, else how far it got."""
    last = climbed[-1]
    if last.verdict == VIOLATED:
        return attrs.evolve(last.report, ladder=steps, runs=len(steps))
    finished = [each for each in climbed if each.is_finished]
    top = next((each for each in finished if each.rung.whole), None)
    shown = top or max(finished, key=lambda each: each.states, default=last)
    named = {each.property: each for one in (*reversed(climbed), *finished) for each in one.report.verdicts}
    verdicts = tuple(said_of(each, climbed, top) for each in sorted(named.values(), key=lambda each: each.property))
    return attrs.evolve(shown.report, verdicts=verdicts, ladder=steps, runs=len(steps), kept="",
                        interrupted=last.report.interrupted)


def said_of(latest: Verdict, climbed: tuple[Climbed, ...], top: Climbed | None) -> Verdict:
    """What the ladder says of one property."""
    if top is not None:
        return next((each for each in top.report.verdicts if each.property == latest.property), latest)
    held = [one for one in climbed for each in one.report.verdicts
            if each.property == latest.property and each.verdict == HOLDS]
    if not held:
        return latest
    return Verdict(latest.property, BOUNDED, f"holds in {counted(len(held), 'exhausted scope')}; the largest: "
                   f"{max(held, key=lambda each: each.states).rung.words}", kind=latest.kind)
