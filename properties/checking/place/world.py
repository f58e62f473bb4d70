"""The world after placement: the question's nodes, with as many pods of each batch on each node as a solver chooses.

It is an ordinary snapshot of the scheduler's, whose pods come with amounts: 1 for a pod that is there already, a
variable for a batch's pod on a node. The scheduler's own plugins say what they demand of it, and wherever at least one
pod of the batch stands on the node, all that must hold. A plugin without `demands` looks at nothing but the pod and
the node: it is run once for each batch and node, on a node without pods.

Variable `batch * number of nodes + node` counts a batch's pods on a node. Batches whose pods differ in nothing but
names are one. Left out: PreEnqueue (a scheduling gate is taken to be gone by then), preemption (no bound pod has to go)
and whatever `seatrial.model.scheduler.unmodelled` lists for the pods.
"""

from typing import TypeAlias

import attrs

from seatrial.model.api.core import Pod
from seatrial.model.evolve import evolve
from seatrial.model.meta.labels import SelectorError
from seatrial.model.scheduler.cycle import find_nodes_that_fit_pod
from seatrial.model.scheduler.framework import Nodes, Plugin, Status
from seatrial.model.scheduler.node_info import group_by_node, new_node_info
from seatrial.model.scheduler.plugins import PLUGINS
from seatrial.properties.checking.place.check import PlaceError
from seatrial.properties.checking.place.constraint import Constraint
from seatrial.properties.checking.place.forms import variable
from seatrial.properties.checking.place.founders import founding
from seatrial.properties.checking.place.question import Batch, Question

FILTERS: tuple[Plugin, ...] = tuple(plugin for plugin in PLUGINS if plugin.filter is not None)
STATIC: tuple[Plugin, ...] = tuple(plugin for plugin in FILTERS if plugin.demands is None)
DYNAMIC: tuple[Plugin, ...] = tuple(plugin for plugin in FILTERS if plugin.demands is not None)
SHOWN_NAMES = 3
Cell: TypeAlias = tuple[int, int]


@attrs.frozen(eq=False)
class Refusal:
    """A node that a plugin refuses a batch whatever else is there."""

    batch: int
    node: int
    plugin: str
    reason: str


@attrs.frozen(eq=False)
class World:
    """A question as a solver needs it; `members` are the question's batches that each merged batch stands for."""

    question: Question
    batches: tuple[Batch, ...]
    members: tuple[tuple[int, ...], ...]
    infos: Nodes
    refusals: tuple[Refusal, ...]
    constraints: tuple[Constraint, ...]

    @property
    def width(self) -> int:
        """How many nodes there are: the distance between a batch's first variable and the next one's."""
        return len(self.question.nodes)

    def variable(self, batch: int, node: int) -> int:
        """The variable that counts a batch's pods on a node."""
        return batch * self.width + node

    def cell(self, at: int) -> tuple[int, int]:
        """The batch and the node of a variable."""
        return divmod(at, self.width)


def new_world(question: Question, *, lean: bool = False) -> World:
    """Gathers everything that is demanded of a placement.

    A `lean` world has no pods of a batch on nodes that refuse it, and demands nothing for them there: that is all a
    solver needs, and sooner made. One that is to be explained asks what would be if they were not refused.
    """
    members = merge(question.batches)
    batches = tuple(merged(question.batches, each) for each in members)
    empty = group_by_node(question.nodes, {})
    refusals = tuple(each for at, batch in enumerate(batches) for each in static_refusals(at, batch.pod, empty))
    closed = frozenset((each.batch, each.node) for each in refusals) if lean else frozenset[Cell]()
    infos = placed_infos(question, batches, closed)
    constraints = tuple(each for at, batch in enumerate(batches) for each in demanded(at, batch.pod, infos, closed))
    more = tuple(each for at in range(len(batches)) for each in founding(at, batches, infos))
    return World(question, batches, members, infos, refusals, (*constraints, *more))


def merge(batches: tuple[Batch, ...]) -> tuple[tuple[int, ...], ...]:
    """Which batches have pods that no filter can tell apart: the same namespace, labels and spec."""
    found: dict[tuple[object, ...], list[int]] = {}
    for at, each in enumerate(batches):
        meta = each.pod.metadata
        found.setdefault((meta.namespace, meta.labels, each.pod.spec), []).append(at)
    return tuple(tuple(each) for each in found.values())


def merged(batches: tuple[Batch, ...], members: tuple[int, ...]) -> Batch:
    """Several batches as one, named after the first few."""
    names = tuple(dict.fromkeys(batches[at].name for at in members))
    more = f" and {len(names) - SHOWN_NAMES} more" if len(names) > SHOWN_NAMES else ""
    count = sum(batches[at].count for at in members)
    return evolve(batches[members[0]], name=f"{', '.join(names[:SHOWN_NAMES])}{more}", count=count)


def placed_infos(question: Question, batches: tuple[Batch, ...], closed: frozenset[Cell]) -> Nodes:
    """The nodes, with their pods once each and every batch's pod so often as its variable says."""
    placed = pods_by_node(question)
    width, found = len(question.nodes), []
    for at, node in enumerate(question.nodes):
        there = placed.get(node.metadata.name, [])
        more = [batch for batch in range(len(batches)) if (batch, at) not in closed]
        amounts = (*[1] * len(there), *[variable(batch * width + at) for batch in more])
        found.append(new_node_info(node, (*there, *[batches[batch].pod for batch in more]), amounts))
    return tuple(found)


def pods_by_node(question: Question) -> dict[str, list[Pod]]:
    """The bound pods, by the name of their node."""
    found: dict[str, list[Pod]] = {}
    for pod in question.placed:
        found.setdefault(pod.spec.node_name, []).append(pod)
    return found


def static_refusals(batch: int, pod: Pod, nodes: Nodes) -> tuple[Refusal, ...]:
    """The nodes that the plugins without demands refuse; each plugin speaks for itself.

    That a node may be kept for the pod is forgotten: the scheduler would look at that one alone.
    """
    found, pod = [], evolve(pod, status=evolve(pod.status, nominated_node_name=""))
    for plugin in STATIC:
        filtered = find_nodes_that_fit_pod((plugin,), pod, nodes)
        statuses = dict(filtered.statuses)
        for at, info in enumerate(nodes):
            status: Status = statuses.get(info.name, filtered.absent)
            if not status.is_success:
                found.append(Refusal(batch, at, plugin.name, status.message))
    return tuple(found)


def demanded(batch: int, pod: Pod, nodes: Nodes, closed: frozenset[Cell] = frozenset()) -> tuple[Constraint, ...]:
    """What the other plugins demand of each node that is not closed; what always holds is left out."""
    found = []
    for plugin in DYNAMIC:
        if plugin.demands is None:
            continue
        try:
            of_node = plugin.demands(pod, nodes)
        except SelectorError as error:
            raise PlaceError(f"Pod {pod.metadata.name}", "spec", f"{plugin.name} cannot read it: {error}; write a "
                             "valid label selector") from error
        for at, info in enumerate(nodes):
            if (batch, at) in closed:
                continue
            found += [Constraint(batch, at, plugin.name, each.reason, each.condition)
                      for each in of_node(info) if each.condition is not True]
    return tuple(found)
