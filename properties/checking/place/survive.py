"""Do all pods still have a place when nodes are lost: any few, or any zone?

The pods of a question can be placed anew, and so must be those that were bound to what is lost; every other bound pod
stays where it is. A pod that belongs to its node goes with it: a DaemonSet's, or one that the kubelet runs from a file.
Any other pod that asks for a lost node by name has no place any more.

Which of several equal nodes is lost makes no difference: nodes that differ in nothing but their names, and on which
equal pods are bound, are counted, not tried one by one. That takes for granted that no pod asks for a node by its name
or hostname; where one does, every node is looked at as it is.
"""

from collections.abc import Iterable, Iterator
from itertools import combinations

import attrs

from seatrial.model.api.core import Pod
from seatrial.model.api.meta import get_controller_of
from seatrial.model.evolve import evolve
from seatrial.model.scheduler.plugins.node_affinity import affinity_of, eligible_names
from seatrial.model.scheduler.plugins.spread_constraints import HOSTNAME, ZONE
from seatrial.properties.checking.place.answer import FEASIBLE, INFEASIBLE, UNKNOWN, Answer
from seatrial.properties.checking.place.check import check_question
from seatrial.properties.checking.place.greedy import greedy
from seatrial.properties.checking.place.portfolio import in_seconds
from seatrial.properties.checking.place.question import Batch, Question
from seatrial.properties.checking.place.solve import answer, explained
from seatrial.properties.checking.place.world import pods_by_node

MIRROR = "kubernetes.io/config.mirror"
OF_NODES = ("DaemonSet", "Node")
"""Controllers whose pods go with their node: a static pod's mirror is owned by it."""
SECONDS_EACH = 5.0
Names = tuple[str, ...]


@attrs.frozen
class Survival:
    """Are the losses survived (FEASIBLE), or not (INFEASIBLE, with the nodes lost), or is it not known of one of them?

    `answer` is that of the losing set, or of the first one that stayed open; `tried` counts the sets that were tried.
    """

    verdict: str
    lost: Names = ()
    answer: Answer | None = None
    tried: int = 0


def survives(question: Question, sets: Iterable[Names], *, seconds: float = 10.0, back_end: str = "z3",
             placed: Question | None = None) -> Survival:
    """Is the loss of each of these sets of nodes survived? If not, by the first that is not, else the first unknown.

    `placed` is the question with all its pods bound, as a placement has them. With it only the pods of the lost nodes
    are given to the scheduler first, while all others stay: that is what a cluster would do, and mostly it is enough.
    The engine, which may place everything anew that was not bound to begin with, is asked for the other losses alone.
    """
    check_question(question)
    deadline, tried, unknown = in_seconds(seconds), 0, None
    for names in sets:
        if deadline.left <= 0:
            return Survival(UNKNOWN, names, Answer(UNKNOWN, f"time ran out after {tried} losses"), tried)
        tried += 1
        if placed is not None and greedy(after_loss(placed, names)).stuck is None:
            continue
        left = after_loss(question, names)
        found = answer(left, in_seconds(min(SECONDS_EACH, deadline.left)), back_end)
        if found.verdict == INFEASIBLE:
            return Survival(INFEASIBLE, names, explained(left, found, deadline, back_end), tried)
        if found.verdict == UNKNOWN and unknown is None:
            unknown = (names, found)
    if unknown is not None:
        return Survival(UNKNOWN, *unknown, tried)
    return Survival(FEASIBLE, tried=tried)


# What is lost.


def zones_of(question: Question) -> dict[Names, str]:
    """The nodes of each zone, with its name; small zones first."""
    zones: dict[str, list[str]] = {}
    for node in question.nodes:
        if ZONE in node.metadata.labels:
            zones.setdefault(node.metadata.labels[ZONE], []).append(node.metadata.name)
    return {tuple(names): zone for zone, names in sorted(zones.items(), key=lambda each: (len(each[1]), each[0]))}


def losing_sets(question: Question, lose: int) -> Iterator[Names]:
    """Sets of up to so many nodes, small ones first, one for each way to choose from equal nodes."""
    kinds = kinds_of_nodes(question)
    names = [node.metadata.name for node in question.nodes]
    for size in range(1, lose + 1):
        seen: set[tuple[int, ...]] = set()
        for chosen in combinations(range(len(names)), size):
            kind = tuple(sorted(kinds[at] for at in chosen))
            if kind not in seen:
                seen.add(kind)
                yield tuple(names[at] for at in chosen)


def kinds_of_nodes(question: Question) -> list[int]:
    """For each node the number of its kind; nodes of a kind can stand for each other."""
    placed, known = pods_by_node(question), dict[object, int]()
    by_name = names_matter(question)
    kinds = []
    for node in question.nodes:
        there = sorted(repr(likeness(pod)) for pod in placed.get(node.metadata.name, []))
        labels = node.metadata.labels
        if labels.get(HOSTNAME) == node.metadata.name and not by_name:
            labels = labels.delete(HOSTNAME)
        kind = (node.metadata.name if by_name else "", labels, node.spec.taints, node.spec.unschedulable,
                node.status.allocatable, tuple(there))
        kinds.append(known.setdefault(kind, len(known)))
    return kinds


def likeness(pod: Pod) -> object:
    """What tells bound pods apart."""
    return pod.metadata.namespace, pod.metadata.labels, evolve(pod.spec, node_name="")


def names_matter(question: Question) -> bool:
    """Does any pod ask for nodes by name or hostname?"""
    return any(asks_by_name(pod) for pod in (*question.placed, *[each.pod for each in question.batches]))


def asks_by_name(pod: Pod) -> bool:
    """Does its node selector or required affinity name nodes?"""
    required = affinity_of(pod).required
    terms = () if required is None else required.node_selector_terms
    return HOSTNAME in pod.spec.node_selector or any(
        each.match_fields or any(one.key == HOSTNAME for one in each.match_expressions) for each in terms)


def after_loss(question: Question, names: Names) -> Question:
    """The question without these nodes; pods that were bound to them are placed anew, unless they belong to them."""
    lost = frozenset(names)
    nodes = tuple(node for node in question.nodes if node.metadata.name not in lost)
    stays = tuple(pod for pod in question.placed if pod.spec.node_name not in lost)
    moved = tuple(Batch(f"Pod {pod.metadata.namespace}/{pod.metadata.name}", unbound(pod), 1)
                  for pod in question.placed if pod.spec.node_name in lost and not goes_with_node(pod))
    batches = tuple(each for each in question.batches if not (goes_with_node(each.pod) and is_for(each.pod, lost)))
    return Question(nodes, stays, (*moved, *batches))


def unbound(pod: Pod) -> Pod:
    """The pod as its controller makes it anew."""
    return evolve(pod, spec=evolve(pod.spec, node_name=""))


def goes_with_node(pod: Pod) -> bool:
    """Does the pod belong to its node, so that nobody makes it anew elsewhere? A DaemonSet's does, and a static one."""
    owner = get_controller_of(pod.metadata)
    return MIRROR in pod.metadata.annotations or (owner is not None and owner.kind in OF_NODES)


def is_for(pod: Pod, lost: frozenset[str]) -> bool:
    """May only lost nodes take the pod, by their names?"""
    names = eligible_names(affinity_of(pod))
    return bool(names) and lost.issuperset(names or ())
