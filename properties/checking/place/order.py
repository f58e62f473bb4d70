"""Can an end state be reached pod by pod? It is replayed through the scheduler's own filters.

That every filter holds in the end does not say that the pods can be placed one at a time: two of which each requires
the other stand well together, and neither can come first. What keeps pods apart (resources, ports, anti-affinity) is
met on the way whenever it is met in the end, in any order; spreading and required affinity depend on the order.

A replay takes whichever pod fits next, round by round, from a few first orders; nothing of a solver is used.
"""

from collections.abc import Iterator, Sequence
from typing import TypeAlias

import attrs

from seatrial.model.api.core import Pod
from seatrial.model.scheduler.cycle import find_nodes_that_fit_pod
from seatrial.model.scheduler.framework import Nodes, Plugin, PreFilterResult
from seatrial.model.scheduler.node_info import NodeInfo, group_by_node, new_node_info
from seatrial.properties.checking.place.question import Batch, Question
from seatrial.properties.checking.place.world import FILTERS, World, pods_by_node

Step: TypeAlias = tuple[int, int]
"""A batch and a node, by their places."""


@attrs.frozen
class Replay:
    """The steps that were taken, and those for which no filter would let the pod in any more."""

    taken: tuple[Step, ...]
    left: tuple[Step, ...] = ()


def replay(world: World, values: Sequence[int]) -> Replay:
    """The pods of an end state one by one: all of them if some order does it, else as far as the best try went."""
    best: Replay | None = None
    for steps in first_orders(world, values):
        found = run(world, steps)
        if not found.left:
            return found
        if best is None or len(found.taken) > len(best.taken):
            best = found
    return best or Replay(())


def first_orders(world: World, values: Sequence[int]) -> Iterator[tuple[Step, ...]]:
    """Orders to begin with: every node's first pod before any node's second; batches as asked, or the last ones first.

    Taking the nodes in turn suits spreading. Where pods wait for others, rounds put it right.
    """
    counts = [(copy, at) for at, value in enumerate(values) for copy in range(value)]
    for of_batch in (1, -1):
        ordered = sorted(counts, key=lambda pair: (of_batch * world.cell(pair[1])[0], pair[0], pair[1]))
        yield tuple(world.cell(at) for _, at in ordered)


def run(world: World, steps: Sequence[Step]) -> Replay:
    """Takes the steps in rounds: in each, every one that the filters allow by then."""
    snapshot = Snapshot(world.question)
    pending, taken = list(steps), []
    while pending:
        waiting = []
        for step in pending:
            batch, node = step
            if snapshot.fits(world.batches[batch].pod, node):
                snapshot.add(world.batches[batch].pod, node)
                taken.append(step)
            else:
                waiting.append(step)
        if len(waiting) == len(pending):
            break
        pending = waiting
    return Replay(tuple(taken), tuple(pending))


def fill(world: World) -> Replay:
    """As many pods as fit when each goes to the first node that takes it, whatever becomes of the others."""
    snapshot, taken, left = Snapshot(world.question), [], []
    for batch, each in enumerate(world.batches):
        node: int | None = 0
        for _ in range(each.count):
            node = None if node is None else snapshot.first(each.pod)
            if node is None:
                left.append((batch, -1))
            else:
                snapshot.add(each.pod, node)
                taken.append((batch, node))
    return Replay(tuple(taken), tuple(left))


class Snapshot:
    """The scheduler's view of the nodes while pods are added to it."""

    def __init__(self, question: Question) -> None:
        self.infos: Nodes = group_by_node(question.nodes, pods_by_node(question))

    def fits(self, pod: Pod, node: int) -> bool:
        """Do all filters let the pod onto the node now?"""
        filters = (only(self.infos[node].name), *FILTERS)
        return bool(find_nodes_that_fit_pod(filters, pod, self.infos).feasible)

    def first(self, pod: Pod) -> int | None:
        """The first node that all filters let the pod onto."""
        feasible = find_nodes_that_fit_pod(FILTERS, pod, self.infos).feasible
        return self.infos.index(feasible[0]) if feasible else None

    def add(self, pod: Pod, node: int) -> None:
        """Puts the pod onto the node."""
        info: NodeInfo = self.infos[node]
        more = new_node_info(info.node, (*info.pods, pod))
        self.infos = (*self.infos[:node], more, *self.infos[node + 1:])


def only(name: str) -> Plugin:
    """Narrows a scheduling cycle to one node."""
    found = PreFilterResult(node_names=(name,))
    return Plugin("OnlyNode", pre_filter=lambda _pod, _nodes: found)


def named(world: World, taken: Sequence[Step]) -> tuple[tuple[int, str], ...]:
    """The steps by the question's batches and the nodes' names; merged batches are told apart again, in order."""
    waiting = [[each for at in members for each in [at] * world.question.batches[at].count]
               for members in world.members]
    return tuple([(waiting[batch].pop(0), world.question.nodes[node].metadata.name) for batch, node in taken])


def total_pods(batches: tuple[Batch, ...]) -> int:
    """How many pods are to be placed."""
    return sum(each.count for each in batches)
