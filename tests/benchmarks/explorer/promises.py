"""What must hold in the benchmark's scenario, as judges of views."""

from functools import partial

from seatrial.model.view import Cell, View
from seatrial.properties.checking.explore.transitions import Judge
from tests.benchmarks.explorer.scenario import (
    LIVE,
    RUNNING,
    Pod,
    Scenario,
    Size,
    container,
    is_active,
    node_of,
    scenario,
    stored,
    wanted,
)


def is_ready(pod: Pod | None) -> bool:
    """Projection: does it run, and stay?"""
    return pod is not None and pod[0] == RUNNING and pod[2] == LIVE


def is_within_capacity(named: Scenario, node: str, view: View) -> str | None:
    """No more pods are bound to a node than fit."""
    bound = sum(view.get(stored(pod), node_of) == node for pod in named.pods)
    return f"{node} has {bound} pods and room for {named.size.capacity}" if bound > named.size.capacity else None


def runs_once(named: Scenario, pod: str, view: View) -> str | None:
    """A pod has containers on one node at most."""
    held = [node for node in named.nodes if view[container(node, pod)] is not None]
    return f"{pod} has containers on {', '.join(held)}" if len(held) > 1 else None


def is_within_scale(named: Scenario, replicaset: str, view: View) -> str | None:
    """There are never more replicas than any scale asked for."""
    active = sum(view.get(stored(pod), is_active) for pod in named.pods_of(replicaset))
    return f"{replicaset} has {active} replicas" if active > named.size.desired else None


def has_converged(named: Scenario, replicaset: str, view: View) -> str | None:
    """When nothing is left to do, as many pods run as are wanted."""
    ready = sum(view.get(stored(pod), is_ready) for pod in named.pods_of(replicaset))
    asked = view[wanted(replicaset)]
    return f"{replicaset} is at rest with {ready} ready pods of {asked}" if ready != asked else None


def always(size: Size) -> tuple["partial[str | None]", ...]:
    """What must hold in every state."""
    named = Scenario(size)
    return (*(partial(is_within_capacity, named, node) for node in named.nodes),
            *(partial(runs_once, named, pod) for pod in named.pods),
            *(partial(is_within_scale, named, replicaset) for replicaset in named.replicasets))


def quietly(size: Size) -> tuple["partial[str | None]", ...]:
    """What must hold where only users and faults can still do something."""
    named = Scenario(size)
    return tuple(partial(has_converged, named, replicaset) for replicaset in named.replicasets)


def families(size: Size) -> tuple[str, ...]:
    """What each of these promises: the same of each node, pod or ReplicaSet."""
    return tuple(judge.func.__name__ for judge in (*always(size), *quietly(size)))


def promises(size: Size) -> tuple[Judge, ...]:
    """Everything that must hold, each as a judge of any state."""
    return (*always(size), at_rest(size))


def at_rest(size: Size) -> Judge:
    """What must hold at rest, as a judge of any state: it looks for something to do where it would speak.

    It looks first where little is read to see that there is something.
    """
    system, judges = scenario(size), quietly(size)
    anchors = [cell for table in ("node", "place", "spec", "schedule", "watch", "reconcile")
               for cell in system.initial.keys_between(Cell(table), Cell(table + "\0"))]

    def judge(view: View) -> str | None:
        said = next((words for each in judges if (words := each(view))), None)
        busy = said is not None and any(not system.environment(action) for anchor in anchors
                                        for action in system.offers(view, anchor))
        return None if busy else said

    return judge
