"""Is a violation that was found with timers that may run out at any step there with the clock modelled too?

An untimed scope covers every delay, and more: a timer of five minutes may run out before one of a second. So the run is
taken again in the timed scope, the clock being moved where an Action waits for it; of a loop a few rounds are, and one
of them must come back to where it began and be fair, the clock included. If that fails, walks of the timed scope look
for the violation on another way. What neither finds is not reported as violated.

Names and versions are not bounded there: neither replay nor walks need it, and a walk would run out of names.
"""

import attrs

from seatrial.model.actions import Action
from seatrial.model.clock import CLOCK
from seatrial.model.cluster import Cluster, enabled, step
from seatrial.model.start import start
from seatrial.properties.checking.endless import lacking_in
from seatrial.properties.checking.explore.again import rounds_of
from seatrial.properties.checking.replay import judge, replay
from seatrial.properties.checking.verdict import Counterexample
from seatrial.properties.checking.walk import Budget, Walker
from seatrial.properties.property import SOMETIMES, Property

ADVANCE = Action("Advance", "clock")
EARLY = ("Fire", "LeaseExpires")
"""The steps by which a timer runs out."""
TIMED_WALKS = Budget(steps=20_000, seconds=5.0)
MOST_ADVANCES = 64
MOST_STEPS = 2_000
"""Of rounds that only let time pass no more are taken."""


def early_timers(actions: tuple[Action, ...]) -> tuple[str, ...]:
    """The timers that ran out in a run, in words."""
    return tuple(dict.fromkeys(
        f"{action.process}'s timer {action.key}" if action.step == "Fire" else f"the lease of {action.process}"
        for action in actions if action.step in EARLY))


def with_clock(initial: Cluster, actions: tuple[Action, ...]) -> tuple[Action, ...] | None:
    """The run in the timed scope, with the clock moved where it must be; None if it cannot be taken there."""
    cluster, taken = initial, []
    for action in actions:
        for _ in range(MOST_ADVANCES):
            offered = enabled(cluster)
            if action in offered or ADVANCE not in offered:
                break
            taken.append(ADVANCE)
            cluster = step(cluster, ADVANCE)
        if action not in enabled(cluster):
            return None
        taken.append(action)
        cluster = step(cluster, action)
    return tuple(taken)


def is_there_in_time(initial: Cluster, prop: Property, found: Counterexample, siblings: tuple[Property, ...] = (),
                     budget: Budget = TIMED_WALKS) -> bool:
    """Does the same scope with the clock modelled break the property too?"""
    scope = initial.system.scope
    if any(shows_again(start(each), prop, found) for each in (
            attrs.evolve(scope, timed=True), attrs.evolve(scope, timed=True, versions=0, generations=0))):
        return True
    timed = start(attrs.evolve(scope, timed=True, versions=0, generations=0, names=0))
    walker = Walker(timed, (prop, *(each for each in siblings if each.kind == SOMETIMES)), 0, budget)
    return prop.name in walker.run().found


def shows_again(timed: Cluster, prop: Property, found: Counterexample) -> bool:
    """Can the run be taken in this timed scope, and does it show the same there?"""
    if found.loop is None:
        actions = with_clock(timed, found.actions)
        return actions is not None and judge(
            prop, replay(timed, actions), attrs.evolve(found, actions=actions, stem=len(actions))) is not None
    stem, loop = found.actions[:found.loop], found.actions[found.loop:]
    known = rounds_until_settled(timed, stem, loop)
    before, actions = with_clock(timed, (*stem, *known * loop)), with_clock(timed, (*stem, *(known + 2) * loop))
    if before is None or actions is None:
        return False
    states = replay(timed, actions)
    again = attrs.evolve(found, actions=actions, loop=len(before))
    return any(lacking_in(prop, states[:end + 1], begin) is not None
               for begin, end in rounds_of(states[len(before):], again))


def rounds_until_settled(timed: Cluster, stem: tuple[Action, ...], loop: tuple[Action, ...]) -> int:
    """After how many rounds all that happened before them is so long ago that nobody can tell how long."""
    taken = with_clock(timed, stem), with_clock(timed, (*stem, *loop))
    if taken[0] is None or taken[1] is None:
        return 0
    begin, end = (replay(timed, actions)[-1].view()[CLOCK] or 0 for actions in taken if actions is not None)
    rounds = -(-timed.system.horizon // (end - begin)) if end > begin else 0
    return rounds if rounds * len(loop) <= MOST_STEPS else 0


def why_early(actions: tuple[Action, ...]) -> str:
    """What must be said of a run that was not found again with the clock modelled."""
    return f"needs a timer to fire early: {', '.join(early_timers(actions))}; with the clock modelled it was not found"
