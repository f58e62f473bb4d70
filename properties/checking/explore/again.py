"""A loop cut where it first comes back up to renumbering, so that it can be read.

An explored scope counts resourceVersions modulo a bound, so that a livelock that writes comes back to the very same
state only after as many writes. Replayed with versions that grow for ever it is back, but for their numbers, much
earlier: from there it does the same again. That replay is also a check of its own: no bound on versions is at work in
what it shows.
"""

from collections.abc import Iterator

import attrs

from seatrial.model.canonical import canonical
from seatrial.model.cluster import Cluster
from seatrial.model.start import start
from seatrial.properties.checking.endless import lacking_in
from seatrial.properties.checking.explore.fairness import unit_in
from seatrial.properties.checking.replay import ReplayDisagrees, replay
from seatrial.properties.checking.turns import units_of
from seatrial.properties.checking.verdict import Counterexample
from seatrial.properties.property import Property

MOST_STEPS = 2_000
"""Longer loops are left as they are: comparing their states costs too much."""


def cut_short(initial: Cluster, prop: Property, found: Counterexample) -> Counterexample:
    """The counterexample with the part of its loop that comes back, is fair and ends first; itself without one."""
    if found.loop is None or len(found.actions) - found.loop > MOST_STEPS:
        return found
    unbounded = start(attrs.evolve(initial.system.scope, versions=0))
    try:
        states = replay(unbounded, found.actions)
    except ReplayDisagrees:
        return found
    for begin, end in rounds_of(states[found.loop:], found):
        shorter = attrs.evolve(found, actions=found.actions[:end], loop=begin)
        if said := lacking_in(prop, replay(initial, shorter.actions), begin):
            return attrs.evolve(shorter, sentence=said)
    return found


def rounds_of(states: tuple[Cluster, ...], found: Counterexample) -> Iterator[tuple[int, int]]:
    """Where fair rounds of a loop begin and end, in actions of the run: what ends first comes first, then the shorter.

    `states` are those of the loop, replayed with nothing bounded.
    """
    loop = found.loop or 0
    plain = [canonical(state) for state in states]
    can = [frozenset(units_of(state)) for state in states]
    for end in range(1, len(states)):
        always, taken = can[end], set()
        for begin in range(end - 1, -1, -1):
            taken.add(unit_in(found.actions[loop + begin]))
            if always <= taken and plain[begin] == plain[end]:
                yield loop + begin, loop + end
            always = always & can[begin]
