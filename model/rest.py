"""Where a cluster comes to rest when users and faults leave it alone: a beginning for those who ask what comes after.

Everybody in the system gets their turn, the one that has waited longest first, and of what one may do the first that is
offered. Time passes, and timers run out, when nothing else can move, or after a good while. So the run depends on
nothing but the cluster, and so does its end: of several places where the cluster could rest it is one. What other
orders do on the way there is not looked at; a scope that begins at rest does not ask about it.
"""

from seatrial.model.actions import Action
from seatrial.model.cluster import Cluster, is_environment
from seatrial.model.run import Run

MOST_STEPS = 20_000
PATIENCE = 256
SLOW = frozenset(("Advance", "Fire", "LeaseExpires"))
"""Steps by which time passes."""
Unit = tuple[str, str, str]


class NoRest(ValueError):  # noqa: N818 -- it says what there is not
    """A cluster goes on for ever, or for very long, without users and faults."""


def run_to_rest(cluster: Cluster, most: int = MOST_STEPS) -> Cluster:
    """The cluster when nothing but users and faults can move; raises NoRest after so many steps."""
    run = Run(cluster, record=False)
    turns: dict[Unit, int] = {}
    for turn in range(most):
        action = choose(run, turns, turn)
        if action is None:
            return run.cluster
        turns[unit_of(action)] = turn
        run.take(action)
    message = (f"without users and faults the cluster does not come to rest within {most:,} steps: check it from its "
               "beginning, where what keeps it going can be found")
    raise NoRest(message)


def unit_of(action: Action) -> Unit:
    """Who takes turns: a step of a process for a key."""
    return action.step, action.process, action.key


def choose(run: Run, turns: dict[Unit, int], turn: int) -> Action | None:
    """The first Action of who has waited longest; None if nobody in the system can move."""
    waiting: dict[Unit, Action] = {}
    for action in run.enabled:
        if not is_environment(action):
            waiting.setdefault(unit_of(action), action)
    if not waiting:
        return None

    def due(unit: Unit) -> tuple[int, Unit]:
        return (turns.setdefault(unit, turn) + PATIENCE if unit[0] in SLOW else turns.get(unit, -1)), unit

    return waiting[min(waiting, key=due)]
