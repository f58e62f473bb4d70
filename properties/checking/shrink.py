"""Makes a counterexample short: leaves out actions while the property is still broken.

A candidate is followed leniently: an action that is no longer possible is left out too, with all that depended on it.
First what goes wrong is made to go well where that changes nothing, as what is left then depends on fewer faults. Then
chunks of halving size are left out from the end, again and again, until no single action can go. At last a fault is
replaced by one other action (an event delivered instead of a failed call, say): what leaving out alone cannot reach.
For liveness the stem is shortened, the empty one is tried first, and the fair suffix is run anew, deterministically.
"""

from collections.abc import Iterator
from math import inf
from random import Random
from time import monotonic

import attrs

from seatrial.model.actions import Action
from seatrial.model.cluster import Cluster, is_environment
from seatrial.model.run import Run
from seatrial.properties.checking.fair import fails_at_end, run_fairly
from seatrial.properties.checking.replay import confirm
from seatrial.properties.checking.verdict import Counterexample
from seatrial.properties.property import LIVENESS, STEP, Property

Actions = tuple[Action, ...]
LONGEST_SUFFIX = 5_000
LONGEST_DETOURED = 40


@attrs.define
class Shrinker:
    """The best counterexample so far, and how much may still be tried: so many candidates, until then."""

    initial: Cluster
    prop: Property
    best: Counterexample
    tries: int
    until: float = inf

    def is_over(self) -> bool:
        """Is every try spent, or the time?"""
        return self.tries <= 0 or monotonic() >= self.until

    def offer(self, actions: Actions) -> bool:
        """Follows a candidate, and keeps it if it is shorter, or as short with fewer faults."""
        self.tries -= 1
        found = self.follow(actions)
        better = found is not None and _rank(found) < _rank(self.best)
        if better and found is not None:
            self.best = found
        return better

    def follow(self, actions: Actions) -> Counterexample | None:
        """The counterexample that these actions lead to, if they lead to one before the time is over."""
        if self.prop.kind in LIVENESS:
            return follow_liveness(self.initial, self.prop, actions, self.until)
        return follow_safety(self.initial, self.prop, actions)

    @property
    def stem(self) -> Actions:
        """What was done before the violation, or before the fair suffix."""
        return self.best.actions[: self.best.stem]


def shrink(initial: Cluster, prop: Property, found: Counterexample, *, most_tries: int = 2_000,
           seconds: float | None = None) -> Counterexample:
    """A counterexample to the same property that is no longer, and as a rule much shorter.

    `seconds` bounds the time that it takes; without it the result is the same on every machine.
    """
    shrinker = Shrinker(initial, prop, found, most_tries, inf if seconds is None else monotonic() + seconds)
    if prop.kind in LIVENESS and found.stem and not shrinker.is_over() and shrinker.offer(()):
        return _confirmed(shrinker)
    shrinker.best = shrinker.follow(shrinker.stem) or found
    go_well(shrinker)
    while not shrinker.is_over():
        leave_out(shrinker)
        if not take_detours(shrinker):
            break
    return _confirmed(shrinker)


def _confirmed(shrinker: Shrinker) -> Counterexample:
    confirm(shrinker.initial, shrinker.prop, shrinker.best)
    return shrinker.best


def _rank(found: Counterexample) -> tuple[int, int]:
    """Short ones first, among them those with few faults."""
    return found.stem, sum(is_environment(action) for action in found.actions[: found.stem])


def go_well(shrinker: Shrinker) -> None:
    """Leaves out or makes good each thing that went wrong, from the end, where the property is broken all the same."""
    for at in reversed(range(shrinker.best.stem)):
        stem = shrinker.stem
        if at < len(stem) and is_environment(stem[at]):
            for instead in _instead_of(stem[at]):
                if shrinker.is_over() or shrinker.offer((*stem[:at], *instead, *stem[at + 1:])):
                    break


def _instead_of(action: Action) -> tuple[Actions, ...]:
    """What may stand in the place of a thing that goes wrong: a call that succeeds, or nothing."""
    return ((attrs.evolve(action, choice="ok"),), ()) if action.step == "Request" else ((),)


def leave_out(shrinker: Shrinker) -> None:
    """Leaves out chunks of halving size, until no single action can go."""
    size = max(shrinker.best.stem // 2, 1)
    while True:
        before = shrinker.best.stem
        for start in range(max(before - size, 0), -1, -size):
            if shrinker.is_over():
                return
            shrinker.offer(shrinker.stem[:start] + shrinker.stem[start + size:])
        if shrinker.best.stem == before and size == 1:
            return
        size = max(size // 2, 1)


def take_detours(shrinker: Shrinker) -> bool:
    """Replaces a fault by one other action, at its place or later; says if that helped.

    For safety only: what a fault of a stem did to a fair suffix, one action rarely does.
    """
    if shrinker.prop.kind in LIVENESS or shrinker.best.stem > LONGEST_DETOURED:
        return False
    stem = shrinker.stem
    for at in reversed(range(len(stem))):
        for instead in _instead_of(stem[at]) if is_environment(stem[at]) else ():
            for candidate in _detours(shrinker.initial, (*stem[:at], *instead), stem[at + 1:]):
                if shrinker.is_over():
                    return False
                if shrinker.offer(candidate):
                    return True
    return False


def _detours(initial: Cluster, head: Actions, tail: Actions) -> Iterator[Actions]:
    """The head and what can be taken of the tail, with one more action after any of the tail's."""
    run = Run(initial)
    for action in head:
        if run.can(action):
            run.take(action)
    for at in range(len(tail) + 1):
        taken = tuple(run.actions)
        for action in run.enabled:
            if not is_environment(action):
                yield (*taken, action, *tail[at:])
        if at < len(tail) and run.can(tail[at]):
            run.take(tail[at])


def follow_safety(initial: Cluster, prop: Property, actions: Actions) -> Counterexample | None:
    """Takes what can be taken, up to the first violation; None when there is none."""
    run = Run(initial)
    for action in actions:
        if not run.can(action):
            continue
        before = run.cluster
        run.take(action)
        said = prop.predicate(before, action, run.cluster) if prop.kind == STEP else (
            prop.predicate(run.cluster) if prop.concerns(run.written) else None)
        if said:
            taken = tuple(run.actions)
            return Counterexample(prop.name, taken, said, len(taken))
    return None


def follow_liveness(initial: Cluster, prop: Property, stem: Actions, until: float = inf) -> Counterexample | None:
    """Takes what can be taken of the stem, then runs fairly; None when the goal is reached and kept.

    None too when that is not known at the time `until`.
    """
    run = Run(initial)
    for action in stem:
        if run.can(action):
            run.take(action)
    taken = len(run.actions)
    suffix = run_fairly(run, Random(0), LONGEST_SUFFIX, lambda _: None,  # noqa: S311 -- a search, not a secret
                        is_over=lambda: monotonic() >= until)
    said = fails_at_end(prop, initial, run, suffix)
    return Counterexample(prop.name, tuple(run.actions), said, taken, suffix.loop) if said else None
