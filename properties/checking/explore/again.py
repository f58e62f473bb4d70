"""A loop cut where it first comes back up to renumbering, so that it can be read.

An explored scope counts resourceVersions modulo a bound, and generations up to one, so that a livelock that writes
comes back to the very same state only after as many writes. Replayed with numbers that grow for ever it is back, but
for the numbers, much earlier: from there it does the same again. That replay is also a check of its own: no bound is at
work in what it shows.
"""

from collections.abc import Iterator

import attrs

from seatrial.model.actions import Action
from seatrial.model.canonical import canonical
from seatrial.model.cluster import Cluster, enabled, step
from seatrial.model.generations import with_ranked_generations
from seatrial.model.start import start
from seatrial.properties.checking.endless import lacking_in
from seatrial.properties.checking.explore.fairness import unit_in
from seatrial.properties.checking.replay import judge, replay
from seatrial.properties.checking.turns import units_of
from seatrial.properties.checking.verdict import Counterexample
from seatrial.properties.property import Property

MOST_STEPS = 2_000
"""Of a longer loop only so much is looked at: comparing states costs too much."""


def cut_short(initial: Cluster, prop: Property, found: Counterexample) -> Counterexample:
    """The counterexample with the part of its loop that comes back, is fair and ends first; itself without one."""
    if found.loop is None:
        return found
    states = as_far_as_it_goes(unbounded(initial), found.actions[:found.loop + MOST_STEPS])
    for first in (found.loop, found.stem):
        for begin, end in rounds_of(states[first:], attrs.evolve(found, loop=first)):
            shorter = attrs.evolve(found, actions=found.actions[:end], loop=begin)
            if said := lacking_in(prop, replay(initial, shorter.actions), begin):
                return attrs.evolve(shorter, sentence=said)
    return found


def unbounded(initial: Cluster) -> Cluster:
    """The first cluster of the same scope with versions and generations that grow for ever."""
    return start(attrs.evolve(initial.system.scope, versions=0, generations=0))


def shows_unbounded(initial: Cluster, prop: Property, found: Counterexample) -> bool:
    """Does the run show the same, and a loop come back, where neither versions nor generations are bounded?"""
    states = as_far_as_it_goes(unbounded(initial), found.actions)
    if len(states) <= len(found.actions):
        return False
    if found.loop is not None and renumbered(states[found.loop]) != renumbered(states[-1]):
        return False
    return judge(prop, states, found) is not None


def renumbered(state: Cluster) -> Cluster:
    """The state up to the numbers that grow for ever; no user acts in a loop, so generations can be ranked."""
    return with_ranked_generations(canonical(state))


def as_far_as_it_goes(initial: Cluster, actions: tuple[Action, ...]) -> tuple[Cluster, ...]:
    """The states of a run, up to the first Action that is not enabled, if there is one."""
    states = [initial]
    for action in actions:
        if action not in enabled(states[-1]):
            break
        states.append(step(states[-1], action))
    return tuple(states)


def rounds_of(states: tuple[Cluster, ...], found: Counterexample) -> Iterator[tuple[int, int]]:
    """Where fair rounds of a loop begin and end, in actions of the run: what ends first comes first, then the shorter.

    `states` are those of the loop, replayed with nothing bounded.
    """
    loop = found.loop or 0
    plain = [renumbered(state) for state in states]
    can = [frozenset(units_of(state)) for state in states]
    for end in range(1, len(states)):
        always, taken = can[end], set()
        for begin in range(end - 1, -1, -1):
            taken.add(unit_in(found.actions[loop + begin]))
            if always <= taken and plain[begin] == plain[end]:
                yield loop + begin, loop + end
            always = always & can[begin]
