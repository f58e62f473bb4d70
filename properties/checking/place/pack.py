"""How few nodes take all pods? From below by proof, from above by placements that were replayed.

Counted are nodes with at least one pod on them, bound ones included, but for those that go with their node, as a
DaemonSet's do. With at most k nodes, is there a placement? Every yes is replayed, every no is a proof; k halves the
distance between the two until it is gone, or until some k takes too long: then the easier ones on both sides are
asked, and the two numbers may stay apart.

Equal nodes are used in their order, which loses no placement and spares the solver all others like it.
"""

import attrs

from seatrial.properties.checking.place.answer import FEASIBLE, Answer
from seatrial.properties.checking.place.check import check_question
from seatrial.properties.checking.place.forms import AT_MOST, Formula
from seatrial.properties.checking.place.necessity import necessary
from seatrial.properties.checking.place.order import Step, replay
from seatrial.properties.checking.place.portfolio import Deadline, decide, in_seconds
from seatrial.properties.checking.place.problem import Problem, as_stated, new_problem
from seatrial.properties.checking.place.question import Question
from seatrial.properties.checking.place.solve import Search, answer
from seatrial.properties.checking.place.survive import goes_with_node, kinds_of_nodes
from seatrial.properties.checking.place.world import World, new_world, pods_by_node

SHARE = 4
"""What part of the time that is left one question may take."""


@attrs.frozen
class Packing:
    """The best placement found, the nodes with pods then, and how few any placement must use.

    `answer` is FEASIBLE with that placement; else it says why nothing was packed.
    """

    answer: Answer
    nodes: tuple[str, ...] = ()
    at_least: int = 0

    @property
    def is_fewest(self) -> bool:
        """Is it proved that no placement uses fewer?"""
        return self.answer.verdict == FEASIBLE and len(self.nodes) == self.at_least


@attrs.frozen(eq=False)
class Packer:
    """A world with what packing needs to know of it."""

    world: World
    problem: Problem
    weaker: Problem
    busy: frozenset[int]
    kinds: tuple[int, ...]
    deadline: Deadline
    back_end: str


def pack(question: Question, *, seconds: float = 10.0, back_end: str = "z3") -> Packing:
    """The fewest nodes, or bounds; raises PlaceError and NoSolverError."""
    check_question(question)
    deadline = in_seconds(seconds)
    first = answer(question, deadline, back_end)
    if first.verdict != FEASIBLE:
        return Packing(first)
    packer = new_packer(question, deadline, back_end)
    least = max(len(packer.busy), 1) if packer.world.batches else len(packer.busy)
    return narrowed(packer, Packing(first, used(packer, first), least))


def new_packer(question: Question, deadline: Deadline, back_end: str) -> Packer:
    """Prepares a question."""
    world = new_world(question, lean=True)
    reading, problem, placed = necessary(world), new_problem(world), pods_by_node(question)
    busy = frozenset(at for at, node in enumerate(question.nodes)
                     if not all(map(goes_with_node, placed.get(node.metadata.name, ()))))
    return Packer(world, problem, problem if reading is as_stated else new_problem(world, reading), busy,
                  tuple(kinds_of_nodes(question)), deadline, back_end)


def used(packer: Packer, found: Answer) -> tuple[str, ...]:
    """The nodes with pods, in the question's order."""
    there = {each.node for each in found.placement}
    nodes = packer.world.question.nodes
    return tuple(node.metadata.name for at, node in enumerate(nodes)
                 if at in packer.busy or node.metadata.name in there)


def narrowed(packer: Packer, best: Packing) -> Packing:
    """The bounds brought together, first by halves, then one by one from below and from above."""
    while best.at_least < len(best.nodes):
        closer = step(packer, best, (best.at_least + len(best.nodes)) // 2)
        if closer is None:
            break
        best = closer
    for from_below in (True, False):
        while best.at_least < len(best.nodes):
            closer = step(packer, best, best.at_least if from_below else len(best.nodes) - 1)
            if closer is None:
                break
            best = closer
    return best


def step(packer: Packer, best: Packing, most: int) -> Packing | None:
    """Better bounds, by asking for a placement on at most so many nodes; None if that is not decided."""
    if packer.deadline.left <= 0:
        return None
    limit = in_seconds(packer.deadline.left / SHARE)
    found = decide(at_most(packer, packer.problem, most), limit, packer.back_end)
    if found.asked.values is not None:
        replayed = replay(packer.world, found.asked.values[:len(packer.problem.bounds)])
        return None if replayed.left else better(packer, best, replayed.taken, found.engine)
    is_proof = found.asked.none and (packer.weaker is packer.problem or decide(
        at_most(packer, packer.weaker, most), limit, packer.back_end).asked.none)
    return attrs.evolve(best, at_least=most + 1) if is_proof else None


def better(packer: Packer, best: Packing, taken: tuple[Step, ...], engine: str) -> Packing:
    """The packing of a placement on fewer nodes."""
    found = Search(packer.world, packer.deadline, packer.back_end).feasible(taken, engine)
    found = attrs.evolve(found, seconds=best.answer.seconds)
    return attrs.evolve(best, answer=found, nodes=used(packer, found))


def at_most(packer: Packer, problem: Problem, most: int) -> Problem:
    """The problem on at most so many nodes: a node that is used has a count of its own, 0 or 1."""
    first, world = len(problem.bounds), packer.world
    free = [node for node in range(world.width) if node not in packer.busy]
    flag = {node: first + at for at, node in enumerate(free)}
    more = [Formula(AT_MOST, (), dict.fromkeys(flag.values(), 1), most - len(packer.busy))]
    for at in problem.variables:
        node = world.cell(at)[1]
        if node in flag:
            more.append(Formula(AT_MOST, (), {at: 1, flag[node]: -problem.bounds[at]}, 0))
    always = [on_its_node(packer, each, flag) for each in problem.always]
    return attrs.evolve(problem, bounds=(*problem.bounds, *[1] * len(free)),
                        always=(*always, *more, *in_turn(packer, free, flag)))


def on_its_node(packer: Packer, formula: Formula, flag: dict[int, int]) -> Formula:
    """A sum over one node's counts, which has nothing to share out where the node is not used."""
    nodes = {packer.world.cell(at)[1] for at in formula.terms}
    node = min(nodes)
    if formula.op != AT_MOST or len(nodes) > 1 or node not in flag:
        return formula
    return Formula(AT_MOST, (), {**formula.terms, flag[node]: -formula.bound}, 0)


def in_turn(packer: Packer, free: list[int], flag: dict[int, int]) -> tuple[Formula, ...]:
    """Of equal nodes, one is used only if the one before it is."""
    last: dict[int, int] = {}
    found = []
    for node in free:
        before = last.get(packer.kinds[node])
        if before is not None:
            found.append(Formula(AT_MOST, (), {flag[node]: 1, flag[before]: -1}, 0))
        last[packer.kinds[node]] = node
    return tuple(found)
