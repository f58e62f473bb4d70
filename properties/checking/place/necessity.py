"""Which demands can be held against a whole placement, although they were made one pod at a time.

That a filter fails in the end state proves nothing if it held when the pod was placed: pods that came later may have
broken it. Three kinds of demands hold in the end whenever they held on the way, whatever the order:

- what keeps pods apart (resources, ports, anti-affinity both ways): the pod that broke it would itself have been
  refused, because whoever comes later is refused for the sake of those that are there;
- what growing counts only help;
- what all batches that it counts demand alike, of every node. With spreading, the last pod that came to a domain was
  let in by the very same comparison, and the other domains have only grown since. With required affinity, whoever
  came second joined the first.

Of any other demand only the part that growing counts cannot break is kept. If even then there is no placement, there is
none in any order.
"""

from collections.abc import Iterator
from typing import TypeAlias

from seatrial.model.scheduler.plugins.inter_pod_affinity import ANTI_AFFINITY_REASON, EXISTING_REASON
from seatrial.properties.checking.place.constraint import Constraint
from seatrial.properties.checking.place.forms import Condition, atoms, weakened
from seatrial.properties.checking.place.problem import Keys, Reading, as_stated
from seatrial.properties.checking.place.world import World

KEEPS_APART = ("NodePorts", "NodeResourcesFit")
KEEPS_APART_BY_REASON = (ANTI_AFFINITY_REASON, EXISTING_REASON)
Family: TypeAlias = tuple[int, str, str]
"""A batch, a plugin and its reason."""


def keeps_apart(constraint: Constraint) -> bool:
    """Is it a demand of the first kind, or one that is known to last?"""
    return constraint.lasting or constraint.plugin in KEEPS_APART or constraint.reason in KEEPS_APART_BY_REASON


def necessary(world: World) -> Reading:
    """What of each constraint must hold in the end of every order; `as_stated` where that is all of it."""
    loose = frozenset(loose_families(world))
    if not loose:
        return as_stated

    def reading(constraint: Constraint) -> Condition:
        is_loose = not constraint.lasting and (constraint.batch, constraint.plugin, constraint.reason) in loose
        return weakened(constraint.condition) if is_loose else constraint.condition

    return reading


def loose_families(world: World) -> Iterator[Family]:
    """The demands that may have held on the way and not in the end."""
    said, counted = demands_by_family(world)
    for family, by_node in said.items():
        _, plugin, reason = family
        if any(said.get((other, plugin, reason)) != by_node for other in sorted(counted[family])):
            yield family


def demands_by_family(world: World) -> tuple[dict[Family, dict[int, set[object]]], dict[Family, set[int]]]:
    """Of the demands whose order matters: what each makes of each node, and whose pods it counts."""
    keys, said, counted = Keys(), dict[Family, dict[int, set[object]]](), dict[Family, set[int]]()
    for each in world.constraints:
        if not keeps_apart(each) and weakened(each.condition) is not each.condition:
            family = (each.batch, each.plugin, each.reason)
            said.setdefault(family, {}).setdefault(each.node, set()).add(keys.key_of(each.condition))
            counted.setdefault(family, set()).update(
                world.cell(at)[0] for atom in atoms(each.condition) for at in atom.terms)
    return said, counted
