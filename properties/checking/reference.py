"""The reference search: breadth first over `canonical(step(...))`, with a set and nothing else.

Slow and obvious on purpose. Every other engine must count the same states and find the same violations in the scopes
that this one can exhaust.
"""

from collections.abc import Callable

import attrs

from seatrial.model.actions import Action
from seatrial.model.apiserver.names import OutOfNames
from seatrial.model.canonical import Group, canonical
from seatrial.model.cluster import Cluster, enabled, is_environment, step

Predicate = Callable[[Cluster], str | None]


@attrs.frozen
class Exploration:
    """What a search counted; `complete` is False when it stopped at its limit or at a violation.

    `felt` names a bound of the scope that was met: an Action that it kept from happening counts as one without effect.
    """

    states: int
    transitions: int
    quiet: int
    depth: int
    complete: bool
    violation: str = ""
    trace: tuple[Action, ...] = ()
    felt: str = ""


def explore(initial: Cluster, *, always: tuple[Predicate, ...] = (), quietly: tuple[Predicate, ...] = (),
            limit: int = 100_000, symmetric: bool = False, alike: tuple[Group, ...] = ()) -> Exploration:
    """Searches every reachable state up to renaming; `symmetric` and `alike` are those of `canonical`.

    `always` must hold in each state, `quietly` in each where the system itself has nothing left to do. Stops at the
    first violation, with a shortest trace, or beyond `limit` states.
    """
    first = canonical(initial, symmetric=symmetric, alike=alike)
    parents: dict[Cluster, tuple[Cluster, Action] | None] = {first: None}
    frontier, transitions, quiet, depth, felt = [first], 0, 0, 0, ""
    while frontier:
        level, frontier = frontier, []
        for cluster in level:
            actions = enabled(cluster)
            still = all(is_environment(action) for action in actions)
            quiet += still
            said = next((words for check in (*always, *(quietly if still else ())) if (words := check(cluster))), None)
            if said or len(parents) > limit:
                return Exploration(len(parents), transitions, quiet, depth, complete=False, violation=said or "",
                                   trace=trace_to(cluster, parents), felt=felt)
            transitions += len(actions)
            for action in actions:
                try:
                    after = canonical(step(cluster, action), symmetric=symmetric, alike=alike)
                except OutOfNames as bound:
                    after, felt = cluster, str(bound)
                if after not in parents:
                    parents[after] = (cluster, action)
                    frontier.append(after)
        depth += bool(frontier)
    return Exploration(len(parents), transitions, quiet, depth, complete=True, felt=felt)


def trace_to(cluster: Cluster, parents: dict[Cluster, tuple[Cluster, Action] | None]) -> tuple[Action, ...]:
    """The actions from the initial state, in canonical names: take canonical(step(...)) to follow them."""
    actions: list[Action] = []
    while (found := parents[cluster]) is not None:
        cluster, action = found
        actions.append(action)
    return tuple(reversed(actions))
