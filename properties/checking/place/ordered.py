"""The question with an order: step by step, which pod goes where, and what holds at that very moment.

Step k has a variable for each batch and node, of which one is 1. The world at step k is the snapshot whose amounts are
the sums of the steps up to it, and whoever is placed then demands of that world what it demands in a scheduling cycle.
This decides exactly what can be placed one by one, but the problem grows with pods times pods: it is for a few pods.
"""

from collections.abc import Iterator

from seatrial.model.scheduler.framework import Nodes
from seatrial.model.scheduler.node_info import new_node_info
from seatrial.properties.checking.place.constraint import Constraint
from seatrial.properties.checking.place.forms import AT_MOST, Condition, Form, Formula, restricted
from seatrial.properties.checking.place.order import Step, total_pods
from seatrial.properties.checking.place.problem import Guarded, Problem, Sum
from seatrial.properties.checking.place.world import World, demanded, pods_by_node

MOST_PODS = 15
MOST_VARIABLES = 6000


def is_small_enough(world: World) -> bool:
    """Are there few enough pods to ask with an order?"""
    pods = total_pods(world.batches)
    return pods <= MOST_PODS and pods * len(world.batches) * world.width <= MOST_VARIABLES


def ordered_problem(world: World) -> Problem:
    """Every step chooses one pod and its node; what that pod demands holds at that step."""
    steps, cells = total_pods(world.batches), len(world.batches) * world.width
    bounds = [1] * (steps * cells)
    for refusal in world.refusals:
        for step in range(steps):
            bounds[step * cells + world.variable(refusal.batch, refusal.node)] = 0
    demands = []
    for step in range(steps):
        for each in step_demands(world, step, cells):
            at = step * cells + world.variable(each.batch, each.node)
            demands.append((at, each.condition))
            if each.condition is False:
                bounds[at] = 0
    guarded = tuple(guards(demands, bounds))
    return Problem(tuple(bounds), tuple(sums_of(world, steps, cells, bounds)), (), guarded)


def guards(demands: list[tuple[int, Condition]], bounds: list[int]) -> Iterator[Guarded]:
    """The demands of the variables that are left, without those that are not."""
    for at, condition in demands:
        found = restricted(condition, bounds) if bounds[at] else True
        if found is False:
            found = Formula(AT_MOST, (), {at: 1}, 0)
        if isinstance(found, Formula):
            yield Guarded((at,), found)


def sums_of(world: World, steps: int, cells: int, bounds: list[int]) -> Iterator[Sum]:
    """One pod at each step; all pods of each batch in the end."""
    for step in range(steps):
        yield Sum(tuple(at for at in range(step * cells, (step + 1) * cells) if bounds[at]), 1)
    for batch, each in enumerate(world.batches):
        first = batch * world.width
        yield Sum(tuple(step * cells + at for step in range(steps) for at in range(first, first + world.width)
                        if bounds[step * cells + at]), each.count)


def step_demands(world: World, step: int, cells: int) -> Iterator[Constraint]:
    """What is demanded at a step, if that is when the pod comes; what always holds is left out."""
    infos = infos_at(world, step, cells)
    for batch, each in enumerate(world.batches):
        yield from demanded(batch, each.pod, infos)


def infos_at(world: World, step: int, cells: int) -> Nodes:
    """The nodes with all that was placed up to a step, that step's pod included."""
    placed, found = pods_by_node(world.question), []
    for at, node in enumerate(world.question.nodes):
        there = placed.get(node.metadata.name, [])
        sums = [Form({each * cells + world.variable(batch, at): 1 for each in range(step + 1)})
                for batch in range(len(world.batches))]
        found.append(new_node_info(node, (*there, *[each.pod for each in world.batches]), (*[1] * len(there), *sums)))
    return tuple(found)


def steps_of(world: World, values: tuple[int, ...]) -> tuple[Step, ...]:
    """The batch and node that each step chose."""
    cells = len(world.batches) * world.width
    return tuple(world.cell(at % cells) for at, value in enumerate(values) if value)
