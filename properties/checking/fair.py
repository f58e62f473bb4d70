"""The fair schedule: users and faults are quiet, and every unit that stays enabled gets its turn.

The unit of fairness is (step, process, key), never the choice or outcome within it: the one that has waited longest
goes next. A fair suffix ends in a fixpoint, where the system has nothing left to do, or repeats a state exactly, up to
renaming, after a whole round in which every unit that could move did: then it would do so for ever.
"""

from collections.abc import Callable, Iterator
from random import Random

import attrs

from seatrial.model.actions import Action
from seatrial.model.canonical import canonical
from seatrial.model.cluster import Cluster, is_environment
from seatrial.model.run import Run
from seatrial.properties.checking.endless import lacking_in
from seatrial.properties.property import Property

FIXPOINT, REPEATED, CUT_OFF = "fixpoint", "repeated", "cut off"
Unit = tuple[str, str, str]


@attrs.frozen
class Suffix:
    """How a fair suffix ended; of a repetition, after how many actions of the run its loop begins."""

    end: str
    loop: int | None = None


def fails_at_end(prop: Property, initial: Cluster, run: Run, suffix: Suffix) -> str | None:
    """What a liveness property says at the end of a fair suffix; nothing of one that was cut off."""
    if suffix.end == CUT_OFF:
        return None
    if suffix.end == FIXPOINT and prop.premise is None:
        return prop.predicate(run.cluster)
    return lacking_in(prop, states_of(initial, run), suffix.loop)


def states_of(initial: Cluster, run: Run) -> Iterator[Cluster]:
    """The states of a run, the initial one first."""
    again = Run(initial, record=False)
    yield initial
    for action in run.actions:
        again.take(action)
        yield again.cluster


PATIENCE = 256
FIRST_STRETCH = 32
MOST_LOOKS = 64


def _due(unit: Unit, turns: dict[Unit, int], turn: int) -> int:
    """When a unit's turn is: the one that waited longest first, the clock a good while later."""
    if unit[0] == "Advance":
        return turns.setdefault(unit, turn) + PATIENCE
    return turns.get(unit, -1)


def unit_of(action: Action) -> Unit:
    """The unit of fairness of an Action."""
    return action.step, action.process, action.key


class Landmark:
    """A state to compare later ones with: first by what costs nothing, then up to renaming."""

    def __init__(self, run: Run) -> None:
        """Remembers where a run is."""
        self.cluster = run.cluster
        self.size = (len(run.cluster.cells), len(run.anchors))
        self.found: Cluster | None = None
        self.looks = 0

    def is_here_again(self, run: Run) -> bool:
        """Is the run, up to renaming, in the remembered state?"""
        if self.looks >= MOST_LOOKS or (len(run.cluster.cells), len(run.anchors)) != self.size:
            return False
        self.looks += 1
        if self.found is None:
            self.found = canonical(self.cluster)
        return canonical(run.cluster) == self.found


def never() -> bool:
    """There is no hurry."""
    return False


def run_fairly(run: Run, chance: Random, limit: int, visit: Callable[[Cluster], None], *,
               withheld: frozenset[str] = frozenset(), is_over: Callable[[], bool] = never) -> Suffix:
    """Runs the system alone until it rests, repeats itself, or has taken `limit` steps; visits each state.

    Steps named in `withheld` are not taken: what a walk does before its suffix, to let a fault show all it does. It is
    cut off too once `is_over` says so.

    The clock is fair too, but slow: it advances when nothing else can move, or after `PATIENCE` other steps.
    """
    turns: dict[Unit, int] = {}
    saved, saved_at, patience = Landmark(run), run.length, FIRST_STRETCH
    since: dict[Unit, None] = {}
    always_waiting: dict[Unit, None] | None = None
    for turn in range(limit):
        if is_over():
            break
        waiting: dict[Unit, list[Action]] = {}
        for action in run.enabled:
            if not is_environment(action) and action.step not in withheld:
                waiting.setdefault(unit_of(action), []).append(action)
        if not waiting:
            return Suffix(FIXPOINT)
        if always_waiting is None:
            always_waiting = dict.fromkeys(waiting)
        always_waiting = {unit: None for unit in always_waiting if unit in waiting}
        unit = min(waiting, key=lambda each: (_due(each, turns, turn), each))
        turns[unit] = turn
        since[unit] = None
        run.take(chance.choice(waiting[unit]))
        visit(run.cluster)
        if all(each in since for each in always_waiting) \
                and saved.is_here_again(run):
            return Suffix(REPEATED, saved_at)
        if run.length - saved_at >= patience:
            saved, saved_at, patience = Landmark(run), run.length, 2 * patience
            since, always_waiting = {}, None
    return Suffix(CUT_OFF)
