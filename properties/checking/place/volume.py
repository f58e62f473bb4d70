"""Is there simply too much? Adds up what pods need of a resource and what the nodes they may use have of it.

Whatever the placement, the pods of batches that may only use some nodes need on them, together, the sum of what each
needs. So if that exceeds what these nodes have together, no solver has to be asked. Looked at are the nodes that one
of the batches may use, with all batches that may use no other.
"""


import attrs

from seatrial.properties.checking.place.forms import AT_MOST, Formula
from seatrial.properties.checking.place.problem import Problem
from seatrial.properties.checking.place.world import World

SUMMED = "NodeResourcesFit"


@attrs.frozen
class TooMuch:
    """Batches that need more together, by a plugin's reason, than the nodes that they may use have.

    `weights` is what one pod of each batch needs.
    """

    reason: str
    batches: tuple[int, ...]
    weights: tuple[int, ...]
    nodes: tuple[int, ...]
    needed: int
    available: int


def too_much(world: World, problem: Problem) -> TooMuch | None:
    """The first such batches, on as many nodes as there are; None if there is enough of everything."""
    usable = [frozenset(node for node in range(world.width) if problem.bounds[world.variable(batch, node)])
              for batch in range(len(world.batches))]
    sets = sorted((each for each in usable if each), key=lambda nodes: (-len(nodes), sorted(nodes)))
    everywhere = frozenset(range(world.width))
    for reason, by_node in resource_sums(world).items():
        weights = weights_of(world, by_node)
        for nodes in dict.fromkeys((everywhere, *sets)):
            batches = tuple(batch for batch, there in enumerate(usable) if there <= nodes and weights.get(batch))
            found = compare(world, reason, by_node, nodes=nodes, batches=batches, weights=weights)
            if found is not None and frozenset().union(*[usable[batch] for batch in batches]) <= by_node.keys():
                return found
    return None


def weights_of(world: World, by_node: dict[int, Formula]) -> dict[int, int]:
    """What one pod of each batch needs; batches that need nothing are left out."""
    found: dict[int, int] = {}
    for formula in by_node.values():
        for at, weight in formula.terms.items():
            found.setdefault(world.cell(at)[0], weight)
    return found


def resource_sums(world: World) -> dict[str, dict[int, Formula]]:
    """For each resource and node, the sum that may not exceed what the node has."""
    found: dict[str, dict[int, Formula]] = {}
    for each in world.constraints:
        if each.plugin == SUMMED and isinstance(each.condition, Formula) and each.condition.op == AT_MOST:
            found.setdefault(each.reason, {}).setdefault(each.node, each.condition)
    return found


def compare(world: World, reason: str, by_node: dict[int, Formula], *, nodes: frozenset[int],
            batches: tuple[int, ...], weights: dict[int, int]) -> TooMuch | None:
    """Do these batches, which may use only these nodes, need more than they have?"""
    needed = sum(world.batches[batch].count * weights[batch] for batch in batches)
    available = sum(max(0, by_node[node].bound) for node in nodes if node in by_node)
    if needed <= available:
        return None
    return TooMuch(reason, batches, tuple(weights[batch] for batch in batches), tuple(sorted(nodes)), needed, available)
