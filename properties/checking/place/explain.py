"""Why there is no placement, in words, and the smallest changes after which there is one.

What to give up is looked for among the constraints of the core, because any change that helps must break it: first each
alone, then two together, of which the second comes from the core that is left without the first. Besides: how many
pods of a workload can be placed, and whether one more node like one that is there would do. Every proposal was placed,
and replayed, before it is made.
"""

from collections.abc import Callable, Iterator
from typing import TypeAlias

import attrs

from seatrial.model.api.core import Node
from seatrial.model.evolve import evolve
from seatrial.model.scheduler.plugins.inter_pod_affinity import AFFINITY_REASON, ANTI_AFFINITY_REASON
from seatrial.model.scheduler.plugins.spread_constraints import HOSTNAME, ZONE
from seatrial.properties.checking.place.answer import Need, Relaxation
from seatrial.properties.checking.place.core import Core, Label, end_state_core, ordered_core
from seatrial.properties.checking.place.give_up import without
from seatrial.properties.checking.place.portfolio import Deadline
from seatrial.properties.checking.place.problem import new_problem
from seatrial.properties.checking.place.question import Question
from seatrial.properties.checking.place.volume import SUMMED, TooMuch, too_much
from seatrial.properties.checking.place.words import INSUFFICIENT, TOO_MANY_PODS, Telling, plural
from seatrial.properties.checking.place.world import World, new_world

Labels: TypeAlias = tuple[Label, ...]
IsFeasible: TypeAlias = Callable[[Question], bool]
MOST_RELAXATIONS = 3
MOST_KINDS = 4
SECONDS_EACH = 1.0
NEW_ZONE = "another"


@attrs.frozen
class Explained:
    """A core in words, relaxations, and whether the core is known to be minimal."""

    core: tuple[Need, ...]
    relaxations: tuple[Relaxation, ...]
    is_minimal: bool


def core_of(world: World, deadline: Deadline, *, only_with_order: bool = False) -> Core:
    """A minimal core of a world that has no placement; empty if none was found in time.

    `only_with_order`: an end state exists, but no order leads there.
    """
    if only_with_order:
        return ordered_core(world, deadline)
    problem = new_problem(attrs.evolve(world, refusals=()))
    if all(each.total <= sum(problem.bounds[at] for at in each.variables) for each in problem.sums):
        found = too_much(world, problem)
        if found is not None and len(found.nodes) == world.width:
            return Core(fewest(world, found))
    return end_state_core(world, deadline)


def fewest(world: World, found: TooMuch) -> Labels:
    """As few batches as need more than there is, the largest first, none of which can be spared."""
    needs = sorted(((found.weights[at] * world.batches[batch].count, batch)
                    for at, batch in enumerate(found.batches)), reverse=True)
    chosen: list[int] = []
    total = 0
    for need, batch in needs:
        if total <= found.available:
            chosen.append(batch)
            total += need
    for need, batch in needs:
        if batch in chosen and total - need > found.available:
            chosen.remove(batch)
            total -= need
    return tuple(Label(batch, SUMMED, found.reason) for batch in sorted(chosen))


def explain(question: Question, deadline: Deadline, is_feasible: IsFeasible, *,
            only_with_order: bool = False) -> Explained:
    """The core in words, and what would be enough; either may be empty when time runs out."""
    world = new_world(question)
    core = core_of(world, deadline, only_with_order=only_with_order)
    telling = Telling(world, core.labels)
    trying = Trying(world, core.labels, deadline, is_feasible)
    return Explained(telling.needs(), tuple(relaxations(trying, telling)), core.is_minimal)


@attrs.frozen
class Proposal:
    """Constraints to give up."""

    labels: Labels
    needs: tuple[Need, ...]


@attrs.frozen(eq=False)
class Trying:
    """What proposals are made from, and who says whether they help."""

    world: World
    core: Labels
    deadline: Deadline
    is_feasible: IsFeasible

    def helps(self, question: Question) -> bool:
        """Is there a placement then? False if there is no time left to see."""
        return self.deadline.left > 0 and self.is_feasible(question)


def relaxations(trying: Trying, telling: Telling) -> Iterator[Relaxation]:
    """What would be enough, of each kind."""
    told = dict(zip(grouped(trying.core), telling.needs(), strict=True))
    single = [Proposal(group, (need,)) for group, need in told.items() if trying.helps(without(trying.world, group))]
    for each in (single or tuple(two_at_a_time(trying, told)))[:MOST_RELAXATIONS]:
        yield Relaxation(sentence(trying.world, each.labels), each.needs)
    yield from fewer_pods(trying)
    yield from one_more_node(trying)


