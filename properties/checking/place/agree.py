"""Does the solver agree with a scheduling cycle? For one pod and one snapshot, both say where it can go.

Every node that the cycle found feasible must be a solution of the solver's problem, and where it found none, there must
be none. Nominated pods are counted as upstream counts them: a node must take the pod with those that are nominated to
it and no less important, and without them. Left out: a spread constraint with an empty selector counts no pod that is
there, yet counts nominated ones (a trait of upstream's AddPod); here it counts neither.
"""

from collections.abc import Mapping

import attrs

from seatrial.model.api.core import Pod
from seatrial.model.evolve import evolve
from seatrial.model.scheduler.cycle import is_yielded_to, run_pre_filter_plugins
from seatrial.model.scheduler.framework import Nodes
from seatrial.model.scheduler.plugins import PLUGINS
from seatrial.properties.checking.place.forms import AT_MOST, Formula
from seatrial.properties.checking.place.lower_z3 import COUNTS, ask
from seatrial.properties.checking.place.problem import Problem, new_problem
from seatrial.properties.checking.place.question import Batch, Question
from seatrial.properties.checking.place.world import World, new_world

SECONDS = 10.0


@attrs.frozen(eq=False)
class Cycle:
    """A scheduling cycle to the solver: the pod on the snapshot; `coming`, by node, with the pods it yields to."""

    names: tuple[str, ...]
    plain: Problem
    coming: Mapping[str, Problem]


def new_cycle(pod: Pod, nodes: Nodes, nominated: tuple[Pod, ...] = ()) -> Cycle:
    """Prepares a cycle; `nominated` are the waiting pods with a status.nominatedNodeName.

    A filter that PreFilter skipped is not run with them either, though one of them might have made it speak.
    """
    there = tuple(at_node(each, info.name) for info in nodes for each in info.pods)
    plain = world_of(pod, nodes, there)
    skipped = run_pre_filter_plugins(PLUGINS, pod, nodes).skipped if nominated else ()
    coming = {}
    for info in nodes:
        yielded_to = tuple(at_node(each, info.name) for each in nominated if is_yielded_to(pod, each, info.name))
        if yielded_to:
            world = world_of(pod, nodes, (*there, *yielded_to))
            kept = tuple(each for each in world.constraints if each.plugin not in skipped)
            coming[info.name] = new_problem(attrs.evolve(world, constraints=kept))
    return Cycle(tuple(info.name for info in nodes), new_problem(plain), coming)


def at_node(pod: Pod, node: str) -> Pod:
    """The pod, bound to a node."""
    return evolve(pod, spec=evolve(pod.spec, node_name=node))


def world_of(pod: Pod, nodes: Nodes, placed: tuple[Pod, ...]) -> World:
    """The pod to be placed beside these."""
    machines = tuple(info.node for info in nodes)
    return new_world(Question(machines, placed, (Batch(pod.metadata.name, pod, 1),)), lean=True)


def node_agrees(pod: Pod, nodes: Nodes, chosen: str, nominated: tuple[Pod, ...] = ()) -> bool:
    """May the pod go to this node by the solver's constraints?"""
    return chosen in feasible_names(new_cycle(pod, nodes, nominated), (chosen,))


def none_agrees(pod: Pod, nodes: Nodes, nominated: tuple[Pod, ...] = ()) -> bool:
    """Is there no node for the pod by the solver's constraints?"""
    cycle = new_cycle(pod, nodes, nominated)
    return ask(cycle.plain, COUNTS, seconds=SECONDS).none or not feasible_names(cycle, cycle.names)


def cycle_agrees(pod: Pod, nodes: Nodes, feasible: tuple[str, ...], nominated: tuple[Pod, ...] = ()) -> bool:
    """Are the nodes that a cycle found feasible exactly those that the solver allows?"""
    cycle = new_cycle(pod, nodes, nominated)
    return set(feasible) == set(feasible_names(cycle, cycle.names))


def feasible_names(cycle: Cycle, names: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the nodes that are a solution: with the pods that are to come there, and without them."""
    return tuple(name for name in names if all(
        ask(on_node(each, cycle.names.index(name)), COUNTS, seconds=SECONDS).values is not None
        for each in (cycle.coming.get(name), cycle.plain) if each is not None))


def on_node(problem: Problem, node: int) -> Problem:
    """The problem of one pod with all nodes closed but one."""
    others = [at for at in problem.variables if at != node]
    closed = (Formula(AT_MOST, (), dict.fromkeys(others, 1), 0),) if others else ()
    return attrs.evolve(problem, always=(*problem.always, *closed))
