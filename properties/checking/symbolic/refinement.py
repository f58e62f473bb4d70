"""A count model beside the model of objects: every step of the one is a step of the other, or none.

A function reads a cluster, the informers, notes and plans of its controllers included, as a state of the count model. A
step of the cluster must leave these counts as they are, or be a transition of the count model, or a few of them in a
row (what an informer has shown meanwhile counts from when a plan ends). What the count model claims of all its runs
then holds of the cluster's. That is checked on every transition of small scopes (proved to so many replicas, by
exhaustion) and on random walks of large ones. It is a refinement for safety: that fairness carries over (each fair
transition is implemented by fair actions, and steps that change no count come to an end) is argued in
docs/explanation/proofs.md, not checked.

Each count model that is compared has one `Refinement`, in a module of its own, in the package refinements beside this
module. It is restricted by the hypotheses of the proofs, and by nothing else: the transitions that they leave out are
left out of its model too, and a scope with users or faults that would take them is refused.
"""

from collections.abc import Callable, Iterator
from heapq import heappop, heappush
from random import Random
from typing import Any

import attrs

from seatrial.model.actions import Action
from seatrial.model.canonical import canonical
from seatrial.model.cluster import Cluster, enabled, step
from seatrial.model.run import Run as ClusterRun
from seatrial.model.view import Cell
from seatrial.properties.checking.symbolic.answer import Run
from seatrial.properties.checking.symbolic.system import CountModel, Transition
from seatrial.properties.checking.symbolic.terms import Value

Counts = Callable[[Cluster], Value]
Choices = Callable[[Transition, Value, Value], Iterator[tuple[int, ...]]]
IsRead = Callable[[Cell], bool]


def anything(cell: Cell) -> bool:
    """Every cell may be read."""
    del cell
    return True


@attrs.frozen
class Refinement:
    """How a count model is compared with the model of objects, and how far it was.

    `choices(transition, before, after)` are those that a transition may have made between two states; `longest` is how
    many transitions one step of the cluster may be. `budgets` are the users and faults that the count model knows, and
    `hypotheses` those of the model of objects that it takes for granted: other scopes are refused. `reads` says of
    which cells the counts are a function: a step that writes no such cell changes no count. `proved_to` and
    `walked_to` are the replicas (or what `unit` says) up to which tests exhaust every transition, and walk at random.
    """

    model: CountModel
    choices: Choices
    proved_to: int
    walked_to: int
    longest: int = 1
    budgets: tuple[str, ...] = ()
    hypotheses: tuple[str, ...] = ()
    reads: IsRead = anything
    unit: str = ""

    @property
    def said(self) -> str:
        """What a verdict prints of it."""
        unit = f" {self.unit}" if self.unit else ""
        return f"refinement proved to {self.proved_to}, walked to {self.walked_to}{unit}"

    @property
    def said_of_liveness(self) -> str:
        """The same, for what is claimed of runs without end: fairness was not compared."""
        return f"{self.said}, for safety only"

    def without(self, *names: str) -> "Refinement":
        """The comparison with a count model that lacks some transitions; raises ValueError for unknown ones."""
        return attrs.evolve(self, model=self.model.without(*names))


@attrs.frozen
class Disagreement:
    """A step of the cluster that the count model does not have."""

    action: Action
    before: Value
    after: Value


@attrs.frozen
class Agreement:
    """How much was looked at, and the first disagreement; `complete` if nothing was left."""

    states: int
    steps: int
    complete: bool
    wrong: Disagreement | None = None
    taken: tuple[str, ...] = ()


def check_scope(refinement: Refinement, initial: Cluster) -> None:
    """Raises ValueError for a scope that the count model does not speak of: which fault, or which hypothesis."""
    scope, name = initial.system.scope, refinement.model.name
    for kind, count in sorted(scope.budgets.items()):
        if count and kind not in refinement.budgets:
            raise ValueError(f"the {name} knows nothing of {kind}, for which the scope has a budget: take it away; the "
                             f"model knows {', '.join(refinement.budgets)}")
    missing = [each for each in refinement.hypotheses if each not in scope.hypotheses]
    if missing:
        raise ValueError(f"the {name} takes {missing[0]} for granted: add it to the hypotheses of the scope")


def matching(refinement: Refinement, before: Value, after: Value) -> tuple[str, ...] | None:
    """The transitions of the count model between two states; none when they are one, None when there are no such."""
    return _matching(refinement, before, after, refinement.longest)


def _matching(refinement: Refinement, before: Value, after: Value, longest: int) -> tuple[str, ...] | None:
    if before == after:
        return ()
    for each in refinement.model.transitions if longest else ():
        for between in reached(refinement, each, before, after):
            rest = _matching(refinement, between, after, longest - 1)
            if rest is not None:
                return each.name, *rest
    return None


