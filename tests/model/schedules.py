"""Fair schedules: every (process, step, key) that stays possible gets its turn.

A schedule of a `Run` yields the Action that goes next, until nothing is left to do; whoever walks takes it.
"""

from collections.abc import Callable, Iterator
from random import Random

from seatrial.model.actions import Action
from seatrial.model.cluster import Cluster, enabled, is_environment, step
from seatrial.model.run import Run

Schedule = Callable[[Run], Iterator[Action]]
Latency = Callable[[Run, Action], int]


def fair(run: Run) -> list[Action]:
    """What can go next without users and faults, in the order of what is enabled."""
    return [action for action in run.enabled if not is_environment(action)]


def by_latency(latency: Latency) -> Schedule:
    """Each Action takes so many milliseconds from when it became possible; whatever is finished first goes next."""
    def schedule(run: Run) -> Iterator[Action]:
        now, due = 0, dict[Action, int]()
        while able := fair(run):
            due = {action: due[action] if action in due else now + latency(run, action) for action in able}
            action = min(able, key=lambda each: due[each])
            now = due.pop(action)
            yield action

    return schedule


def at_random(seed: int) -> Schedule:
    """Any order; the clock moves when nothing else can."""
    def schedule(run: Run) -> Iterator[Action]:
        chance = Random(seed)  # noqa: S311 -- a walk, not a secret
        while able := fair(run):
            yield chance.choice([action for action in able if action.step != "Advance"] or able)

    return schedule


def settle(cluster: Cluster, avoid: tuple[str, ...] = ("Fire",), limit: int = 600) -> Cluster:
    """Takes fair Actions, the one not taken for longest first, until none is left but those to avoid."""
    turns: dict[tuple[str, str, str], int] = {}
    for turn in range(limit):
        fair = [each for each in enabled(cluster) if not is_environment(each) and each.step not in avoid]
        if not fair:
            return cluster
        chosen = min(fair, key=lambda each: turns.get((each.process, each.step, each.key), -1))
        turns[chosen.process, chosen.step, chosen.key] = turn
        cluster = step(cluster, chosen)
    raise AssertionError(f"no rest after {limit} steps; enabled are {[str(each) for each in enabled(cluster)]}")
