"""Replays a counterexample through plain `step`, with nothing of the engine that found it.

A replay that disagrees is a defect of this project, never a verdict.
"""

from seatrial.model.actions import Action
from seatrial.model.cluster import Cluster, enabled, is_environment, step
from seatrial.properties.checking.endless import lacking_in
from seatrial.properties.checking.verdict import Counterexample
from seatrial.properties.property import LIVENESS, STEP, Property


class ReplayDisagrees(Exception):  # noqa: N818 -- it names what is wrong
    """The actions do not lead where the engine said: an internal error (exit 70)."""


def replay(initial: Cluster, actions: tuple[Action, ...]) -> tuple[Cluster, ...]:
    """The states of a run, the initial one first; raises ReplayDisagrees at an action that is not enabled."""
    states = [initial]
    for number, action in enumerate(actions, 1):
        if action not in enabled(states[-1]):
            message = f"step {number}, {action}, is not enabled after the {number - 1} steps before it"
            raise ReplayDisagrees(message)
        states.append(step(states[-1], action))
    return tuple(states)


def confirm(initial: Cluster, prop: Property, found: Counterexample) -> None:
    """Raises ReplayDisagrees unless the counterexample, replayed, says what the engine said."""
    states = replay(initial, found.actions)
    said = judge(prop, states, found)
    if said != found.sentence:
        message = (f"{prop.name}: the engine said {found.sentence!r}, the replay of its {len(found.actions)} actions "
                   f"says {said!r}")
        raise ReplayDisagrees(message)


def judge(prop: Property, states: tuple[Cluster, ...], found: Counterexample) -> str | None:
    """What the property says at the end of these states."""
    if prop.kind == STEP:
        return prop.predicate(states[-2], found.actions[-1], states[-1]) if found.actions else None
    if prop.kind not in LIVENESS:
        return prop.predicate(states[-1])
    if found.loop is None and any(not is_environment(action) for action in enabled(states[-1])):
        return None
    return lacking_in(prop, states, found.loop)