def reached(refinement: Refinement, transition: Transition, before: Value, after: Value) -> Iterator[Value]:
    """Where else a transition leads from a state, with each choice that it may have made on the way to another."""
    for choices in refinement.choices(transition, before, after):
        if transition.enabled(before, *choices):
            there = transition.step(before, *choices)
            if there != before:
                yield there


def exhaust(refinement: Refinement, initial: Cluster, counts: Counts, limit: int) -> Agreement:
    """Every transition of a scope, up to renaming; stops beyond `limit` states, or at a disagreement.

    Raises ValueError for a scope that the count model does not speak of.
    """
    check_scope(refinement, initial)
    seen, todo, steps, taken = {canonical(initial)}, [initial], 0, dict[str, None]()
    while todo:
        cluster = todo.pop()
        before = counts(cluster)
        for action in enabled(cluster):
            after = step(cluster, action)
            steps += 1
            names = matching(refinement, before, counts(after))
            if names is None:
                return Agreement(len(seen), steps, complete=False, taken=tuple(taken),
                                 wrong=Disagreement(action, before, counts(after)))
            taken.update(dict.fromkeys(names))
            form = canonical(after)
            if form not in seen:
                seen.add(form)
                todo.append(form)
        if len(seen) > limit:
            return Agreement(len(seen), steps, complete=False, taken=tuple(taken))
    return Agreement(len(seen), steps, complete=True, taken=tuple(taken))


def walk(refinement: Refinement, initial: Cluster, counts: Counts, length: int, seed: int) -> Agreement:
    """One random walk of so many steps; each is compared, whatever it wrote. Raises ValueError as `exhaust` does."""
    check_scope(refinement, initial)
    random, run, taken = Random(seed), ClusterRun(initial, record=False), dict[str, None]()  # noqa: S311 -- no secret
    before = counts(initial)
    for at in range(length):
        actions = run.enabled
        if not actions:
            return Agreement(at + 1, at, complete=True, taken=tuple(taken))
        action = random.choice(actions)
        run.take(action)
        after = counts(run.cluster)
        names = matching(refinement, before, after)
        if names is None or (before != after and not any(map(refinement.reads, run.written))):
            return Agreement(at + 1, at + 1, complete=False, taken=tuple(taken),
                             wrong=Disagreement(action, before, after))
        taken.update(dict.fromkeys(names))
        before = after
    return Agreement(length + 1, length, complete=False, taken=tuple(taken))


# A run of counts as a run of objects.


def realize(run: Run, initial: Cluster, counts: Counts, limit: int = 20_000) -> tuple[Action, ...] | None:
    """The shortest actions from a cluster whose counts go through the states of a run, and through no others.

    They are an ordinary counterexample of the model of objects. None when there are none among `limit` situations.
    """
    if counts(initial) != run.states[0]:
        return None
    todo: list[tuple[Cluster, int, tuple[Action, ...]]] = [(initial, 0, ())]
    seen = {(initial, 0)}
    while todo and len(seen) <= limit:
        cluster, at, taken = todo.pop(0)
        if at == len(run.states) - 1:
            return taken
        for action in enabled(cluster):
            after = step(cluster, action)
            found = counts(after)
            there = at if found == run.states[at] else at + 1 if found == run.states[at + 1] else None
            if there is not None and (after, there) not in seen:
                seen.add((after, there))
                todo.append((after, there, (*taken, action)))
    return None


def direct(refinement: Refinement, run: Run, initial: Cluster, counts: Counts, is_reached: Callable[[Cluster], Any],
           *, is_taken: Callable[[Action], bool], limit: int) -> tuple[Action, ...] | None:
    """Actions to a cluster where something is reached, found along the transitions of a run, in their order.

    Of the actions only some are taken, as `is_taken` says. Looser than `realize`: the same transitions, with numbers of
    their own; so what is reached must be judged anew. Clusters that have gone farther along the run are looked at
    first, of those the ones with fewer actions. None when nothing is reached within `limit` situations.
    """
    names = tuple(each.name for each in run.taken)
    todo: list[tuple[int, int, int, Cluster, tuple[Action, ...]]] = [(0, 0, 0, initial, ())]
    seen = {(initial, 0)}
    while todo and len(seen) <= limit:
        left, length, _, cluster, taken = heappop(todo)
        before = counts(cluster)
        for action in filter(is_taken, enabled(cluster)):
            after = step(cluster, action)
            if is_reached(after):
                return *taken, action
            there = -left + progress(matching(refinement, before, counts(after)) or (), names[-left:])
            if (after, there) not in seen:
                seen.add((after, there))
                heappush(todo, (-there, length + 1, len(seen), after, (*taken, action)))
    return None


def progress(taken: tuple[str, ...], wanted: tuple[str, ...]) -> int:
    """How many of the transitions wanted next are among those taken, in their order."""
    found = 0
    for name in taken:
        if found < len(wanted) and name == wanted[found]:
            found += 1
    return found
