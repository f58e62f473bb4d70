"""Why a run without end is fair: who gets a turn in its loop, and who need not have one, in words.

Read off the run itself by what `enabled` offers, so that the loops of every engine are explained alike. A weakly fair
unit is owed a turn only while it can move all the time.
"""

import attrs

from seatrial.model.actions import Action
from seatrial.model.cluster import Cluster, enabled, is_environment
from seatrial.properties.checking.fair import unit_of


@attrs.frozen
class Obligation:
    """Why a loop is fair to a unit: it is taken at this step, or it cannot move after this step."""

    unit: Action
    taken: bool
    step: int

    def __str__(self) -> str:
        what = f"is taken at step {self.step}" if self.taken else f"is not enabled {after(self.step)}"
        return f"{unit_in_words(self.unit)} {what}"


def after(step: int) -> str:
    """A moment of a run, in words; steps are counted from 1."""
    return f"after step {step}" if step else "at the start"


def unit_in_words(unit: Action) -> str:
    """A unit as a reader says it: "default-scheduler's Sync of default/web"."""
    of = f" of {unit.key}" if unit.key else ""
    choice = f" as {unit.choice}" if unit.choice else ""
    return f"{unit.process}'s {unit.step}{of}{choice}" if unit.process else f"{unit.step}{of}{choice}"


def units_of(cluster: Cluster) -> dict[Action, None]:
    """The units of the system that can move, each written as an Action without its choice."""
    return dict.fromkeys(Action(*unit_of(action)) for action in enabled(cluster) if not is_environment(action))


def obligations(states: tuple[Cluster, ...], actions: tuple[Action, ...], begin: int) -> tuple[Obligation, ...]:
    """For each unit that can move in a loop: where it does, or where it cannot.

    `states` are those of the loop, one more than its `actions`; `begin` steps come before.
    """
    can = [units_of(state) for state in states]
    first: dict[Action, int] = {}
    for at, action in enumerate(actions, begin + 1):
        first.setdefault(Action(*unit_of(action)), at)
    found = []
    for unit in dict.fromkeys(unit for each in can for unit in each):
        idle = next((begin + at for at, each in enumerate(can) if unit not in each), None)
        if unit in first:
            found.append(Obligation(unit, taken=True, step=first[unit]))
        elif idle is not None:
            found.append(Obligation(unit, taken=False, step=idle))
    return tuple(sorted(found, key=lambda each: (each.step, not each.taken, each.unit)))


def because(states: tuple[Cluster, ...], actions: tuple[Action, ...], loop: int | None) -> tuple[str, ...]:
    """Why nothing in the system may complain that it gets no turn, one sentence each.

    Of a whole run that ends in rest, or in the loop that begins after `loop` actions.
    """
    if loop is None:
        return (f"nothing but users and faults can move {after(len(actions))}",)
    return tuple(str(each) for each in obligations(states[loop:], actions[loop:], loop))