def grouped(core: Labels) -> tuple[Labels, ...]:
    """The core's constraints, those that share a sum as one: in the order of its needs."""
    found: dict[object, Labels] = {}
    for label in core:
        key = (label.plugin, label.reason) if label.plugin == SUMMED else label
        found[key] = (*found.get(key, ()), label)
    return tuple(found.values())


def two_at_a_time(trying: Trying, told: dict[Labels, Need]) -> Iterator[Proposal]:
    """Two constraints to give up where one is not enough."""
    for first, need in told.items():
        rest = new_world(without(trying.world, first))
        if rest.members != trying.world.members or trying.deadline.left <= 0:
            continue
        core = core_of(rest, trying.deadline).labels
        for second, other in zip(grouped(core), Telling(rest, core).needs(), strict=True):
            if trying.helps(without(rest, second)):
                yield Proposal(first + second, (need, other))


def fewer_pods(trying: Trying) -> Iterator[Relaxation]:
    """How many pods of a workload of the core can be placed."""
    world = trying.world
    for batch in dict.fromkeys(label.batch for label in trying.core):
        count, members = world.batches[batch].count, world.members[batch]
        if len(members) > 1 or count < 2 or trying.deadline.left <= 0:
            continue
        low, high = 0, count
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if trying.helps(resized(world.question, members[0], middle)) else (low, middle)
        if low:
            yield Relaxation(f"place {low} instead of {plural(count, 'pod')} of {world.batches[batch].name}")
            return


def resized(question: Question, batch: int, count: int) -> Question:
    """The question with another number of pods of a batch."""
    return evolve(question, batches=tuple([evolve(each, count=count) if at == batch else each
                                           for at, each in enumerate(question.batches)]))


def one_more_node(trying: Trying) -> Iterator[Relaxation]:
    """A node more, like one that is there; if need be in a zone of its own."""
    question = trying.world.question
    kinds = {kind_of(node): node for node in reversed(question.nodes)}
    for node in list(kinds.values())[::-1][:MOST_KINDS]:
        if trying.helps(evolve(question, nodes=(*question.nodes, another_node(node)))):
            yield Relaxation(f"add one more node like {node.metadata.name}")
            return
    for node in question.nodes[:1]:
        if ZONE in node.metadata.labels and trying.helps(
                evolve(question, nodes=(*question.nodes, another_node(node, NEW_ZONE)))):
            yield Relaxation(f"add a node like {node.metadata.name} in another {ZONE}")


def kind_of(node: Node) -> object:
    """What makes nodes alike: everything but their names."""
    return node.spec, node.status.allocatable, node.metadata.labels.delete(HOSTNAME)


def another_node(node: Node, zone: str = "") -> Node:
    """A node like this one, with a name that no other has."""
    name = f"another-{node.metadata.name}"
    labels = node.metadata.labels.set(HOSTNAME, name)
    return evolve(node, metadata=evolve(node.metadata, name=name, uid=name,
                                        labels=labels.set(ZONE, zone) if zone else labels))


def sentence(world: World, labels: Labels) -> str:
    """What to give up."""
    return " and ".join(dict.fromkeys(give_up(world, group) for group in grouped(labels)))


def give_up(world: World, labels: Labels) -> str:
    """One constraint to give up; of several batches' sum, any of them may."""
    first, names = labels[0], [world.batches[each.batch].name for each in labels]
    if first.reason == TOO_MANY_PODS:
        return "let the nodes take more pods (status.allocatable.pods)"
    if first.plugin == SUMMED:
        some = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}" if len(names) < 4 else \
            f"some of the {len(names)} workloads"
        return f"let {some} ask for less {first.reason.removeprefix(INSUFFICIENT)}"
    name = names[0]
    match first.plugin:
        case "NodePorts":
            return f"let {name} do without its host ports"
        case "TaintToleration":
            return f"let {name} tolerate the taints"
        case "NodeUnschedulable":
            return "uncordon the nodes"
        case "NodeAffinity":
            return f"let {name} do without its nodeSelector and required nodeAffinity"
        case "PodTopologySpread":
            return f"let {name} do without spreading (or say whenUnsatisfiable: ScheduleAnyway)"
        case "InterPodAffinity" if first.reason == AFFINITY_REASON:
            return f"let {name} do without its required podAffinity"
        case "InterPodAffinity" if first.reason == ANTI_AFFINITY_REASON:
            return f"let {name} do without its required podAntiAffinity"
        case "InterPodAffinity":
            return f"let the others do without the podAntiAffinity that keeps {name} away"
    return f"let {name} do without what {first.plugin} demands"

